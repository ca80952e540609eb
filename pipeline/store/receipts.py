"""Receipts: which files came when, by what that is known, and where they lie."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable

from pipeline.model import OPTION, REGISTER, Received
from pipeline.store import judgements

_BEST_DATE = f"CASE received_by WHEN '{OPTION}' THEN 0 WHEN '{REGISTER}' THEN 1 ELSE 2 END"
"""What is said on the command line counts before a register, that before the times of files and archives."""


def register(db: sqlite3.Connection, received: Iterable[Received], judged_by: str) -> None:
    """Enter files as received, once a hash, and where they lie; ``judged_by``: what judges today. Call within a transaction."""
    for each in received:
        when = each.received.isoformat()
        entered = db.execute(
            "INSERT OR IGNORE INTO submission (sha256, name, size, received, received_by) VALUES (?, ?, ?, ?, ?)",
            (each.sha256, each.name, each.size, when, each.received_by),
        )
        [number] = numbers(db, [each.sha256])
        place = (os.fsencode(each.place), each.size, each.changed, each.sha256)
        db.execute(
            "INSERT INTO receipt VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET received=excluded.received, received_by=excluded.received_by "
            "WHERE excluded.received_by=? OR (received_by<>? AND (excluded.received_by=? OR (received_by=? AND ?)))",
            (number, each.name, when, each.received_by, OPTION, OPTION, REGISTER, REGISTER, _lay(db, place)),
        )
        if not entered.rowcount:
            _date(db, number, judged_by)
        if each.place:
            db.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?, ?)", place)


def _lay(db: sqlite3.Connection, place: tuple[bytes, int, int, str]) -> bool:
    """True if this path still holds the same, unchanged file: a register entry that is missing then was withdrawn."""
    query = "SELECT 1 FROM place WHERE path=? AND size=? AND changed=? AND sha256=?"
    return db.execute(query, place).fetchone() is not None


def _date(db: sqlite3.Connection, number: int, judged_by: str) -> None:
    """Let the best known date count for a submission, the earliest of its kind, and the name under which it came then; it is judged again."""
    query = f"SELECT received, received_by, name FROM receipt WHERE submission=? ORDER BY {_BEST_DATE}, received, name LIMIT 1"
    best = tuple(db.execute(query, (number,)).fetchone())
    known = db.execute("SELECT received, received_by, name FROM submission WHERE id=?", (number,)).fetchone()
    if best != tuple(known):
        db.execute("UPDATE submission SET received=?, received_by=?, name=? WHERE id=?", (*best, number))
        judgements.outdate(db, [number], judged_by)


def numbers(db: sqlite3.Connection, hashes: Iterable[str]) -> list[int]:
    """The numbers of registered submissions by their SHA-256, in the same order."""
    query = "SELECT id FROM submission WHERE sha256=?"
    return [db.execute(query, (sha256,)).fetchone()["id"] for sha256 in hashes]


def places(db: sqlite3.Connection) -> dict[str, tuple[int, int, str]]:
    """Size, time of change (ns) and SHA-256 of the files taken in, by where they lay."""
    kept = db.execute("SELECT path, size, changed, sha256 FROM place")
    return {os.fsdecode(row["path"]): (row["size"], row["changed"], row["sha256"]) for row in kept}


def dates(db: sqlite3.Connection) -> dict[tuple[str, str], tuple[str, str]]:
    """When each file was received and how that is known, by SHA-256 and name."""
    query = "SELECT s.sha256, r.name, r.received, r.received_by FROM receipt r JOIN submission s ON s.id=r.submission"
    return {(sha256, name): (received, by) for sha256, name, received, by in db.execute(query)}


def dated_hashes(db: sqlite3.Connection) -> set[str]:
    """SHA-256 of files whose date came from a register."""
    query = "SELECT s.sha256 FROM receipt r JOIN submission s ON s.id=r.submission WHERE r.received_by=?"
    return {sha256 for (sha256,) in db.execute(query, (REGISTER,))}
