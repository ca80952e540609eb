"""The ledger of one round: what is written of submissions, and what is asked of it."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pipeline.model import Decision, Finding, Mail, Received, Verdict
from pipeline.store import database, facts, judgements, letters, mails, receipts, records, rows, untold
from pipeline.store.database import choose
from pipeline.store.journal import INVENTED, Fact
from pipeline.store.journaling import Journaling
from pipeline.store.judgements import Judged
from pipeline.store.letters import Posted
from pipeline.store.marks import COMPARED, Marks
from pipeline.store.opening import opened
from pipeline.store.untold import Untold
from schemas.columns import TableSpec
from schemas.round.round import Round

if TYPE_CHECKING:
    import pandas as pd


NOWHERE = Path(database.NOWHERE)
"""The path of a ledger that is kept in no file."""

_SUBMISSION = (
    *("submission", "sha256", "name", "size", "received", "received_by", "agency", "identified_by", "verdict"),
    *("version", "digest", "modified", "signed_on", "nil", "likely", "is_doubted", "is_blank", "kind"),
)
_COUNTS = ("errors", "warnings", "notes")
_COUNTED = """LEFT JOIN (SELECT submission AS id, SUM(severity='E') AS errors, SUM(severity='W') AS warnings, SUM(severity='N') AS notes
              FROM finding GROUP BY submission) USING (id)"""


class Ledger:
    """The ledger of one round in one folder; use as a context manager."""

    def __init__(self, path: Path, round_: Round, program: str) -> None:
        self.path, self.round_ = path, round_
        self.judged_by = f"{round_.digest}/{round_.policy}/{program}"
        """What a submission was judged by: a change of the form or of the program touches it again."""
        self._db = opened(path, round_)
        self.journaling = Journaling(self._db, path, self.judged_by)
        """What joins this ledger to its journal."""
        self.marks = Marks(self._db)
        """For which state what was done."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside happen or none does."""
        return self.journaling.transaction()

    def _note(self, fact: Fact) -> None:
        """Enter a fact, and write it down in the journal. Call within a transaction."""
        facts.enter(self._db, [fact], self.judged_by)
        self.journaling.note([fact])

    # --- writing -----------------------------------------------------------------------------------

    def register(self, received: Iterable[Received]) -> None:
        """Enter files as received, once a hash, and where they lie. Call within a transaction."""
        self.journaling.note(receipts.register(self._db, received, self.judged_by))

    def write(self, judged: Iterable[Judged], frames: Mapping[str, pd.DataFrame]) -> None:
        """Write the judgement of a batch over whatever stood there. Call within a transaction."""
        self.marks.note(COMPARED, "")
        batch = list(judged)
        numbers = [each.id for each in batch]
        untold.keep_verdicts(self._db, numbers, self.judged_by)
        judgements.forget(self._db, self.round_, numbers)
        for each in batch:
            judgements.write(self._db, each, self.judged_by)
        for spec in self.round_.tables:
            rows.write(self._db, spec, self.round_, frames[spec.key])

    def lay_rows_anew(self) -> None:
        """Make the tables of rows as today's declaration says; rows of another layout are kept apart until they are judged again."""
        if rows.changed(self._db, self.round_):
            with self.transaction():
                rows.lay_anew(self._db, self.round_)
                rows.drop_empty_apart(self._db, self.round_)

    def amend(self, number: int, findings: Sequence[Finding], verdict: Verdict) -> None:
        """Give a submission these findings and this verdict in place of those that it has. Call within a transaction."""
        self._db.execute("DELETE FROM finding WHERE submission=?", (number,))
        judgements.write_findings(self._db, number, findings)
        self._db.execute("UPDATE submission SET verdict=? WHERE id=?", (verdict.value, number))

    def compared(self, number: int, earlier: int) -> None:
        """Note that a submission was compared with an earlier one; 0 with none. Call within a transaction."""
        self._db.execute("DELETE FROM comparison WHERE submission=?", (number,))
        if earlier:
            self._db.execute("INSERT INTO comparison VALUES (?, ?)", (number, earlier))

    def mark_invented(self) -> None:
        """Say once and for all that this folder's data is invented."""
        with self.transaction():
            if not self.invented:
                self._note({"kind": INVENTED})

    def remark(self, key: str, words: Mapping[str, str]) -> None:
        """Have the operator told something once, in the sentence ``screen.renewed.<key>``; the same isn't told again."""
        with self.transaction():
            untold.remark(self._db, key, words, self.judged_by)

    def told(self, told: Untold) -> None:
        """Note that the operator has been told this."""
        if told.remarks or told.rejudged:
            with self.transaction():
                untold.forget(self._db, told)

    def decide(self, decision: Decision) -> None:
        """Add a decision to the record. Call within a transaction."""
        self._note(facts.of_decision(self._db, decision))

    def note_letter(self, letter: Posted) -> None:
        """Put a letter on record. Call within a transaction."""
        self._note(letters.fact_of(self._db, letter))

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

    def numbers(self, hashes: Iterable[str]) -> list[int]:
        """The numbers of registered submissions by their SHA-256, in the same order."""
        return receipts.numbers(self._db, hashes)

    def came(self, number: int) -> tuple[str, str]:
        """When a submission was received, as far as that counts, and under which name."""
        return receipts.came(self._db, number)

    def places(self) -> dict[str, tuple[int, int, str]]:
        """Size, time of change (ns) and SHA-256 of the files taken in, by where they lay."""
        return receipts.places(self._db)

    def dates(self) -> dict[tuple[str, str], tuple[str, str]]:
        """When each file was received and how that is known, by SHA-256 and name."""
        return receipts.dates(self._db)

    def mails(self) -> dict[int, Mail]:
        """The mail that brought each submission, where one did."""
        return mails.counting(self._db)

    def letters_on_record(self) -> list[Posted]:
        """The letters written and sent, in the order in which they came on record."""
        return letters.all_of(self._db)

    def hashes(self) -> set[str]:
        """The SHA-256 of all submissions."""
        return {sha256 for (sha256,) in self._db.execute("SELECT sha256 FROM submission")}

    def dated_hashes(self) -> set[str]:
        """The SHA-256 of files whose date a register gave."""
        return receipts.dated_hashes(self._db)

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
        """With which earlier submission each was compared; -1 with one that was judged again since."""
        return {row["submission"]: row["earlier"] for row in self._db.execute("SELECT * FROM comparison")}

    def decisions(self) -> list[Decision]:
        """The whole record of decisions, oldest first."""
        return [records.decision(row) for row in self._db.execute("SELECT * FROM decision ORDER BY id")]

    def findings(self, submissions: Sequence[int]) -> list[Finding]:
        """The findings of these submissions, in order, with the last answer that the agency gave to each."""
        return [finding for found in self.findings_by_submission(submissions).values() for finding in found]

    def findings_by_submission(self, submissions: Sequence[int]) -> dict[int, list[Finding]]:
        """The same by submission; those without any have an empty list."""
        answers = records.answers(self._db)
        choose(self._db, submissions)
        kept = self._db.execute("SELECT f.* FROM chosen CROSS JOIN finding f USING (submission) ORDER BY chosen.submission, f.position")
        found: dict[int, list[Finding]] = {number: [] for number in sorted(submissions)}
        for row in kept:
            found[row["submission"]].append(records.answered(records.finding(row), answers))
        return found

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
        return rows.joined(self.row_parts(spec, submissions, clean_only=clean_only, columns=columns))

    def row_parts(
        self, spec: TableSpec, submissions: Sequence[int], *, clean_only: Sequence[int] = (), columns: Sequence[str] | None = None
    ) -> Iterator[pd.DataFrame]:
        """The same some at a time, to be taken to the end before anything else is asked of chosen submissions."""
        choose(self._db, submissions)
        return rows.typed(self._db, spec, self.round_, clean_only, spec.keys if columns is None else columns)

    def filled_rows(self, spec: TableSpec, submissions: Sequence[int], columns: Sequence[str], least: int = 0) -> Iterator[pd.DataFrame]:
        """Those in which the first of ``columns`` isn't blank, nor a text of fewer bytes than ``least``, in the same way."""
        choose(self._db, submissions)
        return rows.filled(self._db, spec, self.round_, columns, least)

    def stored_rows(self, spec: TableSpec, submissions: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
        """Rows of these submissions as they are kept: row number, then the declared columns."""
        choose(self._db, submissions)
        return rows.stored(self._db, spec, self.round_)

    def sums(self, table: str, column: str, submissions: Sequence[int]) -> dict[int, float]:
        """The sum of a column over the rows of each of these submissions; those without a number there are left out."""
        choose(self._db, submissions)
        return rows.sums(self._db, self.round_.by_key[table], self.round_, column)

    def untold(self) -> Untold:
        """What the operator hasn't been told yet: remarks, and verdicts that today's form or program changed."""
        return untold.read(self._db)

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
