"""Checks tables, their sheets and their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from keyword import iskeyword

from schemas.codelists import fold
from schemas.columns import RESERVED, STATE, Column, Kind, TableSpec
from schemas.round.faults import Fault, KeyPath
from schemas.round.round import Round

FILE = "tables.py"
LONGEST_SHEET_NAME = 31
LOCALITIES = "localities"
"""The code list of which an agency may have an entry of its own."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_TAKEN_BY_EXCEL = "history"
"""A sheet name that Excel reserves."""
_KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
"""A key is a Python name, a column of the ledger (where capitals don't count) and a part of defined
names; it doesn't end like the columns that frames add (``x__state``)."""
_LIST = re.compile(r"\w+")
"""The name of a list is a part of defined names. "dm_" before it keeps it from
looking like a cell."""


def of_tables(round_: Round) -> Iterator[Fault]:
    """Yield the faults of the tables together, then of each, then of all sheets."""
    yield from _all(round_)
    for spec in round_.tables:
        yield from chain(_table(spec, round_), _titles(spec))
        for column in spec.columns:
            yield from _column(column, spec, round_)
    yield from _sheets(round_)


def _all(round_: Round) -> Iterator[Fault]:
    place = KeyPath(FILE).at("TABLES")
    keys = [spec.key for spec in round_.tables]
    yield from (
        place.fault("repeated_table", name=key)
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    )
    forms = [spec.key for spec in round_.tables if spec.is_form]
    if len(forms) != 1:
        yield place.fault("one_form", count=len(forms), names=", ".join(forms) or "–")
    if not any(spec.evidence for spec in round_.row_tables):
        yield place.fault("no_evidence")


def _table(spec: TableSpec, round_: Round) -> Iterator[Fault]:
    place = KeyPath(FILE).at(spec.key)
    if not spec.columns:
        yield place.fault("no_columns")
    if spec.prepared:
        unknown = list(place.at("prepared").unknown("list", spec.prepared, round_.codelists))
        yield from unknown
        if not unknown and not any(
            column.prefilled and column.codes == spec.prepared for column in spec.columns
        ):
            yield place.at("prepared").fault("nothing_prefilled", name=spec.prepared)


def _titles(spec: TableSpec) -> Iterator[Fault]:
    """Yield a fault for each title or synonym that two columns share."""
    owners: dict[str, str] = {}
    for column in spec.columns:
        for title in dict.fromkeys(fold(name) for name in (column.title, *column.synonyms)):
            owner = owners.setdefault(title, column.key)
            if owner != column.key:
                yield (
                    KeyPath(FILE)
                    .at(f"{spec.key}.{column.key}")
                    .fault("repeated_title", title=title, other=owner)
                )


def _column(column: Column, spec: TableSpec, round_: Round) -> Iterator[Fault]:
    place = KeyPath(FILE).at(f"{spec.key}.{column.key}")
    if column.key in RESERVED:
        yield place.fault("reserved_key", name=column.key)
    elif not _KEY.fullmatch(column.key) or iskeyword(column.key) or column.key.endswith(STATE):
        yield place.fault("bad_key", name=column.key)
    if not column.title.strip():
        yield place.fault("no_title")
    if (
        column.minimum is not None
        and column.maximum is not None
        and column.minimum > column.maximum
    ):
        yield place.fault("bounds", low=column.minimum, high=column.maximum)
    if column.min_length > column.max_length:
        yield place.fault("bounds", low=column.min_length, high=column.max_length)
    if column.kind is Kind.CODE:
        yield from _codes(column, place, round_)
    if column.own and column.codes != LOCALITIES:
        yield place.fault("own_entry", name=column.key, list=LOCALITIES)
    if column.depends_on:
        yield from _dependent(column, spec, place.at("depends_on"), round_)


def _codes(column: Column, place: KeyPath, round_: Round) -> Iterator[Fault]:
    if column.codes not in round_.codelists:
        yield from place.unknown("list", column.codes, round_.codelists)
    elif not _LIST.fullmatch(column.codes):
        yield place.fault("bad_list_name", name=column.codes)
    elif not round_.codes_of(column).entries:
        yield place.fault("empty_list", name=column.codes)


def _dependent(column: Column, spec: TableSpec, place: KeyPath, round_: Round) -> Iterator[Fault]:
    """Yield the fault of a dropdown that follows another without a rule for its entries."""
    codes = [each.key for each in spec.code_columns]
    yield from place.unknown("code_column", column.depends_on, codes, table=spec.key)
    told = {
        getattr(rule, "parent", "") or getattr(rule, "given", "")
        for rule in round_.rules[spec.key]
        if rule.at == column.key
    }
    if column.depends_on in codes and column.depends_on not in told:
        yield place.fault("no_rule_for_dependent", name=column.key, other=column.depends_on)


# --- sheets ---------------------------------------------------------------------------------------


def _sheets(round_: Round) -> Iterator[Fault]:
    named = [(KeyPath(FILE).at(spec.key), spec.sheet) for spec in dict.fromkeys(round_.tables)]
    named += [
        (KeyPath("round.toml").at(f"sheets.{key}"), name)
        for key, name in vars(round_.sheets).items()
    ]
    seen: set[str] = set()
    for place, name in named:
        yield from _sheet(place, name)
        if name.casefold() in seen:
            yield place.fault("repeated_sheet", name=name)
        seen.add(name.casefold())


def _sheet(place: KeyPath, name: str) -> Iterator[Fault]:
    if not name.strip():
        yield place.fault("no_sheet_name")
    elif len(name) > LONGEST_SHEET_NAME:
        yield place.fault("long_sheet_name", name=name, count=len(name), most=LONGEST_SHEET_NAME)
    elif (
        _FORBIDDEN.search(name)
        or name[0] == "'"
        or name[-1] == "'"
        or name.casefold() == _TAKEN_BY_EXCEL
    ):
        yield place.fault("bad_sheet_name", name=name)
