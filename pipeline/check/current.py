"""The returns that count, as rules between agencies look at them, and the findings that come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.check.findings import plain
from pipeline.model import Finding, Severity
from pipeline.office.addresses import address
from schemas.columns import Column, TableSpec
from schemas.round.round import Round

Letters = Mapping[int, Mapping[str, Mapping[str, str]]]
"""Column letters by submission and table."""
Found = Iterator[tuple[int, Finding]]
"""Findings with the number of the submission that they belong to."""


@dataclass(frozen=True)
class Current:
    """The current returns: rows of each table with ``submission``, ``agency``, ``row``, ``sheet`` and the columns looked at; and where columns stand."""

    tables: Mapping[str, pd.DataFrame]
    letters: Letters


@dataclass(frozen=True)
class ComparedColumn:
    """A column of the current returns, of which findings are told."""

    column: Column
    spec: TableSpec
    current: Current
    round: Round

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of its table."""
        return self.current.tables[self.spec.key]

    def plain(self, value: object) -> str:
        """A value of it as a clerk writes it."""
        return plain(value, self.column, self.round)

    def warning(self, rule: str, message: str, words: Mapping[str, str], rows: pd.DataFrame) -> tuple[int, Finding]:
        """A warning at these rows of one submission, of which the first gives the value."""
        submission = int(rows["submission"].iloc[0])
        letters = self.current.letters[submission][self.spec.key][self.column.key]
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
