"""What a number may be, judged by those of peers: counts by a distribution of counts, amounts by their order of magnitude.

Z-scores of counts suppose a normal distribution, which small counts are far from; the Poisson distribution, and where counts vary more
the negative binomial one, are their usual models (e.g. Cameron and Trivedi, "Regression Analysis of Count Data"). Amounts of money vary
by factors: they are compared as logarithms, by their median and their median deviation from it, which single slips don't move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

FEWEST = 8
"""Peers below which nothing can be said."""
ODD = 0.0005
"""Chance on either side below which a count is far from its peers."""
_ODD_NORMAL = 3.2905
"""How many standard deviations off a normal quantity is with the chance ``ODD`` on either side."""
_MOST = 50_000
"""Counts beyond which they are taken for quantities: to list the chance of each would take long and say the same."""
_QUARTILES_OF_NORMAL, _DEVIATION_OF_NORMAL = 1.349, 1.4826
"""How far apart the quartiles of a normal distribution lie in standard deviations; how many of its median deviations one of them is."""
_ROUNDS = 10
"""How often peers are left out or taken back before the range stands."""

ORDERS, SPREADS = 2.0, 3.5
"""An amount is far from its peers where it differs from the middle one by so many orders of magnitude, and by so many times their spread."""

Counts = np.ndarray[Any, Any]


def expected_range(peers: Counts) -> tuple[float, float] | None:
    """The lowest and highest count that is not far from those of ``peers``; nothing where there are too few of them.

    Peers that are themselves far from the others don't widen it: two slips would otherwise hide each other.
    """
    if len(peers) < FEWEST or not peers.any():
        return None
    lower, middle, upper = np.quantile(peers, [0.25, 0.5, 0.75])
    found = _range(max(float(middle), 0.5), float((upper - lower) / _QUARTILES_OF_NORMAL) ** 2, len(peers))
    kept = peers[:0]
    for _ in range(_ROUNDS):
        before, kept = kept, peers[(peers >= found[0]) & (peers <= found[1])]
        if len(kept) == len(before):
            break
        if 2 * len(kept) < len(peers) or not kept.any():
            kept = peers
        found = _range(float(kept.mean()), float(kept.var(ddof=1)), len(kept))
    return found


def _range(mean: float, variance: float, size: int) -> tuple[float, float]:
    """The range of a count where ``size`` peers have this mean and variance."""
    variance *= 1 + 1 / size
    highest = int(mean + 60 * np.sqrt(max(variance, mean)) + 60)
    if highest > _MOST:
        return _large_range(mean, max(variance, mean))
    cumulated = np.cumsum(_chances(mean, variance, highest))
    low = int(np.searchsorted(cumulated, ODD, side="left"))
    high = int(np.searchsorted(cumulated, 1 - ODD, side="left"))
    return float(low), float(min(high, highest))


def _large_range(mean: float, variance: float) -> tuple[float, float]:
    """The same of large counts: those of a gamma distribution, by Wilson and Hilferty's transformation to a normal one."""
    shape = mean**2 / variance
    low, high = (mean * max(0.0, 1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape))) ** 3 for z in (-_ODD_NORMAL, _ODD_NORMAL))
    return float(np.floor(low)), float(np.ceil(high))


def _chances(mean: float, variance: float, highest: int) -> Counts:
    """The chance of each count from 0 to ``highest``, from the ratio of each to the one before it."""
    counts = np.arange(1, highest + 1)
    if variance <= mean:
        steps = np.log(mean / counts)
        first = -mean
    else:
        size = mean**2 / (variance - mean)
        steps = np.log((counts - 1 + size) / counts) + np.log(mean / (mean + size))
        first = size * np.log(size / (size + mean))
    return np.exp(first + np.concatenate(([0.0], np.cumsum(steps))))


@dataclass(frozen=True)
class Magnitude:
    """The usual order of magnitude of amounts: the logarithm of the middle one, and how far from it an amount may be."""

    middle: float
    reach: float

    @classmethod
    def of(cls, amounts: Counts) -> Magnitude | None:
        """That of amounts other than 0; nothing where there are too few of them."""
        if len(amounts) < FEWEST:
            return None
        logs = np.log10(np.abs(amounts))
        middle = float(np.median(logs))
        spread = _DEVIATION_OF_NORMAL * float(np.median(np.abs(logs - middle)))
        return cls(middle, max(ORDERS, SPREADS * spread))

    def distance(self, amounts: Counts) -> Counts:
        """By how many orders of magnitude each amount is above the middle one, or below it."""
        return np.asarray(np.log10(np.abs(amounts)) - self.middle)

    def is_far(self, amounts: Counts) -> Counts:
        """Whether each amount is out of the usual order of magnitude."""
        return np.asarray(np.abs(self.distance(amounts)) > self.reach)
