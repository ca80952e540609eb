"""Indicators by place: the measures that a map can show, as today's values and as live formulas."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.figures.figures import AGENCIES, DECIMALS, rounded
from pipeline.summarise.figures.lines import Line, Reporter, is_provisional, standing_words
from pipeline.summarise.places.tiles import Tile, tiles
from pipeline.summarise.sheets.sheet import Book, Formula
from pipeline.summarise.workbook.drill import Drill
from pipeline.summarise.workbook.entry_table import EntryTable, Shown, is_symbol
from pipeline.summarise.workbook.live import Condition
from schemas.round.settings import Summary
from schemas.words import ui

NARROW = 11.5
"""Width of a column of figures or ranks."""


@dataclass(frozen=True)
class Indicator:
    """One number by place: a measure or rate, or a measure divided by the agencies that have rows."""

    key: str
    title: str
    unit: str
    shown: Shown
    base: str = ""
    """Of an average, the key of what it divides by agencies."""

    @property
    def kind(self) -> str:
        """The format of its cells."""
        return "average" if self.base else self.shown.kind


@dataclass(frozen=True)
class Places:
    """The places of a summary that have a tile, with their indicators; ``lines`` are positions in the dimension, in its order."""

    book: Book
    summary: Summary
    table: EntryTable
    tiles: Sequence[Tile]
    lines: Sequence[Line]
    indicators: Sequence[Indicator]
    drill: Drill

    @classmethod
    def of(cls, book: Book, summary: Summary, drill: Drill) -> Places | None:
        """The places of a summary; none where it names no indicators or the round has no map."""
        drawn = tiles(book.consolidation.round_)
        if not summary.indicators or not drawn:
            return None
        table = EntryTable.of(book, summary.dimension, summary.parent)
        codes = {tile.locality for tile in drawn if tile.locality}
        lines = [Line(at) for at, code in enumerate(table.by.codes) if code in codes]
        return cls(book, summary, table, drawn, lines, [_indicator(book, table, key) for key in summary.indicators], drill)

    @cached_property
    def codes(self) -> list[str]:
        """Codes of the places, in order."""
        return [self.table.by.codes[line.at] for line in self.lines]

    @property
    def left_out(self) -> list[str]:
        """Names of the entries that have no tile."""
        return [name for code, name in zip(self.table.by.codes, self.table.by.names, strict=True) if code and code not in self.codes]

    @property
    def ranked(self) -> list[Indicator]:
        """The indicators whose ranks stand beside the figures."""
        return [each for each in self.indicators if each.key in self.summary.ranked]

    def named(self, line: Line) -> list[Any]:
        """Code and name of a place or, for a parent's line, of that; linked to its rows."""
        by = self.table.parent if line.is_parent and self.table.parent is not None else self.table.by
        return self.drill.cells(self.table.spec, by, line.at, by.codes[line.at], by.names[line.at])

    def name(self, line: Line) -> str:
        """The name of a place or, for a parent's line, of that."""
        by = self.table.parent if line.is_parent and self.table.parent is not None else self.table.by
        return by.names[line.at]

    def parent_position(self, line: Line) -> int:
        """The parent's position of a place; that of none where there is no parent."""
        parent = self.table.parent
        return -1 if parent is None else parent.codes.index((parent.owner or {}).get(self.table.by.codes[line.at], ""))

    def parent_name(self, line: Line) -> str:
        """The name of what a place belongs to."""
        return self.table.parent.names[self.parent_position(line)] if self.table.parent else ""

    def counts(self, line: Line) -> bool:
        """Whether the figures of a place can be ranked: whoever reports it is counted, provisionally at least.

        Others may report on it all the same.
        """
        reporter = self._reporter(line)
        return reporter is None or not reporter.is_out or self.is_provisional(line)

    def is_provisional(self, line: Line) -> bool:
        """Whether whoever reports a place has something to correct, and figures that count until then."""
        reporter = self._reporter(line)
        if reporter is None or not is_provisional(self.book.consolidation, reporter.standing):
            return False
        return any(not isinstance(self.value(each, line), str) for each in self.indicators)

    @property
    def any_provisional(self) -> bool:
        """Whether the figures of any place are provisional for its own sake."""
        return any(map(self.is_provisional, self.lines))

    def _reporter(self, line: Line) -> Reporter | None:
        return self.table.reporters.get(self.table.by.codes[line.at])

    def rankable(self, indicator: Indicator) -> list[Any]:
        """Today's values by place, an empty text where the figures aren't whole."""
        return self._rankable[indicator.key]

    @cached_property
    def _rankable(self) -> dict[str, list[Any]]:
        return {each.key: [self.value(each, line) if self.counts(line) else "" for line in self.lines] for each in self.indicators}

    def standing(self, code: str) -> str:
        """The standing of whoever reports a place, in words."""
        return standing_words(self.book.consolidation, self.table.reporters.get(code), self.book.lang)

    def nothing(self, line: Line | None) -> str:
        """What stands for a figure of a line that has no rows."""
        return self.table.nothing(line)

    # --- cells -------------------------------------------------------------------------------------

    @property
    def heads(self) -> list[str]:
        """Titles of the columns that ``cells`` fills."""
        return [self.book.say("agencies"), *(each.title for each in self.indicators)]

    @property
    def units(self) -> list[str]:
        """Units of the columns that ``cells`` fills."""
        return ["", *(each.unit for each in self.indicators)]

    @property
    def widths(self) -> list[float]:
        """Widths of the columns that ``cells`` fills."""
        return [NARROW, *(max(NARROW, each.shown.width) for each in self.indicators)]

    def kinds(self, cells: Sequence[Any]) -> list[str]:
        """Formats of what ``cells`` gave."""
        return [
            "symbol" if is_symbol(cell) else kind for cell, kind in zip(cells, ["count", *(i.kind for i in self.indicators)], strict=True)
        ]

    def cells(self, line: Line | None, row: int, first: int, name_column: int = 1) -> list[Any]:
        """Agencies with rows and all indicators of a line (the total without one) for the cells from column ``first`` on.

        Live figures find the line's name in ``name_column`` of the same row.
        """
        nothing = self.nothing(line)
        where = self._where(line, xl_rowcol_to_cell(row, name_column, col_abs=True))
        at = {each.key: xl_rowcol_to_cell(row, first + 1 + place) for place, each in enumerate(self.indicators)}
        found = [self._agencies(line, where, nothing)]
        for each in self.indicators:
            value = self.value(each, line)
            if each.base:
                base = at[each.base]
                found.append(Formula(f"=IF(ISNUMBER({base}),ROUND({base}/{xl_rowcol_to_cell(row, first)},{DECIMALS}),{base})", value))
            else:
                live = self.table.live.get(each.shown.spec.key)
                found.append(value if live is None else Formula(live.figure(each.shown.measure, where, nothing), value))
        return found

    def _where(self, line: Line | None, name: str) -> list[Condition]:
        by = self.table.parent if line is not None and line.is_parent and self.table.parent is not None else self.table.by
        return [] if line is None else [(by.key, name)]

    def _agencies(self, line: Line | None, where: Sequence[Condition], nothing: str) -> Any:
        value = self._count(line) or nothing
        live = self.table.live.get(self.table.spec.key)
        return Formula(live.agencies(where, nothing), value) if live is not None and live.count_agencies else value

    def _count(self, line: Line | None) -> int:
        first = self.table.columns[0]
        if line is None:
            return int(first.total[AGENCIES])
        frame = first.parents if line.is_parent and first.parents is not None else first.entries
        return int(frame[AGENCIES].iloc[line.at])

    def value(self, indicator: Indicator, line: Line | None) -> Any:
        """Today's value of an indicator: a number, a sign where there are no rows, or an empty text where there is no rate."""
        key = (indicator.key, line)
        if key not in self._values:
            value = indicator.shown.value(line, self.nothing(line))
            is_average = indicator.base and not isinstance(value, str)
            self._values[key] = float(rounded(value / self._count(line))) if is_average else value
        return self._values[key]

    @cached_property
    def _values(self) -> dict[tuple[str, Line | None], Any]:
        """What ``value`` gave so far: figures stand on several sheets."""
        return {}


