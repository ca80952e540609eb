"""Lists: sheets with a heading and one row a thing, to be filtered, sorted and printed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pipeline.office.safety import plain
from pipeline.office.textfit import column_for, line_count, line_height
from pipeline.summarise.sheets import printing
from pipeline.summarise.sheets.cells import MarkedText
from pipeline.summarise.sheets.pages import StreamedPage
from pipeline.summarise.sheets.repeated import DistinctValues
from pipeline.summarise.sheets.sheet import ROW_HEIGHT, SummaryBook, SummarySheet
from pipeline.summarise.sheets.streamed import (
    Tail,
    formula_tail,
    moment_tail,
    number_tail,
    row_xml,
    text_tail,
)

NARROW = 7
"""Characters that every column has at least."""
LEAST_TEXT = 24
"""Characters that a column of long texts keeps where a list must become narrower to be printed."""
LOOKED_AT = 20
"""The longest values of a column by which its width is set."""

MOST_PAGES = 10
"""Pages up to which a list is printed whole; of a longer one the first page is printed."""
_ON_A_PAGE = 200
"""More rows than a printed page holds."""
_SET_WIDTHS = {"date": 12.0, "moment": 17.0, "hash": 49.0}


@dataclass(frozen=True)
class ListColumn:
    """One column of a list.

    ``kind`` is a format for lists, ``formula`` for formulas; ``widest`` bounds its width in
    characters.
    """

    title: str
    values: Sequence[Any]
    kind: str = "plain"
    widest: float = 30

    @cached_property
    def column(self) -> DistinctValues:
        """Its values, each once."""
        return DistinctValues.of(self.values)

    @property
    def distinct(self) -> Sequence[Any]:
        """Each of its values once, in the order in which they first stand there."""
        return self.column.distinct


def first_row(book: SummaryBook) -> int:
    """The row, from 0, where the first thing of a list with a legend stands."""
    return book.head_rows + 2


def list_sheet(
    book: SummaryBook,
    name: str,
    title: str,
    fields: Sequence[ListColumn],
    *,
    legend: str = "",
    fixed: int = 0,
    table: str = "",
    most_pages: int = MOST_PAGES,
) -> SummarySheet:
    """A sheet with one list, filtered by its heading.

    The heading and the first ``fixed`` columns are frozen; ``table``: its name as a table.

    Of a list of more than ``most_pages`` only the first page is printed, and the legend says so.
    """
    widths = _that_fit_across(fields)
    scale = printing.scale_of(widths, printing.side_by_side(widths))
    _, head = printing.that_fit(widths, (), scale, 0)
    sheet = book.sheet(name, title, widths, fixed=fixed, kind=StreamedPage, head=head)
    heights, count = _heights(fields, sheet.widths), len(fields[0].values)
    is_long = sheet.pages_of(_points(heights)) > most_pages
    if legend or is_long:
        printed = [book.say("first_page_printed")] if is_long else []
        sheet.line(" ".join([legend, *printed]).strip(), "legend")
    heading = sheet.row
    sheet.cells([field.title for field in fields], ["head"] * len(fields))
    sheet.keep_above(1, fixed)
    _stream(sheet, fields, heights)
    if is_long:
        sheet.print_first_page(heading + 1, _points(heights[:_ON_A_PAGE]))
    if table and count:
        _make_table(book, sheet.page, table, fields, heading)
    else:
        sheet.page.autofilter(heading, 0, heading + count, len(fields) - 1)
    sheet.page.ignore_errors({"number_stored_as_text": f"A1:XFD{heading + count + 1}"})
    return sheet


def _stream(sheet: SummarySheet, fields: Sequence[ListColumn], heights: DistinctValues) -> None:
    """Put the rows of a list down, from the sheet's free row on."""
    columns, count = [field.column for field in fields], len(fields[0].values)
    tails = [_tail(sheet.book, field.kind) for field in fields]
    sheet.page.stream(row_xml(columns, tails, heights, sheet.row), sheet.row, count, len(fields))
    sheet.row += count


def headers(fields: Sequence[ListColumn]) -> list[str]:
    """The titles as a table needs them: each another, whatever the case of its letters."""
    found: list[str] = []
    for field in fields:
        title, again = plain(field.title), 2
        while title.casefold() in {each.casefold() for each in found}:
            title, again = f"{plain(field.title)} ({again})", again + 1
        found.append(title)
    return found


