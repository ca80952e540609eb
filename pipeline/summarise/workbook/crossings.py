"""Crossings: a dimension by another, one sheet each, for the measures that the round names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.figures.dimensions import Dimension, dimension
from pipeline.summarise.figures.figures import ROWS, Crossing, cross, month_days, monthly
from pipeline.summarise.figures.lines import Line, Reporter, empty, lines, parent_of, reporters, standing_words
from pipeline.summarise.figures.measures import Measure, applies, averages, crossed, crossed_rates, is_occurrence
from pipeline.summarise.figures.periods import is_time
from pipeline.summarise.sheets.sheet import Book, Formula, Sheet, Span
from pipeline.summarise.workbook.drill import Drill
from pipeline.summarise.workbook.entry_table import (
    CODE_WIDTH,
    NAME_WIDTH,
    RATE_WIDTH,
    STANDING_WIDTH,
    figure_width,
    is_symbol,
    legend,
    main_table,
    with_unit,
)
from pipeline.summarise.workbook.live import BLANK, Condition, Live, plain_value
from schemas.round.settings import Summary

SIDE_BY_SIDE = 280
"""Width in characters up to which measures stand beside one another; else one below the other under one heading."""
TOTAL = -1
"""The position of a total, as in ``Crossing.values``."""
_ALONE = 16.0
"""Width of a block of one column, so that its measure's title fits."""


@dataclass(frozen=True)
class Column:
    """One column of figures: a measure of the entry at a position across, or its total."""

    measure: Measure
    at: int
    width: float


def crossing_sheet(book: Book, summary: Summary, key: str, drill: Drill) -> Crossed:
    """The sheet of a summary's dimension by dimension ``key``."""
    grid = Grid.of(book, summary, key, drill)
    spec = grid.crossing.spec
    title = dimension(book.consolidation.round_, spec, key, book.lang).title.upper()
    headline = book.say("crossing_title", title=summary.title, other=title)
    sheet = book.sheet(book.say("sheets.crossing", title=title), headline, grid.widths, fixed=grid.first)
    titles = ", ".join(each.title for each in grid.measures)
    sheet.answers("crossings", "crossing", down=grid.crossing.down.title, across=grid.crossing.across.title, measures=titles)
    counted = [each for each in grid.measures if is_occurrence(book.consolidation.round_, spec, each.key)]
    said = [book.say("legend_links"), *([book.say("legend_occurrences")] if counted else []), book.say("source", sheet=spec.sheet)]
    sheet.line(legend(book, *said), "legend")
    return Crossed(grid, grid.crossing.down.key != key, bool(counted), sheet.page.name, grid.write(sheet))


