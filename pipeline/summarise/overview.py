"""The first sheet of a summary workbook, one printed page: headline figures with their coverage."""

from __future__ import annotations

from typing import Any

from pipeline.summarise.entries import empty
from pipeline.summarise.entry_table import EntryTable, Shown, legend
from pipeline.summarise.figures import AGENCIES
from pipeline.summarise.sheet import Book, Sheet, Span
from pipeline.summarise.summaries import Summary

WIDTHS = (9.0, 33.0, 20.0, 12.0, 14.0, 60.0)


def overview(book: Book, summary: Summary) -> None:
    """The first sheet: what the round comes to."""
    table = EntryTable.of(book, summary.dimension, summary.parent)
    sheet = book.sheet(book.say("sheets.overview"), summary.title, WIDTHS)
    sheet.line(legend(book), "legend")
    _headlines(sheet, table)
    sheet.page.fit_to_pages(1, 1)


def _headlines(sheet: Sheet, table: EntryTable) -> None:
    """The totals, each with how many agencies have rows behind it and how much of the round it rests on."""
    say = table.book.say
    sheet.line(say("headlines"), "section")
    heads = [say(key) for key in ("indicator", "figure", "unit", "agencies", "coverage_title")]
    for values, kinds in [(heads, ["head"] * 5), *(_headline(column, table.book) for column in table.columns)]:
        sheet.spans([Span(value, kind, columns) for value, kind, columns in zip(values, kinds, (2, 1, 1, 1, 1), strict=True)])


def _headline(column: Shown, book: Book) -> tuple[list[Any], list[str]]:
    value = column.value(None, empty(book.consolidation, None, book.lang))
    kind = "symbol" if isinstance(value, str) else column.kind
    values = [column.measure.title, value, column.measure.unit, int(column.total[AGENCIES]), book.coverage]
    return values, ["name", kind, "name", "count", "name"]
