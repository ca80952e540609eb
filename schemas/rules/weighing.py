"""Weighs whether capitalised words are a person's name: by their form and the words around them."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.rules.around import (
    HAMLETS,
    After,
    Before,
    after,
    before,
    begins_sentence,
    place_before,
)
from schemas.rules.candidates import Name, begins_whole
from schemas.rules.kinds import (
    ADDRESS,
    AFTER,
    AFTER_STREET,
    ANY_MIDDLE,
    ANY_OFFICE,
    ANY_SURNAME,
    BEFORE,
    BODY,
    BREAKS,
    CLAN,
    COMMON_GIVEN,
    COMMON_OFFICE,
    DOUBTFUL,
    GIVEN,
    LABEL,
    MAYBE,
    MIDDLE,
    NEVER,
    OF_NAMES,
    OF_PLACES,
    OFFICE,
    STREET,
    SURE_MIDDLE,
    SURNAME,
    UNIT,
    WHERE,
)
from schemas.rules.together import are_linked, is_listed, is_next_item, leads_list
from schemas.rules.tokens import Tokens

_ENOUGH = 4
"""Words of this weight or more are a name."""
_SURE = 3
"""The weight of a middle name that only persons have."""
_CALLS = frozenset({"ông", "bà", "anh", "chị", "cô", "chú", "bác", "thầy", "chí", "c"})
"""Last words of forms of address after which names are often typed small."""
_NO_PLACES = frozenset({"anh", "chị", "chi"})
"""Forms of address that begin no name of a place, unless typed without marks (Chi Lăng)."""
_APOSTROPHES = frozenset("'’ʼ")
_LONGEST_FULL = 3
"""Words of a name with one middle name; also the most of a place's name before other words."""
_ACRONYM = 4
"""A word in capitals of so many letters is an acronym, and no person's."""
_HO_CHI_MINH = "hồ chí minh"
"""Never a person of a case."""


@dataclass
class Told:
    """What was found earlier in a text: where the last person ends, and the last place."""

    person_to: int = 0
    place_to: int = 0

    def is_person(self, name: Name) -> bool:
        """Whether words are a person's name. Remembers where the person, or place, ends."""
        around, following = (
            before(name.tokens, name.at, self.person_to),
            after(name.tokens, name.end),
        )
        if around.near & ADDRESS and not around.mark and not (name.tokens.plain and around.place):
            found = _is_addressed(name, around)
        elif name.size == 1 and (not name.alone or _is_no_word(name, following)):
            found = False
        else:
            found = self._is_weighty(name, around, following)
        if found:
            self.person_to = name.end
        return found

    def _is_weighty(self, name: Name, around: Before, following: After) -> bool:
        linked = self._linked(name)
        weight = _form(name) or (linked > 0 and is_listed(name))
        if _is_place(name, around, following, weight) or _is_listed_place(name):
            self.place_to = name.end
            return False
        if not weight and not (around.beside and around.office):
            return False
        if (
            not name.is_full
            and name.tokens.is_upper(name.at)
            and not (name.tokens.is_given(name.at) or name.flags[0] & ANY_SURNAME)
        ):
            return False
        if are_linked(name.tokens, self.place_to, name.at) and around.office != OFFICE:
            return False
        return (
            weight
            + (linked or leads_list(name, weight))
            + _said_before(name, around)
            + _said_after(name, around, following)
            >= _ENOUGH
        )

    def _linked(self, name: Name) -> int:
        """The weight of being named together with the last person."""
        tokens, end = name.tokens, self.person_to
        return (
            _SURE
            if are_linked(tokens, end, name.at)
            or (name.is_full and is_next_item(tokens, end, name.at))
            else 0
        )

    def after_no_person(self, name: Name) -> int:
        """Where to read on after words that are no person, perhaps a place of several words."""
        if not (self.place_to == name.end or (name.size > 1 and name.flags[0] & ANY_SURNAME)):
            return name.at + 1
        self.place_to = next(
            (each for each in range(name.at + 2, name.end) if begins_whole(name.tokens, each)),
            name.end,
        )
        return self.place_to


