"""Marks: for which state some work was done, and what the operator has heard.

They may be lost: then the work is done, or the news told, once more.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable

COMPARED = "compared"
"""The agencies were compared with one another."""
SUMMARISED = "summarised"
"""All summaries were written."""
COLLECTED = "collected"
"""The folder of incoming files was taken in."""


class Marks:
    """The marks of a ledger. Write them within a transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def note(self, deed: str, state: str) -> None:
        """Note for which ``state`` some work was done last; a blank state means none."""
        self._db.execute("DELETE FROM mark WHERE name LIKE ?", (f"{deed}:%",))
        if state:
            self._db.execute("INSERT INTO mark VALUES (?)", (f"{deed}:{state}",))

    def state(self, deed: str) -> str:
        """Return for which state some work was done last; blank if it wasn't."""
        found = self._db.execute("SELECT name FROM mark WHERE name LIKE ?", (f"{deed}:%",))
        return str(next(found, [f"{deed}:"])[0]).removeprefix(f"{deed}:")

    def holds(self, deed: str, state: str) -> bool:
        """Whether the work was last done for this ``state``."""
        return (
            self._db.execute("SELECT 1 FROM mark WHERE name=?", (f"{deed}:{state}",)).fetchone()
            is not None
        )

    def unheard(self, texts: Iterable[str]) -> set[str]:
        """Return the texts that are new here, and note them as heard."""
        return {
            text
            for text in texts
            if self._db.execute("INSERT OR IGNORE INTO mark VALUES (?)", (_heard(text),)).rowcount
        }


def _heard(text: str) -> str:
    return f"heard:{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()}"
