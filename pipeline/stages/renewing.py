"""Renewing: what another form or version of the program judged is judged again, from the archive, before anybody reads it."""

from __future__ import annotations

from pipeline.collect.intake import files as intake
from pipeline.collect.intake.arrivals import Arrivals
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.stages.judging import Outdated, judge_all
from pipeline.store import Ledger


def renew(ledger: Ledger, home: Home) -> None:
    """Have the ledger say what today's form and program make of its submissions, and refuse to go on where it can't be read.

    What the archive has lost stays as it was judged, which is remarked once. Its rows can be read as long as the declaration of their
    columns is the same. Where there is something to judge, call it as the sole writer.
    """
    lost = [] if ledger.is_current else judge_again(ledger, home)
    refuse_unreadable_rows(ledger, home)
    if lost:
        ledger.remark("lost", {"names": ", ".join(lost), "path": str(home.archive)})


def judge_again(ledger: Ledger, home: Home) -> list[str]:
    """Judge what isn't judged by today's form and program; the names of what the archive no longer holds."""
    old = Outdated(ledger, home)
    judge_all(ledger, home, Arrivals((), intake.Earlier()), old)
    return old.lost


def refuse_unreadable_rows(ledger: Ledger, home: Home) -> None:
    """Raise ``OperatorError`` where rows can't be read as today's declaration says and their files are lost."""
    if ledger.fits:
        return
    from pipeline.store.standing import unreadable

    names = unreadable(ledger)
    if names:
        raise OperatorError("rows_of_another_form", names=", ".join(names), path=home.archive)
