"""Weighs whether capitalised words are a person's name: by their form and the words around them."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.rules.around import After, Before, after, before
from schemas.rules.candidates import Candidate, begins_whole
from schemas.rules.kinds import (
    ADDRESS,
    AFTER,
    ANY_MIDDLE,
    ANY_OFFICE,
    ANY_SURNAME,
    BEFORE,
    BODY,
    BREAKS,
    COMMON_OFFICE,
    GIVEN,
    LABEL,
    MAYBE,
    NEVER,
    OF_NAMES,
    OFFICE,
    SURNAME,
    UNIT,
    WHERE,
)
from schemas.rules.name_form import ENOUGH, SURE, weight_of_form
from schemas.rules.place_names import is_listed_place, is_place, is_place_called_so
from schemas.rules.together import are_linked, is_listed, is_next_item, leads_list
from schemas.rules.tokens import Tokens

_CALLS = frozenset({"ông", "bà", "anh", "chị", "cô", "chú", "bác", "thầy", "chí", "c"})
"""Last words of forms of address after which names are often typed small."""
_ACRONYM = 4
"""A word in capitals of so many letters is an acronym, and no person's."""
_HO_CHI_MINH = "hồ chí minh"
"""Never a person of a case."""


@dataclass
class TextMemory:
    """What was found earlier in a text: where the last person ends, and the last place."""

    person_to: int = 0
    place_to: int = 0

    def is_person(self, name: Candidate) -> bool:
        """Whether words are a person's name. Remembers where the person, or place, ends."""
        around = before(name.tokens, name.start, self.person_to, self.place_to)
        following = after(name.tokens, name.end)
        if around.near & ADDRESS and not around.mark and not (name.tokens.plain and around.place):
            is_person = _is_addressed(name, around)
        elif name.size == 1 and (not name.alone or _is_no_word(name, following)):
            is_person = False
            if around.place & UNIT:
                self.place_to = name.end
        else:
            is_person = self._is_weighty(name, around, following)
        if is_person:
            self.person_to = name.end
        return is_person

    def _is_weighty(self, name: Candidate, around: Before, following: After) -> bool:
        linked = self._linked(name)
        weight = weight_of_form(name) or (linked > 0 and is_listed(name))
        if is_place(name, around, following, weight) or is_listed_place(name):
            self.place_to = name.end
            return False
        if not weight and not (around.beside and around.office):
            return False
        if (
            not name.is_full
            and name.tokens.is_upper(name.start)
            and not (name.tokens.is_given(name.start) or name.flags[0] & ANY_SURNAME)
        ):
            return False
        if are_linked(name.tokens, self.place_to, name.start) and around.office != OFFICE:
            return False
        weight += linked or leads_list(name, weight)
        weight += _said_before(name, around) + _said_after(name, around, following)
        return weight >= ENOUGH

    def _linked(self, name: Candidate) -> int:
        """The weight of being named together with the last person."""
        tokens, end = name.tokens, self.person_to
        is_next = name.is_full and is_next_item(tokens, end, name.start)
        return SURE if is_next or are_linked(tokens, end, name.start) else 0

    def after_no_person(self, name: Candidate) -> int:
        """Where to read on after words that are no person, perhaps a place of several words."""
        if not (self.place_to == name.end or (name.size > 1 and name.flags[0] & ANY_SURNAME)):
            return name.start + 1
        self.place_to = next(
            (
                index
                for index in range(name.start + 2, name.end)
                if begins_whole(name.tokens, index)
            ),
            name.end,
        )
        return self.place_to


def is_called(tokens: Tokens, index: int) -> bool:
    """Whether a word without a capital is a name after a form of address: "chị lan (kế toán)"."""
    if (
        not tokens.kinds(index) & GIVEN
        or not index
        or not tokens.joined(index)
        or tokens.keys[index - 1] not in _CALLS
    ):
        return False
    following = after(tokens, index + 1)
    if following.mark in {"(", ","} and following.near & ANY_OFFICE:
        return True
    acts = following.near & AFTER and not following.mark
    return bool(acts and tokens.is_given(index) and not tokens.flags[index] & (BREAKS | AFTER))


def _is_no_word(name: Candidate, following: After) -> bool:
    """Whether a single word is part of a body's name or of a code: "V.N.P.T", "A/2"."""
    tokens, flags = name.tokens, name.flags[0]
    if flags & BODY and not (flags & GIVEN and following.near & AFTER):
        return True
    sign, after_sign = tokens.word(name.end), name.end + 1
    glued = (
        sign in {".", "/", "-", "&"}
        and after_sign < tokens.size
        and tokens.starts[after_sign] == tokens.ends[name.start] + 1
    )
    return len(tokens.words[name.start]) == 1 and (glued or sign.isdigit())


def _is_addressed(name: Candidate, around: Before) -> bool:
    """Whether words after a form of address are a name, not an office or a place ("Bà Rịa")."""
    tokens, flags, first = name.tokens, name.flags[0], name.tokens.first[around.last]
    of_names = flags & OF_NAMES or (name.size > 1 and name.flags[1] & ANY_MIDDLE)
    if (flags & (BODY | NEVER | ANY_OFFICE) and not of_names) or (
        name.size == 1 and flags & BODY and not flags & GIVEN
    ):
        return False
    if name.said == _HO_CHI_MINH or (
        len(tokens.words[around.last]) == 1
        and first == around.last
        and (tokens.capital[first] or not flags & OF_NAMES)
    ):
        return False
    if tokens.is_upper(name.start) and not (
        flags & OF_NAMES
        or tokens.words[first].isupper()
        or len(tokens.words[name.start]) < _ACRONYM
    ):
        return False
    return not is_place_called_so(name, first)


def _said_before(name: Candidate, around: Before) -> int:
    """The weight of what precedes."""
    weight = 0
    if around.office:
        weight += 3 if around.beside else 2 if around.office == OFFICE else 1
    if around.near & LABEL and around.mark in {"", ":", "("}:
        weight += 3
    if around.near & BEFORE and around.mark in {"", ":"}:
        weight += (
            3 if name.tokens.keys[around.last] == "cho" and name.tokens.covered[around.last] else 2
        )
    elif around.near & MAYBE and not around.mark:
        weight += 1
    return weight + (name.size > 1 and around.mark == ":") + (name.is_full and _is_whole_line(name))


def _is_whole_line(name: Candidate) -> bool:
    """Whether the name fills its line, or its column of a line, alone."""
    begins = not name.start or name.tokens.words[name.start - 1] in {"\n", "\t", ";"}
    return begins and name.tokens.word(name.end) in {"", "\n", "\t", ";", "."}


def _said_after(name: Candidate, around: Before, following: After) -> int:
    """The weight of what follows."""
    near, mark, weight = following.near, following.mark, 0
    if near & AFTER and not mark:
        weight += 2 if name.size == 1 or name.flags[0] & SURNAME or name.ends_with_given else 1
    if (near & OFFICE and (mark or name.size > 1)) or (
        near & COMMON_OFFICE and mark not in {"", ":"}
    ):
        weight += 3
    if near & BEFORE and mark in {":", "-", "–", "(", ";"}:
        weight += 2
    if (
        around.mark == "("
        and mark == ","
        and near & (MAYBE | WHERE | AFTER)
        and name.ends_with_given
    ):
        weight += 2
    return weight + (around.mark == "(" and name.tokens.word(name.end) == ")")
