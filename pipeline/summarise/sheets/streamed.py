"""Long sheets: rows that are put down as XML in one go, several times faster than cell by cell, in flat memory.

xlsxwriter writes the heading and everything else of the sheet; see https://xlsxwriter.readthedocs.io/example_inheritance1.html
for worksheets of one's own. Texts stand in the cells themselves (``inlineStr``), as xlsxwriter writes them in constant memory.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pipeline.summarise.sheets.repeated import Repeated
from pipeline.summarise.sheets.safety import LIKE_FORMULA, safe
from pipeline.summarise.sheets.sheet import Formula
from schemas.words import dmy

CHUNK = 2_000
"""Rows written at a time."""
Tail = Callable[[Any], str]
"""The XML of a cell after its address."""
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 Excel's days have no zone
_FIRST_DAY = dt.datetime(1900, 3, 1)  # noqa: DTZ001 before it, Excel counts a day that never was
_ESCAPED = re.compile(r"(_x[0-9a-fA-F]{4}_)")


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


def row_xml(columns: Sequence[Repeated], tails: Sequence[Tail], heights: Repeated, first: int) -> Iterator[str]:
    """The XML of ``CHUNK`` rows at a time; ``first`` is the first row's number, from 0, and ``heights`` are in points, 0 for the usual one.

    A row is what stands between its number and its number: it is written before each cell's address is closed.
    """
    after = [f'<c r="{xl_col_to_name(column)}' for column in range(1, len(columns))] + ["</row>"]
    begun = heights.map(lambda height: f'" ht="{height:g}" customHeight="1"><c r="A' if height else '"><c r="A')
    parts = [begun, *(column.map(_followed(tail, by)) for column, tail, by in zip(columns, tails, after, strict=True))]
    for start in range(0, len(heights), CHUNK):
        rows = zip(*(part[start : start + CHUNK] for part in parts), strict=True)
        yield "".join([str(number).join(('<row r="', *row)) for number, row in enumerate(rows, start=first + start + 1)])


def _followed(tail: Tail, by: str) -> Tail:
    return lambda value: tail(value) + by


def text_tail(plain: Format, quoted: Format) -> Tail:
    """Cells of text; ``quoted`` is for texts that a spreadsheet would take for a formula when they are edited."""
    styles = [style._get_xf_index() for style in (plain, quoted)]  # noqa: SLF001 its number in the file has no public name

    def tail(value: str | None) -> str:
        return _text(value, styles[value.startswith(LIKE_FORMULA)]) if value else f'" s="{styles[0]}"/>'

    return tail


def number_tail(whole: Format, broken: Format) -> Tail:
    """Cells of numbers: ``whole`` ones and those with decimals."""
    styles = [style._get_xf_index() for style in (whole, broken)]  # noqa: SLF001 as above

    def tail(value: float | None) -> str:
        if value is None:
            return f'" s="{styles[0]}"/>'
        is_whole = value == int(value)
        return f'" s="{styles[not is_whole]}"><v>{int(value) if is_whole else value!r}</v></c>'

    return tail


def formula_tail(style: Format) -> Tail:
    """Cells of formulas with their stored results."""
    number = style._get_xf_index()  # noqa: SLF001 as above

    def tail(value: Formula) -> str:
        formula = value.text.lstrip("=").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if isinstance(value.value, str):
            result = safe(value.value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            return f'" s="{number}" t="str"><f>{formula}</f><v>{result}</v></c>'
        return f'" s="{number}"><f>{formula}</f><v>{value.value}</v></c>'

    return tail


def moment_tail(style: Format) -> Tail:
    """Cells of days or moments; what lies before Excel's days stands there as text."""
    number = style._get_xf_index()  # noqa: SLF001 as above

    def tail(value: dt.datetime | None) -> str:
        if value is None:
            return f'" s="{number}"/>'
        if value < _FIRST_DAY:
            return _text(dmy(value), number)
        days = (value - _EPOCH) / dt.timedelta(days=1)
        return f'" s="{number}"><v>{int(days) if days.is_integer() else days!r}</v></c>'

    return tail


def _text(value: str, style: int) -> str:
    text = _ESCAPED.sub(r"_x005F\1", safe(value)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f'" s="{style}" t="inlineStr"><is><t{space}>{text}</t></is></c>'
