"""Mails that brought files: sender, subject and date, by submission and file name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pipeline.model import Mail

_COLUMNS = ("sender", "name", "subject", "sent", "text")


def plain(mail: Mail) -> dict[str, Any]:
    """Return a mail as the journal tells it: no blank values, the text as a hash only."""
    told = {name: value for name, value in asdict(mail).items() if value}
    return {**told, "inner": plain(mail.inner)} if mail.inner else told


def enter(db: sqlite3.Connection, submission: int, name: str, told: Mapping[str, Any]) -> None:
    """Enter the mail that brought a file under a name. Call within a transaction."""
    forwarded = json.dumps(told["inner"], ensure_ascii=False) if "inner" in told else ""
    words = (submission, name, *(str(told.get(column, "")) for column in _COLUMNS), forwarded)
    db.execute("INSERT OR REPLACE INTO mail VALUES (?, ?, ?, ?, ?, ?, ?, ?)", words)


def told_by(db: sqlite3.Connection) -> dict[tuple[int, str], dict[str, Any]]:
    """Return every mail as the journal tells it, by submission and name."""
    return {
        (row["submission"], row["name"]): plain(_mail(row))
        for row in db.execute("SELECT * FROM mail")
    }


def counting(db: sqlite3.Connection) -> dict[int, Mail]:
    """Return the mail for each submission, under the name that counts for it."""
    query = "SELECT m.* FROM mail m JOIN submission s ON s.id=m.submission AND s.name=m.name"
    return {row["submission"]: _mail(row) for row in db.execute(query)}


def _mail(row: sqlite3.Row) -> Mail:
    inner = _of(json.loads(row["forwarded"])) if row["forwarded"] else None
    return Mail(row["sender"], row["sender_name"], row["subject"], row["sent"], row["text"], inner)


def _of(told: Mapping[str, Any]) -> Mail:
    inner = _of(told["inner"]) if "inner" in told else None
    return Mail(**{column: str(told.get(column, "")) for column in _COLUMNS}, inner=inner)
