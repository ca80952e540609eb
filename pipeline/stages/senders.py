"""Senders of mails, by the address book: a note (D02) on a return from an address that isn't its agency's; whose a file is that can't be opened."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.check.verdicts import amended, verdict
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.model import Finding, Mail, Severity, Verdict
from pipeline.store import Ledger
from pipeline.store.addresses import Addresses, Contact, address_book
from schemas.round.round import Round

if TYPE_CHECKING:
    import pandas as pd

RULE = "D02"
_FOR_EVERYBODY = {"gmail.com", "googlemail.com", "yahoo.com", "yahoo.com.vn", "outlook.com", "hotmail.com", "live.com", "icloud.com"}
"""Domains that say nothing of the office of whoever writes from them."""


def note_senders(ledger: Ledger, home: Home, submissions: pd.DataFrame) -> dict[int, Verdict]:
    """Write down whose sender the address book doesn't know, where that isn't written yet; verdicts of the submissions touched."""
    mails = ledger.mails()
    if not mails:
        return {}
    book, known = _book(home, ledger.round_), ledger.findings_of((RULE,))
    verdicts: dict[int, Verdict] = {}
    with ledger.transaction():
        for number, name, code in zip(submissions["submission"], submissions["name"], submissions["agency"], strict=True):
            wanted = (
                [_finding(mails[number], str(code), str(name))] if number in mails and _is_strange(mails[number], book.get(code)) else []
            )
            if wanted != known.get(number, []):
                findings = amended(ledger.findings([number]), RULE, wanted)
                verdicts[number] = verdict(findings)
                ledger.amend(number, findings, verdicts[number])
    return verdicts


def agencies_by_address(home: Home, round_: Round) -> dict[str, str]:
    """The agency of every address in the address book that is one agency's alone."""
    found: dict[str, set[str]] = {}
    for code, contact in _book(home, round_).items():
        for address in (*contact.to, *contact.cc):
            found.setdefault(address.lower(), set()).add(code)
    return {address: next(iter(codes)) for address, codes in found.items() if len(codes) == 1}


def _book(home: Home, round_: Round) -> Addresses:
    """The address book of a folder; one that can't be read is told by what writes letters, and stops no collection."""
    with suppress(OperatorError, OSError):
        return address_book(home, round_)
    return {}


def _is_strange(mail: Mail, contact: Contact | None) -> bool:
    """True of a sender that is none of an agency's addresses, nor of a domain of theirs."""
    if contact is None or not mail.sender:
        return False
    known = {address.lower() for address in (*contact.to, *contact.cc)}
    domains = {address.rpartition("@")[2] for address in known} - _FOR_EVERYBODY
    return bool(known) and mail.sender not in known and mail.sender.rpartition("@")[2] not in domains


def _finding(mail: Mail, code: str, name: str) -> Finding:
    return Finding(RULE, Severity.NOTE, "sender_unknown", {"sender": mail.sender}, agency=code, file=name)
