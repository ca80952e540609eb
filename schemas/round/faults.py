"""Faults of a round's declarations, kept as data until they are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from schemas.words import ui

MOST_NAMED = 12
"""The most known names that one sentence lists."""


@dataclass(frozen=True)
class Fault:
    """One fault.

    ``key``: its sentence in ``messages/*/round.toml``. ``place``: a line, or a dotted path of keys.
    """

    key: str
    file: str
    place: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """The sentence: file, place, what is wrong, and the name that was likely meant."""
        where = ui("round.line", lang, number=self.place) if self.place.isdigit() else self.place
        sentence = ui(f"round.faults.{self.key}", lang, **self.words)
        near = (
            " " + ui("round.near", lang, name=self.words["near"]) if self.words.get("near") else ""
        )
        return f"{', '.join(filter(None, (self.file, where)))}: {sentence}{near}"


class DeclarationError(ValueError):
    """A round's declarations can't be used; ``faults`` has every reason."""

    def __init__(self, folder: object, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.text("en") for fault in faults))
        self.folder, self.faults = folder, tuple(faults)


class KeyPath(NamedTuple):
    """A place in a round's files. Makes the faults found there."""

    file: str
    steps: tuple[object, ...] = ()
    """Keys and numbers, from the outermost on."""

    def at(self, *steps: object) -> KeyPath:
        """The place that these further keys or numbers lead to."""
        return KeyPath(self.file, (*self.steps, *steps))

    def fault(self, key: str, **words: object) -> Fault:
        """Make a fault at this place."""
        path = ".".join(str(step) for step in self.steps if step != "")
        return Fault(key, self.file, path, {name: str(word) for name, word in words.items()})

    def unknown(
        self, what: str, names: str | Iterable[str], known: Collection[str], **words: object
    ) -> Iterator[Fault]:
        """Yield a fault per name that isn't ``known``; ``what``: what it should name."""
        for name in (names,) if isinstance(names, str) else names:
            if name not in known:
                told = {"name": name, "known": listed(list(known)), "near": near(name, known)}
                yield self.fault(f"no_such.{what}", **told, **words)


def listed(names: Sequence[str]) -> str:
    """Join names for a sentence: the first dozen."""
    return ", ".join(map(str, names[:MOST_NAMED])) + (", …" if len(names) > MOST_NAMED else "")


def near(name: str, known: Iterable[str]) -> str:
    """The known name most similar to a misspelt one; blank if none is near."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, list(known), n=1)), "")
