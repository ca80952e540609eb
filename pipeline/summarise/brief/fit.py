"""Estimate the height of texts and pictures, so that the page is as large as fits.

Lengths in millimetres, sizes in points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.office.textfit import text_width
from schemas.nd30 import PageFormat

POINT = 0.3528
_LINE = 1.16
"""Height of a line of Times New Roman, in font sizes."""
_SLACK = 0.96
"""Of the width of a line, for what words leave free at its end."""


@dataclass(frozen=True)
class Scale:
    """How large things are set: the size of the text, the bars of a chart."""

    size: float
    bars: int


_SMALL = 10.0
SCALES = tuple(
    Scale(size, 5 if size >= _SMALL else 3)
    for size in (12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
)
"""From the largest on."""
ROOM = (PageFormat().height - PageFormat().top - PageFormat().bottom) * 0.96
"""Of the page, for all that stands on it; the rest is for what programs set differently."""


def height(said: str, size: float, width: float, after: float = 0, *, bold: bool = False) -> float:
    """The height of a paragraph; ``after``: points below it."""
    room = width * _SLACK / (size * POINT)
    lines = max(1, math.ceil(text_width(said, bold=bold) / room))
    return lines * size * _LINE * POINT + after * POINT


def picture_height(svg_width: float, svg_height: float, width: float) -> float:
    """The height of a drawing that is set so wide."""
    return svg_height * width / svg_width


def rows(heights: Sequence[float]) -> float:
    """The height of cells in rows of two."""
    return sum(max(heights[at : at + 2]) for at in range(0, len(heights), 2))
