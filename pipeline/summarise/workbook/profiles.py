"""One sheet with the figures of each entry by all other dimensions, to be filtered.

A live figure repeats the cell of the crossing that it comes from. A measure of another table stands
in no crossing: it is added up from that table, if it counts by both dimensions. Averages per agency
are reckoned here, line by line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.office.sheetnames import quoted
from pipeline.summarise.figures.crossing import Crossing, cross
from pipeline.summarise.figures.dimensions import dimensions
from pipeline.summarise.figures.lines import TableLine
from pipeline.summarise.figures.measures import Average, Measure, Rate, over_agencies
from pipeline.summarise.figures.origins import own_column
from pipeline.summarise.figures.tables import borrowed
from pipeline.summarise.figures.totals import AGENCIES, NILS, ROWS, agencies_of
from pipeline.summarise.sheets.cells import LiveCell
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet
from pipeline.summarise.workbook.crossings import CrossingSheet
from pipeline.summarise.workbook.drill import Drill
from pipeline.summarise.workbook.entry_lines import EntrySheet
from pipeline.summarise.workbook.entry_table import legend
from pipeline.summarise.workbook.figure_column import with_unit
from pipeline.summarise.workbook.live import Live
from pipeline.summarise.workbook.profile_lines import LineSource, where_of
from schemas.columns import Kind

_BEFORE = (9.0, 32.0, 22.0, 9.0, 36.0)
_FIGURE, _AGENCIES = 13.0, 11.0
_NAME, _ENTRY = 1, 4
"""The columns in which a line names the entry and what it is counted by."""


@dataclass(frozen=True)
class Profiles:
    """The lines of all entries.

    ``measures``: those of any crossing; ``averages``: those of them per agency.
    """

    book: SummaryBook
    made: EntrySheet
    crossings: Sequence[CrossingSheet]
    drill: Drill
    measures: Sequence[Measure]
    averages: Sequence[Average]

    @classmethod
    def of(
        cls, book: SummaryBook, made: EntrySheet, crossings: Sequence[CrossingSheet], drill: Drill
    ) -> Profiles:
        """Line up the measures of all crossings, sums before rates."""
        found: dict[str, Measure] = {
            column.measure.key: column.measure
            for column in made.table.columns
            if column.spec is made.table.spec
        }
        shown = {
            each.key: found.get(each.key, each)
            for crossed in crossings
            for each in crossed.grid.measures
            if not isinstance(each, Average)
        }
        tables = {
            spec.key: spec
            for spec in (made.table.spec, *(crossed.grid.crossing.spec for crossed in crossings))
        }
        round_ = book.consolidation.round_
        alike = [
            spec for spec in tables.values() if own_column(round_, spec) != made.table.by.column
        ]  # of places how many report says nothing
        over = {average.key: average for spec in alike for average in over_agencies(round_, spec)}
        ordered = sorted(shown.values(), key=lambda measure: isinstance(measure, Rate))
        return cls(
            book,
            made,
            crossings,
            drill,
            ordered,
            [each for each in over.values() if each.of in shown],
        )

    @property
    def widths(self) -> list[float]:
        """Widths of all columns."""
        return [
            *_BEFORE,
            *[_FIGURE] * len(self.measures),
            _AGENCIES,
            *[_FIGURE] * len(self.averages),
        ]

    def write(self, sheet: SummarySheet) -> None:
        """Heading, then each entry that has rows: in total, and by each other dimension."""
        say, by = self.book.say, self.made.table.by
        heads = [
            say("code"),
            by.title,
            say("profiles.by"),
            say("code"),
            say("profiles.entry"),
            *(with_unit(measure) for measure in self.measures),
            say("agencies"),
            *(with_unit(average) for average in self.averages),
        ]
        sheet.cells(heads, ["head"] * len(heads))
        sheet.keep_above(1, 2)
        top = sheet.row
        for at in range(by.size):
            if self.made.table.has_rows(at):
                self._entry(sheet, at)
        sheet.print_first_page(top)
        sheet.page.autofilter(top - 1, 0, max(sheet.row - 1, top), len(heads) - 1)

    def _entry(self, sheet: SummarySheet, at: int) -> None:
        table, line = self.made.table, TableLine(at)
        code, name = table.by.codes[at], table.by.names[at]
        named = self.drill.cells(table.spec, table.by, at, code, name)
        figures = [self._total(measure, line) for measure in self.measures]
        counts = {
            column.measure.key: column.agencies(line)
            for column in table.columns
            if column.spec is table.spec
        }
        live = table.live.get(table.spec.key)
        behind = LineSource(
            live, [(table.by, at, _NAME)], counts, table.agencies(line), table.nils(line)
        )
        self._line(sheet, [*named, self.book.say("total"), None, None], figures, behind, "subtotal")
        for crossed in self.crossings:
            for place, crossed_figures in self._by(crossed, at, sheet):
                other = crossed.other
                named = [code, name, crossed.title, other.codes[place], other.names[place]]
                self._line(sheet, named, crossed_figures, self._behind(crossed, at, place), "")

    def _total(self, measure: Measure, line: TableLine) -> Any:
        """A figure of all rows of an entry; none where its table doesn't give it."""
        table = self.made.table
        column = next((each for each in table.columns if each.measure.key == measure.key), None)
        if column is None:
            return None
        value = column.value(line, table.nothing(line))
        return (
            LiveCell(self.made.reference(measure.key, line.at), value)
            if table.live.get(column.spec.key)
            else value
        )

    def _behind(self, crossed: CrossingSheet, at: int, place: int) -> LineSource:
        cell = (at, place) if crossed.own_is_down else (place, at)
        values = crossed.grid.crossing.values
        keys = {measure.key for measure in crossed.grid.measures}
        counts = {
            average.of: int(values[agencies_of(average.of)][cell])
            for average in self.averages
            if average.of in keys
        }
        named = [(self.made.table.by, at, _NAME), (crossed.other, place, _ENTRY)]
        return LineSource(
            crossed.grid.live, named, counts, int(values[AGENCIES][cell]), int(values[NILS][cell])
        )

    def _by(
        self, crossed: CrossingSheet, at: int, sheet: SummarySheet
    ) -> Iterator[tuple[int, list[Any]]]:
        """Yield each position of the other dimension with rows of the entry, and its figures.

        ``sheet``: where the line comes next.
        """
        rows = crossed.grid.crossing.values[ROWS]
        own = rows[at, :-1] if crossed.own_is_down else rows[:-1, at]
        known = {measure.key for measure in crossed.grid.measures}
        for place in own.nonzero()[0].tolist():
            down, across = (at, place) if crossed.own_is_down else (place, at)
            yield (
                place,
                [
                    self._figure(crossed, each, down, across)
                    if each.key in known
                    else self._elsewhere(crossed, each, at, place, sheet.row)
                    for each in self.measures
                ],
            )

    def _figure(self, crossed: CrossingSheet, measure: Measure, down: int, across: int) -> Any:
        cell = crossed.cells.get((measure.key, down, across))
        if cell is None:
            return self.book.say("not_applicable")
        value = crossed.grid.value(measure, down, across)
        if crossed.grid.live is None or value == self.book.say("not_applicable"):
            return value
        return LiveCell(f"={quoted(crossed.sheet)}!{xl_rowcol_to_cell(*cell)}", value)

    @cached_property
    def _borrowed(self) -> dict[tuple[str, str], tuple[Crossing, Live | None]]:
        """By measure and other dimension: the crossing of a borrowed measure, and its formulas."""
        made, by = self.book.consolidation, self.made.table.by
        crossings = {}
        for spec, key in borrowed(made.round_, self.made.table.spec):
            dimensions_ = dimensions(made.round_, spec)
            own = dimensions_.get(by.key)
            for other in (crossed.other for crossed in self.crossings):
                same = dimensions_.get(other.key)
                if own and same and (own.base, same.base) == (by.base, other.base):
                    live = Live.of(made, spec, own, same)
                    crossings[key, other.key] = cross(made, spec, own, same), live
        return crossings

    def _elsewhere(
        self, crossed: CrossingSheet, measure: Measure, at: int, place: int, row: int
    ) -> Any:
        """A figure that the crossing doesn't show: a borrowed one, or a sign that there is none."""
        crossing, live = self._borrowed.get((measure.key, crossed.other.key), (None, None))
        if crossing is None:
            return self.book.say("not_applicable")
        sign = self.made.table.nothing(TableLine(at))
        value = crossing.figure(measure, (at, place), sign)
        named = ((crossing.down, at, _NAME), (crossing.across, place, _ENTRY))
        return live.cell(measure, where_of(named, row), sign, value) if live is not None else value

    def _line(
        self,
        sheet: SummarySheet,
        named: Sequence[Any],
        values: Sequence[Any],
        behind: LineSource,
        emphasis: str,
    ) -> None:
        """One line; ``values``: the measures."""
        nothing = self.made.table.nothing(TableLine(behind.named[0][1]))
        cells = [
            *values,
            behind.agencies_cell(sheet.row, nothing),
            *(self._average(average, sheet.row, values, behind) for average in self.averages),
        ]
        sheet.cells(
            [*named, *cells], ["code", "name", "name", "code", "name", *self._kinds], emphasis
        )

    def _average(
        self, average: Average, row: int, values: Sequence[Any], behind: LineSource
    ) -> Any:
        """A figure divided by the agencies that gave it."""
        if average.of not in behind.agencies:
            return self.book.say("not_applicable")
        keys = [measure.key for measure in self.measures]
        place = keys.index(average.of)
        figure, agencies = (
            xl_rowcol_to_cell(row, len(_BEFORE) + column) for column in (place, len(keys))
        )
        return behind.average_cell(average, values[place], (figure, agencies), row)

    @cached_property
    def _kinds(self) -> Sequence[str]:
        sums = [
            "rate"
            if isinstance(measure, Rate)
            else "amount"
            if measure.kind is Kind.DECIMAL
            else "count"
            for measure in self.measures
        ]
        return [*sums, "count", *["average"] * len(self.averages)]


def profile_sheet(
    book: SummaryBook, made: EntrySheet, crossings: Sequence[CrossingSheet], drill: Drill
) -> None:
    """The sheet of a summary's entries one by one."""
    profiles, title = Profiles.of(book, made, crossings, drill), made.table.by.title.upper()
    averaged = [book.say("profiles.averages")] if profiles.averages else []
    sheet = book.sheet(
        book.say("sheets.profiles", title=title),
        book.say("profiles.title", title=title),
        profiles.widths,
        fixed=5,
    )
    sheet.answers("crossings", "profiles", by=made.table.by.title)
    sheet.line(
        legend(
            book,
            book.say("legend_links"),
            book.say("profiles.legend"),
            *averaged,
            book.say("legend_occurrences"),
            book.say("first_page_printed"),
        ),
        "legend",
    )
    profiles.write(sheet)
