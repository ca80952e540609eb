"""What a printed page holds of a sheet, in pixels across and points down.

The paper is A4. What would be too small to read there is printed on A3, which holds the same
1.4 times as large. Margins are those of :class:`pipeline.summarise.sheets.sheet.SummarySheet`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from xlsxwriter.worksheet import Worksheet

from pipeline.findings.entries import shortened
from pipeline.office.safety import plain
from pipeline.office.textfit import SIZE
from pipeline.summarise.sheets.styles import FONT

_LONG, _SHORT = 11.69, 8.27
"""Inches of the sides of A4."""
_A4, _A3 = 9, 8
"""What files call them."""
_LARGER = math.sqrt(2)
"""How much larger everything is on A3 that fills the page as on A4."""
READABLE = 8 / SIZE
"""The scale at which the usual text has eight points, as small as people read in print."""
SMALLEST = 0.515
"""The smallest scale on A4; a wider table is printed on pages side by side.

On A3 print of this scale is readable.
"""
LEFT_AND_RIGHT, TOP, BOTTOM = 0.5, 0.6, 0.7
"""Margins in inches."""
_DIGIT = 22 / 3
"""Pixels of a digit in Times New Roman of 11 points."""
_LONGEST_NAME = 66
"""Capitals of a title that have room beside the marks below a page."""
_SAFE = 0.97
"""Room that is left free, for programs measure columns and rows otherwise by some pixels."""


def set_up(page: Worksheet, title: str, marks: str, word: str, pages: int) -> None:
    """Set up a page: ``pages`` side by side; below them title, marks and page number."""
    small, name = f'&"{FONT},Regular"&9', shortened(plain(title), _LONGEST_NAME).replace("&", "&&")
    page.set_paper(_A4)
    page.set_landscape()
    page.set_margins(left=LEFT_AND_RIGHT, right=LEFT_AND_RIGHT, top=TOP, bottom=BOTTOM)
    page.fit_to_pages(pages, 0)
    page.set_footer(f"&L{small}{name}&C{small}{marks}&R{small}{word} &P/&N")


def enlarge(page: Worksheet, scale: float) -> float:
    """Print on A3 what A4 at this scale shows too small to read. Returns the scale on its paper."""
    if scale >= READABLE:
        return scale
    page.set_paper(_A3)
    return scale * _LARGER


def pixels(width: float) -> int:
    """The width of a column in pixels: five for its edges, and digits as LibreOffice has them.

    Excel's digits are narrower, 7 pixels.
    """
    return math.ceil(width * _DIGIT) + 5


def across(*, upright: bool = False) -> float:
    """Pixels across a page at full size."""
    return ((_SHORT if upright else _LONG) - 2 * LEFT_AND_RIGHT) * 96 * _SAFE


def down(*, upright: bool = False) -> float:
    """Points down a page at full size."""
    return ((_LONG if upright else _SHORT) - TOP - BOTTOM) * 72 * _SAFE


def scale_of(widths: Iterable[float], pages: int = 1) -> float:
    """Return the scale at which columns fit across so many pages, from ``SMALLEST`` to 1."""
    return min(1.0, max(SMALLEST, pages * across() / sum(map(pixels, widths))))


def scale_on(
    widths: Iterable[float], heights: Iterable[float], pages: tuple[int, int], *, upright: bool
) -> float:
    """The scale at which A4 holds columns and rows on so many pages; 0 pages down: any number."""
    wide, high = pages
    fitting = [wide * across(upright=upright) / max(1, sum(map(pixels, filter(None, widths))))]
    fitting += [high * down(upright=upright) / max(1.0, sum(heights))] if high else []
    return min(1.0, *fitting)


def pages_across(widths: Iterable[float], fixed: int, scale: float) -> int:
    """On how many A4 pages columns stand at a scale, each of which repeats the first ``fixed``."""
    taken = list(map(pixels, filter(None, widths)))
    room = across() / scale - sum(taken[:fixed])
    pages, left = 1, room
    for column in taken[fixed:]:
        if column > left:
            pages, left = pages + 1, room
        left -= column
    return pages


def that_fit(
    widths: Iterable[float], heights: Iterable[float], scale: float, head: float
) -> tuple[int, int]:
    """How many rows and columns fit on one page below a ``head`` at this scale: at least one."""
    rows = sum(taken <= down() / scale - head for taken in accumulate(heights))
    columns = sum(taken <= across() / scale for taken in accumulate(map(pixels, widths)))
    return max(1, rows), max(1, columns)


def pages_of(heights: Iterable[float], scale: float) -> int:
    """How many pages rows of these heights in points take at this scale."""
    return math.ceil(sum(heights) * scale / down())


def side_by_side(widths: Sequence[float]) -> int:
    """Return on how many pages side by side columns are printed: one, if people can read that."""
    taken = sum(map(pixels, filter(None, widths)))
    return max(1, math.ceil(taken * SMALLEST / across()))


def choose_paper(page: Any, widths: Sequence[float], heights: Sequence[float], fixed: int) -> None:
    """A4, or A3 where that would be too small to read; ``fixed`` columns are on each page."""
    if not page.fit_page:
        page.set_print_scale(round(100 * enlarge(page, page.print_scale / 100)))
        return
    pages = int(page.fit_width), int(page.fit_height)
    scale = scale_on(widths, heights, pages, upright=bool(page.orientation))
    # pages side by side are many: larger print would make more of them
    is_large = pages[0] > 1 and scale > READABLE
    if is_large and pages_across(widths, fixed, READABLE) <= pages[0]:
        page.set_print_scale(math.ceil(100 * READABLE))
    else:
        enlarge(page, scale)
