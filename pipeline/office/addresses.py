"""A1 addresses: letters of columns, cells, and neighbouring cells as people read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache


@cache
def letters(number: int) -> str:
    """Column letters of a column number, counted from 1."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


@cache
def index(column: str) -> int:
    """Column number, counted from 1, of column letters."""
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def address(letters: str, row: int) -> str:
    """A1 address from a column letter and a row; a full address (label-value sheets) is returned as it is."""
    return letters if re.search(r"\d", letters) else f"{letters}{row}"


def ranges(cells: Sequence[str]) -> str:
    """Single addresses as people read them: neighbours below one another as C14:C92."""
    runs: list[list[tuple[str, int]]] = []
    for cell in cells:
        letters = cell.rstrip("0123456789")
        place = (letters, int(cell[len(letters) :] or 0))
        if runs and runs[-1][-1] == (place[0], place[1] - 1):
            runs[-1].append(place)
        else:
            runs.append([place])
    ends = [(run[0], run[-1]) for run in runs]
    return ", ".join(f"{a}{m}" if m == n else f"{a}{m}:{b}{n}" for (a, m), (b, n) in ends)
