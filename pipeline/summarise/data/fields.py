"""What the data package is made of: resources and their fields, each said in every language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from schemas.round.round import Round
from schemas.round.translation import in_language
from schemas.words import LANGUAGES

CODE = pa.dictionary(pa.int32(), pa.string())
"""Codes and other texts that are repeated."""
Said = Mapping[str, str]
"""A text by language, the round's own language first."""


@dataclass(frozen=True)
class Voices:
    """A round in each language, its own first."""

    rounds: Mapping[str, Round]

    @classmethod
    def of(cls, round_: Round) -> Voices:
        """All languages that the program speaks."""
        languages = [round_.language, *(lang for lang in LANGUAGES if lang != round_.language)]
        return cls({str(lang): in_language(round_, lang) for lang in languages})

    @property
    def own(self) -> Round:
        """The round in its own language."""
        return next(iter(self.rounds.values()))

    def each(self, words: Callable[[Round], str]) -> Said:
        """What ``words`` makes of the round in each language."""
        return {lang: words(round_) for lang, round_ in self.rounds.items()}

    def ui(self, key: str, **words: object) -> Said:
        """A text of the catalogue in each language."""
        return self.each(lambda round_: round_.say(key, **words))


@dataclass(frozen=True)
class Field:
    """One column: its type in Parquet, and what people and programs should know of it.

    ``codes``: the list to which its codes belong. ``constraints`` are those of Table Schema, told
    as far as all values meet them.
    """

    name: str
    type: pa.DataType
    title: Said
    description: Said = field(default_factory=dict)
    unit: Said = field(default_factory=dict)
    codes: str = ""
    constraints: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Resource:
    """One table of the package.

    ``path`` has no ending; ``parts`` yields the rows, a part at a time.
    """

    path: str
    title: Said
    description: Said
    fields: tuple[Field, ...]
    parts: Callable[[], Iterator[pa.Table]]
    key: tuple[str, ...] = ()
    """The fields that tell rows apart."""
    in_parquet: bool = True

    @property
    def name(self) -> str:
        """What it is called in the package."""
        return self.path.replace("/", "-").lower()


def differing(name: str, said: Said) -> dict[str, str]:
    """Return a text for JSON: ``title`` in the round's language, ``title_en`` if it differs."""
    if not any(said.values()):
        return {}
    own, *others = said.items()
    return {
        name: own[1],
        **{f"{name}_{lang}": text for lang, text in others if text and text != own[1]},
    }
