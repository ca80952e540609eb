"""Turn findings and decisions into rows of the ledger, and back."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pipeline.findings.answers import family_of, key_of
from pipeline.model import Choice, Decision, Finding, Severity


@lru_cache(maxsize=1024)
def letters_row(letters: tuple[tuple[str, str], ...]) -> str:
    """Return column letters by key as JSON, cached: most returns have the same."""
    return json.dumps(dict(letters))


def finding_row(submission: int, position: int, finding: Finding) -> tuple[Any, ...]:
    """Return the row for the table ``finding``."""
    words = json.dumps(dict(finding.words), ensure_ascii=False)
    return (
        *(submission, position, finding.rule, finding.severity.value, finding.message, words),
        *(finding.agency, finding.file, finding.sheet, json.dumps(finding.cells)),
        *(finding.column, finding.value),
    )


def finding(row: sqlite3.Row) -> Finding:
    """Return the finding in a row."""
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


def findings(db: sqlite3.Connection) -> dict[int, list[Finding]]:
    """Return the findings of the chosen submissions that have some, with answers, in order."""
    texts = answers(db)
    query = """SELECT f.* FROM chosen CROSS JOIN finding f USING (submission)
               ORDER BY chosen.submission, f.position"""
    listed: dict[int, list[Finding]] = {}
    for row in db.execute(query):
        listed.setdefault(row["submission"], []).append(answered(finding(row), texts))
    return listed


def findings_of(db: sqlite3.Connection, rules: Sequence[str]) -> dict[int, list[Finding]]:
    """Return the findings of these rules, by submission, in order, without answers."""
    marks = ", ".join("?" * len(rules))
    query = f"SELECT * FROM finding WHERE rule IN ({marks}) ORDER BY submission, position"
    listed: dict[int, list[Finding]] = {}
    for row in db.execute(query, rules):
        listed.setdefault(row["submission"], []).append(finding(row))
    return listed


def answered(finding: Finding, answers: Mapping[tuple[str, str], str]) -> Finding:
    """Return the finding with the answer to it, else the answer to all of its kind."""
    if not answers:
        return finding
    text = answers.get((finding.agency, key_of(finding))) or answers.get(
        (finding.agency, family_of(finding))
    )
    return replace(finding, answer=text) if text else finding


def decision(row: sqlite3.Row) -> Decision:
    """Return the decision in a row."""
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
    """Return the last answer by agency and key."""
    query = """SELECT s.agency, e.key, e.text
               FROM explanation e JOIN submission s ON s.id=e.submission
               ORDER BY s.received, s.id"""
    return {(row["agency"], row["key"]): row["text"] for row in db.execute(query)}
