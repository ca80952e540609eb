"""The nouns for what a sheet shows outside its cells, and for what it hides."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from pipeline.office.addresses import index


class BesideKind(StrEnum):
    """Kinds of things that a sheet shows outside its cells."""

    NOTE = "note"
    """A comment at a cell, or a threaded one."""
    BOX = "box"
    """Text in a text box, shape, chart or diagram."""
    PICTURE = "picture"
    MARGIN = "margin"
    """Text in the header or footer of printed pages."""


@dataclass(frozen=True)
class Beside:
    """A thing on a sheet outside its cells.

    ``cell``: where it begins. ``last``: the last cell that it covers. Blank if it isn't tied to
    cells.
    """

    kind: BesideKind
    text: str = ""
    cell: str = ""
    last: str = ""

    @property
    def place(self) -> str:
        """The cells that it covers, as people write them: "B9:D12"."""
        return self.cell if self.last in ("", self.cell) else f"{self.cell}:{self.last}"


Span = tuple[int, int]
"""First and last of adjacent rows or columns, counted from 1."""


@dataclass(frozen=True)
class HiddenRanges:
    """The rows and columns that nobody sees: hidden, filtered, folded, of no height or width."""

    rows: tuple[Span, ...] = ()
    columns: tuple[Span, ...] = ()

    def has_row(self, row: int) -> bool:
        """True if a row is hidden."""
        return _is_in(row, self.rows)

    def has_column(self, letters: str) -> bool:
        """True if a column is hidden."""
        return _is_in(index(letters), self.columns)


def _is_in(number: int, spans: tuple[Span, ...]) -> bool:
    following = bisect_right(spans, (number, _LAST))
    return following > 0 and number <= spans[following - 1][1]


_LAST = 2**31
NOTHING_HIDDEN = HiddenRanges()


def merged(spans: list[Span]) -> tuple[Span, ...]:
    """Return the spans in order, touching ones joined."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return tuple(joined)
