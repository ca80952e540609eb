"""Tell which declared column a text names: exactly, in another spelling, or nearly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

from pipeline.text.legacy import readings_of
from pipeline.text.names import normalise, strip_accents
from schemas.columns import Column, TableSpec

CLOSE = 88.0
"""Least score (0–100) at which a heading is taken for a declared title."""
NEAR = 60.0
"""Least score at which a heading is named as the nearest to a missing title."""
WITHOUT_ACCENTS = 0.97
"""Share of the score that is left where two titles are alike only without accents."""

_MARKS = re.compile(r"(?:\(\*\)|\*)")
_NUMBERING = re.compile(
    r"^\s*(?:[(\[]\d{1,2}[)\]]|\d{1,2}(?:\.\d{1,2})*\s*[.)/:–-]|(?:[a-zđ]|[ivx]{1,4})[.)](?=\s))"
    r"|[(\[]\d{1,2}[)\]]\s*$",
    re.IGNORECASE,
)
"""A heading's number: "2. Houses", "(10) Rooms", "b) Houses", "Rooms (10)"."""
_WORD = re.compile(r"\w+")
_ROW_NUMBER_TITLES = frozenset({"stt", "tt", "số tt", "số thứ tự", "no"})


@lru_cache(maxsize=10_000)
def key_of(text: str) -> str:
    """Return a heading as it is compared: without the star of a required column."""
    return normalise(_MARKS.sub("", text))


@lru_cache(maxsize=50_000)
def told_by(text: str, spec: TableSpec) -> tuple[Column, str] | None:
    """Return the column that a heading names, in any spelling, and the evidence; else None."""
    titles = _known_titles(spec)
    named = titles.get(key_of(text)) or titles.get(key_of(_NUMBERING.sub("", text)))
    if named is None and not text.isascii():
        in_old_encodings = (titles.get(key_of(written)) for written in readings_of(text))
        named = next(filter(None, in_old_encodings), None)
    return (named[0], "exact") if named and text.strip(" :*") == named[0].title else named


def is_row_number(title: str) -> bool:
    """True if a heading is that of a column of row numbers."""
    return key_of(title) in _ROW_NUMBER_TITLES


@lru_cache(maxsize=1024)
def _known_titles(spec: TableSpec) -> Mapping[str, tuple[Column, str]]:
    """Return the column and the evidence of each known title.

    Of a title that several columns know, the last entry counts: a column's own title.
    """
    titles = {
        key_of(synonym): (column, "synonym")
        for column in spec.columns
        for synonym in (*column.synonyms, *_with_unit(column))
    }
    for title, key in spec.confirmed.items():
        titles[key_of(title)] = spec.by_key[key], "confirmed"
    for column in spec.columns:
        titles[key_of(column.title)] = column, "normalised"
    return titles


def titles_of(spec: TableSpec) -> AbstractSet[str]:
    """Return all known titles of a table, as :func:`key_of` gives them."""
    return _known_titles(spec).keys()


def _with_unit(column: Column) -> tuple[str, ...]:
    """Return the title followed by its unit, or by the unit's first word, as many write it."""
    units = (column.unit, column.unit.split()[0]) if column.unit else ()
    return tuple(f"{column.title} ({unit})" for unit in units)


@lru_cache(maxsize=50_000)
def may_be_close(text: str, spec: TableSpec) -> bool:
    """True if a text is close to any title of a table. Quick: most texts aren't."""
    from rapidfuzz import fuzz, process

    plain, titles = strip_accents(key_of(text)), _plain_titles(spec)
    return process.extractOne(plain, titles, scorer=fuzz.ratio, score_cutoff=CLOSE) is not None


@lru_cache(maxsize=1024)
def _plain_titles(spec: TableSpec) -> tuple[str, ...]:
    """Return the titles of a table without accents."""
    return tuple(strip_accents(key_of(column.title)) for column in spec.columns)


def likeness(text: str, column: Column, spec: TableSpec) -> float:
    """Score how like a column's title a heading is, 0 to 100.

    0 if it has a word of another title that this one lacks ("Houses sold" isn't "Houses let"), or
    lacks the unit that this title has in brackets.
    """
    texts = (column.unit, text, column.title)
    unit, heading, title = (strip_accents(key_of(part)) for part in texts)
    words = _words_of_titles(spec).intersection(_WORD.findall(heading))
    if not words <= {*_WORD.findall(title)}:
        return 0.0
    if unit and f"({unit})" in title and not re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", heading):
        return 0.0
    return closeness(text, column.title)


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
