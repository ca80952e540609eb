"""Findings and decisions as rows of the ledger and back."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pipeline.findings.answers import family_of, key_of
from pipeline.model import Choice, Decision, Finding, Severity


@lru_cache(maxsize=1024)
def letters_row(letters: tuple[tuple[str, str], ...]) -> str:
    """Column letters by key as they are kept: most returns have the same."""
    return json.dumps(dict(letters))


def finding_row(submission: int, position: int, finding: Finding) -> tuple[Any, ...]:
    """The row of a submission's finding in the table ``finding``."""
    return (
        *(submission, position, finding.rule, finding.severity.value, finding.message, json.dumps(dict(finding.words), ensure_ascii=False)),
        *(finding.agency, finding.file, finding.sheet, json.dumps(finding.cells), finding.column, finding.value),
    )


def finding(row: sqlite3.Row) -> Finding:
    """The finding of a row."""
    return Finding(
        rule=row["rule"],
        severity=Severity(row["severity"]),
        message=row["message"],
        words=json.loads(row["words"]),
        agency=row["agency"],
        file=row["file"],
        sheet=row["sheet"],
        cells=tuple(json.loads(row["cells"])),
        column=row["column_title"],
        value=row["value"],
    )


def answered(finding: Finding, answers: Mapping[tuple[str, str], str]) -> Finding:
    """The finding with the answer to it, else with the one to all of its kind."""
    if not answers:
        return finding
    text = answers.get((finding.agency, key_of(finding))) or answers.get((finding.agency, family_of(finding)))
    return replace(finding, answer=text) if text else finding


def decision(row: sqlite3.Row) -> Decision:
    """The decision of a row."""
    return Decision(
        choice=Choice(row["choice"]),
        agency=row["agency"],
        target=row["target"],
        reason=row["reason"],
        by=row["decided_by"],
        at=dt.datetime.fromisoformat(row["decided_at"]),
        value=row["value"],
        approver=row["approver"],
        until=dt.date.fromisoformat(row["until"]) if row["until"] else None,
        revoked=bool(row["revoked"]),
    )


def answers(db: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """The last answer by agency and key."""
    query = """SELECT s.agency, e.key, e.text FROM explanation e JOIN submission s ON s.id=e.submission
               ORDER BY s.received, s.id"""
    return {(row["agency"], row["key"]): row["text"] for row in db.execute(query)}
