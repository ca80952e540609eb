"""Find a table's columns by their declared titles, even if headings were moved or retyped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from pipeline.collect.formats.cells import Area, Grid, is_blank
from pipeline.office.addresses import index
from pipeline.office.addresses import letters as letters_of
from pipeline.text.legacy import readings_of
from pipeline.text.names import normalise, strip_accents
from schemas.columns import Column, TableSpec

SEARCHED_ROWS = 60
"""How many filled rows are searched for headings."""
MIN_MATCHED = 2
"""The least number of titles that a row of headings holds, if the table has as many."""
CLOSE = 88.0
"""Least score (0–100) at which a heading is taken for a declared title."""
NEAR = 60.0
"""Least score at which a heading is named as the nearest to a missing title."""
APART = 5.0
"""How much closer to its title than to any other a heading must be."""
WITHOUT_ACCENTS = 0.97
LIKELY = 5
"""How many rows are searched for split headings, if no row holds enough titles."""
MOST_SPLIT = 3
"""The most rows over which a heading may be split."""

_MARKS = re.compile(r"(?:\(\*\)|\*)")
_NUMBERING = re.compile(
    r"^\s*(?:[(\[]\d{1,2}[)\]]|\d{1,2}(?:\.\d{1,2})*\s*[.)/:–-]|(?:[a-zđ]|[ivx]{1,4})[.)](?=\s))|[(\[]\d{1,2}[)\]]\s*$",
    re.IGNORECASE,
)
"""A heading's number: "2. Houses", "(10) Rooms", "b) Houses", "Rooms (10)"."""
_WORD = re.compile(r"\w+")
_ROW_NUMBER_TITLES = frozenset({"stt", "tt", "số tt", "số thứ tự", "no"})


class Matched(NamedTuple):
    """A declared column, its column letter, the heading found, and the evidence.

    A tuple because it is the quickest to make: a file has hundreds.
    """

    column: Column
    letters: str
    found: str
    evidence: str
    score: float = 100.0


@dataclass(frozen=True)
class Header:
    """The headings of a table: rows, columns matched by key, unknown headings by column letter."""

    row: int
    last_row: int
    matched: Mapping[str, Matched]
    unknown: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=10_000)
def key_of(text: str) -> str:
    """Return a heading as it is compared: without the star of a required column."""
    return normalise(_MARKS.sub("", text))


@lru_cache(maxsize=50_000)
def told_by(text: str, spec: TableSpec) -> tuple[Column, str] | None:
    """Return the column that a heading names, in any spelling, and the evidence; else None."""
    known = _known_titles(spec)
    found = known.get(key_of(text)) or known.get(key_of(_NUMBERING.sub("", text)))
    if found is None and not text.isascii():
        found = next(
            (column for written in readings_of(text) if (column := known.get(key_of(written)))),
            None,
        )
    return (found[0], "exact") if found and text.strip(" :*") == found[0].title else found


def is_row_number(title: str) -> bool:
    """True if a heading is that of a column of row numbers."""
    return key_of(title) in _ROW_NUMBER_TITLES


def header_of(grid: Grid, spec: TableSpec) -> Header | None:
    """Return the row that holds most of the declared titles; None if no row holds enough."""
    found: list[Header] = []
    for row, texts in _texts(grid, min(MIN_MATCHED, len(spec.columns))):
        found.append(_header(row, texts, grid, spec))
        if len(found[-1].matched) == len(spec.columns):
            return found[-1]
    found = sorted(
        (_with_close(each, grid, spec) for each in found), key=lambda each: -len(each.matched)
    )
    if found and not _is_enough(found[0], spec):  # all headings may be split over rows
        found = sorted(
            (_with_split(each, grid, spec) for each in found[:LIKELY]),
            key=lambda each: -len(each.matched),
        )
    return _with_split(found[0], grid, spec) if found and _is_enough(found[0], spec) else None


def likely_tables(grid: Grid, tables: Iterable[TableSpec]) -> list[TableSpec]:
    """Return the tables of whose titles a sheet has at least half. Quick: usual spellings only."""
    keys = {
        key_of(text) for row in grid.rows[:SEARCHED_ROWS] for text in texts_of(grid, row).values()
    }
    return [
        spec for spec in tables if 2 * len(keys & _known_titles(spec).keys()) >= len(spec.columns)
    ]


