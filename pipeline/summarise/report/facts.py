"""The numbers under one item of the outline, the same as in the workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pipeline.summarise.figures import intervals
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import Dimension, dimension
from pipeline.summarise.figures.figures import by_entry, whole
from pipeline.summarise.figures.measures import Measure, Rate, Sum, crossed, measures, rates
from pipeline.summarise.figures.nils import nils_from
from pipeline.summarise.figures.origins import Origin, may_rank, rows_from
from pipeline.summarise.figures.periods import MONTH, days, shorter
from pipeline.summarise.figures.rests import REST, parted, rest, rest_measure
from pipeline.summarise.figures.tables import table_spec
from pipeline.summarise.figures.totals import AGENCIES, ROWS
from pipeline.summarise.report.amounts import said
from schemas.columns import Kind, TableSpec
from schemas.round.outline import DeclaredFigures, Outcomes, ReportPart
from schemas.words import Language

FIRST = 3
"""Entries that a sentence names as those with most, more where they are equal."""
_MOST_NAMED = 6


@dataclass(frozen=True)
class ItemFacts:
    """The figures that a report asks for."""

    consolidation: Consolidation
    asked: DeclaredFigures

    @property
    def lang(self) -> Language:
        """The language that it is written in."""
        return self.consolidation.lang

    @cached_property
    def spec(self) -> TableSpec:
        """The declared table that they are counted from."""
        return table_spec(self.consolidation.round_, self.asked.table)

    @cached_property
    def by(self) -> Dimension:
        """What they are counted by."""
        return dimension(self.consolidation.round_, self.spec, self.asked.by)

    @cached_property
    def measures(self) -> list[Measure]:
        """The measures: those asked for, else those that crossings show.

        Rows are counted if the table has nothing to add up.
        """
        round_, asked = self.consolidation.round_, self.asked.measures
        known = {each.key: each for each in self.every_measure}
        found: list[Measure] = [known[key] for key in asked] or [*crossed(round_, self.spec)]
        if (
            (done := self._parted)
            and self.rest > 0
            and {done.whole, *done.parts} <= {each.key for each in found}
        ):
            last = max(at for at, each in enumerate(found) if each.key in done.parts)
            found.insert(last + 1, rest_measure(round_, self.spec, done))
        return found or [
            Sum(
                ROWS,
                self.consolidation.say("report.rows"),
                self.consolidation.say("report.rows_unit"),
                Kind.COUNT,
            )
        ]

    @cached_property
    def every_measure(self) -> list[Sum | Rate]:
        """All that the table can show, rates too."""
        round_ = self.consolidation.round_
        return [*measures(round_, self.spec), *rates(round_, self.spec)]

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The rows that count; of their own places alone, where that is asked for."""
        return rows_from(self.consolidation, self.spec, self.by, self._origin)

    @property
    def _origin(self) -> Origin:
        return Origin.OWN if self.asked.own else Origin.BOTH

    @cached_property
    def entries(self) -> pd.DataFrame:
        """``rows``, measures and ``agencies`` by position of the dimension."""
        found = by_entry(self.consolidation, self.spec, self.by, self.rows, self._nils)
        return found.assign(**{REST: rest(self._parted, found)}) if self._parted else found

    @cached_property
    def total(self) -> dict[str, Any]:
        """The same of all rows."""
        return self._sum(self.rows)

    @cached_property
    def told(self) -> dict[str, Any]:
        """The same, from rows alone.

        Beside rows that don't give the figure, a zero of nil returns is no news to tell.
        """
        return dict(whole(self.consolidation, self.spec, self.rows, self._nils.iloc[:0]))

    @cached_property
    def _nils(self) -> pd.DataFrame:
        """The nil returns that count; if asked, only of agencies with a place of their own."""
        return nils_from(self.consolidation, self.spec, self.by, self._origin)

    def part(self, part: ReportPart) -> dict[str, Any]:
        """The same of the rows of a part."""
        return self._sum(self.rows[self.rows[part.column].isin(self.codes(part))])

    def _sum(self, rows: pd.DataFrame) -> dict[str, Any]:
        """All figures of some rows together, and what declared parts leave of their whole."""
        found = dict(whole(self.consolidation, self.spec, rows, self._nils))
        return found | {REST: rest(self._parted, found)} if self._parted else found

    @cached_property
    def _parted(self) -> Outcomes | None:
        return parted(self.consolidation.round_, self.spec)

    @property
    def rest(self) -> float:
        """What declared parts leave of their whole; 0 where none are declared."""
        return float(np.nan_to_num(self.total.get(REST, 0)))

    def codes(self, part: ReportPart) -> list[str]:
        """The codes of a part."""
        codes = self.consolidation.round_.codes_of(self.spec.by_key[part.column])
        return [
            code for code, value in codes.attribute(part.attribute).items() if value == part.value
        ]

    @property
    def nothing(self) -> bool:
        """Whether no row stands behind them."""
        return not len(self.rows)

    @property
    def agencies(self) -> int:
        """How many agencies have rows."""
        return int(self.total[AGENCIES])

    @property
    def provisional(self) -> int:
        """How many of them have figures that count provisionally."""
        if not self.consolidation.provisional:
            return 0
        rows = self.rows[self.consolidation.count_provisionally(self.rows)]
        return int(whole(self.consolidation, self.spec, rows, self._nils.iloc[:0])[AGENCIES])

    # --- entries
    # -----------------------------------------------------------------------------------

    @cached_property
    def values(self) -> np.ndarray[Any, Any]:
        """The first measure by position, NaN where nobody gave it."""
        return self.entries[self.measures[0].key].to_numpy(dtype="float64")

    @cached_property
    def shown(self) -> list[int]:
        """Positions with anything but nothing: no table has lines of zeros."""
        figures = self.entries[[each.key for each in self.measures]].to_numpy(dtype="float64")
        return [at for at in range(self.by.size) if np.nan_to_num(figures[at]).any()]

    @cached_property
    def ranked(self) -> list[int]:
        """Entries with more than nothing of the first measure, the largest first.

        Rows without an entry are left out.
        """
        return sorted(
            (at for at in range(self.by.size - 1) if self.values[at] > 0),
            key=lambda at: (-self.values[at], at),
        )

    def largest(self, most: int = FIRST) -> list[int]:
        """The entries with most of the first measure, and all that equal the last of them.

        None where the round says of no place that it has more than others.
        """
        ranked = [at for at in self.ranked if not self.by.entries[at].is_residual]
        if not ranked or not may_rank(self.consolidation.round_, self.spec, self.by):
            return []
        last = self.values[ranked[min(most, len(ranked)) - 1]]
        return [at for at in ranked if self.values[at] >= last][: max(most, _MOST_NAMED)]

    @cached_property
    def alike(self) -> list[int]:
        """Entries whose difference to the first may be chance, the largest first.

        Counts so near to it can't be told apart.
        """
        first, *others = self.largest(self.by.size) or [-1]
        if self.measures[0].kind is not Kind.COUNT:
            return []
        chance = intervals.per_comparison(len(others)) if others else 1
        return [
            at
            for at in others
            if intervals.of_ratio(self.values[first], self.values[at], 1, chance)[0] <= 1
        ]

    def alike_beside(self, named: Sequence[int]) -> list[int]:
        """Those of ``alike`` that a sentence has still to mention.

        Entries that it names as equal to the first need no doubt.
        """
        return [
            at for at in self.alike if at not in named or self.values[at] < self.values[named[0]]
        ]

    @cached_property
    def left_over(self) -> list[int]:
        """The positions that have figures but no rank: residual entries, and rows without one."""
        ranked = {at for at in self.ranked if not self.by.entries[at].is_residual}
        return [at for at in range(self.by.size) if self.values[at] > 0 and at not in ranked]

    def say(self, measure: Measure, value: float) -> str:
        """A figure in words."""
        return said(self.consolidation.round_, self.spec, measure, value)

    # --- stretches of time
    # -------------------------------------------------------------------------

    def months(self, at: int) -> float | None:
        """Months of an entry that is a period; none if no monthly figures are asked for."""
        if not self.asked.monthly or at >= len(self.by.entries):
            return None
        return self._lengths[at] / MONTH or None

    def a_month(self, at: int) -> float | None:
        """The first measure a month."""
        months = self.months(at)
        return float(self.values[at]) / months if months and at in self.shown else None

    @cached_property
    def short(self) -> set[int]:
        """Entries that are much shorter than the others."""
        return set(shorter(self._lengths)) if self.asked.monthly else set()

    @cached_property
    def _lengths(self) -> list[int]:
        return days(self.by)
