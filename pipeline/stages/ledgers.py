"""The ledger of a folder as commands need it: to be written into, to be read, and what it has still to say."""

from __future__ import annotations

from pipeline import __version__
from pipeline.home import Home
from pipeline.stages.renewing import renew
from pipeline.store import NOWHERE, ChangedVerdict, Ledger
from pipeline.store.belonging import claim, refuse_another
from schemas.round.round import Round


def open_ledger(home: Home, round_: Round) -> Ledger:
    """The ledger of a folder, to be written into. Raises ``OperatorError`` where the folder is of another round."""
    claim(home, round_)
    return Ledger(home.ledger, round_, __version__)


def current_ledger(home: Home, round_: Round) -> Ledger:
    """The ledger to be read: what another form or version of the program judged is judged again first, from the archive.

    Without a ledger an empty one, which is kept nowhere. Raises ``OperatorError`` where its rows can't be read as today's form says.
    """
    refuse_another(home, round_)
    if not home.ledger.exists():
        return Ledger(NOWHERE, round_, __version__)
    ledger = Ledger(home.ledger, round_, __version__)
    try:
        renew(ledger, home)
    except BaseException:
        ledger.close()
        raise
    return ledger


def untold(home: Home, round_: Round) -> tuple[list[tuple[str, dict[str, str]]], list[ChangedVerdict]]:
    """What the operator hasn't been told yet: remarks, and verdicts that today's form or program changed. Given once."""
    if not home.ledger.is_file():
        return [], []
    with Ledger(home.ledger, round_, __version__) as ledger:
        found = ledger.remarks(), ledger.changed_verdicts()
        ledger.told()
    return found
