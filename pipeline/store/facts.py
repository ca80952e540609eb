"""Facts: what the ledger knows and the archived files don't tell, as lines of the journal.

Says how each kind of fact is entered into the ledger.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator

from pipeline import __version__
from pipeline.errors import OperatorError
from pipeline.model import ABOUT_FILES, Choice, Decision
from pipeline.store import judgements, letters, mails, receipts
from pipeline.store.journal import DECIDED, INVENTED, LETTER, PLACED, RECEIVED, ROUND, Fact

_OF_DECISION = (
    "choice",
    "agency",
    "target",
    "value",
    "reason",
    "approver",
    "until",
    "revoked",
    "decided_by",
    "decided_at",
)


def of_decision(db: sqlite3.Connection, decision: Decision) -> Fact:
    """Return the fact that an operator made this decision."""
    [(number,)] = db.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM decision")
    until = decision.until.isoformat() if decision.until else ""
    words = (
        *(decision.choice.value, decision.agency, decision.target, decision.value, decision.reason),
        *(decision.approver, until, int(decision.revoked), decision.by, decision.at.isoformat()),
    )
    return {"kind": DECIDED, "decision": number, **dict(zip(_OF_DECISION, words, strict=True))}


def enter(db: sqlite3.Connection, facts: Iterable[Fact], judged_by: str) -> None:
    """Enter facts into the ledger in their order. Call within a transaction.

    ``judged_by`` names what judges today. Raises ``OperatorError`` for a kind that only a newer
    program knows.
    """
    for fact in facts:
        try:
            _ENTERED[fact["kind"]](db, fact, judged_by)
        except (KeyError, TypeError) as error:
            raise OperatorError(
                "journal_newer", line=fact.get("n", "?"), kind=fact.get("kind", "?")
            ) from error


def _enter_round(db: sqlite3.Connection, fact: Fact, _judged_by: str) -> None:
    [(kept,)] = db.execute("SELECT value FROM about WHERE name='round'")
    if fact["key"] != kept:
        raise OperatorError("other_round", path="data/ledger.jsonl", kept=fact["key"], asked=kept)


def _enter_decision(db: sqlite3.Connection, fact: Fact, judged_by: str) -> None:
    """Record a decision; what it affects will be judged again, wherever the fact came from."""
    columns = ", ".join(("id", *_OF_DECISION))
    words = (fact["decision"], *(fact[name] for name in _OF_DECISION))
    db.execute(f"INSERT INTO decision ({columns}) VALUES ({', '.join('?' * len(words))})", words)
    if ABOUT_FILES.get(fact["choice"]) == "file":
        judgements.outdate(db, judged_by, sha256=fact["target"])
    elif fact["choice"] in (Choice.WAIVE, Choice.MAPPING):
        judgements.outdate(db, judged_by, agency=fact["agency"])


def _enter_mark(db: sqlite3.Connection, _fact: Fact, _judged_by: str) -> None:
    db.execute("INSERT OR IGNORE INTO mark VALUES ('invented')")


def _enter_place(db: sqlite3.Connection, fact: Fact, _judged_by: str) -> None:
    receipts.place(db, fact)


def _enter_letter(db: sqlite3.Connection, fact: Fact, _judged_by: str) -> None:
    letters.enter(db, fact)


_ENTERED: dict[str, Callable[[sqlite3.Connection, Fact, str], None]] = {
    ROUND: _enter_round,
    RECEIVED: receipts.enter,
    PLACED: _enter_place,
    DECIDED: _enter_decision,
    INVENTED: _enter_mark,
    LETTER: _enter_letter,
}
"""How each kind of fact is entered. A new kind needs a line here, one in :func:`all_of`, and the
code that notes it."""


# --- a whole ledger as facts ----------------------------------------------------------------------


def all_of(db: sqlite3.Connection) -> Iterator[Fact]:
    """Yield all facts of a ledger: entered into an empty one, they make it equal."""
    [(key,)] = db.execute("SELECT value FROM about WHERE name='round'")
    yield {"kind": ROUND, "key": key, "program": __version__}
    yield from _receipts(db)
    for row in db.execute("SELECT path, size, changed, sha256 FROM place ORDER BY path"):
        yield {
            "kind": PLACED,
            "place": os.fsdecode(row["path"]),
            **{name: row[name] for name in ("size", "changed", "sha256")},
        }
    for row in db.execute("SELECT * FROM decision ORDER BY id"):
        yield {"kind": DECIDED, "decision": row["id"], **{name: row[name] for name in _OF_DECISION}}
    if db.execute("SELECT 1 FROM mark WHERE name='invented'").fetchone():
        yield {"kind": INVENTED}
    yield from letters.facts(db)


def _receipts(db: sqlite3.Connection) -> Iterator[Fact]:
    query = """SELECT s.id AS submission, s.sha256, s.size, COALESCE(r.name, s.name) AS name,
                      COALESCE(r.received, s.received) AS received,
                      COALESCE(r.received_by, s.received_by) AS received_by
               FROM submission s LEFT JOIN receipt r ON r.submission=s.id ORDER BY s.id, r.rowid"""
    brought = mails.told_by(db)
    for row in db.execute(query):
        fact = {"kind": RECEIVED, **dict(zip(row.keys(), row, strict=True))}
        mail = brought.get((row["submission"], row["name"]))
        yield {**fact, "mail": mail} if mail else fact
