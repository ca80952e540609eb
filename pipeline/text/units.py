"""Units that people write behind numbers: which of them a column takes, and which are another's."""

from __future__ import annotations

import re
from functools import cache

from pipeline.text.names import normalise
from schemas.counting import COUNTED, FOREIGN, MONEY, WORTH

_GROUPS = tuple(frozenset(map(normalise, words)) for words in (*COUNTED.values(), *MONEY.values(), *FOREIGN.values()))
_COUNTING = frozenset(normalise(word) for words in COUNTED.values() for word in words)
_ALL = frozenset[str]().union(*_GROUPS)


@cache
def words_of(unit: str) -> frozenset[str]:
    """The words, normalised, that say a column's unit; any word for counted things where the column has none."""
    own = normalise(unit)
    return frozenset({own}).union(*(words for words in _GROUPS if own in words)) if own else _COUNTING


@cache
def known_words(unit: str) -> tuple[str, ...]:
    """The words for all known units and for ``unit``, normalised, the longest first."""
    return tuple(sorted(_ALL | words_of(unit), key=lambda word: (-len(word), word)))


def is_unit(word: str, unit: str) -> bool:
    """True if a word says ``unit``, or any other unit that is known."""
    said = normalise(word)
    return said in _ALL or said in words_of(unit)


_WORTH = {normalise(word): worth for word, worth in WORTH.items()}
_DECLARES = re.compile(r"(?<!\w)(?:đơn vị(?: tính)?|đvt|đ\.v\.t|đv tính|unit(?:s)?(?: of measure(?:ment)?)?)\b[ :(]*(.*)")
_PARTS = re.compile(r"[,;/()+]| và | and ")
_POWERS = re.compile(r"1(?:[. ]?000){1,3} ?(?=đ)")
"""A thousand or a million before the smallest unit: "1.000 đồng"."""


@cache
def declared_money(text: str) -> frozenset[float]:
    """The units of money that a line of units names ("Đơn vị tính: người, nghìn đồng"), by what each is worth."""
    found = _DECLARES.search(normalise(text))
    return frozenset(filter(None, map(worth_of, _PARTS.split(found[1])))) if found else frozenset()


def worth_of(word: str) -> float:
    """How many times the smallest unit of money a unit is worth; 0 where it is none of money."""
    plain = normalise(word)
    powers = _POWERS.match(plain)
    if powers:
        return _WORTH.get(plain[powers.end() :], 0.0) * 10.0 ** powers[0].count("0")
    return _WORTH.get(plain, 0.0)
