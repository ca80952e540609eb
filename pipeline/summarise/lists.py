"""Lists: sheets with a heading and one row a thing, to be filtered, sorted and printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.summarise.sheet import Book
from pipeline.summarise.streamed import StreamedPage, Tail, moment_tail, number_tail, row_xml, text_tail
from pipeline.summarise.textfit import column_for, line_count, line_height

NARROW = 7
"""Characters that every column has at least."""
LOOKED_AT = 20
"""The longest values of a column by which its width is set."""


_SET_WIDTHS = {"date": 12.0, "moment": 17.0, "hash": 49.0}


@dataclass(frozen=True)
class Field:
    """One column of a list. ``kind`` is a format for lists; ``widest`` bounds its width in characters."""

    title: str
    values: Sequence[Any]
    kind: str = "plain"
    widest: float = 30


def list_sheet(book: Book, name: str, title: str, fields: Sequence[Field], *, legend: str = "", fixed: int = 0) -> None:
    """A sheet with one list, its heading and first ``fixed`` columns frozen, filtered by heading."""
    sheet = book.sheet(name, title, [_width(field) for field in fields], fixed=fixed, kind=StreamedPage)
    if legend:
        sheet.line(legend, "legend")
    heading, count = sheet.row, len(fields[0].values)
    sheet.cells([field.title for field in fields], ["head"] * len(fields))
    sheet.keep_above(1, fixed)
    heights = _heights(fields, sheet.widths)
    rows = row_xml([field.values for field in fields], [_tail(book, field.kind) for field in fields], heights, sheet.row)
    sheet.page.stream(rows, sheet.row, count, len(fields))
    sheet.page.autofilter(heading, 0, heading + count, len(fields) - 1)
    sheet.page.ignore_errors({"number_stored_as_text": f"A1:XFD{heading + count + 1}"})


def _heights(fields: Sequence[Field], widths: Sequence[float]) -> list[float]:
    """Points that each row needs, 0 where one line is enough."""
    lines = [1] * len(fields[0].values)
    for field, width in zip(fields, widths, strict=True):
        if field.kind == "plain":
            count = {value: line_count(value, width) if value else 1 for value in set(field.values)}
            lines = [max(line, count[value]) for line, value in zip(lines, field.values, strict=True)]
    return [line_height(line) if line > 1 else 0.0 for line in lines]


def _tail(book: Book, kind: str) -> Tail:
    style = book.styles(kind)
    if kind in ("plain", "hash"):
        return text_tail(style, book.styles(kind, quoted=True))
    return moment_tail(style) if kind in ("date", "moment") else number_tail(book.styles("whole") if kind == "decimal" else style, style)


def _width(field: Field) -> float:
    """Wide enough for the words of the title and, up to ``widest``, for the longest value."""
    heading = max((column_for(word, bold=True) for word in field.title.split()), default=0) + 2.5  # the filter's button
    three_lines = column_for(field.title, bold=True) / 2.5
    return max(NARROW, heading, three_lines, _longest(field))


def _longest(field: Field) -> float:
    """Characters that the values need; texts no more than ``widest``."""
    if field.kind in _SET_WIDTHS:
        return _SET_WIDTHS[field.kind]
    if field.kind == "plain":
        lines = sorted({value for value in field.values if value}, key=len)[-LOOKED_AT:]
        return min(field.widest, max(map(column_for, lines), default=0))
    largest = max((abs(value) for value in field.values if value is not None), default=0)
    return column_for(f"{largest:,.2f}" if field.kind == "decimal" else f"{largest:,.0f}") + (5 if field.kind == "decimal" else 2)
