"""Worksheets that reach inside XlsxWriter: the only module that uses names which that library doesn't promise to keep.

`tests/test_pages.py` fails when XlsxWriter changes what these names do. Worksheets of one's own are its documented way
(https://xlsxwriter.readthedocs.io/example_inheritance1.html); what happens inside them is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

# ruff: noqa: SLF001 nothing public of XlsxWriter does it


class Page(Worksheet):  # type: ignore[misc] # untyped at home
    """A worksheet whose formulas use functions of Excel 2010 only.

    xlsxwriter looks for some thirty newer ones in each formula, which took half of the time of a workbook.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: object = None) -> str:
        return formula.removeprefix("=")

    def _escape_attributes(self, attribute: Any) -> Any:
        """The same as xlsxwriter's, which asks a pattern of every address and number of a format, a tenth of a workbook's time."""
        return attribute if not isinstance(attribute, str) or attribute.isalnum() else super()._escape_attributes(attribute)


class StreamedPage(Worksheet):  # type: ignore[misc] # untyped at home
    """A worksheet whose last rows come from an iterator, when the file is written."""

    dim_rowmax: int

    def stream(self, rows: Iterator[str], first: int, count: int, columns: int) -> None:
        """Write ``count`` rows of XML, some at a time, from row ``first`` (from 0) on, over ``columns`` columns."""
        self._streamed, self._above = rows, first - 1
        if count:
            self._check_dimensions(first + count - 1, columns - 1)

    def _write_rows(self) -> None:
        last, self.dim_rowmax = self.dim_rowmax, self._above
        super()._write_rows()
        self.dim_rowmax = last
        for chunk in self._streamed:
            self.fh.write(chunk)

    def stretch_table(self, heading: int, last: int, right: int, formulas: Mapping[int, str]) -> None:
        """Let the table that was added last end at row ``last`` and column ``right``; ``formulas`` by column hold for rows added below.

        For xlsxwriter notes every cell of a table that it is told of.
        """
        table = self.tables[-1]
        table.update(dict.fromkeys(("range", "a_range", "autofilter"), xl_range(heading, 0, last, right)))
        for column, formula in formulas.items():
            table["columns"][column]["formula"] = formula


def style_number(style: Format) -> int:
    """The number of a format in the workbook's file."""
    return int(style._get_xf_index())
