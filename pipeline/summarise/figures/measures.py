"""Measures: what summaries show as numbers, under which title and in which unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.summarise.figures.dimensions import Dimension
from pipeline.summarise.figures.rounding import figure
from schemas.columns import Kind, TableSpec
from schemas.round.counting import Apart
from schemas.round.round import Round
from schemas.round.settings import title_in


@dataclass(frozen=True)
class Measure:
    """A number that summaries show: a sum, or one that is divided. ``unit`` may be empty."""

    key: str
    title: str
    unit: str
    kind: Kind

    @property
    def added(self) -> str:
        """The key of what is added up for it; of a rate, of its part."""
        return self.key

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of all that a row must give to count in it."""
        return (self.added,)

    @property
    def given_as(self) -> str:
        """The key under which the agencies that gave it are counted."""
        return self.key

    @property
    def needed(self) -> tuple[str, ...]:
        """The keys of the figures that its cell is made from."""
        return (self.key,)

    def cell(self, figures: Mapping[str, Any], nothing: str | int) -> Any:
        """Its figure as a cell shows it; ``nothing`` where nobody gave it."""
        return figure(figures[self.key], nothing)

    def format_of(self, *columns: Any) -> str:
        """The format of its cells: with decimals if some value in these columns has any."""
        is_whole = all((np.nan_to_num(values) % 1 == 0).all() for values in columns)
        return "count" if is_whole else "amount"


@dataclass(frozen=True)
class Sum(Measure):
    """What a column of the form adds up to."""


@dataclass(frozen=True)
class Rate(Measure):
    """One sum divided by another, over the rows that give both; blank where the whole is 0."""

    part: str
    whole: str

    @property
    def part_key(self) -> str:
        """The key of the sum of its part over the rows that give both."""
        return f"{self.key}_part"

    @property
    def whole_key(self) -> str:
        """The key of the sum of its whole over the rows that give both."""
        return f"{self.key}_whole"

    @property
    def terms(self) -> Mapping[str, tuple[str, str]]:
        """By ``part`` and ``whole``: the key of the sum, and the key of the measure it is of."""
        return {"part": (self.part_key, self.part), "whole": (self.whole_key, self.whole)}

    @property
    def added(self) -> str:
        return self.part

    @property
    def sources(self) -> tuple[str, ...]:
        return self.part, self.whole

    @property
    def needed(self) -> tuple[str, ...]:
        return self.key, self.whole_key

    def cell(self, figures: Mapping[str, Any], nothing: str | int) -> Any:
        return super().cell(figures, "" if figures[self.whole_key] == 0 else nothing)

    def format_of(self, *_columns: Any) -> str:
        return "rate"


@dataclass(frozen=True)
class Term(Sum):
    """The part or the whole of a rate (``of``), summed over the rows that give both."""

    of: str
    rate: Rate

    @property
    def added(self) -> str:
        return self.of

    @property
    def sources(self) -> tuple[str, ...]:
        return self.rate.sources

    @property
    def given_as(self) -> str:
        return self.rate.key


@dataclass(frozen=True)
class Average(Measure):
    """A measure (``of``) divided by the months of a period, or by the agencies that gave it."""

    of: str

    @property
    def added(self) -> str:
        return self.of

    def format_of(self, *_columns: Any) -> str:
        return "average"


def collectives(round_: Round, spec: TableSpec) -> Apart | None:
    """What the round counts apart in this table; None if it counts nothing apart."""
    declared = round_.settings.figures.collectives
    return declared if declared and spec.has(declared.column) and declared.of(spec.by_key) else None


def apart_keys(round_: Round, spec: TableSpec) -> dict[str, str]:
    """By the key of each measure of persons, the key of the collectives that it leaves out."""
    apart = collectives(round_, spec)
    return {measure.of: measure.key for measure in apart.of(spec.by_key)} if apart else {}


