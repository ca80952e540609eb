"""A return with long texts is judged; one with more than can be judged while others wait is unreadable, says so, and costs no other anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import run
from pipeline.collect.formats import limits
from pipeline.collect.read import read
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
def test_a_cell_full_of_names_is_judged_and_several_are_too_much(tmp_path: Path, round_: Round) -> None:
    paths = [returned(tmp_path, round_, "T02", [LONG]), returned(tmp_path, round_, "T04", [LONG + "x" * n for n in range(2)])]
    checked = run.check(Home(tmp_path / "home"), round_, paths)
    assert [[f.rule for f in each.findings if f.rule in ("V09", "S01")] for each in checked] == [["V09"], ["S01"]]
    named = next(f.words["named"] for f in checked[0].findings if f.rule == "V09")
    assert named == "“Lê Văn Hà”"


@pytest.mark.slow
def test_too_much_text_makes_a_return_unreadable_and_the_others_are_judged(tmp_path: Path, round_: Round) -> None:
    much = [f"{n} " + "chậm giải quyết hồ sơ " * 1_400 for n in range(35)]
    assert sum(map(len, much)) * 2 > limits.FREE_TEXT_STEPS
    paths = [returned(tmp_path, round_, "T02", much), returned(tmp_path, round_, "T04", much[:2])]
    home = Home(tmp_path / "home")
    run.collect(home, round_, paths)
    found = {f.file: f for f in run.findings(home, round_) if f.rule == "S01"}
    assert found["T02.xlsx"].message == "not_workbook.too_much_text"
    for lang in LANGUAGES:
        assert "1.500.000" in say(found["T02.xlsx"].message, "found", lang, found["T02.xlsx"].words)
        assert say(found["T02.xlsx"].message, "fix", lang, found["T02.xlsx"].words)
    _, agencies = run.status(home, round_)
    verdicts = dict(zip(agencies["agency"], agencies["verdict"], strict=True))
    assert verdicts["T04"] == Verdict.TO_CORRECT
    assert "T04.xlsx" not in found


def test_a_text_counts_once_however_often_it_stands_and_for_each_rule_that_reads_it(tmp_path: Path, round_: Round) -> None:
    path = returned(tmp_path, round_, "T02", ["a" * 100, "a" * 100, "b" * 50])
    causes = {"causes": read(path, path.name, round_, tmp_path).tables["causes"]}
    assert effort.steps(causes, round_.by_key) == 2 * 150
    assert effort.exceed(causes, round_.by_key, 299)
    assert not effort.exceed(causes, round_.by_key, 300)


@pytest.mark.parametrize(("text", "words"), [("ông Lê văn A", 2), ("số 12/3", 2), ("UBND xã", 1), ("Ở đó", 1), ("lê - á", 0)])
def test_a_word_that_may_begin_a_name_or_a_number_costs_more(text: str, words: int, tmp_path: Path, round_: Round) -> None:
    path = returned(tmp_path, round_, "T02", [text])
    causes = {"causes": read(path, path.name, round_, tmp_path).tables["causes"]}
    assert effort.steps(causes, round_.by_key) == 2 * len(text) + effort.LOOK * words


def test_a_right_return_takes_a_small_part_of_what_it_may(round_: Round, tmp_path: Path) -> None:
    """A form filled to its last prepared row with texts that are all different: about half of what is allowed; usual returns take a fiftieth."""
    rows = [f"Quyết định số {n}/QĐ-UBND ngày 12/3/2022 về chậm giải quyết hồ sơ đất đai tại huyện số {n}" for n in range(1_000)]
    path = returned(tmp_path, round_, "T02", rows)
    tables = read(path, path.name, round_, tmp_path).tables
    assert len(tables["causes"].rows) == len(rows)
    assert effort.steps(tables, round_.by_key) < limits.FREE_TEXT_STEPS
