"""Units that people write behind numbers: which words name a column's unit, and which another."""

from __future__ import annotations

import re
from functools import cache

from pipeline.text.names import normalise
from schemas.counting import COUNTED, FOREIGN, MONEY, WORTH

_GROUPS = tuple(
    frozenset(map(normalise, words))
    for words in (*COUNTED.values(), *MONEY.values(), *FOREIGN.values())
)
_COUNTING = frozenset(normalise(word) for words in COUNTED.values() for word in words)
_ALL = frozenset[str]().union(*_GROUPS)


@cache
def words_of(unit: str) -> frozenset[str]:
    """Return the normalised words for a unit; for a blank unit, all words for counted things."""
    own = normalise(unit)
    return (
        frozenset({own}).union(*(words for words in _GROUPS if own in words)) if own else _COUNTING
    )


@cache
def known_words(unit: str) -> tuple[str, ...]:
    """Return the normalised words for all known units and for ``unit``, longest first."""
    return tuple(sorted(_ALL | words_of(unit), key=lambda word: (-len(word), word)))


def is_unit(word: str, unit: str) -> bool:
    """Whether a word names ``unit`` or any other known unit."""
    said = normalise(word)
    return said in _ALL or said in words_of(unit)


_WORTH = {normalise(word): worth for word, worth in WORTH.items()}
_DECLARES = re.compile(
    r"(?<!\w)(?:đơn vị(?: tính)?|đvt|đ\.v\.t|đv tính|unit(?:s)?(?: of measure(?:ment)?)?)\b"
    r"[ :(]*(.*)"
)
_PARTS = re.compile(r"[,;/()+]| và | and ")
_POWERS = re.compile(r"1(?:[. ]?000){1,3} ?(?=đ)")
"""A thousand or a million before the smallest unit: "1.000 đồng"."""


@cache
def declared_money(text: str) -> frozenset[float]:
    """Return the worth of each unit of money in a line such as "Đơn vị tính: người, nghìn đồng"."""
    found = _DECLARES.search(normalise(text))
    return frozenset(filter(None, map(worth_of, _PARTS.split(found[1])))) if found else frozenset()


def worth_of(word: str) -> float:
    """Return a unit of money as a multiple of the smallest one; 0 if it is no unit of money."""
    plain = normalise(word)
    powers = _POWERS.match(plain)
    if powers:
        return _WORTH.get(plain[powers.end() :], 0.0) * 10.0 ** powers[0].count("0")
    return _WORTH.get(plain, 0.0)
