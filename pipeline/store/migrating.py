"""Migrating: an older ledger gets the tables of today in one transaction; that of 0.3.1 is copied beside first.

0.3.1 kept several rounds in one ledger. Today's is of one round: that of the command which migrates it. The copy keeps all of them.
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
"""Tables of 0.3.1 that had a column ``round``."""
_LATER: dict[str, tuple[str, ...]] = {"submission": ("likely", "is_doubted", "is_blank", "kind")}
"""Columns that layouts 0 and 1 didn't have yet, by table."""
_GONE: dict[str, tuple[str, ...]] = {"submission": ("late_days",)}
"""Columns that they had and today's has no more."""
_OF_SUBMISSIONS = ("receipt", "finding", "explanation", "aside", "comparison", "layout")


def migrate(db: sqlite3.Connection, path: Path, round_: Round) -> None:
    """Bring an older ledger to today's tables; all its submissions are judged again before anything of them is shown.

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
    """Give layout 1 the tables and columns of today; what the columns hold is read from the files, which are judged again."""
    schema.create(db)
    for table, columns in _GONE.items():
        for column in columns:
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table, columns in _LATER.items():
        declared = dict(line.strip().rstrip(",").split(" ", 1) for line in schema.TABLES[table].splitlines()[1:-1])
        for column in columns:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {declared[column]}")
    db.execute("UPDATE submission SET judged_by='1:'||judged_by WHERE judged_by<>''")


def _migrate_oldest(db: sqlite3.Connection, path: Path, round_: Round) -> None:
    """Bring the ledger of 0.3.1 to today's tables. Call within a transaction."""
    _refuse_other_layouts(db, path)
    others = _other_rounds(db, path, round_)
    copy = _copied_beside(path)
    _take_round(db, round_, others)
    rows.adopt(db, round_)
    untold.remark(db, "migrated", {"old": OLD, "copy": copy.name}, OLD)
    if others:
        untold.remark(db, "rounds_left", {"round": round_.key, "left": ", ".join(others), "copy": copy.name}, OLD)


def _refuse_other_layouts(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a ledger of before 0.3.1, of which not every table has all columns."""
    declared = schema.columns_of_today()
    for table in schema.tables(db) & {*_WITH_ROUND, *_OF_SUBMISSIONS, "mark"}:
        expected = {*declared[table], *_GONE.get(table, ()), *(("round",) if table in _WITH_ROUND else ())} - {*_LATER.get(table, ())}
        if expected != set(schema.columns_of(db, table)):
            raise OperatorError("ledger_other_layout", path=path)


def is_of_older_program(path: Path) -> bool:
    """True if a file is a ledger that the next command will migrate; it is only looked at."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return "submission" in schema.tables(db) and schema.version(db) < schema.LAYOUT
    except sqlite3.Error:
        return False


def round_keys(db: sqlite3.Connection) -> list[str]:
    """The rounds that a ledger of any layout holds something of."""
    if "about" in schema.tables(db):
        return [str(key) for (key,) in db.execute("SELECT value FROM about WHERE name='round'")]
    held = [table for table in _WITH_ROUND if "round" in schema.columns_of(db, table)]
    return sorted({str(key) for table in held for (key,) in db.execute(f"SELECT DISTINCT round FROM {table}")})


def _other_rounds(db: sqlite3.Connection, path: Path, round_: Round) -> Sequence[str]:
    keys = round_keys(db)
    if keys and round_.key not in keys:
        raise OperatorError("other_round", path=path, kept=", ".join(keys), asked=round_.key)
    return [key for key in keys if key != round_.key]


def _take_round(db: sqlite3.Connection, round_: Round, others: Sequence[str]) -> None:
    """Keep what is of this round, in today's tables."""
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
    # today's program judges all of them again, whatever its version is called
    db.execute("UPDATE submission SET judged_by=?||judged_by WHERE judged_by<>''", (f"{OLD}:",))
    db.execute("INSERT INTO about VALUES ('round', ?)", (round_.key,))


def _copy_without_round(db: sqlite3.Connection, table: str, key: str) -> None:
    """Make a table anew with today's columns and the rows of one round. Not by renaming the old one: what refers to it would follow."""
    db.execute(f"CREATE TABLE migrated {schema.TABLES[table]}")
    columns = ", ".join(name for name in schema.columns_of(db, "migrated") if name not in _LATER.get(table, ()))
    db.execute(f"INSERT INTO migrated ({columns}) SELECT {columns} FROM {table} WHERE round=?", (key,))
    db.execute(f"DROP TABLE {table}")
    db.execute(f"ALTER TABLE migrated RENAME TO {table}")


# --- the copy --------------------------------------------------------------------------------------


def _copied_beside(path: Path) -> Path:
    """Copy the ledger as it stands, what isn't written back from its log yet included, to a name that nothing else has."""
    beside = path.with_name(f".{path.name}.{OLD}.tmp")
    beside.unlink(missing_ok=True)
    make_private(beside)
    with closing(connect(path)) as reader:  # one of its own: no transaction may be open
        reader.execute("VACUUM INTO ?", (str(beside),))
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    copy = _free_name(path, beside)
    beside.replace(copy)
    return copy


def _free_name(path: Path, beside: Path) -> Path:
    """``ledger.0.3.1.sqlite``, or with a number where that is the copy of something else. A killed migration's copy is taken for this one."""
    copy, number = path.with_suffix(f".{OLD}{path.suffix}"), 1
    while copy.exists() and copy.read_bytes() != beside.read_bytes():
        number += 1
        copy = path.with_suffix(f".{OLD}-{number}{path.suffix}")
    return copy
