"""The nouns of taking files in: ignored, unmatched, unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model import Received
from schemas.words import ui


@dataclass(frozen=True)
class IgnoredFile:
    """A file that was left out. ``reason`` is a key of ``collect.toml``."""

    name: str
    reason: str

    def text(self, lang: str) -> str:
        """Return the reason as text for people."""
        return ui(f"collect.ignored.{self.reason}", lang)


@dataclass(frozen=True)
class UnmatchedLine:
    """A file that a register names and that doesn't exist."""

    name: str


@dataclass(frozen=True)
class UnchangedFile:
    """A file that is unchanged since it was taken in and judged: it is only counted."""


IntakeResult = Received | UnchangedFile | IgnoredFile | UnmatchedLine
IntakeResults = Iterator[IntakeResult]
