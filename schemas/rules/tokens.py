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
        found = list(TOKEN.finditer(text))
        self.text = text
        self.size = len(found)
        """How many tokens there are."""
        self.plain = _MARKED.search(text) is None
        self.words = [match[0] for match in found]
        self.starts = [match.start() for match in found]
        self.ends = [match.end() for match in found]
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
        self.first = list(range(len(found)))
        """For each place, where the phrase begins that ends there."""
        self.covered = bytearray(len(found))
        """1 for each word that is part of a longer phrase."""
        self._mark()

    def _mark(self) -> None:
        phrases, end = self.lexicon.phrases, 0
        for at, pair in enumerate(pairwise(self.keys)):
            if at < end or pair not in phrases:
                continue
            for phrase, kinds in phrases[pair]:
                if self._is_phrase(phrase, at):
                    end = at + len(phrase)
                    self._cover(at, end, kinds)
                    break

    def _is_phrase(self, phrase: tuple[str, ...], at: int) -> bool:
        end = at + len(phrase)
        return tuple(self.keys[at:end]) == phrase and not (
            self._is_in_name(at, end) or self._is_addressed(at, end)
        )

    def _cover(self, start: int, end: int, kinds: int) -> None:
        for each in range(start, end):
            self.covered[each] = 1
            self.closes[each] = self.opens[each] = 0
        self.opens[start] = self.closes[end - 1] = kinds
        self.first[end - 1] = start

    def _is_in_name(self, at: int, end: int) -> bool:
        """Whether words of a phrase are part of a name: "Nguyễn Công Văn", "Lê Văn Thành lập"."""
        if not at or not self.capital[at]:
            return False
        before, is_letter = self.flags[at - 1], len(self.words[at]) == 1
        title = all(self.capital[at:end]) and not self.words[at].isupper()
        if is_letter and before & ADDRESS:
            return True
        if self.plain and title and self.flags[at] & ANY_SURNAME and self.goes_on(end):
            return True
        if not self.goes_on(at) or not self.capital[at - 1]:
            return False
        if (
            before & ANY_MIDDLE
            and at > 1
            and self.capital[at - 2]
            and self.flags[at - 2] & ANY_SURNAME
        ):
            return not self.is_shouted
        return (is_letter and bool(before & OF_NAMES)) or (title and bool(before & ANY_SURNAME))

    def _is_addressed(self, at: int, end: int) -> bool:
        """Whether two words are a form of address and a name: "anh Ninh Cường", not "anh hùng"."""
        if (
            end - at != 2  # noqa: PLR2004
            or self.keys[at] not in _BEFORE_NAMES
            or not self.capital[end - 1]
            or self.is_upper(end - 1)
        ):
            return False
        return not self.capital[at] or (
            bool(self.flags[end] & GIVEN) if self.goes_on(end) else self.word(end) != ":"
        )

    @cached_property
    def is_shouted(self) -> bool:
        """Whether the whole text is in capitals."""
        return not any(letter.islower() for letter in self.text)

    def is_upper(self, at: int) -> bool:
        """Whether a word of several letters is all in capitals."""
        return len(self.words[at]) > 1 and self.words[at].isupper()

    def is_given(self, at: int) -> bool:
        """Whether a word is a given name that is seldom anything else."""
        return self.flags[at] & (GIVEN | COMMON_GIVEN) == GIVEN

    def joined(self, at: int) -> bool:
        """Whether only a few blanks separate a word from the one before."""
        return 1 <= self.starts[at] - self.ends[at - 1] <= _MOST_SPACES

    def is_glued(self, at: int) -> bool:
        """Whether nothing separates a word or sign from the one before."""
        return at < self.size and self.starts[at] == self.ends[at - 1]

    def goes_on(self, at: int) -> bool:
        """Whether here is a word with a capital, separated by blanks alone from the one before."""
        return at < self.size and self.capital[at] and self.joined(at)

    def run_from(self, at: int) -> int:
        """Where the run of capitalised words ends that begins here."""
        end = at + 1
        while self.goes_on(end):
            end += 1
        return end

    def kinds(self, at: int) -> int:
        """The kinds of a word by itself; 0 behind the last word, or inside a phrase."""
        return self.flags[at] if at < self.size and not self.covered[at] else 0

    def word(self, at: int) -> str:
        """The word at a place, blank behind the last."""
        return self.words[at] if at < self.size else ""

    def said(self, start: int, end: int) -> str:
        """The words from ``start`` to before ``end``, in the form in which they are compared."""
        return " ".join(self.keys[start:end])
