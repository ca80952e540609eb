"""The reply to an agency: the marked copy of its workbook, and a letter as .docx and .txt."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.feedback.hazards import UnsafeError
from pipeline.feedback.letters import Letter, by_when
from pipeline.feedback.listing import ListHeading
from pipeline.feedback.marking import Marking, names_of, remarks_on
from pipeline.feedback.workbook import list_alone, marked_copy
from pipeline.findings.entries import FindingGroup, counted, entries
from pipeline.model import Finding, Severity, Verdict
from pipeline.office.letter import about
from pipeline.office.xmltree import UnpreservableError
from schemas.round.round import Agency, Round
from schemas.rules.catalogue import BETWEEN_AGENCIES
from schemas.words import formal_day, say, ui

MOST_POINTS = 5
"""The most errors that the letter names; the copy has them all."""


@dataclass(frozen=True)
class Case:
    """One submission to reply to."""

    agency: Agency
    file: str
    received: dt.date
    verdict: Verdict
    findings: Sequence[Finding]
    late_days: int = 0
    others: int = 0
    """The number of the agency's other files for which this one stands."""
    counting: dt.date | None = None
    """Receipt date of the version that counts until this one is corrected; None if none does."""
    deadline: dt.date | None = None
    """The agency's deadline: the first late day."""
    due: dt.date | None = None
    """The day before which to send it again; None if no day is named."""

    @property
    def is_unreadable(self) -> bool:
        """Whether the file can't be marked, because it is no readable workbook."""
        return self.verdict is Verdict.UNREADABLE

    @property
    def grounds(self) -> str:
        """A hash of what the reply rests on: if it changes, the reply is no longer true.

        Days that only pass (``due``) and findings that compare agencies are not part of it.
        """
        asked = [
            each
            for each in self.findings
            if each.severity is not Severity.NOTE and each.rule not in BETWEEN_AGENCIES
        ]
        findings = [
            (
                each.rule,
                each.severity,
                each.message,
                sorted(each.words.items()),
                each.sheet,
                each.cells,
            )
            for each in asked
        ]
        days = (self.received, self.late_days, self.counting, self.deadline)
        said = (self.agency.code, self.file, self.verdict, findings, self.others, days)
        return hashlib.sha256(
            json.dumps(said, default=str, ensure_ascii=False).encode()
        ).hexdigest()


