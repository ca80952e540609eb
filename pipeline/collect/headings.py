"""Where the columns of a table stand: its declared titles found in a row of headings, whatever was moved or retyped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from pipeline.collect.cells import Grid, is_blank, shown
from pipeline.text import normalise, strip_accents
from schemas.columns import Column, TableSpec

SEARCHED_ROWS = 60
"""Rows with content in which a heading is looked for."""
MIN_MATCHED = 2
"""Titles of a table that a row of headings must hold at least, where the table has as many."""
CLOSE = 88.0
"""Score from which a heading is taken for a declared title."""
NEAR = 60.0
"""Score from which a heading is named as the nearest to a missing title."""
APART = 5.0
"""How much closer than to any other title a heading must be."""
WITHOUT_ACCENTS = 0.97
MIN_NUMBERED = 2
"""Cells from which a row of numbers may be one that counts the columns."""

_MARKS = re.compile(r"(?:\(\*\)|\*)")
_NUMBERING = re.compile(
    r"^\s*(?:[(\[]\d{1,2}[)\]]|\d{1,2}(?:\.\d{1,2})*\s*[.)/:–-]|(?:[a-zđ]|[ivx]{1,4})[.)](?=\s))|[(\[]\d{1,2}[)\]]\s*$", re.IGNORECASE
)
"""What numbers a heading: "2. Số vụ", "(10) Số người", "b) Số vụ", "Số người (10)"."""
_ROW_NUMBER_TITLES = frozenset({"stt", "tt", "số tt", "số thứ tự", "no"})


class Matched(NamedTuple):
    """One declared column, where it stands, and on what evidence. Made by the hundred for each file, as a tuple is quickest."""

    column: Column
    letters: str
    found: str
    evidence: str
    score: float = 100.0


@dataclass(frozen=True)
class Header:
    """The headings of a table: its rows, the columns matched by key, and headings that nothing declares."""

    row: int
    last_row: int
    matched: Mapping[str, Matched]
    unknown: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=10_000)
def key_of(text: str) -> str:
    """A heading as it is compared: without the star of a required column."""
    return normalise(_MARKS.sub("", text))


def told_by(text: str, spec: TableSpec) -> tuple[Column, str] | None:
    """The column whose title or synonym a heading is, written in whatever way and numbered or not, and on what evidence."""
    known = _known_titles(spec)
    found = known.get(key_of(text)) or known.get(key_of(_NUMBERING.sub("", text)))
    return (found[0], "exact") if found and text.strip(" :*") == found[0].title else found


def is_row_number(title: str) -> bool:
    """Whether a heading is that of a column that only counts the rows."""
    return key_of(title) in _ROW_NUMBER_TITLES


def header_of(grid: Grid, spec: TableSpec) -> Header | None:
    """The row of headings that holds most of the declared titles; nothing where no row holds enough of them."""
    best: Header | None = None
    least = min(MIN_MATCHED, len(spec.columns))
    for row, texts in _texts(grid, least):
        header = _header(row, texts, spec, close=False)
        if best is None or len(header.matched) > len(best.matched):
            best = header
        if len(header.matched) == len(spec.columns):
            break
    if best is None:
        return None
    if len(best.matched) < len(spec.columns):
        best = max((_header(row, texts, spec, close=True) for row, texts in _texts(grid, least)), key=lambda each: len(each.matched))
    return _with_split(best, grid, spec) if _is_enough(best, spec) else None


def _is_enough(header: Header, spec: TableSpec) -> bool:
    return len(header.matched) >= min(MIN_MATCHED, len(spec.columns)) and 2 * len(header.matched) >= len(spec.columns)


def _texts(grid: Grid, least: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows among the first that hold at least ``least`` texts, with the texts by column letters."""
    for row in grid.rows[:SEARCHED_ROWS]:
        if len(grid.filled(row)) < least:
            continue
        texts = {letters: value for letters, value in grid.values(row).items() if isinstance(value, str) and not is_blank(value)}
        if len(texts) >= least:
            yield row, texts


def _header(row: int, texts: Mapping[str, str], spec: TableSpec, *, close: bool) -> Header:
    matched = _surely(texts, spec)
    if close:
        free = {letters: text for letters, text in texts.items() if letters not in {each.letters for each in matched.values()}}
        matched |= _closely(free, [column for column in spec.columns if column.key not in matched])
    taken = {each.letters for each in matched.values()}
    return Header(row, row, matched, {letters: text for letters, text in texts.items() if letters not in taken})


def _surely(texts: Mapping[str, str], spec: TableSpec) -> dict[str, Matched]:
    """Columns whose title or synonym stands there; the first of two counts."""
    matched: dict[str, Matched] = {}
    for letters, text in texts.items():
        found = told_by(text, spec)
        if found and found[0].key not in matched:
            column, evidence = found
            matched[column.key] = Matched(column, letters, text, evidence)
    return matched


