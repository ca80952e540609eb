"""What a printed A4 page holds of a sheet, in pixels across and points down; margins are those of :class:`pipeline.summarise.sheets.sheet.Sheet`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import accumulate

from xlsxwriter.worksheet import Worksheet

from pipeline.findings.entries import shortened
from pipeline.office.safety import plain
from pipeline.summarise.sheets.styles import FONT

_LONG, _SHORT = 11.69, 8.27
"""Inches of the sides of A4."""
LEFT_AND_RIGHT, TOP, BOTTOM = 0.5, 0.6, 0.7
"""Margins in inches."""
_DIGIT = 22 / 3
"""Pixels of a digit in Times New Roman of 11 points."""
_LONGEST_NAME = 66
"""Capitals of a title that have room beside the marks below a page."""
_SAFE = 0.97
"""Programs measure columns and rows otherwise by some pixels: what is reckoned to fit must fit in all of them."""


def set_up(page: Worksheet, title: str, marks: str, word: str, pages: int) -> None:
    """A4 across, ``pages`` side by side; below each the title, the marks of the figures, and its number after ``word``."""
    small, name = f'&"{FONT},Regular"&9', shortened(plain(title), _LONGEST_NAME).replace("&", "&&")
    page.set_paper(9)
    page.set_landscape()
    page.set_margins(left=LEFT_AND_RIGHT, right=LEFT_AND_RIGHT, top=TOP, bottom=BOTTOM)
    page.fit_to_pages(pages, 0)
    page.set_footer(f"&L{small}{name}&C{small}{marks}&R{small}{word} &P/&N")


def pixels(width: float) -> int:
    """The width of a column at full size: five pixels for its edges, and digits as LibreOffice has them; Excel's are narrower, 7 pixels."""
    return math.ceil(width * _DIGIT) + 5


def across(*, upright: bool = False) -> float:
    """Pixels across a page at full size."""
    return ((_SHORT if upright else _LONG) - 2 * LEFT_AND_RIGHT) * 96 * _SAFE


def down(*, upright: bool = False) -> float:
    """Points down a page at full size."""
    return ((_LONG if upright else _SHORT) - TOP - BOTTOM) * 72 * _SAFE


def scale_of(widths: Iterable[float], smallest: float, pages: int = 1) -> float:
    """The scale at which columns fit across so many pages, no less than ``smallest`` and no more than 1."""
    return min(1.0, max(smallest, pages * across() / sum(map(pixels, widths))))


def that_fit(widths: Iterable[float], heights: Iterable[float], scale: float, head: float) -> tuple[int, int]:
    """How many rows of these heights below a ``head``, and how many columns, fit on one page at this scale: at least one."""
    rows = sum(taken <= down() / scale - head for taken in accumulate(heights))
    columns = sum(taken <= across() / scale for taken in accumulate(map(pixels, widths)))
    return max(1, rows), max(1, columns)


def pages_of(heights: Iterable[float], scale: float) -> int:
    """How many pages rows of these heights in points take at this scale."""
    return math.ceil(sum(heights) * scale / down())