def _indicator(book: Book, table: EntryTable, key: str) -> Indicator:
    """An indicator by its key.

    Raises LookupError where the tables of the summary have no such measure: the round's mistake.
    """
    columns, averages = {each.measure.key: each for each in table.columns}, {each.key: each for each in table.averages}
    if key in averages:
        average = averages[key]
        return Indicator(key, average.title, average.unit, columns[average.spread], average.spread)
    if key not in columns:
        raise LookupError(f"{book.consolidation.round_.key}: no indicator {key}")
    measure = columns[key].measure
    return Indicator(key, measure.title, words(book, "percent") if measure.is_rate else measure.unit, columns[key])


def words(book: Book, key: str, **gaps: object) -> str:
    """A word of the sheets of places."""
    return ui(f"places.{key}", book.lang, **gaps)


def ranks(values: Iterable[Any]) -> list[tuple[int, bool]]:
    """Each value's rank, 1 for the highest, and whether others share it; 0 for what is no number."""
    listed = list(values)
    numbers = sorted(value for value in listed if not isinstance(value, str))
    found = []
    for value in listed:
        if isinstance(value, str):
            found.append((0, False))
        else:
            lower, upper = bisect_left(numbers, value), bisect_right(numbers, value)
            found.append((1 + len(numbers) - upper, upper - lower > 1))
    return found
