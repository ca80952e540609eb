"""Find a table's columns by their declared titles, even if headings were moved or retyped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.collect.formats.cells import Area, Grid, is_blank
from pipeline.collect.tables.titles import (
    CLOSE,
    key_of,
    likeness,
    may_be_close,
    titles_of,
    told_by,
)
from pipeline.office.addresses import index, letters
from pipeline.text.names import normalise
from schemas.columns import Column, TableSpec

SEARCHED_ROWS = 60
"""How many filled rows are searched for headings."""
MIN_MATCHED = 2
"""The least number of titles that a row of headings holds, if the table has as many."""
APART = 5.0
"""How much closer to its title than to any other a heading must be."""
LIKELY = 5
"""How many rows are searched for split headings, if no row holds enough titles."""
MOST_SPLIT = 3
"""The most rows over which a heading may be split."""
_RANKS = {"confirmed": 0, "exact": 1, "normalised": 2, "synonym": 3}
"""The rank of each evidence; the lowest counts first."""


class ColumnHeading(NamedTuple):
    """A heading that names a declared column, with the evidence.

    A tuple because it is the quickest to make: a file has hundreds.
    """

    column: Column
    column_letter: str
    text: str
    evidence: str
    score: float = 100.0


@dataclass(frozen=True)
class Header:
    """The headings of a table: rows, columns matched by key, unknown headings by column letter."""

    row: int
    last_row: int
    matched: Mapping[str, ColumnHeading]
    unknown: Mapping[str, str] = field(default_factory=dict)

    @property
    def column_letters(self) -> set[str]:
        """The column letters of the matched headings."""
        return {heading.column_letter for heading in self.matched.values()}

    def with_headings(self, headings: Mapping[str, ColumnHeading], last_row: int = 0) -> Header:
        """Return the header with more columns matched, down to ``last_row`` if that is lower."""
        taken = {heading.column_letter for heading in headings.values()}
        unknown = {letter: text for letter, text in self.unknown.items() if letter not in taken}
        matched = {**self.matched, **headings}
        return Header(self.row, max(self.last_row, last_row), matched, unknown)


def header_of(grid: Grid, spec: TableSpec) -> Header | None:
    """Return the row that holds most of the declared titles; None if no row holds enough."""
    headers: list[Header] = []
    for row, texts in _rows_of_texts(grid, min(MIN_MATCHED, len(spec.columns))):
        headers.append(_header(row, texts, grid, spec))
        if len(headers[-1].matched) == len(spec.columns):
            return headers[-1]
    headers = _best_first(_with_close(header, grid, spec) for header in headers)
    if headers and not _is_enough(headers[0], spec):  # all headings may be split over rows
        headers = _best_first(_with_split(header, grid, spec) for header in headers[:LIKELY])
    if not headers or not _is_enough(headers[0], spec):
        return None
    return _with_split(headers[0], grid, spec)


def _best_first(headers: Iterable[Header]) -> list[Header]:
    return sorted(headers, key=lambda header: -len(header.matched))


def likely_tables(grid: Grid, tables: Iterable[TableSpec]) -> list[TableSpec]:
    """Return the tables of whose titles a sheet has at least half. Quick: usual spellings only."""
    rows = grid.rows[:SEARCHED_ROWS]
    keys = {key_of(text) for row in rows for text in texts_of(grid, row).values()}
    return [spec for spec in tables if 2 * len(keys & titles_of(spec)) >= len(spec.columns)]


def _is_enough(header: Header, spec: TableSpec) -> bool:
    matched, columns = len(header.matched), len(spec.columns)
    return matched >= min(MIN_MATCHED, columns) and 2 * matched >= columns


def _rows_of_texts(grid: Grid, least: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the first rows with at least ``least`` texts, and these by column letter."""
    for row in grid.rows[:SEARCHED_ROWS]:
        if len(grid.filled(row)) < least:
            continue
        texts = texts_of(grid, row)
        if len(texts) >= least:
            yield row, texts


def texts_of(grid: Grid, row: int) -> dict[str, str]:
    """Return the texts of one row, by column letter."""
    return {
        column_letter: str(value)
        for column_letter, value in grid.values(row).items()
        if isinstance(value, str) and not is_blank(value)
    }


def _header(row: int, texts: dict[str, str], grid: Grid, spec: TableSpec) -> Header:
    """Match the columns whose titles are certain in a row."""
    matched = surely(texts, spec)
    groups = _groups(grid, row) if matched else frozenset()
    if any(heading.column_letter in groups for heading in matched.values()):
        matched = surely(_without(groups, texts), spec)
    return Header(row, row, {}, texts).with_headings(matched)


