"""Finds names with initials: N.V.A, Nguyễn V.A, Ng. Thị B."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.rules.around import after, before
from schemas.rules.kinds import (
    ADDRESS,
    AFTER,
    ANY_SURNAME,
    BEFORE,
    GIVEN,
    LABEL,
    OF_NAMES,
    PLACE,
    SURE_MIDDLE,
)
from schemas.rules.tokens import Tokens

_LETTERS_OF_OFFICES = re.compile(
    r"[IVX.\s]+|U\.B.*|H\.Đ.*|T\.[PUƯTW].?|Q\.H|C\.T.*|V\.I\.P|T\.N.*H\.H|V\.N\.P\.T|B\.O\.T|B\.T"
    r"|O\.D\.A|F\.D\.I|H\.T\.X|U\.S\.A|G\.P\.M\.B|K\.H.*Đ\.T"
)
"""Offices and numbers that look like initials."""
_OF_BODIES = frozenset(
    ("T.P.", "T.X.", "T.T.", "Đ.H.", "B.V.", "K.S.", "V.P.", "N.H.", "C.A.", "T.H.", "K.H.", "H.T.")
)
"""Letters before the name of a place or a body: T.P.Vinh, Đ.H.Huế."""
_FULL = 3
"""So many initials are a name even if nothing before them says so."""
_LONGEST = 3
"""The most letters of a shortened word: Ng, Tr, Hoà."""
_MOST = 5
"""The most words of such a name."""


def initials(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Find names with initials in a text."""
    if "." not in tokens.text.rstrip(". "):
        return
    end = 0
    for index in [index for index, following in enumerate(tokens.words[1:]) if following == "."]:
        if index < end or not _is_short(tokens, index):
            continue
        end = _end(tokens, index)
        if end > index:
            start = _with_surname(tokens, index)
            if _is_name(tokens, start, index, end):
                yield tokens.starts[start], tokens.ends[end - 1]


def _has_point(tokens: Tokens, index: int) -> bool:
    """Whether here is a word with a capital and a point right after it."""
    return tokens.capital[index] and tokens.word(index + 1) == "." and tokens.is_glued(index + 1)


def _is_short(tokens: Tokens, index: int) -> bool:
    """Whether here is an initial, or a shortened word, with its point."""
    if (
        not _has_point(tokens, index)
        or len(tokens.words[index]) > _LONGEST
        or index + 2 >= tokens.size
    ):
        return False
    letters = tokens.is_glued(index + 2) and tokens.word(index + 3) == "."
    is_told = (tokens.covered[index] and not letters) or (
        len(tokens.words[index]) > 1 and tokens.flags[index] & (ADDRESS | PLACE)
    )
    ends_sentence = (
        len(tokens.words[index]) > 1
        and tokens.flags[index] & GIVEN
        and not tokens.is_glued(index + 2)
    )
    return not (is_told or ends_sentence) and not (
        index and tokens.is_glued(index) and tokens.words[index - 1] in ".-/"
    )


def _end(tokens: Tokens, index: int) -> int:
    """Where the name ends whose initials begin here, with the words in full that close it.

    Gives ``at`` if there is a single letter only.
    """
    here = index + 2
    while (
        here < tokens.size
        and _has_point(tokens, here)
        and len(tokens.words[here]) == 1
        and _is_beside(tokens, here)
    ):
        here += 2
    if (
        here < tokens.size
        and tokens.capital[here]
        and _is_beside(tokens, here)
        and _may_close(tokens, here)
    ):
        here = _end_of_words(tokens, here, index + _MOST)
    elif here - index > 2:  # noqa: PLR2004 more than one letter and its point
        here -= 1
    else:
        return index
    return here + _closing_point(tokens, here)


def _is_beside(tokens: Tokens, index: int) -> bool:
    """Whether at most one blank separates a word from the one before."""
    return tokens.starts[index] - tokens.ends[index - 1] <= 1


def _may_close(tokens: Tokens, here: int) -> bool:
    """Whether a word may close a name with initials: a letter, or a name in full."""
    if len(tokens.words[here]) == 1:
        return True
    if tokens.is_upper(here) or tokens.covered[here]:
        return False
    return tokens.is_glued(here) or bool(
        tokens.flags[here] & OF_NAMES and not tokens.flags[here] & ADDRESS
    )


def _end_of_words(tokens: Tokens, here: int, most: int) -> int:
    """Where the words in full end: after "Thị" and "Văn" several given names may follow."""
    is_middle, here = bool(tokens.flags[here] & SURE_MIDDLE), here + 1
    while is_middle and here <= most and tokens.goes_on(here) and not tokens.covered[here]:
        here += 1
    return here


def _closing_point(tokens: Tokens, here: int) -> bool:
    """Whether the point after the last letter belongs to it, and doesn't end the sentence."""
    if (
        here + 1 >= tokens.size
        or len(tokens.words[here - 1]) > 1
        or not _has_point(tokens, here - 1)
    ):
        return False
    return not tokens.capital[here + 1] and tokens.words[here + 1] not in "\n."


def _with_surname(tokens: Tokens, index: int) -> int:
    """Where the name begins: at a surname in full (and a middle name) before its initials."""
    for start in (index, index - 1):
        if (
            start < 1
            or not tokens.joined(start)
            or not tokens.capital[start - 1]
            or not tokens.kinds(start - 1) & (ANY_SURNAME | SURE_MIDDLE)
        ):
            return start
    return index - 2


def _is_name(tokens: Tokens, start: int, index: int, end: int) -> bool:
    around = before(tokens, start, 0)
    if around.near & ADDRESS and not around.mark:
        return True
    if around.place and not around.office:
        return False
    if start < index:
        return True
    name = tokens.text[tokens.starts[index] : tokens.ends[end - 1]]
    if _LETTERS_OF_OFFICES.fullmatch(name.rstrip(".")):
        return False
    short = sum(
        len(tokens.words[place]) == 1 or _has_point(tokens, place)
        for place in range(index, end)
        if tokens.capital[place]
    )
    is_told = (
        around.beside or around.near & (LABEL | BEFORE) or _ends_with_given(tokens, index, end)
    )
    has_middle = any(kinds & SURE_MIDDLE for kinds in tokens.flags[index:end])
    return short >= _FULL or bool(is_told) or has_middle


def _ends_with_given(tokens: Tokens, index: int, end: int) -> bool:
    """Whether initials end with a given name: "N.V.Toản"; or "N.V. Toản", if a verb follows."""
    name, flags = end - 1, tokens.flags[end - 1]
    if name < index + 4 or len(tokens.words[name]) == 1 or tokens.goes_on(end) or not flags & GIVEN:
        return False
    sure = (
        tokens.is_given(name)
        or tokens.text[tokens.starts[index] : tokens.ends[name - 1]] not in _OF_BODIES
    )
    return sure and (tokens.is_glued(name) or bool(after(tokens, end).near & AFTER))
