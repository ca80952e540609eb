"""Finds where in a run of capitalised words a name may begin, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from schemas.rules.around import begins_sentence
from schemas.rules.kinds import (
    ADDRESS,
    ANY_MIDDLE,
    ANY_OFFICE,
    ANY_SURNAME,
    BEFORE,
    BREAKS,
    DOUBTFUL,
    GIVEN,
    LABEL,
    MAYBE,
    MIDDLE,
    NEVER,
    OF_NAMES,
    PLACE,
    SURE_MIDDLE,
    SURNAME,
)
from schemas.rules.tokens import Tokens
from schemas.rules.wordlists import key

_MOST, _UTMOST = 4, 6
"""The most words of a name, and of one that goes on with nothing but words of names."""
_NUMBERED_WORDS = "quý kỳ phần đợt hạng khóa tập quy ky phan dot hang khoa tap"
_NUMBERED = frozenset(map(key, _NUMBERED_WORDS.split()))
"""Words after which letters are Roman numbers ("quý II")."""
_LEADS = BREAKS | BEFORE | MAYBE
"""Kinds of words that may precede a name with a capital of their own."""


@dataclass(frozen=True)
class CapitalRun:
    """A run of words with capitals, from ``start`` to before ``end``."""

    tokens: Tokens
    start: int
    end: int

    def may_begin(self, index: int) -> bool:
        """Whether a name may begin with this word."""
        tokens, flags = self.tokens, self.tokens.flags[index]
        following = tokens.kinds(index + 1) if index + 1 < self.end else 0
        if tokens.covered[index] or self._addresses(index, following):
            return False
        if not flags & (_LEADS | NEVER):
            return True
        if (
            following & ANY_SURNAME
            and not following & SURE_MIDDLE
            and index + 2 < self.end
            and self._only_leads(index)
        ):
            return False
        if (
            tokens.keys[index] == "đèo"
            and not following & SURE_MIDDLE
            and begins_sentence(tokens, index)
        ):
            return False
        if flags & NEVER and tokens.is_upper(index) and not following & ANY_MIDDLE:
            return False
        return bool(
            flags & OF_NAMES or (following & SURE_MIDDLE and not flags & (BREAKS & ~ADDRESS))
        )

    def _addresses(self, index: int, following: int) -> bool:
        """Whether here is a form of address before a name: "Ông Bình", though not "Ông Thị Cúc"."""
        tokens = self.tokens
        if (
            not tokens.flags[index] & ADDRESS
            or len(tokens.words[index]) == 1
            or index + 1 >= self.end
            or tokens.covered[index + 1]
        ):
            return False
        may_be_surname = tokens.keys[index + 1] == "thị" or (
            tokens.plain and following & ANY_MIDDLE
        )
        return not may_be_surname and not self._is_addressed(index)

    def _is_addressed(self, index: int) -> bool:
        return index > 0 and bool(self.tokens.closes[index - 1] & ADDRESS)

    def _only_leads(self, index: int) -> bool:
        """Whether a possible surname is none, for a surname follows: "Đường Nguyễn Huệ"."""
        tokens, following = self.tokens, self.tokens.flags[index + 1]
        if self._is_addressed(index):
            return False
        if tokens.flags[index] & (PLACE | ANY_OFFICE):
            leads = following & SURNAME or tokens.flags[index + 2] & ANY_MIDDLE
            return bool(leads) and not self._is_labelled(index)
        return index + 3 < self.end or not following & MIDDLE

    def _is_labelled(self, index: int) -> bool:
        """Whether a label shows a word of places to be a surname: "Liên hệ: Duong Tan Loi"."""
        tokens = self.tokens
        after_colon = index > 1 and tokens.words[index - 1] == ":"
        if tokens.keys[index] == "hồ":
            return after_colon or not begins_sentence(tokens, index)
        return tokens.plain and after_colon and bool(tokens.closes[index - 2] & LABEL)

    def name_from(self, index: int) -> Candidate:
        """The longest possible name that begins here."""
        end = index + 1
        while end < self.end and end - index < _UTMOST and not self._is_beyond(index, end):
            end += 1
        return Candidate(self.tokens, index, end, alone=self._stands_alone(index, end))

    def _stands_alone(self, index: int, end: int) -> bool:
        """Whether no other word of a name is next to these words."""
        tokens = self.tokens
        begins = index == self.start or bool(tokens.covered[index - 1]) or self._leads(index - 1)
        return begins and (end == self.end or bool(tokens.covered[end]))

    def _leads(self, index: int) -> bool:
        """Whether a word precedes a name and is no part of it.

        A word that may also be in a name, such as "Bảo", is no part only if it begins a sentence.
        """
        tokens, flags = self.tokens, self.tokens.flags[index]
        if flags & BREAKS or tokens.is_shouted:
            return bool(flags & _LEADS)
        return bool(flags & _LEADS) and (not flags & OF_NAMES or begins_sentence(tokens, index))

    def _is_beyond(self, index: int, here: int) -> bool:
        """Whether the name that begins at ``at`` ends before ``here``."""
        tokens, size = self.tokens, here - index
        if tokens.covered[here] or (size >= _MOST and not tokens.flags[here] & OF_NAMES):
            return True
        if tokens.words[here] in "IVX" and tokens.keys[here - 1] in _NUMBERED:
            return True
        if (
            tokens.is_upper(here) != tokens.is_upper(index)
            and len(tokens.words[index]) > 1
            and len(tokens.words[here]) > 1
        ):
            return True
        if size > 1 and self._begins_another(index, here):
            return True
        return (
            self._is_beyond_shouted(index, here)
            if self._is_shouted(index)
            else self._breaks(index, here)
        )

    def _is_shouted(self, index: int) -> bool:
        """Whether capitals say nothing here, because all words around are in capitals."""
        return self.tokens.is_upper(index) and (self.tokens.is_shouted or self.end - index > _MOST)

    def _begins_another(self, index: int, here: int) -> bool:
        tokens = self.tokens
        if (
            self.end - index > _MOST
            and not tokens.flags[index] & SURNAME
            and begins_whole(tokens, here)
        ):
            return True
        flags, following = tokens.flags[here], tokens.flags[here + 1] if here + 1 < self.end else 0
        return bool(flags & SURNAME and following & (ANY_MIDDLE | GIVEN)) and not (
            tokens.plain and flags & MIDDLE
        )

    def _is_beyond_shouted(self, index: int, here: int) -> bool:
        tokens, size = self.tokens, here - index
        flags, previous = tokens.flags[here], tokens.flags[here - 1]
        # the given name
        if size == 2 and previous & MIDDLE and (here + 1 == self.end or not flags):  # noqa: PLR2004
            return False
        if flags & NEVER and not (tokens.plain and flags & OF_NAMES):
            return True
        return size > 1 and not flags & OF_NAMES and not previous & SURE_MIDDLE

    def _breaks(self, index: int, here: int) -> bool:
        """Whether a word is of an office, a place or a body, not the second or last of a name."""
        tokens, size = self.tokens, here - index
        flags, is_last = tokens.flags[here], here + 1 == self.end
        if not flags & (NEVER | BREAKS) or (flags & ADDRESS and is_last and size > 1):
            return False
        following = 0 if is_last else tokens.flags[here + 1]
        if (
            size == 1
            and tokens.flags[index] & SURNAME
            and not is_last
            and not flags & NEVER
            and not following & BREAKS
        ):
            return False
        return not (
            flags & OF_NAMES or (tokens.flags[here - 1] & ANY_MIDDLE and size > 1 and is_last)
        )


@dataclass(frozen=True)
class Candidate:
    """Words that may be a name, from ``start`` to before ``end``."""

    tokens: Tokens
    start: int
    end: int
    alone: bool
    """Whether no other word of a name is next to it."""

    @cached_property
    def size(self) -> int:
        """How many words it has."""
        return self.end - self.start

    @cached_property
    def flags(self) -> list[int]:
        """What each of its words may be."""
        return self.tokens.flags[self.start : self.end]

    @cached_property
    def said(self) -> str:
        """Its words as they are compared."""
        return self.tokens.said(self.start, self.end)

    @cached_property
    def ends_with_given(self) -> bool:
        """Whether its last word is a given name that is seldom anything else."""
        return self.tokens.is_given(self.end - 1)

    @cached_property
    def is_full(self) -> bool:
        """Whether it has a middle name too."""
        return self.size > 2  # noqa: PLR2004 surname, middle name, given name


def begins_whole(tokens: Tokens, index: int) -> bool:
    """Whether a surname stands here, and after it other words of a name."""
    if not tokens.capital[index] or tokens.covered[index]:
        return False
    following = [
        tokens.flags[near]
        for near in range(index + 1, min(index + 3, tokens.size))
        if tokens.capital[near]
    ]
    if tokens.flags[index] & SURNAME:
        return bool(following and following[0] & OF_NAMES)
    return bool(tokens.flags[index] & DOUBTFUL and len(following) > 1 and following[0] & ANY_MIDDLE)
