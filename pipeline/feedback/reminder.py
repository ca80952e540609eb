"""The reminder to an agency that has sent nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.feedback.letters import Letter, by_when
from pipeline.office.letter import about
from schemas.round.nil import nil_words
from schemas.round.round import Agency, Round
from schemas.words import formal_day, ui


@dataclass(frozen=True)
class Reminding:
    """What all reminders of one run share."""

    round: Round
    today: dt.date
    """Decides whether the reminder is late (from the deadline on)."""
    as_of: dt.date | None = None
    """The day up to which nothing has come; None for the day of the letter."""
    invented: bool = False
    lang: str = "vi"

    def letter(
        self, agency: Agency, deadline: dt.date, asked: dt.date | None, day: dt.date
    ) -> dict[str, bytes]:
        """Return the letter dated ``day`` to an agency, by file ending.

        After ``deadline`` it asks for a report before the day ``asked``; None names no day.
        """
        round_, late = self.round, self.today >= deadline
        as_of, due = self.as_of or day, (asked and max(asked, deadline)) if late else deadline
        words = {
            "dispatch": round_.settings.cited,
            "publisher": round_.settings.publisher.addressee,
            "send_to": round_.settings.publisher.send_to,
            "as_of": formal_day(as_of),
            "days": (as_of - deadline).days + 1,
            "deadline": formal_day(deadline),
            "by": by_when(due, self.lang),
            "file": f"{agency.code}.xlsx",
            **nil_words(round_),
        }
        keys = (
            "overdue" if late else "coming",
            "todo",
            *(["nil"] if words["nil"] else []),
            "sent",
            "contact",
        )
        paragraphs = [ui(f"feedback.reminder.{key}", self.lang, **words) for key in keys]
        subject = about(round_, self.lang, "feedback.reminder.subject")
        letter = Letter(
            round_, agency, day, subject, paragraphs, invented=self.invented, lang=self.lang
        )
        return {"docx": letter.docx(), "txt": letter.txt()}
