"""What is marked in a workbook, and what is said of hazards that were taken out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.feedback.hazards import SIGNATURE
from pipeline.feedback.listing import ListHeading
from pipeline.model import Finding
from schemas.words import ui


@dataclass(frozen=True)
class Marking:
    """What to mark: findings, text above the list, its sheet's name, language, author of notes."""

    findings: Sequence[Finding]
    heading: ListHeading
    name: str
    lang: str = "vi"
    author: str = ""

    @property
    def sign(self) -> str:
        """The text with which all our notes begin."""
        return f"[{self.name}]"

    def saying(self, taken: frozenset[str]) -> Marking:
        """Return a copy whose heading also says what was taken out of the workbook."""
        lines = [
            ui(f"feedback.letter.{key}", self.lang, hazards=names_of(taken, self.lang))
            for key in remarks_on(taken)
        ]
        return (
            replace(self, heading=replace(self.heading, lines=[*self.heading.lines, *lines]))
            if lines
            else self
        )


def names_of(taken: frozenset[str], lang: str) -> str:
    """Return the kinds of hazards in words."""
    return ", ".join(ui(f"feedback.hazard.{what}", lang) for what in sorted(taken - {SIGNATURE}))


def remarks_on(taken: frozenset[str]) -> tuple[str, ...]:
    """Return the keys of the sentences that say what was taken out."""
    return ("disarmed",) * bool(taken - {SIGNATURE}) + ("unsigned",) * (SIGNATURE in taken)
