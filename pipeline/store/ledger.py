"""The ledger of one round: writing about submissions, and reading it back."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pipeline.model import Decision, Finding, Mail, Received, Verdict
from pipeline.store import (
    database,
    facts,
    judgements,
    letters,
    mails,
    receipts,
    records,
    rows,
    untold,
)
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
"""The path of a ledger in memory."""

_SUBMISSION = (
    *(
        "submission",
        "sha256",
        "name",
        "size",
        "received",
        "received_by",
        "agency",
        "identified_by",
        "verdict",
    ),
    *(
        "version",
        "digest",
        "modified",
        "signed_on",
        "nil",
        "likely",
        "is_doubted",
        "is_blank",
        "kind",
    ),
)
_COUNTS = ("errors", "warnings", "notes")
_COUNTED = """LEFT JOIN (SELECT submission AS id, SUM(severity='E') AS errors, SUM(severity='W') AS warnings, SUM(severity='N') AS notes
              FROM finding GROUP BY submission) USING (id)"""


class Ledger:
    """The ledger of one round in one folder. Use as a context manager."""

    def __init__(self, path: Path, round_: Round, program: str) -> None:
        self.path, self.round_ = path, round_
        self.judged_by = f"{round_.digest}/{round_.policy}/{program}"
        """Names form, policy and program. What other ones judged is judged again."""
        self._db = opened(path, round_)
        self.journaling = Journaling(self._db, path, self.judged_by)
        """Joins this ledger to its journal."""
        self.marks = Marks(self._db)
        """Notes which work was done for which state."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Commit all writes inside the block, or none if it raises."""
        return self.journaling.transaction()

    def _note(self, fact: Fact) -> None:
        """Enter a fact and note it for the journal. Call within a transaction."""
        facts.enter(self._db, [fact], self.judged_by)
        self.journaling.note([fact])

    # --- writing ----------------------------------------------------------------------------------

    def register(self, received: Iterable[Received]) -> None:
        """Enter received files, once per hash, and where they are. Call within a transaction."""
        self.journaling.note(receipts.register(self._db, received, self.judged_by))

    def write(self, judged: Iterable[Judged], frames: Mapping[str, pd.DataFrame]) -> None:
        """Write the judgement of a batch over earlier ones. Call within a transaction."""
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
        """Lay out rows as declared today; keep others apart until they are judged again."""
        if rows.changed(self._db, self.round_):
            with self.transaction():
                rows.lay_anew(self._db, self.round_)
                rows.drop_empty_apart(self._db, self.round_)

    def amend(self, number: int, findings: Sequence[Finding], verdict: Verdict) -> None:
        """Replace a submission's findings and verdict. Call within a transaction."""
        self._db.execute("DELETE FROM finding WHERE submission=?", (number,))
        judgements.write_findings(self._db, number, findings)
        self._db.execute("UPDATE submission SET verdict=? WHERE id=?", (verdict.value, number))

    def compared(self, number: int, earlier: int) -> None:
        """Note which earlier submission one was compared with, or 0. Call within a transaction."""
        self._db.execute("DELETE FROM comparison WHERE submission=?", (number,))
        if earlier:
            self._db.execute("INSERT INTO comparison VALUES (?, ?)", (number, earlier))

    def mark_invented(self) -> None:
        """Record for good that this folder's data is invented."""
        with self.transaction():
            if not self.invented:
                self._note({"kind": INVENTED})

    def remark(self, key: str, words: Mapping[str, str]) -> None:
        """Have the operator told ``screen.renewed.<key>`` once; equal words aren't told again."""
        with self.transaction():
            untold.remark(self._db, key, words, self.judged_by)

    def told(self, told: Untold) -> None:
        """Note that the operator has been told this."""
        if told.remarks or told.rejudged:
            with self.transaction():
                untold.forget(self._db, told)

    def decide(self, decision: Decision) -> None:
        """Record a decision. Call within a transaction."""
        self._note(facts.of_decision(self._db, decision))

    def note_letter(self, letter: Posted) -> None:
        """Record a letter. Call within a transaction."""
        self._note(letters.fact_of(self._db, letter))

    def note_archive(self, place: str) -> None:
        """Record where the archive is; blank if it is in the ledger's own folder."""
        if place != self.archive:
            with self.transaction():
                self._db.execute("INSERT OR REPLACE INTO about VALUES ('archive', ?)", (place,))

    # --- reading ----------------------------------------------------------------------------------

    @property
    def archive(self) -> str | None:
        """Where the archive is; blank if in the ledger's own folder, None if not recorded yet."""
        kept = self._db.execute("SELECT value FROM about WHERE name='archive'").fetchone()
        return str(kept["value"]) if kept else None

    @property
    def invented(self) -> bool:
        """Whether the data is invented: then every sheet made from it says so."""
        return self._db.execute("SELECT 1 FROM mark WHERE name='invented'").fetchone() is not None

    def is_sound(self) -> bool:
        """Whether SQLite finds the file undamaged."""
        try:
            return bool(self._db.execute("PRAGMA quick_check").fetchone()[0] == "ok")
        except sqlite3.DatabaseError:
            return False

    def numbers(self, hashes: Iterable[str]) -> list[int]:
        """Return the numbers of submissions with these SHA-256, in the same order."""
        return receipts.numbers(self._db, hashes)

    def came(self, number: int) -> tuple[str, str]:
        """Return the receipt date that counts for a submission, and its name."""
        return receipts.came(self._db, number)

    def places(self) -> dict[str, tuple[int, int, str]]:
        """Return (size, time of change in ns, SHA-256) of files taken in, by path or address."""
        return receipts.places(self._db)

    def dates(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return (receipt date, how it is known) by SHA-256 and name."""
        return receipts.dates(self._db)

    def mails(self) -> dict[int, Mail]:
        """Return the mail that brought each submission, if one did."""
        return mails.counting(self._db)

    def letters_on_record(self) -> list[Posted]:
        """Return the letters written and sent, in the order of recording."""
        return letters.all_of(self._db)

    def hashes(self) -> set[str]:
        """Return the SHA-256 of all submissions."""
        return {sha256 for (sha256,) in self._db.execute("SELECT sha256 FROM submission")}

    def dated_hashes(self) -> set[str]:
        """Return the SHA-256 of files whose date came from a register."""
        return receipts.dated_hashes(self._db)

    def judged_hashes(self) -> dict[str, int]:
        """Return submissions judged by today's form and program: number by SHA-256."""
        kept = self._db.execute(
            "SELECT sha256, id FROM submission WHERE judged_by=?", (self.judged_by,)
        )
        return {row["sha256"]: row["id"] for row in kept}

    def outdated(self) -> list[sqlite3.Row]:
        """Return submissions not judged by today's form and program, or not at all."""
        return self._db.execute(
            "SELECT * FROM submission WHERE judged_by<>? ORDER BY id", (self.judged_by,)
        ).fetchall()

    @property
    def is_current(self) -> bool:
        """Whether all judgements are today's, apart from files still waiting for ``collect``."""
        query = "SELECT 1 FROM submission WHERE judged_by<>? AND verdict<>''"
        return (
            not rows.changed(self._db, self.round_)
            and self._db.execute(query, (self.judged_by,)).fetchone() is None
        )

    @property
    def fits(self) -> bool:
        """Whether all rows are laid out as declared today."""
        return not rows.changed(self._db, self.round_) and not rows.apart(self._db, self.round_)

    def kept_apart(self) -> set[int]:
        """Return submissions whose rows can't be read because another declaration laid them out."""
        kept = rows.apart(self._db, self.round_)
        return {
            number
            for table in kept
            for (number,) in self._db.execute(f"SELECT DISTINCT submission FROM {table}")
        }

    def submissions(self, columns: Sequence[str] = (*_SUBMISSION, *_COUNTS)) -> pd.DataFrame:
        """Return all submissions, with their numbers of findings."""
        import pandas as pd

        select = {
            "submission": "id AS submission",
            **{count: f"COALESCE({count}, 0) AS {count}" for count in _COUNTS},
        }
        asked = ", ".join(select.get(each, each) for each in columns)
        counted = _COUNTED if {*_COUNTS} & {*columns} else ""
        return pd.read_sql_query(f"SELECT {asked} FROM submission {counted} ORDER BY id", self._db)

    def comparisons(self) -> dict[int, int]:
        """Return what each submission was compared with; -1 if that was judged again since."""
        return {
            row["submission"]: row["earlier"]
            for row in self._db.execute("SELECT * FROM comparison")
        }

    def decisions(self) -> list[Decision]:
        """Return all recorded decisions, oldest first."""
        return [
            records.decision(row) for row in self._db.execute("SELECT * FROM decision ORDER BY id")
        ]

    def findings(self, submissions: Sequence[int]) -> list[Finding]:
        """Return the findings of submissions, in order, each with the agency's last answer."""
        return [
            finding
            for found in self.findings_by_submission(submissions).values()
            for finding in found
        ]

    def findings_by_submission(self, submissions: Sequence[int]) -> dict[int, list[Finding]]:
        """Return the same by submission; an empty list for one without findings."""
        answers = records.answers(self._db)
        choose(self._db, submissions)
        kept = self._db.execute(
            "SELECT f.* FROM chosen CROSS JOIN finding f USING (submission) ORDER BY chosen.submission, f.position"
        )
        found: dict[int, list[Finding]] = {number: [] for number in sorted(submissions)}
        for row in kept:
            found[row["submission"]].append(records.answered(records.finding(row), answers))
        return found

    def findings_of(self, rules: Sequence[str]) -> dict[int, list[Finding]]:
        """Return the findings of these rules, by submission, in order."""
        marks = ", ".join("?" * len(rules))
        query = f"SELECT * FROM finding WHERE rule IN ({marks}) ORDER BY submission, position"
        found: dict[int, list[Finding]] = {}
        for row in self._db.execute(query, rules):
            found.setdefault(row["submission"], []).append(records.finding(row))
        return found

    def rows(
        self,
        spec: TableSpec,
        submissions: Sequence[int],
        *,
        clean_only: Sequence[int] = (),
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return typed rows, with ``sheet``; of ``clean_only`` only rows without an error."""
        return rows.joined(
            self.row_parts(spec, submissions, clean_only=clean_only, columns=columns)
        )

    def row_parts(
        self,
        spec: TableSpec,
        submissions: Sequence[int],
        *,
        clean_only: Sequence[int] = (),
        columns: Sequence[str] | None = None,
    ) -> Iterator[pd.DataFrame]:
        """Yield them in parts. Exhaust it before the next call: both use the table ``chosen``."""
        choose(self._db, submissions)
        return rows.typed(
            self._db, spec, self.round_, clean_only, spec.keys if columns is None else columns
        )

    def filled_rows(
        self, spec: TableSpec, submissions: Sequence[int], columns: Sequence[str], least: int = 0
    ) -> Iterator[pd.DataFrame]:
        """Yield rows whose first of ``columns`` is not blank and has ``least`` bytes or more."""
        choose(self._db, submissions)
        return rows.filled(self._db, spec, self.round_, columns, least)

    def stored_rows(
        self, spec: TableSpec, submissions: Sequence[int]
    ) -> dict[int, list[tuple[Any, ...]]]:
        """Return rows of submissions as stored: row number, then the declared columns."""
        choose(self._db, submissions)
        return rows.stored(self._db, spec, self.round_)

    def sums(self, table: str, column: str, submissions: Sequence[int]) -> dict[int, float]:
        """Return the sum of a column per submission that has a number in it."""
        choose(self._db, submissions)
        return rows.sums(self._db, self.round_.by_key[table], self.round_, column)

    def untold(self) -> Untold:
        """Return what the operator hasn't been told: remarks, and changed verdicts."""
        return untold.read(self._db)

    def aside(self, submissions: Sequence[int]) -> pd.DataFrame:
        """Return what submissions say outside the form, as columns of the table ``aside``."""
        import pandas as pd

        choose(self._db, submissions)
        return pd.read_sql_query(
            "SELECT aside.* FROM chosen CROSS JOIN aside USING (submission) ORDER BY chosen.submission, position",
            self._db,
        )

    def letters(self, submissions: Sequence[int]) -> dict[int, dict[str, dict[str, str]]]:
        """Return the column letters of submissions, by submission, table and column."""
        choose(self._db, submissions)
        found: dict[int, dict[str, dict[str, str]]] = {}
        for row in self._db.execute(
            "SELECT layout.* FROM chosen CROSS JOIN layout USING (submission)"
        ):
            found.setdefault(row["submission"], {})[row["table_key"]] = json.loads(row["letters"])
        return found


def local(moment: str, round_: Round) -> dt.datetime:
    """Return a stored moment on the round's clock."""
    return dt.datetime.fromisoformat(moment).astimezone(round_.timezone)
