"""The cells that the charts of a summary's first page are drawn from.

They are formulas over the other sheets where figures are live, so that a corrected figure reaches
the charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from pipeline.summarise.figures.dimensions import Dimension
from pipeline.summarise.figures.figures import by_entry
from pipeline.summarise.figures.highlights import Highlights
from pipeline.summarise.figures.lines import TableLine, empty
from pipeline.summarise.figures.measures import lowered
from pipeline.summarise.figures.periods import MONTH, days, shorter, time_of
from pipeline.summarise.figures.rounding import divided, figure, plain
from pipeline.summarise.figures.wording import number
from pipeline.summarise.sheets.cells import LiveCell
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.entry_lines import EntrySheet
from pipeline.summarise.workbook.entry_table import EntryTable
from pipeline.summarise.workbook.live import Live
from schemas.columns import DECIMALS, TableSpec

MOST_BARS = 10
"""Bars of the ranking."""
WIDTHS = (40.0, 14.0, 9.0, 9.0, 40.0, 14.0, 3.0, 34.0, 14.0, 11.0, 14.0, 3.0, 40.0, 14.0, 11.0)
"""Widths of the sheet of cells: ranking, gap, trend, gap, composition."""
_RANKING, _TREND, COMPOSITION = 0, 7, 12


@dataclass(frozen=True)
class ChartBlock:
    """Cells of a chart: heads, lines, and where names and figures stand in them."""

    kind: str
    title: str
    heads: Sequence[str]
    lines: Sequence[Sequence[Any]]
    kinds: Sequence[str]
    left: int
    names: int
    figures: int
    drawn: int
    """Lines drawn."""
    marked: Sequence[int] = ()
    """Positions of those that are hatched."""
    left_out: Sequence[tuple[str, Any]] = ()
    """What it doesn't show, each in words and as a figure."""


