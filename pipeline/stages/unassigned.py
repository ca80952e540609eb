"""List files that are nobody's return, and files that only accompany returns."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.model import Finding, Severity
from pipeline.store import Ledger, standing
from pipeline.store.versions import Role
from pipeline.summarise.figures.consolidation import BESIDE

COLUMNS = BESIDE
"""``state``: ``unassigned`` or ``accompanying``. ``likely``: the agency it may be from; of an
accompanying file its agency. ``kind``: what it is, if it can't be opened. ``rule``, ``message``,
``words``: of the finding that says why it is no return."""


def waiting(ledger: Ledger) -> pd.DataFrame:
    """Return those files of a ledger, as :data:`COLUMNS` says: unassigned ones first, by name."""
    return of_submissions(standing.submissions_of(ledger), ledger)


def of_submissions(submissions: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return the same, given submissions with their roles."""
    listed = submissions[
        standing.of_nobody(submissions) | (submissions["role"] == Role.ACCOMPANYING)
    ].sort_values(["role", "name"])
    found = ledger.findings_by_submission(listed["submission"].tolist())
    rows: list[dict[str, Any]] = [
        _row(row, found[row["submission"]]) for row in listed.to_dict("records")
    ]
    rows.sort(key=lambda row: (_ORDER.index(row["state"]), row["file"]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def unassigned(ledger: Ledger) -> dict[str, tuple[str, str]]:
    """Return (name, likely agency or blank) of each unassigned file, by SHA-256."""
    submissions = standing.submissions_of(ledger, (*standing.DECIDING, "likely"))
    nobody = submissions[standing.of_nobody(submissions)].sort_values("name")
    hashes, names, likely = (nobody[column].tolist() for column in ("sha256", "name", "likely"))
    return dict(zip(hashes, zip(names, likely, strict=True), strict=True))


_ORDER = [Role.UNASSIGNED.value, Role.ACCOMPANYING.value]


def _row(row: dict[Any, Any], findings: list[Finding]) -> dict[str, Any]:
    why = next((each for each in findings if each.severity is Severity.ERROR), None)
    return {
        "state": row["role"],
        "file": row["name"],
        "sha256": row["sha256"],
        "received": row["received"],
        "likely": row["agency"] or row["likely"],
        "kind": row["kind"],
        "rule": why.rule if why else "",
        "message": why.message if why else "",
        "words": dict(why.words) if why else {},
    }
