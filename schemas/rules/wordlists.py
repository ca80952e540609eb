"""Word lists for finding persons and places (``schemas/anonymity.toml``): what a word may be.

Words are compared without regard to capitals.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from schemas.rules.kinds import KINDS

UPPER = "A-ZÀ-ÖØ-ÞĂĐĨŨƠƯ" + "".join(map(chr, range(0x1EA0, 0x1EFA, 2)))
"""Capital letters, as part of a pattern's character class."""
TOKEN = re.compile(
    rf"(?:[{UPPER}]+[^\W\d_{UPPER}]*(?:[{UPPER}](?!\w))?|[^\W\d_{UPPER}]+)(?:['’ʼ][^\W\d_]+)*"
    r"|\d+|[\n\t]|[^\w\s]|_"
)
"""A token: a word (also the first of two written together, "đ/cNguyễn"), a number, a line break or
tab, or a sign."""
Phrase = tuple[str, ...]
_TONES = {
    "o": "oà òa oá óa oả ỏa oã õa oạ ọa oè òe oé óe oẻ ỏe oẽ õe oẹ ọe",
    "u": "uỳ ùy uý úy uỷ ủy uỹ ũy uỵ ụy",
}
_ON_FIRST = {
    pair[0]: pair[1]
    for each in _TONES.values()
    for pair in zip(each.split()[::2], each.split()[1::2], strict=True)
}
"""Endings in which the tone mark stands on the second letter, and the same with it on the first:
both spellings are common ("uỷ", "ủy")."""


def key(word: str) -> str:
    """The form in which words are compared: without capitals, and "uỷ" as "ủy"."""
    folded = word.casefold()
    return folded[:-2] + _ON_FIRST.get(folded[-2:], folded[-2:])


def _bare(text: str) -> str:
    split = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(letter for letter in split if not unicodedata.combining(letter))


@dataclass(frozen=True)
class Lexicon:
    """What words and phrases may be (bits of ``kinds``), with Vietnamese marks or without them."""

    words: Mapping[str, int]
    phrases: Mapping[tuple[str, str], Sequence[tuple[Phrase, int]]]
    """Phrases of several words, by their first two words, longest phrase first."""
    places: frozenset[str]
    not_addressed: frozenset[str]
    not_addressed_alone: frozenset[str]

    @cached_property
    def about(self) -> Callable[[str], tuple[str, int, bool]]:
        """Looks a word up: the form in which it is compared, its kinds, whether it has a capital.

        Texts repeat words, so it remembers.
        """

        @lru_cache(maxsize=8192)
        def about(word: str) -> tuple[str, int, bool]:
            compared = key(word)
            return compared, self.words.get(compared, 0), word[0].isupper()

        return about


@lru_cache
def lexicon(*, plain: bool) -> Lexicon:
    """The words of all lists; if ``plain``, as they are typed without Vietnamese marks."""
    known: dict[Phrase, int] = {}
    for number, kind in enumerate(KINDS):
        for entry in _entries(kind, plain=plain):
            known[entry] = known.get(entry, 0) | 1 << number
    phrases: dict[tuple[str, str], list[tuple[Phrase, int]]] = {}
    for entry in sorted(known, key=len, reverse=True):
        if len(entry) > 1:
            phrases.setdefault((entry[0], entry[1]), []).append((entry, known[entry]))
    words = {entry[0]: kinds for entry, kinds in known.items() if len(entry) == 1}
    return Lexicon(
        words,
        phrases,
        *(_names(kind, plain=plain) for kind in ("places", "not_addressed", "not_addressed_alone")),
    )


@lru_cache
def _lists() -> Mapping[str, str | Sequence[str]]:
    written = tomllib.loads(
        (Path(__file__).parents[1] / "anonymity.toml").read_text(encoding="utf-8")
    )
    return {kind: entries for part in written.values() for kind, entries in part.items()}


def _entries(kind: str, *, plain: bool) -> Iterator[Phrase]:
    listed = _lists()[kind]
    for entry in listed.split() if isinstance(listed, str) else listed:
        found = entry.split() if entry.replace(" ", "").isalpha() else TOKEN.findall(entry)
        yield tuple(_bare(key(word)) if plain else key(word) for word in found)


def _names(kind: str, *, plain: bool) -> frozenset[str]:
    entries: Iterable[Phrase] = _entries(kind, plain=plain)
    return frozenset(" ".join(entry) for entry in entries)