def measures(round_: Round, spec: TableSpec) -> list[Sum]:
    """The sums of a table as people read them: those of its columns, then what is counted apart."""
    sums = [
        Sum(column.key, _title(round_, spec, column.key, column.title), column.unit, column.kind)
        for column in spec.measures
    ]
    apart = collectives(round_, spec)
    for declared in apart.of(spec.by_key) if apart else ():
        title = title_in(declared, round_.lang)
        # the unit is declared in one language alone
        unit = apart.unit if apart and apart.unit.casefold() in title.casefold() else ""
        kind = spec.by_key[declared.of].kind
        sums.append(Sum(declared.key, _title(round_, spec, declared.key, title), unit, kind))
    return sums


def rates(round_: Round, spec: TableSpec) -> list[Rate]:
    """The rates that the round declares for a table. They leave out what is counted apart."""
    declared = round_.settings.figures.rates.get(spec.key, ())
    return [
        Rate(rate.key, title_in(rate, round_.lang), "", Kind.DECIMAL, rate.part, rate.whole)
        for rate in declared
    ]


def with_terms(round_: Round, spec: TableSpec, listed: Iterable[Measure]) -> list[Measure]:
    """The measures, each rate behind its part and whole: a rate alone doesn't say of how many."""
    sums = {measure.key: measure for measure in measures(round_, spec)}
    found: list[Measure] = []
    for measure in listed:
        if isinstance(measure, Rate):
            found += [_term(round_, measure, name, sums) for name in measure.terms]
        found.append(measure)
    return found


def _term(round_: Round, rate: Rate, name: str, sums: Mapping[str, Sum]) -> Term:
    key, of = rate.terms[name]
    said = round_.say(f"summary.rate_{name}", rate=rate.title, title=lowered(sums[of].title))
    return Term(key, said, sums[of].unit, sums[of].kind, of, rate)


def lowered(title: str) -> str:
    """A title as it stands within a line."""
    return title[:1].lower() + title[1:]


def averages(round_: Round, spec: TableSpec, over: str) -> list[Average]:
    """Averages ``over`` a ``month`` or an ``agency``, of the measures that the round names.

    If it names none: of the first that crossings show.
    """
    shown = crossed(round_, spec)
    named = round_.settings.figures.averaged.get(spec.key, [measure.key for measure in shown[:1]])
    return [
        Average(
            f"{measure.key}_{over}",
            round_.say(f"summary.per_{over}", title=lowered(measure.title)),
            measure.unit,
            Kind.DECIMAL,
            measure.key,
        )
        for measure in shown
        if measure.key in named
    ]


def over_agencies(round_: Round, spec: TableSpec) -> list[Average]:
    """Averages over all agencies; none if they are of several groups: those aren't alike."""
    groups = {agency.group for agency in round_.in_scope}
    return averages(round_, spec, "agency") if len(groups) == 1 else []


def crossed(round_: Round, spec: TableSpec) -> list[Sum]:
    """The measures that crossings of a table show: those the round names, else all."""
    named = round_.settings.figures.crossed.get(spec.key)
    return [measure for measure in measures(round_, spec) if named is None or measure.key in named]


def crossed_rates(round_: Round, spec: TableSpec) -> list[Rate]:
    """The rates that crossings of a table show: those that the round names among them."""
    named = round_.settings.figures.crossed.get(spec.key, ())
    return [rate for rate in rates(round_, spec) if rate.key in named]


def is_occurrence(round_: Round, spec: TableSpec, key: str) -> bool:
    """True if sums of a measure count occurrences: one person may stand in several rows."""
    return key in round_.settings.figures.occurrences.get(spec.key, ())


def applies(round_: Round, spec: TableSpec, measure: Measure, by: Dimension, code: str) -> bool:
    """True if a measure can have a value for an entry.

    Measures of persons have none for the entry of collectives, and the other way round.
    """
    apart, keys = collectives(round_, spec), apart_keys(round_, spec)
    of_persons = measure.added in keys or isinstance(measure, Rate | Term)
    of_collectives = measure.added in keys.values()
    if apart is None or by.key != apart.column or not (of_persons or of_collectives):
        return True
    return (code == apart.code) != of_persons


def _title(round_: Round, spec: TableSpec, key: str, title: str) -> str:
    return (
        round_.say("summary.occurrences", title=title)
        if is_occurrence(round_, spec, key)
        else title
    )