@dataclass(frozen=True)
class Grid:
    """A crossing as a sheet shows it.

    ``upper`` crosses the parent of the entries going down, if they have one. ``reporters``: who was to report an entry going
    down, as :func:`pipeline.summarise.figures.lines.reporters`.
    """

    book: Book
    crossing: Crossing
    upper: Crossing | None
    measures: Sequence[Measure]
    reporters: Mapping[str, Reporter]
    drill: Drill
    live: Live | None = None
    """Formulas of its figures, where they are live."""

    @classmethod
    def of(cls, book: Book, summary: Summary, key: str, drill: Drill) -> Grid:
        """Cross the two dimensions in the first table that counts by both; the longer one goes down."""
        consolidation, lang = book.consolidation, book.lang
        spec = main_table(consolidation.round_, summary.dimension, key)
        own, other = (dimension(consolidation.round_, spec, each, lang) for each in (summary.dimension, key))
        down, across = (own, other) if own.size >= other.size else (other, own)
        parent = parent_of(consolidation.round_, spec, down, summary.parent if down is own else "", lang)
        over = averages(consolidation.round_, spec, lang, "month") if is_time(spec, down) or is_time(spec, across) else []
        return cls(
            book,
            monthly(cross(consolidation, spec, down, across), over),
            monthly(cross(consolidation, spec, parent, across), over) if parent is not None else None,
            [*crossed(consolidation.round_, spec, lang), *over, *crossed_rates(consolidation.round_, spec, lang)],
            reporters(consolidation, spec, down),
            drill,
            Live.of(consolidation, spec, down, across, *([parent] if parent is not None else [])),
        )

    # --- columns -----------------------------------------------------------------------------------

    @property
    def first(self) -> int:
        """The first column of figures."""
        return 3 if self.reporters else 2

    @cached_property
    def sections(self) -> list[list[Column]]:
        """Columns of figures: all measures in one section beside one another, or a section a measure under one heading."""
        beside = [column for measure in self.measures for column in self._columns(measure, self._beside(measure))]
        if sum(self._before) + sum(column.width for column in beside) <= SIDE_BY_SIDE:
            return [beside]
        return [self._columns(measure, self.crossing.across_used) for measure in self.measures]

    def _beside(self, measure: Measure) -> list[int]:
        return [at for at in self.crossing.across_used if at not in self._barred[measure.key][1]]

    def _columns(self, measure: Measure, across: Sequence[int]) -> list[Column]:
        least = _ALONE if not across else 0.0
        return [Column(measure, at, max(least, self._width(measure, at))) for at in (*across, TOTAL)]

    def _width(self, measure: Measure, at: int) -> float:
        if measure.is_rate:
            return max(RATE_WIDTH, figure_width(self._head(at), [0], "rate"))
        return figure_width(self._head(at), [np.nan_to_num(self.crossing.values[measure.key][:, at]).max()], self._kind(measure))

    @property
    def _before(self) -> list[float]:
        return [CODE_WIDTH, NAME_WIDTH, *([STANDING_WIDTH] if self.reporters else [])]

    @property
    def widths(self) -> list[float]:
        """Each column as wide as the widest that stands in it."""
        return [*self._before, *(max(column.width for column in stacked) for stacked in zip(*self.sections, strict=True))]

    @cached_property
    def _barred(self) -> dict[str, tuple[set[int], set[int]]]:
        """By measure, the positions down and across for which it can't have a value."""
        round_, spec = self.book.consolidation.round_, self.crossing.spec
        sides = (self.crossing.down, self.crossing.across)
        return {
            measure.key: tuple(
                {at for at in range(by.size) if not applies(round_, spec, measure.spread or measure.key, by, by.codes[at])} for by in sides
            )  # type: ignore[misc]
            for measure in self.measures
        }

    @cached_property
    def _lengths(self) -> tuple[Any, int]:
        return month_days(self.crossing)

    def _kind(self, measure: Measure) -> str:
        if measure.is_rate:
            return "rate"
        if measure.spread:
            return "average"
        return "count" if np.issubdtype(self.crossing.values[measure.key].dtype, np.integer) else "amount"

    def _head(self, at: int) -> str:
        return self.book.say("total_column") if at == TOTAL else self.crossing.across.names[at]

    # --- writing -----------------------------------------------------------------------------------

    def write(self, sheet: Sheet) -> dict[tuple[str, int, int], tuple[int, int]]:
        """Write heading and lines, a total below each section. Returns where figures stand, by measure and positions down and across."""
        top = sheet.row
        self._heading(sheet)
        names_at = sheet.row - 2
        sheet.keep_above(sheet.row - top, self.first)
        cells: dict[tuple[str, int, int], tuple[int, int]] = {}
        for section in self.sections:
            if len(self.sections) > 1:
                sheet.spans([Span(_one_line(section[0].measure), "band", len(sheet.widths))])
            for line in lines(self.crossing.down_used, self.crossing.down, self.upper.down if self.upper else None):
                if not line.is_parent:
                    cells |= {(each.measure.key, line.at, each.at): (sheet.row, self.first + at) for at, each in enumerate(section)}
                self._line(sheet, section, line, names_at)
            self._line(sheet, section, None, names_at)
        return cells

    def _heading(self, sheet: Sheet) -> None:
        """Measures over their blocks where they stand beside one another; names; codes."""
        section, first = self.sections[0], self.first
        if len(self.sections) == 1:
            blocks = [(measure, len(list(block))) for measure, block in groupby(section, lambda column: column.measure)]
            sheet.spans([*[Span("", "head")] * first, *(Span(_one_line(measure), "head", width) for measure, width in blocks)])
        standing = [self.book.say("standing")] if self.reporters else []
        names = ["", self.crossing.down.title, *standing, *(self._head(column.at) for column in section)]
        sheet.cells(names, ["head"] * len(names))
        codes = [self._linked(self.crossing.across, column.at) for column in section]
        sheet.cells([self.book.say("code"), *[""] * (first - 1), *codes], ["code_head"] * len(names))

    def _linked(self, by: Dimension, at: int) -> Any:
        """The code of an entry across, linked to its rows where they stand together."""
        return "" if at == TOTAL else self.drill.cells(self.crossing.spec, by, at, by.codes[at], "")[0]

    def _line(self, sheet: Sheet, section: Sequence[Column], line: Line | None, names_at: int) -> None:
        crossing = self.upper if line is not None and line.is_parent and self.upper is not None else self.crossing
        at = TOTAL if line is None else line.at
        code, name = ("", self.book.say("total")) if line is None else (crossing.down.codes[at], crossing.down.names[at])
        reporter = self.reporters.get(code) if crossing is self.crossing and line is not None else None
        nothing = empty(self.book.consolidation, reporter, self.book.lang)
        values = [
            self._live(self._value(crossing, column, at, nothing), crossing, column, (at, sheet.row, names_at, self.first + place), nothing)
            for place, column in enumerate(section)
        ]
        kinds = ["symbol" if is_symbol(v) else self._kind(column.measure) for v, column in zip(values, section, strict=True)]
        standing = [standing_words(self.book.consolidation, reporter, self.book.lang)] if self.reporters else []
        emphasis = "total" if line is None else "subtotal" if line.is_parent else ""
        named = self.drill.cells(crossing.spec, crossing.down, None if line is None else at, code, name)
        sheet.cells([*named, *standing, *values], ["code", "name", *["name" for _ in standing], *kinds], emphasis)

    def value(self, measure: str, down: int, across: int) -> Any:
        """A figure that has rows behind it; a sign where it can't have a value."""
        barred_down, barred_across = self._barred[measure]
        if across in barred_across or down in barred_down:
            return self.book.say("not_applicable")
        return plain_value(self.crossing.values[measure][down, across].item())

    def _value(self, crossing: Crossing, column: Column, down: int, nothing: str) -> Any:
        barred_down, barred_across = self._barred[column.measure.key]
        if column.at in barred_across or (crossing is self.crossing and down in barred_down):
            return self.book.say("not_applicable")
        if not crossing.values[ROWS][down, column.at]:
            return nothing
        return plain_value(crossing.values[column.measure.key][down, column.at].item())

    def _live(self, value: Any, crossing: Crossing, column: Column, place: tuple[int, int, int, int], nothing: str) -> Any:
        """The value as a formula that gives it, where figures are live; ``place``: position down, row, heading's row, column."""
        down, row, names_at, letter = place
        if self.live is None or value == self.book.say("not_applicable"):
            return value
        where: list[Condition] = []
        if down != TOTAL:
            where.append((crossing.down.key, BLANK if not crossing.down.codes[down] else xl_rowcol_to_cell(row, 1, col_abs=True)))
        if column.at != TOTAL:
            blank = not crossing.across.codes[column.at]
            where.append((crossing.across.key, BLANK if blank else xl_rowcol_to_cell(names_at, letter, row_abs=True)))
        lengths, axis = self._lengths
        days = int(lengths[(down, column.at)[axis]]) if column.measure.spread and lengths is not None else 0
        return Formula(self.live.figure(column.measure, where, nothing, days), value)


@dataclass(frozen=True)
class Crossed:
    """A crossing as its sheet shows it; ``cells``: row and column by measure and positions down and across."""

    grid: Grid
    own_is_down: bool
    occurrences: bool
    """Whether it counts occurrences."""
    sheet: str
    cells: Mapping[tuple[str, int, int], tuple[int, int]]

    @property
    def other(self) -> Dimension:
        """What the summary's own dimension is crossed with."""
        return self.grid.crossing.across if self.own_is_down else self.grid.crossing.down

    @property
    def title(self) -> str:
        """The other dimension as a line names it."""
        return self.grid.book.say("occurrences", title=self.other.title) if self.occurrences else self.other.title


def _one_line(measure: Measure) -> str:
    return with_unit(measure).replace("\n", " ")
