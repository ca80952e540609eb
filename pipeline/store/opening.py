"""Open a ledger: create it, migrate an older one, refuse one that can't be read rightly."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.store import migrating, rows, schema
from pipeline.store.database import connect, operator_errors, refuse_unsound, transaction
from schemas.round.round import Round


def opened(path: Path, round_: Round) -> sqlite3.Connection:
    """Open the ledger of a round at ``path``, with today's tables.

    No row is dropped: tables of rows whose declaration changed stay until their submissions are
    judged again. Raises ``OperatorError`` for another program's file, for a newer program's ledger
    and for one of another round.
    """
    with operator_errors(path):
        db = connect(path)
        try:
            _prepare(db, path, round_)
        except BaseException:
            db.close()
            raise
    return db


def _prepare(db: sqlite3.Connection, path: Path, round_: Round) -> None:
    """Check the file, make or migrate its tables, refuse what doesn't fit."""
    refuse_unsound(db, path)
    known = schema.tables(db)
    if known and not {"sha256", "judged_by"} <= set(schema.columns_of(db, "submission")):
        raise OperatorError("ledger_broken", path=path)
    if schema.version(db) > schema.LAYOUT:
        raise OperatorError("ledger_newer", path=path)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    if not known:
        _make(db, path, round_)
    elif schema.version(db) < schema.LAYOUT:
        migrating.migrate(db, path, round_)
    _refuse_what_does_not_fit(db, path, round_)
    if rows.missing(db, round_):
        with transaction(db, path):
            rows.make_missing(db, round_)


def _make(db: sqlite3.Connection, path: Path, round_: Round) -> None:
    """Lay out an empty ledger for a round, in one transaction."""
    with transaction(db, path):
        schema.create(db)
        db.execute("INSERT OR IGNORE INTO about VALUES ('round', ?)", (round_.key,))
        db.execute(f"PRAGMA user_version={schema.LAYOUT}")


@cache
def _declared() -> dict[str, list[str]]:
    return schema.columns_of_today()


def _refuse_what_does_not_fit(db: sqlite3.Connection, path: Path, round_: Round) -> None:
    if any(schema.columns_of(db, table) != columns for table, columns in _declared().items()):
        raise OperatorError("ledger_other_layout", path=path)
    [(kept,)] = db.execute("SELECT value FROM about WHERE name='round'")
    if kept != round_.key:
        raise OperatorError("other_round", path=path, kept=kept, asked=round_.key)
