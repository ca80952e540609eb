"""Ranks: 1 is the worst, equal values share one, what is no number has none."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.summarise.places.indicators import Indicator, words
from pipeline.summarise.sheets.sheet import SummaryBook


def ranks(values: Iterable[Any], *, lowest_first: bool = False) -> list[int]:
    """Each value's rank, 1 for the highest (or the lowest); 0 for what is no number."""
    listed = list(values)
    numbers = sorted(_signed(value, lowest_first) for value in listed if not isinstance(value, str))
    return [
        0
        if isinstance(value, str)
        else 1 + len(numbers) - bisect_right(numbers, _signed(value, lowest_first))
        for value in listed
    ]


def positions(values: Sequence[Any], *, lowest_first: bool = False) -> list[int]:
    """The position of each value in the ranking, from 1: the worst first, no number last."""

    def key(at: int) -> tuple[bool, float]:
        value = values[at]
        return isinstance(value, str), 0 if isinstance(value, str) else -_signed(
            value, lowest_first
        )

    found = {at: place for place, at in enumerate(sorted(range(len(values)), key=key), start=1)}
    return [found[at] for at in range(len(values))]


def convention(book: SummaryBook, indicators: Sequence[Indicator]) -> str:
    """Say what rank 1 means: the worst, which is the highest value, or the lowest of some."""
    lowest = [indicator.title for indicator in indicators if indicator.lowest_is_worst]
    if not lowest:
        return words(book, "worst_is_highest")
    return words(book, "worst_is_lowest_of", names="; ".join(lowest))


def _signed(value: float, lowest_first: bool) -> float:  # noqa: FBT001 the sign follows from it
    return -value if lowest_first else value
