"""The shape of a crossing's sheet: a table per measure, what is folded, its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np

from pipeline.office.textfit import column_for
from pipeline.summarise.figures.crossing import Crossing
from pipeline.summarise.figures.lines import EntryReporter, TableLine, lines
from pipeline.summarise.figures.measures import Measure, Rate, Term, applies
from pipeline.summarise.figures.totals import ROWS
from pipeline.summarise.sheets.sheet import ROW_HEIGHT, SummaryBook
from pipeline.summarise.sheets.styles import height_of
from pipeline.summarise.workbook.areas import Pages
from pipeline.summarise.workbook.entry_table import CODE_WIDTH, NAME_WIDTH
from pipeline.summarise.workbook.figure_column import RATE_WIDTH, figure_width, standing_width

TOTAL = -1
"""The position of a total, as in ``Crossing.values``."""
_ALONE = 16.0
"""Width of a table of one column, so that its measure's title fits."""
_LEAST_NAME = 26.0
_ABOVE = 8 * ROW_HEIGHT
"""Points of the title and the other lines above the headings, which the first page has."""


@dataclass(frozen=True)
class CrossingColumn:
    """One column of figures: a measure of the entry at a position across, or its total."""

    measure: Measure
    at: int
    width: float


@dataclass(frozen=True)
class Shape:
    """What stands where in a crossing.

    ``upper`` crosses the parent of the entries going down, if they have one. ``reporters``: who was
    to report an entry going down, as :func:`pipeline.summarise.figures.lines.reporters`.
    """

    book: SummaryBook
    crossing: Crossing
    upper: Crossing | None
    measures: Sequence[Measure]
    reporters: Mapping[str, EntryReporter]

    @property
    def first(self) -> int:
        """The first column of figures."""
        return 3 if self.reporters else 2

    @cached_property
    def lines(self) -> list[TableLine]:
        """All lines but the total."""
        return list(
            lines(
                self.crossing.down_used, self.crossing.down, self.upper.down if self.upper else None
            )
        )

    def name(self, line: TableLine | None) -> str:
        """What a line is called; without one, the total."""
        by = (
            self.upper.down
            if line is not None and line.is_parent and self.upper is not None
            else self.crossing.down
        )
        return self.book.say("total") if line is None else by.names[line.at]

    def head(self, at: int) -> str:
        """What the column at a position across is called."""
        return self.book.say("total_column") if at == TOTAL else self.crossing.across.names[at]

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The format of each measure's cells, by its key."""
        values = self.crossing.values
        return {measure.key: measure.format_of(values[measure.key]) for measure in self.measures}

    @cached_property
    def barred(self) -> dict[str, tuple[set[int], set[int]]]:
        """By measure, the positions down and across for which it can't have a value."""
        round_, spec = self.book.consolidation.round_, self.crossing.spec
        sides = (self.crossing.down, self.crossing.across)
        return {
            measure.key: tuple(
                {
                    at
                    for at in range(by.size)
                    if not applies(round_, spec, measure, by, by.codes[at])
                }
                for by in sides
            )  # type: ignore[misc]
            for measure in self.measures
        }

    # --- columns
    # -----------------------------------------------------------------------------------

    @cached_property
    def tables(self) -> list[list[CrossingColumn]]:
        """The columns of each measure's table: the entries that it applies to, and the total."""
        barred = {measure.key: self.barred[measure.key][1] for measure in self.measures}
        return [
            self._table(
                each, [at for at in self.crossing.across_used if at not in barred[each.key]]
            )
            for each in self.measures
        ]

    @cached_property
    def columns(self) -> list[CrossingColumn]:
        """All columns of figures, from left to right."""
        return [column for table in self.tables for column in table]

    @cached_property
    def widths(self) -> list[float]:
        """Widths of all columns, 0 of folded ones."""
        standing = [standing_width(self.book)] if self.reporters else []
        folded = self.folded[1]
        return [
            CODE_WIDTH,
            self._name_width,
            *standing,
            *(0.0 if column.at in folded else column.width for column in self.columns),
        ]

    @cached_property
    def folded(self) -> tuple[set[int], set[int]]:
        """The positions down and across of entries of which nothing was reported.

        None if nothing was reported at all.

        Where an entry has an agency of its own, its line says whether that has reported: it is
        never folded.
        """
        rows = self.crossing.values[ROWS]
        if not rows[-1, -1]:
            return set(), set()
        down = (
            set() if self.reporters else {at for at in self.crossing.down_used if not rows[at, -1]}
        )
        return down, {at for at in self.crossing.across_used if not rows[-1, at]}

    def _table(self, measure: Measure, across: Sequence[int]) -> list[CrossingColumn]:
        least = _ALONE if not across else 0.0
        return [
            CrossingColumn(measure, at, max(least, self._width(measure, at)))
            for at in (*across, TOTAL)
        ]

    def _width(self, measure: Measure, at: int) -> float:
        if isinstance(measure, Rate):
            return max(RATE_WIDTH, figure_width(self.head(at), [0], "rate"))
        return figure_width(
            self.head(at),
            [np.nan_to_num(self.crossing.values[measure.key][:, at]).max()],
            self.kinds[measure.key],
        )

    @cached_property
    def _name_width(self) -> float:
        """Wide enough for names of entries going down; their parents' may take two lines."""
        names = [
            self.crossing.down.title,
            *(self.crossing.down.names[at] for at in self.crossing.down_used),
        ]
        return min(NAME_WIDTH, max(_LEAST_NAME, *map(column_for, names)))

    # --- pages
    # -------------------------------------------------------------------------------------

    @cached_property
    def ends(self) -> list[int]:
        """The place behind the last column of each table, among all columns of figures."""
        return list(accumulate(map(len, self.tables)))

    @cached_property
    def edges(self) -> set[int]:
        """The places of the first columns of tables."""
        return {0, *self.ends}

    @cached_property
    def pages(self) -> Pages:
        """How it is printed."""
        before, figures = self.widths[: self.first], self.widths[self.first :]
        tables = [figures[start:end] for start, end in pairwise((0, *self.ends))]
        shown = [line for line in self.lines if line.is_parent or line.at not in self.folded[0]]
        heights = [
            max(ROW_HEIGHT, height_of(self.name(line), self._name_width, "name"))
            for line in (*shown, None)
        ]
        head = 3 * ROW_HEIGHT + max(
            height_of(self.head(column.at), column.width, "head") for column in self.columns
        )
        return Pages.of(before, tables, head, _ABOVE + sum(heights))

    @property
    def tables_printed(self) -> int:
        """How many tables are printed: those that fit, never a rate's terms without the rate."""
        count = self.pages.printed
        while count > 1 and isinstance(self.measures[count - 1], Term):
            count -= 1
        return count

    @property
    def printed(self) -> int:
        """How many columns are printed."""
        return self.first + self.ends[self.tables_printed - 1]
