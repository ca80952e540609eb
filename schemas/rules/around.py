"""What stands around a find in a free text: offices, forms of address, words of places, labels and units of numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property, lru_cache

from schemas.rules.wordlists import begins_with, ends_with, key, listed, listed_plain

AROUND = 90
"""Characters before and after a find that are looked at."""
_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ/.][^\W_]+)*|&|%")
_CLAUSE_END = re.compile(r"[.;:!?()\n](?=\s|$)|[;()\n]")
_FAR, _NEAR = 8, 4
"""Words between an office and a name; words between a place's kind and its name."""


class Place(Enum):
    """Of what kind a place is that a word before a name tells of."""

    STREET = auto()
    """Nobody holds an office there."""
    SEAT = auto()
    """Somebody may hold an office there: the name may be that person's."""
    UNIT = auto()
    """A seat that is seldom called by a person's name."""


_LAST_WORD = re.compile(r"(?<![^\W\d_])([^\W\d_]{1,10}(?:[/.][^\W\d_]{1,4})?)\.?[ \t\xa0]{1,3}\Z")


@lru_cache
def _ends_of_addresses() -> frozenset[str]:
    return frozenset(entry.split()[-1].rstrip(".") for kind in (listed, listed_plain) for entry in kind("addresses")) | listed("degrees")


@lru_cache
def _last_letters() -> frozenset[str]:
    return frozenset(entry[-1] for entry in _ends_of_addresses()) | {".", " ", "\t", "\xa0"}


def may_be_addressed(text: str, start: int) -> bool:
    """Whether the word before ``start`` may be a form of address: quickly told, for most words have none before them."""
    if text[start - 2 : start - 1].casefold() not in _last_letters():
        return False
    last = _LAST_WORD.search(text[max(0, start - 12) : start])
    return last is not None and key(last[1]) in _ends_of_addresses()


def phrase_at(text: str, words: Sequence[tuple[int, int]], at: int) -> int:
    """How many of the words from ``at`` on are an office or a form of address of several words; 0 for none."""
    if not _may_begin_phrase(text[slice(*words[at])]):
        return 0
    here = [key(text[start:end]) for start, end in words[at : at + 3]]
    known = listed_plain("no_names") if text.isascii() else listed("no_names")
    begins = {count: " ".join(here[:count]) for count in range(len(here), 1, -1)}
    return next((count for count, phrase in begins.items() if phrase in known or any(phrase in listed(kind) for kind in _PHRASES)), 0)


@lru_cache(maxsize=4096)
def _may_begin_phrase(word: str) -> bool:
    return key(word) in _begins_of_phrases()


@lru_cache
def _begins_of_phrases() -> frozenset[str]:
    entries = {entry for kind in _PHRASES for entry in listed(kind)} | listed("no_names") | listed_plain("no_names")
    return frozenset(entry.split()[0] for entry in entries if " " in entry)


_PHRASES = ("addresses", "offices", "common_offices")