def _is_enough(header: Header, spec: TableSpec) -> bool:
    return len(header.matched) >= min(MIN_MATCHED, len(spec.columns)) and 2 * len(
        header.matched
    ) >= len(spec.columns)


def _texts(grid: Grid, least: int) -> Iterator[tuple[int, dict[str, str]]]:
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
        letters: str(value)
        for letters, value in grid.values(row).items()
        if isinstance(value, str) and not is_blank(value)
    }


def _header(row: int, texts: Mapping[str, str], grid: Grid, spec: TableSpec) -> Header:
    """Match the columns whose titles are certain in a row."""
    matched = surely(texts, spec)
    groups = _groups(grid, row) if matched else frozenset()
    if not groups.isdisjoint(each.letters for each in matched.values()):
        matched = surely(
            {letters: text for letters, text in texts.items() if letters not in groups}, spec
        )
    taken = {each.letters for each in matched.values()}
    return Header(
        row,
        row,
        matched,
        {letters: text for letters, text in texts.items() if letters not in taken},
    )


def _with_close(header: Header, grid: Grid, spec: TableSpec) -> Header:
    """Add columns whose titles are close to a heading, if the row has enough texts for a header."""
    if 2 * (len(header.matched) + len(header.unknown)) < len(spec.columns):
        return header
    groups = _groups(grid, header.row)
    free = {letters: text for letters, text in header.unknown.items() if letters not in groups}
    close = _closely(
        free, [column for column in spec.columns if column.key not in header.matched], spec
    )
    taken = {each.letters for each in close.values()}
    unknown = {letters: text for letters, text in header.unknown.items() if letters not in taken}
    return Header(header.row, header.last_row, {**header.matched, **close}, unknown)


def _groups(grid: Grid, row: int) -> frozenset[str]:
    """Return columns where a merged heading of several columns begins, with headings below it."""
    areas = [
        area for area in grid.merged if area.top <= row <= area.bottom and area.left < area.right
    ]
    return frozenset(letters_of(area.left) for area in areas if _has_headings_below(grid, area))


def _has_headings_below(grid: Grid, area: Area) -> bool:
    """True if different headings are below. Column numbers and one unit for all aren't any."""
    below = {
        normalise(text)
        for letters, text in texts_of(grid, area.bottom + 1).items()
        if area.left <= index(letters) <= area.right
    }
    return sum(sum(map(str.isalpha, text)) > 1 for text in below) > 1


def surely(texts: Mapping[str, str], spec: TableSpec) -> dict[str, Matched]:
    """Match texts to columns by title or another name.

    What an official confirmed counts before the title, the title before other names; of two equal
    ones the first counts.
    """
    found = [
        (letters, text, *told) for letters, text in texts.items() if (told := told_by(text, spec))
    ]
    matched: dict[str, Matched] = {}
    for letters, text, column, evidence in sorted(found, key=lambda each: _RANKS[each[3]]):
        if column.key not in matched:
            matched[column.key] = Matched(column, letters, text, evidence)
    return {key: matched[key] for key in spec.keys if key in matched}


_RANKS = {"confirmed": 0, "exact": 1, "normalised": 2, "synonym": 3}
"""The rank of each evidence; the lowest counts first."""


@lru_cache(maxsize=1024)
def _known_titles(spec: TableSpec) -> Mapping[str, tuple[Column, str]]:
    """Return the column and the evidence of each known title."""
    synonyms = {
        key_of(synonym): (column, "synonym")
        for column in spec.columns
        for synonym in (*column.synonyms, *_with_unit(column))
    }
    confirmed = {
        key_of(title): (spec.by_key[key], "confirmed") for title, key in spec.confirmed.items()
    }
    return {
        **synonyms,
        **confirmed,
        **{key_of(column.title): (column, "normalised") for column in spec.columns},
    }


def _with_unit(column: Column) -> tuple[str, ...]:
    """Return the title followed by its unit, or by the unit's first word, as many write it."""
    return (
        (f"{column.title} ({column.unit})", f"{column.title} ({column.unit.split()[0]})")
        if column.unit
        else ()
    )


