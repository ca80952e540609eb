"""How the tables of a crossing share printed pages: one per measure, side by side.

A table begins on a new page where it doesn't fit beside the one before, and one wider than a page
is cut between two columns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, product

from pipeline.summarise.sheets import printing

MOST_PRINTED = 2
"""Pages of a crossing that are printed, unless its first table alone takes more."""
_SCALES = (1.0, 0.9, 0.8, 0.73, 0.7, 0.6, 0.55)
"""Of A4; what is too small there to be read is printed on A3."""
Piece = range
"""Neighbouring columns of one table, by their places among all columns of figures."""


@dataclass(frozen=True)
class Pages:
    """The pages of a crossing: ``across`` side by side, as pieces of tables, and ``down``."""

    across: Sequence[Sequence[Piece]]
    down: int
    upright: bool
    scale: float
    ends: Sequence[int]
    """The place behind the last column of each table."""

    @property
    def pieces(self) -> list[Piece]:
        """All pieces, from left to right."""
        return [piece for page in self.across for piece in page]

    @property
    def first_end(self) -> int:
        """The place behind the last column of the first page."""
        return self.across[0][-1].stop

    @property
    def breaks(self) -> list[int]:
        """The places of the columns that begin a page, but for the first."""
        return [page[0].start for page in self.across[1:]]

    @property
    def printed(self) -> int:
        """How many tables are printed: the first, and those that fit on ``MOST_PRINTED`` pages."""
        last = self.across[: max(1, MOST_PRINTED // self.down)][-1][-1].stop
        return max(1, sum(end <= last for end in self.ends))

    @classmethod
    def of(
        cls, before: Sequence[float], tables: Sequence[Sequence[float]], head: float, lines: float
    ) -> Pages:
        """The way of printing that takes the fewest pages, the largest of equal ones.

        ``before``: widths of the columns that every page repeats, ``tables``: those of each table's
        columns, 0 for a folded one; ``head``: points of the headings that every page repeats,
        ``lines``: points of all lines below them.
        """
        ways = [
            _pages(before, tables, head, lines, upright=upright, scale=scale)
            for upright, scale in product((False, True), _SCALES)
        ]
        return min(ways, key=lambda way: (len(way.across) * way.down, -way.scale))


def _pages(
    before: Sequence[float],
    tables: Sequence[Sequence[float]],
    head: float,
    lines: float,
    *,
    upright: bool,
    scale: float,
) -> Pages:
    room = printing.across(upright=upright) / scale - sum(map(printing.pixels, before))
    across = _packed(
        [[printing.pixels(width) if width else 0 for width in table] for table in tables], room
    )
    below = max(1.0, printing.down(upright=upright) / scale - head)
    return Pages(
        across, math.ceil(lines / below), upright, scale, list(accumulate(map(len, tables)))
    )


def _packed(tables: Sequence[Sequence[int]], room: float) -> list[list[Piece]]:
    """Tables, given as the pixels of their columns, put on pages of so many pixels."""
    pages: list[list[Piece]] = [[]]
    left, start = room, 0
    for table in tables:
        if sum(table) > left and pages[-1]:
            pages.append([])
            left = room
        for count in _cut(table, room):
            if sum(table) > room and pages[-1]:
                pages.append([])
            pages[-1].append(range(start, start + count))
            start += count
        left = left - sum(table) if sum(table) <= room else 0.0
    return pages


def _cut(table: Sequence[int], room: float) -> list[int]:
    """How many of a table's columns stand together on each of the pages that it takes."""
    counts, taken = [0], 0.0
    for width in table:
        if taken + width > room and counts[-1]:
            counts.append(0)
            taken = 0.0
        counts[-1] += 1
        taken += width
    return counts
