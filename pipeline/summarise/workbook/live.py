"""Live figures: formulas over the sheets of rows, which follow corrected cells and filters.

Only functions of Excel 2010. The rows' columns have defined names, ``dl_<table>_<column>``; a
dimension that is an attribute of a column has a column of its own there. ``dl_<table>_hien`` is 1
in the rows that the filter leaves in view: SUMIFS doesn't see filters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import AGENCY, Dimension, Origins, dimensions
from pipeline.summarise.figures.measures import Average, Measure, Rate, apart_keys, collectives
from pipeline.summarise.figures.periods import MONTH
from pipeline.summarise.sheets.cells import LiveCell
from pipeline.summarise.workbook.row_names import AGENCY_NUMBER, AGENCY_NUMBERS, SHOWN, column_name
from schemas.columns import DECIMALS, Kind, TableSpec

MOST_LIVE = 50_000
"""Rows up to which figures are formulas; a spreadsheet would take minutes over more."""
MOST_AGENCIES = 200
"""Agencies up to which they are counted by a formula."""
_NO_CRITERION = re.compile(
    r"[*?~]|^[=<>]|^[\d.,\s]+$|^.{200,}$|^(true|false)$", re.IGNORECASE | re.DOTALL
)
BLANK = '""'
"""The criterion for rows without an entry."""
GIVEN = '">-1E+300"'
"""The criterion for cells that hold a number: neither a blank nor a text is one."""

_GAP = "\0"
"""Where what rows have in common goes in a formula."""

Condition = tuple[str, str]
"""A dimension's key, and the criterion: the cell with the entry's name, or ``BLANK``."""


@dataclass(frozen=True)
class Needs:
    """What rows must give to count in a measure, as formulas say it."""

    added: str
    """The column that is added up."""
    given: str
    """Criteria, a comma before each: what a row must give, and if it is of collectives."""
    beside: Mapping[str, str]
    """By column that is added up, the other criteria: a sum needn't ask if its column is given."""
    terms: Sequence[str]
    """The same as factors of 1 or 0 for each row."""


