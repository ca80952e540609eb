"""S13: a return says that it has nothing to report if, and only if, it has nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.columns import STATE, State
from schemas.rules import formula as x
from schemas.rules.base import ColumnKey, CrossRule, Frames, Words, number
from schemas.rules.facts import Facts
from schemas.rules.names import Name, What

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class NilAgrees(CrossRule):
    """S13: a nil return has no data row in the evidence tables; any other has at least one."""

    message: str = "nil_agrees"
    nil_code: str
    announced: bool = False

    def names(self) -> Iterator[Name]:
        yield Name("table", What.TABLE, self.table)
        yield Name("at", What.CODE, self.at, self.table)
        yield Name("nil_code", What.ENTRY, self.nil_code, self.table, self.at)

    def tables(self, facts: Facts) -> tuple[str, ...]:
        return (self.table, *(spec.key for spec in facts.row_tables if spec.evidence))

    def needs(self, facts: Facts) -> set[ColumnKey]:
        """No evidence table is needed: one that an older form lacks counts as one without rows."""
        return {(self.table, self.at)}

    def message_of(self, row: Mapping[str, Any]) -> str:
        return f"{self.message}.{'rows' if row['nil'] else 'nothing'}"

    def judge(self, frames: Frames, facts: Facts) -> pd.DataFrame:
        info = frames[self.table]
        counts = [self._count(frames, spec.key, info) for spec in facts.row_tables if spec.evidence]
        rows, nil = np.sum(counts, axis=0), info[self.at].to_numpy(object) == self.nil_code
        judged = info[["submission"]].assign(rows=rows, nil=nil, holds=nil == (rows == 0))
        unread = info[self.at].isna() & (info[self.at + STATE] != State.BLANK)
        return judged[~unread]

    @staticmethod
    def _count(frames: Frames, table: str, info: pd.DataFrame) -> np.ndarray[Any, Any]:
        counts = frames[table].groupby("submission").size()
        return info["submission"].map(counts).fillna(0).to_numpy(int)

    def rows(self, failed: pd.DataFrame, frames: Frames, facts: Facts) -> pd.DataFrame:
        return (
            frames[self.table][["submission"]]
            .reset_index(names="row_index")
            .merge(failed, on="submission")
        )

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        codes = self.codes(facts)
        entry = cells.entry(self.at)
        nil = f"({entry}={codes.number(self.nil_code)})"
        rows = "+".join(cells.row_count(spec.key) for spec in facts.row_tables if spec.evidence)
        known = f"({x.blank(cells.cell(self.at))}+({entry}>0))"
        return f"{known}*({nil}<>(({rows})=0))"

    def words(self, facts: Facts) -> Words:
        sheets = ", ".join(spec.sheet for spec in facts.row_tables if spec.evidence)
        codes = self.codes(facts)
        return {**CrossRule.words(self, facts), "sheets": sheets, "nil": codes.name(self.nil_code)}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        return {"rows": number(row["rows"])}
