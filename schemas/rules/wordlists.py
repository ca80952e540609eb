"""The lists of words by which persons and places are told (``schemas/anonymity.toml``), compared without regard to capitals."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path


@lru_cache
def _lists() -> Mapping[str, Sequence[str]]:
    found: Mapping[str, Sequence[str]] = tomllib.loads((Path(__file__).parents[1] / "anonymity.toml").read_text(encoding="utf-8"))
    return found


def key(text: str) -> str:
    """A word as words are compared: without capitals; "uỷ" and "ủy" alike."""
    return text.casefold().replace("uỷ", "ủy").replace("oà", "òa")


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(letter for letter in split if not unicodedata.combining(letter))


@lru_cache
def listed(kind: str) -> frozenset[str]:
    """The words of a list, as they are compared."""
    return frozenset(map(key, _lists()[kind]))


@lru_cache
def listed_plain(kind: str) -> frozenset[str]:
    """The same as they are typed without marks."""
    return frozenset(map(_plain, listed(kind)))


def is_listed(kind: str, word: str) -> bool:
    """Whether a word is in a list; one that is typed without marks where its marked form is."""
    return key(word) in listed(kind) or (word.isascii() and kind in _TYPED_PLAIN and key(word) in listed_plain(kind))


_TYPED_PLAIN = frozenset({"surnames", "doubtful_surnames", "sure_middle_names", "middle_names", "places", "addresses"})


@lru_cache
def _longest(kind: str) -> int:
    return max(len(entry.split()) for entry in listed(kind))


def ends_with(kind: str, words: Sequence[str], *, plain: bool = False) -> int:
    """How many of the last words are an entry of a list, typed without marks if the text is; 0 for none."""
    marked, bare = listed(kind), listed_plain(kind) if plain or kind in ("offices", "common_offices") else frozenset()
    for count in range(min(_longest(kind), len(words)), 0, -1):
        entry = " ".join(words[-count:])
        if entry in marked or ((plain or " " in entry) and entry.isascii() and entry in bare):
            return count
    return 0


def begins_with(kind: str, words: Sequence[str], *, plain: bool = False) -> bool:
    """Whether the first words are an entry of a list, typed without marks if the text is."""
    known = listed_plain(kind) if plain else listed(kind)
    return any(" ".join(words[:count]) in known for count in range(1, _longest(kind) + 1))
