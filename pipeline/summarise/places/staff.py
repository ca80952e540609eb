"""The sheet of figures per headcount: each agency under its group, with the source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.figures.dimensions import AGENCY, AGENCY_GROUP
from pipeline.summarise.figures.lines import TableLine, lines, standings
from pipeline.summarise.figures.rounding import rounded
from pipeline.summarise.places.by_place import PER, Places
from pipeline.summarise.places.indicators import NARROW, Indicator, mean_by_staff, words
from pipeline.summarise.sheets.cells import LiveCell
from pipeline.summarise.sheets.sheet import SummarySheet
from pipeline.summarise.workbook.entry_table import NAME_WIDTH, EntryTable, legend
from pipeline.summarise.workbook.figure_column import FigureColumn, standing_width, with_unit
from schemas.columns import DECIMALS
from schemas.words import dmy

_CODE, _DAY, _SOURCE = 14.0, 13.0, 60.0
"""Agencies and their groups have longer codes than entries."""
_STAFF = 3
"""The column of headcounts; figures and rates stand behind their day and source."""
_FIGURES = _STAFF + 3


def staff_sheet(places: Places) -> None:
    """Write the sheet; none where no headcount is known."""
    wanted = [indicator for indicator in places.indicators if indicator.per_thousand]
    if not wanted:
        return
    book = places.book
    widths = [
        _CODE,
        NAME_WIDTH,
        standing_width(book),
        NARROW,
        _DAY,
        _SOURCE,
        *[NARROW] * (2 * len(wanted)),
    ]
    sheet = book.sheet(
        words(book, "sheets.staff"), words(book, "per_thousand.sheet"), widths, fixed=2
    )
    sheet.answers("places", "staff")
    sheet.line(
        legend(book, words(book, "per_thousand.legend"), book.say("first_page_printed")), "legend"
    )
    _Staff(places, wanted).write(sheet)


class _Staff:
    """The lines of agencies under their groups."""

    def __init__(self, places: Places, wanted: Sequence[Indicator]) -> None:
        self.places, self.book, self.wanted = places, places.book, wanted
        self.table = EntryTable.of(places.book, AGENCY, AGENCY_GROUP)
        by_key = {column.measure.key: column for column in self.table.columns}
        self.columns: list[FigureColumn] = [by_key[each.measure.key] for each in wanted]
        self.reporters = standings(self.book.consolidation)

    def write(self, sheet: SummarySheet) -> None:
        """Heading, agencies under their groups, all together."""
        book = self.book
        pairs = zip(self.columns, self.wanted, strict=True)
        figures = [
            title for column, each in pairs for title in (with_unit(column.measure), each.title)
        ]
        heads = [book.say("code"), book.say("agency"), book.say("standing"), words(book, "staff")]
        heads += [words(book, "per_thousand.as_of"), words(book, "per_thousand.source"), *figures]
        sheet.cells(heads, ["head"] * len(heads))
        sheet.keep_above(1, 2)
        shown = [at for at, code in enumerate(self.table.by.codes) if code in self.reporters]
        below = lines(shown, self.table.by, self.table.parent)
        first, rows = sheet.row, {line: sheet.row + at for at, line in enumerate(below)}
        for line in below:
            agencies = (
                [each for each in below if not each.is_parent and self._parent(each) == line.at]
                if line.is_parent
                else []
            )
            self._line(
                sheet,
                line,
                agencies,
                (min(rows[agency] for agency in agencies), max(rows[agency] for agency in agencies))
                if agencies
                else (0, 0),
            )
        self._line(
            sheet, None, [each for each in below if not each.is_parent], (first, sheet.row - 1)
        )
        sheet.print_first_page(first)

    def _parent(self, line: TableLine) -> int:
        parent = self.table.parent
        return (
            -1
            if parent is None
            else parent.codes.index((parent.owner or {}).get(self.table.by.codes[line.at], ""))
        )

    def _line(
        self,
        sheet: SummarySheet,
        line: TableLine | None,
        agencies: Sequence[TableLine],
        rows: tuple[int, int],
    ) -> None:
        """One agency, or several together: ``agencies`` in ``rows``, first and last."""
        own = [self._own(line)] if line is not None and not line.is_parent else []
        figures: list[Any] = []
        for at, column in enumerate(self.columns):
            figures.append(self._figure(sheet, column, line))
            place = _FIGURES + 2 * at
            figures.append(
                self._rate(sheet, column, line, place)
                if own
                else self._mean(column, agencies, rows, place + 1)
            )
        kinds = [kind for column in self.columns for kind in (column.kind, "average")]
        emphasis = "" if own else "total" if line is None else "subtotal"
        sheet.cells(
            [
                *self._named(line),
                *(own[0] if own else ["", self._staff(agencies, rows), "", ""]),
                *figures,
            ],
            ["code", "name", "name", "count", "name", "name", *kinds],
            emphasis,
        )

    def _named(self, line: TableLine | None) -> list[Any]:
        if line is None:
            return self.places.drill.cells(
                self.table.spec, self.table.by, None, "", self.book.say("total")
            )
        by = self.table.dimension_of(line)
        return [by.codes[line.at], by.names[line.at]]

    def _own(self, line: TableLine) -> list[Any]:
        """Standing, headcount, its day and its source."""
        code = self.table.by.codes[line.at]
        known = self.book.consolidation.headcounts.get(code)
        standing = self.places.words_of(self.reporters[code])
        return (
            [standing, None, "", ""]
            if known is None
            else [standing, known.number, dmy(known.as_of), known.source]
        )

    def _nothing(self, line: TableLine | None) -> Any:
        is_out = (
            line is not None
            and not line.is_parent
            and self.reporters[self.table.by.codes[line.at]].is_out
        )
        return self.book.say("unknown") if is_out else self.table.nothing(line)

    def _figure(self, sheet: SummarySheet, column: FigureColumn, line: TableLine | None) -> Any:
        value, live = column.value(line, self._nothing(line)), self.table.live.get(column.spec.key)
        where = self.table.where(line, xl_rowcol_to_cell(sheet.row, 1, col_abs=True))
        return (
            value if live is None else live.cell(column.measure, where, self._nothing(line), value)
        )

    def _rate(
        self, sheet: SummarySheet, column: FigureColumn, line: TableLine | None, place: int
    ) -> Any:
        """A figure per 1,000 people of an agency."""
        figure, staff = xl_rowcol_to_cell(sheet.row, place), xl_rowcol_to_cell(sheet.row, _STAFF)
        return LiveCell(
            f'=IF(COUNT({figure},{staff})=2,ROUND({figure}/{staff}*{PER},{DECIMALS}),"")',
            self._today(column, line),
        )

    def _today(self, column: FigureColumn, line: TableLine | None) -> Any:
        value = column.value(line, self._nothing(line))
        known = (
            self.book.consolidation.headcounts.get(self.table.by.codes[line.at])
            if line is not None
            else None
        )
        return (
            ""
            if known is None or isinstance(value, str)
            else float(rounded(value / known.number * PER))
        )

    def _staff(self, agencies: Sequence[TableLine], rows: tuple[int, int]) -> Any:
        """The headcounts behind the first rate of several agencies: of those that have both."""
        known = self.book.consolidation.headcounts
        counted = [
            agency
            for agency in agencies
            if self.table.by.codes[agency.at] in known
            and self._today(self.columns[0], agency) != ""
        ]
        if not counted:
            return ""
        rates, staff = (_range(rows, at) for at in (_FIGURES + 1, _STAFF))
        return LiveCell(
            f'=SUMIFS({staff},{rates},">=0")',
            sum(known[self.table.by.codes[each.at]].number for each in counted),
        )

    def _mean(
        self, column: FigureColumn, agencies: Sequence[TableLine], rows: tuple[int, int], place: int
    ) -> Any:
        """The mean of several agencies' rates by headcount, of those that have both."""
        known = self.book.consolidation.headcounts
        counted = [agency for agency in agencies if self.table.by.codes[agency.at] in known]
        value = mean_by_staff(
            (self._today(column, each), known[self.table.by.codes[each.at]].number)
            for each in counted
        )
        if not agencies:
            return value
        rates, staff = (_range(rows, at) for at in (place, _STAFF))
        return LiveCell(
            f"=IFERROR(ROUND(SUMPRODUCT({rates},{staff})/"
            f'SUMIFS({staff},{rates},">=0"),{DECIMALS}),"")',
            value,
        )


def _range(rows: tuple[int, int], column: int) -> str:
    return f"{xl_rowcol_to_cell(rows[0], column)}:{xl_rowcol_to_cell(rows[1], column)}"
