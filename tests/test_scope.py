"""Figures and standings: wherever they are counted, they add up to all agencies."""

from __future__ import annotations

import io
import random
import re
from dataclasses import replace
from functools import cache

import docx
import pytest

from pipeline.model import Standing
from pipeline.store.coverage import Coverage
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.wording import coverage
from pipeline.summarise.report.story import report
from pipeline.summarise.texts.passages import passages
from pipeline.terminal.standings import print_status
from schemas.round.round import Round
from tests.consolidations import consolidation

OUT = {
    "missing": ("chưa báo cáo", "have not reported"),
    "correcting": ("cần sửa", "to correct"),
    "excused": ("được miễn báo cáo", "excused"),
    "unreadable": ("không đọc được", "unreadable"),
}


@cache
def rounds(round_: Round, seed: int) -> Consolidation:
    """A round with agencies of random standings; some kinds may be absent."""
    chance = random.Random(seed)
    kinds = chance.sample(list(Standing), chance.randint(1, len(Standing)))
    standings = {agency.code: chance.choice(kinds) for agency in round_.in_scope}
    counts = [*standings.values()]
    made = consolidation(round_, {}, standings)
    known = Coverage(
        agencies=len(counts),
        counted=sum(each in (Standing.REPORTED, Standing.NIL) for each in counts),
        nil=counts.count(Standing.NIL),
        late=0,
        correcting=counts.count(Standing.CORRECTING),
        excused=counts.count(Standing.EXCUSED),
        unreadable=counts.count(Standing.UNREADABLE),
    )
    return replace(made, coverage=known)


def said(text: str, words: tuple[str, ...]) -> int:
    """The numbers that stand before one of these words, added up."""
    return sum(
        int(number) for number in re.findall(rf"(\d+) (?:{'|'.join(map(re.escape, words))})", text)
    )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_sentence_of_workbooks_and_charts_adds_up(round_: Round, seed: int, lang: str) -> None:
    made = rounds(round_, seed)
    sentence = coverage(made.in_language(lang))
    counted, agencies = map(int, re.findall(r"^(\d+)/(\d+) ", sentence)[0])
    assert (
        counted + sum(said(sentence, words) for words in OUT.values())
        == agencies
        == len(round_.in_scope)
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_sentence_of_status_adds_up(
    round_: Round, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    made = rounds(round_, seed)
    print_status(made.coverage, made.agencies, made.beside, round_, "text", "vi")
    text = capsys.readouterr().out.partition("Mã ")[0]
    counted, agencies = map(int, re.findall(r"(\d+)/(\d+) cơ quan", text)[0])
    out = re.findall(
        r"(\d+) cần sửa|còn thiếu (\d+)|miễn báo cáo: (\d+)|không đọc được: (\d+)", text
    )
    assert counted + sum(int(number) for each in out for number in each if number) == agencies


@pytest.mark.parametrize("seed", range(3))
def test_the_sentence_of_the_report_adds_up(round_: Round, seed: int) -> None:
    made = rounds(round_, seed)
    paper = docx.Document(io.BytesIO(report(made, round_.outline.report, passages(made))))
    text = next(each.text for each in paper.paragraphs if each.text.startswith("Phạm vi số liệu."))
    counted, agencies = map(int, re.findall(r"(\d+)/(\d+) cơ quan", text)[0])
    out = (
        "cơ quan có báo cáo còn phải sửa",
        "cơ quan chưa báo cáo",
        "cơ quan được miễn báo cáo",
        "cơ quan gửi tệp không đọc được",
    )
    assert counted + said(text, out) == agencies
