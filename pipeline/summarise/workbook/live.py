"""Live figures: formulas over the sheets of rows, so that a corrected cell and a filter flow through to every figure.

Only functions of Excel 2010. The rows' columns have defined names, ``dl_<table>_<column>``; a dimension that is an attribute of a
column has a column of its own there. ``dl_<table>_hien`` is 1 in the rows that the filter leaves in view: SUMIFS doesn't see filters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import AGENCY, Dimension, Origins, dimensions
from pipeline.summarise.figures.figures import DECIMALS
from pipeline.summarise.figures.measures import COLLECTIVES, Measure, collectives
from pipeline.summarise.figures.periods import MONTH
from schemas.columns import Kind, TableSpec
from schemas.round.settings import Apart

MOST_LIVE = 50_000
"""Rows up to which figures are formulas; a spreadsheet would take minutes over more."""
MOST_AGENCIES = 200
"""Agencies up to which they are counted by a formula."""
SHOWN = "hien"
AGENCIES, AGENCY_NUMBERS = "dm_agency", "dm_agency_so"
"""The names of the list of agencies' names, and of their numbers from 0, which is nobody's."""
AGENCY_NUMBER = "so_co_quan"
"""What the name of the column ends with that holds the number of each row's agency."""
_NO_CRITERION = re.compile(r"[*?~]|^[=<>]|^[\d.,\s]+$|^.{200,}$|^(true|false)$", re.IGNORECASE | re.DOTALL)
BLANK = '""'
"""The criterion for rows without an entry."""

Condition = tuple[str, str]
"""A dimension's key, and the criterion: an address whose cell holds the entry's name, or ``BLANK``."""


@dataclass(frozen=True)
class Live:
    """Formulas of figures over the rows of one table."""

    spec: TableSpec
    apart: Apart | None
    apart_name: str
    count_agencies: bool

    @classmethod
    def of(cls, consolidation: Consolidation, spec: TableSpec, *by: Dimension) -> Live | None:
        """Formulas by these dimensions; none where there are no rows, too many, or names that no criterion can tell apart."""
        round_ = consolidation.round_
        if not is_live(consolidation, spec) or not all(tells_apart(each) for each in by):
            return None
        apart = collectives(round_, spec)
        name = round_.codes_of(spec.by_key[apart.column]).name(apart.code) if apart else ""
        if apart and not tells_apart(dimensions(round_, spec)[apart.column]):
            return None
        few = len(consolidation.agencies) <= MOST_AGENCIES and tells_apart(dimensions(round_, spec)[AGENCY])
        return cls(spec, apart, name.replace('"', '""'), few)

    def name(self, key: str) -> str:
        """The defined name of a column of rows."""
        return column_name(self.spec, key)

    def figure(self, measure: Measure, where: Sequence[Condition], nothing: str, days: int = 0) -> str:
        """A measure's formula; ``nothing`` where no row stands behind it. An average of a month is taken over so many ``days``."""
        value = self._average(measure, where, days) if measure.spread else self._value(measure, where)
        return f'=IF({self._rows(where)}=0,"{nothing}",{value})'

    def agencies(self, where: Sequence[Condition], nothing: str) -> str:
        """How many agencies have rows.

        The rows in question keep their agency's number, all others get 0; each number that occurs is one, and 0, if it occurs, is none.
        One pass over the rows; COUNTIFS would need one an agency.
        """
        number, rows = self.name(AGENCY_NUMBER), self._rows(where)
        chosen = "*".join(f"({self.name(key)}={criterion})" for key, criterion in [*where, (SHOWN, "1")])
        counted = f"SUMPRODUCT(--(FREQUENCY({chosen}*{number},{AGENCY_NUMBERS})>0))-({rows}<ROWS({number}))"
        return f'=IF({rows}=0,"{nothing}",{counted})'

    def _rows(self, where: Sequence[Condition]) -> str:
        return f"COUNTIFS({self._criteria(where)})"

    def _criteria(self, where: Sequence[Condition]) -> str:
        return ",".join([*(f"{self.name(key)},{criterion}" for key, criterion in where), f"{self.name(SHOWN)},1"])

    def _value(self, measure: Measure, where: Sequence[Condition]) -> str:
        if measure.is_rate:
            part, whole = (self._sum(each, where, self._together(is_apart=False)) for each in (measure.part, measure.whole))
            return f'IFERROR(ROUND({part}/{whole},{DECIMALS}),"")'
        added = self._added(measure.key, where)
        return added if measure.kind is Kind.COUNT else f"ROUND({added},{DECIMALS})"

    def _average(self, measure: Measure, where: Sequence[Condition], days: int) -> str:
        return f"ROUND({self._added(measure.spread, where)}/({days}/{MONTH}),{DECIMALS})" if days else BLANK

    def _added(self, key: str, where: Sequence[Condition]) -> str:
        if self.apart and key in (self.apart.measure, COLLECTIVES):
            return self._sum(self.apart.measure, where, self._together(is_apart=key == COLLECTIVES))
        return self._sum(key, where, "")

    def _together(self, *, is_apart: bool) -> str:
        """The condition that keeps collectives in or out."""
        return f',{self.name(self.apart.column)},"{"" if is_apart else "<>"}{self.apart_name}"' if self.apart else ""

    def _sum(self, key: str, where: Sequence[Condition], more: str) -> str:
        return f"SUMIFS({self.name(key)},{self._criteria(where)}{more})"


def is_live(consolidation: Consolidation, spec: TableSpec) -> bool:
    """Whether figures of a table are formulas."""
    return 0 < len(consolidation.tables[spec.key]) <= MOST_LIVE


def tells_apart(by: Dimension) -> bool:
    """Whether the names of a dimension's entries can stand as criteria: each means itself, and itself only."""
    names = [name.casefold() for name in by.names]
    return len(set(names)) == len(names) and not any(_NO_CRITERION.search(name) or name != name.strip() for name in names)


def column_name(spec: TableSpec, key: str) -> str:
    """The defined name of a column in the sheet of a table's rows."""
    return f"dl_{spec.key}_{key}"


def lookup_name(key: str, side: str) -> str:
    """The defined name of one side (``of``: entries, ``is``: what each belongs to) of a dimension's list."""
    return f"dm_{key}_{side}"


def derived(consolidation: Consolidation, spec: TableSpec, lang: str) -> list[Dimension]:
    """The dimensions of a table that are attributes of a column, or of two: each has a column of its own in the sheet of rows."""
    known = dimensions(consolidation.round_, spec, lang).values()
    return [by for by in known if (by.owner is not None and by.key != by.column) or isinstance(by, Origins)]


def plain_value(value: Any) -> Any:
    """A figure as a cell stores it: nothing for NaN."""
    return "" if isinstance(value, float) and value != value else value  # noqa: PLR0124 NaN differs from itself
