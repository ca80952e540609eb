"""A return with long texts is judged; one beyond the limit is unreadable and costs no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import run
from pipeline.collect.formats import limits
from pipeline.collect.read import read
from pipeline.collect.tables import effort
from pipeline.collect.tables.named import looked_through
from pipeline.home import Home
from pipeline.model import Reading, Verdict
from schemas.round.round import Round
from schemas.rules import persons
from schemas.words import LANGUAGES, say
from tests.workbooks import filled, saved

LONG = "Lê Văn Hà, " * 2_900
"""A nearly full cell with a name every few letters: the pattern of names at its slowest."""


def returned(folder: Path, round_: Round, agency: str, texts: list[str]) -> Path:
    side, group = (round_.codelists[key].entries[0].name for key in ("cause_sides", "cause_groups"))
    rows = [{"side": side, "group": group, "content": text} for text in texts]
    return saved(filled(round_, agency, causes=rows), folder / f"{agency}.xlsx")


def reading(folder: Path, round_: Round, texts: list[str]) -> Reading:
    path = returned(folder, round_, "T02", texts)
    return read(path, path.name, round_, folder)


def column(of: Reading, round_: Round) -> effort.Texts:
    (texts,) = (
        each
        for each in effort.free_texts({"causes": of.tables["causes"]}, round_.by_key)
        if each.column.key == "content"
    )
    return texts


def test_a_cell_full_of_names_is_judged(tmp_path: Path, round_: Round) -> None:
    (checked,) = run.check(
        Home(tmp_path / "home"), round_, [returned(tmp_path, round_, "T02", [LONG])]
    )
    (found,) = (f for f in checked.findings if f.rule in ("V09", "S01"))
    assert (found.rule, found.words["named"]) == ("V09", "“Lê Văn Hà”")


@pytest.mark.slow
def test_too_much_text_makes_a_return_unreadable_and_the_others_are_judged(
    tmp_path: Path, round_: Round
) -> None:
    much = [
        f"{n} " + "chậm giải quyết hồ sơ " * 1_400
        for n in range(limits.LONG_TEXT_LETTERS // 30_000)
    ]
    paths = [returned(tmp_path, round_, "T02", much), returned(tmp_path, round_, "T04", much[:2])]
    home = Home(tmp_path / "home")
    run.collect(home, round_, paths)
    found = {f.file: f for f in run.findings(home, round_) if f.rule == "S01"}
    assert found["T02.xlsx"].message == "not_workbook.too_much_text"
    _, agencies = run.status(home, round_)
    verdicts = dict(zip(agencies["agency"], agencies["verdict"], strict=True))
    assert verdicts["T04"] == Verdict.TO_CORRECT
    assert "T04.xlsx" not in found


def test_what_is_too_much_is_told_with_its_place_and_how_much_to_take_out(
    tmp_path: Path, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    causes = {
        "causes": reading(tmp_path, round_, ["a" * 100, "b" * 300, "c" * 50]).tables["causes"]
    }
    monkeypatch.setattr(limits, "LONG_TEXT_LETTERS", 300)
    assert effort.excess(causes, round_.by_key) == {}
    monkeypatch.setattr(limits, "LONG_TEXT_LETTERS", 200)
    words = effort.excess(causes, round_.by_key)
    sheet, title = round_.by_key["causes"].sheet, round_.by_key["causes"].by_key["content"].title
    assert words == {
        "letters": "450",
        "share": "35",
        "sheet": sheet,
        "title": title,
        "most": "450",
        "cell": "D10",
    }
    for lang in LANGUAGES:
        said = (
            say("not_workbook.too_much_text", "found", lang, words),
            say("not_workbook.too_much_text", "fix", lang, words),
        )
        assert all(word in " ".join(said) for word in words.values())


def test_a_text_counts_once_however_often_it_stands_and_for_each_rule_that_reads_it(
    tmp_path: Path, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reading(tmp_path, round_, ["a" * 100, "a" * 100, "b" * 50])
    assert column(read, round_).steps == 2 * 150
    causes = {"causes": read.tables["causes"]}
    monkeypatch.setattr(limits, "FREE_TEXT_STEPS", 300)
    assert effort.excess(causes, round_.by_key) == {}
    monkeypatch.setattr(limits, "FREE_TEXT_STEPS", 299)
    assert effort.excess(causes, round_.by_key)["share"] == "5"


@pytest.mark.parametrize(
    ("text", "words"),
    [("ông Lê văn A", 2), ("số 12/3", 2), ("UBND xã", 1), ("Ở đó", 1), ("lê - á", 0)],
)
def test_a_word_that_may_begin_a_name_or_a_number_costs_more(
    text: str, words: int, tmp_path: Path, round_: Round
) -> None:
    assert (
        column(reading(tmp_path, round_, [text]), round_).steps
        == 2 * len(text) + effort.LOOK * words
    )


def test_persons_are_looked_for_where_a_file_is_read(tmp_path: Path, round_: Round) -> None:
    read = reading(
        tmp_path, round_, ["Ông Lê Văn Hà chậm trả lời dân.", "Chậm trả lời nhiều hồ sơ của dân."]
    )
    assert read.persons == {"Ông Lê Văn Hà chậm trả lời dân.": ((4, 13),)}
    found = looked_through([read, Reading()], round_.by_key)
    assert found["Chậm trả lời nhiều hồ sơ của dân."] == ()
    with persons.known({"Chậm trả lời": ((0, 4),)}):
        assert persons.personal("Chậm trả lời") == ["Chậm"]
    assert persons.personal("Chậm trả lời") == []
