"""A letter to an agency in two forms: .docx by Nghị định 30/2020, and plain text for a mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.office import letter
from schemas.round.round import Agency, Round
from schemas.words import formal_day, ui


@dataclass(frozen=True)
class Letter:
    """The content of a letter. ``points`` are listed after the first paragraph."""

    round: Round
    agency: Agency
    day: dt.date
    """The date on the letter."""
    subject: str
    paragraphs: Sequence[str]
    points: Sequence[str] = ()
    invented: bool = False
    lang: str = "vi"

    @property
    def _to(self) -> str:
        addressee = self.round.settings.letter.addressee(self.agency.code, self.agency.name)
        return f"{ui('letter.to', self.lang)} {addressee}"

    @property
    def _mark(self) -> str:
        return ui("form.invented", self.round.language) if self.invented else ""

    def docx(self) -> bytes:
        """Return the letter as .docx."""
        sender = self.round.settings.letter.sender_to(self.agency.code)
        paper = letter.begin(self.round, sender, self.lang, self.subject, self._mark, self.day)
        letter.addressed(paper, self._to)
        first, *others = self.paragraphs
        for text in (first, *(f"- {point}" for point in self.points), *others):
            letter.paragraph(paper, text)
        letter.closing(paper, sender, self.lang)
        return paper.content()

    def txt(self) -> bytes:
        """Return the letter as plain text, with BOM and CRLF for old versions of Notepad."""
        first, *others = self.paragraphs
        listed = ["\r\n".join([first, *(f"- {point}" for point in self.points)])]
        lines = filter(
            None,
            [
                self._mark,
                self.subject,
                self._to,
                *listed,
                *others,
                letter.contacts(self.round, self.lang),
            ],
        )
        return ("\ufeff" + "\r\n\r\n".join(lines) + "\r\n").encode()


def by_when(due: dt.date | None, lang: str) -> str:
    """Return in words by when something is asked for: before the day ``due``, or soon."""
    return ui("feedback.by.day", lang, due=formal_day(due)) if due else ui("feedback.by.soon", lang)
