"""What cells of a workbook hold beside numbers and plain texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LiveCell:
    """A live cell: its formula, today's result, and the sign that is shown if it is no number.

    Where today's result is a sign, it is that one. The cell holds an empty text then: a column of
    figures has no other texts.
    """

    text: str
    value: Any
    sign: str = ""


NO_NUMBER = '=""'
"""The formula of a figure's cell without a number.

A format can give an empty text a sign, but not an empty cell.
"""


@dataclass(frozen=True)
class MarkedText:
    """A text with some of its letters in bold and underlined: from where to where, in order."""

    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Link:
    """A text that leads to cells of its workbook (``'SHEET'!A1:B2``); ``tip``: key of a hint."""

    text: str
    target: str
    tip: str = "to_rows"


@dataclass(frozen=True)
class ContentsLine:
    """A sheet in the contents: key of its part, its name, what it answers."""

    part: str
    name: str
    answer: str


@dataclass(frozen=True)
class Span:
    """A cell over some columns: a number, text, link, formula, or ``None`` for an empty one."""

    value: Any
    kind: str
    columns: int = 1
    is_edge: bool = False
    """Whether a thick line on its left sets it apart."""
