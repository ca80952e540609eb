"""One file, one writer at a time: the connection to the ledger, its transactions, and what can go wrong with them."""

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
"""Of the files in which SQLite keeps one ledger: its own, that of what isn't written back into it yet, and an index of that, which is made anew."""
NOWHERE = ":memory:"
"""What SQLite calls a database that is kept in no file."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the file at ``path``, made where there is none; nothing is written yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    make_private(path)
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA temp_store=MEMORY")  # what SQLite sorts is little; a full folder for temporary files would be told as a full ledger
    return db


def refuse_unsound(db: sqlite3.Connection, path: Path) -> None:
    """Raise ``OperatorError`` where pages of the ledger were overwritten, before anything is read from the others or written beside.

    The quick check looks at every page, which costs a sixth of a second per million rows.
    """
    [(said,)] = db.execute("PRAGMA quick_check(1)")
    if said != "ok":
        raise OperatorError("ledger_unsound", path=path)


def copied(path: Path, folder: Path) -> Path:
    """A copy of a ledger in ``folder``, with what isn't written back into it yet; copied again while another command writes into it."""
    copy = folder / "ledger.sqlite"
    for _ in range(COPY_TRIES):
        before = _states(path)
        for ending, state in zip(ENDINGS[:2], before, strict=True):
            if state is not None:
                shutil.copyfile(path.with_name(path.name + ending), copy.with_name(copy.name + ending))
        if _states(path) == before:
            break
    return copy


def _states(path: Path) -> list[tuple[int, int] | None]:
    """Time of change and size of a ledger's files; nothing of one that isn't there."""
    beside = (path.with_name(path.name + ending) for ending in ENDINGS[:2])
    states = (each.stat() if each.is_file() else None for each in beside)
    return [state and (state.st_mtime_ns, state.st_size) for state in states]


def make_private(path: Path) -> None:
    """Make an empty file that no other account may read, where there is none: SQLite gives its own files beside it the same rights.

    One that is there isn't opened, for to close it again would let go of this process's locks on it. Where it can't be made, SQLite says so.
    """
    if str(path) != NOWHERE:
        with suppress(OSError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def transaction(db: sqlite3.Connection, path: Path) -> Iterator[None]:
    """All writes inside happen or none does."""
    with operator_errors(path):
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:  # SQLite may have rolled it back itself
                db.execute("ROLLBACK")
            raise


def choose(db: sqlite3.Connection, submissions: Sequence[int]) -> None:
    """Put these submissions into the table ``chosen``. Queries name it first, in a CROSS JOIN: SQLite would rather scan all rows of the other table."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (submission INTEGER PRIMARY KEY)")
    db.execute("DELETE FROM chosen")
    db.executemany("INSERT INTO chosen VALUES (?)", [(int(number),) for number in submissions])


@contextmanager
def alone(ledger: Path, patience: float | None = None) -> Iterator[None]:
    """Hold the one right to take files in beside ``ledger``: a second run waits (``patience``: for how many seconds), then says so.

    A lock of SQLite on a file of its own: it works on every system and ends with the process that holds it.
    """
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with operator_errors(ledger):
        holder = _held(ledger.with_suffix(".lock"), BUSY_SECONDS if patience is None else patience)
        try:
            yield
        finally:
            holder.close()


def _held(path: Path, patience: float) -> sqlite3.Connection:
    """The lock, once nobody else has it; a file that is none holds nothing and is made anew."""
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
    """Turn what an operator can put right into its own error: a ledger in use, a full disk, a file that is no ledger."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        known = of_ledger(error, path)
        if known is None:
            raise
        raise known from error
