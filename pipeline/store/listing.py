"""List the ledger's submissions, and what they hold beside rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_COUNTS = ("errors", "warnings", "notes")
COLUMNS = (
    *("submission", "sha256", "name", "size", "received", "received_by"),
    *("agency", "identified_by", "verdict", "version", "digest", "modified", "signed_on"),
    *("nil", "likely", "is_doubted", "is_blank", "kind", *_COUNTS),
)
"""All columns of :func:`frame`."""
_COUNTED = """LEFT JOIN (
    SELECT submission AS id,
           SUM(severity='E') AS errors, SUM(severity='W') AS warnings, SUM(severity='N') AS notes
    FROM finding GROUP BY submission
) USING (id)"""


def frame(db: sqlite3.Connection, columns: Sequence[str]) -> pd.DataFrame:
    """Return columns of all submissions, among them numbers of findings."""
    import pandas as pd

    expressions = {
        "submission": "id AS submission",
        **{count: f"COALESCE({count}, 0) AS {count}" for count in _COUNTS},
    }
    selected = ", ".join(expressions.get(column, column) for column in columns)
    counted = _COUNTED if {*_COUNTS} & {*columns} else ""
    return pd.read_sql_query(f"SELECT {selected} FROM submission {counted} ORDER BY id", db)


def hashes(db: sqlite3.Connection) -> set[str]:
    """Return the SHA-256 of all submissions."""
    return {sha256 for (sha256,) in db.execute("SELECT sha256 FROM submission")}


def judged_hashes(db: sqlite3.Connection, judged_by: str) -> dict[str, int]:
    """Return the submissions judged by this form and program: number by SHA-256."""
    query = "SELECT sha256, id FROM submission WHERE judged_by=?"
    return dict(db.execute(query, (judged_by,)).fetchall())


def outdated(db: sqlite3.Connection, judged_by: str) -> list[sqlite3.Row]:
    """Return the submissions not judged by this form and program, or not at all."""
    query = "SELECT * FROM submission WHERE judged_by<>? ORDER BY id"
    return db.execute(query, (judged_by,)).fetchall()


def are_judged_by(db: sqlite3.Connection, judged_by: str) -> bool:
    """Whether all judgements are of this form and program. Some files may have none yet."""
    query = "SELECT 1 FROM submission WHERE judged_by<>? AND verdict<>''"
    return db.execute(query, (judged_by,)).fetchone() is None


def aside(db: sqlite3.Connection) -> pd.DataFrame:
    """Return what the chosen submissions say outside the form."""
    import pandas as pd

    query = """SELECT aside.* FROM chosen CROSS JOIN aside USING (submission)
               ORDER BY chosen.submission, position"""
    return pd.read_sql_query(query, db)


def letters(db: sqlite3.Connection) -> dict[int, dict[str, dict[str, str]]]:
    """Return the column letters of the chosen submissions, by submission, table and column."""
    by_submission: dict[int, dict[str, dict[str, str]]] = {}
    for row in db.execute("SELECT layout.* FROM chosen CROSS JOIN layout USING (submission)"):
        by_submission.setdefault(row["submission"], {})[row["table_key"]] = json.loads(
            row["letters"]
        )
    return by_submission
