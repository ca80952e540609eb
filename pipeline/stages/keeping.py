"""Examine the journal for the doctor, and a lost ledger that other files tell of."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.stages.diagnosis import Diagnosis, Health
from pipeline.stages.losses import archived_names, is_all_lost, refuse_other_archive
from pipeline.store import Ledger, journal


def on_lost_ledger(home: Home) -> Sequence[Diagnosis]:
    """Return what to say of a missing or empty ledger; nothing if none was ever needed."""
    chain = journal.read(home.journal)
    if chain.rest and not chain.is_torn:
        return [
            Diagnosis(
                Health.BAD, "journal_broken", {"path": home.journal, "line": chain.last.number + 1}
            )
        ]
    if journal.tells_something(home.journal):
        return [
            Diagnosis(
                Health.BAD, "ledger_lost", {"path": home.ledger, "journal": home.journal.name}
            )
        ]
    if is_all_lost(home):
        words = {
            "ledger": home.ledger,
            "journal": home.journal.name,
            "archive": home.archive,
            "count": len(archived_names(home)),
        }
        return [Diagnosis(Health.BAD, "all_lost", words)]
    return []


def on_archive_record(home: Home, ledger: Ledger) -> Sequence[Diagnosis]:
    """Return what to say if the record of the archive's place is gone or names another one."""
    try:
        refuse_other_archive(home, ledger)
    except OperatorError as error:
        return [Diagnosis(Health.BAD, error.key, dict(error.words))]
    return []


def on_journal(home: Home, ledger: Ledger) -> Diagnosis:
    """Return whether the journal is whole and agrees with the ledger."""
    last, chain = ledger.journaling.marked, journal.read(home.journal)
    if not home.journal.exists():
        health, key = (Health.BAD, "journal_missing") if last else (Health.GOOD, "journal_none")
        return Diagnosis(health, key, {"path": home.journal})
    if chain.rest and not chain.is_torn:
        return Diagnosis(
            Health.BAD, "journal_broken", {"path": home.journal, "line": chain.last.number + 1}
        )
    if last is None:
        return Diagnosis(
            Health.BAD, "journal_strange", {"path": home.ledger, "journal": home.journal}
        )
    if journal.beyond(home.journal, last) is None:
        return Diagnosis(Health.BAD, "journal_missing", {"path": home.journal})
    ahead = chain.last.number - last.number
    if ahead:
        return Diagnosis(Health.DOUBTFUL, "journal_ahead", {"count": ahead})
    return Diagnosis(Health.GOOD, "journal", {"count": last.number})
