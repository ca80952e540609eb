"""Unpromised behaviour of XlsxWriter that `pages.py` rests on: a new version is looked at."""

from __future__ import annotations

import inspect
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import CellFormulaTuple, CellNumberTuple, CellStringTuple, Worksheet

from pipeline.summarise.sheets.pages import SheetPage, StreamedPage, style_number


def parts(fill: Callable[[Workbook], None]) -> dict[str, str]:
    """The parts of a workbook, filled by ``fill``, by name."""
    buffer = io.BytesIO()
    book = Workbook(buffer)
    fill(book)
    book.close()
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (Worksheet, "_prepare_formula", ["self", "formula", "expand_future_functions"]),
        (Worksheet, "_write_cell", ["self", "row", "col", "cell"]),
        (Worksheet, "_write_rows", ["self"]),
        (Worksheet, "_check_dimensions", ["self", "row", "col", "ignore_row", "ignore_col"]),
        (Format, "_get_xf_index", ["self"]),
    ],
)
def test_methods_are_called_as_we_know_them(owner: type, name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


def test_a_formula_goes_through_the_methods_that_are_replaced() -> None:
    def fill(book: Workbook) -> None:
        for kind in (Worksheet, SheetPage):
            page = book.add_worksheet(kind.__name__, kind)
            page.write_formula(0, 0, "=CONCAT(1,2)", None, 12)
            page.conditional_format(
                0,
                0,
                0,
                0,
                {"type": "formula", "criteria": "=CONCAT(1,2)=1", "format": book.add_format()},
            )

    written = parts(fill)
    assert "_xlfn.CONCAT" not in written["xl/worksheets/sheet2.xml"]
    assert "<f>CONCAT(1,2)</f><v>12</v>" in written["xl/worksheets/sheet2.xml"]
    assert "<formula>CONCAT(1,2)=1</formula>" in written["xl/worksheets/sheet2.xml"]


def test_cells_are_written_as_xlsxwriter_does() -> None:
    numbers = [0, 7, -1.5, 1e300, 0.1 + 0.2, 2**53, True]
    texts = ["số", 'a"b', "<&>", "a\nb", " ", "#N/A", "#", "0"]

    def fill(book: Workbook) -> None:
        plain, bold = book.add_format(), book.add_format({"bold": True})
        for kind in (Worksheet, SheetPage):
            page = book.add_worksheet(kind.__name__, kind)
            for row, value in enumerate([*numbers, *texts]):
                page.write_formula(row, 0, f'=IF(A{row}<1,"a&b",{row})', plain, value)
                page.write_formula(row, 1, f"=A{row}", None, value)
                page.write(row, 700, value, bold)
                page.write(row, 30, value)

    written = parts(fill)
    sheets = [
        re.sub('tabSelected="1" ', "", written[f"xl/worksheets/sheet{number}.xml"])
        for number in (1, 2)
    ]
    assert sheets[1] == sheets[0]


def test_an_empty_result_is_a_text_for_which_a_format_may_have_a_sign() -> None:
    def fill(book: Workbook) -> None:
        book.add_worksheet("A", SheetPage).write_formula(
            0, 0, '=""', book.add_format({"num_format": '0;-0;0;"–"'}), ""
        )

    assert '<c r="A1" s="1" t="str"><f>""</f><v></v></c>' in parts(fill)["xl/worksheets/sheet1.xml"]


def test_streamed_rows_follow_those_of_the_heading_and_count_in_the_dimension() -> None:
    def fill(book: Workbook) -> None:
        page = book.add_worksheet("A", StreamedPage)
        page.write_number(0, 0, 7)
        page.stream(
            iter(
                [
                    '<row r="2"><c r="A2"><v>8</v></c></row>',
                    '<row r="3"><c r="B3"><v>9</v></c></row>',
                ]
            ),
            1,
            2,
            2,
        )

    sheet = parts(fill)["xl/worksheets/sheet1.xml"]
    assert '<dimension ref="A1:B3"/>' in sheet
    rows = sheet[sheet.index("<sheetData>") : sheet.index("</sheetData>")]
    heading = '<row r="1" spans="1:1"><c r="A1"><v>7</v></c></row>'
    assert (
        rows
        == f'<sheetData>{heading}<row r="2"><c r="A2"><v>8</v></c></row><row r="3"><c r="B3"><v>9</v></c></row>'
    )


def test_a_table_is_stretched_with_its_filter_and_its_formulas() -> None:
    def fill(book: Workbook) -> None:
        page = book.add_worksheet("A", StreamedPage)
        page.add_table(0, 0, 1, 1, {"name": "t", "columns": [{"header": "a"}, {"header": "b"}]})
        page.stream(iter(()), 2, 8, 2)
        page.stretch_table(0, 9, 1, {1: "1+1"})

    table = parts(fill)["xl/tables/table1.xml"]
    assert 'ref="A1:B10" totalsRowShown="0"><autoFilter ref="A1:B10"/>' in table
    assert (
        '<tableColumn id="2" name="b"><calculatedColumnFormula>1+1</calculatedColumnFormula></tableColumn>'
        in table
    )


def test_the_number_of_a_style_is_that_of_the_file() -> None:
    numbers: dict[str, int] = {}

    def fill(book: Workbook) -> None:
        page = book.add_worksheet()
        for row, (name, look) in enumerate(
            {"bold": {"bold": True}, "red": {"font_color": "red"}}.items()
        ):
            style = book.add_format(look)
            numbers[name] = style_number(style)
            page.write_number(row, 0, row, style)

    sheet = parts(fill)["xl/worksheets/sheet1.xml"]
    assert numbers["bold"] != numbers["red"]
    assert all(
        f'<c r="A{row}" s="{number}">' in sheet
        for row, number in enumerate(numbers.values(), start=1)
    )


def test_what_is_taken_for_granted_is_there() -> None:
    page: Any = Workbook(io.BytesIO()).add_worksheet("A", StreamedPage)
    assert (page.tables, page.dim_rowmax, page.table) == ([], None, {})
    assert (CellFormulaTuple._fields, CellNumberTuple._fields, CellStringTuple._fields) == (
        ("formula", "format", "value"),
        ("number", "format"),
        ("string", "format"),
    )
    assert hasattr(page, "fh")
