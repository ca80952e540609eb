"""Tells whether words that look like a person's name are the name of a place."""

from __future__ import annotations

from schemas.rules.around import HAMLETS, After, Before, place_before
from schemas.rules.candidates import Candidate, CapitalRun, begins_whole
from schemas.rules.kinds import (
    ADDRESS,
    AFTER,
    AFTER_STREET,
    ANY_MIDDLE,
    ANY_OFFICE,
    ANY_SURNAME,
    COMMON_GIVEN,
    OF_NAMES,
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


def end_of_place(run: CapitalRun, index: int, floor: int, place_to: int) -> int:
    """Where the name of a place ends of which the word at ``index`` is part, and no person's.

    That is ``index`` if the word may be a person's. A unit's name stands right behind the word for
    the unit: in "huyện Giao Thủy" the last word is no person, though "giao" often precedes one, and
    in "huyện Ba Bể Nguyễn Văn Hà" the person's name begins with the third word.
    Nothing before ``floor`` is looked at; the last name of a place ended at ``place_to``.
    """
    tokens = run.tokens
    if tokens.covered[index] or tokens.flags[index] & (ADDRESS | ANY_OFFICE) & ~OF_NAMES:
        return index
    is_of_unit = bool(index and place_before(tokens, index - 1, floor) & UNIT)
    if run.may_begin(index):
        return _before_full_name(run, index) if is_of_unit else index
    if not is_of_unit and not 0 < index == place_to:
        return index
    beyond = min(index + LONGEST_FULL, run.end)
    rest = range(index + 1, beyond)
    return next((at for at in rest if tokens.covered[at] or begins_whole(tokens, at)), beyond)


def _before_full_name(run: CapitalRun, index: int) -> int:
    """Where a person's full name begins behind a place's of up to three words; else ``index``.

    A place's name of one word is no surname: "thành phố Vinh", but not "xã Hà".
    """
    flags = run.tokens.flags
    fewest = 2 if flags[index] & ANY_SURNAME else 1
    if index + 1 < run.end and flags[index] & SURNAME and flags[index + 1] & ANY_MIDDLE:
        return index
    names = (
        at
        for at in range(index + fewest, index + LONGEST_FULL + 1)
        if at + 2 < run.end
        and flags[at] & SURNAME
        and flags[at + 1] & ANY_MIDDLE
        and not flags[at + 1] & SURNAME
    )
    return next(names, index)


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
