"""Judge again, from the archive, what another form or program judged."""

from __future__ import annotations

from pipeline.collect.intake import files as intake
from pipeline.collect.intake.arrivals import Arrivals
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.stages.judging import Outdated, judge_all
from pipeline.stages.losses import refuse_other_archive
from pipeline.store import Ledger


def renew(ledger: Ledger, home: Home) -> None:
    """Bring the ledger up to today's form and program, or raise ``OperatorError``.

    What the archive has lost keeps its judgement, which the operator is told once. Its rows stay
    readable while its columns are declared the same. If there is something to judge, call it as the
    only writer.
    """
    lost = [] if ledger.is_current else judge_again(ledger, home)
    refuse_unreadable_rows(ledger, home)
    if lost:
        ledger.remark("lost", {"names": ", ".join(lost), "path": str(home.archive)})


def judge_again(ledger: Ledger, home: Home) -> list[str]:
    """Judge what isn't judged by today's form and program; return the names of lost files."""
    refuse_other_archive(home, ledger)
    old = Outdated(ledger, home)
    judge_all(ledger, home, Arrivals((), intake.EarlierFiles()), old)
    return old.lost


def refuse_unreadable_rows(ledger: Ledger, home: Home) -> None:
    """Raise ``OperatorError`` if lost files have rows that today's declaration can't read."""
    if ledger.fits:
        return
    from pipeline.store.standing import unreadable

    names = unreadable(ledger)
    if names:
        raise OperatorError("rows_of_another_form", names=", ".join(names), path=home.archive)