def is_called(tokens: Tokens, at: int) -> bool:
    """Whether a word without a capital is a name after a form of address: "chị lan (kế toán)"."""
    if (
        not tokens.kinds(at) & GIVEN
        or not at
        or not tokens.joined(at)
        or tokens.keys[at - 1] not in _CALLS
    ):
        return False
    following = after(tokens, at + 1)
    if following.mark in {"(", ","} and following.near & ANY_OFFICE:
        return True
    acts = following.near & AFTER and not following.mark
    return bool(acts and tokens.is_given(at) and not tokens.flags[at] & (BREAKS | AFTER))


# --- the form
# -----------------------------------------------------------------------------------------


def _form(name: Name) -> int:
    """The weight of the words' own form."""
    tokens, first, last = name.tokens, name.flags[0], name.flags[-1]
    if name.size == 1:
        return _form_of_one(name)
    if tokens.words[name.at] == "A" or _is_highland(tokens, name.at):
        return _SURE + (2 if last & CLAN else 0)
    weight = 2 if first & (SURNAME | SURE_MIDDLE) else 1 if first & DOUBTFUL else 0
    if weight and _is_highland(tokens, name.end - 1):
        return _ENOUGH
    given = int(last & (GIVEN | MIDDLE) > 0) or _weight_of_letter(name)
    if not name.is_full:
        return weight + given + (not weight and bool(first & (MIDDLE | GIVEN)))
    middle = _weight_of_middle(name)
    if not weight and middle < _SURE:
        return (
            _SURE if middle and name.ends_with_given and not begins_sentence(tokens, name.at) else 0
        )
    return weight + given + 1 + (1 if middle == 2 and weight > 1 else middle)  # noqa: PLR2004 it matters with doubtful surnames


def _weight_of_letter(name: Name) -> int:
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


def _is_highland(tokens: Tokens, at: int) -> bool:
    """Whether a name of the Ê Đê or Gia Rai begins here: H'Lim Ayun, Y Thiếp Niê."""
    word = tokens.words[at]
    return word == "Y" or (word[0] == "H" and word[1:2] in _APOSTROPHES)


def _weight_of_middle(name: Name) -> int:
    """The weight of the second word as a middle name; less if names of places have it too."""
    second, is_long = name.flags[1], name.size > _LONGEST_FULL
    if (
        second & SURE_MIDDLE
        or name.tokens.words[name.at + 1] == "A"
        or (is_long and name.flags[2] & SURE_MIDDLE)
    ):
        return _SURE
    if second & MIDDLE:
        return 1 if second & OF_PLACES else 2
    return 1 if is_long and second & ANY_SURNAME else 0


def _form_of_one(name: Name) -> int:
    flags, word = name.flags[0], name.tokens.words[name.at]
    if name.tokens.is_upper(name.at):
        return 0
    if _APOSTROPHES.intersection(word):
        return _SURE
    if begins_sentence(name.tokens, name.at):
        return 2 if name.ends_with_given and not flags & NEVER else 0
    if flags & COMMON_GIVEN or len(word) == 1:
        return 1
    return _SURE if flags & GIVEN else int(bool(flags & SURNAME))


def _is_no_word(name: Name, following: After) -> bool:
    """Whether a single word is part of a body's name or of a code: "V.N.P.T", "A/2"."""
    tokens, flags = name.tokens, name.flags[0]
    if flags & BODY and not (flags & GIVEN and following.near & AFTER):
        return True
    sign, after_sign = tokens.word(name.end), name.end + 1
    glued = (
        sign in {".", "/", "-", "&"}
        and after_sign < tokens.size
        and tokens.starts[after_sign] == tokens.ends[name.at] + 1
    )
    return len(tokens.words[name.at]) == 1 and (glued or sign.isdigit())


# --- the words around -----------------------------------------------------------------------------


