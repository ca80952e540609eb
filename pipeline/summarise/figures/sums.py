"""Exact sums of values by group."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from schemas.columns import DECIMALS, Kind

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class GroupSums:
    """The sums of some groups, what rounding lost of each, and how many rows gave something."""

    whole: Array
    given: Array
    rest: Array | None = None
    """Nothing of counts."""

    def __add__(self, other: GroupSums) -> GroupSums:
        if self.rest is None or other.rest is None:
            return GroupSums(self.whole + other.whole, self.given + other.given)
        whole = self.whole + other.whole
        added = whole - self.whole
        # as Knuth has it: what the addition itself rounds off
        lost = (self.whole - (whole - added)) + (other.whole - added)
        return GroupSums(whole, self.given + other.given, self.rest + other.rest + lost)

    def told(self, zeros: Array) -> Array:
        """The sums, rounded to ``DECIMALS``; NaN if no row gives one and no nil return says 0."""
        exact = (
            self.whole
            if self.rest is None
            else np.array([round(sum_, DECIMALS) for sum_ in (self.whole + self.rest).tolist()])
        )
        return np.where(self.given + zeros > 0, exact, np.nan)


def group_sums(values: Array, given: Array, kind: Kind, groups: Array, size: int) -> GroupSums:
    """The sums of the values of some rows."""
    known = np.bincount(groups[given], minlength=size)
    if kind is Kind.COUNT:
        return GroupSums(np.bincount(groups[given], weights=values[given], minlength=size), known)
    whole, rest = _exact_sums(values[given], groups[given], size)
    return GroupSums(whole, known, rest)


def _exact_sums(values: Array, groups: Array, size: int) -> tuple[Array, Array]:
    """Exact sums in any order of rows, and what is lost of them by rounding."""
    order = np.argsort(groups, kind="stable")
    present, starts = np.unique(groups[order], return_index=True)
    numbers, whole, rest = values[order].tolist(), np.zeros(size), np.zeros(size)
    for group, first, last in zip(
        present.tolist(), starts.tolist(), [*starts[1:].tolist(), len(numbers)], strict=False
    ):
        part = numbers[first:last]
        whole[group] = math.fsum(part)
        rest[group] = math.fsum([*part, -whole[group]])
    return whole, rest
