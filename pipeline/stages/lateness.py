"""Lateness (D01): an agency's first readable return decides, whatever it corrected later.

It is a finding of the version that speaks for the agency.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from pipeline.check.policy import governed
from pipeline.model import Finding, Severity
from pipeline.stages.comparing import changes_of_superseded
from pipeline.store import Ledger, standing
from schemas.round.round import Round
from schemas.rules.catalogue import LATE
from schemas.words import dmy


def findings_of(
    ledger: Ledger, agencies: pd.DataFrame, submissions: Sequence[int]
) -> list[Finding]:
    """Return the findings of these submissions, with D01 for late agencies.

    ``agencies``: as ``standing.agencies`` returns them.
    """
    rows = agencies[agencies["late_days"] > 0]
    late = {
        number: _late(row, ledger.round_)
        for number, row in zip(rows["submission"].tolist(), rows.itertuples(), strict=True)
    }
    found = ledger.findings_by_submission(submissions)
    return [
        finding for number, listed in found.items() for finding in (*listed, *late.get(number, ()))
    ]


def findings_shown(ledger: Ledger, *, everything: bool) -> list[Finding]:
    """Return findings of speaking and pending versions and of unassigned files.

    ``everything``: of all submissions, with what superseded ones changed.
    """
    standings = standing.standings_of(ledger)
    agencies = standing.agencies(standings, ledger.round_, ledger.decisions())
    submissions = standings.submissions
    listed = findings_of(
        ledger,
        agencies,
        submissions.loc[standing.shown(submissions) | everything, "submission"].tolist(),
    )
    return [*listed, *(changes_of_superseded(ledger, standings) if everything else [])]


def is_told(round_: Round) -> bool:
    """Whether the round wants agencies to be told that they are late."""
    return round_.uses(LATE)


def _late(row: Any, round_: Round) -> tuple[Finding, ...]:
    days, first, before = row.late_days, row.first_received, row.first_unreadable
    words = {"days": str(days), "received": dmy(first), "deadline": dmy(row.deadline)}
    message = "late" if pd.isna(before) else "late.unreadable_before"
    words |= {} if pd.isna(before) else {"before": dmy(before)}
    note = Finding(LATE, Severity.NOTE, message, words, agency=row.agency, file=row.file)
    as_governed = governed(note, round_)
    return (as_governed,) if as_governed else ()
