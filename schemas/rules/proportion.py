"""V10: amounts of money out of all proportion, as when they are written in a smaller unit than their column's."""

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
"""A million millions of the smallest unit of money, and ten thousand of the column's own: an amount of both or more is out of proportion."""


@dataclass(frozen=True, kw_only=True)
class InProportion(RowRule):
    """V10, a warning: an amount isn't so large that it was likely written in a smaller unit of money."""

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
    """The rule for amounts in a unit of money that has smaller ones."""
    worth = WORTH.get(str(column.unit).casefold(), 1.0)  # no text where a declaration is wrong, which is told afterwards
    if column.is_number and worth > 1:
        yield InProportion(table=table, at=column.key, most=max(LARGEST / worth, MOST_UNITS))
