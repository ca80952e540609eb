"""Record which letters were written and sent to whom, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline import __version__
from pipeline.home import LETTERS, Home
from pipeline.machine.files import sha256_of
from pipeline.stages.ledgers import writing
from pipeline.store import Ledger
from pipeline.store.addresses import Addresses, Contact
from pipeline.store.letters import LetterRecord
from schemas.round.round import Agency, Round


def note_letters(home: Home, round_: Round, book: Addresses, lang: str) -> None:
    """Record the letters written since this was last called; without a ledger they wait for one."""
    if not home.ledger.is_file():
        return
    with Ledger(home.ledger, round_, __version__) as ledger:
        fresh = _fresh(ledger, home, book, lang)
    if fresh:
        with writing(home, round_) as ledger, ledger.transaction():
            for each in fresh:
                ledger.note_letter(each)


def note_sent(
    home: Home, round_: Round, sent: Sequence[LetterRecord], book: Addresses, lang: str
) -> None:
    """Record letters that somebody sent.

    Letters that waited for a ledger are recorded first: they were written before.
    """
    with writing(home, round_) as ledger, ledger.transaction():
        for each in (*_fresh(ledger, home, book, lang), *sent):
            ledger.note_letter(each)


def letters(ledger: Ledger) -> list[LetterRecord]:
    """Return the letters on record, by time."""
    return sorted(ledger.letters_on_record(), key=lambda each: each.at)


def sent_last(ledger: Ledger, about: str) -> set[str]:
    """Return the agencies whose last letter of this kind was sent, with none written since."""
    last = {
        letter.agency: letter.sent for letter in ledger.letters_on_record() if letter.about == about
    }
    return {agency for agency, is_sent in last.items() if is_sent}


def unsent(home: Home, round_: Round, about: str) -> list[Agency]:
    """Return the agencies with such a letter in its folder that isn't recorded as sent."""
    sent = set[str]()
    if home.ledger.is_file():
        with Ledger(home.ledger, round_, __version__) as ledger:
            sent = sent_last(ledger, about)
    waiting = written_to(home, round_, about) - sent
    return [each for each in round_.in_scope if each.code in waiting]


def written_to(home: Home, round_: Round, about: str) -> set[str]:
    """Return the agencies with such a letter in its folder, told by the file name.

    Other files there are no letters, for example one that somebody changed, kept beside.
    """
    return {path.stem for path in home.letters(about).glob("*.docx")} & round_.by_agency.keys()


def _fresh(ledger: Ledger, home: Home, book: Addresses, lang: str) -> list[LetterRecord]:
    """Return the letters in the folders that are not on record."""
    known = {
        (each.agency, each.about): each.sha256
        for each in ledger.letters_on_record()
        if not each.sent
    }
    return [
        each
        for each in _written(home, ledger.round_, book, lang)
        if known.get((each.agency, each.about)) != each.sha256
    ]


def subject_of(about: str, round_: Round, lang: str) -> str:
    """Return the subject of a command's letters."""
    # here: loads all that writes letters and workbooks, which listing letters doesn't need
    from pipeline.office.letter import about as worded
    from pipeline.stages.drafting import SUBJECTS

    return worded(round_, round_.speaking(lang), SUBJECTS[about])


def _written(home: Home, round_: Round, book: Addresses, lang: str) -> Iterator[LetterRecord]:
    """Yield the letters that are in the folders of outputs."""
    from pipeline.office.letter import subject_of as own_subject

    for command in LETTERS:
        subject = subject_of(command, round_, lang)
        for agency in round_.in_scope:
            path, contact = (
                home.letters(command) / f"{agency.code}.docx",
                book.get(agency.code, Contact()),
            )
            if path.is_file():
                to, cc = ("; ".join(each) for each in (contact.to, contact.cc))
                yield LetterRecord(
                    agency.code,
                    command,
                    _at(path, round_),
                    False,
                    to,
                    cc,
                    own_subject(path) or subject,
                    sha256_of(path),
                )


def _at(path: Path, round_: Round) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(path.stat().st_mtime), round_.timezone)