@dataclass(frozen=True)
class Enclosure:
    """The workbook that goes with a letter; ``remarks`` are keys of sentences about it."""

    content: bytes
    alone: bool = False
    """Whether it is only the list of findings, not a marked copy."""
    remarks: tuple[str, ...] = ()
    hazards: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Correspondent:
    """Writes the replies of one round."""

    round: Round
    invented: bool = False
    lang: str = "vi"

    def reply(self, case: Case, enclosed: Enclosure, day: dt.date) -> dict[str, bytes]:
        """Return the reply dated ``day`` to one submission, by file ending."""
        accepted = "_accepted" if case.verdict is Verdict.WITH_WARNINGS else ""
        subject = about(self.round, self.lang, f"feedback.letter.subject{accepted}")
        paragraphs = self._paragraphs(case, enclosed)
        letter = Letter(
            self.round,
            case.agency,
            day,
            subject,
            paragraphs,
            self._points(case),
            self.invented,
            self.lang,
        )
        return {"xlsx": enclosed.content, "docx": letter.docx(), "txt": letter.txt()}

    def enclosed(self, case: Case, whole: bytes | None) -> Enclosure:
        """Return the marked copy if it can be sent, or else the list alone.

        ``whole``: the bytes of the received file; None if they are lost.
        """
        if whole is None:
            return self._list_alone(case, "lost")
        try:
            copy = marked_copy(whole, self._marking(case, self._heading(case)))
        except UnsafeError as error:
            return self._list_alone(case, "unsafe", frozenset({error.what}))
        except UnpreservableError:
            return self._list_alone(case)
        return Enclosure(copy.content, remarks=remarks_on(copy.taken), hazards=copy.taken)

    def _list_alone(
        self, case: Case, remark: str = "", hazards: frozenset[str] = frozenset()
    ) -> Enclosure:
        key = f"alone_{remark}" if remark else "alone"
        heading = self._heading(case, alone=key, hazards=names_of(hazards, self.lang))
        return Enclosure(
            list_alone(self._marking(case, heading)),
            alone=True,
            remarks=(remark,) if remark else (),
            hazards=hazards,
        )

    def _marking(self, case: Case, heading: ListHeading) -> Marking:
        settings = self.round.settings
        author = settings.letter.sender_to(case.agency.code).issuer or settings.publisher.parent
        return Marking(case.findings, heading, self.round.sheets.feedback, self.lang, author)

    def _words(self, case: Case) -> dict[str, object]:
        publisher = self.round.settings.publisher
        return {
            "agency": case.agency.name,
            "file": case.file.rpartition("/")[2],
            "received": formal_day(case.received),
            **counted(case.findings),
            "by": by_when(case.due, self.lang),
            "send_to": publisher.send_to,
            "publisher": publisher.addressee,
            "sheet": self.round.sheets.feedback,
            "days": case.late_days,
            "others": case.others,
            "counting": formal_day(case.counting) if case.counting else "",
        }

    def _heading(self, case: Case, *, alone: str = "", hazards: str = "") -> ListHeading:
        words, lang = (
            {
                **self._words(case),
                "hazards": hazards,
                "send_to": self.round.settings.publisher.destination,
            },
            self.lang,
        )
        warned = ["answer_alone" if alone else "answer"] if words["warnings"] else []
        keys = [
            "file",
            "counts" if words["errors"] else "counts_right",
            *([alone, "alone_links"] if alone else ["how"]),
            *warned,
            "due",
        ]
        mark = [ui("form.invented", self.round.language)] if self.invented else []
        return ListHeading(
            ui("feedback.title", lang, **words),
            [*mark, *(ui(f"feedback.{key}", lang, **words) for key in keys)],
        )

    def _paragraphs(self, case: Case, enclosed: Enclosure) -> list[str]:
        words = {
            **self._words(case),
            "copy": f"{case.agency.code}.xlsx",
            "hazards": names_of(enclosed.hazards, self.lang),
        }
        remarks = enclosed.remarks
        alone = "_alone" if enclosed.alone else ""
        about_copy = [
            "alone" if enclosed.alone else "marked_disarmed" if remarks else "marked",
            *remarks,
        ]
        late = ["late"] if case.late_days else []
        others = ["still_counts"] if case.counting else ["others"] if case.others else []
        if case.is_unreadable:
            gravest = next(
                (each for each in case.findings if each.severity is Severity.ERROR), None
            )
            words |= {
                part: say(gravest.message, part, self.lang, gravest.words) if gravest else ""
                for part in ("found", "fix")
            }
            keys = ["unreadable", *others, *late, "todo_unreadable", "form_again"]
        elif case.verdict is Verdict.TO_CORRECT:
            warned = "_warned" if words["warnings"] else ""
            keys = [
                f"received{warned}",
                *others,
                *late,
                *about_copy,
                f"todo{warned}{alone if warned else ''}",
            ]
        else:
            keys = ["accepted", *others, *late, *about_copy, f"todo_accepted{alone}"]
        return [ui(f"feedback.letter.{key}", self.lang, **words) for key in (*keys, "contact")]

    def _points(self, case: Case) -> list[str]:
        """Return the first things to correct, one per line."""
        if case.is_unreadable:
            return []
        asked = [
            each for each in entries(case.findings) if each.first.severity is not Severity.NOTE
        ]
        first = [each for each in asked if each.first.severity is Severity.ERROR][
            :MOST_POINTS
        ] or asked[:MOST_POINTS]
        lines = [f"{self._place(each)}{each.found(self.lang)}" for each in first]
        left = len(asked) - len(first)
        return [*lines, ui("feedback.letter.more", self.lang, count=left)] if left else lines

    def _place(self, entry: FindingGroup) -> str:
        sheet, where = entry.first.sheet, entry.where(most=40)
        if not sheet:
            return ""
        return (
            ui(
                f"feedback.letter.{'place' if where else 'place_sheet'}",
                self.lang,
                sheet=sheet,
                cells=where,
            )
            + " "
        )
