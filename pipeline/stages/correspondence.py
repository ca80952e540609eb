"""Correspondence: what was written and sent to whom and when."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

from pipeline import __version__
from pipeline.home import LETTERS, Home
from pipeline.stages.ledgers import writing
from pipeline.store import Ledger
from pipeline.store.addresses import Addresses, Contact
from pipeline.store.letters import Posted
from schemas.round.round import Round


def note_letters(home: Home, round_: Round, book: Addresses, lang: str) -> None:
    """Put on record the letters that were written since this was last done; without a ledger they wait until there is one."""
    if not home.ledger.is_file():
        return
    with Ledger(home.ledger, round_, __version__) as ledger:
        known = {(each.agency, each.about): each.sha256 for each in ledger.letters_on_record() if not each.sent}
    fresh = [each for each in _written(home, round_, book, lang) if known.get((each.agency, each.about)) != each.sha256]
    if fresh:
        with writing(home, round_) as ledger, ledger.transaction():
            for each in fresh:
                ledger.note_letter(each)


def note_sent(home: Home, round_: Round, letter: Posted) -> None:
    """Put on record a letter that somebody sent."""
    with writing(home, round_) as ledger, ledger.transaction():
        ledger.note_letter(letter)


def letters(ledger: Ledger) -> list[Posted]:
    """The letters on record, by time."""
    return sorted(ledger.letters_on_record(), key=lambda each: each.at)


def _written(home: Home, round_: Round, book: Addresses, lang: str) -> Iterator[Posted]:
    """The letters that lie in the folders of outputs."""
    # here, for they load all that writes letters and workbooks, which the list of letters needn't wait for
    from pipeline.feedback.letters import about
    from pipeline.stages.drafting import SUBJECTS

    for command in LETTERS:
        subject = about(round_, round_.speaking(lang), SUBJECTS[command])
        for agency in round_.in_scope:
            path, contact = home.letters(command) / f"{agency.code}.docx", book.get(agency.code, Contact())
            if path.is_file():
                to, cc = ("; ".join(each) for each in (contact.to, contact.cc))
                yield Posted(agency.code, command, _at(path, round_), False, to, cc, subject, _sha256(path))


def _at(path: Path, round_: Round) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(path.stat().st_mtime), round_.timezone)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
