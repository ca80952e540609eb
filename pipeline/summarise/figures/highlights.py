"""The remarks on a summary's first page: what is most, worse than usual, or changed unusually.

A difference is claimed only where it is more than chance would make it
(:mod:`pipeline.summarise.figures.intervals`); where none is, that is said. Places are compared by
their own returns alone. What is left over (``residual``) is no headline; its share is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pipeline.summarise.figures import intervals
from pipeline.summarise.figures.changes import EntryChange, changes, least_of_rate
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.crossing import cross
from pipeline.summarise.figures.dimensions import Dimension
from pipeline.summarise.figures.figures import by_entry, whole
from pipeline.summarise.figures.measures import Measure, Rate, crossed, lowered, rates
from pipeline.summarise.figures.origins import Origin, may_rank, own_rows, rows_from
from pipeline.summarise.figures.periods import MONTH, days, time_of
from pipeline.summarise.figures.sums import Array
from pipeline.summarise.figures.wording import fixed, number, share
from schemas.columns import Kind, TableSpec

_TWO = 2
"""Entries that make a comparison."""
_MOST_NAMED = 3
"""Entries that a sentence names beside the first."""


@dataclass(frozen=True)
class Highlights:
    """What the first page says of one dimension's entries; rows without an entry are left out."""

    consolidation: Consolidation
    spec: TableSpec
    by: Dimension

    @property
    def sentences(self) -> list[str]:
        """At most three sentences, the most important first.

        Where the round ranks no places, the only one says so.
        """
        if not may_rank(self.consolidation.round_, self.spec, self.by):
            return [self._say("not_compared", by=lowered(self.by.title))]
        return [*self._largest(), *self._worst(), *self._otherwise()]

    @cached_property
    def measure(self) -> Measure:
        """The measure that entries are ranked by: the first that crossings show."""
        return crossed(self.consolidation.round_, self.spec)[0]

    @cached_property
    def compared(self) -> Consolidation:
        """The consolidation with the rows that are compared: of places, own returns alone."""
        rows = rows_from(self.consolidation, self.spec, self.by, Origin.OWN)
        tables = {**self.consolidation.tables, self.spec.key: rows}
        return replace(self.consolidation, tables=tables)

    @cached_property
    def entries(self) -> pd.DataFrame:
        """Measures by position, entries only."""
        return by_entry(self.compared, self.spec, self.by).iloc[: len(self.by.entries)]

    @cached_property
    def _is_rest(self) -> Array:
        """Which entries the list declares to be what is left over."""
        return np.array([entry.is_residual for entry in self.by.entries], dtype=bool)

    @cached_property
    def _are_own(self) -> bool:
        """Whether own returns alone are compared."""
        return own_rows(self.consolidation, self.spec, self.by) is not None

    @cached_property
    def _total(self) -> dict[str, Any]:
        """The measures of all rows that are compared."""
        return dict(whole(self.compared, self.spec))

    def _say(self, key: str, **words: object) -> str:
        return self.consolidation.say(f"summary.highlights.{key}", **words)

    def _number(self, value: Any) -> str:
        return number(float(value), self.consolidation.lang)

    def _figure(self, value: float) -> str:
        return f"{self._number(value)} {self.measure.unit}".strip()

    def _short(self, value: float) -> str:
        """One decimal, whole or not: 1.0 times is not said to be exactly once."""
        return fixed(value, 1, self.consolidation.lang)

    def _percent(self, rate: float) -> str:
        return share(rate, 1, self.consolidation.lang)

    # --- what is most
    # --------------------------------------------------------------------------------

    def _largest(self) -> Iterator[str]:
        """Name the entry with most and its share, those as large, and what isn't compared."""
        values = np.where(
            self._is_rest, np.nan, self.entries[self.measure.key].to_numpy(dtype="float64")
        )
        order = sorted(np.flatnonzero(values > 0).tolist(), key=lambda at: (-values[at], at))
        if not order:
            yield from self._nothing_own()
            return
        first, others = order[0], order[1:]
        said = {
            "name": self.by.names[first],
            "value": self._figure(values[first]),
            "measure": self._title,
        }
        part = share(values[first], self._total[self.measure.key], self.consolidation.lang)
        yield " ".join(
            [
                self._say("largest", **said, share=part),
                *self._chance(values, first, others),
                *self._not_compared(),
            ]
        )

    def _nothing_own(self) -> Iterator[str]:
        """That no own return has figures, where other agencies report some."""
        if self._are_own and whole(self.consolidation, self.spec)[self.measure.key] > 0:
            yield self._say("nothing_own")

    def _chance(self, values: Array, first: int, others: Sequence[int]) -> Iterator[str]:
        """How sure it is that the first has more than the others."""
        if not others:
            return
        alike = [
            at for at in others if self._may_be_as_much(values[at], values[first], len(others))
        ]
        if alike:
            names = self._named(alike, lambda entry: self._number(values[entry]))
            yield self._say("no_clear_lead", names=names)
        elif self.measure.kind is Kind.COUNT:
            low, high = intervals.of_count(int(values[first]))
            yield self._say(
                "clear_lead",
                second=self.by.names[others[0]],
                value=self._number(values[others[0]]),
                **self._bounds(low, high),
            )

    def _may_be_as_much(self, less: float, most: float, comparisons: int) -> bool:
        """True if chance could have made two figures differ.

        Amounts are no counts: of them only equal ones aren't told apart.
        """
        if self.measure.kind is not Kind.COUNT:
            return less == most
        return intervals.of_ratio(most, less, 1, intervals.per_comparison(comparisons))[0] <= 1

    def _bounds(self, low: float, high: float) -> dict[str, str]:
        return {"low": self._short(low), "high": self._short(high)}

    def _not_compared(self) -> Iterator[str]:
        """What isn't compared, and its share: residual entries, and rows without an entry."""
        left = self.entries[self.measure.key].where(self._is_rest).sum()
        names = [name for name, rest in zip(self.by.names, self._is_rest, strict=False) if rest]
        total = self._total[self.measure.key]
        blank = total - self.entries[self.measure.key].sum()
        if blank > 0:
            left, names = left + blank, [*names, self.by.blank]
        if left > 0:
            part = share(left, total, self.consolidation.lang)
            yield self._say("left_over", names="; ".join(names), share=part)
        everything = whole(self.consolidation, self.spec)[self.measure.key]
        if self._are_own and everything > total:
            part = share(everything - total, everything, self.consolidation.lang)
            yield self._say("own_alone", share=part)

    # --- what is worse than the general level
    # ----------------------------------------------------------

    def _worst(self) -> Iterator[str]:
        """Name the entry whose rate of concern is highest, if clearly above the general one."""
        concern = self.consolidation.round_.settings.figures.concern.get(self.spec.key)
        listed = [
            rate for rate in rates(self.consolidation.round_, self.spec) if rate.key == concern
        ]
        if not listed:
            return
        rate = listed[0]
        parts, wholes = (
            self.entries[key].to_numpy(dtype="float64") for key in (rate.part_key, rate.whole_key)
        )
        among = np.flatnonzero(
            (wholes >= least_of_rate(self.consolidation.round_)) & ~self._is_rest
        ).tolist()
        if len(among) < _TWO or not np.nansum(parts[among]):
            return
        overall, chance = float(self._total[rate.key]), intervals.per_comparison(len(among))
        bounds = {at: intervals.of_rate(parts[at], wholes[at], chance) for at in among}
        clear = sorted(
            (at for at in among if bounds[at][0] > overall),
            key=lambda at: (-parts[at] / wholes[at], at),
        )
        general = self._percent(overall)
        if self._are_own:
            general = self._say("of_own", rate=general)
        said = {"rate": rate.title, "overall": general, "count": len(among)}
        if not clear:
            yield self._say("none_worse", **said)
            return
        yield self._worse(rate, clear, parts, wholes, bounds[clear[0]], said)

    def _worse(
        self,
        rate: Rate,
        clear: Sequence[int],
        parts: Array,
        wholes: Array,
        bounds: intervals.Interval,
        said: dict[str, Any],
    ) -> str:
        first, others = clear[0], clear[1:]
        terms = f"{self._number(parts[first])}/{self._number(wholes[first])}"
        words = {
            "name": self.by.names[first],
            "of": f"{terms} {self.spec.by_key[rate.whole].unit}".strip(),
            "value": self._percent(parts[first] / wholes[first]),
        }
        words |= dict(zip(("low", "high"), map(self._percent, bounds), strict=True))
        sentence = self._say("worst", **said, **words)
        if not others:
            return sentence
        names = self._named(others, lambda at: self._percent(float(parts[at] / wholes[at])))
        return " ".join([sentence, self._say("also", names=names)])

    # --- what changed otherwise than the rest
    # ------------------------------------------------------------

    def _otherwise(self) -> Iterator[str]:
        """Name the entry whose monthly figure changed most unlike that of all."""
        time = time_of(self.consolidation.round_, self.spec)
        if (
            time is None
            or time.key == self.by.key
            or self.measure.kind is not Kind.COUNT
            or not all(days(time))
        ):
            return
        changed = self._changes(time)
        if len({each.at for each in changed}) < _TWO:
            return
        clear = [each for each in changed if each.is_clear]
        if not clear:
            periods = {change.period: change for change in changed}
            general = "; ".join(self._general(time, change) for change in periods.values())
            yield self._say("none_otherwise", measure=self._title, general=general)
            return
        change = max(clear, key=lambda each: each.distance)
        low, high = change.interval
        words = {
            "name": self.by.names[change.at],
            "measure": self._title,
            "unit": self.measure.unit,
        }
        words |= {
            "first": time.names[change.period - 1],
            "second": time.names[change.period],
            **self._bounds(low, high),
        }
        words |= {"before": self._short(change.before), "after": self._short(change.after)}
        words |= {"ratio": self._short(change.ratio), "general": self._short(change.general)}
        key = "rose" if change.after > change.before else "fell"
        yield self._say(key, **words, difference=self._short(abs(change.after - change.before)))

    def _general(self, time: Dimension, change: EntryChange) -> str:
        first, second = time.names[change.period - 1], time.names[change.period]
        return self._say("general", first=first, second=second, ratio=self._short(change.general))

    def _changes(self, time: Dimension) -> list[EntryChange]:
        """The changes of entries that had enough before and have a figure after, in their order."""
        crossing = cross(self.compared, self.spec, self.by, time)
        sums = crossing.values[self.measure.key].astype("float64")
        entries = np.flatnonzero(~self._is_rest).tolist()
        return changes(sums, np.array(days(time)) / MONTH, entries)

    @property
    def _title(self) -> str:
        return lowered(self.measure.title)

    def _named(self, places: Sequence[int], figure: Any) -> str:
        """Names of entries with their figures; of many the first, and how many more."""
        names = "; ".join(f"{self.by.names[at]} ({figure(at)})" for at in places[:_MOST_NAMED])
        more = len(places) - _MOST_NAMED
        return self._say("and_more", names=names, count=more) if more > 0 else names