def _closely(
    texts: Mapping[str, str], columns: list[Column], spec: TableSpec
) -> dict[str, Matched]:
    """Match columns whose title is so close to one heading that no other can be meant."""
    matched: dict[str, Matched] = {}
    for letters, text in texts.items():
        if not may_be_close(text, spec):
            continue
        ranked = sorted(
            ((likeness(text, column, spec), column.key, column) for column in columns), reverse=True
        )[:2]
        if (
            not ranked
            or ranked[0][0] < CLOSE
            or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < APART)
        ):
            continue
        score, key, column = ranked[0]
        if key not in matched or score > matched[key].score:
            matched[key] = Matched(column, letters, text, "close", score)
    return matched


@lru_cache(maxsize=50_000)
def may_be_close(text: str, spec: TableSpec) -> bool:
    """True if a text is close to any title of a table. Quick: most texts aren't."""
    from rapidfuzz import fuzz, process

    return (
        process.extractOne(
            strip_accents(key_of(text)), _plain_titles(spec), scorer=fuzz.ratio, score_cutoff=CLOSE
        )
        is not None
    )


@lru_cache(maxsize=1024)
def _plain_titles(spec: TableSpec) -> tuple[str, ...]:
    """Return the titles of a table without accents."""
    return tuple(strip_accents(key_of(column.title)) for column in spec.columns)


def _with_split(header: Header, grid: Grid, spec: TableSpec) -> Header:
    """Add titles from the rows around, if headings take several rows or are split."""
    for rows in _around(header.row, _heading_rows_below(header, grid, spec)):
        if len(header.matched) == len(spec.columns):
            break
        taken = {each.letters for each in header.matched.values()}
        texts = {
            letters: text for letters, text in _joined(grid, rows).items() if letters not in taken
        }
        found = {
            key: each for key, each in surely(texts, spec).items() if key not in header.matched
        }
        if found:
            letters = {each.letters for each in found.values()}
            unknown = {each: text for each, text in header.unknown.items() if each not in letters}
            header = Header(
                header.row, max(header.last_row, *rows), {**header.matched, **found}, unknown
            )
    return header


def _heading_rows_below(header: Header, grid: Grid, spec: TableSpec) -> int:
    """Return how many rows below may belong to the headings.

    Below a heading must be nothing, or its continuation ("Kind of", "building").
    """
    known = {each.letters: each for each in header.matched.values()}
    for below in range(1, MOST_SPLIT):
        for letters, value in grid.values(header.row + below).items():
            goes_on = (
                told_by(f"{known[letters].found} {value}", spec)
                if letters in known and isinstance(value, str)
                else None
            )
            if (
                letters in known
                and not is_blank(value)
                and (goes_on is None or goes_on[0] is not known[letters].column)
            ):
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
    found: dict[str, list[str]] = {}
    for row in rows:
        groups = _groups(grid, row)
        for letters, text in texts_of(grid, row).items():
            if letters not in groups:
                found.setdefault(letters, []).append(text)
    return {letters: " ".join(texts) for letters, texts in found.items()}


def likeness(text: str, column: Column, spec: TableSpec) -> float:
    """Score how like a column's title a heading is, 0 to 100.

    0 if it has a word of another title that this one lacks ("Houses sold" isn't "Houses let"), or
    lacks the unit that this title has in brackets.
    """
    unit, heading, title = (
        strip_accents(key_of(each)) for each in (column.unit, text, column.title)
    )
    others = (
        _words_of_titles(spec).intersection(_WORD.findall(heading)).difference(_WORD.findall(title))
    )
    names_unit = re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", heading)
    return (
        0.0
        if others or (unit and f"({unit})" in title and not names_unit)
        else closeness(text, column.title)
    )


@lru_cache(maxsize=1024)
def _words_of_titles(spec: TableSpec) -> frozenset[str]:
    """Return the words of all titles of a table, without accents."""
    return frozenset(word for title in _plain_titles(spec) for word in _WORD.findall(title))


def closeness(text: str, title: str) -> float:
    """Score how alike two titles are, 0 to 100. A difference in accents alone costs 3 %."""
    from rapidfuzz import fuzz

    one, other = key_of(text), key_of(title)
    return max(
        fuzz.ratio(one, other),
        WITHOUT_ACCENTS * fuzz.ratio(strip_accents(one), strip_accents(other)),
    )


def nearest(title: str, texts: Iterable[str]) -> str:
    """Return the text nearest to a missing title; blank if none is near."""
    ranked = sorted(((closeness(text, title), text) for text in texts), reverse=True)
    return ranked[0][1].strip() if ranked and ranked[0][0] >= NEAR else ""
