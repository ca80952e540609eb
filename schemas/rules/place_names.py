"""Tells whether words that look like a person's name are the name of a place."""

from __future__ import annotations

from schemas.rules.around import HAMLETS, After, Before, place_before
from schemas.rules.candidates import Candidate, begins_whole
from schemas.rules.kinds import (
    AFTER,
    AFTER_STREET,
    ANY_MIDDLE,
    ANY_SURNAME,
    COMMON_GIVEN,
    OF_PLACES,
    OFFICE,
    STREET,
    SURNAME,
    UNIT,
    WHERE,
)
from schemas.rules.name_form import LONGEST_FULL, SURE, is_highland

_NO_PLACES = frozenset({"anh", "chị", "chi"})
"""Forms of address that begin no name of a place, unless typed without marks (Chi Lăng)."""


def is_place_called_so(name: Candidate, first: int) -> bool:
    """Whether a form of address with a capital begins the name of a place: chợ Bà Chiểu, Bà Nà."""
    tokens, lexicon = name.tokens, name.tokens.lexicon
    has_capital = tokens.capital[first] and not tokens.is_upper(first)
    if not (has_capital or tokens.keys[first] == "tên"):
        return False
    if place_before(tokens, first - 1, 0) or (first and tokens.keys[first - 1] in {"-", "–"}):
        return True
    if tokens.keys[first] in _NO_PLACES:
        return tokens.plain and tokens.said(first, name.end) in lexicon.places
    listed = tokens.keys[name.start] in lexicon.not_addressed or name.said in lexicon.not_addressed
    return has_capital and (
        (listed and not name.is_full) or name.said in lexicon.not_addressed_alone
    )


def is_listed_place(name: Candidate) -> bool:
    """Whether the words, or the first three of them, are a listed place's name."""
    places = name.tokens.lexicon.places
    return name.said in places or (
        name.size > LONGEST_FULL
        and name.tokens.said(name.start, name.start + LONGEST_FULL) in places
    )


def is_place(name: Candidate, around: Before, following: After, weight: int) -> bool:
    """Whether the words around show a place's name, and no office shows a person's."""
    if following.near & AFTER_STREET and not following.mark and not around.office:
        return True
    if _is_hamlet(name, around):
        return True
    if not around.place:
        return not name.is_full and bool(around.near & WHERE) and not around.mark
    if around.place & UNIT and _heads_hamlet(name, around, following):
        return False
    return bool(around.place & STREET) or not _holds_office(name, around, following, weight)


def _holds_office(name: Candidate, around: Before, following: After, weight: int) -> bool:
    """Whether an office before the word of a place means that its holder is named."""
    if is_highland(name.tokens, name.start):
        return bool(around.office)
    if name.size == 1:
        return name.ends_with_given and around.office == OFFICE and bool(following.near & AFTER)
    if name.tokens.goes_on(name.end) and begins_whole(name.tokens, name.end):
        return False
    held = around.office == OFFICE or (
        around.office and around.place & UNIT and name.flags[1] & ANY_MIDDLE
    )
    return bool(held) and name.is_full and bool(name.flags[0] & ANY_SURNAME) and weight >= SURE


def _is_hamlet(name: Candidate, around: Before) -> bool:
    """Whether two words after a hamlet's office name the hamlet: "trưởng thôn Phú Thịnh"."""
    first, last = name.flags[0], name.flags[-1]
    if (
        around.last < 0
        or around.mark
        or name.is_full
        or name.tokens.keys[around.last] not in HAMLETS
    ):
        return False
    return bool(name.size > 1 and first & OF_PLACES and last & COMMON_GIVEN and not first & SURNAME)


def _heads_hamlet(name: Candidate, around: Before, following: After) -> bool:
    """Whether two words name the head of a hamlet: "Trưởng thôn Bùi Toản gây khó khăn"."""
    is_head = around.office == OFFICE and name.tokens.keys[around.last] in HAMLETS
    return is_head and bool(
        name.size > 1
        and name.flags[0] & SURNAME
        and name.ends_with_given
        and following.near & AFTER
    )