@dataclass(frozen=True)
class ChartCells:
    """What the charts show of one summary; ``top``: the row, from 0, of the first line of cells."""

    book: SummaryBook
    made: EntrySheet
    top: int

    @cached_property
    def _shown(self) -> Highlights:
        return Highlights(self.book.consolidation, self.made.table.spec, self.made.table.by)

    @property
    def _nothing(self) -> str:
        return empty(self.book.consolidation, None)

    def _is_live(self, spec: TableSpec) -> bool:
        return Live.of(self.book.consolidation, spec) is not None

    # --- ranking
    # -----------------------------------------------------------------------------------

    def ranking(self) -> ChartBlock | None:
        """The entries of the summary's dimension, and beside them the largest in their order.

        Places are compared by their own returns. Where the round ranks nothing they stand in the
        order of their list, if they are few.
        """
        shown, by, values = self._shown, self.made.table.by, self._compared
        drawn_of = [at for at, value in enumerate(values) if value > 0]
        ranked = sorted(drawn_of, key=lambda at: (-values[at], at)) if self._ranks else drawn_of
        drawn = min(MOST_BARS, len(ranked))
        if not self._ranks and len(ranked) > drawn:
            return None
        lines = [
            self._entry(at, values, ranked) + self._ranked(at, values, ranked, drawn)
            for at in range(len(by.entries))
        ]
        say, words = (
            self.book.say,
            {"measure": shown.measure.title, "by": lowered(by.title), "count": drawn},
        )
        title = say("charts.ranking_first" if len(ranked) > drawn else "charts.ranking", **words)
        if self.made.table.apart:
            counts = {
                "count": sum(value == value for value in values),  # noqa: PLR0124
                "whole": len(self._table.reporters),
            }
            title = say("charts.ranking_own", title=title, **counts)
        rank = say("charts.rank") if self._ranks else say("charts.order")
        heads = [
            by.title,
            shown.measure.title,
            say("charts.order"),
            rank,
            by.title,
            shown.measure.title,
        ]
        kinds = ["name", "count", "count", "count", "name", "count"]
        return ChartBlock("ranking", title, heads, lines, kinds, _RANKING, 4, 5, drawn)

    @property
    def _ranks(self) -> bool:
        """Whether the round ranks anything."""
        return self.book.consolidation.round_.settings.figures.rankings

    @property
    def _table(self) -> EntryTable:
        """The figures that entries are compared by: of places their own returns."""
        return next(iter(self.made.table.apart), self.made.table)

    @cached_property
    def _compared(self) -> list[float]:
        """Those of the entries, by position; NaN where they aren't known."""
        column = next(
            each for each in self._table.columns if each.measure.key == self._shown.measure.key
        )
        return [
            float(column.known(TableLine(at))[column.measure.key])
            for at in range(len(self.made.table.by.entries))
        ]

    def _entry(self, at: int, values: Sequence[Any], ranked: Sequence[int]) -> list[Any]:
        """Name, figure and place among all."""
        measure, (figures, _) = self._shown.measure, self._columns(1, 1)
        value = figure(values[at], self._table.nothing(TableLine(at)))
        order = ranked.index(at) + 1 if at in ranked else ""
        if not self._is_live(self.made.table.spec):
            return [self.made.table.by.names[at], value, order]
        own, above = (
            xl_rowcol_to_cell(self.top + at, 1),
            f"{xl_rowcol_to_cell(self.top, 1, row_abs=True)}:{xl_rowcol_to_cell(self.top + at, 1)}",
        )
        among = (
            f"RANK({own},{figures})+COUNTIF({above},{own})-1"
            if self._ranks
            else f'COUNTIF({above},">0")'
        )
        place = f'=IF(ISNUMBER({own}),IF({own}>0,{among},""),"")'
        reference = self.made.reference(measure.key, at, self._table.origin)
        return [self.made.table.by.names[at], LiveCell(reference, value), LiveCell(place, order)]

    def _ranked(
        self, at: int, values: Sequence[Any], ranked: Sequence[int], drawn: int
    ) -> list[Any]:
        """The entry at a place, below the last place drawn nothing."""
        if at >= drawn:
            return [None, None, None]
        name, value = self.made.table.by.names[ranked[at]], plain(values[ranked[at]])
        if not self._is_live(self.made.table.spec):
            return [at + 1, name, value]
        own, (names, orders) = xl_rowcol_to_cell(self.top + at, 3), self._columns(0, 2)
        figures, _ = self._columns(1, 1)
        found = [
            f'=IFERROR(INDEX({column},MATCH({own},{orders},0)),"")' for column in (names, figures)
        ]
        return [at + 1, LiveCell(found[0], name), LiveCell(found[1], value)]

    def _columns(self, *at: int) -> list[str]:
        last = self.top + len(self.made.table.by.entries) - 1
        return [xl_range_abs(self.top, column, last, column) for column in at]

    # --- trend
    # -------------------------------------------------------------------------------------

    def trend(self) -> ChartBlock | None:
        """The measure a month, period by period; the shorter ones are marked."""
        shown, say = self._shown, self.book.say
        time = time_of(self.book.consolidation.round_, shown.spec)
        if time is None or len(time.entries) <= 1 or not all(days(time)):
            return None
        lengths, live = days(time), Live.of(self.book.consolidation, shown.spec, time)
        frame = by_entry(self.book.consolidation, shown.spec, time)
        lines = [self._period(time, at, lengths[at], frame, live) for at in range(len(lengths))]
        marked = shorter(lengths)
        title = say("charts.trend_short" if marked else "charts.trend", measure=shown.measure.title)
        heads = [time.title, shown.measure.title, say("charts.days"), say("charts.monthly")]
        return ChartBlock(
            "trend",
            title,
            heads,
            lines,
            ["name", "count", "count", "average"],
            _TREND,
            0,
            3,
            len(lines),
            marked,
        )

    def _period(
        self, time: Dimension, at: int, length: int, frame: pd.DataFrame, live: Live | None
    ) -> list[Any]:
        measure = self._shown.measure
        summed = figure(frame[measure.key].iloc[at].item(), self._nothing)
        monthly = divided(summed, length / MONTH)
        label = self.book.say(
            "charts.period",
            name=time.names[at],
            months=number(round(length / MONTH, 1), self.book.lang),
        )
        if live is None:
            return [label, summed, length, monthly]
        cell, length_cell = (xl_rowcol_to_cell(self.top + at, _TREND + column) for column in (1, 2))
        counted = live.cell(measure, [(time.key, f'"{time.names[at]}"')], self._nothing, summed)
        average = f'=IF(ISNUMBER({cell}),ROUND({cell}/({length_cell}/{MONTH}),{DECIMALS}),"")'
        return [label, counted, length, LiveCell(average, monthly)]
