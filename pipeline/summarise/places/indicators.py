"""What can be shown of a place: measures, rates, and figures per headcount, by origin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.summarise.figures.measures import Measure, Rate
from pipeline.summarise.figures.origins import Origin
from pipeline.summarise.figures.rounding import rounded
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.entry_table import EntryTable
from pipeline.summarise.workbook.figure_column import FigureColumn
from schemas.round.checks.figures import PER_THOUSAND
from schemas.round.settings import Summary

NARROW = 10.0
"""Width of a column of figures or ranks."""
TERMS = ("part", "whole")
"""By key of its title, what a rate is made of."""


@dataclass(frozen=True)
class Indicator:
    """One number by place. ``shown``: its figures by whose they are.

    Of one that is set against headcounts, ``shown`` are the figures that are divided, and only own
    returns can be.
    """

    key: str
    title: str
    unit: str
    shown: Mapping[Origin, FigureColumn]
    lowest_is_worst: bool = False
    per_thousand: bool = False

    @property
    def kind(self) -> str:
        """The format of its cells."""
        return "average" if self.per_thousand else self._any.kind

    @property
    def width(self) -> float:
        """Wide enough for its figures, and for a rank."""
        return NARROW if self.per_thousand else max(NARROW, self._any.width)

    @property
    def measure(self) -> Measure:
        """What is added up or divided."""
        return self._any.measure

    def term_key(self, name: str) -> str:
        """The key of the ``part`` or the ``whole`` of a rate; blank if it is none."""
        return self.measure.terms[name][0] if isinstance(self.measure, Rate) else ""

    @property
    def table(self) -> str:
        """The key of the table that it comes from."""
        return self._any.spec.key

    @property
    def _any(self) -> FigureColumn:
        return self.shown[Origin.BOTH]


@dataclass(frozen=True)
class IndicatorBlock:
    """Columns that stand together: indicators of one origin, before them the agencies.

    Behind them stands what the rates among them were made of.
    """

    origin: Origin
    indicators: Sequence[Indicator]
    terms: Sequence[Indicator]
    has_agencies: bool

    @property
    def columns(self) -> list[Indicator]:
        """What its columns show, but for the agencies."""
        return [*self.indicators, *self.terms]

    @property
    def kinds(self) -> list[str]:
        """Formats of its columns."""
        return [*["count"] * self.has_agencies, *(column.kind for column in self.columns)]

    @property
    def widths(self) -> list[float]:
        """Widths of its columns."""
        return [*[NARROW] * self.has_agencies, *(column.width for column in self.columns)]

    @property
    def units(self) -> list[str]:
        """Units of its columns."""
        return [*[""] * self.has_agencies, *(column.unit for column in self.columns)]


def terms_of(rate: Indicator, tables: Mapping[Origin, EntryTable]) -> list[Indicator]:
    """What a rate was made of, as indicators that stand beside it and are compared with nothing."""
    found = []
    for name in TERMS:
        key = rate.term_key(name)
        shown = {
            origin: next(
                column
                for column in table.columns
                if (column.spec.key, column.measure.key) == (rate.table, key)
            )
            for origin, table in tables.items()
        }
        measure = shown[Origin.BOTH].measure
        found.append(Indicator(key, measure.title, measure.unit, shown))
    return found


def indicators(
    book: SummaryBook, summary: Summary, tables: Mapping[Origin, EntryTable]
) -> list[Indicator]:
    """The indicators of a summary; last those per headcount.

    These need headcounts, and places with agencies of their own.
    """
    has_staff = bool(book.consolidation.headcounts) and Origin.OWN in tables
    found = [
        _indicator(book, summary, tables, key)
        for key in summary.indicators
        if has_staff or not _is_per_thousand(tables, key)
    ]
    return sorted(found, key=lambda each: each.per_thousand)


def _is_per_thousand(tables: Mapping[Origin, EntryTable], key: str) -> bool:
    return key.endswith(PER_THOUSAND) and key not in {
        column.measure.key for column in tables[Origin.BOTH].columns
    }


def _indicator(
    book: SummaryBook, summary: Summary, tables: Mapping[Origin, EntryTable], key: str
) -> Indicator:
    """An indicator by its key.

    Raises LookupError where the tables of the summary have no such measure: the round's mistake.
    """
    is_per_thousand = _is_per_thousand(tables, key)
    base = key.removesuffix(PER_THOUSAND) if is_per_thousand else key
    shown = {
        origin: column
        for origin, table in tables.items()
        for column in table.columns
        if column.measure.key == base
    }
    if not shown:
        raise LookupError(f"{book.consolidation.round_.key}: no indicator {key}")
    measure, lowest = shown[Origin.BOTH].measure, key in summary.lowest_is_worst
    if is_per_thousand:
        title = words(book, "per_thousand.title", title=measure.title)
        return Indicator(key, title, measure.unit, shown, lowest, per_thousand=True)
    return Indicator(
        key,
        measure.title,
        words(book, "percent") if isinstance(measure, Rate) else measure.unit,
        shown,
        lowest,
    )


def mean_by_staff(rates: Iterable[tuple[Any, int | None]]) -> float | str:
    """The mean of rates by headcount, of those that have both; blank where none has."""
    numbers = [
        (rate, staff) for rate, staff in rates if staff is not None and not isinstance(rate, str)
    ]
    whole = sum(staff for _, staff in numbers)
    return float(rounded(sum(rate * staff for rate, staff in numbers) / whole)) if whole else ""


def words(book: SummaryBook, key: str, **gaps: object) -> str:
    """A word of the sheets of places."""
    return book.consolidation.say(f"places.{key}", **gaps)
