"""Lateness (D01): an agency is late by its first readable return, whatever it had to correct later; said of the version that speaks for it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.check.policy import governed
from pipeline.model import Finding, Severity
from pipeline.stages.comparing import changes_of_superseded
from pipeline.store import Ledger, standing
from schemas.round.round import Round
from schemas.rules.catalogue import LATE
from schemas.words import dmy


def findings_of(ledger: Ledger, agencies: pd.DataFrame, submissions: Sequence[int]) -> list[Finding]:
    """The findings of these submissions, by submission; those that speak for a late agency say so. ``agencies``: as ``standing.agencies`` gives."""
    rows = agencies[agencies["late_days"] > 0]
    late = {number: _late(row, ledger.round_) for number, row in zip(rows["submission"].tolist(), rows.itertuples(), strict=True)}
    found = ledger.findings_by_submission(submissions)
    return [finding for number, listed in found.items() for finding in (*listed, *late.get(number, ()))]


def findings_shown(ledger: Ledger, *, everything: bool) -> list[Finding]:
    """Findings of what speaks for its agency or waits, and of files of nobody; with ``everything`` of all, and what superseded versions changed."""
    standings = standing.standings_of(ledger)
    agencies = standing.agencies(standings, ledger.round_, ledger.decisions())
    submissions = standings.submissions
    listed = findings_of(ledger, agencies, submissions.loc[standing.shown(submissions) | everything, "submission"].tolist())
    return [*listed, *(changes_of_superseded(ledger, standings) if everything else [])]


def is_told(round_: Round) -> bool:
    """Whether the round wants lateness to be told to agencies."""
    return round_.uses(LATE)


def _late(row: object, round_: Round) -> tuple[Finding, ...]:
    days, first, before = (getattr(row, name) for name in ("late_days", "first_received", "first_unreadable"))
    words = {"days": str(days), "received": dmy(first), "deadline": dmy(row.deadline)}  # type: ignore[attr-defined]
    message = "late" if pd.isna(before) else "late.unreadable_before"
    words |= {} if pd.isna(before) else {"before": dmy(before)}
    found = governed(Finding(LATE, Severity.NOTE, message, words, agency=row.agency, file=row.file), round_)  # type: ignore[attr-defined]
    return (found,) if found else ()
