"""``[figures]`` of ``round.toml`` as frozen dataclasses: what is counted, divided, averaged and counted apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ApartMeasure:
    """What rows of collectives give in the measure ``of``, as a measure of its own: its key, and what it is called."""

    key: str
    of: str
    title: str
    title_vi: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Apart:
    """Rows whose ``column`` is ``code`` count collectives: each of ``measures`` is counted apart from what counts persons.

    ``unit`` is what clerks may write behind their number ("3 tập thể"); blank where they count in the unit of the others.
    """

    column: str
    code: str
    measures: tuple[ApartMeasure, ...]
    unit: str = ""

    def of(self, measures: Collection[str]) -> list[ApartMeasure]:
        """Those that are counted apart from one of ``measures``."""
        return [each for each in self.measures if each.of in measures]


@dataclass(frozen=True)
class Rate:
    """A rate of a table: its measure ``part`` divided by its measure ``whole``."""

    key: str
    title: str
    part: str
    whole: str
    title_vi: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Composition:
    """The parts that the overview's last chart shows: ``measure`` of ``table`` by dimension ``by``."""

    table: str
    by: str
    measure: str


@dataclass(frozen=True)
class Figures:
    """What figures show. Mappings are by table; a table that isn't named shows all its measures."""

    default_table: str
    collectives: Apart | None = None
    loss: str = ""
    crossed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rates: Mapping[str, tuple[Rate, ...]] = field(default_factory=dict)
    concern: Mapping[str, str] = field(default_factory=dict)
    averaged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    composition: Composition | None = None
    occurrences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    thousands: Mapping[str, str] = field(default_factory=dict)
    """By unit, what a thousand of it is called in sentences."""
    per_thousand: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What is shown per 1,000 people who work at an agency, where headcounts are known."""
    rankings: bool = True
    """Whether entries are ranked: no rank, ranking or order by size stands anywhere where it is false."""
