"""Refuse to work on a ledger that is gone, or that knows less than other files tell.

Such a folder must not look as if nobody had reported.
"""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.collect.intake.stored import archive_at
from pipeline.errors import OperatorError
from pipeline.home import OUTPUT, SOURCES_FILE, Home
from pipeline.machine.storage import Place, place_of
from pipeline.store import Ledger, journal


def refuse_lost(home: Home, ledger: Ledger) -> None:
    """Raise ``OperatorError`` if an empty ledger once had returns.

    The journal, the archive or the outputs tell so.
    """
    if ledger.hashes() or (ledger.journaling.fits(home.journal) and not listed_sources(home)):
        return
    refuse_gone(home)


def refuse_gone(home: Home) -> None:
    """Raise ``OperatorError`` if a missing or empty ledger once had returns."""
    refuse_beside_journal(home)
    if is_all_lost(home):
        raise OperatorError(
            "all_lost", ledger=home.ledger, journal=home.journal.name, archive=home.archive
        )


def refuse_without_ledger(home: Home, named: str) -> None:
    """Raise ``OperatorError`` if there is no ledger in which to look up a submission."""
    if not home.ledger.exists():
        refuse_gone(home)
        raise OperatorError("no_such_submission", name=named)


def refuse_beside_journal(home: Home) -> None:
    """Raise ``OperatorError`` if a missing or empty ledger has a journal that tells its content."""
    if journal.tells_something(home.journal):
        raise OperatorError("ledger_lost", path=home.ledger, journal=home.journal.name)


def refuse_poorer(home: Home, ledger: Ledger) -> None:
    """Raise ``OperatorError`` if outputs were made from returns unknown to the ledger.

    New outputs would lack those returns.
    """
    refuse_lost(home, ledger)
    unknown = listed_sources(home) - ledger.hashes()
    if unknown:
        raise OperatorError(
            "outputs_know_more", count=len(unknown), path=_sources(home), ledger=home.ledger
        )


def refuse_other_archive(home: Home, ledger: Ledger) -> None:
    """Raise ``OperatorError`` if the folder's record of its archive is gone or names another place.

    The ledger knows the place too. A command that is told the place (``--archive``) may go on.
    """
    if home.archive_asked is not None or ledger.archive is None:
        return
    place = archive_on_record(home, ledger)
    if place != home.archive_noted:
        key = "archive_file_other" if home.archive_file.exists() else "archive_file_gone"
        raise OperatorError(key, path=home.archive_file, archive=place, named=home.archive_noted)


def archive_on_record(home: Home, ledger: Ledger) -> Place:
    """Return where the archive is by the ledger; by the folder's record if the ledger is older."""
    if ledger.archive is None:
        return home.archive_noted
    return place_of(ledger.archive) if ledger.archive else home.own_archive


def note_archive(home: Home, ledger: Ledger) -> None:
    """Note in the ledger where the archive is; blank for the folder's own, which moves with it."""
    ledger.note_archive("" if home.archive == home.own_archive else str(home.archive))


def is_all_lost(home: Home) -> bool:
    """Whether an empty ledger and journal had returns: the archive or the outputs tell."""
    return is_archive_alone(home) or bool(listed_sources(home))


def is_archive_alone(home: Home) -> bool:
    """Whether the archive holds files and there is no journal to say what they are."""
    return not home.journal.exists() and any(archive_at(home.archive).names())


def archived_names(home: Home) -> list[str]:
    """Return the names of the files in the archive."""
    return [*archive_at(home.archive).names()]


def listed_sources(home: Home) -> set[str]:
    """Return the SHA-256 of the returns that the outputs list as sources."""
    try:
        said = json.loads(_sources(home).read_bytes())
        return {str(source["sha256"]) for source in said["sources"]}
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return set()


def _sources(home: Home) -> Path:
    return home.root / OUTPUT / SOURCES_FILE