def _make_table(
    book: SummaryBook, page: StreamedPage, name: str, fields: Sequence[ListColumn], heading: int
) -> None:
    """Excel's table over the whole list: two rows are declared, then it is stretched."""
    last, right = heading + len(fields[0].values), len(fields) - 1
    columns = [{"header": title, "header_format": book.styles("head")} for title in headers(fields)]
    page.add_table(
        heading,
        0,
        heading + 1,
        right,
        {"name": name, "columns": columns, "style": None, "banded_rows": False},
    )
    texts = {
        place: {value.text for value in field.distinct}
        for place, field in enumerate(fields)
        if field.kind == "formula"
    }
    page.stretch_table(
        heading,
        last,
        right,
        {place: next(iter(each)).lstrip("=") for place, each in texts.items() if len(each) == 1},
    )


def _heights(fields: Sequence[ListColumn], widths: Sequence[float]) -> DistinctValues:
    """Points that each row needs, 0 where one line is enough."""
    lines = np.ones(len(fields[0].values), dtype="int32")
    for field, width in zip(fields, widths, strict=True):
        if field.kind == "plain":
            counts = [_lines(value, width) if value else 1 for value in field.distinct]
            lines = np.maximum(lines, np.array(counts, dtype="int32")[field.column.places])
    return DistinctValues(
        [line_height(line) if line > 1 else 0.0 for line in range(int(lines.max(initial=0)) + 1)],
        lines,
    )


def _lines(value: str | MarkedText, width: float) -> int:
    """Lines that a text takes; one with marks as if it were all in bold."""
    return line_count(_letters(value), width, bold=isinstance(value, MarkedText))


def _letters(value: str | MarkedText) -> str:
    return value.text if isinstance(value, MarkedText) else value


def _points(heights: Iterable[float]) -> Iterator[float]:
    """The heights of rows, the usual one where none is set."""
    return (height or ROW_HEIGHT for height in heights)


def _tail(book: SummaryBook, kind: str) -> Tail:
    if kind == "formula":
        return formula_tail(book.styles("plain"))
    style = book.styles(kind)
    if kind in ("plain", "hash"):
        return text_tail(style, book.styles(kind, quoted=True))
    if kind in ("date", "moment"):
        return moment_tail(style, book.styles("date"))
    return number_tail(book.styles("whole") if kind == "decimal" else style, style)


def _that_fit_across(fields: Sequence[ListColumn]) -> list[float]:
    """Return the widths of columns: texts break into more lines where a list would print too small.

    A list that is too wide for one page even then keeps its widths.
    """
    widths = [_width(field) for field in fields]
    for widest in range(math.ceil(max(widths)), LEAST_TEXT, -1):
        narrowed = [
            min(width, widest) if field.kind == "plain" else width
            for field, width in zip(fields, widths, strict=True)
        ]
        if printing.side_by_side(narrowed) == 1:
            return narrowed
    return widths


def _width(field: ListColumn) -> float:
    """Wide enough for the words of the title and, up to ``widest``, for the longest value."""
    # the filter's button
    heading = max((column_for(word, bold=True) for word in field.title.split()), default=0) + 2.5
    three_lines = column_for(field.title, bold=True) / 2.5
    return max(NARROW, heading, three_lines, _longest(field))


def _longest(field: ListColumn) -> float:
    """Characters that the values need; texts no more than ``widest``."""
    if field.kind in _SET_WIDTHS:
        return _SET_WIDTHS[field.kind]
    if field.kind == "formula":
        return min(
            field.widest, max((column_for(str(value.value)) for value in field.distinct), default=0)
        )
    if field.kind == "plain":
        lines = sorted((_letters(value) for value in field.distinct if value), key=len)[-LOOKED_AT:]
        return min(field.widest, max(map(column_for, lines), default=0))
    largest = max((abs(value) for value in field.distinct if value is not None), default=0)
    return column_for(f"{largest:,.2f}" if field.kind == "decimal" else f"{largest:,.0f}") + (
        5 if field.kind == "decimal" else 2
    )
