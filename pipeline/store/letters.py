"""Letters on record: written by the program, or sent by somebody and entered.

Subjects and addresses are kept, never the text.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields

from pipeline.store.journal import LETTER, Fact


@dataclass(frozen=True)
class LetterRecord:
    """A letter to an agency, as recorded."""

    agency: str
    about: str
    """``distribute``, ``feedback``, ``remind``, ``receipt`` (:data:`pipeline.home.LETTERS`) or
    ``other``."""
    at: dt.datetime
    sent: bool = False
    """Whether somebody said that it was sent. Else it was written only."""
    recipient: str = ""
    """Addresses separated by semicolons."""
    cc: str = ""
    subject: str = ""
    sha256: str = ""
    """Of the letter's file."""
    noted_by: str = ""
    note: str = ""


_COLUMNS = tuple(field.name for field in fields(LetterRecord))


def fact_of(db: sqlite3.Connection, letter: LetterRecord) -> Fact:
    """Return the fact that a letter was written or sent."""
    [(number,)] = db.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM letter")
    words = {**vars(letter), "at": letter.at.isoformat(), "sent": int(letter.sent)}
    return {"kind": LETTER, "letter": number, **{name: words[name] for name in _COLUMNS}}


def enter(db: sqlite3.Connection, fact: Fact) -> None:
    """Enter a letter into the ledger. Call within a transaction."""
    words = (fact["letter"], *(fact[name] for name in _COLUMNS))
    db.execute(
        f"INSERT INTO letter (id, {', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(words))})",
        words,
    )


def facts(db: sqlite3.Connection) -> Iterator[Fact]:
    """Yield all letters as facts."""
    for row in db.execute("SELECT * FROM letter ORDER BY id"):
        yield {"kind": LETTER, "letter": row["id"], **{name: row[name] for name in _COLUMNS}}


def all_of(db: sqlite3.Connection) -> list[LetterRecord]:
    """Return all letters, in the order of recording."""
    return [
        LetterRecord(
            **{
                **{name: fact[name] for name in _COLUMNS},
                "at": dt.datetime.fromisoformat(fact["at"]),
                "sent": bool(fact["sent"]),
            }
        )
        for fact in facts(db)
    ]
