"""Checks ``[figures]`` and ``[[summaries]]``: tables, measures, rates and dimensions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from schemas.columns import TableSpec
from schemas.round.counting import Apart
from schemas.round.faults import Fault, KeyPath
from schemas.round.round import Round
from schemas.round.settings import CONTENT_FILE, PROGRESS_FILE, Summary

FILE = "round.toml"
COLLECTIVES = "collectives"
OVER_AGENCIES = "_agency"
"""Suffix of the key of a measure's average over agencies. It is no indicator: different numbers
of agencies report on each place."""
PER_THOUSAND = "_per_1000"
"""Suffix of the key of a measure per 1,000 people who work at an agency."""
_WORKBOOK = re.compile(r"[\w .\-]+\.xlsx")


@dataclass(frozen=True)
class FigureNames:
    """What figures can be made of each table of rows."""

    round_: Round

    @cached_property
    def tables(self) -> Mapping[str, TableSpec]:
        """Tables of rows by key."""
        return {spec.key: spec for spec in self.round_.row_tables}

    def sums(self, table: str) -> list[str]:
        """Measures that are added up: declared ones, and those counted apart."""
        spec, apart = self.tables[table], self.round_.settings.figures.collectives
        beside = apart.of(spec.by_key) if apart and spec.has(apart.column) else []
        return [*(column.key for column in spec.measures), *(each.key for each in beside)]

    def rates(self, table: str) -> list[str]:
        """Rates of a table."""
        return [rate.key for rate in self.round_.settings.figures.rates.get(table, ())]

    def dimensions(self, table: str) -> list[str]:
        """Dimensions of a table: code columns, their attributes, the reporting agency."""
        columns = [column.key for column in self.tables[table].code_columns]
        derived = [
            key for key, (column, _) in self.round_.settings.dimensions.items() if column in columns
        ]
        return [*columns, *derived, "agency", "agency_group"]

    @cached_property
    def every_dimension(self) -> list[str]:
        """Dimensions of any table."""
        return list(dict.fromkeys(chain(*(self.dimensions(table) for table in self.tables))))

    def indicators(self, dimension: str) -> list[str]:
        """What a map of a dimension's entries can show: sums, rates, measures per 1,000 staff."""
        counted, against = (
            [table for table in self.tables if dimension in self.dimensions(table)],
            self.round_.settings.figures.per_thousand,
        )
        sums = list(dict.fromkeys(chain(*(self.sums(table) for table in counted))))
        per_thousand = [key + PER_THOUSAND for table in counted for key in against.get(table, ())]
        return [*sums, *chain(*(self.rates(table) for table in counted)), *per_thousand]


def of_figures(round_: Round) -> Iterator[Fault]:
    """Yield the faults of ``[figures]`` and ``[[summaries]]``."""
    known = FigureNames(round_)
    yield from chain(
        _plain(known),
        _collectives(known),
        _by_table(known),
        _rates(known),
        _composition(known),
        _summaries(known),
    )


def _plain(known: FigureNames) -> Iterator[Fault]:
    figures, place = known.round_.settings.figures, KeyPath(FILE).at("figures")
    yield from place.at("default_table").unknown("table", figures.default_table, known.tables)
    measures = [column.key for spec in known.tables.values() for column in spec.measures]
    yield from place.at("borrowed").unknown(
        "any_measure", figures.borrowed, dict.fromkeys(measures)
    )


def _collectives(known: FigureNames) -> Iterator[Fault]:
    apart, place = (
        known.round_.settings.figures.collectives,
        KeyPath(FILE).at("figures", COLLECTIVES),
    )
    if apart is None:
        return
    taken = {key for spec in known.tables.values() for key in spec.keys}
    for number, each in enumerate(apart.measures, 1):
        if not any(spec.has(each.of, apart.column) for spec in known.tables.values()):
            yield place.at("measures", number).fault(
                "nothing_apart", measure=each.of, column=apart.column
            )
        if each.key in taken:
            yield place.at("measures", number, "key").fault("repeated_measure", name=each.key)
        taken.add(each.key)
    for spec in known.tables.values():
        if spec.has(apart.column) and apart.of(spec.by_key):
            yield from _of_table(known, spec, apart, place)


