"""The ledger of one round: writing about submissions, and reading it back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pipeline.model import Decision, Finding, Mail, Received, Verdict
from pipeline.store import (
    database,
    facts,
    judgements,
    letters,
    listing,
    mails,
    receipts,
    records,
    rows,
    untold,
)
from pipeline.store.database import choose
from pipeline.store.journal import INVENTED, Fact
from pipeline.store.journaling import Journaling
from pipeline.store.judgements import JudgedSubmission
from pipeline.store.letters import LetterRecord
from pipeline.store.marks import COMPARED, Marks
from pipeline.store.opening import opened
from pipeline.store.untold import Untold
from schemas.columns import TableSpec
from schemas.round.round import Round

if TYPE_CHECKING:
    import pandas as pd

NOWHERE = Path(database.NOWHERE)
"""The path of a ledger in memory."""


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

    def write(self, judged: Iterable[JudgedSubmission], frames: Mapping[str, pd.DataFrame]) -> None:
        """Write the judgement of a batch over earlier ones. Call within a transaction."""
        self.marks.note(COMPARED, "")
        judgements.replace(self._db, self.round_, list(judged), self.judged_by)
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
        judgements.amend(self._db, number, findings, verdict)

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

    def note_letter(self, letter: LetterRecord) -> None:
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

    def letters_on_record(self) -> list[LetterRecord]:
        """Return the letters written and sent, in the order of recording."""
        return letters.all_of(self._db)

    def hashes(self) -> set[str]:
        """Return the SHA-256 of all submissions."""
        return listing.hashes(self._db)

    def dated_hashes(self) -> set[str]:
        """Return the SHA-256 of files whose date came from a register."""
        return receipts.dated_hashes(self._db)

    def judged_hashes(self) -> dict[str, int]:
        """Return submissions judged by today's form and program: number by SHA-256."""
        return listing.judged_hashes(self._db, self.judged_by)

    def outdated(self) -> list[sqlite3.Row]:
        """Return submissions not judged by today's form and program, or not at all."""
        return listing.outdated(self._db, self.judged_by)

    @property
    def is_current(self) -> bool:
        """Whether all judgements are today's, apart from files still waiting for ``collect``."""
        return not rows.changed(self._db, self.round_) and listing.are_judged_by(
            self._db, self.judged_by
        )

    @property
    def fits(self) -> bool:
        """Whether all rows are laid out as declared today."""
        return not rows.changed(self._db, self.round_) and not rows.apart(self._db, self.round_)

    def kept_apart(self) -> set[int]:
        """Return submissions whose rows can't be read because another declaration laid them out."""
        return rows.submissions_apart(self._db, self.round_)

    def submissions(self, columns: Sequence[str] = listing.COLUMNS) -> pd.DataFrame:
        """Return all submissions, with their numbers of findings."""
        return listing.frame(self._db, columns)

    def comparisons(self) -> dict[int, int]:
        """Return what each submission was compared with; -1 if that was judged again since."""
        return dict(self._db.execute("SELECT submission, earlier FROM comparison"))

    def decisions(self) -> list[Decision]:
        """Return all recorded decisions, oldest first."""
        return [
            records.decision(row) for row in self._db.execute("SELECT * FROM decision ORDER BY id")
        ]

    def findings(self, submissions: Sequence[int]) -> list[Finding]:
        """Return the findings of submissions, in order, each with the agency's last answer."""
        return [*chain.from_iterable(self.findings_by_submission(submissions).values())]

    def findings_by_submission(self, submissions: Sequence[int]) -> dict[int, list[Finding]]:
        """Return the same by submission; an empty list for one without findings."""
        choose(self._db, submissions)
        return {number: [] for number in sorted(submissions)} | records.findings(self._db)

    def findings_of(self, rules: Sequence[str]) -> dict[int, list[Finding]]:
        """Return the findings of these rules, by submission, in order."""
        return records.findings_of(self._db, rules)

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
        choose(self._db, submissions)
        return listing.aside(self._db)

    def letters(self, submissions: Sequence[int]) -> dict[int, dict[str, dict[str, str]]]:
        """Return the column letters of submissions, by submission, table and column."""
        choose(self._db, submissions)
        return listing.letters(self._db)
