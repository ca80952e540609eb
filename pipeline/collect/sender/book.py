"""All names that the agencies of a round go by, and which of them a text or a file's name holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pipeline.text.names import normalise, strip_accents
from schemas.bodies import BODIES, OTHERS, UNMARKED, UNMARKED_OTHERS
from schemas.round.round import Agency, Round

Words = tuple[str, ...]
Place = tuple[int, int, str]
"""Where a name begins among words, how many words it has, and whose it is."""
Key = TypeVar("Key")
_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?:\.[A-Za-z]{2,5}){1,8}$")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MONTH = re.compile(r"t(?:0[1-9]|1[0-2])")
_LETTERS = "abcdefghijklmnopqrstuvwxyzđ"
_ADDRESSED = frozenset({"gửi", "gui", "kg"})
"""Words before the name of who is written to."""
_SKIPPED = frozenset({"và", "va"})
"""Words that abbreviations leave out."""


@dataclass(frozen=True)
class Book:
    """All names that the agencies of a round go by.

    Its *full* names are those that name the agency alone: its code, its name, a head of its name before one of its other names
    ("Province of" × "Old Town"), and abbreviations of these. Its other names ("Old Town", "Health") name it only where nothing but an agency can stand.
    """

    round: Round

    @cached_property
    def _codes(self) -> dict[str, str]:
        return {normalise(agency.code): agency.code for agency in self.round.agencies}

    @cached_property
    def _names(self) -> dict[str, str]:
        """Code by normalised name; a name of two agencies names neither, unless it is the full name of one."""
        own = {normalise(agency.name): agency.code for agency in self.round.agencies}
        found = _of_one((normalise(name), agency.code) for agency in self.round.agencies for name in _others(agency))
        return {**found, **own}

    @cached_property
    def _composed(self) -> dict[str, list[Words]]:
        """The words of each agency's full names, spelt out, by code."""
        return {agency.code: [_spelt(name) for name in _composed(agency)] for agency in self.round.agencies}

    @cached_property
    def _full_phrases(self) -> dict[Words, str]:
        """Code by the words of every full name and code, as they are looked for in file names."""
        names = _of_one((_words(name), agency.code) for agency in self.round.agencies for name in self._full(agency))
        own = {_words(normalise(agency.name)): agency.code for agency in self.round.agencies}
        codes = {_words(code): agency for code, agency in self._codes.items()}
        return {words: code for words, code in {**names, **own, **codes}.items() if words}

    def _full(self, agency: Agency) -> Iterator[str]:
        yield from _composed(agency)
        first = normalise(agency.name).partition(" ")[0]
        for name in map(normalise, _others(agency)):
            words = _spelt(name)
            if name.startswith(f"{first} ") or any(_abbreviates(words, each) for each in self._composed[agency.code]):
                yield name

    @cached_property
    def _phrases(self) -> dict[Words, str]:
        """The same with all other names."""
        others = {_words(name): code for name, code in self._names.items()}
        return {words: code for words, code in {**others, **self._full_phrases}.items() if words}

    @cached_property
    def _unmarked(self) -> tuple[dict[Words, str], dict[Words, str]]:
        """Full names and all names without accents, but for words that then name two agencies."""
        full, every = (
            _of_one((tuple(map(strip_accents, words)), code) for words, code in phrases.items())
            for phrases in (self._full_phrases, self._phrases)
        )
        return full, every

    @cached_property
    def _dispatch_numbers(self) -> list[Words]:
        """The numbers of the round's own dispatch, which name who asked, not who answers; longer ones first."""
        texts = f"{self.round.settings.dispatch} {self.round.name}"
        numbers = {_words(normalise(number)) for number in re.findall(r"(?<![0-9])[0-9]+/[^\s,;]+", texts)}
        return sorted(numbers, key=len, reverse=True)

    def code(self, text: str) -> str:
        """The agency of a written code; blank where there is none."""
        return self._codes.get(normalise(text), "")

    def name(self, text: str) -> str:
        """The agency of a whole name, as people write it: with another of its names in it, or with abbreviations; blank where there is none."""
        if not text.strip():
            return ""
        known = self._names.get(normalise(text))
        return known or self._by_abbreviation(_spelt(normalise(text)))

    def _by_abbreviation(self, words: Words) -> str:
        found = {code for code, names in self._composed.items() if any(_abbreviates(words, name) for name in names)}
        return found.pop() if len(found) == 1 else ""

    def title(self, code: str) -> str:
        """The full name of an agency; the text itself where it is none's code."""
        return self.round.by_agency[code].name if code in self.round.by_agency else code

    def mentioned(self, text: str) -> str:
        """The one agency whose full name stands somewhere in a text, within another body's name too; blank where there is none, or two."""
        found = {code for _, _, code in self._places(_words(normalise(text)), full=True)}
        return found.pop() if len(found) == 1 else ""

    def only_sender(self, file_name: str) -> str:
        """The one agency that a file name names as its sender, by code or full name and not within another body's name; blank otherwise."""
        words = self._words_of(file_name)
        places = self._places(words, full=True)
        return _only(places, words) if places and not _names_a_body(words, places) else ""

    def likely_sender(self, file_name: str) -> str:
        """The agency that a file name may mean, for a person to decide; blank where it hints at none, or at two."""
        words = self._words_of(file_name)
        places = self._places(words, full=True)
        if places or _names_a_body(words, ()):
            return _only(places, words)
        return _only(self._places(words, full=False), words)

    def _words_of(self, file_name: str) -> Words:
        return _without(self._dispatch_numbers, _words(normalise(_ENDING.sub("", file_name))))

    def _places(self, words: Words, *, full: bool) -> list[Place]:
        """Where agencies are named among words, by their ``full`` names alone or by all."""
        if all(word.isascii() for word in words):
            return _longest(words, self._unmarked[0 if full else 1])
        return _longest(words, self._full_phrases if full else self._phrases)


