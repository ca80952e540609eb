"""The returns that count, as rules between agencies look at them, and the findings that come of it."""

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
"""Findings with the number of the submission that they belong to."""


class Current(Protocol):
    """The current returns. There may be millions of rows: they are looked at some at a time, and only those are kept of which something is told."""

    def parts(self, table: str, columns: Sequence[str], least: int = 0, of: Sequence[int] | None = None) -> Iterator[pd.DataFrame]:
        """The rows in which the first of ``columns`` isn't blank, and no text shorter than about ``least`` letters, some at a time, by submission.

        Each with ``submission``, ``agency``, ``row``, ``sheet`` and the columns; ``of``: those of some submissions alone. To be taken to the end.
        """

    def sums(self, table: str, column: str) -> Mapping[int, float]:
        """The sum of a column over the rows of each submission that has a number there."""

    def agency(self, submission: int) -> str:
        """Whose a submission is."""

    def letters(self, submission: int) -> Mapping[str, Mapping[str, str]]:
        """The column letters of a submission by table."""


@dataclass(frozen=True)
class ComparedColumn:
    """A column of the current returns, of which findings are told."""

    column: Column
    spec: TableSpec
    current: Current
    round: Round

    def parts(self, *beside: str, least: int = 0) -> Iterator[pd.DataFrame]:
        """The rows in which it isn't blank, with other columns ``beside``, some at a time."""
        return self.current.parts(self.spec.key, [self.column.key, *beside], least)

    def rows(self, *beside: str, of: Sequence[int] | None = None, least: int = 0) -> pd.DataFrame:
        """The same at once, all or ``of`` some submissions."""
        return pd.concat(self.current.parts(self.spec.key, [self.column.key, *beside], least, of), ignore_index=True)

    def plain(self, value: object) -> str:
        """A value of it as a clerk writes it."""
        return plain(value, self.column, self.round)

    def warning(self, rule: str, message: str, words: Mapping[str, str], rows: pd.DataFrame) -> tuple[int, Finding]:
        """A warning at these rows of one submission, of which the first gives the value."""
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