def _is_addressed(name: Name, around: Before) -> bool:
    """Whether words after a form of address are a name, not an office or a place ("Bà Rịa")."""
    tokens, flags, first = name.tokens, name.flags[0], name.tokens.first[around.at]
    of_names = flags & OF_NAMES or (name.size > 1 and name.flags[1] & ANY_MIDDLE)
    if (flags & (BODY | NEVER | ANY_OFFICE) and not of_names) or (
        name.size == 1 and flags & BODY and not flags & GIVEN
    ):
        return False
    if name.said == _HO_CHI_MINH or (
        len(tokens.words[around.at]) == 1
        and first == around.at
        and (tokens.capital[first] or not flags & OF_NAMES)
    ):
        return False
    if tokens.is_upper(name.at) and not (
        flags & OF_NAMES or tokens.words[first].isupper() or len(tokens.words[name.at]) < _ACRONYM
    ):
        return False
    return not _is_place_called_so(name, first)


def _is_place_called_so(name: Name, first: int) -> bool:
    """Whether a form of address with a capital begins the name of a place: chợ Bà Chiểu, Bà Nà."""
    tokens, known = name.tokens, name.tokens.lexicon
    has_capital = tokens.capital[first] and not tokens.is_upper(first)
    if not (has_capital or tokens.keys[first] == "tên"):
        return False
    if place_before(tokens, first - 1, 0) or (first and tokens.keys[first - 1] in {"-", "–"}):
        return True
    if tokens.keys[first] in _NO_PLACES:
        return tokens.plain and tokens.said(first, name.end) in known.places
    listed = tokens.keys[name.at] in known.not_addressed or name.said in known.not_addressed
    return has_capital and ((listed and not name.is_full) or name.said in known.not_addressed_alone)


def _is_listed_place(name: Name) -> bool:
    places = name.tokens.lexicon.places
    return name.said in places or (
        name.size > _LONGEST_FULL and name.tokens.said(name.at, name.at + _LONGEST_FULL) in places
    )


def _is_place(name: Name, around: Before, following: After, weight: int) -> bool:
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


def _holds_office(name: Name, around: Before, following: After, weight: int) -> bool:
    """Whether an office before the word of a place means that its holder is named."""
    if _is_highland(name.tokens, name.at):
        return bool(around.office)
    if name.size == 1:
        return name.ends_with_given and around.office == OFFICE and bool(following.near & AFTER)
    if name.tokens.goes_on(name.end) and begins_whole(name.tokens, name.end):
        return False
    held = around.office == OFFICE or (
        around.office and around.place & UNIT and name.flags[1] & ANY_MIDDLE
    )
    return bool(held) and name.is_full and bool(name.flags[0] & ANY_SURNAME) and weight >= _SURE


def _is_hamlet(name: Name, around: Before) -> bool:
    """Whether two words after a hamlet's office name the hamlet: "trưởng thôn Phú Thịnh"."""
    first, last = name.flags[0], name.flags[-1]
    if around.at < 0 or around.mark or name.is_full or name.tokens.keys[around.at] not in HAMLETS:
        return False
    return bool(name.size > 1 and first & OF_PLACES and last & COMMON_GIVEN and not first & SURNAME)


def _heads_hamlet(name: Name, around: Before, following: After) -> bool:
    """Whether two words name the head of a hamlet: "Trưởng thôn Bùi Toản gây khó khăn"."""
    told = around.office == OFFICE and name.tokens.keys[around.at] in HAMLETS
    return told and bool(
        name.size > 1
        and name.flags[0] & SURNAME
        and name.ends_with_given
        and following.near & AFTER
    )


def _said_before(name: Name, around: Before) -> int:
    """The weight of what precedes."""
    weight = 0
    if around.office:
        weight += 3 if around.beside else 2 if around.office == OFFICE else 1
    if around.near & LABEL and around.mark in {"", ":", "("}:
        weight += 3
    if around.near & BEFORE and around.mark in {"", ":"}:
        weight += (
            3 if name.tokens.keys[around.at] == "cho" and name.tokens.covered[around.at] else 2
        )
    elif around.near & MAYBE and not around.mark:
        weight += 1
    return weight + (name.size > 1 and around.mark == ":") + (name.is_full and _is_whole_line(name))


def _is_whole_line(name: Name) -> bool:
    """Whether the name fills its line, or its column of a line, alone."""
    begins = not name.at or name.tokens.words[name.at - 1] in {"\n", "\t", ";"}
    return begins and name.tokens.word(name.end) in {"", "\n", "\t", ";", "."}


def _said_after(name: Name, around: Before, following: After) -> int:
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
