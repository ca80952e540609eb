"""Migrate an older ledger to today's tables in one transaction.

A ledger of 0.3.1 is copied beside first. It may have several rounds, today's has one: that of the
migrating command. The copy keeps all of them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.store import rows, schema, untold
from pipeline.store.database import connect, make_private, transaction
from schemas.round.round import Round

OLD = "0.3.1"
"""The program whose ledgers have layout 0."""

_WITH_ROUND = ("submission", "place", "decision")
"""Tables of 0.3.1 with a column ``round``."""
_LATER: dict[str, tuple[str, ...]] = {"submission": ("likely", "is_doubted", "is_blank", "kind")}
"""Columns that layouts 0 and 1 lack, by table."""
_GONE: dict[str, tuple[str, ...]] = {"submission": ("late_days",)}
"""Columns of theirs that today's tables lack."""
_OF_SUBMISSIONS = ("receipt", "finding", "explanation", "aside", "comparison", "layout")


def migrate(db: sqlite3.Connection, path: Path, round_: Round) -> None:
    """Bring an older ledger to today's tables. All submissions will be judged again.

    A kill at any moment leaves either the old ledger or the new one.
    """
    with transaction(db, path):
        if schema.version(db) >= schema.LAYOUT:  # another command was quicker
            return
        if schema.version(db) == 0:
            _migrate_oldest(db, path, round_)
        else:
            _change_columns(db)
        db.execute(f"PRAGMA user_version={schema.LAYOUT}")


def _change_columns(db: sqlite3.Connection) -> None:
    """Give layout 1 today's tables and columns. New columns are filled by judging again."""
    schema.create(db)
    for table, columns in _GONE.items():
        for column in columns:
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table, columns in _LATER.items():
        declared = dict(
            line.strip().rstrip(",").split(" ", 1)
            for line in schema.TABLES[table].splitlines()[1:-1]
        )
        for column in columns:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {declared[column]}")
    db.execute("UPDATE submission SET judged_by='1:'||judged_by WHERE judged_by<>''")


def _migrate_oldest(db: sqlite3.Connection, path: Path, round_: Round) -> None:
    """Bring a ledger of 0.3.1 to today's tables. Call within a transaction."""
    _refuse_other_layouts(db, path)
    others = _other_rounds(db, path, round_)
    copy = _copied_beside(path)
    _take_round(db, round_, others)
    rows.adopt(db, round_)
    untold.remark(db, "migrated", {"old": OLD, "copy": copy.name}, OLD)
    if others:
        untold.remark(
            db,
            "rounds_left",
            {"round": round_.key, "left": ", ".join(others), "copy": copy.name},
            OLD,
        )


def _refuse_other_layouts(db: sqlite3.Connection, path: Path) -> None:
    """Raise ``OperatorError`` for a ledger older than 0.3.1, by its columns."""
    declared = schema.columns_of_today()
    for table in schema.tables(db) & {*_WITH_ROUND, *_OF_SUBMISSIONS, "mark"}:
        expected = {
            *declared[table],
            *_GONE.get(table, ()),
            *(("round",) if table in _WITH_ROUND else ()),
        } - {*_LATER.get(table, ())}
        if expected != set(schema.columns_of(db, table)):
            raise OperatorError("ledger_other_layout", path=path)


def is_of_older_program(path: Path) -> bool:
    """True if the next command would migrate this ledger; only looks at it."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return "submission" in schema.tables(db) and schema.version(db) < schema.LAYOUT
    except sqlite3.Error:
        return False


def round_keys(db: sqlite3.Connection) -> list[str]:
    """Return the keys of the rounds in a ledger of any layout."""
    if "about" in schema.tables(db):
        return [str(key) for (key,) in db.execute("SELECT value FROM about WHERE name='round'")]
    held = [table for table in _WITH_ROUND if "round" in schema.columns_of(db, table)]
    return sorted(
        {str(key) for table in held for (key,) in db.execute(f"SELECT DISTINCT round FROM {table}")}
    )


def _other_rounds(db: sqlite3.Connection, path: Path, round_: Round) -> Sequence[str]:
    keys = round_keys(db)
    if keys and round_.key not in keys:
        raise OperatorError("other_round", path=path, kept=", ".join(keys), asked=round_.key)
    return [key for key in keys if key != round_.key]


def _take_round(db: sqlite3.Connection, round_: Round, others: Sequence[str]) -> None:
    """Keep what belongs to this round, in today's tables."""
    for table in _WITH_ROUND:
        if table in schema.tables(db):
            _copy_without_round(db, table, round_.key)
    schema.create(db)
    for table in _OF_SUBMISSIONS:
        db.execute(f"DELETE FROM {table} WHERE submission NOT IN (SELECT id FROM submission)")
    for name in schema.tables(db):
        if name.startswith(tuple(f"{key}." for key in others)):
            db.execute(f'DROP TABLE "{name}"')
    db.execute("DELETE FROM mark WHERE name LIKE 'compared:%'")
    # with '0.3.1:' before it no version equals today's: all are judged again
    db.execute("UPDATE submission SET judged_by=?||judged_by WHERE judged_by<>''", (f"{OLD}:",))
    db.execute("INSERT INTO about VALUES ('round', ?)", (round_.key,))


def _copy_without_round(db: sqlite3.Connection, table: str, key: str) -> None:
    """Make a table anew with today's columns and the rows of one round.

    Not by renaming the old table: references to it would follow the name.
    """
    db.execute(f"CREATE TABLE migrated {schema.TABLES[table]}")
    columns = ", ".join(
        name for name in schema.columns_of(db, "migrated") if name not in _LATER.get(table, ())
    )
    db.execute(
        f"INSERT INTO migrated ({columns}) SELECT {columns} FROM {table} WHERE round=?", (key,)
    )
    db.execute(f"DROP TABLE {table}")
    db.execute(f"ALTER TABLE migrated RENAME TO {table}")


# --- the copy -------------------------------------------------------------------------------------


def _copied_beside(path: Path) -> Path:
    """Copy the ledger with its write-ahead log to a free name; return the name's path."""
    beside = path.with_name(f".{path.name}.{OLD}.tmp")
    beside.unlink(missing_ok=True)
    make_private(beside)
    # a connection of its own: VACUUM needs one without an open transaction
    with closing(connect(path)) as reader:
        reader.execute("VACUUM INTO ?", (str(beside),))
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    copy = _free_name(path, beside)
    beside.replace(copy)
    return copy


def _free_name(path: Path, beside: Path) -> Path:
    """Return ``ledger.0.3.1.sqlite``, or with a number if that is the copy of something else.

    An equal copy, left by a killed migration, is replaced.
    """
    copy, number = path.with_suffix(f".{OLD}{path.suffix}"), 1
    while copy.exists() and copy.read_bytes() != beside.read_bytes():
        number += 1
        copy = path.with_suffix(f".{OLD}-{number}{path.suffix}")
    return copy
