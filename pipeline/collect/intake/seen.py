"""What is seen while files are taken in: received, left, missing, as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model import Received
from schemas.words import ui


@dataclass(frozen=True)
class Ignored:
    """A file that was seen and left; ``reason`` is a key of ``collect.toml``."""

    name: str
    reason: str

    def text(self, lang: str) -> str:
        """The reason, for people."""
        return ui(f"collect.ignored.{self.reason}", lang)


@dataclass(frozen=True)
class Unmatched:
    """A file that a folder's register names and that isn't there."""

    name: str


@dataclass(frozen=True)
class Unchanged:
    """A file that lies as it lay when it was taken in and whose content was judged: there is nothing to do but to count it."""


One = Received | Unchanged | Ignored | Unmatched
Each = Iterator[One]