# --- an agency's names -----------------------------------------------------------------------------


def _others(agency: Agency) -> tuple[str, ...]:
    return (agency.short_name, *agency.aliases)


def _composed(agency: Agency) -> list[str]:
    """The full names of an agency: its name, and each head of it before each of its other names."""
    name, others = normalise(agency.name), [normalise(other) for other in _others(agency) if other]
    cores = [other for other in others if name.endswith(f" {other}")]
    if not cores:
        return [name]
    core = min(cores, key=len)
    heads = {each.removesuffix(f" {core}") for each in (name, *others) if each.endswith(f" {core}")}
    bare = [other for other in others if not any(other == head or other.startswith((f"{head} ", f"{head}.")) for head in heads)]
    return list(dict.fromkeys([name, *(f"{head} {other}" for head in sorted(heads) for other in bare)]))


def _spelt(name: str) -> Words:
    """The words of a normalised name as abbreviations count them."""
    return tuple(word for word in _words(name) if word not in _SKIPPED)


def _abbreviates(words: Words, name: Words) -> bool:
    """True if words say a name whole, each its next word or the first letters of its next words."""
    if not words or not name or words[0][0] != name[0][0]:  # as most: both ways begin with the name's first letter
        return False
    place, letters = 0, "".join(each[0] for each in name)
    for word in words:
        if name[place : place + 1] == (word,):
            place += 1
        elif len(word) > 1 and letters.startswith(word, place):
            place += len(word)
        else:
            return False
    return place == len(name)


def _of_one(pairs: Iterable[tuple[Key, str]]) -> dict[Key, str]:
    """Code by name, but for names of two agencies."""
    found: dict[Key, set[str]] = {}
    for name, code in pairs:
        found.setdefault(name, set()).add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


# --- names among words -----------------------------------------------------------------------------


def _words(text: str) -> Words:
    return tuple(_WORD.findall(text))


def _only(places: Sequence[Place], words: Words) -> str:
    """The one agency that is named, and not as the one who is written to."""
    addressed = any(start > 0 and words[start - 1] in _ADDRESSED for start, _, _ in places)
    return places[0][2] if len({code for _, _, code in places}) == 1 and not addressed else ""


def _longest(words: Words, phrases: Mapping[Words, str]) -> list[Place]:
    """Every name among the words, a longer one before the shorter ones inside it."""
    most = max(map(len, phrases), default=0)
    taken: set[int] = set()
    found: list[Place] = []
    for size in range(min(most, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            place = range(start, start + size)
            code = phrases.get(words[start : start + size])
            if code is None or not taken.isdisjoint(place) or _is_month(words, start, size):
                continue
            taken.update(place)
            found.append((start, size, code))
    return found


def _is_month(words: Words, start: int, size: int) -> bool:
    """Whether a word like T08 stands beside a year, and so is a month."""
    beside = words[max(0, start - 1) : start] + words[start + 1 : start + 2]
    return size == 1 and _MONTH.fullmatch(words[start]) is not None and any(_YEAR.fullmatch(word) for word in beside)


def _without(phrases: Iterable[Words], words: Words) -> Words:
    """The words without the first of ``phrases`` that stands among them; letters may lead its number ("ab12")."""
    for phrase in phrases:
        for start in range(len(words) - len(phrase) + 1):
            if (words[start].lstrip(_LETTERS), *words[start + 1 : start + len(phrase)]) == phrase:
                return words[:start] + words[start + len(phrase) :]
    return words


def _names_a_body(words: Words, names: Sequence[Place]) -> bool:
    """True if a body within or below an agency is named anywhere but in the agencies' own ``names``."""
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
    """Start and length of phrases of up to four words that stand among the words."""
    for start in range(len(words)):
        for size in range(4, 0, -1):
            if start + size <= len(words) and " ".join(words[start : start + size]) in phrases:
                yield start, size


def _is_number(words: Words, start: int, size: int) -> bool:
    """True if a word before a number is no body's: "so 12", "vụ 3"."""
    return size == 1 and any(word[0].isdigit() for word in words[start + 1 : start + 2])
