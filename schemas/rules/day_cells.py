"""Rules about how a date was read from its cell (V04), and about dates in text columns (V08)."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.columns import State
from schemas.rules import formula as x
from schemas.rules.base import END_OF_DAYS
from schemas.rules.facts import Facts
from schemas.rules.states import StateRule


@dataclass(frozen=True, kw_only=True)
class DateCell(StateRule):
    """V04: a cell holds a date that exists."""

    states = frozenset({State.NOT_DATE})
    id: str = "V04"
    message: str = "not_date"

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        cell = cells.cell(self.at)
        is_day = f"IF(ISNUMBER({cell}),({cell}>=1)*({cell}<{END_OF_DAYS}),0)"
        return f"{x.given(cell)}*(1-{is_day})"


@dataclass(frozen=True, kw_only=True)
class MonthFirst(StateRule):
    """V04, a warning: day and month may be swapped, for other cells put the month first."""

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
    """V04, a warning: the cell has a time too, which may make it another day."""

    states = frozenset({State.MOMENT})
    id: str = "V04"
    severity: str = "W"
    message: str = "moment"


@dataclass(frozen=True, kw_only=True)
class PartOfDay(StateRule):
    """V04, a warning: the cell shows only a part of its date; a program may have added the rest."""

    states = frozenset({State.SHOWN_IN_PART})
    id: str = "V04"
    severity: str = "W"
    message: str = "part_of_day"


@dataclass(frozen=True, kw_only=True)
class MadeDay(StateRule):
    """V08, a warning: a spreadsheet may have turned typed text, such as "12/5", into a date."""

    states = frozenset({State.AMBIGUOUS})
    id: str = "V08"
    severity: str = "W"
    message: str = "made_day"
