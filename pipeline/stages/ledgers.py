"""The ledger of a folder as commands need it: to be written into, to be read, and what it has still to say."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import __version__
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.stages.renewing import renew
from pipeline.store import NOWHERE, Ledger, Untold
from pipeline.store.belonging import claim, refuse_another, refuse_ledger_of_another
from pipeline.store.database import copied
from schemas.round.round import Round


def open_ledger(home: Home, round_: Round) -> Ledger:
    """The ledger of a folder, to be written into. Raises ``OperatorError`` where the folder is of another round."""
    claim(home, round_)
    return _ledger(home, round_)


def current_ledger(home: Home, round_: Round) -> Ledger:
    """The ledger to be read: what another form or version of the program judged is judged again first, from the archive.

    Without a ledger an empty one, which is kept nowhere. Raises ``OperatorError`` where its rows can't be read as today's form says.
    """
    refuse_another(home, round_)
    if not home.ledger.exists():
        return Ledger(NOWHERE, round_, __version__)
    ledger = _ledger(home, round_)
    try:
        renew(ledger, home)
    except BaseException:
        ledger.close()
        raise
    return ledger


def ledger_as_it_is(home: Home, round_: Round) -> Ledger:
    """The ledger to be looked at, nothing judged again: itself, or a copy of it where nothing can be written beside it."""
    return _copy(home, round_) if home.is_read_only else Ledger(home.ledger, round_, __version__)


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
