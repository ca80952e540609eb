"""Say which numbers are usual among peers: counts by a distribution, amounts by magnitude.

Z-scores of counts suppose a normal distribution, which small counts are far from. Their usual
models are the Poisson distribution and, where counts vary more, the negative binomial one (e.g.
Cameron and Trivedi, "Regression Analysis of Count Data"). Amounts of money vary by factors: they
are compared as logarithms, by median and median deviation, which single slips don't move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

FEWEST = 8
"""With fewer peers nothing is said."""
ODD = 0.0005
"""A count is far from its peers if its chance on that side is less than this."""
_ODD_NORMAL = 3.2905
"""The same chance on either side of a normal distribution, in standard deviations."""
_MOST = 50_000
"""Larger counts use a continuous distribution: listing the chance of each would take long and
give the same."""
_QUARTILES_OF_NORMAL, _DEVIATION_OF_NORMAL = 1.349, 1.4826
"""For a normal distribution: the distance of its quartiles in standard deviations, and a
standard deviation in median deviations."""
_ROUNDS = 10
"""At most so many times are peers left out or taken back to settle the range."""

ORDERS, SPREADS = 2.0, 3.5
"""An amount is far if it differs from the median by so many orders of magnitude and by so many
times the peers' spread."""

Counts = np.ndarray[Any, Any]


def expected_range(peers: Counts) -> tuple[float, float] | None:
    """Return the lowest and highest count that is not far from ``peers``; None if they are too few.

    Peers that are themselves far from the others are left out: two slips would hide each other.
    """
    if len(peers) < FEWEST or not peers.any():
        return None
    lower, middle, upper = np.quantile(peers, [0.25, 0.5, 0.75])
    found = _range(
        max(float(middle), 0.5), float((upper - lower) / _QUARTILES_OF_NORMAL) ** 2, len(peers)
    )
    kept = peers[:0]
    for _ in range(_ROUNDS):
        before, kept = kept, peers[(peers >= found[0]) & (peers <= found[1])]
        if len(kept) and len(kept) == len(before):
            break
        if 2 * len(kept) < len(peers) or not kept.any():
            kept = peers
        found = _range(float(kept.mean()), float(kept.var(ddof=1)), len(kept))
    return found


def _range(mean: float, variance: float, size: int) -> tuple[float, float]:
    """Return the range of usual counts where ``size`` peers have this mean and variance."""
    variance *= 1 + 1 / size
    highest = int(mean + 60 * np.sqrt(max(variance, mean)) + 60)
    if highest > _MOST:
        return _large_range(mean, max(variance, mean))
    cumulated = np.cumsum(_chances(mean, variance, highest))
    low = int(np.searchsorted(cumulated, ODD, side="left"))
    high = int(np.searchsorted(cumulated, 1 - ODD, side="left"))
    return float(low), float(min(high, highest))


def _large_range(mean: float, variance: float) -> tuple[float, float]:
    """Return the same range for large counts.

    It is that of a gamma distribution, by Wilson and Hilferty's transformation to a normal one.
    """
    shape = mean**2 / variance
    low, high = (
        mean * max(0.0, 1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape))) ** 3
        for z in (-_ODD_NORMAL, _ODD_NORMAL)
    )
    return float(np.floor(low)), float(np.ceil(high))


def _chances(mean: float, variance: float, highest: int) -> Counts:
    """Return the chance of each count from 0 to ``highest``, each from the one before it."""
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
    """The usual order of magnitude: base-10 logarithm of the median, and how far off is usual."""

    middle: float
    reach: float

    @classmethod
    def of(cls, amounts: Counts) -> Magnitude | None:
        """Return that of amounts other than 0; None if they are too few."""
        if len(amounts) < FEWEST:
            return None
        logs = np.log10(np.abs(amounts))
        middle = float(np.median(logs))
        spread = _DEVIATION_OF_NORMAL * float(np.median(np.abs(logs - middle)))
        return cls(middle, max(ORDERS, SPREADS * spread))

    def distance(self, amounts: Counts) -> Counts:
        """Return the orders of magnitude that each amount is above (+) or below (-) the median."""
        return np.asarray(np.log10(np.abs(amounts)) - self.middle)

    def is_far(self, amounts: Counts) -> Counts:
        """Return for each amount whether it is out of the usual order of magnitude."""
        return np.asarray(np.abs(self.distance(amounts)) > self.reach)
