"""The ledger of a folder as commands need it: to be written into, to be read, and what it has still to say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline import __version__
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.stages.renewing import renew
from pipeline.store import NOWHERE, Ledger, Untold
from pipeline.store.belonging import claim, refuse_another, refuse_ledger_of_another
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


def _ledger(home: Home, round_: Round) -> Ledger:
    """The ledger of a folder whose record tells this round; where the ledger tells another, both are named."""
    try:
        return Ledger(home.ledger, round_, __version__)
    except OperatorError as error:
        if error.key == "other_round":
            refuse_ledger_of_another(home, round_)
        raise


@contextmanager
def untold(home: Home, round_: Round) -> Iterator[Untold]:
    """What the operator hasn't been told yet. It counts as told once the block ends: where telling fails, it is told the next time."""
    if not home.ledger.is_file():
        yield Untold()
        return
    with Ledger(home.ledger, round_, __version__) as ledger:
        found = ledger.untold()
        yield found
        ledger.told(found)