@dataclass(frozen=True)
class Live:
    """Formulas of figures over the rows of one table."""

    spec: TableSpec
    apart: Mapping[str, str]
    """By measure that counts persons, the key of what holds the collectives that it leaves out."""
    apart_column: str
    apart_name: str
    """The column, and what its cells say in rows of collectives."""
    complete: frozenset[str]
    """The measures that every row gives: those of which any agency gave one."""
    count_agencies: bool

    @classmethod
    def of(cls, consolidation: Consolidation, spec: TableSpec, *by: Dimension) -> Live | None:
        """Formulas by these dimensions.

        None if there are no rows, too many, or names that no criterion can tell apart.
        """
        round_ = consolidation.round_
        if not is_live(consolidation, spec) or not all(tells_apart(each) for each in by):
            return None
        apart = collectives(round_, spec)
        if apart and not tells_apart(dimensions(round_, spec)[apart.column]):
            return None
        column = apart.column if apart else ""
        name = round_.codes_of(spec.by_key[column]).name(apart.code) if apart else ""
        few = len(consolidation.agencies) <= MOST_AGENCIES and tells_apart(
            dimensions(round_, spec)[AGENCY]
        )
        keys, rows = apart_keys(round_, spec), consolidation.tables[spec.key]
        complete = frozenset(
            measure.key
            for measure in spec.measures
            if measure.key not in keys and rows[measure.key].notna().all()
        )
        return cls(spec, keys, column, name.replace('"', '""'), complete, few)

    def name(self, key: str) -> str:
        """The defined name of a column of rows."""
        return self._names.get(key) or self._names.setdefault(key, column_name(self.spec, key))

    @cached_property
    def _names(self) -> dict[str, str]:
        return {}

    def figure(
        self, measure: Measure, where: Sequence[Condition], nothing: str | int, days: int = 0
    ) -> str:
        """A measure's formula; ``nothing`` if no row gives it; a month's average over ``days``.

        A ``nothing`` of 0 is a confirmed nil's: its rates are blank, for 0 of 0 is none.
        """
        key = measure.key, nothing, days
        if key not in self._with_gaps:
            self._with_gaps[key] = self._with_gap(measure, nothing, days)
        return self._with_gaps[key].replace(_GAP, self._criteria(where))

    @cached_property
    def _with_gaps(self) -> dict[tuple[str, str | int, int], str]:
        """Formulas without their criteria: tens of thousands differ in these alone."""
        return {}

    def _with_gap(self, measure: Measure, nothing: str | int, days: int) -> str:
        value = self._value(measure, days)
        if nothing == 0:
            return f"={value}"  # no row gives 0, and a rate of no rows is blank by itself
        return f"=IF(COUNTIFS({_GAP}{self._needs(measure).given})=0,{literal(nothing)},{value})"

    def cell(
        self,
        measure: Measure,
        where: Sequence[Condition],
        nothing: str | int,
        value: Any,
        days: int = 0,
    ) -> LiveCell:
        """A measure's live cell with today's value; ``nothing`` if no row in view gives it.

        A rate is blank then: its terms tell why.
        """
        return LiveCell(
            self.figure(measure, where, nothing, days),
            value,
            "" if isinstance(measure, Rate) else sign_of(nothing),
        )

    def agencies(
        self,
        where: Sequence[Condition],
        nothing: str | int,
        nils: int = 0,
        measure: Measure | None = None,
    ) -> str:
        """Count the agencies that gave any measure, or the one named, with ``nils``.

        The rows in question keep their agency's number, all others get 0; each number that occurs
        is one, and 0, if it occurs, is none. One pass over the rows; COUNTIFS would need one an
        agency.
        """
        number, needs = self.name(AGENCY_NUMBER), self._needs(measure) if measure else None
        rows = f'COUNTIFS({self._criteria(where)}{needs.given if needs else ""},{number},">0")'
        terms = [f"({self.name(name)}={criterion})" for name, criterion in [*where, (SHOWN, "1")]]
        terms += needs.terms if needs else []
        frequency = f"FREQUENCY({'*'.join([*terms, number])},{AGENCY_NUMBERS})"
        counted = f"SUMPRODUCT(--({frequency}>0))-({rows}<ROWS({number}))"
        return f"={counted}+{nils}" if nils else f"=IF({rows}=0,{literal(nothing)},{counted})"

    def average(
        self, measure: Average, cells: tuple[str, str], where: Sequence[Condition], nils: int = 0
    ) -> str:
        """A cell's figure divided by the agencies that gave it.

        ``cells``: the figure, and the agencies that gave any measure.
        """
        figure, agencies = cells
        if measure.of not in self.complete:
            agencies = f"({self.agencies(where, 0, nils, measure).removeprefix('=')})"
        return quotient(figure, agencies)

    def _criteria(self, where: Sequence[Condition]) -> str:
        """Criteria, rows in view first.

        LibreOffice cuts all ranges of COUNTIFS to where the first has cells, and ``BLANK`` finds
        none behind it.
        """
        return ",".join(
            [
                f"{self.name(SHOWN)},1",
                *(f"{self.name(key)},{criterion}" for key, criterion in where),
            ]
        )

    def _value(self, measure: Measure, days: int) -> str:
        if isinstance(measure, Average):
            return self._monthly(measure, days)
        if isinstance(measure, Rate):
            part, whole = (self._sum(key, measure) for key in (measure.part, measure.whole))
            return f'IFERROR(ROUND({part}/{whole},{DECIMALS}),"")'
        added = self._sum(self._needs(measure).added, measure)
        return added if measure.kind is Kind.COUNT else f"ROUND({added},{DECIMALS})"

    def _monthly(self, measure: Average, days: int) -> str:
        return (
            f"ROUND({self._sum(self._needs(measure).added, measure)}/({days}/{MONTH}),{DECIMALS})"
            if days
            else BLANK
        )

    def _sum(self, key: str, measure: Measure) -> str:
        """The sum of a column over the rows that give all that the measure needs."""
        return f"SUMIFS({self.name(key)},{_GAP}{self._needs(measure).beside[key]})"

    def _needs(self, measure: Measure) -> Needs:
        if measure.key not in self._known:
            self._known[measure.key] = self._needs_of(measure)
        return self._known[measure.key]

    @cached_property
    def _known(self) -> dict[str, Needs]:
        """What measures need, by their keys."""
        return {}

    def _needs_of(self, measure: Measure) -> Needs:
        sources, sign = self._sources(measure), self._apart_sign(measure)
        given = {key: f",{self.name(key)},{GIVEN}" for key in sources}
        together = (
            f',{self.name(self.apart_column)},"{sign.strip("=")}{self.apart_name}"' if sign else ""
        )
        terms = [f"ISNUMBER({self.name(key)})" for key in sources]
        terms += [f'({self.name(self.apart_column)}{sign}"{self.apart_name}")'] if sign else []
        beside = {
            key: "".join(given[other] for other in sources if other != key) + together
            for key in sources
        }
        added = self._persons.get(measure.added, measure.added)
        return Needs(added, "".join(given.values()) + together, beside, terms)

    def _sources(self, measure: Measure) -> list[str]:
        """The columns that a row must give to count in a measure."""
        return [self._persons.get(key, key) for key in measure.sources]

    @cached_property
    def _persons(self) -> dict[str, str]:
        """By the key of collectives, the column that holds both them and persons."""
        return {held: persons for persons, held in self.apart.items()}

    def _apart_sign(self, measure: Measure) -> str:
        """How a row's entry must compare with that of collectives; blank where all rows count."""
        if measure.added in self._persons:
            return "="
        return "<>" if any(key in self.apart for key in self._sources(measure)) else ""


def agencies_cell(
    live: Live | None, where: Sequence[Condition], agencies: int, nils: int, nothing: str | int
) -> Any:
    """How many agencies gave any figure; a formula if they can be counted by one."""
    value = agencies or nothing
    if live is None or not live.count_agencies:
        return value
    return LiveCell(live.agencies(where, nothing, nils), value, sign_of(nothing))


def quotient(figure: str, by: str) -> str:
    """The formula of a cell's figure divided by something; a sign in the cell stays."""
    return f"=IF(ISNUMBER({figure}),ROUND({figure}/{by},{DECIMALS}),{figure})"


def sign_of(nothing: str | int) -> str:
    """The sign that stands for nothing; none where that is a confirmed nil's zero."""
    return nothing if isinstance(nothing, str) else ""


def literal(nothing: str | int) -> str:
    """What stands for nothing in a formula: an empty text, to which a format gives its sign."""
    return '""' if isinstance(nothing, str) else str(nothing)


def is_live(consolidation: Consolidation, spec: TableSpec) -> bool:
    """Whether figures of a table are formulas."""
    return 0 < len(consolidation.tables[spec.key]) <= MOST_LIVE


def tells_apart(by: Dimension) -> bool:
    """True if names of entries can be criteria: each stands for itself, and itself only."""
    names = [name.casefold() for name in by.names]
    return len(set(names)) == len(names) and not any(
        _NO_CRITERION.search(name) or name != name.strip() for name in names
    )


def derived(consolidation: Consolidation, spec: TableSpec) -> list[Dimension]:
    """The dimensions of a table that need a column of their own in the sheet of rows."""
    known = dimensions(consolidation.round_, spec).values()
    return [
        by
        for by in known
        if (by.owner is not None and by.key != by.column) or isinstance(by, Origins)
    ]
