"""Find rows that belong to the headings and aren't data.

Rows of units and column numbers below the headings, and headings that are repeated further down.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.collect.formats.cells import Grid, Value, is_blank, shown
from pipeline.collect.tables.headings import Header, texts_of
from pipeline.model import Finding, Severity
from pipeline.text.names import normalise
from pipeline.text.units import declared_money, is_unit, words_of, worth_of
from schemas.columns import Column

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
    first, columns = header.last_row + 1, {each.letters for each in header.matched.values()}
    at = bisect_left(grid.rows, first)
    for row in grid.rows[at : at + MOST_BELOW]:
        if _numbers_columns(grid, row, header) or _names_units(grid, row, header):
            first = row + 1
        elif not columns.isdisjoint(grid.filled(row)):
            break
    return first


@dataclass(frozen=True)
class Repeated:
    """Rows that repeat the headings, with their rows of column numbers.

    ``otherwise``: the first of them whose columns are in another order.
    """

    rows: frozenset[int] = frozenset()
    otherwise: int | None = None


def repeated_after(header: Header, grid: Grid) -> Repeated:
    """Find repeated headings, as at the top of a printed page or of pasted rows."""
    written = {
        text: each.letters
        for each in header.matched.values()
        for text in (each.column.title, each.found, each.found.upper())
    }
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for letters, cells in grid.columns.items():
        for row, value in cells.items():
            if (
                row > header.last_row
                and isinstance(value, str)
                and (value if type(value) is str else str(value)) in written
            ):
                found[row][letters] = written[str(value)]
    again = {row: places for row, places in found.items() if 2 * len(places) > len(header.matched)}
    moved = (
        row
        for row, places in again.items()
        if any(letters != place for letters, place in places.items())
    )
    numbers = {row + 1 for row in again if _numbers_columns(grid, row + 1, header)}
    return Repeated(frozenset(again.keys() | numbers), min(moved, default=None))


def numbered_after(header: Header, grid: Grid, first: int) -> frozenset[int]:
    """Return rows of column numbers among the data, moved there by sorting or copying."""
    words = next(
        (each.letters for each in header.matched.values() if not each.column.is_number), ""
    )
    likely = [
        row
        for row, value in grid.columns.get(words, {}).items()
        if row >= first and _may_count(value)
    ]
    return frozenset(row for row in likely if _numbers_columns(grid, row, header))


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
    found = [_COLUMN_NUMBER.fullmatch(text) for text in texts]
    numbers = [each for each in found if each and each[2]]
    if None in found or not numbers or len(texts) < MIN_NUMBERED:
        return False
    if all(each[1] for each in numbers):
        return True
    in_order = [abs(int(each[2])) for each in numbers] == list(range(1, len(numbers) + 1))
    return in_order and len(numbers) >= MIN_NUMBERED and 2 * len(texts) > columns


def _names_units(grid: Grid, row: int, header: Header) -> bool:
    """True if a row holds nothing but units, each of its column's kind: "km", "(tons)"."""
    values = {letters: value for letters, value in grid.values(row).items() if not is_blank(value)}
    if not values or not all(isinstance(value, str) for value in values.values()):
        return False
    units = {each.letters: each.column.unit for each in header.matched.values()}
    return all(
        units.get(letters) and is_unit(normalise(str(value)).strip("()"), units[letters])
        for letters, value in values.items()
    )


def declared_otherwise(header: Header, first: int, grid: Grid, sheet: str) -> Iterator[Finding]:
    """S06: report units other than the table's.

    A unit of money in or above the headings that no column has; a unit below a heading that differs
    from its column's.
    """
    columns = {
        each.letters: each.column
        for each in header.matched.values()
        if each.column.is_number and each.column.unit
    }
    money = [column for column in columns.values() if worth_of(column.unit)]
    worths = {worth_of(column.unit) for column in money}
    for row in grid.rows[: bisect_right(grid.rows, header.last_row)] if money else ():
        for letters, value in grid.values(row).items():
            named = declared_money(str(value)) if isinstance(value, str) else None
            if named and named.isdisjoint(worths):
                yield _otherwise(str(value), money[0], f"{letters}{row}", sheet)
    for row in range(header.last_row + 1, first) if columns else ():
        for letters, text in texts_of(grid, row).items():
            if letters in columns and _is_other_unit(text, columns[letters].unit):
                yield _otherwise(text, columns[letters], f"{letters}{row}", sheet)


def _is_other_unit(text: str, unit: str) -> bool:
    said = normalise(text).strip("()")
    return is_unit(said, unit) and said not in words_of(unit)


def _otherwise(text: str, column: Column, cell: str, sheet: str) -> Finding:
    words = {"value": text.strip(), "title": column.title, "unit": column.unit}
    return Finding(
        "S06",
        Severity.ERROR,
        "column_missing.other_unit",
        words,
        sheet=sheet,
        cells=(cell,),
        column=column.title,
        value=text.strip(),
    )
