"""Entry by entry: one sheet in which each entry of a summary's dimension has its lines by all other dimensions, to be filtered.

Nothing is reckoned here: a live figure repeats the cell of the crossing that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.crossings import Crossed
from pipeline.summarise.drill import Drill
from pipeline.summarise.entries import Line, empty
from pipeline.summarise.entry_table import Written, is_symbol, legend, with_unit
from pipeline.summarise.figures import ROWS
from pipeline.summarise.measures import Measure
from pipeline.summarise.sheet import Book, Formula, Sheet
from schemas.columns import Kind

_BEFORE = (9.0, 36.0, 28.0, 9.0, 40.0)
_FIGURE = 15.0


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
            for place, figures in self._by(crossed, at):
                other = crossed.other
                self._line(sheet, [code, name, crossed.title, other.codes[place], other.names[place]], figures, "")

    def _by(self, crossed: Crossed, at: int) -> Iterator[tuple[int, list[Any]]]:
        """The positions of the other dimension that have rows of the entry, and their figures."""
        rows = crossed.grid.crossing.values[ROWS]
        own = rows[at, :-1] if crossed.own_is_down else rows[:-1, at]
        known = {measure.key for measure in crossed.grid.measures}
        for place in own.nonzero()[0].tolist():
            down, across = (at, place) if crossed.own_is_down else (place, at)
            yield place, [self._figure(crossed, each.key, down, across) if each.key in known else None for each in self.measures]

    def _figure(self, crossed: Crossed, key: str, down: int, across: int) -> Any:
        cell = crossed.cells.get((key, down, across))
        if cell is None:
            return self.book.say("not_applicable")
        value = crossed.grid.value(key, down, across)
        if crossed.grid.live is None or value == self.book.say("not_applicable"):
            return value
        sheet = crossed.sheet.replace("'", "''")
        return Formula(f"='{sheet}'!{xl_rowcol_to_cell(*cell)}", value)

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
