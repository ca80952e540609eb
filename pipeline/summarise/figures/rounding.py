"""Figures as numbers of a file: how quotients are rounded, which numbers are whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from schemas.columns import DECIMALS

MOST_WHOLE = 2**53
"""From here on a floating-point number isn't known to be whole."""


def rounded(quotient: Any) -> Any:
    """Round a positive quotient, or an array, to ``DECIMALS``; halves go up, as in Excel."""
    return np.floor(quotient * 10**DECIMALS + 0.5) / 10**DECIMALS


def divided(figure: Any, by: float) -> Any:
    """The quotient of a cell's figure; a sign in place of a figure stays."""
    return figure if isinstance(figure, str) else plain(float(rounded(figure / by)))


def plain(value: float) -> float:
    """A number as files store it: whole ones as such, as long as they are exact."""
    return int(value) if value % 1 == 0 and abs(value) < MOST_WHOLE else value


def plain_alike(values: Sequence[float]) -> list[Any]:
    """Numbers of one kind: all as whole ones, or none; None for NaN."""
    numbers = [None if np.isnan(value) else plain(value) for value in values]
    are_whole = all(value is None or isinstance(value, int) for value in numbers)
    return numbers if are_whole else [None if value is None else float(value) for value in numbers]


def figure(value: float, nothing: str | int) -> Any:
    """A figure as a cell shows it: a number, or ``nothing`` for NaN, which nobody gave."""
    return nothing if np.isnan(value) else plain(value)
