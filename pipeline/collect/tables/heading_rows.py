"""Find rows that belong to the headings and aren't data.

Rows of units and column numbers below the headings, and headings that are repeated further down.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from pipeline.collect.formats.cells import Grid, Value, is_blank, shown
from pipeline.collect.tables.headings import Header
from pipeline.text.names import normalise
from pipeline.text.units import is_unit

MOST_BELOW = 3
"""The most rows below the headings that may hold units and column numbers."""
LONGEST_NUMBER = 20
"""The most characters of a column number with its formula."""
MIN_NUMBERED = 2
"""The least number of cells of a row that numbers the columns."""

_HOW = r"(?: ?= ?[()0-9+\-*x/:., %]+)?"
"""The formula behind a column number: "=3+4"."""
_COLUMN_NUMBER = re.compile(rf"([(\[])?(?:(-?[0-9]{{1,2}})|[A-Z]){_HOW}[)\]]?{_HOW}")
"""A column's number, perhaps with its formula ("2=3+4"). Excel turns a typed "(1)" into -1."""


def first_row_after(header: Header, grid: Grid) -> int:
    """Return the first row of data.

    It follows the headings and any rows of partial headings, units and column numbers.
    """
    first, columns = header.last_row + 1, header.column_letters
    start = bisect_left(grid.rows, first)
    for row in grid.rows[start : start + MOST_BELOW]:
        if _numbers_columns(grid, row, header) or _names_units(grid, row, header):
            first = row + 1
        elif not columns.isdisjoint(grid.filled(row)):
            break
    return first


@dataclass(frozen=True)
class RepeatedHeadings:
    """Rows that repeat the headings, with their rows of column numbers.

    ``otherwise``: the first of them whose columns are in another order.
    """

    rows: frozenset[int] = frozenset()
    otherwise: int | None = None


def repeated_after(header: Header, grid: Grid) -> RepeatedHeadings:
    """Find repeated headings, as at the top of a printed page or of pasted rows."""
    columns = {
        text: heading.column_letter
        for heading in header.matched.values()
        for text in (heading.column.title, heading.text, heading.text.upper())
    }
    headings: dict[int, dict[str, str]] = defaultdict(dict)
    """By row and column letter: the column letter that the heading has in the header."""
    for letter, cells in grid.columns.items():
        for row, value in cells.items():
            if row <= header.last_row or not isinstance(value, str):
                continue
            # a RichText is equal to no plain text; making a string of each cell takes longer
            text = value if type(value) is str else str(value)
            if text in columns:
                headings[row][letter] = columns[text]
    again = {
        row: places for row, places in headings.items() if 2 * len(places) > len(header.matched)
    }
    moved = [row for row, places in again.items() if any(a != b for a, b in places.items())]
    numbers = {row + 1 for row in again if _numbers_columns(grid, row + 1, header)}
    return RepeatedHeadings(frozenset(again.keys() | numbers), min(moved, default=None))


def numbered_after(header: Header, grid: Grid, first: int) -> frozenset[int]:
    """Return rows of column numbers among the data, moved there by sorting or copying."""
    in_words = (heading for heading in header.matched.values() if not heading.column.is_number)
    column_letter = next((heading.column_letter for heading in in_words), "")
    return frozenset(
        row
        for row, value in grid.columns.get(column_letter, {}).items()
        if row >= first and _may_count(value) and _numbers_columns(grid, row, header)
    )


def _may_count(value: Value) -> bool:
    """True if a cell in a column of words may be a column number."""
    if not isinstance(value, str):
        return isinstance(value, float)
    return len(value) <= LONGEST_NUMBER and _is_column_number(value.strip())


@lru_cache(maxsize=4096)
def _is_column_number(text: str) -> bool:
    return _COLUMN_NUMBER.fullmatch(text) is not None


def _numbers_columns(grid: Grid, row: int, header: Header) -> bool:
    """True if a row numbers the columns of a table."""
    texts = (shown(value).strip() for value in grid.values(row).values() if not is_blank(value))
    first = next(texts, "")
    # the first text alone rules out most rows, without looking at the rest
    return _is_column_number(first) and _are_column_numbers((first, *texts), len(header.matched))


@lru_cache(maxsize=4096)
def _are_column_numbers(texts: tuple[str, ...], columns: int) -> bool:
    """True if the texts, of which the first is one, number the columns.

    Letters and bracketed numbers in any order; or plain numbers from 1 up, for most columns.
    """
    matches = [_COLUMN_NUMBER.fullmatch(text) for text in texts]
    numbers = [match for match in matches if match and match[2]]
    if None in matches or not numbers or len(texts) < MIN_NUMBERED:
        return False
    if all(match[1] for match in numbers):
        return True
    in_order = [abs(int(match[2])) for match in numbers] == list(range(1, len(numbers) + 1))
    return in_order and len(numbers) >= MIN_NUMBERED and 2 * len(texts) > columns


def _names_units(grid: Grid, row: int, header: Header) -> bool:
    """True if a row holds nothing but units, each of its column's kind: "km", "(tons)"."""
    values = grid.cells(row)
    units = {heading.column_letter: heading.column.unit for heading in header.matched.values()}
    return bool(values) and all(
        isinstance(value, str)
        and units.get(letter)
        and is_unit(normalise(str(value)).strip("()"), units[letter])
        for letter, value in values.items()
    )
