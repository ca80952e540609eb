"""Looks at the words around a possible name: forms of address, offices, labels, words of places."""

from __future__ import annotations

from typing import NamedTuple

from schemas.rules.kinds import (
    ADDRESS,
    BETWEEN,
    BODY,
    COMMON_OFFICE,
    OFFICE,
    PLACE,
    SEAT,
    STREET,
    UNIT,
)
from schemas.rules.tokens import Tokens
from schemas.rules.wordlists import key

_FAR = 9
"""The most words and phrases between an office and a name."""
_ENDS = frozenset(";()\n\t!?.:,")
_QUOTES = frozenset("\"“”'‘’«»[*")
_MARKS = frozenset(":(,–-—|/")
_BULLETS = frozenset("-–—+*•/)\"“'‘[")
_SENTENCES = frozenset(".;!?:\n\t")
_HAMLETS = "thôn ấp bản xóm khóm phố tdp thon ap xom khom pho"
HAMLETS = frozenset(map(key, _HAMLETS.split()))
"""Words for hamlets. Few bear a person's name: one after "trưởng thôn" is the head's own."""
_LONGEST = 6
"""The most letters of a shortened word ("TP.")."""


class Before(NamedTuple):
    """What precedes a word in its clause. ``near``, ``office``, ``place`` are bits of ``kinds``."""

    near: int = 0
    """What the phrase right before it may be."""
    last: int = -1
    """The index of its last word."""
    mark: str = ""
    """The sign between the two: a colon, a comma, a bracket."""
    office: int = 0
    """The kind of the nearest office before it, also further away."""
    beside: bool = False
    """Whether that office is the phrase right before it."""
    place: int = 0
    """The kind of place that it would name ("quận …"); 0 for none."""


class After(NamedTuple):
    """What follows a possible name."""

    near: int
    """What the phrase right after them may be."""
    mark: str
    """The sign between the two."""


def is_abbreviated(tokens: Tokens, index: int) -> bool:
    """Whether the point at this place belongs to an abbreviation: "TP.", "BS."."""
    if tokens.words[index] != "." or not index or tokens.starts[index] != tokens.ends[index - 1]:
        return False
    return (
        bool((tokens.closes[index - 1] | tokens.closes[index]) & (ADDRESS | UNIT))
        and len(tokens.words[index - 1]) <= _LONGEST
    )


def _ends_clause(tokens: Tokens, index: int) -> bool:
    return tokens.words[index] in _ENDS and not is_abbreviated(tokens, index)


def before(tokens: Tokens, index: int, floor: int, place_to: int = 0) -> Before:
    """Look at what precedes the word at a place, no further back than ``floor``.

    Words of a place's name, which ended at ``place_to``, are no words for places: "Ba Bể".
    """
    here, mark = index - 1, ""
    while here >= floor and tokens.words[here] in _QUOTES:
        here -= 1
    if here >= floor and is_abbreviated(tokens, here):
        here -= not tokens.covered[here]
    elif here >= floor and tokens.words[here] in _MARKS:
        mark, here = tokens.words[here], here - 1
    if here < floor or _ends_clause(tokens, here):
        return Before(mark=mark)
    place = 0 if mark in {",", "(", ":"} else place_before(tokens, here, max(floor, place_to))
    office, beside = _office(tokens, here, floor)
    return Before(tokens.closes[here], here, mark, office, beside, place)


def place_before(tokens: Tokens, here: int, floor: int) -> int:
    """The kind of place whose name would follow the words up to ``here``; 0 for none.

    Also 0 for a hamlet that is named by a number ("thôn 5").
    """
    numbered = here >= floor and tokens.words[here].isdigit()
    for _ in range(_FAR):
        if here < floor:
            return 0
        first, kinds = tokens.first[here], tokens.closes[here]
        # "Ban Đường sắt", but not "huyện Cù Lao Dung"
        is_of_body = (
            kinds & STREET
            and tokens.capital[first]
            and first
            and tokens.flags[first - 1] & (BODY | UNIT) == BODY
        )
        if kinds & PLACE and not is_of_body:
            return (
                0
                if numbered and tokens.keys[here] in HAMLETS
                else kinds & STREET or kinds & UNIT or kinds & SEAT
            )
        if not (
            is_abbreviated(tokens, here)
            or tokens.words[here].isdigit()
            or all(flags & BETWEEN for flags in tokens.flags[first : here + 1])
        ):
            return 0
        here = first - 1
    return 0


def _office(tokens: Tokens, here: int, floor: int) -> tuple[int, bool]:
    weak = (0, False)
    for distance in range(_FAR):
        if here < floor or _ends_clause(tokens, here):
            break
        if tokens.closes[here] & OFFICE:
            return OFFICE, distance == 0
        if tokens.closes[here] & COMMON_OFFICE and not weak[0]:
            weak = COMMON_OFFICE, distance == 0
        here = tokens.first[here] - 1
    return weak


def after(tokens: Tokens, end: int) -> After:
    """Look at what follows the words that end before ``end``."""
    mark = ""
    while tokens.word(end) in _QUOTES:
        end += 1
    if tokens.word(end) in _MARKS or tokens.word(end) in {";", "\t"}:
        mark, end = tokens.words[end], end + 1
    near = tokens.opens[end] if end < tokens.size else 0
    if tokens.word(end) in {"là", "nguyên", "hiện", "giữ"} and end + 1 < tokens.size:
        near |= tokens.opens[end + 1] & OFFICE
    return After(near, mark)


def begins_sentence(tokens: Tokens, index: int) -> bool:
    """Whether a word begins a sentence or an item, where any word has a capital."""
    here = index - 1
    while here >= 0 and (tokens.words[here] in _BULLETS or tokens.words[here].isdigit()):
        here -= 1
    return here < 0 or (tokens.words[here] in _SENTENCES and not is_abbreviated(tokens, here))
