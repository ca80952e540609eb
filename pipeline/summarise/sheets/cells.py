"""What cells of a workbook hold beside numbers and plain texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Formula:
    """A live cell: its formula, the result that it has today, and the sign that it shows when that is no number.

    Where today's result is a sign, it is that one. The cell holds an empty text then: a column of
    figures has no other texts.
    """

    text: str
    value: Any
    sign: str = ""


NO_NUMBER = '=""'
"""The formula of a figure's cell that holds no number: a format can give an empty text a sign, but not an empty cell."""


@dataclass(frozen=True)
class Marked:
    """A text of a list with some of its letters in bold and underlined: from where to where, in order."""

    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Link:
    """A text that leads to cells of the same workbook, as ``'SHEET'!A1:B2``; ``tip``: a key of the words of what it leads to."""

    text: str
    target: str
    tip: str = "to_rows"


@dataclass(frozen=True)
class Listed:
    """A sheet as the contents list it: the key of the part of the workbook that it belongs to, its name, what it answers."""

    part: str
    name: str
    answer: str


@dataclass(frozen=True)
class Span:
    """A cell over some columns. A number, a text, a link, a formula, or ``None`` for an empty one."""

    value: Any
    kind: str
    columns: int = 1
    is_edge: bool = False
    """Whether a thick line on its left sets it apart."""
