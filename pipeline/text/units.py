"""Units that people write behind numbers: which of them a column takes, and which are another's."""

from __future__ import annotations

from functools import cache

from pipeline.text.names import normalise
from schemas.counting import COUNTED, MONEY

_GROUPS = tuple(frozenset(map(normalise, words)) for words in (*COUNTED.values(), *MONEY.values()))
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
    return normalise(word) in words_of(unit) | _ALL
