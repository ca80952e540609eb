"""Intervals of rates, counts and ratios: against published values, exact sums, error rates."""

from __future__ import annotations

import math
from decimal import Decimal, getcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.summarise.figures import intervals

COUNTS = st.integers(0, 400)
CHANCES = st.sampled_from([0.05, 0.01, 0.05 / 63])


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (0, 0.0, 3.6889),
        (1, 0.0253, 5.5716),
        (5, 1.6235, 11.6683),
        (10, 4.7954, 18.3904),
        (64, 49.2878, 81.7266),
        (1000, 938.973, 1063.952),
    ],
)
def test_counts_have_the_published_exact_interval(count: int, low: float, high: float) -> None:
    assert intervals.of_count(count) == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 10, 0.0, 0.277533),
        (5, 64, 0.033831, 0.170195),
        (10, 10, 0.722467, 1.0),
        (2393, 5885, 0.394142, 0.419234),
    ],
)
def test_rates_have_the_published_interval(part: int, whole: int, low: float, high: float) -> None:
    assert intervals.of_rate(part, whole) == pytest.approx((low, high), abs=1e-6)


def at_most(count: int, mean: float) -> float:
    """The exact chance of a Poisson number up to ``count``, in 60 digits."""
    getcontext().prec = 60
    exact, term, total = Decimal(mean), Decimal(1), Decimal(0)
    for number in range(count + 1):
        total += term
        term = term * exact / (number + 1)
    return float(total * (-exact).exp())


@given(COUNTS, CHANCES)
def test_the_ends_of_a_counts_interval_leave_half_the_chance_outside(
    count: int, chance: float
) -> None:
    low, high = intervals.of_count(count, chance)
    assert at_most(count, high) == pytest.approx(chance / 2, rel=1e-6)
    if count:
        assert 1 - at_most(count - 1, low) == pytest.approx(chance / 2, rel=1e-6)
    else:
        assert low == 0


@given(st.integers(0, 300), st.integers(1, 300), CHANCES)
def test_a_rate_lies_in_its_interval_and_more_certainty_is_wider(
    part: int, more: int, chance: float
) -> None:
    whole = part + more
    low, high = intervals.of_rate(part, whole, chance)
    assert 0 <= low <= part / whole <= high <= 1
    wider = intervals.of_rate(part, whole, chance / 10)
    assert wider[0] <= low
    assert wider[1] >= high


@given(COUNTS, st.integers(1, 400), st.floats(0.2, 5))
def test_a_ratio_lies_in_its_interval(later: int, earlier: int, exposure: float) -> None:
    low, high = intervals.of_ratio(later, earlier, exposure)
    assert low <= later / earlier / exposure * (1 + 1e-9)
    assert high >= later / earlier / exposure * (1 - 1e-9)


def test_a_ratio_to_none_has_no_upper_end() -> None:
    assert intervals.of_ratio(8, 0, 1) == (pytest.approx(2.08, abs=0.01), math.inf)


def test_comparing_many_where_nothing_differs_seldom_names_anything() -> None:
    """In 400 rounds of 40 equal entries, an entry is named about as rarely as promised."""
    chance, named = intervals.per_comparison(40), 0
    rng = np.random.default_rng(1)
    for parts in rng.binomial(200, 0.3, (400, 40)):
        named += any(intervals.of_rate(part, 200, chance)[0] > 0.3 for part in parts)
    assert named / 400 <= intervals.CHANCE
