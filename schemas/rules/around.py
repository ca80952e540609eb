"""What stands around a find in a free text: offices, forms of address, words of places, labels and units of numbers."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property, lru_cache
from pathlib import Path

AROUND = 90
"""Characters before and after a find that are looked at."""
_LISTS: Mapping[str, Sequence[str]] = tomllib.loads((Path(__file__).parents[1] / "anonymity.toml").read_text(encoding="utf-8"))
_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ/.][^\W_]+)*|&|%")
_CLAUSE_END = re.compile(r"[.;:!?()\n](?=\s|$)|[;()\n]")
_FAR, _NEAR = 6, 4
"""Words between an office and a name; words between a place's kind and its name."""


class Place(Enum):
    """Of what kind a place is that a word before a name tells of."""

    STREET = auto()
    """Nobody holds an office there."""
    SEAT = auto()
    """Somebody may hold an office there: the name may be that person's."""


def key(text: str) -> str:
    """A word as words are compared: without capitals; "uỷ" and "ủy" alike."""
    return text.casefold().replace("uỷ", "ủy").replace("oà", "òa")


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(letter for letter in split if not unicodedata.combining(letter))


@lru_cache
def listed(kind: str) -> frozenset[str]:
    """The words of a list, as they are compared."""
    return frozenset(map(key, _LISTS[kind]))


@lru_cache
def _listed_plain(kind: str) -> frozenset[str]:
    return frozenset(map(_plain, listed(kind)))


def is_listed(kind: str, word: str) -> bool:
    """Whether a word is in a list; one that is typed without marks where its marked form is."""
    return key(word) in listed(kind) or (word.isascii() and kind in _TYPED_PLAIN and key(word) in _listed_plain(kind))


_TYPED_PLAIN = frozenset({"surnames", "doubtful_surnames", "sure_middle_names", "middle_names"})


@lru_cache
def _longest(kind: str) -> int:
    return max(len(entry.split()) for entry in listed(kind))


def _ends_with(kind: str, words: Sequence[str]) -> int:
    """How many of the last words are an entry of a list; 0 for none."""
    marked, plain = listed(kind), _listed_plain(kind) if kind in ("offices", "common_offices") else frozenset()
    for count in range(min(_longest(kind), len(words)), 0, -1):
        entry = " ".join(words[-count:])
        if entry in marked or (" " in entry and entry.isascii() and entry in plain):
            return count
    return 0


def _begins_with(kind: str, words: Sequence[str]) -> bool:
    return any(" ".join(words[:count]) in listed(kind) for count in range(1, _longest(kind) + 1))


_LAST_WORD = re.compile(r"(?<![^\W\d_])([^\W\d_]{1,10}(?:[/.][^\W\d_]{1,4})?)\.?[ \t\xa0]{1,3}\Z")


@lru_cache
def _ends_of_addresses() -> frozenset[str]:
    return frozenset(entry.split()[-1].rstrip(".") for entry in listed("addresses")) | listed("degrees")


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
    phrases = (count for count in range(len(here), 1, -1) if any(" ".join(here[:count]) in listed(kind) for kind in _PHRASES))
    return next(phrases, 0)


@lru_cache(maxsize=4096)
def _may_begin_phrase(word: str) -> bool:
    return key(word) in _begins_of_phrases()


@lru_cache
def _begins_of_phrases() -> frozenset[str]:
    return frozenset(entry.split()[0] for kind in _PHRASES for entry in listed(kind) if " " in entry)


_PHRASES = ("addresses", "offices", "common_offices")


