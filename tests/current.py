"""Returns that count, held in memory instead of a ledger, for rules between agencies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Held:
    """Rows of tables, with ``submission``, ``agency``, ``row``, ``sheet`` and columns.

    All columns have one ``letter``.
    """

    tables: Mapping[str, pd.DataFrame]
    letter: str

    def parts(
        self, table: str, columns: Sequence[str], least: int = 0, of: Sequence[int] | None = None
    ) -> Iterator[pd.DataFrame]:
        rows = self.tables[table].dropna(subset=[columns[0]])
        kept = rows if of is None else rows[rows["submission"].isin(list(of))]
        yield from (kept.iloc[at : at + 5] for at in range(0, max(len(kept), 1), 5))

    def sums(self, table: str, column: str) -> Mapping[int, float]:
        return self.tables[table].groupby("submission")[column].sum(min_count=1).dropna().to_dict()

    def agency(self, submission: int) -> str:
        (found,) = {
            code
            for frame in self.tables.values()
            for code in frame.loc[frame["submission"] == submission, "agency"]
        }
        return str(found)

    def letters(self, submission: int) -> Mapping[str, Mapping[str, str]]:
        return {
            key: dict.fromkeys(frame.columns, self.letter) for key, frame in self.tables.items()
        }
