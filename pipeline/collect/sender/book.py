"""Find which agency a text or a file name names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

from pipeline.text.names import normalise, strip_accents
from schemas.bodies import BODIES, OTHERS, UNMARKED, UNMARKED_OTHERS
from schemas.round.round import Agency, Round

Words = tuple[str, ...]
"""Words of a normalised text."""
Place = tuple[int, int, str]
"""Position of a name's first word, number of its words, agency code."""
Key = TypeVar("Key")
_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?:\.[A-Za-z]{2,5}){1,8}$")
"""Endings of a file name: ".xlsx", ".pdf.xlsx"."""
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MONTH = re.compile(r"t(?:0[1-9]|1[0-2])")
_LETTERS = "abcdefghijklmnopqrstuvwxyzđ"
_ADDRESSED = frozenset({"gửi", "gui", "kg"})
"""Words before the name of an addressee."""
_SKIPPED = frozenset({"và", "va"})
"""Words that abbreviations leave out."""


@dataclass(frozen=True)
class NameBook:
    """All names of a round's agencies.

    *Full* names mean the agency alone: its code; its name; the head of its name before one of its
    other names ("Province of" + "Old Town"); abbreviations of these. Other names ("Old Town",
    "Health") count only where nothing but an agency can be meant.
    """

    round: Round

    @cached_property
    def _codes(self) -> dict[str, str]:
        return {normalise(agency.code): agency.code for agency in self.round.agencies}

    @cached_property
    def _names(self) -> dict[str, str]:
        """Code by normalised name. A name of two agencies means neither, unless it is one's own."""
        own = {normalise(agency.name): agency.code for agency in self.round.agencies}
        others = _of_one(
            (normalise(name), agency.code)
            for agency in self.round.agencies
            for name in _others(agency)
        )
        return {**others, **own}

    @cached_property
    def _composed(self) -> dict[str, list[Words]]:
        """The words of each agency's full names, by code."""
        return {agency.code: [*map(_spelt, _composed(agency))] for agency in self.round.agencies}

    @cached_property
    def _full_phrases(self) -> dict[Words, str]:
        """Code by the words of each full name and code, to search file names."""
        names = _of_one(
            (_words(name), agency.code)
            for agency in self.round.agencies
            for name in self._full(agency)
        )
        own = {_words(normalise(agency.name)): agency.code for agency in self.round.agencies}
        codes = {_words(code): agency for code, agency in self._codes.items()}
        return {words: code for words, code in {**names, **own, **codes}.items() if words}

    def _full(self, agency: Agency) -> Iterator[str]:
        yield from _composed(agency)
        first = normalise(agency.name).partition(" ")[0]
        for name in map(normalise, _others(agency)):
            words = _spelt(name)
            composed = self._composed[agency.code]
            if name.startswith(f"{first} ") or any(_abbreviates(words, full) for full in composed):
                yield name

    @cached_property
    def _phrases(self) -> dict[Words, str]:
        """The same, with all other names too."""
        others = {_words(name): code for name, code in self._names.items()}
        return {words: code for words, code in {**others, **self._full_phrases}.items() if words}

    @cached_property
    def _unmarked(self) -> tuple[dict[Words, str], dict[Words, str]]:
        """Full names and all names without accents; words that then mean two agencies are out."""
        full, every = (
            _of_one((tuple(map(strip_accents, words)), code) for words, code in phrases.items())
            for phrases in (self._full_phrases, self._phrases)
        )
        return full, every

    @cached_property
    def _dispatch_numbers(self) -> list[Words]:
        """The round's own dispatch numbers, long ones first: they name who asked."""
        texts = f"{self.round.settings.dispatch} {self.round.name}"
        numbers = re.findall(r"(?<![0-9])[0-9]+/[^\s,;]+", texts)
        return sorted({_words(normalise(number)) for number in numbers}, key=len, reverse=True)

    def code(self, text: str) -> str:
        """Return the agency that has this code; blank if none."""
        return self._codes.get(normalise(text), "")

    def name(self, text: str) -> str:
        """Return the agency of a whole name, perhaps abbreviated; blank if none."""
        if not text.strip():
            return ""
        code = self._names.get(normalise(text))
        return code or self._by_abbreviation(_spelt(normalise(text)))

    def _by_abbreviation(self, words: Words) -> str:
        fitting = {
            code
            for code, names in self._composed.items()
            if any(_abbreviates(words, name) for name in names)
        }
        return fitting.pop() if len(fitting) == 1 else ""

    def title(self, code: str) -> str:
        """Return an agency's full name; the text itself if it is no agency's code."""
        return self.round.by_agency[code].name if code in self.round.by_agency else code

    def mentioned(self, text: str) -> str:
        """Return the one agency whose full name is in a text; blank if none or several.

        The name counts inside another body's name too.
        """
        codes = {code for _, _, code in self._places(_words(normalise(text)), full=True)}
        return codes.pop() if len(codes) == 1 else ""

    def only_sender(self, file_name: str) -> str:
        """Return the one agency that a file name names as sender; blank otherwise.

        By code or full name, not inside another body's name.
        """
        words = self._words_of(file_name)
        places = self._places(words, full=True)
        return _only(places, words) if places and not _names_a_body(words, places) else ""

    def likely_sender(self, file_name: str) -> str:
        """Return the agency that a file name may mean, for a person to decide; blank if unclear."""
        words = self._words_of(file_name)
        places = self._places(words, full=True)
        if places or _names_a_body(words, ()):
            return _only(places, words)
        return _only(self._places(words, full=False), words)

    def _words_of(self, file_name: str) -> Words:
        return _without(self._dispatch_numbers, _words(normalise(_ENDING.sub("", file_name))))

    def _places(self, words: Words, *, full: bool) -> list[Place]:
        """Return where words name agencies, by ``full`` names alone or by all."""
        if all(word.isascii() for word in words):
            return _longest(words, self._unmarked[0 if full else 1])
        return _longest(words, self._full_phrases if full else self._phrases)


