"""How entries' monthly figures changed between periods, and how much of that may be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.summarise.figures import intervals
from pipeline.summarise.figures.sums import Array
from schemas.round.round import Round

LEAST = 5
"""What a rate is of, or what a change starts from, at least: of fewer nothing is compared."""


def least_of_rate(round_: Round) -> int:
    """What a rate must be of, at least, to be compared."""
    return max(LEAST, round_.settings.figures.least_whole)


@dataclass(frozen=True)
class EntryChange:
    """How an entry's monthly figure changed from one period to the next, by position of both."""

    at: int
    period: int
    before: float
    after: float
    interval: intervals.Interval
    general: float
    """How many times the figure of all entries together became."""

    @property
    def ratio(self) -> float:
        """How many times the figure became."""
        return self.after / self.before

    @property
    def is_clear(self) -> bool:
        """True if the entry changed otherwise than the general level."""
        return self.interval[0] > self.general or self.interval[1] < self.general

    @property
    def distance(self) -> float:
        """How far the whole interval is from the general change, upwards and downwards alike.

        Few cases make a wide interval, and so a small distance.
        """
        low, high = self.interval
        return max(low / self.general, self.general / high if high else np.inf)


def changes(sums: Array, months: Array, entries: Sequence[int]) -> list[EntryChange]:
    """The changes of these entries, period by period, if they had enough before.

    ``sums``: by entry (the total last) and period; ``months``: the length of each period.
    """
    listed = [
        (entry, period)
        for entry in entries
        for period in range(1, len(months))
        if sums[entry, period - 1] >= LEAST and sums[entry, period] >= 0
    ]
    chance = intervals.per_comparison(len(listed))
    return [_change(entry, period, sums, months, chance) for entry, period in listed]


def _change(entry: int, period: int, sums: Array, months: Array, chance: float) -> EntryChange:
    monthly = sums[:, period - 1 : period + 1] / months[period - 1 : period + 1]
    interval = intervals.of_ratio(
        sums[entry, period], sums[entry, period - 1], months[period] / months[period - 1], chance
    )
    before, after = monthly[entry]
    return EntryChange(entry, period, before, after, interval, monthly[-1, 1] / monthly[-1, 0])
