"""Connect to the ledger: one file, one writer at a time, transactions, and their errors."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import OperatorError, of_ledger

BUSY_SECONDS = 30
COPY_TRIES = 5
ENDINGS = ("", "-wal", "-shm")
"""Endings of the files of one ledger: the database, SQLite's write-ahead log, and its index,
which SQLite can make anew."""
NOWHERE = ":memory:"
"""SQLite's name for a database in memory."""


def connect(path: Path) -> sqlite3.Connection:
    """Connect to the file at ``path``, created if missing; nothing is written yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    make_private(path)
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    db.row_factory = sqlite3.Row
    # little is sorted; else a full temporary folder would be reported as a full ledger
    db.execute("PRAGMA temp_store=MEMORY")
    return db


def refuse_unsound(db: sqlite3.Connection, path: Path) -> None:
    """Raise ``OperatorError`` if pages of the ledger were overwritten.

    Call it before reading or writing anything. The quick check looks at every page: a sixth of a
    second per million rows.
    """
    [(said,)] = db.execute("PRAGMA quick_check(1)")
    if said != "ok":
        raise OperatorError("ledger_unsound", path=path)


def copied(path: Path, folder: Path) -> Path:
    """Copy a ledger and its write-ahead log into ``folder``; return the copy's path.

    Copies again if another command writes meanwhile, at most ``COPY_TRIES`` times.
    """
    copy = folder / "ledger.sqlite"
    for _ in range(COPY_TRIES):
        before = _states(path)
        for ending, state in zip(ENDINGS[:2], before, strict=True):
            if state is not None:
                shutil.copyfile(
                    path.with_name(path.name + ending), copy.with_name(copy.name + ending)
                )
        if _states(path) == before:
            break
    return copy


def _states(path: Path) -> list[tuple[int, int] | None]:
    """Return (time of change in ns, size) of the ledger and its log; None for a missing one."""
    beside = (path.with_name(path.name + ending) for ending in ENDINGS[:2])
    states = (each.stat() if each.is_file() else None for each in beside)
    return [state and (state.st_mtime_ns, state.st_size) for state in states]


def make_private(path: Path) -> None:
    """Create an empty file that no other account may read, unless it exists.

    SQLite gives the files beside it the same rights. An existing file isn't opened: closing it
    would release this process's locks on it (POSIX). If it can't be created, SQLite will say so.
    """
    if str(path) != NOWHERE:
        with suppress(OSError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def transaction(db: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Commit all writes inside the block, or none if it raises."""
    with operator_errors(path):
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:  # SQLite may have rolled back by itself
                db.execute("ROLLBACK")
            raise


def choose(db: sqlite3.Connection, submissions: Sequence[int]) -> None:
    """Put these submissions into the temporary table ``chosen``.

    Queries name it first, in a CROSS JOIN: otherwise SQLite may scan all rows of the other table.
    """
    db.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (submission INTEGER PRIMARY KEY)")
    db.execute("DELETE FROM chosen")
    db.executemany("INSERT INTO chosen VALUES (?)", [(int(number),) for number in submissions])


@contextmanager
def alone(ledger: Path, patience: float | None = None) -> Iterator[None]:
    """Hold the only right to write beside ``ledger``. A second command waits, then raises an error.

    ``patience``: seconds to wait. The lock is SQLite's, on a file of its own: it works on every
    system and ends with its process.
    """
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with operator_errors(ledger):
        holder = _held(ledger.with_suffix(".lock"), BUSY_SECONDS if patience is None else patience)
        try:
            yield
        finally:
            holder.close()


def _held(path: Path, patience: float) -> sqlite3.Connection:
    """Return the lock once no one else has it; a file that is no database is made anew."""
    make_private(path)
    holder = sqlite3.connect(path, timeout=patience, isolation_level=None)
    try:
        holder.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        holder.close()
        if "not a database" not in str(error):
            raise
        path.unlink()
        return _held(path, patience)
    return holder


@contextmanager
def operator_errors(path: Path) -> Iterator[None]:
    """Turn errors that an operator can put right into ``OperatorError``.

    For example a ledger in use, a full disk, a file that is no ledger.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        known = of_ledger(error, path)
        if known is None:
            raise
        raise known from error
