"""The first sheet, one printed page: headline figures, what matters, charts."""

from __future__ import annotations

from typing import Any

from pipeline.summarise.figures.doubts import doubts
from pipeline.summarise.figures.highlights import Highlights
from pipeline.summarise.figures.lines import NOT_IN, empty, standings
from pipeline.summarise.figures.rests import explained
from pipeline.summarise.sheets.cells import LiveCell, Span
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet
from pipeline.summarise.workbook.charts import chart_sheet
from pipeline.summarise.workbook.drill import Drill
from pipeline.summarise.workbook.entry_lines import EntrySheet
from pipeline.summarise.workbook.entry_table import legend
from pipeline.summarise.workbook.figure_column import FigureColumn
from schemas.round.settings import Summary

WIDTHS = (9.0, 56.0, 28.0, 40.0, 34.0)


def overview_sheet(book: SummaryBook, summary: Summary) -> SummarySheet:
    """The first sheet, empty yet: what it shows stands on sheets that come after it."""
    sheet = book.sheet(book.say("sheets.overview"), summary.title, WIDTHS)
    sheet.answers("front", "overview")
    sheet.page.activate()
    sheet.page.fit_to_pages(1, 1)
    return sheet


def overview(sheet: SummarySheet, made: EntrySheet, drill: Drill) -> None:
    """Fill the first sheet from the table of entries; the cells of its charts get a sheet."""
    book, table = sheet.book, made.table
    sheet.line(legend(book), "legend")
    _headlines(sheet, made, drill)
    said = Highlights(book.consolidation, table.spec, table.by).sentences
    sheet.line(book.say("highlights.title"), "section")
    if not said:
        sheet.line(
            book.say(
                f"highlights.{'unknown' if book.consolidation.coverage.counted == 0 else 'nothing'}"
            ),
            "remark",
        )
        return
    for number, sentence in enumerate(said, start=1):
        sheet.line(f"{number}. {sentence}", "remark")
    sheet.line(book.say("highlights.fixed"), "legend")
    chart_sheet(book, made, sheet)


def _headlines(sheet: SummarySheet, made: EntrySheet, drill: Drill) -> None:
    """Say who is left out, then the totals, with their agencies; names lead to the rows."""
    say = sheet.book.say
    sheet.line(_left_out(sheet.book), "subtitle")
    if warned := doubts(sheet.book.consolidation):
        sheet.line(warned, "remark")
    for said in explained(sheet.book.consolidation, made.table.spec, made.table.columns[0].total):
        sheet.line(said, "legend")
    sheet.line(say("headlines"), "section")
    heads = [say(key) for key in ("indicator", "figure", "unit", "agencies")]
    for values, kinds in [
        (heads, ["head"] * 4),
        *(_headline(column, made, drill) for column in made.table.columns),
    ]:
        sheet.spans(
            [
                Span(value, kind, columns)
                for value, kind, columns in zip(values, kinds, (2, 1, 1, 1), strict=True)
            ]
        )


def _left_out(book: SummaryBook) -> str:
    """The agencies that the figures don't hold, by name."""
    made = book.consolidation
    out = [
        code
        for code, each in standings(made).items()
        if each.standing in NOT_IN and not each.is_provisional
    ]
    known = made.round_.by_agency
    names = "; ".join(known[code].short_name or known[code].name for code in out)
    return (
        book.say("left_out", count=len(out), agencies=made.coverage.agencies, names=names)
        if names
        else book.say("nobody_left_out")
    )


def _headline(column: FigureColumn, made: EntrySheet, drill: Drill) -> tuple[list[Any], list[str]]:
    book, key = made.table.book, column.measure.key
    value = column.value(None, empty(book.consolidation, None))
    figure = (
        LiveCell(made.reference(key, None), value)
        if made.table.live.get(column.spec.key)
        else value
    )
    _, title = drill.cells(column.spec, made.table.by, None, "", column.measure.title)
    values = [title, figure, column.measure.unit, column.agencies(None)]
    return values, ["name", column.kind, "aside", "count"]
