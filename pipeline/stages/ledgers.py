"""The ledger of a folder as commands need it: to be written into, to be read, and what it has still to say."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from pipeline import __version__
from pipeline.collect.intake.stored import archive_at
from pipeline.errors import OperatorError
from pipeline.home import Home, sweep
from pipeline.model import Decision
from pipeline.stages.losses import is_archive_alone, refuse_beside_journal, refuse_lost, refuse_poorer
from pipeline.stages.renewing import judge_again, renew
from pipeline.store import NOWHERE, Ledger, Untold, alone
from pipeline.store.belonging import claim, refuse_another, refuse_ledger_of_another
from pipeline.store.database import copied
from pipeline.store.outputs import begin
from pipeline.store.rights import protect
from schemas.round.round import Round


@contextmanager
def sole_writer(home: Home, round_: Round) -> Iterator[None]:
    """Hold the one right to write into a folder, for as long as a command lasts: another command waits, then says so.

    Not to be asked for twice by one command. The folder is of this round from now on; raises ``OperatorError`` where it is of another,
    before anything is made in it.
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
    """The ledger of a folder, for the one command that writes into it. Raises ``OperatorError`` where what it held is lost."""
    with sole_writer(home, round_):
        with _ledger_if_any(home, round_) as ledger:
            was_behind = _is_behind(home, ledger)
        with open_ledger(home, round_) as ledger:
            if was_behind:
                judge_again(ledger, home)
            yield ledger


@contextmanager
def taking_in(home: Home, round_: Round) -> Iterator[Ledger]:
    """The same for the command that takes files in and judges all that waits: where all is lost it begins anew, which is remarked."""
    with sole_writer(home, round_):
        begins_anew = not home.ledger.exists() and is_archive_alone(home)
        with open_ledger(home, round_) as ledger:
            if begins_anew:
                ledger.remark("begun_anew", {"archive": str(home.archive)})
            move_archive(home, ledger.hashes())
            yield ledger


def move_archive(home: Home, known: Collection[str]) -> None:
    """Let the archive be where the operator says from now on; raises ``OperatorError`` where it lacks what is ``known``."""
    asked = home.archive_asked
    if asked is None or asked == home.archive_noted:
        return
    if isinstance(asked, Path) and not asked.is_dir():  # a disk, perhaps, that isn't there now
        raise OperatorError("no_such_file", path=asked)
    missing = len({*known}.difference(archive_at(asked).names())) if known else 0
    if missing:
        raise OperatorError("archive_poorer", path=asked, count=missing, before=home.archive_noted)
    home.note_archive()


@contextmanager
def writing_outputs(home: Home, round_: Round) -> Iterator[Ledger]:
    """The ledger of a folder as today's form and program judge it, for the one command that writes outputs from it.

    Without a ledger an empty one, which is kept nowhere.
    """
    with sole_writer(home, round_), _ledger_if_any(home, round_) as ledger:
        _follow_journal(home, ledger)
        make_ready(home, ledger)
        yield ledger


def make_ready(home: Home, ledger: Ledger) -> None:
    """Have a ledger say what outputs are made from. Raises ``OperatorError`` where those that there are were made from more."""
    refuse_poorer(home, ledger)
    renew(ledger, home)


def open_ledger(home: Home, round_: Round) -> Ledger:
    """The ledger of a folder with its journal, to be written into by its sole writer.

    Raises ``OperatorError`` where the folder is of another round, or the ledger is gone and its journal isn't.
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
    """True if the journal tells what the ledger lacks. Raises ``OperatorError`` where what it held is lost, and no such journal completes it."""
    if ledger.journaling.is_behind(home.journal):
        return True
    refuse_lost(home, ledger)
    return False


def _follow_journal(home: Home, ledger: Ledger) -> None:
    """Bring a ledger to the state of its journal, and judge what it lacked. As the sole writer."""
    was_behind = _is_behind(home, ledger)
    if ledger.path != NOWHERE:
        ledger.journaling.keep_in(home.journal)
    if was_behind:
        judge_again(ledger, home)


def current_ledger(home: Home, round_: Round) -> Ledger:
    """The ledger to be read: what another form or version of the program judged is judged again first, from the archive.

    Without a ledger an empty one, which is kept nowhere. Raises ``OperatorError`` where its rows can't be read as today's form says.
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
    """The ledger to be looked at, nothing judged again: itself, or a copy of it where nothing can be written beside it."""
    return _copy(home, round_) if home.is_read_only else Ledger(home.ledger, round_, __version__)


def _follow_unless_written(home: Home, ledger: Ledger) -> None:
    """Bring a ledger to the state of its journal, but for one that another command is just writing both of."""
    try:
        with alone(home.ledger, patience=0):
            _follow_journal(home, ledger)
    except OperatorError as error:
        if error.key != "ledger_locked":
            raise


def is_invented(home: Home, round_: Round) -> bool:
    """Whether the data of this folder is invented, which whatever is issued here must say."""
    with _ledger_if_any(home, round_) as ledger:
        return ledger.invented


def decisions_on_record(home: Home, round_: Round) -> list[Decision]:
    """What was decided in this folder up to now; nothing without a ledger."""
    with _ledger_if_any(home, round_) as ledger:
        return ledger.decisions()


def _ledger_if_any(home: Home, round_: Round) -> Ledger:
    return _ledger(home, round_) if home.ledger.exists() else Ledger(NOWHERE, round_, __version__)


def _ledger(home: Home, round_: Round) -> Ledger:
    """The ledger of a folder whose record tells this round; where the ledger tells another, both are named."""
    try:
        return ledger_as_it_is(home, round_)
    except OperatorError as error:
        if error.key == "other_round":
            refuse_ledger_of_another(home, round_)
        raise


class _Copy(Ledger):
    """A ledger read through a copy, for nothing can be written where it lies; SQLite writes beside a ledger even to read it."""

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
    """What the operator hasn't been told yet. It counts as told once the block ends: where telling fails, it is told the next time."""
    if not home.ledger.is_file() or home.is_read_only:
        yield Untold()
        return
    with Ledger(home.ledger, round_, __version__) as ledger:
        found = ledger.untold()
        yield found
        ledger.told(found)