@dataclass(frozen=True)
class Around:
    """What stands before and after a find in its clause."""

    text: str
    start: int
    end: int
    linked_to: tuple[int, int] | None = None
    """Where the last place before it stands."""

    def _begins_with(self, kind: str, words: Sequence[str]) -> bool:
        return begins_with(kind, words, plain=self.text.isascii())

    def _ends_with(self, kind: str, words: Sequence[str]) -> int:
        return ends_with(kind, words, plain=self.text.isascii())

    @cached_property
    def _head(self) -> str:
        return self.text[max(0, self.start - AROUND) : self.start]

    @cached_property
    def _tail(self) -> str:
        return self.text[self.end : self.end + AROUND]

    @cached_property
    def _before(self) -> list[str]:
        """The words before it in its clause, of which the first may be cut."""
        ends = [match.end() for match in _CLAUSE_END.finditer(self._head) if not _abbreviates(self._head[: match.start()])]
        clause = self._head[ends[-1] :] if ends else self._head
        return [key(word) for word in _TOKEN.findall(clause)]

    @cached_property
    def _spoken(self) -> list[str]:
        """The words since the last comma, one right before the find apart."""
        clause = self._head.rstrip(" ,")
        comma = clause.rfind(",")
        words = [key(word) for word in _TOKEN.findall(clause[comma + 1 :])]
        return words[-min(len(words), len(self._before)) :] if self._before else []

    @cached_property
    def _after(self) -> list[str]:
        return [key(word) for word in _TOKEN.findall(self._tail)]

    # --- of names ---------------------------------------------------------------------------------------

    @cached_property
    def is_addressed(self) -> bool:
        """Whether a form of address stands right before it: "ông", "đ/c", "BS."."""
        words = [key(word) for word in _TOKEN.findall(self._head)]
        if not words or not re.search(r"[\w.][ \t\xa0]*\Z", self._head[-6:]):
            return False
        if words[-1] in listed("degrees"):
            return "&" not in words[-2:]
        stop = self._head.rstrip().endswith(".")
        count = self._ends_with("addresses", [*words[:-1], f"{words[-1]}."] if stop else words)
        return (
            bool(count) and not (self._place_of(words[:-count]) and self._is_capital(count)) and not self._ends_with("not_addresses", words)
        )

    def _is_capital(self, count: int) -> bool:
        found = _TOKEN.findall(self._head)
        return bool(found[-count][0].isupper() and not found[-count].isupper())

    @cached_property
    def begins_place(self) -> bool:
        """Whether it begins the name of a place after what looks like a form of address: Bà Rịa, Bà Đen."""
        found = _TOKEN.findall(self._head)
        if not found or not found[-1][:1].isupper():
            return False
        words = [key(word) for word in _TOKEN.findall(self.text[self.start : self.end])]
        if not self._ends_with("addresses_in_places", [key(found[-1])]):
            return False
        return self._begins_with("not_addressed", words) or (len(words) == 1 and self._begins_with("not_addressed_alone", words))

    @cached_property
    def begins_office(self) -> bool:
        """Whether the find begins an office: "đồng chí Bí thư"."""
        words = [key(word) for word in _TOKEN.findall(self.text[self.start : self.end + AROUND])]
        return (
            self._begins_with("offices", words)
            or self._begins_with("common_offices", words)
            or words[:1] == ["phó"]
            or words[0] in listed("never_in_names") - listed("doubtful_surnames")
        )

    @cached_property
    def office(self) -> str:
        """The list of the office that stands nearest before it, not more than some words away; blank without any."""
        return self._office[0]

    @cached_property
    def office_beside(self) -> bool:
        """Whether that office stands right before it."""
        return self._office[1] == 0

    @cached_property
    def _office(self) -> tuple[str, int]:
        words = self._spoken
        for distance in range(min(_FAR, len(words)) + 1):
            before = words[: len(words) - distance] if distance else words
            if self._ends_with("offices", before):
                return "offices", distance
            if distance == 0 and self._ends_with("common_offices", before):
                return self._strong_further(words) or "common_offices", distance
        weak = (distance for distance in range(1, _FAR + 1) if self._ends_with("common_offices", words[: len(words) - distance]))
        found = next(weak, None)
        return ("common_offices", found) if found is not None else ("", -1)

    def _strong_further(self, words: Sequence[str]) -> str:
        return "offices" if any(self._ends_with("offices", words[: len(words) - n]) for n in range(1, _FAR + 1)) else ""

    @cached_property
    def office_follows(self) -> bool:
        """Whether an office stands right after it: "…, kế toán trưởng", "… (chuyên viên)"."""
        words = self._after
        skipped = 1 if words[:1] and words[0] in ("là", "nguyên", "hiện", "giữ") else 0
        ends = re.match(r"\s*[.;:]", self._tail)
        return not ends and (
            self._begins_with("offices", words[skipped:])
            or (skipped == 0 and bool(re.match(r"\s*[,(–-]", self._tail)) and self._begins_with("common_offices", words))
        )

    @cached_property
    def place(self) -> Place | None:
        """Of what kind the place is that the words right before it tell of."""
        return self._place_of(self._before) if not self._head.rstrip(" ").endswith(",") else None

    def _place_of(self, words: Sequence[str]) -> Place | None:
        for distance in range(min(_NEAR, len(words)) + 1):
            before = words[: len(words) - distance] if distance else words
            street = self._ends_with("before_streets", before) > self._ends_with("not_before_streets", before)
            if street and not (distance and words[-distance] == "và"):
                return Place.STREET
            if self._ends_with("before_units", before):
                return Place.UNIT
            if self._ends_with("before_seats", before):
                return Place.SEAT
            if not before or (before[-1] not in listed("between") and not before[-1].isdigit()):
                return None
        return None

    @cached_property
    def is_dealt_with(self) -> bool:
        """Whether what stands right before it is done to persons: "giao cho", "kỷ luật"."""
        return self._ends_with("before_persons", self._before) > 0

    @cached_property
    def is_street(self) -> bool:
        """Whether the words after it are said of streets and projects."""
        return self._begins_with("after_streets", self._after) and not re.match(r"\s*[,.;(]", self._tail)

    @cached_property
    def follows_person(self) -> bool:
        """Whether it is told together with a person before it: "ông Sơn và Hạnh"."""
        if self.linked_to is None or self.begins_office:
            return False
        before = self.text[max(0, self.linked_to[0] - _LINK_WORDS) : self.linked_to[0]]
        several = re.search(r"(?i)(?<!\w)(?:các|những|hai|ba|bốn|mấy)\s+\S+(?:\s+\S+)?\s*\Z", before)
        between = self.text[self.linked_to[1] : self.start]
        return between == " và " or (between == ", " and several is not None)

    @cached_property
    def in_brackets(self) -> bool:
        """Whether nothing else stands in the same brackets."""
        return self._head.endswith("(") and self._tail.startswith(")")

    @cached_property
    def called_by_office(self) -> bool:
        """Whether an office right before it and what follows tell that one word is somebody's name: "Bí thư Thắng đã"."""
        word = key(self.text[self.start : self.end])
        names_body = word in listed("bodies") | listed("never_in_names")
        return self.acts and not names_body and self.office == "offices" and self.office_beside

    @cached_property
    def is_linked(self) -> bool:
        """Whether it is told together with a place before it: "đường Trần Phú và …"."""
        if self.linked_to is None or self.start - self.linked_to[1] > _LINK or self.start < self.linked_to[1]:
            return False
        return bool(re.fullmatch(r"\s*(?:,|và|-|–|đến|/)\s*", self.text[self.linked_to[1] : self.start]))

    @cached_property
    def acts(self) -> bool:
        """Whether what follows is said of persons."""
        return bool(re.match(r"[ \t\xa0]", self._tail)) and self._after[:1] != [] and self._after[0] in listed("after_persons")

    # --- of numbers -------------------------------------------------------------------------------------

    def names(self, kind: str) -> bool:
        """Whether one of the last words before a number is of this list."""
        words = self._before_number
        return any(self._ends_with(kind, words[: len(words) - n] if n else words) for n in range(3))

    @cached_property
    def _before_number(self) -> list[str]:
        return [key(word) for word in _TOKEN.findall(re.split(r"[;\n]", self._head)[-1])]

    @cached_property
    def is_amount(self) -> bool:
        """Whether a unit follows a number: it is an amount."""
        return self._begins_with("units", self._after) and not re.match(r"\s*[.;,)]", self._tail)


_LINK_WORDS = 24
"""Characters before the first of several persons that tell that they are several."""
_LINK = 6
"""Characters between two names that are told together."""


def _abbreviates(head: str) -> bool:
    """Whether the point after these words belongs to an abbreviation: "TP. ", "BS. "."""
    word = re.search(r"\w{1,6}\Z", head[-6:])
    return word is not None and (key(word[0]) in listed("degrees") or key(word[0]) in ("tp", "p", "q", "tx", "tt", "ô"))
