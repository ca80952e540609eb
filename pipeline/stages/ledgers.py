"""Open the ledger of a folder as commands need it: to write, to read, to tell its news."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from pipeline import __version__
from pipeline.collect.intake.stored import archive_at
from pipeline.errors import OperatorError
from pipeline.home import Home, sweep
from pipeline.machine.storage import Place
from pipeline.model import Decision
from pipeline.stages.losses import (
    archive_on_record,
    is_archive_alone,
    note_archive,
    refuse_beside_journal,
    refuse_lost,
    refuse_other_archive,
    refuse_poorer,
)
from pipeline.stages.renewing import judge_again, renew
from pipeline.store import NOWHERE, Ledger, Untold, alone
from pipeline.store.belonging import claim, refuse_another, refuse_ledger_of_another
from pipeline.store.database import copied
from pipeline.store.outputs import begin
from pipeline.store.rights import protect
from schemas.round.round import Round


@contextmanager
def sole_writer(home: Home, round_: Round) -> Iterator[None]:
    """Hold the only right to write into a folder. Another command waits, then raises an error.

    A command must not ask for it twice. The folder is of this round from now on; raises
    ``OperatorError``, before anything is made, if it is of another.
    """
    refuse_another(home, round_)
    if home.is_read_only:
        raise OperatorError("read_only", path=home.root)
    with alone(home.ledger):
        sweep(home)
        protect(home)
        begin(home)
        claim(home, round_)
        yield


@contextmanager
def writing(home: Home, round_: Round) -> Iterator[Ledger]:
    """Open the ledger for a command that writes.

    Raises ``OperatorError`` if its content is lost, or the record of its archive.
    """
    with sole_writer(home, round_):
        with _ledger_if_any(home, round_) as ledger:
            refuse_other_archive(home, ledger)
            was_behind = _is_behind(home, ledger)
        with open_ledger(home, round_) as ledger:
            if was_behind:
                judge_again(ledger, home)
            yield ledger


@contextmanager
def taking_in(home: Home, round_: Round) -> Iterator[Ledger]:
    """Open the ledger for a command that takes files in and judges all that waits.

    If all is lost it starts anew, which the operator is told.
    """
    with sole_writer(home, round_):
        begins_anew = not home.ledger.exists() and is_archive_alone(home)
        with open_ledger(home, round_) as ledger:
            if begins_anew:
                ledger.remark("begun_anew", {"archive": str(home.archive)})
            refuse_other_archive(home, ledger)
            move_archive(home, ledger.hashes(), archive_on_record(home, ledger))
            note_archive(home, ledger)
            yield ledger


def move_archive(home: Home, known: Collection[str], before: Place) -> None:
    """Change the archive's place, which was ``before``, if the operator asks for that.

    Raises ``OperatorError`` if the new place lacks one of the ``known`` files.
    """
    asked = home.archive_asked
    if asked is None:
        return
    if asked != before:
        _refuse_poorer_archive(asked, known, before)
    home.note_archive()


def _refuse_poorer_archive(asked: Place, known: Collection[str], before: Place) -> None:
    if isinstance(asked, Path) and not asked.is_dir():  # a disk, perhaps, that isn't connected now
        raise OperatorError("no_such_file", path=asked)
    missing = len({*known}.difference(archive_at(asked).names())) if known else 0
    if missing:
        raise OperatorError("archive_poorer", path=asked, count=missing, before=before)


@contextmanager
def writing_outputs(home: Home, round_: Round) -> Iterator[Ledger]:
    """Open the ledger, judged by today's form and program, for a command that writes outputs.

    Without a ledger, yield an empty one in memory.
    """
    with sole_writer(home, round_), _ledger_if_any(home, round_) as ledger:
        _follow_journal(home, ledger)
        make_ready(home, ledger)
        yield ledger


def make_ready(home: Home, ledger: Ledger) -> None:
    """Judge again what is outdated, before outputs are written.

    Raises ``OperatorError`` if existing outputs were made from more returns than the ledger has, or
    if the archive isn't where the ledger has it.
    """
    refuse_poorer(home, ledger)
    refuse_other_archive(home, ledger)
    renew(ledger, home)


def open_ledger(home: Home, round_: Round) -> Ledger:
    """Open the ledger and its journal for its only writer.

    Raises ``OperatorError`` if the folder is of another round, or if there is a journal but no
    ledger.
    """
    claim(home, round_)
    if not home.ledger.exists():
        refuse_beside_journal(home)
    ledger = _ledger(home, round_)
    try:
        ledger.journaling.keep_in(home.journal)
    except BaseException:
        ledger.close()
        raise
    return ledger


def _is_behind(home: Home, ledger: Ledger) -> bool:
    """Whether the journal tells what the ledger lacks.

    Raises ``OperatorError`` if the ledger's content is lost and no such journal completes it.
    """
    if ledger.journaling.is_behind(home.journal):
        return True
    refuse_lost(home, ledger)
    return False


def _follow_journal(home: Home, ledger: Ledger) -> None:
    """Enter what only the journal has, and judge it. Only for the sole writer."""
    was_behind = _is_behind(home, ledger)
    if ledger.path != NOWHERE:
        ledger.journaling.keep_in(home.journal)
    if was_behind:
        judge_again(ledger, home)


def current_ledger(home: Home, round_: Round) -> Ledger:
    """Open the ledger for reading; first judge again what another form or program judged.

    Without a ledger, return an empty one in memory. Raises ``OperatorError`` if rows can't be read
    as today's form says.
    """
    refuse_another(home, round_)
    ledger = _ledger_if_any(home, round_)
    try:
        if _is_behind(home, ledger) and not home.is_read_only:
            _follow_unless_written(home, ledger)
        with nullcontext() if ledger.is_current or home.is_read_only else alone(home.ledger):
            renew(ledger, home)
    except BaseException:
        ledger.close()
        raise
    return ledger


def ledger_as_it_is(home: Home, round_: Round) -> Ledger:
    """Open the ledger for a look, without judging again; a copy if nothing can be written there."""
    return _copy(home, round_) if home.is_read_only else Ledger(home.ledger, round_, __version__)


def _follow_unless_written(home: Home, ledger: Ledger) -> None:
    """Bring the ledger in step with its journal, unless another command is writing both now."""
    try:
        with alone(home.ledger, patience=0):
            _follow_journal(home, ledger)
    except OperatorError as error:
        if error.key != "ledger_locked":
            raise


def is_invented(home: Home, round_: Round) -> bool:
    """Whether this folder's data is invented. Then whatever is issued here says so."""
    with _ledger_if_any(home, round_) as ledger:
        return ledger.invented