@lru_cache(maxsize=1024)
def _known_titles(spec: TableSpec) -> Mapping[str, tuple[Column, str]]:
    """The column that each title stands for, and on what evidence where it isn't written exactly so."""
    synonyms = {key_of(synonym): (column, "synonym") for column in spec.columns for synonym in (*column.synonyms, *_with_unit(column))}
    confirmed = {key_of(title): (spec.by_key[key], "confirmed") for title, key in spec.confirmed.items()}
    return {**synonyms, **confirmed, **{key_of(column.title): (column, "normalised") for column in spec.columns}}


def _with_unit(column: Column) -> tuple[str, ...]:
    """The title with its unit behind it, as many tables write it."""
    return (f"{column.title} ({column.unit})",) if column.unit else ()


def _closely(texts: Mapping[str, str], columns: list[Column]) -> dict[str, Matched]:
    """Columns whose title is so close to one heading that no other can be meant."""
    matched: dict[str, Matched] = {}
    for letters, text in texts.items():
        ranked = sorted(((likeness(text, column), column.key, column) for column in columns), reverse=True)[:2]
        if not ranked or ranked[0][0] < CLOSE or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < APART):
            continue
        score, key, column = ranked[0]
        if key not in matched or score > matched[key].score:
            matched[key] = Matched(column, letters, text, "close", score)
    return matched


def _with_split(header: Header, grid: Grid, spec: TableSpec) -> Header:
    """The header with titles of the rows directly above and below, where headings are split over two rows."""
    for row in (header.row - 1, header.row + 1):
        missing = [column for column in spec.columns if column.key not in header.matched]
        if not missing:
            break
        taken = {each.letters for each in header.matched.values()}
        texts = {letters: value for letters, value in grid.values(row).items() if isinstance(value, str) and letters not in taken}
        found = {key: each for key, each in _surely(texts, spec).items() if key not in header.matched}
        if found:
            unknown = {
                letters: text for letters, text in header.unknown.items() if letters not in {each.letters for each in found.values()}
            }
            header = Header(header.row, max(header.last_row, row), {**header.matched, **found}, unknown)
    return header


def likeness(text: str, column: Column) -> float:
    """How like a column's title a heading is, 0 to 100; not at all where the title names its unit in brackets and the heading doesn't."""
    unit, heading, title = (strip_accents(key_of(each)) for each in (column.unit, text, column.title))
    names_unit = re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", heading)
    return 0.0 if unit and f"({unit})" in title and not names_unit else closeness(text, column.title)


def closeness(text: str, title: str) -> float:
    """How alike two titles are, 0 to 100; a difference in accents alone costs a little."""
    from rapidfuzz import fuzz

    one, other = key_of(text), key_of(title)
    return max(fuzz.ratio(one, other), WITHOUT_ACCENTS * fuzz.ratio(strip_accents(one), strip_accents(other)))


def nearest(title: str, texts: Iterable[str]) -> str:
    """The text nearest to a missing title, where one is near at all."""
    ranked = sorted(((closeness(text, title), text) for text in texts), reverse=True)
    return ranked[0][1].strip() if ranked and ranked[0][0] >= NEAR else ""


_PLAIN_NUMBER = re.compile(r"-?([0-9]{1,2})|[A-Z]")
_BRACKETED_NUMBER = re.compile(r"\([0-9]{1,2}\)")


def first_row_after(header: Header, grid: Grid) -> int:
    """The first row of data: after the headings and, where there is one, the row of column numbers."""
    following = header.last_row + 1
    return following + 1 if _numbers_columns(grid, following) else following


def repeated_after(header: Header, grid: Grid) -> frozenset[int]:
    """Rows below in which the headings stand again, as at the top of a printed page or of what was pasted, with their rows of column numbers."""
    [first, *_] = header.matched.values()
    again = [row for row, value in grid.columns[first.letters].items() if row > header.last_row and value == first.found]
    rows = {
        row
        for row in again
        if 2 * sum(grid.value(row, each.letters) == each.found for each in header.matched.values()) > len(header.matched)
    }
    return frozenset(rows | {row + 1 for row in rows if _numbers_columns(grid, row + 1)})


def _numbers_columns(grid: Grid, row: int) -> bool:
    """Whether a row counts the columns: numbers in brackets in any order, or plain ones from 1 up (letters may come first)."""
    texts = [shown(value).strip() for value in grid.values(row).values() if not is_blank(value)]
    if len(texts) < MIN_NUMBERED:
        return False
    if all(_BRACKETED_NUMBER.fullmatch(text) for text in texts):
        return True
    found = [_PLAIN_NUMBER.fullmatch(text) for text in texts]
    numbers = [int(each[1]) for each in found if each and each[1]]
    return None not in found and len(numbers) >= MIN_NUMBERED and numbers == list(range(1, len(numbers) + 1))
