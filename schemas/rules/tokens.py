"""Reads a free text into words, with the kinds of which each word and phrase may be."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise

from schemas.rules.kinds import ADDRESS, ANY_MIDDLE, ANY_SURNAME, COMMON_GIVEN, GIVEN, OF_NAMES
from schemas.rules.wordlists import TOKEN, lexicon

_MARKED = re.compile("[À-ÖØ-öø-ɏḀ-ỿ]")
_BEFORE_NAMES = frozenset({"ông", "bà", "anh", "chị", "cô", "chú", "bác", "em", "cụ"})
"""Forms of address that may also be the first word of a phrase ("anh hùng")."""
_MOST_SPACES = 3
"""The most blanks between two words of one name."""


class Tokens:
    """The words, numbers and signs of a text, in order, and the listed phrases among them."""

    def __init__(self, text: str) -> None:
        """Read a text once."""
        matches = list(TOKEN.finditer(text))
        self.text = text
        self.size = len(matches)
        """How many tokens there are."""
        self.plain = _MARKED.search(text) is None
        self.words = [match[0] for match in matches]
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]
        self.lexicon = lexicon(plain=self.plain)
        about = [*map(self.lexicon.about, self.words)]
        self.keys = [word for word, _, _ in about]
        self.flags = [kinds for _, kinds, _ in about]
        """What each word may be alone."""
        self.capital = [has_capital for _, _, has_capital in about]
        self.opens = list(self.flags)
        """Kinds of the phrase (or single word) that begins at each place."""
        self.closes = list(self.flags)
        """Kinds of the phrase that ends at each place."""
        self.first = list(range(len(matches)))
        """For each place, where the phrase begins that ends there."""
        self.covered = bytearray(len(matches))
        """1 for each word that is part of a longer phrase."""
        self._mark()

    def _mark(self) -> None:
        phrases, end = self.lexicon.phrases, 0
        for index, pair in enumerate(pairwise(self.keys)):
            if index < end or pair not in phrases:
                continue
            for phrase, kinds in phrases[pair]:
                if self._is_phrase(phrase, index):
                    end = index + len(phrase)
                    self._cover(index, end, kinds)
                    break

    def _is_phrase(self, phrase: tuple[str, ...], index: int) -> bool:
        end = index + len(phrase)
        return tuple(self.keys[index:end]) == phrase and not (
            self._is_in_name(index, end) or self._is_addressed(index, end)
        )

    def _cover(self, start: int, end: int, kinds: int) -> None:
        for index in range(start, end):
            self.covered[index] = 1
            self.closes[index] = self.opens[index] = 0
        self.opens[start] = self.closes[end - 1] = kinds
        self.first[end - 1] = start

    def _is_in_name(self, index: int, end: int) -> bool:
        """Whether words of a phrase are part of a name: "Nguyễn Công Văn", "Lê Văn Thành lập"."""
        if not index or not self.capital[index]:
            return False
        before, is_letter = self.flags[index - 1], len(self.words[index]) == 1
        title = all(self.capital[index:end]) and not self.words[index].isupper()
        if is_letter and before & ADDRESS:
            return True
        if self.plain and title and self.flags[index] & ANY_SURNAME and self.goes_on(end):
            return True
        if not self.goes_on(index) or not self.capital[index - 1]:
            return False
        if (
            before & ANY_MIDDLE
            and index > 1
            and self.capital[index - 2]
            and self.flags[index - 2] & ANY_SURNAME
        ):
            return not self.is_shouted
        return (is_letter and bool(before & OF_NAMES)) or (title and bool(before & ANY_SURNAME))

    def _is_addressed(self, index: int, end: int) -> bool:
        """Whether two words are a form of address and a name: "anh Ninh Cường", not "anh hùng"."""
        if (
            end - index != 2  # noqa: PLR2004
            or self.keys[index] not in _BEFORE_NAMES
            or not self.capital[end - 1]
            or self.is_upper(end - 1)
        ):
            return False
        return not self.capital[index] or (
            bool(self.flags[end] & GIVEN) if self.goes_on(end) else self.word(end) != ":"
        )

    @cached_property
    def is_shouted(self) -> bool:
        """Whether the whole text is in capitals."""
        return not any(letter.islower() for letter in self.text)

    def is_upper(self, index: int) -> bool:
        """Whether a word of several letters is all in capitals."""
        return len(self.words[index]) > 1 and self.words[index].isupper()

    def is_given(self, index: int) -> bool:
        """Whether a word is a given name that is seldom anything else."""
        return self.flags[index] & (GIVEN | COMMON_GIVEN) == GIVEN

    def joined(self, index: int) -> bool:
        """Whether only a few blanks separate a word from the one before."""
        return 1 <= self.starts[index] - self.ends[index - 1] <= _MOST_SPACES

    def is_glued(self, index: int) -> bool:
        """Whether nothing separates a word or sign from the one before."""
        return index < self.size and self.starts[index] == self.ends[index - 1]

    def goes_on(self, index: int) -> bool:
        """Whether here is a word with a capital, separated by blanks alone from the one before."""
        return index < self.size and self.capital[index] and self.joined(index)

    def run_from(self, index: int) -> int:
        """Where the run of capitalised words ends that begins here."""
        end = index + 1
        while self.goes_on(end):
            end += 1
        return end

    def kinds(self, index: int) -> int:
        """The kinds of a word by itself; 0 behind the last word, or inside a phrase."""
        return self.flags[index] if index < self.size and not self.covered[index] else 0

    def word(self, index: int) -> str:
        """The word at a place, blank behind the last."""
        return self.words[index] if index < self.size else ""

    def said(self, start: int, end: int) -> str:
        """The words from ``start`` to before ``end``, in the form in which they are compared."""
        return " ".join(self.keys[start:end])
