"""Keep ledger and journal in step: facts are in the journal before they are committed.

The ledger keeps the mark of the last line that it holds (``about``, ``journal``). The journal may
be ahead of it, after a kill or if the ledger is an old copy: then the missing lines are entered. It
is never behind, unless somebody changed the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.store import facts, journal, untold
from pipeline.store.database import transaction
from pipeline.store.journal import BEGINNING, Fact, Mark


class Journaling:
    """The transactions of a ledger, each with the facts that it notes in the journal, if any."""

    def __init__(self, db: sqlite3.Connection, path: Path, judged_by: str) -> None:
        self._db, self._path, self._judged_by = db, path, judged_by
        self._journal: Path | None = None
        self._noted: list[Fact] = []

    def note(self, noted: Iterable[Fact]) -> None:
        """Have these facts written to the journal when the transaction ends."""
        self._noted += noted

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all writes inside the block and their facts, or nothing if it raises."""
        self._noted = []
        try:
            with transaction(self._db, self._path):
                yield
                self._write_down()
        except BaseException:
            self._withdraw()
            raise

    def _write_down(self) -> None:
        before = marked(self._db) if self._journal and self._noted else None
        if self._journal and before:
            mark(self._db, journal.append(self._journal, self._noted, before))

    def _withdraw(self) -> None:
        """Cut off the lines of a transaction that was rolled back.

        If that fails, the next command enters them.
        """
        if self._journal and self._noted:
            with suppress(OSError, sqlite3.Error):
                last = marked(self._db)
                if last and journal.beyond(self._journal, last):
                    journal.cut(self._journal, last)

    @property
    def marked(self) -> Mark | None:
        """The mark of the last line that the ledger holds; None if it never had a journal."""
        return marked(self._db)

    def enter(self, chain: journal.Chain) -> None:
        """Enter the facts of a chain into the ledger, in one transaction."""
        with transaction(self._db, self._path):
            facts.enter(self._db, chain.facts, self._judged_by)
            mark(self._db, chain.last)

    def keep_in(self, path: Path) -> bool:
        """Write the facts of all transactions into the journal at ``path`` from now on.

        Call it as the only writer. First the two are brought in step: lines that the ledger lacks
        are entered (return True if there were any), an incomplete last line is cut off, a missing
        or unfitting journal is written anew. Raises ``OperatorError`` if the ledger never had this
        journal.
        """
        last = marked(self._db)
        rest = journal.beyond(path, last) if last else None
        ahead = journal.chain(rest, last) if rest is not None and last else None
        if ahead and ahead.facts:
            self.enter(ahead)
        if ahead is None or (ahead.rest and not ahead.is_torn):
            self._write_anew(path, last)
        elif ahead.rest:
            journal.cut(path, ahead.last)
        self._journal = path
        return bool(ahead and ahead.facts)

    def fits(self, path: Path) -> bool:
        """True if the journal at ``path`` is the one that the ledger knows."""
        last = marked(self._db)
        return last is not None and journal.beyond(path, last) is not None

    def is_behind(self, path: Path) -> bool:
        """True if a journal tells more than the ledger holds."""
        last = marked(self._db)
        rest = journal.beyond(path, last) if last else None
        return bool(rest and last and journal.chain(rest, last).facts)

    def _write_anew(self, path: Path, last: Mark | None) -> None:
        """Write the whole journal from the ledger; keep one that says something else aside."""
        whole, end = journal.written(facts.all_of(self._db), BEGINNING)
        is_there = path.exists()
        if not is_there or path.read_bytes() != whole:
            if is_there and last is None and journal.tells_something(path):
                raise OperatorError("journal_strange", path=self._path, journal=path)
            aside = journal.free_name(path) if is_there else None
            if last:
                self._remark("journal_aside" if aside else "journal_missing", path, aside)
            if aside:
                path.replace(aside)
            journal.write_whole(path, whole)
        with transaction(self._db, self._path):
            mark(self._db, end)

    def _remark(self, key: str, path: Path, aside: Path | None) -> None:
        words = {"path": str(path), "aside": aside.name if aside else ""}
        with transaction(self._db, self._path):
            untold.remark(self._db, key, words, str(marked(self._db)))


def marked(db: sqlite3.Connection) -> Mark | None:
    """Return the mark of the last journal line in a ledger; None if it never had a journal."""
    kept = db.execute("SELECT value FROM about WHERE name='journal'").fetchone()
    return Mark.of(kept[0]) if kept else None


def mark(db: sqlite3.Connection, last: Mark) -> None:
    """Note the mark of the last journal line in a ledger. Call within a transaction."""
    db.execute("INSERT OR REPLACE INTO about VALUES ('journal', ?)", (last.text(),))