def _of_table(known: FigureNames, spec: TableSpec, apart: Apart, place: KeyPath) -> Iterator[Fault]:
    """Yield the faults of what is counted apart in a table.

    They are of its column, its code, and of measures that would add up persons and collectives.
    """
    if spec.by_key[apart.column] in spec.code_columns:
        codes = known.round_.codes_of(spec.by_key[apart.column])
        yield from place.at("code").unknown("code", apart.code, codes.by_code, list=codes.key)
    else:
        yield place.at("column").fault("not_a.code_column", name=apart.column, table=spec.key)
    split = {each.of for each in apart.of(spec.by_key)}
    measures = [column.key for column in spec.measures]
    yield from place.at("measures").unknown("measure", sorted(split), measures, table=spec.key)
    units = {spec.by_key[key].unit for key in split} - {""}
    for column in spec.measures:
        if column.unit in units and column.key not in split:
            yield place.at("measures").fault(
                "not_apart", measure=column.key, table=spec.key, unit=column.unit
            )


def _by_table(known: FigureNames) -> Iterator[Fault]:
    figures, place = known.round_.settings.figures, KeyPath(FILE).at("figures")
    for key in ("crossed", "rates", "concern", "averaged", "occurrences", "per_thousand"):
        declared: Mapping[str, object] = getattr(figures, key)
        yield from (
            fault
            for table in declared
            for fault in place.at(key, table).unknown("table", table, known.tables)
        )
    for table in known.tables:
        sums, rates = known.sums(table), known.rates(table)
        yield from place.at("crossed", table).unknown(
            "measure", figures.crossed.get(table, ()), [*sums, *rates], table=table
        )
        yield from place.at("averaged", table).unknown(
            "measure", figures.averaged.get(table, ()), sums, table=table
        )
        yield from place.at("per_thousand", table).unknown(
            "measure", figures.per_thousand.get(table, ()), sums, table=table
        )
        yield from place.at("occurrences", table).unknown(
            "measure", figures.occurrences.get(table, ()), sums, table=table
        )
        if table in figures.concern:
            yield from place.at("concern", table).unknown(
                "rate", figures.concern[table], rates, table=table
            )


def _rates(known: FigureNames) -> Iterator[Fault]:
    for table, rates in known.round_.settings.figures.rates.items():
        if table not in known.tables:
            continue
        measures = [column.key for column in known.tables[table].measures]
        taken = [*known.tables[table].keys, *known.sums(table)]
        for number, rate in enumerate(rates, 1):
            place = KeyPath(FILE).at(f"figures.rates.{table}.{number}")
            yield from place.at("part").unknown("measure", rate.part, measures, table=table)
            yield from place.at("whole").unknown("measure", rate.whole, measures, table=table)
            if rate.key in taken:
                yield place.at("key").fault("repeated_rate", name=rate.key)
            taken.append(rate.key)


def _composition(known: FigureNames) -> Iterator[Fault]:
    asked, place = (
        known.round_.settings.figures.composition,
        KeyPath(FILE).at("figures.composition"),
    )
    if asked is None:
        return
    yield from place.at("table").unknown("table", asked.table, known.tables)
    if asked.table in known.tables:
        yield from place.at("by").unknown("dimension", asked.by, known.dimensions(asked.table))
        yield from place.at("measure").unknown(
            "measure", asked.measure, known.sums(asked.table), table=asked.table
        )


def _summaries(known: FigureNames) -> Iterator[Fault]:
    files = {PROGRESS_FILE, CONTENT_FILE}
    for number, summary in enumerate(known.round_.settings.summaries, 1):
        place = KeyPath(FILE).at(f"summaries.{number}")
        if not _WORKBOOK.fullmatch(summary.file):
            yield place.at("file").fault("bad_file_name", name=summary.file, ending=".xlsx")
        if summary.file.casefold() in files:
            yield place.at("file").fault("repeated_file", name=summary.file)
        files.add(summary.file.casefold())
        yield from place.at("dimension").unknown(
            "dimension", summary.dimension, known.every_dimension
        )
        yield from place.at("crossings").unknown(
            "dimension", summary.crossings, known.every_dimension
        )
        if summary.parent:
            yield from place.at("parent").unknown(
                "dimension", summary.parent, known.every_dimension
            )
        yield from _indicators(known, summary, place)


def _indicators(known: FigureNames, summary: Summary, place: KeyPath) -> Iterator[Fault]:
    """Yield the faults of what the map shows. Averages over agencies are refused."""
    indicators = known.indicators(summary.dimension)
    averages = [
        key
        for key in summary.indicators
        if key not in indicators and key.removesuffix(OVER_AGENCIES) in indicators
    ]
    yield from (place.at("indicators").fault("average_by_place", name=key) for key in averages)
    yield from place.at("indicators").unknown(
        "indicator", [key for key in summary.indicators if key not in averages], indicators
    )
    for key in ("ranked", "lowest_is_worst"):
        yield from place.at(key).unknown("indicator", getattr(summary, key), summary.indicators)
