"""Tells whether persons are named together: joined by "và", in a row, or in a numbered list."""

from __future__ import annotations

from schemas.rules.around import after
from schemas.rules.candidates import Name
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


def are_linked(tokens: Tokens, end: int, at: int) -> bool:
    """Whether words before ``end`` and from ``at`` are joined: "A và B", "A (chuyên viên), B"."""
    if end < 1 or at <= end:
        return False
    if at - end <= 2:  # noqa: PLR2004 ", và"
        return all(tokens.keys[each] in _LINKS for each in range(end, at))
    closed = tokens.words[at - 2] == ")" and tokens.words[at - 1] in {",", ";"}
    return closed and at - end < _IN_BRACKETS and tokens.words[end] == "("


def is_next_item(tokens: Tokens, end: int, at: int) -> bool:
    """Whether only an item's number or a new line separates the two: "1. A; 2. B"."""
    if end < 1 or not 0 < at - end <= _LONGEST_ITEM:
        return False
    between = tokens.words[end:at]
    numbered = any(each.isdigit() or each == "\n" for each in between)
    return numbered and all(each in _ITEMS or each.isdigit() for each in between)


def is_listed(name: Name) -> bool:
    """Whether words without a known surname may be the next person of a list."""
    if name.size > 1:
        return name.is_full and bool(name.flags[1] & ANY_MIDDLE and name.flags[-1] & GIVEN)
    if name.flags[0] & ~(ANY_SURNAME | ANY_MIDDLE) or name.tokens.is_upper(name.at):
        return False
    following = after(name.tokens, name.end)
    return _given_follows(name.tokens, name.end) or bool(
        following.near & AFTER and not following.mark
    )


def leads_list(name: Name, weight: int) -> int:
    """The weight that a name gains if another name is joined to it: "Hùng và Lan"."""
    tokens, at = name.tokens, name.end + 1
    enough = weight >= _ENOUGH_TO_LEAD + (name.size > 1)
    if (
        name.is_full
        or not enough
        or not tokens.goes_on(at)
        or tokens.keys[name.end] not in _LINKS
        or tokens.covered[at]
    ):
        return 0
    return _LEADS * (_is_surname_and_given(tokens, at) or _is_given_after(tokens, at))


def _is_surname_and_given(tokens: Tokens, at: int) -> bool:
    goes_on = at + 1 < tokens.size and tokens.capital[at + 1]
    return bool(tokens.flags[at] & ANY_SURNAME and goes_on and tokens.flags[at + 1] & GIVEN)


def _is_given_after(tokens: Tokens, at: int) -> bool:
    """Whether a given name follows; a word with other meanings must be followed by a proof."""
    flags = tokens.flags[at]
    if flags & (GIVEN | SURNAME) and not flags & (COMMON_GIVEN | BODY):
        return True
    following = after(tokens, at + 1)
    acts = following.near & AFTER and not following.mark
    return bool(flags & GIVEN and acts) or (
        not flags & ~(GIVEN | COMMON_GIVEN) and _given_follows(tokens, at + 1)
    )


def _given_follows(tokens: Tokens, at: int) -> bool:
    """Whether here is a joining word, and behind it a given name alone."""
    here = at + 1
    if tokens.word(at).casefold() not in _LINKS or not tokens.goes_on(here) or tokens.covered[here]:
        return False
    return bool(tokens.flags[here] & GIVEN) and not tokens.goes_on(here + 1)
