"""Receipts: which files came when, how that is known, and where they are."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterable, Iterator

from pipeline.model import CHANGED, MAIL, OPTION, REGISTER, UNBELIEVED, UPLOADED, Received
from pipeline.store import judgements, mails
from pipeline.store.journal import PLACED, RECEIVED, Fact
from schemas.round.round import Round

_BY_RANK = (OPTION, REGISTER, MAIL, CHANGED, UPLOADED, UNBELIEVED)
_RANKS = " ".join(f"WHEN '{by}' THEN {rank}" for rank, by in enumerate(_BY_RANK))
_BEST_DATE = f"CASE received_by {_RANKS} ELSE {_BY_RANK.index(CHANGED)} END"
"""Orders dates by how they are known. First the command line, then a register, a mail, the time
of a file or archive, the upload, the first collection."""


def register(
    db: sqlite3.Connection, received: Iterable[Received], judged_by: str
) -> Iterator[Fact]:
    """Enter received files, once per hash, and where they are; yield what is new, as facts.

    Call within a transaction. ``judged_by`` names what judges today.
    """
    for file in received:
        fact = _news(db, file)
        if fact is None:
            continue
        if fact["kind"] == RECEIVED:
            enter(db, fact, judged_by)
        else:
            place(db, fact)
        yield fact


def _news(db: sqlite3.Connection, file: Received) -> Fact | None:
    """Return the new fact about a file: that it came, or when, or where it is now; else None."""
    came = {"received": file.received.isoformat(), "received_by": file.received_by}
    number, kept = _receipt(db, file)  # kept: date, and how it is known
    lies = _lies(db, file)
    where = (
        {}
        if lies or not file.place
        else {
            "place": file.place,
            "size": file.size,
            "changed": file.changed,
            "sha256": file.sha256,
        }
    )
    if kept is None or (
        kept != tuple(came.values())
        and (_outranks(file.received_by, kept[1], lies=lies) or _is_earlier_mail(file, kept))
    ):
        fact = {
            "kind": RECEIVED,
            "submission": number,
            "sha256": file.sha256,
            "size": file.size,
            "name": file.name,
            **came,
            **where,
        }
        return {**fact, "mail": mails.plain(file.mail)} if file.mail else fact
    return {"kind": PLACED, **where} if where else None


def _receipt(db: sqlite3.Connection, file: Received) -> tuple[int, tuple[str, str] | None]:
    """Return the number of a submission (maybe new), and its receipt under this name, if any."""
    submission = db.execute("SELECT id FROM submission WHERE sha256=?", (file.sha256,)).fetchone()
    if submission is None:
        [(number,)] = db.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM submission")
        return number, None
    kept = db.execute(
        "SELECT received, received_by FROM receipt WHERE submission=? AND name=?",
        (submission["id"], file.name),
    ).fetchone()
    return submission["id"], kept and tuple(kept)


def _outranks(now: str, before: str, *, lies: bool) -> bool:
    """True if a date counts more than the earlier one.

    ``lies``: the file is where it was, unchanged. Then a register's date that isn't given any more
    was withdrawn.
    """
    if (before, now) == (UPLOADED, CHANGED):  # uploaded again, with its own time
        return True
    return now == OPTION or (
        before != OPTION and (now == REGISTER or (before == REGISTER and lies))
    )


def _is_earlier_mail(file: Received, kept: tuple[str, str]) -> bool:
    """True for a mail that should date the file: earlier than the known one, or better evidence.

    Better than the time of a file, not than a register or the command line.
    """
    now = file.received.isoformat()
    return (
        file.received_by == MAIL
        and kept[1] not in (OPTION, REGISTER)
        and (kept[1] != MAIL or now < kept[0])
    )


def _lies(db: sqlite3.Connection, file: Received) -> bool:
    """True if this path still holds the same, unchanged file."""
    query = "SELECT 1 FROM place WHERE path=? AND size=? AND changed=? AND sha256=?"
    return (
        db.execute(
            query, (os.fsencode(file.place), file.size, file.changed, file.sha256)
        ).fetchone()
        is not None
    )


def enter(db: sqlite3.Connection, fact: Fact, judged_by: str) -> None:
    """Enter the receipt of a file, replacing what was known under this name.

    Call within a transaction.
    """
    number, came = fact["submission"], (fact["name"], fact["received"], fact["received_by"])
    is_new = db.execute(
        """INSERT INTO submission (id, sha256, size, name, received, received_by)
           VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
        (number, fact["sha256"], fact["size"], *came),
    ).rowcount
    db.execute("INSERT OR REPLACE INTO receipt VALUES (?, ?, ?, ?)", (number, *came))
    if "mail" in fact:
        mails.enter(db, number, fact["name"], fact["mail"])
    if not is_new:
        _date(db, number, judged_by)
    if "place" in fact:
        place(db, fact)


