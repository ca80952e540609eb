"""A1 addresses: column letters, cells, and ranges as people read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache


@cache
def letters(number: int) -> str:
    """Return the column letters of a column number, counted from 1."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


@cache
def index(column: str) -> int:
    """Return the column number, counted from 1, of column letters."""
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def address(letters: str, row: int) -> str:
    """Return the A1 address of column letters and a row.

    A full address, as label-value sheets give for a column, is returned unchanged.
    """
    return letters if re.search(r"\d", letters) else f"{letters}{row}"


def ranges(cells: Sequence[str]) -> str:
    """Join addresses for people to read; cells below one another become a range: C14:C92."""
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
