"""Keep what the operator hasn't been told: remarks, and verdicts that changed by rejudging."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.store.database import choose


@dataclass(frozen=True)
class Remark:
    """The sentence ``screen.renewed.<key>`` with its words."""

    id: int
    key: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class VerdictChange:
    """A submission that was judged again: the verdict of another form or program, and today's."""

    submission: int
    agency: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Untold:
    """What the operator hasn't been told yet."""

    remarks: Sequence[Remark] = ()
    rejudged: Sequence[VerdictChange] = ()
    waiting: Sequence[str] = ()
    """Names of submissions not judged yet, which therefore don't count: told each time."""

    @property
    def changed(self) -> list[VerdictChange]:
        """The submissions whose verdict changed."""
        return [each for each in self.rejudged if each.before != each.after]


def keep_verdicts(db: sqlite3.Connection, numbers: Sequence[int], judged_by: str) -> None:
    """Keep the verdicts of another form or program on submissions that are judged now.

    Call within a transaction.
    """
    choose(db, numbers)
    db.execute(
        """INSERT OR IGNORE INTO rejudged
           SELECT id, verdict FROM chosen JOIN submission ON id=submission
           WHERE verdict<>'' AND judged_by NOT IN ('', ?)""",
        (judged_by,),
    )


def remark(db: sqlite3.Connection, key: str, words: Mapping[str, str], occasion: str) -> None:
    """Have ``screen.renewed.<key>`` told once per occasion. Call within a transaction."""
    text = json.dumps(dict(words), ensure_ascii=False)
    mark = "told:" + hashlib.sha256(f"{occasion} {key} {text}".encode()).hexdigest()
    if db.execute("INSERT OR IGNORE INTO mark VALUES (?)", (mark,)).rowcount:
        db.execute("INSERT INTO remark (key, words) VALUES (?, ?)", (key, text))


def read(db: sqlite3.Connection) -> Untold:
    """Return all that there is to tell."""
    remarks = (
        Remark(row["id"], row["key"], json.loads(row["words"]))
        for row in db.execute("SELECT * FROM remark ORDER BY id")
    )
    query = """SELECT s.id, s.agency, s.name, r.verdict, s.verdict
               FROM rejudged r JOIN submission s ON s.id=r.submission
               ORDER BY s.agency='', s.agency, s.received, s.id"""
    waiting = tuple(
        name for (name,) in db.execute("SELECT name FROM submission WHERE verdict='' ORDER BY id")
    )
    return Untold(tuple(remarks), tuple(VerdictChange(*row) for row in db.execute(query)), waiting)


def forget(db: sqlite3.Connection, told: Untold) -> None:
    """Note that this has been told, but not what another command wrote meanwhile.

    Call within a transaction.
    """
    db.executemany("DELETE FROM remark WHERE id=?", [(remark.id,) for remark in told.remarks])
    db.executemany(
        """DELETE FROM rejudged WHERE submission=? AND EXISTS
           (SELECT 1 FROM submission WHERE id=rejudged.submission AND verdict=?)""",
        [(change.submission, change.after) for change in told.rejudged],
    )
