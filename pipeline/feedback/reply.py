"""What goes back to an agency: the marked copy of its workbook, and a letter as .docx and .txt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import papers
from pipeline.feedback.listing import Heading
from pipeline.feedback.workbook import Marking, list_alone, marked_copy
from pipeline.feedback.xmltext import UnpreservableError
from pipeline.model import Finding, Severity, Verdict
from schemas.round import Agency, Round
from schemas.words import say, ui

DAYS_TO_CORRECT = 7
"""Days after receipt that an agency has, where the round's own deadline leaves fewer."""


@dataclass(frozen=True)
class Case:
    """One submission to reply to."""

    agency: Agency
    file: str
    received: dt.date
    verdict: Verdict
    findings: Sequence[Finding]
    late_days: int = 0


@dataclass(frozen=True)
class Reply:
    """The files of one reply by their endings, and whether the copy is the list alone."""

    files: dict[str, bytes]
    alone: bool


@dataclass(frozen=True)
class Correspondent:
    """Writes the replies of one round."""

    round: Round
    invented: bool = False
    lang: str = "vi"
    deadline: dt.date | None = None
    """Before which day to send again, for all; else the round's deadline, or some days after receipt."""

    def reply(self, case: Case, whole: bytes) -> Reply:
        """The reply to one submission, of whose file ``whole`` are the bytes."""
        name = self.round.sheets["feedback"]
        try:
            copy, ending = marked_copy(whole, Marking(case.findings, self._heading(case, alone=False), name, self.lang))
            alone = False
        except UnpreservableError:
            copy, ending = list_alone(Marking(case.findings, self._heading(case, alone=True), name, self.lang)), "xlsx"
            alone = True
        paragraphs = list(self._paragraphs(case, f"{case.agency.code}.{ending}", alone=alone))
        return Reply({ending: copy, "docx": self._letter(case, paragraphs), "txt": self._text(case, paragraphs)}, alone)

    def _words(self, case: Case) -> dict[str, object]:
        count = {severity: sum(each.severity is severity for each in case.findings) for severity in Severity}
        publisher = self.round.settings["publisher"]
        return {
            "agency": case.agency.name,
            "file": case.file.rpartition("/")[2],
            "received": f"{case.received:%d/%m/%Y}",
            "errors": count[Severity.ERROR],
            "warnings": count[Severity.WARNING],
            "notes": count[Severity.NOTE],
            "deadline": f"{self._deadline(case):%d/%m/%Y}",
            "send_to": publisher.get("send_to", ""),
            "publisher": publisher.get("send_to", publisher["parent"]),
            "sheet": self.round.sheets["feedback"],
            "days": case.late_days,
        }

    def _deadline(self, case: Case) -> dt.date:
        return self.deadline or max(self.round.deadline, case.received + dt.timedelta(days=DAYS_TO_CORRECT + 1))

    def _heading(self, case: Case, *, alone: bool) -> Heading:
        words, lang = self._words(case), self.lang
        keys = ("file", "counts", "alone", "alone_links", "answer") if alone else ("file", "counts", "how", "answer")
        mark = [ui("form.invented", "vi")] if self.invented else []
        return Heading(ui("feedback.title", lang, **words), [*mark, *(ui(f"feedback.{key}", lang, **words) for key in keys)])

    def _paragraphs(self, case: Case, copy: str, *, alone: bool) -> list[str]:
        words = {**self._words(case), "copy": copy}
        if case.verdict is Verdict.UNREADABLE:
            gravest = next((each for each in case.findings if each.severity is Severity.ERROR), None)
            reason = say(gravest.message, "found", self.lang, gravest.words) if gravest else ""
            keys = ["unreadable", "alone" if alone else "marked", "todo_unreadable"]
            words["reason"] = reason
        else:
            first = "received" if case.verdict is Verdict.TO_CORRECT else "accepted"
            keys = [first, *(["late"] if case.late_days else []), "alone" if alone else "marked", "todo"]
        return [ui(f"feedback.letter.{key}", self.lang, **words) for key in (*keys, "contact")]

    def _letter(self, case: Case, paragraphs: Sequence[str]) -> bytes:
        mark = ui("form.invented", "vi") if self.invented else ""
        document = papers.letter(self.round, self.lang, self._subject(), mark)
        papers.addressed(document, f"{ui('letter.to', self.lang)} {case.agency.name}")
        for text in paragraphs:
            papers.paragraph(document, text)
        papers.signature(document, ui("letter.signature", self.lang))
        return papers.content(document)

    def _subject(self) -> str:
        name = self.round.name
        return ui("feedback.letter.subject", self.lang, subject=name[:1].lower() + name[1:])

    def _text(self, case: Case, paragraphs: Sequence[str]) -> bytes:
        """The letter as plain text for an e-mail, readable by the oldest Notepad."""
        mark = [ui("form.invented", "vi")] if self.invented else []
        lines = [*mark, self._subject(), f"{ui('letter.to', self.lang)} {case.agency.name}", *paragraphs]
        return ("\ufeff" + "\r\n\r\n".join(lines) + "\r\n").encode()