@dataclass(frozen=True)
class Around:
    """What stands before and after a find in its clause."""

    text: str
    start: int
    end: int
    linked_to: tuple[int, int] | None = None
    """Where the last place before it stands."""

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
            return True
        stop = self._head.rstrip().endswith(".")
        count = _ends_with("addresses", [*words[:-1], f"{words[-1]}."] if stop else words)
        return bool(count) and not (self._place_of(words[:-count]) and self._is_capital(count)) and not self._is_english(words)

    def _is_capital(self, count: int) -> bool:
        found = _TOKEN.findall(self._head)
        return bool(found[-count][0].isupper() and not found[-count].isupper())

    def _is_english(self, words: Sequence[str]) -> bool:
        return words[-1] == "anh" and len(words) > 1 and words[-2] in ("tiếng", "nước", "quốc")

    @cached_property
    def begins_place(self) -> bool:
        """Whether it begins the name of a place after what looks like a form of address: Bà Rịa, Bà Đen."""
        found = _TOKEN.findall(self._head)
        if not found or not found[-1][:1].isupper():
            return False
        words = [key(word) for word in _TOKEN.findall(self.text[self.start : self.end])]
        if key(found[-1]) not in ("bà", "ông", "anh", "chị", "thầy"):
            return False
        return _begins_with("not_addressed", words) or (len(words) == 1 and _begins_with("not_addressed_alone", words))

    @cached_property
    def begins_office(self) -> bool:
        """Whether the find begins an office: "đồng chí Bí thư"."""
        words = [key(word) for word in _TOKEN.findall(self.text[self.start : self.end + AROUND])]
        return (
            _begins_with("offices", words)
            or _begins_with("common_offices", words)
            or words[:1] == ["phó"]
            or words[0] in listed("never_in_names")
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
            if _ends_with("offices", before):
                return "offices", distance
            if distance == 0 and _ends_with("common_offices", before):
                return self._strong_further(words) or "common_offices", distance
        weak = (distance for distance in range(1, _FAR + 1) if _ends_with("common_offices", words[: len(words) - distance]))
        found = next(weak, None)
        return ("common_offices", found) if found is not None else ("", -1)

    def _strong_further(self, words: Sequence[str]) -> str:
        return "offices" if any(_ends_with("offices", words[: len(words) - n]) for n in range(1, _FAR + 1)) else ""

    @cached_property
    def office_follows(self) -> bool:
        """Whether an office stands right after it: "…, kế toán trưởng", "… (chuyên viên)"."""
        words = self._after
        skipped = 1 if words[:1] and words[0] in ("là", "nguyên", "hiện", "giữ") else 0
        ends = re.match(r"\s*[.;:]", self._tail)
        return not ends and (
            _begins_with("offices", words[skipped:])
            or (skipped == 0 and bool(re.match(r"\s*[,(–-]", self._tail)) and _begins_with("common_offices", words))
        )

    @cached_property
    def place(self) -> Place | None:
        """Of what kind the place is that the words right before it tell of."""
        return self._place_of(self._before) if not self._head.rstrip(" ").endswith(",") else None

    def _place_of(self, words: Sequence[str]) -> Place | None:
        for distance in range(min(_NEAR, len(words)) + 1):
            before = words[: len(words) - distance] if distance else words
            if _ends_with("before_streets", before) and not (distance and words[-distance] == "và"):
                return Place.STREET
            if _ends_with("before_seats", before):
                return Place.SEAT
            if not before or (before[-1] not in listed("between") and not before[-1].isdigit()):
                return None
        return None

    @cached_property
    def is_street(self) -> bool:
        """Whether the words after it are said of streets and projects."""
        return _begins_with("after_streets", self._after) and not re.match(r"\s*[,.;(]", self._tail)

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
        return any(_ends_with(kind, words[: len(words) - n] if n else words) for n in range(3))

    @cached_property
    def _before_number(self) -> list[str]:
        return [key(word) for word in _TOKEN.findall(re.split(r"[;\n]", self._head)[-1])]

    @cached_property
    def is_amount(self) -> bool:
        """Whether a unit follows a number: it is an amount."""
        return _begins_with("units", self._after) and not re.match(r"\s*[.;,)]", self._tail)


_LINK = 6
"""Characters between two names that are told together."""


def _abbreviates(head: str) -> bool:
    """Whether the point after these words belongs to an abbreviation: "TP. ", "BS. "."""
    word = re.search(r"\w{1,6}\Z", head[-6:])
    return word is not None and (key(word[0]) in listed("degrees") or key(word[0]) in ("tp", "p", "q", "tx", "tt", "ô"))
