"""What all rules about how a cell could be read have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from schemas.columns import State
from schemas.rules import formula as x
from schemas.rules.base import Mask, RowRule, Rule, Words, bounds, in_states
from schemas.rules.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class StateRule(RowRule):
    """A rule about how a cell could be read: broken in each of ``states``. One class per kind of misreading."""

    states: ClassVar[frozenset[State]]
    usual: ClassVar[State | None] = None
    """Of several states the one that the message itself speaks of; each other has a variant of it."""
    id: str = ""

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        return ~in_states(frame, self.at, self.states)

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        return None

    def words(self, facts: Facts) -> Words:
        column = self.column(facts)
        count = len(facts.codes_of(column).entries) if column.codes else 0
        return {**Rule.words(self, facts), **bounds(column), "count": str(count)}

    def variant(self, state: State) -> str:
        speaks = len(self.states) == 1 or state is self.usual
        return self.message if speaks else f"{self.message}.{state.name.lower()}"
