"""What a printed A4 page holds of a sheet, in pixels across and points down; margins are those of :class:`pipeline.summarise.sheets.sheet.Sheet`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

_LONG, _SHORT = 11.69, 8.27
"""Inches of the sides of A4."""
LEFT_AND_RIGHT, TOP, BOTTOM = 0.5, 0.6, 0.7
"""Margins in inches."""
_SAFE = 0.97
"""Programs measure columns and rows otherwise by some pixels: what is reckoned to fit must fit in all of them."""


def pixels(width: float) -> int:
    """The width of a column at full size: Excel's digits of seven pixels, and five for its edges."""
    return int(width * 7 + 5)


def across(*, upright: bool = False) -> float:
    """Pixels across a page at full size."""
    return ((_SHORT if upright else _LONG) - 2 * LEFT_AND_RIGHT) * 96 * _SAFE


def down(*, upright: bool = False) -> float:
    """Points down a page at full size."""
    return ((_LONG if upright else _SHORT) - TOP - BOTTOM) * 72 * _SAFE


def scale_of(widths: Iterable[float], smallest: float) -> float:
    """The scale at which columns fit across a page, no less than ``smallest`` and no more than 1."""
    return min(1.0, max(smallest, across() / sum(map(pixels, widths))))


def columns_that_fit(widths: Sequence[float], scale: float) -> int:
    """How many of the columns fit across one page at this scale, at least one."""
    taken = 0
    for count, width in enumerate(widths):
        taken += pixels(width)
        if taken * scale > across():
            return max(1, count)
    return len(widths)


def pages_of(heights: Iterable[float], scale: float) -> int:
    """How many pages rows of these heights in points take at this scale."""
    return math.ceil(sum(heights) * scale / down())
