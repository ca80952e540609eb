"""A round may switch rankings off: then nothing anywhere says how places stand against one another."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace

import openpyxl
import pytest

from pipeline.summarise.books import summary_book
from pipeline.summarise.brief.facts import Brief
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import dimension
from pipeline.summarise.figures.highlights import Highlights
from pipeline.summarise.report.facts import Facts
from pipeline.summarise.report.saying import Sentences
from schemas.round.load import load_round
from schemas.round.round import Round
from tests.consolidations import random_consolidation

pytestmark = pytest.mark.slow  # whole rounds through the engine


@pytest.fixture(scope="module")
def books(round_: Round, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, dict[str, openpyxl.Workbook]]:
    """The summary workbooks of a round that ranks and of its copy that doesn't, by dimension."""
    folder = tmp_path_factory.mktemp("round") / "cv4874"
    shutil.copytree(round_.folder, folder)
    declared = folder / "round.toml"
    text = declared.read_text(encoding="utf-8")
    assert text.count("rankings = true") == 1
    declared.write_text(text.replace("rankings = true", "rankings = false"), encoding="utf-8")
    rounds, found = {True: round_, False: load_round(folder)}, {}
    for ranks, of in rounds.items():
        made = random_consolidation(of, rows=400, seed=3)
        provinces = {agency.code: agency.locality for agency in of.agencies if agency.group == "TINH"}
        frame = made.tables["manifestations"]
        own = frame["agency"].map(provinces)
        frame["locality"] = frame["locality"].where(own.isna(), own)  # provinces report on themselves, as the form demands
        found[ranks] = {each.dimension: opened(summary_book(made, each, "vi")) for each in of.settings.summaries}
    return found


@pytest.fixture(scope="module")
def unranked(round_: Round) -> Consolidation:
    """A consolidation of a round that ranks nothing."""
    figures = replace(round_.settings.figures, rankings=False)
    return random_consolidation(replace(round_, settings=replace(round_.settings, figures=figures)), rows=400, seed=3)


def test_no_place_is_said_to_have_most(round_: Round, unranked: Consolidation) -> None:
    """Neither for the leader, nor in the report, nor among the remarks; sectors and behaviours are spoken of as ever."""
    names = {entry.name for entry in round_.codelists["localities"].entries}
    cells = {cell.title: cell.sentence for cell in Brief(unranked, "vi").cells}
    assert set(cells) == {"Lĩnh vực", "Hành vi", "Diễn biến theo thời gian"}
    declared = unranked.round_.outline.report
    assert declared is not None
    for asked in declared.figures:
        if asked.by in ("locality", "region"):
            text = " ".join(Sentences(Facts(unranked, asked, "vi")).all)
            assert "nhất" not in text
            assert not any(name in text for name in names)
    spec = round_.by_key["manifestations"]
    for key, is_place in (("locality", True), ("region", True), ("sector", False)):
        remarks = Highlights(unranked, spec, dimension(round_, spec, key, "vi"), "vi").sentences
        assert (remarks[0].startswith("Đợt báo cáo này không so sánh")) == is_place
        assert (len(remarks) == 1) == is_place


def opened(content: bytes) -> openpyxl.Workbook:
    """With formulas, but for the rows that the first chart is drawn from, which are as they stand."""
    book, values = (openpyxl.load_workbook(io.BytesIO(content), data_only=only) for only in (False, True))
    page = values["SỐ LIỆU BIỂU ĐỒ"]
    head = next(
        row[0].row for row in page.iter_rows() if row[2].value == "Thứ tự" or row[2].value == "Số ngày" or row[9].value == "Số ngày"
    )
    for row in page.iter_rows(min_row=head):
        for cell in row:
            book["SỐ LIỆU BIỂU ĐỒ"][cell.coordinate].value = cell.value
    return book


def said(book: openpyxl.Workbook) -> list[str]:
    """All texts and formulas of a workbook."""
    cells = [str(cell.value) for page in book for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    asked = [str(rule.prompt) for page in book for rule in page.data_validations.dataValidation]
    return [*cells, *asked, *(page.title for page in book)]


@pytest.mark.parametrize("dimension", ["sector", "locality"])
def test_no_rank_stands_anywhere(books: dict[bool, dict[str, openpyxl.Workbook]], dimension: str) -> None:
    ranked, plain = (books[ranks][dimension] for ranks in (True, False))
    telling = ("hạng", "rank(", "xếp hạng")
    assert any(word in text.casefold() for text in said(ranked) for word in telling)
    assert [text for text in said(plain) if any(word in text.casefold() for word in telling)] == []
    assert set(ranked.sheetnames) - set(plain.sheetnames) == ({"XẾP HẠNG"} if dimension == "locality" else set())


def test_charts_stand_in_the_order_of_the_list(round_: Round, books: dict[bool, dict[str, openpyxl.Workbook]]) -> None:
    drawn = {ranks: bars(of["behaviour"]) for ranks, of in books.items()}
    listed = [entry.name for entry in round_.codelists["behaviours"].entries]
    assert [name for name, _ in drawn[False]] == [name for name in listed if name in dict(drawn[False])]
    assert sorted(drawn[False]) == sorted(drawn[True]), "the same figures"
    figures = [figure for _, figure in drawn[True]]
    assert figures == sorted(figures, reverse=True) != [figure for _, figure in drawn[False]]


def test_where_there_are_many_entries_none_are_picked_out_by_size(books: dict[bool, dict[str, openpyxl.Workbook]]) -> None:
    charts = {ranks: len(of["locality"]["TỔNG QUAN"]._charts) for ranks, of in books.items()}
    assert charts[False] == charts[True] - 1


def bars(book: openpyxl.Workbook) -> list[tuple[str, float]]:
    """The names and figures that the first chart is drawn from."""
    lines = [[cell.value for cell in row] for row in book["SỐ LIỆU BIỂU ĐỒ"].iter_rows(max_col=6)]
    head = next(at for at, line in enumerate(lines) if line[2] == "Thứ tự")
    return [(line[4], line[5]) for line in lines[head + 1 :] if line[3]]
