"""Compare senders of mails with the address book.

A return from an address that isn't its agency's gets a note (D02). For a file that can't be opened,
the sender tells the agency.
"""

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
_FOR_EVERYBODY = {
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.com.vn",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "icloud.com",
}
"""Domains open to everybody, which tell nothing about the sender's office."""


def note_senders(ledger: Ledger, home: Home, submissions: pd.DataFrame) -> dict[int, Verdict]:
    """Write D02 where missing, delete it where it no longer holds; return verdicts touched."""
    mails = ledger.mails()
    if not mails:
        return {}
    book, known = _book(home, ledger.round_), ledger.findings_of((RULE,))
    verdicts: dict[int, Verdict] = {}
    with ledger.transaction():
        for number, name, code in zip(
            submissions["submission"], submissions["name"], submissions["agency"], strict=True
        ):
            wanted = (
                [_finding(mails[number], str(code), str(name))]
                if number in mails and _is_strange(mails[number], book.get(code))
                else []
            )
            if wanted != known.get(number, []):
                findings = amended(ledger.findings([number]), RULE, wanted)
                verdicts[number] = verdict(findings)
                ledger.amend(number, findings, verdicts[number])
    return verdicts


def agencies_by_address(home: Home, round_: Round) -> dict[str, str]:
    """Return the agency by address, for addresses that belong to one agency only."""
    found: dict[str, set[str]] = {}
    for code, contact in _book(home, round_).items():
        for address in (*contact.to, *contact.cc):
            found.setdefault(address.lower(), set()).add(code)
    return {address: next(iter(codes)) for address, codes in found.items() if len(codes) == 1}


def _book(home: Home, round_: Round) -> Addresses:
    """Return the address book; empty if it can't be read.

    Commands that write letters report that; collecting must go on.
    """
    with suppress(OperatorError, OSError):
        return address_book(home, round_)
    return {}


def _is_strange(mail: Mail, contact: Contact | None) -> bool:
    """Whether a sender has neither an address of the agency nor the domain of one."""
    if contact is None or not mail.sender:
        return False
    known = {address.lower() for address in (*contact.to, *contact.cc)}
    domains = {address.rpartition("@")[2] for address in known} - _FOR_EVERYBODY
    return (
        bool(known) and mail.sender not in known and mail.sender.rpartition("@")[2] not in domains
    )


def _finding(mail: Mail, code: str, name: str) -> Finding:
    return Finding(
        RULE, Severity.NOTE, "sender_unknown", {"sender": mail.sender}, agency=code, file=name
    )
