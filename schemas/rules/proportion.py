"""V10: amounts so large that they were likely written in a smaller unit of money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.columns import Column
from schemas.counting import WORTH
from schemas.rules import formula as x
from schemas.rules.base import Mask, RowRule, Rule, Words, readable
from schemas.rules.facts import Facts

if TYPE_CHECKING:
    import pandas as pd

LARGEST, MOST_UNITS = 1e12, 1e4
"""An amount is out of proportion if it is at least ``LARGEST`` in the smallest unit of money (a
million millions) and at least ``MOST_UNITS`` in the column's own."""


@dataclass(frozen=True, kw_only=True)
class InProportion(RowRule):
    """V10, a warning: an amount is less than ``most``."""

    most: float
    id: str = "V10"
    severity: str = "W"
    message: str = "in_proportion"

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        holds: Mask = (frame[self.at].abs().to_numpy() < self.most) | ~readable(frame, self.at)
        return holds

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        return None

    def words(self, facts: Facts) -> Words:
        return {**Rule.words(self, facts), "most": f"{self.most:,.0f}".replace(",", ".")}


def in_proportion(column: Column, table: str) -> Iterator[RowRule]:
    """Yield the rule for a column whose unit of money has smaller ones (million đồng)."""
    worth = WORTH.get(str(column.unit).casefold(), 1.0)  # str: a faulty declaration is told later
    if column.is_number and worth > 1:
        yield InProportion(table=table, at=column.key, most=max(LARGEST / worth, MOST_UNITS))