def place(db: sqlite3.Connection, fact: Fact) -> None:
    """Enter where a file is. Call within a transaction."""
    words = (os.fsencode(fact["place"]), fact["size"], fact["changed"], fact["sha256"])
    db.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?, ?)", words)


def _date(db: sqlite3.Connection, number: int, judged_by: str) -> None:
    """Let the best known receipt count for a submission: its date and name.

    Of receipts known equally well the earliest is the best. If that changes, it is judged again.
    """
    query = f"""SELECT received, received_by, name FROM receipt WHERE submission=?
                ORDER BY {_BEST_DATE}, received, name LIMIT 1"""
    best = tuple(db.execute(query, (number,)).fetchone())
    known = db.execute(
        "SELECT received, received_by, name FROM submission WHERE id=?", (number,)
    ).fetchone()
    if best != tuple(known):
        db.execute(
            "UPDATE submission SET received=?, received_by=?, name=? WHERE id=?", (*best, number)
        )
        judgements.outdate(db, judged_by, number=number)


def numbers(db: sqlite3.Connection, hashes: Iterable[str]) -> list[int]:
    """Return the numbers of submissions with these SHA-256, in the same order."""
    query = "SELECT id FROM submission WHERE sha256=?"
    return [db.execute(query, (sha256,)).fetchone()["id"] for sha256 in hashes]


def came(db: sqlite3.Connection, number: int) -> tuple[str, str]:
    """Return the receipt date that counts for a submission, and its name."""
    found = db.execute("SELECT received, name FROM submission WHERE id=?", (number,)).fetchone()
    return str(found["received"]), str(found["name"])


def places(db: sqlite3.Connection) -> dict[str, tuple[int, int, str]]:
    """Return (size, time of change in ns, SHA-256) of files taken in, by path or address."""
    kept = db.execute("SELECT path, size, changed, sha256 FROM place")
    return {os.fsdecode(row["path"]): (row["size"], row["changed"], row["sha256"]) for row in kept}


def dates(db: sqlite3.Connection) -> dict[tuple[str, str], tuple[str, str]]:
    """Return (receipt date, how it is known) by SHA-256 and name."""
    query = """SELECT s.sha256, r.name, r.received, r.received_by
               FROM receipt r JOIN submission s ON s.id=r.submission"""
    return {(sha256, name): (received, by) for sha256, name, received, by in db.execute(query)}


def dated_hashes(db: sqlite3.Connection) -> set[str]:
    """Return the SHA-256 of files whose date came from a register."""
    query = """SELECT s.sha256 FROM receipt r JOIN submission s ON s.id=r.submission
               WHERE r.received_by=?"""
    return {sha256 for (sha256,) in db.execute(query, (REGISTER,))}


def local(moment: str, round_: Round) -> dt.datetime:
    """Return a stored moment on the round's clock."""
    return dt.datetime.fromisoformat(moment).astimezone(round_.timezone)
