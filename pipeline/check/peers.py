"""What a count may be, judged by the counts of peers: a Poisson, or where they vary more, a negative binomial distribution.

Z-scores suppose a normal distribution, which small counts are far from; these two are the usual models of counts
(e.g. Cameron and Trivedi, "Regression Analysis of Count Data").
"""

from __future__ import annotations

from typing import Any

import numpy as np

FEWEST = 8
"""Peers below which nothing can be said."""
ODD = 0.0005
"""Chance on either side below which a count is far from its peers."""
_MOST = 2_000_000
"""Counts beyond which nothing is computed."""


def expected_range(peers: np.ndarray[Any, Any]) -> tuple[float, float] | None:
    """The lowest and highest count that is not far from those of ``peers``; nothing where there are too few of them."""
    if len(peers) < FEWEST or not peers.any() or peers.max() > _MOST:
        return None
    mean, variance = float(peers.mean()), float(peers.var(ddof=1))
    variance *= 1 + 1 / len(peers)
    highest = int(mean + 60 * np.sqrt(max(variance, mean)) + 60)
    cumulated = np.cumsum(_chances(mean, variance, highest))
    low = int(np.searchsorted(cumulated, ODD, side="left"))
    high = int(np.searchsorted(cumulated, 1 - ODD, side="left"))
    return float(low), float(min(high, highest))


def _chances(mean: float, variance: float, highest: int) -> np.ndarray[Any, Any]:
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
