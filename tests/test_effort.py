"""A return with long texts is judged; one with more than can be judged while others wait is unreadable, says so, and costs no other anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import run
from pipeline.collect.formats import limits
from pipeline.collect.tables import effort
from pipeline.home import Home
from pipeline.model import Verdict
from schemas.round.round import Round
from schemas.words import LANGUAGES, say
from tests.workbooks import filled, saved

LONG = "Lê Văn Hà, " * 2_900
"""Nearly as much as a cell holds, with a name every few letters: the worst there was for the pattern of names."""


def returned(folder: Path, round_: Round, agency: str, texts: list[str]) -> Path:
    side, group = (round_.codelists[key].entries[0].name for key in ("cause_sides", "cause_groups"))
    rows = [{"side": side, "group": group, "content": text} for text in texts]
    return saved(filled(round_, agency, causes=rows), folder / f"{agency}.xlsx")


@pytest.mark.slow
def test_cells_full_of_names_are_judged(tmp_path: Path, round_: Round) -> None:
    paths = [returned(tmp_path, round_, "T02", [LONG]), returned(tmp_path, round_, "T04", [LONG + "x" * n for n in range(8)])]
    checked = run.check(Home(tmp_path / "home"), round_, paths)
    assert [sum(f.rule == "V09" for f in each.findings) for each in checked] == [1, 8]
    named = next(f.words["named"] for f in checked[0].findings if f.rule == "V09")
    assert named == "“Lê Văn Hà”"


def test_too_much_text_makes_a_return_unreadable_and_the_others_are_judged(tmp_path: Path, round_: Round) -> None:
    much = [f"{n} " + "chậm giải quyết hồ sơ " * 1_400 for n in range(35)]
    assert sum(map(len, much)) * 2 > limits.FREE_TEXT_STEPS
    paths = [returned(tmp_path, round_, "T02", much), returned(tmp_path, round_, "T04", much[:2])]
    home = Home(tmp_path / "home")
    run.collect(home, round_, paths)
    found = {f.file: f for f in run.findings(home, round_) if f.rule == "S01"}
    assert found["T02.xlsx"].message == "not_workbook.too_much_text"
    for lang in LANGUAGES:
        assert "2.000.000" in say(found["T02.xlsx"].message, "found", lang, found["T02.xlsx"].words)
        assert say(found["T02.xlsx"].message, "fix", lang, found["T02.xlsx"].words)
    _, agencies = run.status(home, round_)
    verdicts = dict(zip(agencies["agency"], agencies["verdict"], strict=True))
    assert verdicts["T04"] == Verdict.TO_CORRECT
    assert "T04.xlsx" not in found


def test_a_text_counts_once_however_often_it_stands_and_for_each_rule_that_reads_it(tmp_path: Path, round_: Round) -> None:
    from pipeline.collect.read import read

    path = returned(tmp_path, round_, "T02", ["a" * 100, "a" * 100, "b" * 50])
    tables = read(path, path.name, round_, tmp_path).tables
    assert effort.steps({"causes": tables["causes"]}, round_.by_key) == 2 * 150
