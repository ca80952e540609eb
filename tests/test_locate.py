"""Which sheet is which table, and what is told of a second sheet of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.collect.formats import xlsx
from pipeline.collect.formats.cells import Grid
from pipeline.collect.read import read
from pipeline.distribute.layout import FIRST_ROW, HEADER_ROW
from tests.books import issued
from tests.single import GOOD, MANIFESTATIONS, ROUND, SHEET, book_of, brief, only, reading_of, taken
from tests.workbooks import Row, fill_table, patched, saved

OTHER = {**GOOD, "period": "Năm 2022"}


@pytest.mark.parametrize("name", ["Sheet1", "I.1 BIỂU HIỆN (2)", "I.1 Biểu hiện - Copy", "Sở Y tế"])
@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        ([GOOD, OTHER], ("S11", "W", "stray.sheet", ())),
        ([OTHER], ("S11", "W", "stray.sheet", ())),
        ([OTHER, GOOD], ("S11", "W", "stray.sheet", ())),
        ([{**GOOD, "cases": 3}], ("S05", "E", "sheet_matched.two", ())),
        ([GOOD, {**OTHER, "note": "x"}], ("S05", "E", "sheet_matched.two", ())),
    ],
)
def test_a_second_sheet_of_a_table_repeats_its_rows_or_is_a_mistake(
    name: str, rows: Sequence[Row], finding: tuple[str, str, str, tuple[str, ...]], tmp_path: Path
) -> None:
    book = book_of(GOOD, OTHER)
    fill_table(book.create_sheet(name), MANIFESTATIONS, rows)
    reading = reading_of(book, tmp_path)
    told = only(reading)
    assert brief([told]) == [finding]
    assert (told.sheet, told.words) == (
        name,
        {"found_name": name, "sheet": SHEET, "counted": SHEET},
    )
    assert reading.tables["manifestations"].sheet == SHEET
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW, FIRST_ROW + 1]


@pytest.mark.parametrize("name", ["Sheet1", "I.1 BIỂU HIỆN (2)"])
def test_a_blank_copy_is_not_told(name: str, tmp_path: Path) -> None:
    book = book_of(GOOD)
    fill_table(book.create_sheet(name), MANIFESTATIONS, [])
    assert reading_of(book, tmp_path).findings == ()


def test_the_same_rows_with_their_columns_in_another_order_repeat_them(tmp_path: Path) -> None:
    book = book_of(GOOD)
    sheet = book.create_sheet("Sheet1")
    for position, column in enumerate(reversed(MANIFESTATIONS.columns), start=1):
        sheet.cell(HEADER_ROW, position, column.title)
        sheet.cell(FIRST_ROW, position, GOOD.get(column.key))
    assert brief(reading_of(book, tmp_path).findings) == [("S11", "W", "stray.sheet", ())]


def test_a_remark_beside_or_below_the_repeated_rows_makes_no_other_rows_of_them(
    tmp_path: Path,
) -> None:
    book = book_of(GOOD)
    sheet = book.create_sheet("Sheet1")
    fill_table(sheet, MANIFESTATIONS, [GOOD])
    sheet.cell(FIRST_ROW + 5, len(MANIFESTATIONS.columns) + 3, "bản nháp")
    assert brief(reading_of(book, tmp_path).findings) == [("S11", "W", "stray.sheet", ())]


@pytest.mark.parametrize("filled_first", [True, False])
def test_of_two_sheets_that_fit_by_their_headings_the_filled_one_is_read(
    *, filled_first: bool, tmp_path: Path
) -> None:
    book = book_of()
    del book[SHEET]
    for name in ("a", "b"):
        fill_table(
            book.create_sheet(name), MANIFESTATIONS, [GOOD] if (name == "a") == filled_first else []
        )
    reading = reading_of(book, tmp_path)
    assert brief([only(reading)]) == [("S05", "N", "sheet_matched.headers", ())]
    table = reading.tables["manifestations"]
    assert (table.sheet, table.rows.tolist()) == ("a" if filled_first else "b", [FIRST_ROW])


def test_of_two_filled_sheets_that_fit_by_their_headings_one_is_read_and_the_other_told(
    tmp_path: Path,
) -> None:
    book = book_of()
    del book[SHEET]
    for name, row in (("a", GOOD), ("b", OTHER)):
        fill_table(book.create_sheet(name), MANIFESTATIONS, [row])
    reading = reading_of(book, tmp_path)
    assert brief(reading.findings) == [
        ("S05", "N", "sheet_matched.headers", ()),
        ("S05", "E", "sheet_matched.two", ()),
    ]
    assert [finding.sheet for finding in reading.findings] == ["a", "b"]
    assert reading.findings[1].words["counted"] == "a"


def with_extra_sheet(spoil: tuple[bytes, bytes], path: Path, without: str = "") -> Path:
    """A right return, perhaps ``without`` a table, whose last sheet has its XML changed."""
    book = book_of(GOOD)
    if without:
        del book[ROUND.by_key[without].sheet]
    extra = book.create_sheet("Nháp")
    for column in range(1, 4):
        extra.cell(1, column, column)
    return patched(
        saved(book, path),
        f"xl/worksheets/sheet{len(book.sheetnames)}.xml",
        lambda data: data.replace(*spoil),
    )


SPOILT = [
    (b"</worksheet>", b""),
    (b'r="B1"', b'r="A1"'),
    (b"</row>", b"</rov>"),
    (b"<v>1</v>", b"<v>x</v>"),
]
REASONS = ["damaged", "irregular", "damaged", "damaged"]


@pytest.mark.parametrize("spoil", SPOILT)
def test_an_extra_sheet_that_nobody_can_read_costs_a_warning(
    spoil: tuple[bytes, bytes], tmp_path: Path
) -> None:
    reading = taken(with_extra_sheet(spoil, tmp_path / "a.xlsx"))
    assert brief(reading.findings) == [("S11", "W", "stray.extra_unread", ())]
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW]


@pytest.mark.parametrize(("spoil", "reason"), list(zip(SPOILT, REASONS, strict=True)))
def test_a_sheet_of_the_form_that_nobody_can_read_holds_the_file(
    spoil: tuple[bytes, bytes], reason: str, tmp_path: Path
) -> None:
    path = saved(book_of({**GOOD, "cases": 1}), tmp_path / "a.xlsx")
    part = f"xl/worksheets/sheet{list(ROUND.tables).index(MANIFESTATIONS) + 1}.xml"
    old, new = (
        each.replace(b'"B1"', f'"B{FIRST_ROW}"'.encode()).replace(
            b'"A1"', f'"A{FIRST_ROW}"'.encode()
        )
        for each in spoil
    )
    reading = taken(patched(path, part, lambda data: data.replace(old, new)))
    assert brief([only(reading)]) == [("S01", "E", f"not_workbook.{reason}", ())]


@pytest.mark.parametrize(("spoil", "reason"), list(zip(SPOILT, REASONS, strict=True)))
def test_a_sheet_that_nobody_can_read_holds_the_file_where_it_may_be_a_missing_table(
    spoil: tuple[bytes, bytes], reason: str, tmp_path: Path
) -> None:
    reading = taken(with_extra_sheet(spoil, tmp_path / "a.xlsx", without="actions"))
    assert brief([only(reading)]) == [("S01", "E", f"not_workbook.{reason}", ())]


def test_only_the_sheets_of_tables_are_opened_where_all_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    right = xlsx.XlsxWorkbook.grid

    def noted(book: xlsx.XlsxWorkbook, name: str) -> Grid:
        opened.append(name)
        return right(book, name)

    monkeypatch.setattr(xlsx.XlsxWorkbook, "grid", noted)
    path = tmp_path / "T01.xlsx"
    path.write_bytes(issued(ROUND, "T01"))
    read(path, path.name, ROUND, tmp_path)
    assert sorted(opened) == sorted([*(spec.sheet for spec in ROUND.tables), ROUND.sheets.meta])
