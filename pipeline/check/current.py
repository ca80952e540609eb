"""Define how rules between agencies see the returns that count, and what they give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from pipeline.check.findings import plain
from pipeline.model import Finding, Severity
from pipeline.office.addresses import address
from schemas.columns import Column, TableSpec
from schemas.round.round import Round

Found = Iterator[tuple[int, Finding]]
"""Findings, each with the number of its submission."""


class Current(Protocol):
    """The current returns, of which there may be millions of rows.

    Rules look at some rows at a time and keep only those that they report on.
    """

    def parts(
        self, table: str, columns: Sequence[str], least: int = 0, of: Sequence[int] | None = None
    ) -> Iterator[pd.DataFrame]:
        """Yield rows with a value in the first of ``columns``, some at a time, by submission.

        Texts much shorter than ``least`` characters are skipped. ``of`` limits to some submissions.
        Each frame has ``submission``, ``agency``, ``row``, ``sheet`` and the columns. Exhaust the
        iterator before the next call.
        """

    def sums(self, table: str, column: str) -> Mapping[int, float]:
        """Return the sum of a column per submission that has a number in it."""

    def agency(self, submission: int) -> str:
        """Return the code of a submission's agency."""

    def letters(self, submission: int) -> Mapping[str, Mapping[str, str]]:
        """Return the column letters of a submission, by table and column."""


@dataclass(frozen=True)
class ComparedColumn:
    """A column of the current returns that a rule compares."""

    column: Column
    spec: TableSpec
    current: Current
    round: Round

    def parts(self, *beside: str, least: int = 0) -> Iterator[pd.DataFrame]:
        """Yield its non-blank rows, with the columns ``beside``, some at a time."""
        return self.current.parts(self.spec.key, [self.column.key, *beside], least)

    def rows(self, *beside: str, of: Sequence[int] | None = None, least: int = 0) -> pd.DataFrame:
        """Return the same rows at once, of all submissions or of some."""
        return pd.concat(
            self.current.parts(self.spec.key, [self.column.key, *beside], least, of),
            ignore_index=True,
        )

    def plain(self, value: object) -> str:
        """Return a value of the column as a clerk writes it."""
        return plain(value, self.column, self.round)

    def warning(
        self, rule: str, message: str, words: Mapping[str, str], rows: pd.DataFrame
    ) -> tuple[int, Finding]:
        """Return a warning at these rows of one submission; the first row gives the value shown."""
        submission = int(rows["submission"].iloc[0])
        letters = self.current.letters(submission)[self.spec.key][self.column.key]
        return submission, Finding(
            rule=rule,
            severity=Severity.WARNING,
            message=message,
            words=dict(words),
            sheet=str(rows["sheet"].iloc[0]),
            cells=tuple(address(letters, int(row)) for row in rows["row"]),
            column=self.column.title,
            value=self.plain(rows[self.column.key].iloc[0]),
        )
