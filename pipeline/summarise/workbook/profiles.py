"""Entry by entry: one sheet in which each entry of a summary's dimension has its lines by all other dimensions, to be filtered.

A live figure repeats the cell of the crossing that it comes from. The loss, which a table of its own reports, stands in no other
crossing: it is added up from that table, where it counts by both dimensions. Averages of an agency are reckoned here, line by line.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.office.sheetnames import quoted
from pipeline.summarise.figures.dimensions import Dimension, dimensions
from pipeline.summarise.figures.figures import AGENCIES, DECIMALS, ROWS, Crossing, cross, rounded
from pipeline.summarise.figures.lines import Line
from pipeline.summarise.figures.measures import Measure, averages
from pipeline.summarise.sheets.sheet import ROW_HEIGHT, Book, Formula, Sheet
from pipeline.summarise.workbook.crossings import Crossed
from pipeline.summarise.workbook.drill import Drill
from pipeline.summarise.workbook.entry_table import Written, is_symbol, legend, table_with_loss, with_unit
from pipeline.summarise.workbook.live import BLANK, Condition, Live, plain_value
from schemas.columns import Kind

_BEFORE = (9.0, 32.0, 22.0, 9.0, 36.0)
_FIGURE, _AGENCIES = 13.0, 11.0
Named = tuple[Dimension, int, int]
"""An entry that a line is about: its dimension, its position there, the column that names it."""
_NAME, _ENTRY = 1, 4
"""The columns in which a line names the entry and what it is counted by."""


@dataclass(frozen=True)
class Profiles:
    """The lines of all entries. ``measures``: those of any crossing, ``averages``: those of them that are taken over agencies."""

    book: Book
    made: Written
    crossings: Sequence[Crossed]
    drill: Drill
    measures: Sequence[Measure]
    averages: Sequence[Measure]

    @classmethod
    def of(cls, book: Book, made: Written, crossings: Sequence[Crossed], drill: Drill) -> Profiles:
        """Line up the measures of all crossings, sums before rates."""
        found: dict[str, Measure] = {column.measure.key: column.measure for column in made.table.columns if column.spec is made.table.spec}
        shown = {each.key: found.get(each.key, each) for crossed in crossings for each in crossed.grid.measures if not each.spread}
        tables = {spec.key: spec for spec in (made.table.spec, *(crossed.grid.crossing.spec for crossed in crossings))}
        over = {each.key: each for spec in tables.values() for each in averages(book.consolidation.round_, spec, book.lang, "agency")}
        ordered = sorted(shown.values(), key=lambda measure: measure.is_rate)
        return cls(book, made, crossings, drill, ordered, [each for each in over.values() if each.spread in shown])

    @property
    def widths(self) -> list[float]:
        """Widths of all columns."""
        return [*_BEFORE, *[_FIGURE] * len(self.measures), _AGENCIES, *[_FIGURE] * len(self.averages)]

    def write(self, sheet: Sheet) -> None:
        """Heading, then each entry that has rows: in total, and by each other dimension."""
        say, by = self.book.say, self.made.table.by
        heads = [
            say("code"),
            by.title,
            say("profiles.by"),
            say("code"),
            say("profiles.entry"),
            *(with_unit(each) for each in self.measures),
            say("agencies"),
            *(with_unit(each) for each in self.averages),
        ]
        sheet.cells(heads, ["head"] * len(heads))
        sheet.keep_above(1, 2)
        top = sheet.row
        for at in range(by.size):
            if self.made.table.has_rows(at):
                self._entry(sheet, at)
        sheet.print_first_page(top, repeat(ROW_HEIGHT, sheet.row - top))
        sheet.page.autofilter(top - 1, 0, max(sheet.row - 1, top), len(heads) - 1)

    def _entry(self, sheet: Sheet, at: int) -> None:
        table = self.made.table
        code, name = table.by.codes[at], table.by.names[at]
        named = self.drill.cells(table.spec, table.by, at, code, name)
        total = {column.measure.key: column for column in table.columns}
        nothing = table.nothing(Line(at))
        values = []
        for measure in self.measures:
            figure = total[measure.key].value(Line(at), nothing) if measure.key in total else None
            values.append(
                figure
                if figure is None or not table.live.get(total[measure.key].spec.key)
                else Formula(self.made.reference(measure.key, at), figure)
            )
        own = {key for key, column in total.items() if column.spec is table.spec}
        count = int(table.columns[0].entries[AGENCIES].iloc[at])
        agencies = self._agencies(sheet, table.live.get(table.spec.key), count, [(table.by, at, _NAME)])
        self._line(sheet, [*named, self.book.say("total"), None, None], [*values, agencies], own, "subtotal")
        for crossed in self.crossings:
            known = {measure.key for measure in crossed.grid.measures}
            for place, figures in self._by(crossed, at, sheet):
                other, cell = crossed.other, (at, place) if crossed.own_is_down else (place, at)
                count = int(crossed.grid.crossing.values[AGENCIES][cell])
                agencies = self._agencies(sheet, crossed.grid.live, count, [(table.by, at, _NAME), (other, place, _ENTRY)])
                named = [code, name, crossed.title, other.codes[place], other.names[place]]
                self._line(sheet, named, [*figures, agencies], known, "")

    def _agencies(self, sheet: Sheet, live: Live | None, count: int, named: Sequence[Named]) -> Any:
        """How many agencies have rows, as a formula where it can be live."""
        nothing = self.made.table.nothing(Line(named[0][1]))
        value = count or nothing
        return Formula(live.agencies(_where(named, sheet.row), nothing), value) if live is not None and live.count_agencies else value

    def _by(self, crossed: Crossed, at: int, sheet: Sheet) -> Iterator[tuple[int, list[Any]]]:
        """The positions of the other dimension that have rows of the entry, and their figures for the line of ``sheet`` that comes next."""
        rows = crossed.grid.crossing.values[ROWS]
        own = rows[at, :-1] if crossed.own_is_down else rows[:-1, at]
        known = {measure.key for measure in crossed.grid.measures}
        for place in own.nonzero()[0].tolist():
            down, across = (at, place) if crossed.own_is_down else (place, at)
            yield (
                place,
                [
                    self._figure(crossed, each.key, down, across)
                    if each.key in known
                    else self._elsewhere(crossed, each, at, place, sheet.row)
                    for each in self.measures
                ],
            )

    def _figure(self, crossed: Crossed, key: str, down: int, across: int) -> Any:
        cell = crossed.cells.get((key, down, across))
        if cell is None:
            return self.book.say("not_applicable")
        value = crossed.grid.value(key, down, across)
        if crossed.grid.live is None or value == self.book.say("not_applicable"):
            return value
        return Formula(f"={quoted(crossed.sheet)}!{xl_rowcol_to_cell(*cell)}", value)

    @cached_property
    def _losses(self) -> dict[str, tuple[Crossing, Live | None]]:
        """The table of the loss by the entries and each other dimension that it has, and the formulas of its figures."""
        made, lang = self.book.consolidation, self.book.lang
        spec = table_with_loss(made.round_)
        known = dimensions(made.round_, spec, lang) if spec is not None else {}
        by, found = self.made.table.by, {}
        own = known.get(by.key)
        for other in (crossed.other for crossed in self.crossings):
            same = known.get(other.key)
            if spec and own and same and (own.base, same.base) == (by.base, other.base):
                found[other.key] = cross(made, spec, own, same), Live.of(made, spec, own, same)
        return found

    def _elsewhere(self, crossed: Crossed, measure: Measure, at: int, place: int, row: int) -> Any:
        """A figure that the crossing doesn't show: of the table of the loss, or none that could be."""
        crossing, live = self._losses.get(crossed.other.key, (None, None))
        if crossing is None or measure.key != self.book.consolidation.round_.settings.figures.loss:
            return self.book.say("not_applicable")
        nothing = self.made.table.nothing(Line(at))
        value = plain_value(crossing.values[measure.key][at, place].item()) if crossing.values[ROWS][at, place] else nothing
        named = ((crossing.down, at, _NAME), (crossing.across, place, _ENTRY))
        return Formula(live.figure(measure, _where(named, row), nothing), value) if live is not None else value

    def _line(self, sheet: Sheet, named: Sequence[Any], values: Sequence[Any], known: Container[str], emphasis: str) -> None:
        """One line; ``values``: the measures, then the agencies with rows; ``known``: measures of the table whose agencies they are."""
        cells = [*values, *(self._average(each, sheet.row, values, known) for each in self.averages)]
        kinds = ["symbol" if is_symbol(value) else kind for value, kind in zip(cells, self._kinds, strict=True)]
        sheet.cells([*named, *cells], ["code", "name", "name", "code", "name", *kinds], emphasis)

    def _average(self, average: Measure, row: int, values: Sequence[Any], known: Container[str]) -> Any:
        """A figure divided by the agencies with rows: a formula over both cells where the figure is one."""
        if average.spread not in known:
            return self.book.say("not_applicable")
        at, last = next(at for at, each in enumerate(self.measures) if each.key == average.spread), len(self.measures)
        part, agencies = (each.value if isinstance(each, Formula) else each for each in (values[at], values[last]))
        value = part if isinstance(part, str) or isinstance(agencies, str) else float(rounded(part / agencies))
        if not isinstance(values[at], Formula):
            return value
        figure, count = (xl_rowcol_to_cell(row, len(_BEFORE) + place) for place in (at, last))
        return Formula(f"=IF(COUNT({figure},{count})=2,ROUND({figure}/{count},{DECIMALS}),{figure})", value)

    @cached_property
    def _kinds(self) -> Sequence[str]:
        sums = ["rate" if each.is_rate else "amount" if each.kind is Kind.DECIMAL else "count" for each in self.measures]
        return [*sums, "count", *["average"] * len(self.averages)]


def _where(named: Sequence[Named], row: int) -> list[Condition]:
    return [(by.key, xl_rowcol_to_cell(row, column, col_abs=True) if by.codes[at] else BLANK) for by, at, column in named]


def profile_sheet(book: Book, made: Written, crossings: Sequence[Crossed], drill: Drill) -> None:
    """The sheet of a summary's entries one by one."""
    profiles, title = Profiles.of(book, made, crossings, drill), made.table.by.title.upper()
    sheet = book.sheet(book.say("sheets.profiles", title=title), book.say("profiles.title", title=title), profiles.widths, fixed=5)
    sheet.answers("crossings", "profiles", by=made.table.by.title)
    sheet.line(
        legend(
            book,
            book.say("legend_links"),
            book.say("profiles.legend"),
            book.say("profiles.averages"),
            book.say("legend_occurrences"),
            book.say("first_page_printed"),
        ),
        "legend",
    )
    profiles.write(sheet)
