"""A round without rankings: nothing anywhere compares places with one another."""

from __future__ import annotations

import html
import io
import shutil
import zipfile
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from pipeline.summarise.books import summary_book
from pipeline.summarise.brief.facts import Brief
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import dimension
from pipeline.summarise.figures.highlights import Highlights
from pipeline.summarise.report.facts import ItemFacts
from pipeline.summarise.report.saying import Sentences
from schemas.round.load import load_round
from schemas.round.round import Round
from tests.consolidations import random_consolidation
from tests.shown import one_sheet

pytestmark = pytest.mark.slow  # whole rounds through the engine

DIMENSIONS = ("locality", "behaviour")
"""Entries that may be ranked, and sectors, which are spoken of in any case."""


@pytest.fixture(scope="module")
def books(round_: Round, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, dict[str, bytes]]:
    """Summary workbooks with and without rankings, by dimension, with two crossings each."""
    folder = tmp_path_factory.mktemp("round") / "cv4874"
    shutil.copytree(round_.folder, folder)
    declared = folder / "round.toml"
    text = declared.read_text(encoding="utf-8")
    assert text.count("rankings = true") == 1
    declared.write_text(text.replace("rankings = true", "rankings = false"), encoding="utf-8")
    rounds, found = {True: round_, False: load_round(folder)}, {}
    for ranks, of in rounds.items():
        made = random_consolidation(of, rows=400, seed=3)
        provinces = {
            agency.code: agency.locality for agency in of.agencies if agency.group == "TINH"
        }
        frame = made.tables["manifestations"]
        own = frame["agency"].map(provinces)
        # provinces report on themselves, as the form demands
        frame["locality"] = frame["locality"].where(own.isna(), own)
        short = [
            replace(each, crossings=each.crossings[:2])
            for each in of.settings.summaries
            if each.dimension in DIMENSIONS
        ]
        found[ranks] = {each.dimension: summary_book(made, each) for each in short}
    return found


@pytest.fixture(scope="module")
def unranked(round_: Round) -> Consolidation:
    """A consolidation of a round that ranks nothing."""
    figures = replace(round_.settings.figures, rankings=False)
    return random_consolidation(
        replace(round_, settings=replace(round_.settings, figures=figures)), rows=400, seed=3
    )


def test_no_place_is_said_to_have_most(round_: Round, unranked: Consolidation) -> None:
    """Neither brief, report nor remarks rank places; sectors and behaviours stay."""
    names = {entry.name for entry in round_.codelists["localities"].entries}
    cells = {cell.title: cell.sentence for cell in Brief(unranked).cells}
    assert set(cells) == {"Lĩnh vực", "Hành vi", "Diễn biến theo thời gian"}
    declared = unranked.round_.outline.report
    assert declared is not None
    for asked in declared.figures:
        if asked.by in ("locality", "region"):
            text = " ".join(Sentences(ItemFacts(unranked, asked)).all)
            assert "nhất" not in text
            assert not any(name in text for name in names)
    spec = round_.by_key["manifestations"]
    for key, is_place in (("locality", True), ("region", True), ("sector", False)):
        remarks = Highlights(unranked, spec, dimension(round_, spec, key)).sentences
        assert (remarks[0].startswith("Đợt báo cáo này không so sánh")) == is_place
        assert (len(remarks) == 1) == is_place


def said(content: bytes) -> str:
    """All that stands in a workbook's parts: texts, formulas, prompts, names of sheets, charts."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return html.unescape(
            " ".join(
                package.read(name).decode() for name in package.namelist() if name.endswith(".xml")
            )
        ).casefold()


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_no_rank_stands_anywhere(books: dict[bool, dict[str, bytes]], dimension: str) -> None:
    ranked, plain = (books[ranks][dimension] for ranks in (True, False))
    telling = ("hạng", "rank(", "xếp hạng")
    assert any(word in said(ranked) for word in telling)
    assert [word for word in telling if word in said(plain)] == []
    before, now = (
        load_workbook(io.BytesIO(each), read_only=True).sheetnames for each in (ranked, plain)
    )
    assert set(before) - set(now) == ({"XẾP HẠNG"} if dimension == "locality" else set())


def test_charts_stand_in_the_order_of_the_list(
    round_: Round, books: dict[bool, dict[str, bytes]]
) -> None:
    drawn = {ranks: bars(of["behaviour"]) for ranks, of in books.items()}
    listed = [entry.name for entry in round_.codelists["behaviours"].entries]
    assert [name for name, _ in drawn[False]] == [
        name for name in listed if name in dict(drawn[False])
    ]
    assert sorted(drawn[False]) == sorted(drawn[True]), "the same figures"
    figures = [figure for _, figure in drawn[True]]
    assert figures == sorted(figures, reverse=True) != [figure for _, figure in drawn[False]]


def test_where_there_are_many_entries_none_are_picked_out_by_size(
    books: dict[bool, dict[str, bytes]],
) -> None:
    charts = {
        ranks: len(one_sheet(of["locality"], "TỔNG QUAN")._charts) for ranks, of in books.items()
    }
    assert charts[False] == charts[True] - 1


def bars(content: bytes) -> list[tuple[str, float]]:
    """The names and figures that the first chart is drawn from."""
    lines = [
        [cell.value for cell in row]
        for row in one_sheet(content, "SỐ LIỆU BIỂU ĐỒ").iter_rows(max_col=6)
    ]
    head = next(at for at, line in enumerate(lines) if line[2] == "Thứ tự")
    return [(line[4], line[5]) for line in lines[head + 1 :] if line[3]]
