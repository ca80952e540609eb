"""How far figures of few cases may be chance: intervals, and how many comparisons they bear.

Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference"
(1927), for rates; F. Garwood, "Fiducial limits for the Poisson distribution" (1936), for counts:
the exact interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

CHANCE = 0.05
"""Chance of naming anything where nothing differs, over all comparisons (95 % confidence)."""

_HALVINGS = 55
"""After so many an interval is as narrow as floating point tells apart."""
_NEGLIGIBLE = 1e-17

Interval = tuple[float, float]


def per_comparison(comparisons: int) -> float:
    """The chance that each of so many comparisons may take of :data:`CHANCE` (Bonferroni)."""
    return CHANCE / max(comparisons, 1)


def of_rate(part: float, whole: float, chance: float = CHANCE) -> Interval:
    """Wilson's interval of ``part`` / ``whole`` (counts, whole > 0), wrong by this ``chance``."""
    z = NormalDist().inv_cdf(1 - chance / 2)
    # a return that was accepted in spite of an error may give more than there are
    rate = min(part / whole, 1.0)
    middle = rate + z * z / (2 * whole)
    reach = z * math.sqrt(rate * (1 - rate) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    low = (middle - reach) / scale if part else 0.0  # exact, where rounding would leave a trace
    high = (middle + reach) / scale if part < whole else 1.0
    return low, high


def of_count(count: int, chance: float = CHANCE) -> Interval:
    """The exact interval of what a Poisson ``count`` is expected to be."""
    lowest = (
        0.0
        if count == 0
        else _where(lambda mean: 1 - _at_most(count - 1, mean) >= chance / 2, count)
    )
    return lowest, _where(lambda mean: _at_most(count, mean) <= chance / 2, count)


def of_ratio(later: float, earlier: float, exposure: float, chance: float = CHANCE) -> Interval:
    """The interval of the ratio of the rate of ``later`` cases to that of ``earlier`` ones.

    ``exposure``: time of the later over time of the earlier. Given their sum, the later ones are a
    share of it; Wilson's interval of that share is turned into one of the ratio. The upper end is
    infinite where the earlier may be none.
    """
    low, high = of_rate(later, later + earlier, chance)
    return tuple(
        math.inf if share >= 1 else share / (1 - share) / exposure for share in (low, high)
    )  # type: ignore[return-value]


def _where(holds: Callable[[float], bool], near: int) -> float:
    """Find the mean from which on something holds, within 20 standard deviations of ``near``."""
    reach = 20 * math.sqrt(near + 1) + 20
    low, high = max(0.0, near - reach), near + reach
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _at_most(count: int, mean: float) -> float:
    """The chance that a Poisson number with this ``mean`` is at most ``count``."""
    if mean == 0:
        return 1.0
    chance = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    total = 0.0
    for number in range(count, -1, -1):
        if number < mean and chance < total * _NEGLIGIBLE:
            break
        total += chance
        chance *= number / mean
    return total
