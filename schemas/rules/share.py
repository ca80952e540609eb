"""R06: entries that say little ("other", "not classified") are seldom used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.rules import formula as x
from schemas.rules.base import ColumnKey, CrossRule, Frames, Words, number
from schemas.rules.facts import Facts
from schemas.rules.names import Name, What, columns

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class SeldomUsed(CrossRule):
    """R06, a warning: rows with entry ``code`` have a ``share`` of ``measure`` at most."""

    code: str
    measure: str
    share: float
    severity: str = "W"
    message: str = "seldom_used"
    announced: bool = False

    def names(self) -> Iterator[Name]:
        yield from CrossRule.names(self)
        yield from columns("measure", self.measure, self.table, What.NUMBER)
        yield Name("code", What.ENTRY, self.code, self.table, self.at)

    def tables(self, facts: Facts) -> tuple[str, ...]:
        return (self.table,)

    def needs(self, facts: Facts) -> set[ColumnKey]:
        return {(self.table, self.at), (self.table, self.measure)}

    def explained_by(self, facts: Facts) -> set[ColumnKey]:
        keys = [column.key for column in self.spec(facts).key_columns]
        return {(self.table, key) for key in (self.at, self.measure, *keys)}

    def judge(self, frames: Frames, facts: Facts) -> pd.DataFrame:
        table = frames[self.table]
        used = table[self.measure].where(table[self.at] == self.code, 0)
        judged = (
            table[["submission"]]
            .assign(amount=used, total=table[self.measure])
            .groupby("submission", as_index=False)
            .sum()
        )
        return judged.assign(holds=judged["amount"] <= self.share * judged["total"])

    def rows(self, failed: pd.DataFrame, frames: Frames, facts: Facts) -> pd.DataFrame:
        table = frames[self.table]
        used = table.loc[table[self.at] == self.code, ["submission"]]
        return used.reset_index(names="row_index").merge(failed, on="submission")

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        return None

    def words(self, facts: Facts) -> Words:
        entry = self.codes(facts).name(self.code)
        more = {
            "entry": entry,
            "measure": self.column(facts, self.measure).title,
            "most": number(self.share * 100),
        }
        return {**CrossRule.words(self, facts), **more}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        amounts = {name: number(row[name]) for name in ("amount", "total")}
        return {**amounts, "percent": number(round(100 * row["amount"] / row["total"], 1))}