# --- an agency's names ---------------------------------------------------------------------------


@lru_cache(maxsize=4)
def book_of(round_: Round) -> NameBook:
    """Return the book of a round, made once."""
    return NameBook(round_)


def _others(agency: Agency) -> tuple[str, ...]:
    return (agency.short_name, *agency.aliases)


def _composed(agency: Agency) -> list[str]:
    """Return an agency's full names: its name, and each head of it before each other name."""
    name, others = normalise(agency.name), [normalise(other) for other in _others(agency) if other]
    cores = [other for other in others if name.endswith(f" {other}")]
    if not cores:
        return [name]
    core = min(cores, key=len)
    heads = {
        other.removesuffix(f" {core}") for other in (name, *others) if other.endswith(f" {core}")
    }
    bare = [
        other
        for other in others
        if not any(other == head or other.startswith((f"{head} ", f"{head}.")) for head in heads)
    ]
    whole = [f"{head} {other}" for head in sorted(heads) for other in bare]
    return list(dict.fromkeys([name, *whole]))


def _spelt(name: str) -> Words:
    """Return the words of a normalised name that abbreviations count."""
    return tuple(word for word in _words(name) if word not in _SKIPPED)


def _abbreviates(words: Words, name: Words) -> bool:
    """True if the words are the whole name, each its next word or its next words' first letters."""
    if not words or not name or words[0][0] != name[0][0]:  # quick exit for most
        return False
    place, letters = 0, "".join(word[0] for word in name)
    for word in words:
        if name[place : place + 1] == (word,):
            place += 1
        elif len(word) > 1 and letters.startswith(word, place):
            place += len(word)
        else:
            return False
    return place == len(name)


def _of_one(pairs: Iterable[tuple[Key, str]]) -> dict[Key, str]:
    """Return code by name, without names of two agencies."""
    codes_of: dict[Key, set[str]] = {}
    for name, code in pairs:
        codes_of.setdefault(name, set()).add(code)
    return {name: codes.pop() for name, codes in codes_of.items() if len(codes) == 1}


# --- names among words ---------------------------------------------------------------------------


def _words(text: str) -> Words:
    return tuple(_WORD.findall(text))


def _only(places: Sequence[Place], words: Words) -> str:
    """Return the one agency named, unless it is named as addressee; blank if several."""
    addressed = any(start > 0 and words[start - 1] in _ADDRESSED for start, _, _ in places)
    return places[0][2] if len({code for _, _, code in places}) == 1 and not addressed else ""


def _longest(words: Words, phrases: Mapping[Words, str]) -> list[Place]:
    """Find all names among the words; a long name hides the shorter ones inside it."""
    most = max(map(len, phrases), default=0)
    taken: set[int] = set()
    places: list[Place] = []
    for size in range(min(most, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            place = range(start, start + size)
            code = phrases.get(words[start : start + size])
            if code is None or not taken.isdisjoint(place) or _is_month(words, start, size):
                continue
            taken.update(place)
            places.append((start, size, code))
    return places


def _is_month(words: Words, start: int, size: int) -> bool:
    """True if a word like T08 is beside a year, and so is a month."""
    beside = words[max(0, start - 1) : start] + words[start + 1 : start + 2]
    may_be_month = size == 1 and _MONTH.fullmatch(words[start]) is not None
    return may_be_month and any(_YEAR.fullmatch(word) for word in beside)


def _without(phrases: Iterable[Words], words: Words) -> Words:
    """Drop the first of ``phrases`` found in the words; letters may precede its number ("ab12")."""
    for phrase in phrases:
        for start in range(len(words) - len(phrase) + 1):
            if (words[start].lstrip(_LETTERS), *words[start + 1 : start + len(phrase)]) == phrase:
                return words[:start] + words[start + len(phrase) :]
    return words


def _names_a_body(words: Words, names: Sequence[Place]) -> bool:
    """True if a body within or below an agency is named outside the agencies' own ``names``."""
    is_unmarked = all(word.isascii() for word in words)
    bodies, others = (UNMARKED, UNMARKED_OTHERS) if is_unmarked else (BODIES, OTHERS)
    if is_unmarked:
        others |= {strip_accents(other) for other in OTHERS}
    taken = {place for start, size, _ in names for place in range(start, start + size)}
    for phrases, is_body in ((others, False), (bodies, True)):
        for start, size in _standing(words, phrases):
            if taken.isdisjoint(range(start, start + size)) and not _is_number(words, start, size):
                if is_body:
                    return True
                taken.update(range(start, start + size))
    return False


def _standing(words: Words, phrases: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield start and length of phrases of up to four words found among the words."""
    for start in range(len(words)):
        for size in range(4, 0, -1):
            if start + size <= len(words) and " ".join(words[start : start + size]) in phrases:
                yield start, size


def _is_number(words: Words, start: int, size: int) -> bool:
    """True if a word stands before a number, so that it names no body: "so 12", "vụ 3"."""
    return size == 1 and any(word[0].isdigit() for word in words[start + 1 : start + 2])
