"""The ledger: one SQLite file with submissions, findings, rows and where each value stood.

One writer, one transaction a batch. WAL with synchronous=FULL: what a transaction has written survives a power cut.
A submission is known by its SHA-256, so that writing it again changes nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import pandas as pd

from pipeline.answers import family_of, key_of
from pipeline.errors import OperatorError
from pipeline.model import Choice, Decision, Finding, Reading, Received, Severity, Verdict
from schemas.columns import Kind, TableSpec
from schemas.round import Round

SCHEMA = """
CREATE TABLE IF NOT EXISTS submission (
  id INTEGER PRIMARY KEY,
  round TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  received TEXT NOT NULL,
  received_by TEXT NOT NULL,
  judged_by TEXT NOT NULL DEFAULT '',
  agency TEXT NOT NULL DEFAULT '',
  identified_by TEXT NOT NULL DEFAULT '',
  verdict TEXT NOT NULL DEFAULT '',
  version TEXT NOT NULL DEFAULT '',
  digest TEXT NOT NULL DEFAULT '',
  modified TEXT NOT NULL DEFAULT '',
  signed_on TEXT NOT NULL DEFAULT '',
  nil INTEGER NOT NULL DEFAULT 0,
  late_days INTEGER NOT NULL DEFAULT 0,
  UNIQUE (round, sha256)
) STRICT;
CREATE TABLE IF NOT EXISTS receipt (
  submission INTEGER NOT NULL REFERENCES submission (id),
  name TEXT NOT NULL,
  received TEXT NOT NULL,
  received_by TEXT NOT NULL,
  UNIQUE (submission, name)
) STRICT;
CREATE TABLE IF NOT EXISTS place (
  round TEXT NOT NULL,
  path BLOB NOT NULL,
  size INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (round, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS finding (
  submission INTEGER NOT NULL REFERENCES submission (id),
  position INTEGER NOT NULL,
  rule TEXT NOT NULL,
  severity TEXT NOT NULL,
  message TEXT NOT NULL,
  words TEXT NOT NULL,
  agency TEXT NOT NULL,
  file TEXT NOT NULL,
  sheet TEXT NOT NULL,
  cells TEXT NOT NULL,
  column_title TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (submission, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS explanation (
  submission INTEGER NOT NULL REFERENCES submission (id),
  key TEXT NOT NULL,
  rule TEXT NOT NULL,
  sheet TEXT NOT NULL,
  column_title TEXT NOT NULL,
  value TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (submission, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS aside (
  submission INTEGER NOT NULL REFERENCES submission (id),
  position INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  title TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (submission, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS decision (
  id INTEGER PRIMARY KEY,
  round TEXT NOT NULL,
  choice TEXT NOT NULL,
  agency TEXT NOT NULL,
  target TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  approver TEXT NOT NULL,
  until TEXT NOT NULL,
  revoked INTEGER NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS comparison (
  submission INTEGER PRIMARY KEY REFERENCES submission (id),
  earlier INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS layout (
  submission INTEGER NOT NULL REFERENCES submission (id),
  table_key TEXT NOT NULL,
  sheet TEXT NOT NULL,
  letters TEXT NOT NULL,
  PRIMARY KEY (submission, table_key)
) STRICT, WITHOUT ROWID;
"""

BUSY_SECONDS = 30
_SQL_TYPES = {Kind.COUNT: "REAL", Kind.DECIMAL: "REAL"}


@dataclass(frozen=True)
class Judged:
    """One submission with all that is written of it in one go."""

    id: int
    reading: Reading
    verdict: Verdict
    findings: tuple[Finding, ...]
    signed_on: str
    nil: bool
    late_days: int


class Ledger:
    """The ledger of one round in one folder; use as a context manager."""

    def __init__(self, path: Path, round_: Round, program: str) -> None:
        self.path, self.round_ = path, round_
        self.judged_by = f"{round_.digest}/{round_.policy}/{program}"
        """What a submission was judged by: a change of the form or of the program touches it again."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        with _operator_errors(path):
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(SCHEMA)
            self._prepare_rows()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen or none does."""
        with _operator_errors(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # --- rows: one table a declared table, made from the declarations --------------------------------

    def rows_table(self, spec: TableSpec) -> str:
        """Name of the SQL table with the rows of ``spec``."""
        return f'"{self.round_.key}.{spec.key}"'

    def _prepare_rows(self) -> None:
        """Create the row tables; one whose columns changed is made anew, for its submissions are judged again."""
        with self.transaction():
            for spec in self.round_.tables:
                columns = ["submission", "row", *spec.keys, "has_error"]
                known = [row["name"] for row in self._db.execute(f"PRAGMA table_info({self.rows_table(spec)})")]
                if known == columns:
                    continue
                declared = ", ".join(f'"{column.key}" {_SQL_TYPES.get(column.kind, "TEXT")}' for column in spec.columns)
                self._db.execute(f"DROP TABLE IF EXISTS {self.rows_table(spec)}")
                self._db.execute(
                    f"CREATE TABLE {self.rows_table(spec)} (submission INTEGER NOT NULL, row INTEGER NOT NULL, {declared}, "
                    "has_error INTEGER NOT NULL, PRIMARY KEY (submission, row)) WITHOUT ROWID",
                )
                if known:
                    self._db.execute("UPDATE submission SET judged_by='' WHERE round=?", (self.round_.key,))

    # --- writing -----------------------------------------------------------------------------------

    def register(self, received: Iterable[Received]) -> None:
        """Enter files as received, once a hash, and where they lie. Call within a transaction."""
        for each in received:
            when = each.received.isoformat()
            self._db.execute(
                "INSERT OR IGNORE INTO submission (round, sha256, name, size, received, received_by) VALUES (?, ?, ?, ?, ?, ?)",
                (self.round_.key, each.sha256, each.name, each.size, when, each.received_by),
            )
            self._db.execute(
                "INSERT OR IGNORE INTO receipt SELECT id, ?, ?, ? FROM submission WHERE round=? AND sha256=?",
                (each.name, when, each.received_by, self.round_.key, each.sha256),
            )
            if each.place:
                place = (self.round_.key, os.fsencode(each.place), each.size, each.changed, each.sha256)
                self._db.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?, ?, ?)", place)

    def write(self, judged: Iterable[Judged], frames: Mapping[str, pd.DataFrame]) -> None:
        """Write the judgement of a batch over whatever stood there. Call within a transaction."""
        self.note_agencies_compared("")
        batch = list(judged)
        self._forget([each.id for each in batch])
        for each in batch:
            self._write_submission(each)
        for spec in self.round_.tables:
            self._write_rows(spec, frames[spec.key])

    def _forget(self, numbers: Sequence[int]) -> None:
        each = [(number,) for number in numbers]
        kept = ("finding", "layout", "comparison", "explanation", "aside")
        for table in (*kept, *(self.rows_table(spec) for spec in self.round_.tables)):
            self._db.executemany(f"DELETE FROM {table} WHERE submission=?", each)

    def _write_submission(self, each: Judged) -> None:
        stamp, reading = each.reading.stamp, each.reading
        self._db.execute(
            "UPDATE submission SET judged_by=?, agency=?, identified_by=?, verdict=?, version=?, digest=?, modified=?, signed_on=?, "
            "nil=?, late_days=? WHERE id=?",
            (
                *(self.judged_by, reading.agency, reading.identified_by, each.verdict.value),
                *((stamp.version, stamp.digest) if stamp else ("", "")),
                *(reading.modified, each.signed_on, int(each.nil), each.late_days, each.id),
            ),
        )
        self._write_findings(each.id, each.findings)
        answers = [(each.id, a.key, a.rule, a.sheet, a.column, a.value, a.text) for a in reading.answers]
        self._db.executemany("INSERT OR REPLACE INTO explanation VALUES (?, ?, ?, ?, ?, ?, ?)", answers)
        aside = [(each.id, at, a.sheet, a.cell, a.title, a.value) for at, a in enumerate(reading.aside)]
        self._db.executemany("INSERT INTO aside VALUES (?, ?, ?, ?, ?, ?)", aside)
        self._db.executemany(
            "INSERT INTO layout VALUES (?, ?, ?, ?)",
            [(each.id, key, table.sheet, json.dumps(dict(table.letters))) for key, table in reading.tables.items()],
        )

    def _write_findings(self, number: int, findings: Sequence[Finding]) -> None:
        self._db.executemany(
            f"INSERT INTO finding VALUES ({', '.join('?' * 12)})",
            [_finding_row(number, position, finding) for position, finding in enumerate(findings)],
        )

    def amend(self, number: int, findings: Sequence[Finding], verdict: Verdict) -> None:
        """Give a submission these findings and this verdict in place of those that it has. Call within a transaction."""
        self._db.execute("DELETE FROM finding WHERE submission=?", (number,))
        self._write_findings(number, findings)
        self._db.execute("UPDATE submission SET verdict=? WHERE id=?", (verdict.value, number))

    def compared(self, number: int, earlier: int) -> None:
        """Note that a submission was compared with an earlier one; 0 with none. Call within a transaction."""
        self._db.execute("INSERT OR REPLACE INTO comparison VALUES (?, ?)", (number, earlier))

    def _write_rows(self, spec: TableSpec, frame: pd.DataFrame) -> None:
        if frame.empty:
            return
        columns = [frame["submission"], frame["row"], *(_plain(frame[column.key], column.kind) for column in spec.columns)]
        values = zip(*(column.tolist() for column in columns), frame["has_error"].astype(int).tolist(), strict=True)
        marks = ", ".join("?" * (len(spec.columns) + 3))
        self._db.executemany(f"INSERT INTO {self.rows_table(spec)} VALUES ({marks})", values)

    def note_agencies_compared(self, state: str) -> None:
        """Note for which ``state`` of the current returns the agencies were compared; blank for none. Call within a transaction."""
        self._db.execute("DELETE FROM mark WHERE name LIKE 'compared:%'")
        if state:
            self._db.execute("INSERT INTO mark VALUES (?)", (f"compared:{state}",))

    def mark_invented(self) -> None:
        """Say once and for all that this folder's data is invented."""
        with self.transaction():
            self._db.execute("INSERT OR IGNORE INTO mark VALUES ('invented')")

    def decide(self, decision: Decision) -> None:
        """Add a decision to the record. Call within a transaction."""
        until = decision.until.isoformat() if decision.until else ""
        self._db.execute(
            "INSERT INTO decision (round, choice, agency, target, value, reason, approver, until, revoked, decided_by, decided_at) "
            f"VALUES ({', '.join('?' * 11)})",
            (
                *(self.round_.key, decision.choice.value, decision.agency, decision.target, decision.value, decision.reason),
                *(decision.approver, until, int(decision.revoked), decision.by, decision.at.isoformat()),
            ),
        )

    def judge_again(self, agency: str) -> None:
        """Have the submissions of an agency read and judged anew by the next run. Call within a transaction."""
        self._db.execute("UPDATE submission SET judged_by='' WHERE round=? AND agency=?", (self.round_.key, agency))

    # --- reading -----------------------------------------------------------------------------------

    @property
    def invented(self) -> bool:
        """Whether the data is invented: every sheet made from it says so."""
        return self._db.execute("SELECT 1 FROM mark WHERE name='invented'").fetchone() is not None

    def is_sound(self) -> bool:
        """Whether SQLite finds the file whole."""
        return bool(self._db.execute("PRAGMA quick_check").fetchone()[0] == "ok")

    def agencies_compared(self, state: str) -> bool:
        """Whether the agencies were compared for this ``state`` of the current returns."""
        return self._db.execute("SELECT 1 FROM mark WHERE name=?", (f"compared:{state}",)).fetchone() is not None

    def numbers(self, hashes: Iterable[str]) -> list[int]:
        """The numbers of registered submissions by their SHA-256, in the same order."""
        query = "SELECT id FROM submission WHERE round=? AND sha256=?"
        return [self._db.execute(query, (self.round_.key, sha256)).fetchone()["id"] for sha256 in hashes]

    def places(self) -> dict[str, tuple[int, int, str]]:
        """Size, time of change (ns) and SHA-256 of the files taken in, by where they lay."""
        rows = self._db.execute("SELECT path, size, changed, sha256 FROM place WHERE round=?", (self.round_.key,))
        return {os.fsdecode(row["path"]): (row["size"], row["changed"], row["sha256"]) for row in rows}

    def judged_hashes(self) -> dict[str, int]:
        """Submissions judged by today's form and program: number by SHA-256."""
        rows = self._db.execute("SELECT sha256, id FROM submission WHERE round=? AND judged_by=?", (self.round_.key, self.judged_by))
        return {row["sha256"]: row["id"] for row in rows}

    def outdated(self) -> list[sqlite3.Row]:
        """Submissions not judged by today's form and program (or not at all)."""
        query = "SELECT * FROM submission WHERE round=? AND judged_by<>? ORDER BY id"
        return self._db.execute(query, (self.round_.key, self.judged_by)).fetchall()

    def submissions(self) -> pd.DataFrame:
        """All submissions of the round with their counts of findings (``errors``, ``warnings``, ``notes``)."""
        query = """SELECT s.id AS submission, s.*, COALESCE(SUM(f.severity='E'), 0) AS errors, COALESCE(SUM(f.severity='W'), 0) AS warnings,
                   COALESCE(SUM(f.severity='N'), 0) AS notes
                   FROM submission s LEFT JOIN finding f ON f.submission=s.id WHERE s.round=? GROUP BY s.id ORDER BY s.id"""
        return pd.read_sql_query(query, self._db, params=(self.round_.key,)).drop(columns=["id", "round", "judged_by"])

    def comparisons(self) -> dict[int, int]:
        """With which earlier submission each was compared; 0 with none any more."""
        return {row["submission"]: row["earlier"] for row in self._db.execute("SELECT * FROM comparison")}

    def decisions(self) -> list[Decision]:
        """The whole record of decisions, oldest first."""
        rows = self._db.execute("SELECT * FROM decision WHERE round=? ORDER BY id", (self.round_.key,))
        return [_decision(row) for row in rows]

    def findings(self, submissions: Sequence[int]) -> list[Finding]:
        """The findings of these submissions, in order, with the last answer that the agency gave to each."""
        answers = self._answers()
        self._choose(submissions)
        rows = self._db.execute("SELECT f.* FROM finding f JOIN chosen USING (submission) ORDER BY f.submission, f.position")
        return [_answered(_finding(row), answers) for row in rows]

    def _answers(self) -> dict[tuple[str, str], str]:
        """The last answer by agency and key."""
        query = """SELECT s.agency, e.key, e.text FROM explanation e JOIN submission s ON s.id=e.submission
                   WHERE s.round=? ORDER BY s.received, s.id"""
        return {(row["agency"], row["key"]): row["text"] for row in self._db.execute(query, (self.round_.key,))}

    def findings_of(self, rules: Sequence[str]) -> dict[int, list[Finding]]:
        """The findings of these rules, by submission, in order."""
        marks = ", ".join("?" * len(rules))
        query = f"""SELECT f.* FROM finding f JOIN submission s ON s.id=f.submission
                    WHERE s.round=? AND f.rule IN ({marks}) ORDER BY f.submission, f.position"""
        found: dict[int, list[Finding]] = {}
        for row in self._db.execute(query, (self.round_.key, *rules)):
            found.setdefault(row["submission"], []).append(_finding(row))
        return found

    def rows(self, spec: TableSpec, submissions: Sequence[int], *, clean_only: Sequence[int] = ()) -> pd.DataFrame:
        """Typed rows of these submissions, with ``sheet``; of those in ``clean_only`` just the rows without an error."""
        self._choose(submissions)
        query = f"""SELECT r.*, l.sheet FROM {self.rows_table(spec)} r JOIN chosen USING (submission)
                    JOIN layout l ON l.submission=r.submission AND l.table_key=? ORDER BY r.submission, r.row"""
        frame = pd.read_sql_query(query, self._db, params=(spec.key,))
        frame = frame[~(frame["submission"].isin(list(clean_only)) & (frame["has_error"] == 1))].reset_index(drop=True)
        for column in spec.columns:
            frame[column.key] = _typed(frame[column.key], column.kind, self.round_.codes_of(column).codes if column.codes else [])
        return frame.drop(columns="has_error")

    def stored_rows(self, spec: TableSpec, submissions: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
        """Rows of these submissions as they are kept: row number, then the declared columns."""
        self._choose(submissions)
        columns = ", ".join(f'r."{key}"' for key in spec.keys)
        query = (
            f"SELECT submission, r.row, {columns} FROM {self.rows_table(spec)} r JOIN chosen USING (submission) ORDER BY submission, r.row"
        )
        found: dict[int, list[tuple[Any, ...]]] = {}
        for number, *row in self._db.execute(query):
            found.setdefault(number, []).append(tuple(row))
        return found

    def aside(self, submissions: Sequence[int]) -> pd.DataFrame:
        """What these submissions say outside the form: ``submission``, ``sheet``, ``cell``, ``title`` (blank without one), ``value``."""
        self._choose(submissions)
        return pd.read_sql_query("SELECT aside.* FROM aside JOIN chosen USING (submission) ORDER BY submission, position", self._db)

    def letters(self, submissions: Sequence[int]) -> dict[int, dict[str, dict[str, str]]]:
        """Column letters of these submissions by table."""
        self._choose(submissions)
        found: dict[int, dict[str, dict[str, str]]] = {}
        for row in self._db.execute("SELECT layout.* FROM layout JOIN chosen USING (submission)"):
            found.setdefault(row["submission"], {})[row["table_key"]] = json.loads(row["letters"])
        return found

    def _choose(self, submissions: Sequence[int]) -> None:
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (submission INTEGER PRIMARY KEY)")
        self._db.execute("DELETE FROM chosen")
        self._db.executemany("INSERT INTO chosen VALUES (?)", [(int(number),) for number in submissions])


@contextmanager
def alone(ledger: Path) -> Iterator[None]:
    """Hold the one right to take files in beside ``ledger``: a second run waits, then says so.

    A lock of SQLite on a file of its own: it works on every system and ends with the process that holds it.
    """
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with _operator_errors(ledger):
        holder = sqlite3.connect(ledger.with_suffix(".lock"), timeout=BUSY_SECONDS, isolation_level=None)
        try:
            holder.execute("BEGIN EXCLUSIVE")
            yield
        finally:
            holder.close()


@contextmanager
def _operator_errors(path: Path) -> Iterator[None]:
    """Turn what an operator can put right into its own error: a ledger in use, a full disk, a file that is no ledger."""
    keys = {"locked": "ledger_locked", "full": "disk_full", "not a database": "ledger_broken", "malformed": "ledger_broken"}
    try:
        yield
    except sqlite3.DatabaseError as error:
        key = next((key for word, key in keys.items() if word in str(error)), None)
        if key is None:
            raise
        raise OperatorError(key, path=path) from error


def _finding_row(submission: int, position: int, finding: Finding) -> tuple[Any, ...]:
    return (
        *(submission, position, finding.rule, finding.severity.value, finding.message, json.dumps(dict(finding.words), ensure_ascii=False)),
        *(finding.agency, finding.file, finding.sheet, json.dumps(finding.cells), finding.column, finding.value),
    )


def _finding(row: sqlite3.Row) -> Finding:
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


def _answered(finding: Finding, answers: Mapping[tuple[str, str], str]) -> Finding:
    """The finding with the answer to it, else with the one to all of its kind."""
    if not answers:
        return finding
    text = answers.get((finding.agency, key_of(finding))) or answers.get((finding.agency, family_of(finding)))
    return replace(finding, answer=text) if text else finding


def _decision(row: sqlite3.Row) -> Decision:
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


def _plain(values: pd.Series[Any], kind: Kind) -> pd.Series[Any]:
    """Values as SQLite takes them: None for missing, dates as ISO text."""
    if kind is Kind.DATE:
        values = values.dt.strftime("%Y-%m-%d")
    return values.astype(object).where(values.notna(), None)


def _typed(values: pd.Series[Any], kind: Kind, codes: Sequence[str]) -> Any:
    if kind is Kind.CODE:
        return pd.Categorical(values, dtype=pd.CategoricalDtype(list(codes)))
    if kind is Kind.DATE:
        return pd.to_datetime(values, format="%Y-%m-%d").astype("datetime64[s]")
    return values.astype("float64") if kind in _SQL_TYPES else values.astype("str").where(values.notna(), None)


def local(moment: str, round_: Round) -> dt.datetime:
    """A stored moment on the round's clock."""
    return dt.datetime.fromisoformat(moment).astimezone(round_.timezone)
