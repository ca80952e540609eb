"""The sheets of a summary's entries, and of what they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.figures.covered import EntryCoverage, covered
from pipeline.summarise.figures.lines import TableLine, standing_words
from pipeline.summarise.figures.measures import Measure, averages, crossed, crossed_rates, lowered
from pipeline.summarise.figures.origins import Origin, own_column
from pipeline.summarise.figures.rests import explained
from pipeline.summarise.figures.rounding import divided
from pipeline.summarise.sheets.cells import LiveCell
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.drill import Drill
from pipeline.summarise.workbook.entry_lines import EntrySheet, write_entries
from pipeline.summarise.workbook.entry_table import EntryTable, SideColumn, legend
from pipeline.summarise.workbook.figure_column import standing_width
from pipeline.summarise.workbook.live import quotient
from schemas.round.settings import Summary

_SHARE, _AVERAGE, _MISSING = 10.0, 14.0, 60.0


def entry_sheet(book: SummaryBook, summary: Summary, drill: Drill) -> EntrySheet:
    """The measures by entry of the summary's own dimension."""
    table = _with_origins(
        EntryTable.of(book, summary.dimension, summary.parent), summary.dimension, summary.parent
    )
    standing = (
        [
            SideColumn(
                book.say("standing"),
                standing_width(book),
                "name",
                lambda line, _: _standing(table, line),
            )
        ]
        if table.reporters
        else []
    )
    parent = (
        covered(book.consolidation, table.spec, table.parent) if table.parent is not None else {}
    )
    shares = [_share(table, parent, of_parents=True)] if parent else []
    return _table_sheet(replace(table, beside=[*standing, *shares]), summary.title, drill)


def parent_sheet(book: SummaryBook, summary: Summary, drill: Drill) -> None:
    """The sheet of the parent dimension.

    If places belong to it: the mean of places whose own return counts, and missing agencies.
    """
    table = _with_origins(EntryTable.of(book, summary.parent, ""), summary.parent, "")
    of_each = covered(book.consolidation, table.spec, table.by)
    if of_each:
        table = replace(
            table,
            beside=[
                _share(table, of_each, of_parents=False),
                *_means(table, of_each),
                _missing(table, of_each),
            ],
        )
    _table_sheet(
        table, book.say("parent_title", title=summary.title, other=table.by.title.upper()), drill
    )


def _table_sheet(table: EntryTable, title: str, drill: Drill) -> EntrySheet:
    book, widths = table.book, table.widths
    columns = table.printed
    sheet = book.sheet(
        book.say("sheets.crossing", title=table.by.title.upper()),
        title,
        widths,
        fixed=2,
        head=columns,
    )
    sheet.answers("tables", "entries", by=table.by.title)
    more = [book.say("legend_origins")] if table.apart else []
    more += explained(book.consolidation, table.spec, table.columns[0].total)
    more += [book.say("first_columns_printed")] if columns < len(widths) else []
    sheet.line(legend(book, book.say("legend_links"), *more), "legend")
    written = EntrySheet(table, sheet.page.name, write_entries(table, sheet, drill))
    sheet.printed = sheet.row, columns
    sheet.page.fit_to_pages(1, 0)
    return written


def _with_origins(table: EntryTable, key: str, parent: str) -> EntryTable:
    """The table with crossings' measures by origin before its own.

    The same table if its entries have no agencies of their own.
    """
    round_, book = table.book.consolidation.round_, table.book
    if own_column(round_, table.spec) != table.by.column:
        return table
    shown = {
        each.key
        for each in (
            *crossed(round_, table.spec),
            *crossed_rates(round_, table.spec),
        )
    }
    apart = []
    for origin in (Origin.OWN, Origin.OTHERS):
        made = EntryTable.of(book, key, parent, origin)
        of_table = [column for column in made.columns if column.spec.key == table.spec.key]
        columns = [column for column in of_table if column.measure.given_as in shown]
        apart.append(replace(made, columns=columns, has_agencies=origin is Origin.OTHERS))
    return replace(table, apart=apart)


# --- beside the figures ---------------------------------------------------------------------------


def _standing(table: EntryTable, line: TableLine | None) -> str:
    """How whoever reports a place stands."""
    is_place = line is not None and not line.is_parent
    reporter = (
        table.reporters.get(table.by.codes[line.at]) if line is not None and is_place else None
    )
    return standing_words(reporter, table.book.lang)


def _together(of_each: Mapping[str, EntryCoverage]) -> EntryCoverage:
    return EntryCoverage([agency for each in of_each.values() for agency in each.agencies])


def _share(
    table: EntryTable, of_each: Mapping[str, EntryCoverage], *, of_parents: bool
) -> SideColumn:
    """How many agencies count, of how many: of each region, and of all."""
    by = table.parent if of_parents and table.parent is not None else table.by

    def cell(line: TableLine | None, _: int) -> str:
        if line is None:
            return _together(of_each).share
        known = of_each.get(by.codes[line.at]) if line.is_parent == of_parents else None
        return known.share if known is not None else ""

    return SideColumn(table.book.say("covered"), _SHARE, "name", cell)


def _missing(table: EntryTable, of_each: Mapping[str, EntryCoverage]) -> SideColumn:
    """Which agencies don't count, each with how it stands."""
    book = table.book

    def cell(line: TableLine | None, _: int) -> str:
        known = of_each.get(table.by.codes[line.at]) if line is not None else None
        return known.names(book.lang) if known is not None else ""

    return SideColumn(book.say("missing_agencies"), _MISSING, "name", cell)


def _means(table: EntryTable, of_each: Mapping[str, EntryCoverage]) -> list[SideColumn]:
    """The mean of the places whose own return counts: like is averaged with like."""
    book, (own, first) = table.book, table.starts[0]
    keys = [average.of for average in averages(book.consolidation.round_, table.spec, "agency")]
    places = [
        (at, column.measure) for at, column in enumerate(own.columns) if column.measure.key in keys
    ]
    owning = {agency.code for agency in book.consolidation.round_.agencies if agency.own_locality}
    counts = {
        code: sum(due.counts for due in each.agencies if due.agency in owning)
        for code, each in of_each.items()
    }
    return [_mean(own, (at, first + at), measure, counts) for at, measure in places]


def _mean(
    own: EntryTable, places: tuple[int, int], measure: Measure, counts: Mapping[str, int]
) -> SideColumn:
    """A figure of own returns divided by their number.

    ``places``: of the figure among the columns, and in the sheet.
    """
    at, column = places
    title = own.book.say("per_own_return", title=lowered(measure.title))

    def cell(line: TableLine | None, row: int) -> Any:
        value = own.columns[at].value(line, own.nothing(line))
        count = sum(counts.values()) if line is None else counts.get(own.by.codes[line.at], 0)
        if isinstance(value, str) or not count:
            return value if isinstance(value, str) else own.book.say("nothing")
        figure = xl_rowcol_to_cell(row, column)
        return LiveCell(
            quotient(figure, str(count)),
            divided(value, count),
        )

    return SideColumn(title, _AVERAGE, "average", cell)
