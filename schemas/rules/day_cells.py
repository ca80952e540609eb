"""Rules about how a day could be read from its cell (V04), and about days where a text should be (V08)."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.columns import State
from schemas.rules import formula as x
from schemas.rules.base import END_OF_DAYS
from schemas.rules.facts import Facts
from schemas.rules.states import StateRule


@dataclass(frozen=True, kw_only=True)
class DateCell(StateRule):
    """V04: a cell holds a day that there is."""

    states = frozenset({State.NOT_DATE})
    id: str = "V04"
    message: str = "not_date"

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        cell = cells.cell(self.at)
        is_day = f"IF(ISNUMBER({cell}),({cell}>=1)*({cell}<{END_OF_DAYS}),0)"
        return f"{x.given(cell)}*(1-{is_day})"


@dataclass(frozen=True, kw_only=True)
class MonthFirst(StateRule):
    """V04, a warning: other cells of the column put the month first, so that this day may be a month."""

    states = frozenset({State.AMBIGUOUS})
    id: str = "V04"
    severity: str = "W"
    message: str = "month_first"

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        if self.spec(facts).is_form:
            return None
        cell, area = cells.cell(self.at), cells.column(self.table, self.at)
        return f"IF(ISNUMBER({cell}),{x.may_be_swapped(cell)}*({x.month_first(area)}),0)"


@dataclass(frozen=True, kw_only=True)
class MomentCell(StateRule):
    """V04, a warning: a time beside the day may make it another day."""

    states = frozenset({State.MOMENT})
    id: str = "V04"
    severity: str = "W"
    message: str = "moment"


@dataclass(frozen=True, kw_only=True)
class PartOfDay(StateRule):
    """V04, a warning: a cell doesn't show all of its day, so that a program may have filled in what isn't seen."""

    states = frozenset({State.SHOWN_IN_PART})
    id: str = "V04"
    severity: str = "W"
    message: str = "part_of_day"


@dataclass(frozen=True, kw_only=True)
class MadeDay(StateRule):
    """V08, a warning: a program may have made a day of what was typed as text, such as the number 12/5."""

    states = frozenset({State.AMBIGUOUS})
    id: str = "V08"
    severity: str = "W"
    message: str = "made_day"
