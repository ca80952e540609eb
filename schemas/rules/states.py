"""The base of all rules about how a cell was read."""

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
    """A rule that a cell breaks if it was read to one of ``states``. One class per misreading."""

    states: ClassVar[frozenset[State]]
    usual: ClassVar[State | None] = None
    """The state that the message itself describes; other states have variants of the message."""
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
