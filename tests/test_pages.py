"""What XlsxWriter doesn't promise and we rest on: each name does what `pages.py` takes it to do, or a new version must be looked at."""

from __future__ import annotations

import inspect
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.summarise.sheets.pages import Page, StreamedPage, style_number


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
        (Worksheet, "_escape_attributes", ["self", "attribute"]),
        (Worksheet, "_write_rows", ["self"]),
        (Worksheet, "_check_dimensions", ["self", "row", "col", "ignore_row", "ignore_col"]),
        (Format, "_get_xf_index", ["self"]),
    ],
)
def test_methods_are_called_as_we_know_them(owner: type, name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


def test_a_formula_goes_through_the_method_that_is_replaced() -> None:
    def fill(book: Workbook) -> None:
        for kind in (Worksheet, Page):
            book.add_worksheet(kind.__name__, kind).write_formula(0, 0, "=CONCAT(1,2)", None, 12)

    written = parts(fill)
    assert "<f>_xlfn.CONCAT(1,2)</f>" not in written["xl/worksheets/sheet2.xml"]
    assert "<f>CONCAT(1,2)</f><v>12</v>" in written["xl/worksheets/sheet2.xml"]


@pytest.mark.parametrize("attribute", [7, 1.5, "A1", "số", 'a"b', "<&>", "a\nb", "", "0.5"])
def test_what_stands_in_attributes_is_written_as_xlsxwriter_does(attribute: object) -> None:
    assert Page()._escape_attributes(attribute) == Worksheet()._escape_attributes(attribute)


def test_streamed_rows_follow_those_of_the_heading_and_count_in_the_dimension() -> None:
    def fill(book: Workbook) -> None:
        page = book.add_worksheet("A", StreamedPage)
        page.write_number(0, 0, 7)
        page.stream(iter(['<row r="2"><c r="A2"><v>8</v></c></row>', '<row r="3"><c r="B3"><v>9</v></c></row>']), 1, 2, 2)

    sheet = parts(fill)["xl/worksheets/sheet1.xml"]
    assert '<dimension ref="A1:B3"/>' in sheet
    rows = sheet[sheet.index("<sheetData>") : sheet.index("</sheetData>")]
    heading = '<row r="1" spans="1:1"><c r="A1"><v>7</v></c></row>'
    assert rows == f'<sheetData>{heading}<row r="2"><c r="A2"><v>8</v></c></row><row r="3"><c r="B3"><v>9</v></c></row>'


def test_a_table_is_stretched_with_its_filter_and_its_formulas() -> None:
    def fill(book: Workbook) -> None:
        page = book.add_worksheet("A", StreamedPage)
        page.add_table(0, 0, 1, 1, {"name": "t", "columns": [{"header": "a"}, {"header": "b"}]})
        page.stream(iter(()), 2, 8, 2)
        page.stretch_table(0, 9, 1, {1: "1+1"})

    table = parts(fill)["xl/tables/table1.xml"]
    assert 'ref="A1:B10" totalsRowShown="0"><autoFilter ref="A1:B10"/>' in table
    assert '<tableColumn id="2" name="b"><calculatedColumnFormula>1+1</calculatedColumnFormula></tableColumn>' in table


def test_the_number_of_a_style_is_that_of_the_file() -> None:
    numbers: dict[str, int] = {}

    def fill(book: Workbook) -> None:
        page = book.add_worksheet()
        for row, (name, look) in enumerate({"bold": {"bold": True}, "red": {"font_color": "red"}}.items()):
            style = book.add_format(look)
            numbers[name] = style_number(style)
            page.write_number(row, 0, row, style)

    sheet = parts(fill)["xl/worksheets/sheet1.xml"]
    assert numbers["bold"] != numbers["red"]
    assert all(f'<c r="A{row}" s="{number}">' in sheet for row, number in enumerate(numbers.values(), start=1))


def test_what_is_taken_for_granted_is_there() -> None:
    page: Any = Workbook(io.BytesIO()).add_worksheet("A", StreamedPage)
    assert (page.tables, page.dim_rowmax) == ([], None)
    assert hasattr(page, "fh")
