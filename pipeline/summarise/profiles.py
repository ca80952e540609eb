"""Entry by entry: one sheet in which each entry of a summary's dimension has its lines by all other dimensions, to be filtered.

A live figure repeats the cell of the crossing that it comes from. The loss, which a table of its own reports, stands in no other
crossing: it is added up from that table, where it counts by both dimensions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.crossings import Crossed
from pipeline.summarise.dimensions import dimensions
from pipeline.summarise.drill import Drill
from pipeline.summarise.entries import Line, empty
from pipeline.summarise.entry_table import Written, is_symbol, legend, table_with_loss, with_unit
from pipeline.summarise.figures import ROWS, Crossing, cross
from pipeline.summarise.live import BLANK, Live, plain_value
from pipeline.summarise.measures import Measure
from pipeline.summarise.sheet import Book, Formula, Sheet
from schemas.columns import Kind

_BEFORE = (9.0, 36.0, 28.0, 9.0, 40.0)
_FIGURE = 15.0
_NAME, _ENTRY = 1, 4
"""The columns in which a line names the entry and what it is counted by."""


@dataclass(frozen=True)
class Profiles:
    """The lines of all entries. ``measures``: those of any crossing, averages left out."""

    book: Book
    made: Written
    crossings: Sequence[Crossed]
    drill: Drill
    measures: Sequence[Measure]

    @classmethod
    def of(cls, book: Book, made: Written, crossings: Sequence[Crossed], drill: Drill) -> Profiles:
        """Line up the measures of all crossings, sums before rates."""
        found: dict[str, Measure] = {column.measure.key: column.measure for column in made.table.columns if column.spec is made.table.spec}
        shown = {each.key: found.get(each.key, each) for crossed in crossings for each in crossed.grid.measures if not each.spread}
        return cls(book, made, crossings, drill, sorted(shown.values(), key=lambda measure: measure.is_rate))

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
        ]
        sheet.cells(heads, ["head"] * len(heads))
        sheet.keep_above(1, 2)
        top = sheet.row
        for at in range(by.size):
            if self.made.table.has_rows(at):
                self._entry(sheet, at)
        sheet.page.autofilter(top - 1, 0, max(sheet.row - 1, top), len(heads) - 1)

    def _entry(self, sheet: Sheet, at: int) -> None:
        table = self.made.table
        code, name = table.by.codes[at], table.by.names[at]
        named = self.drill.cells(table.spec, table.by, at, code, name)
        total = {column.measure.key: column for column in table.columns}
        nothing = empty(self.book.consolidation, None, self.book.lang)
        values = []
        for measure in self.measures:
            figure = total[measure.key].value(Line(at), nothing) if measure.key in total else None
            values.append(
                figure
                if figure is None or not table.live.get(total[measure.key].spec.key)
                else Formula(self.made.reference(measure.key, at), figure)
            )
        self._line(sheet, [*named, self.book.say("total"), None, None], values, "subtotal")
        for crossed in self.crossings:
            for place, figures in self._by(crossed, at, sheet):
                other = crossed.other
                self._line(sheet, [code, name, crossed.title, other.codes[place], other.names[place]], figures, "")

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
        sheet = crossed.sheet.replace("'", "''")
        return Formula(f"='{sheet}'!{xl_rowcol_to_cell(*cell)}", value)

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
        if crossing is None or measure.key != self.book.consolidation.round_.settings["figures"]["loss"]:
            return self.book.say("not_applicable")
        nothing = empty(self.book.consolidation, None, self.book.lang)
        value = plain_value(crossing.values[measure.key][at, place].item()) if crossing.values[ROWS][at, place] else nothing
        named = ((crossing.down, at, _NAME), (crossing.across, place, _ENTRY))
        where = [(by.key, xl_rowcol_to_cell(row, column, col_abs=True) if by.codes[which] else BLANK) for by, which, column in named]
        return Formula(live.figure(measure, where, nothing), value) if live is not None else value

    def _line(self, sheet: Sheet, named: Sequence[Any], values: Sequence[Any], emphasis: str) -> None:
        kinds = ["symbol" if is_symbol(value) else self._kinds[each.key] for value, each in zip(values, self.measures, strict=True)]
        sheet.cells([*named, *values], ["code", "name", "name", "code", "name", *kinds], emphasis)

    @property
    def _kinds(self) -> Mapping[str, str]:
        return {each.key: "rate" if each.is_rate else "amount" if each.kind is Kind.DECIMAL else "count" for each in self.measures}


def profile_sheet(book: Book, made: Written, crossings: Sequence[Crossed], drill: Drill) -> None:
    """The sheet of a summary's entries one by one."""
    profiles, title = Profiles.of(book, made, crossings, drill), made.table.by.title.upper()
    widths = [*_BEFORE, *[_FIGURE] * len(profiles.measures)]
    sheet = book.sheet(book.say("sheets.profiles", title=title), book.say("profiles.title", title=title), widths, fixed=5)
    sheet.line(legend(book, book.say("legend_links"), book.say("profiles.legend"), book.say("legend_occurrences")), "legend")
    profiles.write(sheet)