def _without(column_letters: Iterable[str], texts: Mapping[str, str]) -> dict[str, str]:
    return {letter: text for letter, text in texts.items() if letter not in column_letters}


def _with_close(header: Header, grid: Grid, spec: TableSpec) -> Header:
    """Add columns whose titles are close to a heading, if the row has enough texts for a header."""
    if 2 * (len(header.matched) + len(header.unknown)) < len(spec.columns):
        return header
    free = _without(_groups(grid, header.row), header.unknown)
    missing = [column for column in spec.columns if column.key not in header.matched]
    return header.with_headings(_closely(free, missing, spec))


def _groups(grid: Grid, row: int) -> frozenset[str]:
    """Return columns where a merged heading of several columns begins, with headings below it."""
    return frozenset(
        letters(area.left)
        for area in grid.merged
        if area.top <= row <= area.bottom
        and area.left < area.right
        and _has_headings_below(grid, area)
    )


def _has_headings_below(grid: Grid, area: Area) -> bool:
    """True if different headings are below. Column numbers and one unit for all aren't any."""
    below = {
        normalise(text)
        for column_letter, text in texts_of(grid, area.bottom + 1).items()
        if area.left <= index(column_letter) <= area.right
    }
    return sum(sum(map(str.isalpha, text)) > 1 for text in below) > 1


def surely(texts: Mapping[str, str], spec: TableSpec) -> dict[str, ColumnHeading]:
    """Match texts to columns by title or another name.

    What an official confirmed counts before the title, the title before other names; of two equal
    ones the first counts.
    """
    headings = [
        ColumnHeading(told[0], column_letter, text, told[1])
        for column_letter, text in texts.items()
        if (told := told_by(text, spec))
    ]
    matched: dict[str, ColumnHeading] = {}
    for heading in sorted(headings, key=lambda heading: _RANKS[heading.evidence]):
        matched.setdefault(heading.column.key, heading)
    return {key: matched[key] for key in spec.keys if key in matched}


def _closely(
    texts: Mapping[str, str], columns: list[Column], spec: TableSpec
) -> dict[str, ColumnHeading]:
    """Match columns whose title is so close to one heading that no other can be meant."""
    matched: dict[str, ColumnHeading] = {}
    for column_letter, text in texts.items():
        if not may_be_close(text, spec):
            continue
        scores = [(likeness(text, column, spec), column.key, column) for column in columns]
        ranked = sorted(scores, reverse=True)
        if not ranked or ranked[0][0] < CLOSE:
            continue
        score, key, column = ranked[0]
        if len(ranked) > 1 and score - ranked[1][0] < APART:
            continue
        if key not in matched or score > matched[key].score:
            matched[key] = ColumnHeading(column, column_letter, text, "close", score)
    return matched


def _with_split(header: Header, grid: Grid, spec: TableSpec) -> Header:
    """Add titles from the rows around, if headings take several rows or are split."""
    for rows in _around(header.row, _heading_rows_below(header, grid, spec)):
        if len(header.matched) == len(spec.columns):
            break
        named = surely(_without(header.column_letters, _joined(grid, rows)), spec)
        new = {key: heading for key, heading in named.items() if key not in header.matched}
        if new:
            header = header.with_headings(new, last_row=rows[-1])
    return header


def _heading_rows_below(header: Header, grid: Grid, spec: TableSpec) -> int:
    """Return how many rows below may belong to the headings.

    Below a heading must be nothing, or its continuation ("Kind of", "building").
    """
    headings = {heading.column_letter: heading for heading in header.matched.values()}
    for below in range(1, MOST_SPLIT):
        for column_letter, value in grid.values(header.row + below).items():
            heading = headings.get(column_letter)
            if heading is None or is_blank(value):
                continue
            told = told_by(f"{heading.text} {value}", spec) if isinstance(value, str) else None
            if told is None or told[0] is not heading.column:
                return below - 1
    return MOST_SPLIT - 1


def _around(row: int, below: int) -> Iterator[range]:
    """Yield the rows near ``row`` and runs of rows with it, short ones first.

    No run goes further than ``below`` rows beyond it.
    """
    for size in range(1, MOST_SPLIT + 1):
        for first in range(max(1, row - MOST_SPLIT + 1), row + MOST_SPLIT):
            rows = range(first, first + size)
            if (row in rows or size == 1) and rows[-1] <= row + below:
                yield rows


def _joined(grid: Grid, rows: range) -> dict[str, str]:
    """Join the texts of several rows, by column letter, without headings of several columns."""
    texts: dict[str, list[str]] = {}
    for row in rows:
        for column_letter, text in _without(_groups(grid, row), texts_of(grid, row)).items():
            texts.setdefault(column_letter, []).append(text)
    return {column_letter: " ".join(pieces) for column_letter, pieces in texts.items()}
