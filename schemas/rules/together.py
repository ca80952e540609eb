"""Tells whether persons are named together: joined by "và", in a row, or in a numbered list."""

from __future__ import annotations

from schemas.rules.around import after
from schemas.rules.candidates import Candidate
from schemas.rules.kinds import AFTER, ANY_MIDDLE, ANY_SURNAME, BODY, COMMON_GIVEN, GIVEN, SURNAME
from schemas.rules.tokens import Tokens

_LINKS = frozenset(
    {"và", ",", ";", "/", "&", "cùng", "với", "va", "cung", "-", "–", "hoặc", "hay", "+"}
)
_ITEMS = frozenset({".", ")", "(", "/", "-", "–", "+", "\n", "\t", ";", ","})
"""Signs around the number of an item of a list."""
_LONGEST_ITEM = 5
"""The most signs and numbers between two items of a list."""
_IN_BRACKETS = 12
"""The most words in brackets between two persons of a list."""
_LEADS = 2
"""The weight that being the first of several names adds."""
_ENOUGH_TO_LEAD = 2
"""The weight of form that the first of several names needs; one more if it has two words."""


def are_linked(tokens: Tokens, end: int, index: int) -> bool:
    """Whether words before ``end`` and from ``at`` are joined: "A và B", "A (chuyên viên), B"."""
    if end < 1 or index <= end:
        return False
    if index - end <= 2:  # noqa: PLR2004 ", và"
        return all(tokens.keys[place] in _LINKS for place in range(end, index))
    closed = tokens.words[index - 2] == ")" and tokens.words[index - 1] in {",", ";"}
    return closed and index - end < _IN_BRACKETS and tokens.words[end] == "("


def is_next_item(tokens: Tokens, end: int, index: int) -> bool:
    """Whether only an item's number or a new line separates the two: "1. A; 2. B"."""
    if end < 1 or not 0 < index - end <= _LONGEST_ITEM:
        return False
    between = tokens.words[end:index]
    numbered = any(sign.isdigit() or sign == "\n" for sign in between)
    return numbered and all(sign in _ITEMS or sign.isdigit() for sign in between)


def is_listed(name: Candidate) -> bool:
    """Whether words without a known surname may be the next person of a list."""
    if name.size > 1:
        return name.is_full and bool(name.flags[1] & ANY_MIDDLE and name.flags[-1] & GIVEN)
    if name.flags[0] & ~(ANY_SURNAME | ANY_MIDDLE) or name.tokens.is_upper(name.start):
        return False
    following = after(name.tokens, name.end)
    return _given_follows(name.tokens, name.end) or bool(
        following.near & AFTER and not following.mark
    )


def leads_list(name: Candidate, weight: int) -> int:
    """The weight that a name gains if another name is joined to it: "Hùng và Lan"."""
    tokens, index = name.tokens, name.end + 1
    enough = weight >= _ENOUGH_TO_LEAD + (name.size > 1)
    if (
        name.is_full
        or not enough
        or not tokens.goes_on(index)
        or tokens.keys[name.end] not in _LINKS
        or tokens.covered[index]
    ):
        return 0
    return _LEADS * (_is_surname_and_given(tokens, index) or _is_given_after(tokens, index))


def _is_surname_and_given(tokens: Tokens, index: int) -> bool:
    goes_on = index + 1 < tokens.size and tokens.capital[index + 1]
    return bool(tokens.flags[index] & ANY_SURNAME and goes_on and tokens.flags[index + 1] & GIVEN)


def _is_given_after(tokens: Tokens, index: int) -> bool:
    """Whether a given name follows; a word with other meanings must be followed by a proof."""
    flags = tokens.flags[index]
    if flags & (GIVEN | SURNAME) and not flags & (COMMON_GIVEN | BODY):
        return True
    following = after(tokens, index + 1)
    acts = following.near & AFTER and not following.mark
    return bool(flags & GIVEN and acts) or (
        not flags & ~(GIVEN | COMMON_GIVEN) and _given_follows(tokens, index + 1)
    )


def _given_follows(tokens: Tokens, index: int) -> bool:
    """Whether here is a joining word, and behind it a given name alone."""
    here = index + 1
    if (
        tokens.word(index).casefold() not in _LINKS
        or not tokens.goes_on(here)
        or tokens.covered[here]
    ):
        return False
    return bool(tokens.flags[here] & GIVEN) and not tokens.goes_on(here + 1)
