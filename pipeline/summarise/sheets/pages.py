"""Worksheets that reach inside XlsxWriter, where it promises nothing: no other module does.

`tests/test_pages.py` fails when XlsxWriter changes what these names do. Worksheets of one's own are
its documented way (https://xlsxwriter.readthedocs.io/example_inheritance1.html); what happens
inside them is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import CellFormulaTuple, CellNumberTuple, CellStringTuple, Worksheet

from pipeline.office.xmltext import in_element

# ruff: noqa: SLF001 nothing public of XlsxWriter does it


class SheetPage(Worksheet):  # type: ignore[misc] # untyped at home
    """A worksheet of tens of thousands of formulas, all of functions that Excel 2010 has.

    In each of them xlsxwriter looks for the names of some sixty newer functions, and it asks a
    pattern of every address, number and text that a cell is written of: together two thirds of the
    time of a workbook.
    """

    def write_formula(
        self, row: int, col: int, formula: str, cell_format: Format, value: object
    ) -> None:
        """Note a formula as it stands, and its result."""
        self._check_dimensions(row, col)
        self.table[row][col] = CellFormulaTuple(self._prepare_formula(formula), cell_format, value)

    def _prepare_formula(self, formula: str, expand_future_functions: object = None) -> str:
        """The formula of a condition as it stands."""
        return formula.removeprefix("=")

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """Write what nearly all cells are in one go, the rest as xlsxwriter does."""
        content = _content(cell)
        if content is None or not cell.format:
            super()._write_cell(row, col, cell)
        else:
            self.fh.write(
                f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{style_number(cell.format)}"'
                f"{content}</c>"
            )


def _content(cell: Any) -> str | None:
    """The XML of a formula, a number or a shared text; None of what is seldom."""
    if isinstance(cell, CellFormulaTuple):
        return _formula(cell.formula, cell.value)
    if isinstance(cell, CellNumberTuple):
        return f"><v>{cell.number:.16G}</v>"
    return f' t="s"><v>{cell.string}</v>' if isinstance(cell, CellStringTuple) else None


def _formula(formula: str, value: object) -> str | None:
    """A formula with its result; None if that is a truth value or an error."""
    if isinstance(value, bool):
        return None
    if not isinstance(value, str):
        return f"><f>{in_element(formula)}</f><v>{value}</v>"
    if value.startswith("#"):
        return None
    # an empty text is one too: its format may have a sign for it
    return f' t="str"><f>{in_element(formula)}</f><v>{in_element(value)}</v>'


class StreamedPage(Worksheet):  # type: ignore[misc] # untyped at home
    """A worksheet whose last rows come from an iterator, when the file is written."""

    dim_rowmax: int

    def stream(self, rows: Iterator[str], first: int, count: int, columns: int) -> None:
        """Write ``count`` rows of XML, some at a time, from row ``first`` (from 0) on."""
        self._streamed, self._above = rows, first - 1
        if count:
            self._check_dimensions(first + count - 1, columns - 1)

    def _write_rows(self) -> None:
        last, self.dim_rowmax = self.dim_rowmax, self._above
        super()._write_rows()
        self.dim_rowmax = last
        for chunk in self._streamed:
            self.fh.write(chunk)

    def stretch_table(
        self, heading: int, last: int, right: int, formulas: Mapping[int, str]
    ) -> None:
        """Let the table that was added last end at row ``last`` and column ``right``.

        XlsxWriter notes every cell of a table that it is told of, so it isn't told of all.
        ``formulas`` by column hold for rows that are added below.
        """
        table = self.tables[-1]
        table.update(
            dict.fromkeys(("range", "a_range", "autofilter"), xl_range(heading, 0, last, right))
        )
        for column, formula in formulas.items():
            table["columns"][column]["formula"] = formula


def style_number(style: Format) -> int:
    """The number of a format in the workbook's file."""
    return int(style._get_xf_index())
