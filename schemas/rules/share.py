"""R06: entries that say little ("other", "not classified") are used seldom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.rules import formula as x
from schemas.rules.base import CrossRule, Frames, Words, number

if TYPE_CHECKING:
    import pandas as pd

    from schemas.round.round import Round


@dataclass(frozen=True, kw_only=True)
class SeldomUsed(CrossRule):
    """R06, a warning: the rows under one entry hold at most a ``share`` of a return's ``measure``."""

    code: str
    measure: str
    share: float
    severity: str = "W"
    message: str = "seldom_used"
    announced: bool = False

    def needs(self, round_: Round) -> tuple[str, ...]:
        return (self.table,)

    def rests_on(self, round_: Round) -> set[tuple[str, str]]:
        keys = [column.key for column in round_.by_key[self.table].key_columns]
        return {(self.table, key) for key in (self.at, self.measure, *keys)}

    def judge(self, frames: Frames, round_: Round) -> pd.DataFrame:
        table = frames[self.table]
        used = table[self.measure].where(table[self.at] == self.code, 0)
        judged = table[["submission"]].assign(amount=used, total=table[self.measure]).groupby("submission", as_index=False).sum()
        return judged.assign(holds=judged["amount"] <= self.share * judged["total"])

    def rows(self, failed: pd.DataFrame, frames: Frames, round_: Round) -> pd.DataFrame:
        table = frames[self.table]
        used = table.loc[table[self.at] == self.code, ["submission"]]
        return used.reset_index(names="row_index").merge(failed, on="submission")

    def broken(self, cells: x.Cells, round_: Round) -> str | None:
        return None

    def words(self, round_: Round) -> Words:
        spec = round_.by_key[self.table]
        entry = round_.codes_of(spec.by_key[self.at]).name(self.code)
        more = {"entry": entry, "measure": spec.by_key[self.measure].title, "most": number(self.share * 100)}
        return {**CrossRule.words(self, round_), **more}

    def row_words(self, row: Mapping[str, Any], round_: Round) -> Words:
        amounts = {name: number(row[name]) for name in ("amount", "total")}
        return {**amounts, "percent": number(round(100 * row["amount"] / row["total"], 1))}
