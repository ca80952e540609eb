"""Measures: what is added up, under which title and in which unit."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.summarise.figures.dimensions import Dimension
from schemas.columns import Kind, TableSpec
from schemas.round.round import Round
from schemas.round.settings import Apart, title_in
from schemas.words import ui

COLLECTIVES = "collectives"
"""The key of the measure that holds what another measure leaves out: collectives are no persons."""


@dataclass(frozen=True)
class Measure:
    """One number that summaries show. ``unit`` may be empty.

    A rate has a ``part`` and a ``whole``, two measures that it divides; it is blank where the whole is 0.
    """

    key: str
    title: str
    unit: str
    kind: Kind
    part: str = ""
    whole: str = ""
    spread: str = ""
    """The measure that an average spreads over months or agencies."""

    @property
    def is_rate(self) -> bool:
        """Whether it divides two sums rather than being one."""
        return bool(self.part)


def collectives(round_: Round, spec: TableSpec) -> Apart | None:
    """What the round counts apart in this table, if it does."""
    declared = round_.settings.figures.collectives
    return declared if declared and spec.has(declared.measure, declared.column) else None


def measures(round_: Round, spec: TableSpec, lang: str) -> list[Measure]:
    """The measures of a table as people read them; collectives stand behind the measure that leaves them out."""
    apart = collectives(round_, spec)
    said = round_.codes_of(spec.by_key[apart.column]).name(apart.code) if apart else ""
    name = said[:1].lower() + said[1:]
    found: list[Measure] = []
    for column in spec.measures:
        unit = ui("summary.unit_together", lang, unit=column.unit, name=name) if adds_collectives(spec, apart, column.key) else column.unit
        found.append(Measure(column.key, _title(round_, spec, column.key, column.title, lang), unit, column.kind))
        if apart and column.key == apart.measure:
            title = ui("summary.collectives", lang, name=name)
            unit = apart.unit if apart.unit.casefold() in title.casefold() else ""  # it is declared in one language alone
            found.append(Measure(COLLECTIVES, _title(round_, spec, COLLECTIVES, title, lang), unit, column.kind))
    return found


def adds_collectives(spec: TableSpec, apart: Apart | None, key: str) -> bool:
    """Whether a measure adds up persons and collectives: it counts what ``apart`` keeps apart, and leaves nothing out."""
    return apart is not None and spec.has(key) and key != apart.measure and spec.by_key[key].unit == spec.by_key[apart.measure].unit


def rates(round_: Round, spec: TableSpec, lang: str) -> list[Measure]:
    """The rates that the round declares for a table; rows that are counted apart from persons are no part of them."""
    declared = round_.settings.figures.rates.get(spec.key, ())
    return [Measure(rate.key, title_in(rate, lang), "", Kind.DECIMAL, rate.part, rate.whole) for rate in declared]


def averages(round_: Round, spec: TableSpec, lang: str, over: str) -> list[Measure]:
    """The averages ``over`` a month or an agency: of the measures that the round names, else of the first that crossings show."""
    shown = crossed(round_, spec, lang)
    named = round_.settings.figures.averaged.get(spec.key, [each.key for each in shown[:1]])
    return [
        Measure(
            f"{each.key}_{over}",
            ui(f"summary.per_{over}", lang, title=each.title[:1].lower() + each.title[1:]),
            each.unit,
            Kind.DECIMAL,
            spread=each.key,
        )
        for each in shown
        if each.key in named
    ]


def crossed(round_: Round, spec: TableSpec, lang: str) -> list[Measure]:
    """The measures that crossings of a table show: those the round names, else all."""
    named = round_.settings.figures.crossed.get(spec.key)
    return [measure for measure in measures(round_, spec, lang) if named is None or measure.key in named]


def crossed_rates(round_: Round, spec: TableSpec, lang: str) -> list[Measure]:
    """The rates that crossings of a table show: those that the round names among them."""
    named = round_.settings.figures.crossed.get(spec.key, ())
    return [rate for rate in rates(round_, spec, lang) if rate.key in named]


def is_occurrence(round_: Round, spec: TableSpec, key: str) -> bool:
    """Whether sums of a measure count occurrences: one case or person may stand in several rows."""
    return key in round_.settings.figures.occurrences.get(spec.key, ())


def applies(round_: Round, spec: TableSpec, key: str, by: Dimension, code: str) -> bool:
    """Whether a measure can have a value for an entry: persons have none for collectives, and the other way round."""
    apart = collectives(round_, spec)
    of_persons = apart is not None and key in (apart.measure, COLLECTIVES, *(rate.key for rate in rates(round_, spec, "")))
    if apart is None or by.key != apart.column or not of_persons:
        return True
    return (code == apart.code) == (key == COLLECTIVES)


def _title(round_: Round, spec: TableSpec, key: str, title: str, lang: str) -> str:
    return ui("summary.occurrences", lang, title=title) if is_occurrence(round_, spec, key) else title
