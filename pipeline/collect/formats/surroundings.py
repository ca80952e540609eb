"""What people see of a sheet beside the values of its cells, and what is hidden from them: the nouns."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from pipeline.office.addresses import index


class Kind(StrEnum):
    """What stands on a sheet, but in no cell."""

    NOTE = "note"
    """A note at a cell, or a conversation."""
    BOX = "box"
    """Text in a text box, shape, chart or diagram."""
    PICTURE = "picture"
    MARGIN = "margin"
    """Text that is printed above or below every page."""


@dataclass(frozen=True)
class Beside:
    """Something that stands on a sheet, but in no cell: its text, the cell where it begins, and the last cell that it covers."""

    kind: Kind
    text: str = ""
    cell: str = ""
    last: str = ""

    @property
    def place(self) -> str:
        """The cells that it covers as people write them: "B9:D12"."""
        return self.cell if self.last in ("", self.cell) else f"{self.cell}:{self.last}"


Span = tuple[int, int]
"""The first and the last of rows or columns that follow one another, counted from 1."""


@dataclass(frozen=True)
class Hidden:
    """The rows and columns of a sheet that nobody sees: hidden, filtered away, folded, or without height or width."""

    rows: tuple[Span, ...] = ()
    columns: tuple[Span, ...] = ()

    def has_row(self, row: int) -> bool:
        """True if a row is hidden."""
        return _is_in(row, self.rows)

    def has_column(self, letters: str) -> bool:
        """True if a column is hidden."""
        return _is_in(index(letters), self.columns)


def _is_in(number: int, spans: tuple[Span, ...]) -> bool:
    at = bisect_right(spans, (number, _LAST))
    return at > 0 and number <= spans[at - 1][1]


_LAST = 2**31
NOTHING_HIDDEN = Hidden()


def merged(spans: list[Span]) -> tuple[Span, ...]:
    """The spans in order, those that touch made one."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return tuple(found)
