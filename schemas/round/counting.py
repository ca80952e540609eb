"""``[figures]`` of ``round.toml`` as frozen dataclasses: what is counted, divided, averaged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ApartMeasure:
    """The measure ``of`` of rows of collectives alone: a measure of its own, with key and title."""

    key: str
    of: str
    title: str
    title_vi: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Apart:
    """Rows whose ``column`` is ``code`` count collectives: their ``measures`` are counted apart.

    ``unit``: what clerks may write behind the number ("3 tập thể"); blank: the column's unit.
    """

    column: str
    code: str
    measures: tuple[ApartMeasure, ...]
    unit: str = ""

    def of(self, measures: Collection[str]) -> list[ApartMeasure]:
        """The measures that are counted apart from one of ``measures``."""
        return [each for each in self.measures if each.of in measures]


@dataclass(frozen=True)
class DeclaredRate:
    """A rate of a table: its measure ``part`` divided by its measure ``whole``."""

    key: str
    title: str
    part: str
    whole: str
    title_vi: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Composition:
    """What the overview's last chart shows: ``measure`` of ``table`` by dimension ``by``."""

    table: str
    by: str
    measure: str


@dataclass(frozen=True)
class Figures:
    """All of ``[figures]``. Mappings are by table; a table not named shows all its measures."""

    default_table: str
    collectives: Apart | None = None
    borrowed: tuple[str, ...] = ()
    """Measures of other tables that summaries show beside those of the table they count."""
    crossed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rates: Mapping[str, tuple[DeclaredRate, ...]] = field(default_factory=dict)
    concern: Mapping[str, str] = field(default_factory=dict)
    averaged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    composition: Composition | None = None
    occurrences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    thousands: Mapping[str, str] = field(default_factory=dict)
    """By unit, the word for a thousand of it in sentences."""
    per_thousand: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By table, the measures shown per 1,000 people at an agency, if headcounts are known."""
    least_whole: int = 0
    """The fewest that a rate must be of to be ranked or compared: of fewer it is mostly chance."""
    rankings: bool = True
    """False leaves out all ranks, rankings and orders by size."""