def decisions_on_record(home: Home, round_: Round) -> list[Decision]:
    """Return what was decided in this folder; nothing without a ledger."""
    with _ledger_if_any(home, round_) as ledger:
        return ledger.decisions()


def _ledger_if_any(home: Home, round_: Round) -> Ledger:
    return _ledger(home, round_) if home.ledger.exists() else Ledger(NOWHERE, round_, __version__)


def _ledger(home: Home, round_: Round) -> Ledger:
    """Open the ledger; if it is of another round than the folder's record, name both files."""
    try:
        return ledger_as_it_is(home, round_)
    except OperatorError as error:
        if error.key == "other_round":
            refuse_ledger_of_another(home, round_)
        raise


class _Copy(Ledger):
    """A ledger read through a copy, where nothing can be written.

    SQLite writes files beside a ledger even to read it.
    """

    def __init__(self, path: Path, round_: Round, program: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        super().__init__(copied(path, Path(self._folder.name)), round_, program)

    def close(self) -> None:
        super().close()
        self._folder.cleanup()


def _copy(home: Home, round_: Round) -> Ledger:
    try:
        return _Copy(home.ledger, round_, __version__)
    except OperatorError as error:
        raise OperatorError(error.key, **{**error.words, "path": home.ledger}) from error


@contextmanager
def untold(home: Home, round_: Round) -> Iterator[Untold]:
    """Yield what the operator hasn't been told; it counts as told if the block ends well."""
    if not home.ledger.is_file() or home.is_read_only:
        yield Untold()
        return
    with Ledger(home.ledger, round_, __version__) as ledger:
        found = ledger.untold()
        yield found
        ledger.told(found)
