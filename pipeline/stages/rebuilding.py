"""Rebuild the ledger from the journal and the archive.

The journal tells what came when and what was decided; the archived files are judged again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline import __version__
from pipeline.collect.intake import files as intake
from pipeline.collect.intake.arrivals import Arrivals
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.machine.files import make_names_last
from pipeline.stages.freshness import note_known
from pipeline.stages.issuing import keep_definition
from pipeline.stages.judging import Outdated, judge_all
from pipeline.stages.ledgers import move_archive, sole_writer
from pipeline.stages.losses import note_archive
from pipeline.store import Ledger, journal
from pipeline.store.database import ENDINGS, connect
from pipeline.store.marks import SUMMARISED
from schemas.round.round import Round


@dataclass(frozen=True)
class RebuildReport:
    """What was rebuilt."""

    returns: int
    decisions: int
    lost: Sequence[str]
    """Submissions whose bytes the archive lacks: registered, and waiting for the bytes."""
    kept: str
    """The name under which the old ledger is kept; blank if there was none."""


def rebuild(home: Home, round_: Round, tell: Callable[[int, int], None]) -> RebuildReport:
    """Build the ledger beside the old one, then swap them and keep the old. Kills do no harm.

    ``tell`` gets how many submissions have been read, and the total. Raises ``OperatorError`` if
    the journal is missing or its chain is broken.
    """
    with sole_writer(home, round_):
        summarised = _write_down_what_a_sound_ledger_knows(home, round_)
        chain = readable(home.journal)
        keep_definition(home, round_)
        move_archive(home, (), home.archive_noted)
        return _made(home, round_, chain, tell, summarised)


def _made(
    home: Home,
    round_: Round,
    chain: journal.Chain,
    tell: Callable[[int, int], None],
    summarised: str,
) -> RebuildReport:
    """Build the ledger from the journal's facts and the archive, then put it in place.

    ``summarised`` is the state of the old ledger from which summaries were written; blank if none.
    """
    beside = home.ledger.with_suffix(".rebuilt.sqlite")
    for ending in ENDINGS:
        beside.with_name(beside.name + ending).unlink(missing_ok=True)
    with Ledger(beside, round_, __version__) as ledger:
        ledger.journaling.enter(chain)
        note_archive(home, ledger)
        old = Outdated(ledger, home)
        judge_all(
            ledger,
            home,
            Arrivals((), intake.EarlierFiles()),
            old,
            tell_again=lambda done: tell(done + len(old.lost), old.count),
        )
        decisions = len(ledger.decisions())
        note_known(ledger, home.incoming)
        with ledger.transaction():
            ledger.marks.note(SUMMARISED, summarised)
    if chain.rest:
        journal.cut(home.journal, chain.last)
    return RebuildReport(old.count, decisions, old.lost, _put_in_place(beside, home.ledger))


def readable(path: Path) -> journal.Chain:
    """Return the chain of a journal; raises ``OperatorError`` if it is missing or broken."""
    chain = journal.read(path)
    if chain.rest and not chain.is_torn:
        raise OperatorError("journal_broken", path=path, line=chain.last.number + 1)
    if not chain.facts:
        raise OperatorError("journal_gone", path=path)
    return chain


def _write_down_what_a_sound_ledger_knows(home: Home, round_: Round) -> str:
    """Write into the journal what a readable ledger knows, so that none of it is lost.

    Return the state from which summaries were written last, which the journal doesn't tell.
    """
    if not home.ledger.is_file():
        return ""
    with suppress(OperatorError), Ledger(home.ledger, round_, __version__) as ledger:
        if ledger.is_sound():
            ledger.journaling.keep_in(home.journal)
            return ledger.marks.state(SUMMARISED)
    return ""


def _put_in_place(new: Path, ledger: Path) -> str:
    """Put the new ledger in place of the old one; return the name of the kept old one."""
    with closing(connect(new)) as db:  # writes its log back, so that the file can be moved alone
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = _put_aside(ledger)
    new.replace(ledger)
    make_names_last(ledger.parent)
    return kept


def _put_aside(ledger: Path) -> str:
    """Rename a ledger with all its files: its log must not be taken for the new ledger's."""
    aside = journal.free_name(ledger)
    was_there = ledger.exists()
    if was_there:
        with suppress(sqlite3.Error), closing(connect(ledger)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for ending in reversed(ENDINGS):
        path = ledger.with_name(ledger.name + ending)
        if path.exists():
            path.replace(aside.with_name(aside.name + ending))
    return aside.name if was_there else ""
