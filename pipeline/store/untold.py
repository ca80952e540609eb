"""What the operator hasn't been told yet: remarks on the ledger, and verdicts that another form or program changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.store.database import choose


@dataclass(frozen=True)
class ChangedVerdict:
    """A submission of which another form or program made something else."""

    agency: str
    name: str
    before: str
    after: str


def keep_verdicts(db: sqlite3.Connection, numbers: Sequence[int], judged_by: str) -> None:
    """Keep what another form or program made of submissions that ``judged_by`` judges now. Call within a transaction."""
    choose(db, numbers)
    db.execute(
        "INSERT OR IGNORE INTO rejudged SELECT id, verdict FROM chosen JOIN submission ON id=submission "
        "WHERE verdict<>'' AND judged_by NOT IN ('', ?)",
        (judged_by,),
    )


def remark(db: sqlite3.Connection, key: str, words: Mapping[str, str], occasion: str) -> None:
    """Have the sentence ``screen.renewed.<key>`` said, once on one occasion. Call within a transaction."""
    text = json.dumps(dict(words), ensure_ascii=False)
    mark = "told:" + hashlib.sha256(f"{occasion} {key} {text}".encode()).hexdigest()
    if db.execute("INSERT OR IGNORE INTO mark VALUES (?)", (mark,)).rowcount:
        db.execute("INSERT INTO remark (key, words) VALUES (?, ?)", (key, text))


def remarks(db: sqlite3.Connection) -> list[tuple[str, dict[str, str]]]:
    """The keys of the sentences to say, and their words."""
    return [(row["key"], json.loads(row["words"])) for row in db.execute("SELECT * FROM remark ORDER BY id")]


def changed_verdicts(db: sqlite3.Connection) -> list[ChangedVerdict]:
    """The submissions of which today's form or program makes something else than the one before."""
    query = """SELECT s.agency, s.name, r.verdict, s.verdict FROM rejudged r JOIN submission s ON s.id=r.submission
               WHERE r.verdict<>s.verdict ORDER BY s.agency='', s.agency, s.received, s.id"""
    return [ChangedVerdict(agency, name, before, after) for agency, name, before, after in db.execute(query)]


def is_any(db: sqlite3.Connection) -> bool:
    """True if there is something to tell, or to forget."""
    return db.execute("SELECT 1 FROM remark UNION ALL SELECT 1 FROM rejudged LIMIT 1").fetchone() is not None


def forget(db: sqlite3.Connection) -> None:
    """Take note that all has been told. Call within a transaction."""
    db.execute("DELETE FROM remark")
    db.execute("DELETE FROM rejudged")
