"""The reminder to an agency from which nothing has come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.feedback.letters import Letter, about
from schemas.round.nil import nil_words
from schemas.round.round import Agency, Round
from schemas.words import dmy, ui

DAYS_TO_REPORT = 7
"""Days that an agency is given from the day of the reminder, once its deadline is over."""


@dataclass(frozen=True)
class Reminding:
    """What all reminders of one day have in common."""

    round: Round
    as_of: dt.date
    """The day up to which nothing has come."""
    deadline: dt.date | None = None
    """Before which day to report; else the agency's deadline or, once that is over, some days from ``as_of``."""
    invented: bool = False
    lang: str = "vi"

    def letter(self, agency: Agency, deadline: dt.date) -> dict[str, bytes]:
        """The letter to one agency, whose time is over on the day ``deadline``, by the endings of its files."""
        round_, late = self.round, self.as_of >= deadline
        due = self.deadline or (self.as_of + dt.timedelta(days=DAYS_TO_REPORT + 1) if late else deadline)
        words = {
            "dispatch": round_.settings.dispatch_or_name,
            "publisher": round_.settings.publisher.addressee,
            "send_to": round_.settings.publisher.send_to,
            "as_of": dmy(self.as_of),
            "days": (self.as_of - deadline).days + 1,
            "deadline": dmy(deadline),
            "due": dmy(due),
            "file": f"{agency.code}.xlsx",
            **nil_words(round_),
        }
        keys = ("overdue" if late else "coming", "todo", *(["nil"] if words["nil"] else []), "sent", "contact")
        paragraphs = [ui(f"feedback.reminder.{key}", self.lang, **words) for key in keys]
        subject = about(round_, self.lang, "feedback.reminder.subject")
        letter = Letter(round_, agency, subject, paragraphs, invented=self.invented, lang=self.lang)
        return {"docx": letter.docx(), "txt": letter.txt()}
