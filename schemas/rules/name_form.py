"""Weighs the form of words as a person's name: surname, middle name, given name, initial."""

from __future__ import annotations

from schemas.rules.around import begins_sentence
from schemas.rules.candidates import Candidate
from schemas.rules.kinds import (
    ANY_SURNAME,
    CLAN,
    COMMON_GIVEN,
    DOUBTFUL,
    GIVEN,
    MIDDLE,
    NEVER,
    OF_PLACES,
    SURE_MIDDLE,
    SURNAME,
)
from schemas.rules.tokens import Tokens

ENOUGH = 4
"""Words of this weight or more are a name."""
SURE = 3
"""The weight of a middle name that only persons have."""
LONGEST_FULL = 3
"""Words of a name with one middle name; also the most of a place's name before other words."""
_APOSTROPHES = frozenset("'’ʼ")


def weight_of_form(name: Candidate) -> int:
    """The weight of the words' own form."""
    tokens, first, last = name.tokens, name.flags[0], name.flags[-1]
    if name.size == 1:
        return _form_of_one(name)
    if tokens.words[name.start] == "A" or is_highland(tokens, name.start):
        return SURE + (2 if last & CLAN else 0)
    weight = 2 if first & (SURNAME | SURE_MIDDLE) else 1 if first & DOUBTFUL else 0
    if weight and is_highland(tokens, name.end - 1):
        return ENOUGH
    given = int(last & (GIVEN | MIDDLE) > 0) or _weight_of_letter(name)
    if not name.is_full:
        return weight + given + (not weight and bool(first & (MIDDLE | GIVEN)))
    middle = _weight_of_middle(name)
    if not weight and middle < SURE:
        return (
            SURE
            if middle and name.ends_with_given and not begins_sentence(tokens, name.start)
            else 0
        )
    # a middle name of weight 2 matters with doubtful surnames only
    return weight + given + 1 + (1 if middle == 2 and weight > 1 else middle)  # noqa: PLR2004


def _weight_of_letter(name: Candidate) -> int:
    """The weight of an initial as last word: "Nguyễn T", more with its point: "Nguyễn T."."""
    tokens, letter = name.tokens, name.tokens.words[name.end - 1]
    if len(letter) > 1:
        return 0
    has_point = (
        tokens.word(name.end) == "."
        and tokens.is_glued(name.end)
        and name.end + 1 < tokens.size
        and not tokens.capital[name.end + 1]
    )
    return 2 if has_point and name.flags[0] & SURNAME else int(letter not in "IVX")


def is_highland(tokens: Tokens, index: int) -> bool:
    """Whether a name of the Ê Đê or Gia Rai begins here: H'Lim Ayun, Y Thiếp Niê."""
    word = tokens.words[index]
    return word == "Y" or (word[0] == "H" and word[1:2] in _APOSTROPHES)


def _weight_of_middle(name: Candidate) -> int:
    """The weight of the second word as a middle name; less if names of places have it too."""
    second, is_long = name.flags[1], name.size > LONGEST_FULL
    if (
        second & SURE_MIDDLE
        or name.tokens.words[name.start + 1] == "A"
        or (is_long and name.flags[2] & SURE_MIDDLE)
    ):
        return SURE
    if second & MIDDLE:
        return 1 if second & OF_PLACES else 2
    return 1 if is_long and second & ANY_SURNAME else 0


def _form_of_one(name: Candidate) -> int:
    flags, word = name.flags[0], name.tokens.words[name.start]
    if name.tokens.is_upper(name.start):
        return 0
    if _APOSTROPHES.intersection(word):
        return SURE
    if begins_sentence(name.tokens, name.start):
        return 2 if name.ends_with_given and not flags & NEVER else 0
    if flags & COMMON_GIVEN or len(word) == 1:
        return 1
    return SURE if flags & GIVEN else int(bool(flags & SURNAME))
