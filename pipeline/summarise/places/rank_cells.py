"""Cells of ranks: live, with signs for places that have none, and with shared ranks told."""

from __future__ import annotations

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.figures.lines import TableLine
from pipeline.summarise.figures.measures import Rate
from pipeline.summarise.places.by_place import Places
from pipeline.summarise.places.indicators import Indicator, words
from pipeline.summarise.places.names import (
    CODES,
    COUNTS,
    PARENTS,
    VALUES,
    WHOLES,
)
from pipeline.summarise.places.ranks import ranks
from pipeline.summarise.sheets.cells import NO_NUMBER, LiveCell
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet
from pipeline.summarise.workbook.live import sign_of


def rank_cell(
    places: Places, indicator: Indicator, line: TableLine, value: str, *, inside: bool = False
) -> LiveCell:
    """The rank of a place by the value in the cell ``value``: among all, or in its parent.

    Where the value is no number its sign stands; where the figures aren't whole, the sign of what
    isn't known.
    """
    if not places.counts(line):
        return LiveCell(NO_NUMBER, places.book.say("unknown"))
    few = words(places.book, "few", least=places.least) if places.is_few(indicator, line) else ""
    lowest = indicator.lowest_is_worst
    peers = [
        each
        for each in places.lines
        if not inside or places.parent_position(each) == places.parent_position(line)
    ]
    of, more = _peers(places, indicator, line, inside=inside)
    enough = (
        f",INDEX({WHOLES.format(indicator.key)},{row_of(places.table.by.codes[line.at])})"
        f">={places.least}"
        if is_bound(places, indicator)
        else ""
    )
    worse = "<" if lowest else ">"
    text = f'=IF(AND(ISNUMBER({value}){enough}),COUNTIFS({of},"{worse}"&{value}{more})+1,"")'
    rankable = dict(zip(places.lines, places.rankable(indicator), strict=True))
    rank = ranks([rankable[each] for each in peers], lowest_first=lowest)[peers.index(line)]
    return LiveCell(
        text, rank or few or rankable[line], sign_of(places.tables[places.main].nothing(line))
    )


def mark_ties(
    sheet: SummarySheet,
    places: Places,
    indicator: Indicator,
    line: TableLine,
    cells: tuple[int, int, int, int],
    *,
    inside: bool = False,
) -> None:
    """Say which ranks are shared.

    ``cells``: the first and the last row, the column of ranks and that of values.
    """
    first, last, column, values = cells
    value = xl_rowcol_to_cell(first, values)
    of, more = _peers(places, indicator, line, inside=inside)
    tied = f"=AND(ISNUMBER({xl_rowcol_to_cell(first, column)}),COUNTIFS({of},{value}{more})>1)"
    look = sheet.book.styles.conditional({"num_format": tied_format(sheet.book)})
    sheet.page.conditional_format(
        first, column, last, column, {"type": "formula", "criteria": tied, "format": look}
    )


def tied_format(book: SummaryBook) -> str:
    """The number format of a rank that several share."""
    return f'"{words(book, "ranking.tied", rank="")}"0_)'


def _peers(
    places: Places, indicator: Indicator, line: TableLine, *, inside: bool
) -> tuple[str, str]:
    """As formulas: the values of an indicator, and which of them a place is ranked among."""
    group = places.parent_name(line).replace('"', '""')
    of = f"INDEX({VALUES},0,{list(places.indicators).index(indicator) + 1})"
    more = (
        f',{WHOLES.format(indicator.key)},">={places.least}"' if is_bound(places, indicator) else ""
    )
    return of, f",{COUNTS},1" + (f',{PARENTS},"{group}"' if inside else "") + more


def is_bound(places: Places, indicator: Indicator) -> bool:
    """Whether an indicator is ranked only where it is of enough."""
    return isinstance(indicator.measure, Rate) and places.least > 0


def row_of(code: str) -> str:
    """The place of a code in the table, as a formula."""
    text = code.replace('"', '""')
    return f'MATCH("{text}",{CODES},0)'
