"""Losses: a folder whose ledger is gone, or tells less than other files do, is no folder in which nobody has reported."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.collect.intake.stored import archive_at
from pipeline.errors import OperatorError
from pipeline.home import OUTPUT, SOURCES_FILE, Home
from pipeline.store import Ledger, journal


def refuse_lost(home: Home, ledger: Ledger) -> None:
    """Raise ``OperatorError`` where a ledger holds no return though the journal, the archive or the outputs tell of some."""
    if ledger.hashes() or (ledger.journaling.fits(home.journal) and not listed_sources(home)):
        return
    refuse_gone(home)


def refuse_gone(home: Home) -> None:
    """Raise ``OperatorError`` where there is no ledger, or an empty one, though the journal, the archive or the outputs tell of returns."""
    refuse_beside_journal(home)
    if is_all_lost(home):
        raise OperatorError("all_lost", ledger=home.ledger, journal=home.journal.name, archive=home.archive)


def refuse_without_ledger(home: Home, named: str) -> None:
    """Raise ``OperatorError`` where there is no ledger to look up a submission in, by name: it is lost, or there never was one."""
    if not home.ledger.exists():
        refuse_gone(home)
        raise OperatorError("no_such_submission", name=named)


def refuse_beside_journal(home: Home) -> None:
    """Raise ``OperatorError`` where the journal beside no ledger, or an empty one, tells what it held."""
    if journal.tells_something(home.journal):
        raise OperatorError("ledger_lost", path=home.ledger, journal=home.journal.name)


def refuse_poorer(home: Home, ledger: Ledger) -> None:
    """Raise ``OperatorError`` where outputs were made from returns that the ledger doesn't know: what is written from it would lack them."""
    refuse_lost(home, ledger)
    unknown = listed_sources(home) - ledger.hashes()
    if unknown:
        raise OperatorError("outputs_know_more", count=len(unknown), path=_sources(home), ledger=home.ledger)


def is_all_lost(home: Home) -> bool:
    """True if a folder without a return in its ledger and its journal had some: it is seen by the archive, or by the outputs."""
    return is_archive_alone(home) or bool(listed_sources(home))


def is_archive_alone(home: Home) -> bool:
    """True if the archive holds files and there is no journal that could tell what they are."""
    return not home.journal.exists() and any(archive_at(home.archive).names())


def archived_names(home: Home) -> list[str]:
    """The names of the files in the archive."""
    return [*archive_at(home.archive).names()]


def listed_sources(home: Home) -> set[str]:
    """The SHA-256 of the returns that the outputs were made from, as far as they tell."""
    try:
        said = json.loads(_sources(home).read_bytes())
        return {str(source["sha256"]) for source in said["sources"]}
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return set()


def _sources(home: Home) -> Path:
    return home.root / OUTPUT / SOURCES_FILE
