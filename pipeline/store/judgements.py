"""Write what judging made of a submission, replacing what an earlier judgement wrote."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model import Finding, Reading, Verdict
from pipeline.store import records, rows, untold
from pipeline.store.database import choose
from schemas.round.round import Round


@dataclass(frozen=True)
class JudgedSubmission:
    """One submission with all that is written about it."""

    id: int
    reading: Reading
    verdict: Verdict
    findings: tuple[Finding, ...]
    signed_on: str
    nil: bool
    is_blank: bool = False
    """True for an empty form: no row in any table, and nil not declared."""
    kind: str = ""
    """For a file that is no workbook: what it is."""


def replace(
    db: sqlite3.Connection, round_: Round, batch: Sequence[JudgedSubmission], judged_by: str
) -> None:
    """Write the judgements of a batch over earlier ones; their rows are only deleted.

    Verdicts of another form or program are kept until they are told.
    """
    numbers = [judged.id for judged in batch]
    untold.keep_verdicts(db, numbers, judged_by)
    _forget(db, round_, numbers)
    for judged in batch:
        _write(db, judged, judged_by)


def _forget(db: sqlite3.Connection, round_: Round, numbers: Sequence[int]) -> None:
    """Delete what earlier judgements wrote about submissions."""
    choose(db, numbers)
    kept = ("finding", "layout", "comparison", "explanation", "aside")
    laid_out = (rows.table_of(spec, round_) for spec in round_.tables)
    for table in (*kept, *laid_out, *rows.apart(db, round_)):
        db.execute(f"DELETE FROM {table} WHERE submission IN (SELECT submission FROM chosen)")
    # others compared with these must be compared again
    db.execute("UPDATE comparison SET earlier=-1 WHERE earlier IN (SELECT submission FROM chosen)")
    rows.drop_empty_apart(db, round_)


def outdate(
    db: sqlite3.Connection, judged_by: str, *, number: int = 0, sha256: str = "", agency: str = ""
) -> None:
    """Mark submissions as to be read and judged again: by number, by SHA-256, or all of an agency.

    One that another form or program judged stays known as that: then a change of its verdict is
    told.
    """
    db.execute(
        "UPDATE submission "
        "SET judged_by=CASE WHEN judged_by IN ('', ?) THEN '' ELSE '-'||judged_by END "
        "WHERE id=? OR sha256=? OR agency<>'' AND agency=?",
        (judged_by, number, sha256, agency),
    )


def _write(db: sqlite3.Connection, judged: JudgedSubmission, judged_by: str) -> None:
    """Write all of a judgement except the rows."""
    stamp, reading = judged.reading.stamp, judged.reading
    db.execute(
        """UPDATE submission SET judged_by=?, agency=?, identified_by=?, verdict=?, version=?,
               digest=?, modified=?, signed_on=?, nil=?, likely=?, is_doubted=?, is_blank=?, kind=?
           WHERE id=?""",
        (
            *(judged_by, reading.agency, reading.identified_by, judged.verdict.value),
            *((stamp.version, stamp.digest) if stamp else ("", "")),
            *(reading.modified, judged.signed_on, int(judged.nil), reading.likely),
            *(int(reading.is_doubted), int(judged.is_blank), judged.kind, judged.id),
        ),
    )
    write_findings(db, judged.id, judged.findings)
    answers = [
        (judged.id, a.key, a.rule, a.sheet, a.column, a.value, a.text) for a in reading.answers
    ]
    db.executemany("INSERT OR REPLACE INTO explanation VALUES (?, ?, ?, ?, ?, ?, ?)", answers)
    aside = [
        (judged.id, at, a.sheet, a.cell, a.title, a.value) for at, a in enumerate(reading.aside)
    ]
    db.executemany("INSERT INTO aside VALUES (?, ?, ?, ?, ?, ?)", aside)
    db.executemany(
        "INSERT INTO layout VALUES (?, ?, ?, ?)",
        [
            (judged.id, key, table.sheet, records.letters_row(tuple(table.letters.items())))
            for key, table in reading.tables.items()
        ],
    )


def amend(
    db: sqlite3.Connection, number: int, findings: Sequence[Finding], verdict: Verdict
) -> None:
    """Replace a submission's findings and verdict."""
    db.execute("DELETE FROM finding WHERE submission=?", (number,))
    write_findings(db, number, findings)
    db.execute("UPDATE submission SET verdict=? WHERE id=?", (verdict.value, number))


def write_findings(db: sqlite3.Connection, number: int, findings: Sequence[Finding]) -> None:
    """Write the findings of a submission that has none yet."""
    db.executemany(
        f"INSERT INTO finding VALUES ({', '.join('?' * 12)})",
        [
            records.finding_row(number, position, finding)
            for position, finding in enumerate(findings)
        ],
    )
