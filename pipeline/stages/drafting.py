"""Write drafts of mails (.eml) beside letters, to be sent by hand.

Letter and workbook are attached; the recipients are those of the address book.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import __version__
from pipeline.distribute.issue import workbooks
from pipeline.distribute.letter import as_text as letter_as_text
from pipeline.home import RECEIPT, Home
from pipeline.office.draft import MailDraft
from pipeline.office.letter import about, subject_of
from pipeline.stages.issuing import deadlines_of
from pipeline.stages.ledgers import is_invented, sole_writer
from pipeline.store import Ledger
from pipeline.store.addresses import Addresses, Contact, address_book, addresses_of
from pipeline.store.outputs import outputs
from schemas.round.round import Agency, Round

DISTRIBUTE, FEEDBACK, REMIND = "distribute", "feedback", "remind"
SUBJECTS = {
    FEEDBACK: "feedback.letter.subject",
    REMIND: "feedback.reminder.subject",
    RECEIPT: "feedback.receipt.subject",
    DISTRIBUTE: "letter.subject",
}


@dataclass(frozen=True)
class DraftReport:
    """How many drafts were written, and what to check before sending them."""

    count: int = 0
    offered: Mapping[str, str] = field(default_factory=dict)
    """By agency: addresses not in the address book, but in the return or its mail."""
    unknown: tuple[str, ...] = ()
    """Agencies without any known address."""


def write_drafts(
    home: Home, round_: Round, command: str, codes: Collection[str] = (), *, asked: bool, lang: str
) -> DraftReport:
    """Write a draft for each letter of a command in its folder.

    If ``asked``, for all agencies or ``codes``; else only where a draft exists, which is written
    anew. A draft whose letter is gone is deleted.
    """
    folder = home.letters(command)
    agencies = [agency for agency in round_.in_scope if not codes or agency.code in codes]
    chosen = [agency for agency in agencies if asked or (folder / f"{agency.code}.eml").is_file()]
    if not chosen:
        return DraftReport()
    with sole_writer(home, round_):
        return _Writer(home, round_, command, folder, round_.speaking(lang)).write(chosen)


class _Writer:
    """Writes the drafts of one command."""

    def __init__(self, home: Home, round_: Round, command: str, folder: Path, lang: str) -> None:
        self._home, self._round, self._command, self._folder = home, round_, command, folder
        self._lang = round_.language if command == DISTRIBUTE else lang
        self._book = address_book(home, round_)
        self._due, self._forms = deadlines_of(home, round_), dict[str, bytes]()
        self._others = {} if command == DISTRIBUTE else _named_in_returns(home, round_)

    def write(self, agencies: Sequence[Agency]) -> DraftReport:
        written = []
        if self._command == REMIND:
            self._forms = dict(
                workbooks(
                    self._round, agencies, self._due, invented=is_invented(self._home, self._round)
                )
            )
        with outputs(self._home, f"{self._command} --eml") as out:
            for agency in agencies:
                path = self._folder / f"{agency.code}.eml"
                if path.with_suffix(".docx").is_file():
                    out.write(path, self._draft(agency).eml())
                    written.append(agency.code)
                else:
                    out.remove(path)
        return _drafted(written, self._book, self._others)

    def _draft(self, agency: Agency) -> MailDraft:
        contact = self._book.get(agency.code) or Contact(
            addresses_of(self._others.get(agency.code, ""))
        )
        subject = subject_of(self._folder / f"{agency.code}.docx") or about(
            self._round, self._lang, SUBJECTS[self._command]
        )
        return MailDraft(
            subject, self._text(agency), contact.to, contact.cc, self._attached(agency.code)
        )

    def _text(self, agency: Agency) -> str:
        if self._command == DISTRIBUTE:
            return letter_as_text(self._round, agency, self._due.of(agency.code))
        return (self._folder / f"{agency.code}.txt").read_text(encoding="utf-8-sig")

    def _attached(self, code: str) -> dict[str, bytes]:
        """Return letter and workbook; a reminder has the form again, a receipt has no workbook."""
        letter, workbook = f"{code}.docx", f"{code}.xlsx"
        attached = {letter: (self._folder / letter).read_bytes()}
        if self._command == RECEIPT:
            return attached
        enclosed = (
            self._forms[code] if self._command == REMIND else (self._folder / workbook).read_bytes()
        )
        return {**attached, workbook: enclosed}


def _drafted(written: list[str], book: Addresses, others: Mapping[str, str]) -> DraftReport:
    silent = [code for code in written if not (code in book and book[code].to)]
    offered = {
        code: others[code]
        for code in silent
        if code not in book and addresses_of(others.get(code, ""))
    }
    return DraftReport(len(written), offered, tuple(code for code in silent if code not in offered))


def _named_in_returns(home: Home, round_: Round) -> dict[str, str]:
    """Return addresses by agency: from its newest return, else the sender of that one's mail."""
    if not home.ledger.is_file():
        return {}
    with Ledger(home.ledger, round_, __version__) as ledger:
        return _named_in(ledger)


def _named_in(ledger: Ledger) -> dict[str, str]:
    submissions = ledger.submissions(("submission", "agency", "received"))
    known = submissions[submissions["agency"] != ""].sort_values(["received", "submission"])
    senders = {number: mail.sender for number, mail in ledger.mails().items()}
    key = ledger.round_.settings.contact.email
    stated = _stated(ledger, known["submission"].tolist(), key) if key else {}
    found: dict[str, str] = {}
    for number, code in zip(known["submission"], known["agency"], strict=True):
        address = stated.get(number) or senders.get(number, "")
        if address:  # a later return replaces the address of an earlier one
            found[str(code)] = address
    return found


def _stated(ledger: Ledger, numbers: list[int], key: str) -> dict[int, str]:
    rows = ledger.rows(ledger.round_.info, numbers, columns=[key])
    pairs = zip(rows["submission"], rows[key], strict=True)
    return {
        number: text.strip()
        for number, text in pairs
        if isinstance(text, str) and addresses_of(text)
    }
