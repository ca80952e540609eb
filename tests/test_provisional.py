"""Of agencies to correct, those are provisional whose sound rows count, in every output alike.

An official who signs figures must know whose may still change: those of agencies with rows in them.
An agency to correct without a sound row has given no figure, and is named among those not counted.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import docx
import openpyxl
import pytest

from pipeline.model import Standing
from pipeline.summarise.board.page import board_page
from pipeline.summarise.books import summary_book
from pipeline.summarise.brief.page import brief_page
from pipeline.summarise.compare.change import Cause, RoundChange
from pipeline.summarise.data.sources import provenance
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.lines import provisional_agencies, standings
from pipeline.summarise.progress import progress_book
from pipeline.summarise.report.story import report
from pipeline.summarise.texts.passages import passages
from schemas.round.round import Round
from tests.consolidations import consolidation
from tests.rows import PROVINCE_CASE

ROW = {
    **PROVINCE_CASE,
    "cases": 1,
    "persons": 2,
}
PROVISIONAL, LEFT_OUT = "T02", "T04"
"""Two agencies to correct: one with sound rows, one without."""


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    rows = [{**ROW, "agency": code, "locality": code} for code in ("T01", PROVISIONAL)]
    standing = dict.fromkeys((PROVISIONAL, LEFT_OUT), Standing.CORRECTING)
    return consolidation(round_, {"manifestations": rows}, standing, provisional=True)


@pytest.fixture(scope="module")
def names(made: Consolidation) -> dict[str, str]:
    return dict(zip(made.agencies["agency"], made.agencies["name"], strict=True))


def paragraphs(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


def rows_of(content: bytes, sheet: str) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True))


def test_an_agency_without_a_sound_row_is_not_provisional(made: Consolidation) -> None:
    assert provisional_agencies(made) == {PROVISIONAL}
    assert standings(made)[PROVISIONAL].is_provisional
    assert not standings(made)[LEFT_OUT].is_provisional
    assert made.coverage.provisional == 1


def test_without_provisional_figures_no_agency_is(made: Consolidation) -> None:
    assert provisional_agencies(replace(made, provisional=False)) == frozenset()


def test_notes_and_sources_of_workbooks(made: Consolidation, names: dict[str, str]) -> None:
    book = summary_book(made, made.round_.settings.summaries[0])
    notes = {row[0]: row[1] for row in rows_of(book, "GHI CHÚ")}
    assert notes["Đang sửa, tạm tính các dòng không lỗi (1)"] == names[PROVISIONAL]
    assert notes["Đang sửa, chưa được tổng hợp (1)"] == names[LEFT_OUT]
    counted = {row[1]: row[2] for row in rows_of(book, "NGUỒN")}
    assert counted[names[PROVISIONAL]] == "Tạm tính các dòng không lỗi"
    assert counted[names[LEFT_OUT]] == "Chưa: cần sửa lỗi"


def test_the_report(made: Consolidation, names: dict[str, str]) -> None:
    declared = made.round_.outline.report
    assert declared is not None
    said = paragraphs(report(made, declared, passages(made)))
    assert f"Đang phải sửa, tạm tính các dòng không lỗi (1): {names[PROVISIONAL]}." in said
    assert f"Đang phải sửa, chưa được tổng hợp (1): {names[LEFT_OUT]}." in said


def test_the_brief(made: Consolidation) -> None:
    said = "\n".join(paragraphs(brief_page(made)))
    assert "2 cơ quan còn phải sửa (tạm tính các dòng không lỗi của 1)" in said
    assert "Đang phải sửa, tạm tính các dòng không lỗi (1): " in said
    assert "Đang phải sửa, chưa được tổng hợp (1): " in said


def test_progress_and_board(made: Consolidation, names: dict[str, str]) -> None:
    said = {row[1]: row for row in rows_of(progress_book(made), "TIẾN ĐỘ") if len(row) > 1}
    assert "cần sửa (tạm tính)" in said[names[PROVISIONAL]]
    assert "cần sửa" in said[names[LEFT_OUT]]
    assert "tạm tính thêm 1 cơ quan còn phải sửa" in board_page(made).decode()


def test_comparison_and_provenance(made: Consolidation) -> None:
    before = replace(made, provisional=False)
    causes = {code: each.cause for code, each in RoundChange(made, before).reporters.items()}
    assert (causes[PROVISIONAL], causes[LEFT_OUT]) == (Cause.NEW, Cause.OTHER)
    status = {source["agency"]: source["status"] for source in provenance(made)["sources"]}
    assert status == {"T01": "counted", PROVISIONAL: "provisional", LEFT_OUT: "to_correct"}
