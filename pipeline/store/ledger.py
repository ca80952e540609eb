"""The ledger of one round: what is written of submissions, and what is asked of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pipeline.model import OPTION, REGISTER, Decision, Finding, Reading, Received, Verdict
from pipeline.store import records, rows
from pipeline.store.database import choose, transaction
from pipeline.store.opening import opened
from schemas.columns import TableSpec
from schemas.round.round import Round

if TYPE_CHECKING:
    import pandas as pd


NOWHERE = Path(":memory:")
"""The path of a ledger that is kept in no file."""

_SUBMISSION = (
    *("submission", "sha256", "name", "size", "received", "received_by", "agency", "identified_by", "verdict"),
    *("version", "digest", "modified", "signed_on", "nil", "late_days"),
)
_COUNTS = ("errors", "warnings", "notes")
_COUNTED = """LEFT JOIN (SELECT submission AS id, SUM(severity='E') AS errors, SUM(severity='W') AS warnings, SUM(severity='N') AS notes
              FROM finding GROUP BY submission) USING (id)"""


_BEST_DATE = f"CASE received_by WHEN '{OPTION}' THEN 0 WHEN '{REGISTER}' THEN 1 ELSE 2 END"
"""What is said on the command line counts before a register, that before the times of files and archives."""


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


@dataclass(frozen=True)
class ChangedVerdict:
    """A submission of which another form or program made something else."""

    agency: str
    name: str
    before: str
    after: str


class Ledger:
    """The ledger of one round in one folder; use as a context manager."""

    def __init__(self, path: Path, round_: Round, program: str) -> None:
        self.path, self.round_ = path, round_
        self.judged_by = f"{round_.digest}/{round_.policy}/{program}"
        """What a submission was judged by: a change of the form or of the program touches it again."""
        self._db = opened(path, round_)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside happen or none does."""
        return transaction(self._db, self.path)

    # --- writing -----------------------------------------------------------------------------------

    def register(self, received: Iterable[Received]) -> None:
        """Enter files as received, once a hash, and where they lie. Call within a transaction."""
        for each in received:
            when = each.received.isoformat()
            entered = self._db.execute(
                "INSERT OR IGNORE INTO submission (sha256, name, size, received, received_by) VALUES (?, ?, ?, ?, ?)",
                (each.sha256, each.name, each.size, when, each.received_by),
            )
            [number] = self.numbers([each.sha256])
            place = (os.fsencode(each.place), each.size, each.changed, each.sha256)
            self._db.execute(
                "INSERT INTO receipt VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET received=excluded.received, received_by=excluded.received_by "
                "WHERE excluded.received_by=? OR (received_by<>? AND (excluded.received_by=? OR (received_by=? AND ?)))",
                (number, each.name, when, each.received_by, OPTION, OPTION, REGISTER, REGISTER, self._lay(place)),
            )
            if not entered.rowcount:
                self._date(number)
            if each.place:
                self._db.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?, ?)", place)

    def _lay(self, place: tuple[bytes, int, int, str]) -> bool:
        """Whether a file lies where and as it lay: its register's date may have been taken out since."""
        query = "SELECT 1 FROM place WHERE path=? AND size=? AND changed=? AND sha256=?"
        return self._db.execute(query, place).fetchone() is not None

    def _date(self, number: int) -> None:
        """Let the best known date count for a submission, the earliest of its kind, and the name under which it came then; it is judged again."""
        query = f"SELECT received, received_by, name FROM receipt WHERE submission=? ORDER BY {_BEST_DATE}, received, name LIMIT 1"
        best = tuple(self._db.execute(query, (number,)).fetchone())
        known = self._db.execute("SELECT received, received_by, name FROM submission WHERE id=?", (number,)).fetchone()
        if best != tuple(known):
            self._db.execute("UPDATE submission SET received=?, received_by=?, name=?, judged_by='' WHERE id=?", (*best, number))

    def write(self, judged: Iterable[Judged], frames: Mapping[str, pd.DataFrame]) -> None:
        """Write the judgement of a batch over whatever stood there. Call within a transaction."""
        self.note_agencies_compared("")
        batch = list(judged)
        self._keep_verdicts([each.id for each in batch])
        self._forget([each.id for each in batch])
        for each in batch:
            self._write_submission(each)
        for spec in self.round_.tables:
            rows.write(self._db, spec, self.round_, frames[spec.key])

    def _keep_verdicts(self, numbers: Sequence[int]) -> None:
        """Keep what another form or program made of submissions, until somebody has been told what today's makes of them."""
        choose(self._db, numbers)
        self._db.execute(
            "INSERT OR IGNORE INTO rejudged SELECT id, verdict FROM chosen JOIN submission ON id=submission "
            "WHERE verdict<>'' AND judged_by NOT IN ('', ?)",
            (self.judged_by,),
        )

    def lay_rows_anew(self) -> None:
        """Make the tables of rows as today's declaration says; rows of another layout are kept apart until they are judged again."""
        if rows.changed(self._db, self.round_):
            with self.transaction():
                rows.lay_anew(self._db, self.round_)
                rows.drop_empty_apart(self._db, self.round_)

    def _forget(self, numbers: Sequence[int]) -> None:
        choose(self._db, numbers)
        kept = ("finding", "layout", "comparison", "explanation", "aside")
        laid_out = (rows.table_of(spec, self.round_) for spec in self.round_.tables)
        for table in (*kept, *laid_out, *rows.apart(self._db, self.round_)):
            self._db.execute(f"DELETE FROM {table} WHERE submission IN (SELECT submission FROM chosen)")
        # what others were compared with is no longer what it was
        self._db.execute("UPDATE comparison SET earlier=-1 WHERE earlier IN (SELECT submission FROM chosen)")
        rows.drop_empty_apart(self._db, self.round_)

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
            [(each.id, key, table.sheet, records.letters_row(tuple(table.letters.items()))) for key, table in reading.tables.items()],
        )

    def _write_findings(self, number: int, findings: Sequence[Finding]) -> None:
        self._db.executemany(
            f"INSERT INTO finding VALUES ({', '.join('?' * 12)})",
            [records.finding_row(number, position, finding) for position, finding in enumerate(findings)],
        )

    def amend(self, number: int, findings: Sequence[Finding], verdict: Verdict) -> None:
        """Give a submission these findings and this verdict in place of those that it has. Call within a transaction."""
        self._db.execute("DELETE FROM finding WHERE submission=?", (number,))
        self._write_findings(number, findings)
        self._db.execute("UPDATE submission SET verdict=? WHERE id=?", (verdict.value, number))

    def compared(self, number: int, earlier: int) -> None:
        """Note that a submission was compared with an earlier one; 0 with none. Call within a transaction."""
        self._db.execute("INSERT OR REPLACE INTO comparison VALUES (?, ?)", (number, earlier))

    def note_agencies_compared(self, state: str) -> None:
        """Note for which ``state`` of the current returns the agencies were compared; blank for none. Call within a transaction."""
        self._db.execute("DELETE FROM mark WHERE name LIKE 'compared:%'")
        if state:
            self._db.execute("INSERT INTO mark VALUES (?)", (f"compared:{state}",))

    def mark_invented(self) -> None:
        """Say once and for all that this folder's data is invented."""
        with self.transaction():
            self._db.execute("INSERT OR IGNORE INTO mark VALUES ('invented')")

    def remark(self, key: str, words: Mapping[str, str]) -> None:
        """Have the operator told something once, in the sentence ``screen.renewed.<key>``; the same isn't told again."""
        text = json.dumps(dict(words), ensure_ascii=False)
        mark = "told:" + hashlib.sha256(f"{self.judged_by} {key} {text}".encode()).hexdigest()
        with self.transaction():
            if self._db.execute("INSERT OR IGNORE INTO mark VALUES (?)", (mark,)).rowcount:
                self._db.execute("INSERT INTO remark (key, words) VALUES (?, ?)", (key, text))

    def told(self) -> None:
        """Note that the operator has been told all that there was to tell."""
        if self._db.execute("SELECT 1 FROM remark UNION ALL SELECT 1 FROM rejudged LIMIT 1").fetchone() is None:
            return
        with self.transaction():
            self._db.execute("DELETE FROM remark")
            self._db.execute("DELETE FROM rejudged")

    def decide(self, decision: Decision) -> None:
        """Add a decision to the record. Call within a transaction."""
        until = decision.until.isoformat() if decision.until else ""
        self._db.execute(
            "INSERT INTO decision (choice, agency, target, value, reason, approver, until, revoked, decided_by, decided_at) "
            f"VALUES ({', '.join('?' * 10)})",
            (
                *(decision.choice.value, decision.agency, decision.target, decision.value, decision.reason),
                *(decision.approver, until, int(decision.revoked), decision.by, decision.at.isoformat()),
            ),
        )

    def judge_again(self, agency: str) -> None:
        """Have the submissions of an agency read and judged anew by the next run. Call within a transaction."""
        self._db.execute("UPDATE submission SET judged_by='' WHERE agency=?", (agency,))

    # --- reading -----------------------------------------------------------------------------------

    @property
    def invented(self) -> bool:
        """Whether the data is invented: every sheet made from it says so."""
        return self._db.execute("SELECT 1 FROM mark WHERE name='invented'").fetchone() is not None

    def is_sound(self) -> bool:
        """Whether SQLite finds the file whole."""
        try:
            return bool(self._db.execute("PRAGMA quick_check").fetchone()[0] == "ok")
        except sqlite3.DatabaseError:
            return False

    def agencies_compared(self, state: str) -> bool:
        """Whether the agencies were compared for this ``state`` of the current returns."""
        return self._db.execute("SELECT 1 FROM mark WHERE name=?", (f"compared:{state}",)).fetchone() is not None

    def numbers(self, hashes: Iterable[str]) -> list[int]:
        """The numbers of registered submissions by their SHA-256, in the same order."""
        query = "SELECT id FROM submission WHERE sha256=?"
        return [self._db.execute(query, (sha256,)).fetchone()["id"] for sha256 in hashes]

    def came(self, number: int) -> tuple[str, str]:
        """When a submission was received, as far as that counts, and under which name."""
        found = self._db.execute("SELECT received, name FROM submission WHERE id=?", (number,)).fetchone()
        return str(found["received"]), str(found["name"])

    def places(self) -> dict[str, tuple[int, int, str]]:
        """Size, time of change (ns) and SHA-256 of the files taken in, by where they lay."""
        kept = self._db.execute("SELECT path, size, changed, sha256 FROM place")
        return {os.fsdecode(row["path"]): (row["size"], row["changed"], row["sha256"]) for row in kept}

    def dates(self) -> dict[tuple[str, str], tuple[str, str]]:
        """When each file was received and how that is known, by SHA-256 and name."""
        query = "SELECT s.sha256, r.name, r.received, r.received_by FROM receipt r JOIN submission s ON s.id=r.submission"
        return {(sha256, name): (received, by) for sha256, name, received, by in self._db.execute(query)}

    def hashes(self) -> set[str]:
        """The SHA-256 of all submissions."""
        return {sha256 for (sha256,) in self._db.execute("SELECT sha256 FROM submission")}

    def dated_hashes(self) -> set[str]:
        """The SHA-256 of files whose date a register gave."""
        query = "SELECT s.sha256 FROM receipt r JOIN submission s ON s.id=r.submission WHERE r.received_by=?"
        return {sha256 for (sha256,) in self._db.execute(query, (REGISTER,))}

    def judged_hashes(self) -> dict[str, int]:
        """Submissions judged by today's form and program: number by SHA-256."""
        kept = self._db.execute("SELECT sha256, id FROM submission WHERE judged_by=?", (self.judged_by,))
        return {row["sha256"]: row["id"] for row in kept}

    def outdated(self) -> list[sqlite3.Row]:
        """Submissions not judged by today's form and program (or not at all)."""
        return self._db.execute("SELECT * FROM submission WHERE judged_by<>? ORDER BY id", (self.judged_by,)).fetchall()

    @property
    def is_current(self) -> bool:
        """Whether what can be read of submissions is today's judgement. Those that nobody has judged yet wait for ``collect``."""
        query = "SELECT 1 FROM submission WHERE judged_by<>? AND verdict<>''"
        return not rows.changed(self._db, self.round_) and self._db.execute(query, (self.judged_by,)).fetchone() is None

    @property
    def fits(self) -> bool:
        """Whether all rows are laid out as today's declaration says."""
        return not rows.changed(self._db, self.round_) and not rows.apart(self._db, self.round_)

    def kept_apart(self) -> set[int]:
        """The submissions whose rows can't be read, for they are laid out as another declaration said."""
        kept = rows.apart(self._db, self.round_)
        return {number for table in kept for (number,) in self._db.execute(f"SELECT DISTINCT submission FROM {table}")}

    def submissions(self, columns: Sequence[str] = (*_SUBMISSION, *_COUNTS)) -> pd.DataFrame:
        """All submissions of the round; ``errors``, ``warnings`` and ``notes`` say how many findings each has."""
        import pandas as pd

        select = {"submission": "id AS submission", **{count: f"COALESCE({count}, 0) AS {count}" for count in _COUNTS}}
        asked = ", ".join(select.get(each, each) for each in columns)
        counted = _COUNTED if {*_COUNTS} & {*columns} else ""
        return pd.read_sql_query(f"SELECT {asked} FROM submission {counted} ORDER BY id", self._db)

    def comparisons(self) -> dict[int, int]:
        """With which earlier submission each was compared; 0 with none any more, -1 with one that was judged again since."""
        return {row["submission"]: row["earlier"] for row in self._db.execute("SELECT * FROM comparison")}

    def decisions(self) -> list[Decision]:
        """The whole record of decisions, oldest first."""
        kept = self._db.execute("SELECT * FROM decision ORDER BY id")
        return [records.decision(row) for row in kept]

    def findings(self, submissions: Sequence[int]) -> list[Finding]:
        """The findings of these submissions, in order, with the last answer that the agency gave to each."""
        answers = self._answers()
        choose(self._db, submissions)
        kept = self._db.execute("SELECT f.* FROM chosen CROSS JOIN finding f USING (submission) ORDER BY chosen.submission, f.position")
        return [records.answered(records.finding(row), answers) for row in kept]

    def _answers(self) -> dict[tuple[str, str], str]:
        """The last answer by agency and key."""
        query = """SELECT s.agency, e.key, e.text FROM explanation e JOIN submission s ON s.id=e.submission
                   ORDER BY s.received, s.id"""
        return {(row["agency"], row["key"]): row["text"] for row in self._db.execute(query)}

    def findings_of(self, rules: Sequence[str]) -> dict[int, list[Finding]]:
        """The findings of these rules, by submission, in order."""
        marks = ", ".join("?" * len(rules))
        query = f"SELECT * FROM finding WHERE rule IN ({marks}) ORDER BY submission, position"
        found: dict[int, list[Finding]] = {}
        for row in self._db.execute(query, rules):
            found.setdefault(row["submission"], []).append(records.finding(row))
        return found

    def rows(
        self, spec: TableSpec, submissions: Sequence[int], *, clean_only: Sequence[int] = (), columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Typed rows of these submissions (all ``columns`` unless named), with ``sheet``; of those in ``clean_only`` just the rows without an error."""
        choose(self._db, submissions)
        return rows.typed(self._db, spec, self.round_, clean_only, spec.keys if columns is None else columns)

    def stored_rows(self, spec: TableSpec, submissions: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
        """Rows of these submissions as they are kept: row number, then the declared columns."""
        choose(self._db, submissions)
        return rows.stored(self._db, spec, self.round_)

    def remarks(self) -> list[tuple[str, dict[str, str]]]:
        """What the operator is to be told: the keys of sentences and their words."""
        return [(row["key"], json.loads(row["words"])) for row in self._db.execute("SELECT * FROM remark ORDER BY id")]

    def changed_verdicts(self) -> list[ChangedVerdict]:
        """The submissions of which today's form or program makes something else than the one before, not told yet."""
        query = """SELECT s.agency, s.name, r.verdict, s.verdict FROM rejudged r JOIN submission s ON s.id=r.submission
                   WHERE r.verdict<>s.verdict ORDER BY s.agency='', s.agency, s.received, s.id"""
        return [ChangedVerdict(agency, name, before, after) for agency, name, before, after in self._db.execute(query)]

    def aside(self, submissions: Sequence[int]) -> pd.DataFrame:
        """What these submissions say outside the form: ``submission``, ``sheet``, ``cell``, ``title`` (blank without one), ``value``."""
        import pandas as pd

        choose(self._db, submissions)
        return pd.read_sql_query(
            "SELECT aside.* FROM chosen CROSS JOIN aside USING (submission) ORDER BY chosen.submission, position", self._db
        )

    def letters(self, submissions: Sequence[int]) -> dict[int, dict[str, dict[str, str]]]:
        """Column letters of these submissions by table."""
        choose(self._db, submissions)
        found: dict[int, dict[str, dict[str, str]]] = {}
        for row in self._db.execute("SELECT layout.* FROM chosen CROSS JOIN layout USING (submission)"):
            found.setdefault(row["submission"], {})[row["table_key"]] = json.loads(row["letters"])
        return found


def local(moment: str, round_: Round) -> dt.datetime:
    """A stored moment on the round's clock."""
    return dt.datetime.fromisoformat(moment).astimezone(round_.timezone)
