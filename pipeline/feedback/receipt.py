"""The receipt: the letter that tells an agency which of its returns counts."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from pipeline.feedback.letters import Letter
from pipeline.model import Verdict
from pipeline.office.letter import about
from schemas.round.round import Agency, Round
from schemas.words import formal_day, ui


@dataclass(frozen=True)
class Receipt:
    """A return that counts, as its receipt tells it."""

    agency: Agency
    file: str
    received: dt.date
    number: int
    """Its place among the agency's returns in order of receipt, from 1."""
    verdict: Verdict
    warnings: int = 0
    is_nil: bool = False
    late_days: int = 0
    newer: dt.date | None = None
    """Receipt date of the newest return that doesn't count yet; None if there is none."""

    @property
    def grounds(self) -> str:
        """A hash of all that the letter says: if it changes, the letter is no longer true."""
        said = {**asdict(self), "agency": self.agency.code}
        return hashlib.sha256(
            json.dumps(said, default=str, ensure_ascii=False).encode()
        ).hexdigest()


@dataclass(frozen=True)
class Receipts:
    """Writes the receipts of one round."""

    round: Round
    invented: bool = False
    lang: str = "vi"

    def letter(self, receipt: Receipt, day: dt.date) -> dict[str, bytes]:
        """Return the receipt dated ``day``, by file ending."""
        publisher = self.round.settings.publisher
        words = {
            "dispatch": self.round.settings.cited,
            "publisher": publisher.addressee,
            "send_to": publisher.send_to,
            "file": receipt.file.rpartition("/")[2],
            "received": formal_day(receipt.received),
            "number": receipt.number,
            "warnings": receipt.warnings,
            "days": receipt.late_days,
            "newer": formal_day(receipt.newer) if receipt.newer else "",
        }
        points = [ui(f"feedback.receipt.{key}", self.lang, **words) for key in _points(receipt)]
        paragraphs = [
            ui(f"feedback.receipt.{key}", self.lang, **words) for key in _paragraphs(receipt)
        ]
        subject = about(self.round, self.lang, "feedback.receipt.subject")
        letter = Letter(
            self.round, receipt.agency, day, subject, paragraphs, points, self.invented, self.lang
        )
        return {"docx": letter.docx(), "txt": letter.txt()}


def _points(receipt: Receipt) -> Iterator[str]:
    """Yield the keys of the points, one per line."""
    yield from ("file", "day")
    if receipt.late_days:
        yield "late"
    yield "number"
    if receipt.is_nil:
        yield "nil"
    yield "warned" if receipt.verdict is Verdict.WITH_WARNINGS else "right"


def _paragraphs(receipt: Receipt) -> Iterator[str]:
    """Yield the keys of the paragraphs."""
    yield "received"
    yield "counts_warned" if receipt.verdict is Verdict.WITH_WARNINGS else "counts"
    if receipt.newer:
        yield "newer"
    yield "contact"
