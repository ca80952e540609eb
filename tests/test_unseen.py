"""Hidden rows, columns and sheets, and struck-out rows, which count though unseen."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook

from pipeline.collect.formats.opening import open_workbook
from pipeline.feedback.listing import ListHeading
from pipeline.feedback.marking import Marking
from pipeline.feedback.workbook import marked_copy
from pipeline.model import Finding, Severity
from tests.single import GOOD, ROUND, SHEET, book_of, brief, only, reading_of, strike
from tests.workbooks import patched, saved

ROWS = [GOOD, {**GOOD, "period": "Năm 2022"}, {**GOOD, "period": "Năm 2020"}]
"""In rows 9 to 11."""


def hide_row(book: Workbook) -> None:
    book[SHEET].row_dimensions[10].hidden = True


def filter_row(book: Workbook) -> None:
    hide_row(book)
    book[SHEET].auto_filter.ref = "A8:N11"
    book[SHEET].auto_filter.add_filter_column(0, ["Năm 2021"])


def fold_row(book: Workbook) -> None:
    book[SHEET].row_dimensions.group(10, 10, outline_level=1, hidden=True)


def flatten_row(book: Workbook) -> None:
    book[SHEET].row_dimensions[10].height = 0.5


@pytest.mark.parametrize("hide", [hide_row, filter_row, fold_row, flatten_row])
def test_a_hidden_row_that_counts_is_noted(
    hide: Callable[[Workbook], None], tmp_path: Path
) -> None:
    book = book_of(*ROWS)
    hide(book)
    reading = reading_of(book, tmp_path)
    assert brief([only(reading)]) == [("S11", "N", "stray.hidden_rows", ("A10",))]
    assert only(reading).words == {"rows": "10"}
    assert reading.tables["manifestations"].rows.tolist() == [9, 10, 11]


@pytest.mark.parametrize(
    "written", [b"hidden='1'", b'hidden="true"', b'ht="0" customHeight="1"', b"ht='0.5'"]
)
def test_ways_to_write_that_a_row_is_hidden(written: bytes, tmp_path: Path) -> None:
    part = f"xl/worksheets/sheet{[spec.sheet for spec in ROUND.tables].index(SHEET) + 1}.xml"
    path = patched(
        saved(book_of(*ROWS), tmp_path / "a.xlsx"),
        part,
        lambda data: data.replace(b'<row r="11"', b'<row r="11" ' + written),
    )
    hidden = open_workbook(path.read_bytes()).grid(SHEET).hidden
    assert (hidden.rows, hidden.columns) == (((11, 11),), ())


def test_hidden_rows_without_data_are_not_noted(tmp_path: Path) -> None:
    book = book_of(*ROWS)
    for row in (2, 7, 30):
        book[SHEET].row_dimensions[row].hidden = True
    assert reading_of(book, tmp_path).findings == ()


@pytest.mark.parametrize(("name", "value"), [("hidden", True), ("width", 0.1)])
def test_a_hidden_column_that_counts_is_noted(name: str, value: Any, tmp_path: Path) -> None:
    book = book_of(*ROWS)
    for letters in ("I", "N", "P"):  # cases; a note that nobody wrote; outside the table
        setattr(book[SHEET].column_dimensions[letters], name, value)
    told = only(reading_of(book, tmp_path))
    assert (*brief([told]), told.column) == (
        ("S11", "N", "stray.hidden_columns", ("I9",)),
        "Số vụ việc",
    )


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_that_counts_is_noted_and_a_blank_one_is_not(
    state: str, tmp_path: Path
) -> None:
    book = book_of(*ROWS)
    book[SHEET].sheet_state = book[ROUND.by_key["examples"].sheet].sheet_state = state
    told = only(reading_of(book, tmp_path))
    assert (*brief([told]), told.sheet) == (("S11", "N", "stray.hidden_sheet", ()), SHEET)


# --- struck out ----------------------------------------------------------------------------------


def test_a_row_that_is_struck_out_whole_is_a_warning(tmp_path: Path) -> None:
    book = book_of(*ROWS)
    strike(book, "A10:N10")
    reading = reading_of(book, tmp_path)
    assert brief([only(reading)]) == [("S11", "W", "stray.struck", ("A10",))]
    assert len(reading.tables["manifestations"].rows) == 3


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (("I10",), [("stray.struck_cells", ("I10",))]),
        (
            ("I9", "I11", "J9"),
            [("stray.struck_cells", ("I9", "I11")), ("stray.struck_cells", ("J9",))],
        ),
        (("A10:N10", "I11"), [("stray.struck", ("A10",)), ("stray.struck_cells", ("I11",))]),
        (("A9:N9", "A10:N10", "A11:N11"), [("stray.struck", ("A9", "A10", "A11"))]),
        (("N10", "P10", "A2"), []),
    ],
)
def test_a_cell_that_is_struck_out_whole_in_a_row_that_is_not_is_a_warning(
    cells: tuple[str, ...], told: list[tuple[str, tuple[str, ...]]], tmp_path: Path
) -> None:
    book = book_of(*ROWS)
    for each in cells:
        strike(book, each if ":" in each else f"{each}:{each}")
    reading = reading_of(book, tmp_path)
    assert brief(reading.findings) == [("S11", "W", message, places) for message, places in told]
    assert {each.column for each in reading.findings} <= {"", "Số vụ việc", "Số người"}
    assert reading.tables["manifestations"].values["cases"].tolist() == [2, 2, 2]


# --- the marked copy -----------------------------------------------------------------------------


def copied(book: Workbook, tmp_path: Path, *findings: Finding) -> tuple[Workbook, list[str]]:
    """The marked copy, and what its list says of each finding."""
    name = ROUND.sheets.feedback
    whole = marked_copy(
        saved(book, tmp_path / "a.xlsx").read_bytes(),
        Marking(findings, ListHeading("CẦN SỬA", []), name),
    ).content
    marked = openpyxl.load_workbook(io.BytesIO(whole))
    return marked, [
        str(row[7].value) for row in marked[name].iter_rows() if str(row[0].value).isdigit()
    ]


def wrong(cell: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        "V02",
        severity,
        "number",
        {"title": "Số vụ việc", "value": "x"},
        sheet=SHEET,
        cells=(cell,),
        value="x",
    )


REVEALED = "bản này đã bỏ ẩn"


@pytest.mark.parametrize("hide", [hide_row, filter_row, fold_row, flatten_row])
def test_the_marked_copy_shows_the_row_that_it_marks_and_says_so(
    hide: Callable[[Workbook], None], tmp_path: Path
) -> None:
    book = book_of(*ROWS)
    hide(book)
    book[SHEET].row_dimensions[2].hidden = True
    marked, texts = copied(book, tmp_path, wrong("I10"), wrong("I11"))
    row = marked[SHEET].row_dimensions[10]
    assert (row.hidden, (row.height or 15) > 2) == (False, True)
    assert marked[SHEET].row_dimensions[2].hidden
    assert [REVEALED in text for text in texts] == [True, False]
    assert REVEALED in marked[SHEET]["I10"].comment.text
    assert REVEALED not in marked[SHEET]["I11"].comment.text
    assert not marked[SHEET].auto_filter.filterColumn


def test_a_filter_that_hides_nothing_marked_stays(tmp_path: Path) -> None:
    book = book_of(*ROWS)
    filter_row(book)
    marked, texts = copied(book, tmp_path, wrong("I11"), wrong("I10", Severity.NOTE))
    assert marked[SHEET].row_dimensions[10].hidden
    assert marked[SHEET].auto_filter.filterColumn
    assert [REVEALED in text for text in texts] == [False, False]


@pytest.mark.parametrize("width", [None, 0])
def test_the_marked_copy_shows_the_column_and_the_sheet_of_a_mark(
    width: int | None, tmp_path: Path
) -> None:
    book = book_of(*ROWS)
    column = book[SHEET].column_dimensions["I"]
    column.hidden, column.width = width is None, width or 12
    column.width = 0 if width == 0 else 12
    book[SHEET].sheet_state = "veryHidden"
    book[ROUND.by_key["examples"].sheet].sheet_state = "hidden"
    marked, texts = copied(book, tmp_path, wrong("I10"))
    assert (marked[SHEET].sheet_state, marked[ROUND.by_key["examples"].sheet].sheet_state) == (
        "visible",
        "hidden",
    )
    shown = marked[SHEET].column_dimensions["I"]
    assert (shown.hidden, shown.width > 1) == (False, True)
    assert REVEALED in texts[0]
