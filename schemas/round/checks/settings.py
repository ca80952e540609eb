"""Checks ``round.toml``: window, lists, dimensions, rules between agencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from schemas.columns import Kind, TableSpec
from schemas.round.checks.letters import of_letters
from schemas.round.checks.rules import attributes
from schemas.round.faults import Fault, KeyPath
from schemas.round.round import Round

FILE = "round.toml"
HOURS = 14
"""The greatest offset from UTC of any time zone."""


def of_settings(round_: Round) -> Iterator[Fault]:
    """Yield the faults of everything in ``round.toml`` but figures and summaries."""
    yield from chain(
        _key(round_),
        _window(round_),
        _contact(round_),
        of_letters(round_),
        _across(round_),
        _dimensions(round_),
        _editions(round_),
    )


def _key(round_: Round) -> Iterator[Fault]:
    """Yield the fault of a key that can't name files and tables of the ledger."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", round_.key):
        yield KeyPath(FILE).at("round").fault("bad_round_key", name=round_.key)


def _window(round_: Round) -> Iterator[Fault]:
    window, place = round_.settings.window, KeyPath(FILE).at("window")
    if window.start > window.end:
        yield place.at("end").fault("window.end", start=window.start, end=window.end)
    elif window.opening and not window.start <= window.opening <= window.end:
        yield place.at("opening").fault(
            "window.opening", day=window.opening, start=window.start, end=window.end
        )
    if window.deadline <= window.end:
        yield place.at("deadline").fault("window.deadline", day=window.deadline, end=window.end)
    if abs(window.utc_offset) > HOURS:
        yield place.at("utc_offset").fault("window.utc_offset", hours=window.utc_offset, most=HOURS)


def _contact(round_: Round) -> Iterator[Fault]:
    for role, key in vars(round_.settings.contact).items():
        if key:
            yield from (
                KeyPath(FILE)
                .at(f"contact.{role}")
                .unknown("column", key, round_.info.keys, table=round_.info.key)
            )


def _across(round_: Round) -> Iterator[Fault]:
    tables = {spec.key: spec for spec in round_.row_tables}
    across, place = round_.settings.across, KeyPath(FILE).at("across")
    for at, (table, number, day) in enumerate(across.decisions, 1):
        here = place.at("decisions", at)
        yield from here.unknown("table", table, tables)
        if table in tables:
            yield from here.unknown("column", number, tables[table].keys, table=table)
            yield from here.unknown("column", day, _days(tables[table]), table=table)
    for name, declared in (("counts", across.counts), ("amounts", across.amounts)):
        for at, (table, measure) in enumerate(declared, 1):
            here = place.at(name, at)
            yield from here.unknown("table", table, tables)
            if table in tables:
                yield from here.unknown(
                    "measure",
                    measure,
                    [column.key for column in tables[table].measures],
                    table=table,
                )
    if across.jump.times <= 1 or across.jump.least < 0:
        yield place.at("jump").fault(
            "across.jump", times=across.jump.times, least=across.jump.least
        )


def _days(spec: TableSpec) -> list[str]:
    return [column.key for column in spec.columns if column.kind is Kind.DATE]


def _dimensions(round_: Round) -> Iterator[Fault]:
    columns = {column.key: column for spec in round_.row_tables for column in spec.code_columns}
    for key, (column, attribute) in round_.settings.dimensions.items():
        place = KeyPath(FILE).at(f"dimensions.{key}")
        if key in columns or key in ("agency", "agency_group", "origin"):
            yield place.fault("repeated_dimension", name=key)
        yield from place.unknown("dimension", column, columns)
        if column in columns:
            codes = round_.codes_of(columns[column])
            yield from place.unknown(
                "attribute", attribute, attributes(codes.entries), list=codes.key
            )
    for key in round_.settings.dimension_titles:
        yield from (
            KeyPath(FILE)
            .at(f"dimension_titles.{key}")
            .unknown("dimension", key, round_.settings.dimensions)
        )


def _editions(round_: Round) -> Iterator[Fault]:
    columns = {column.key for spec in round_.row_tables for column in spec.code_columns}
    for number, edition in enumerate(round_.settings.editions, 1):
        place = KeyPath(FILE).at(f"editions.{number}")
        yield from place.at("lists").unknown("list", edition.lists, round_.codelists)
        yield from place.at("dimension").unknown("dimension", edition.dimension, sorted(columns))
    for key in round_.settings.edition:
        yield from KeyPath(FILE).at(f"edition.{key}").unknown("list", key, round_.codelists)
