"""The consolidated tables: where each row stands, the declared columns as given, and beside them what of them is persons and what collectives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline.store.versions import Role
from pipeline.summarise.data.fields import CODE, Field, Resource, Said, Voices
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.measures import COLLECTIVES, adds_collectives, collectives
from schemas.columns import Column, Kind, TableSpec
from schemas.round.settings import Apart
from schemas.words import ui

PEOPLE = "people"
"""How the columns begin that hold what of a measure is persons; those of collectives begin with their measure's key."""
PROVISIONAL = "provisional"
_TYPES = {Kind.CODE: CODE, Kind.COUNT: pa.int64(), Kind.DECIMAL: pa.float64(), Kind.DATE: pa.date32(), Kind.TEXT: pa.string()}
MOST_WHOLE = 2**53
"""From here on a count stays the floating-point number that the spreadsheet held."""
AT_ONCE = 100_000
"""Rows that are turned into Arrow's arrays at a time: a group of rows of the file."""


def table(consolidation: Consolidation, spec: TableSpec, voices: Voices) -> Resource:
    """One table's rows that count; where the figures are provisional, marked where they count only so."""
    rows = consolidation.tables[spec.key]
    fields = [
        *provenance(voices),
        *(_declared(column, rows[column.key], spec, voices) for column in spec.columns),
        *_apart(spec, rows, voices),
        *([_provisional(voices)] if consolidation.provisional else []),
    ]
    return Resource(
        path=spec.key,
        title=voices.each(lambda round_, _: round_.by_key[spec.key].title),
        description=voices.each(lambda round_, _: round_.by_key[spec.key].note),
        fields=tuple(fields),
        parts=partial(_parts, consolidation, spec, fields),
        key=("sha256", "sheet", "row"),
    )


def provenance(voices: Voices) -> list[Field]:
    """The fields that say whose a row is and where it stands."""
    types = {"agency": CODE, "file": CODE, "sha256": CODE, "sheet": CODE, "row": pa.int64()}
    return [
        Field(
            name,
            kind,
            voices.ui(f"data.fields.{name}.title"),
            voices.ui(f"data.fields.{name}.description"),
            codes="agencies" if name == "agency" else "",
            constraints={"required": True},
        )
        for name, kind in types.items()
    ]


# --- declared columns -------------------------------------------------------------------------------


def _declared(column: Column, values: pd.Series[Any], spec: TableSpec, voices: Voices) -> Field:
    kind = _TYPES[Kind.DECIMAL] if column.kind is Kind.COUNT and bool((values.abs() >= MOST_WHOLE).any()) else _TYPES[column.kind]
    declared = {lang: round_.by_key[spec.key].by_key[column.key] for lang, round_ in voices.rounds.items()}
    remarks = _mixed(column, spec, voices)
    return Field(
        name=column.key,
        type=kind,
        title={lang: each.title for lang, each in declared.items()},
        description={lang: " ".join(filter(None, (each.help, remarks.get(lang)))) for lang, each in declared.items()},
        unit={lang: each.unit for lang, each in declared.items()},
        codes=column.codes,
        constraints=_constraints(column),
    )


def _constraints(column: Column) -> dict[str, Any]:
    """What Table Schema calls the bounds of a column."""
    found: dict[str, Any] = {"required": True} if column.required else {}
    if column.is_number:
        found |= {name: bound for name, bound in (("minimum", column.minimum), ("maximum", column.maximum)) if bound is not None}
    if column.kind is Kind.TEXT:
        found |= {"minLength": column.min_length} if column.min_length else {}
        found |= {"maxLength": column.max_length}
    return found


def _mixed(column: Column, spec: TableSpec, voices: Voices) -> Said:
    """A remark on a measure that counts collectives in some rows: which columns hold persons alone, and collectives alone."""
    apart = collectives(voices.own, spec)
    if apart is None or column.key not in _counted(spec, apart):
        return {}
    people, others = (_key(prefix, column.key, apart) for prefix in (PEOPLE, COLLECTIVES))
    return voices.each(
        lambda round_, lang: ui(
            "data.mixed",
            lang,
            column=round_.by_key[spec.key].by_key[apart.column].title,
            entry=round_.codes_of(spec.by_key[apart.column]).name(apart.code),
            people=people,
            collectives=others,
        )
    )


# --- persons and collectives ------------------------------------------------------------------------


def _counted(spec: TableSpec, apart: Apart) -> list[str]:
    """The measures that count persons in most rows and collectives in some."""
    return [apart.measure, *(each.key for each in spec.measures if adds_collectives(spec, apart, each.key))]


def _key(prefix: str, measure: str, apart: Apart) -> str:
    return prefix if measure == apart.measure else f"{prefix}_{measure}"


def _apart(spec: TableSpec, rows: pd.DataFrame, voices: Voices) -> Iterator[Field]:
    """Two fields beside each such measure's own: persons alone, collectives alone."""
    apart = collectives(voices.own, spec)
    if apart is None:
        return
    for prefix in (PEOPLE, COLLECTIVES):
        for measure in _counted(spec, apart):
            title = voices.each(partial(_title, prefix, measure, spec, apart))
            yield Field(_key(prefix, measure, apart), _type_of(rows[measure]), title, voices.ui(f"data.{prefix}_only", column=measure))


def _type_of(values: pd.Series[Any]) -> pa.DataType:
    return _TYPES[Kind.DECIMAL if bool((values.abs() >= MOST_WHOLE).any()) else Kind.COUNT]


def _title(prefix: str, measure: str, spec: TableSpec, apart: Apart, round_: Any, lang: str) -> str:
    own = round_.by_key[spec.key]
    entry = round_.codes_of(own.by_key[apart.column]).name(apart.code)
    name = entry[:1].lower() + entry[1:]
    if prefix == COLLECTIVES and measure == apart.measure:
        return ui("summary.collectives", lang, name=name)
    return ui(f"data.{prefix}", lang, title=own.by_key[measure].title, entry=name)


def _values_apart(rows: pd.DataFrame, spec: TableSpec, apart: Apart) -> Mapping[str, pd.Series[Any]]:
    """The values of the fields :func:`_apart`: blank in rows of the other kind."""
    is_collective = rows[apart.column] == apart.code
    shown = {PEOPLE: ~is_collective, COLLECTIVES: is_collective}
    return {
        _key(prefix, measure, apart): rows[measure].where(those) for prefix, those in shown.items() for measure in _counted(spec, apart)
    }


# --- rows -------------------------------------------------------------------------------------------


def _provisional(voices: Voices) -> Field:
    title, description = (voices.ui(f"data.fields.{PROVISIONAL}.{part}") for part in ("title", "description"))
    return Field(PROVISIONAL, pa.bool_(), title, description, constraints={"required": True})


def _parts(consolidation: Consolidation, spec: TableSpec, fields: Sequence[Field]) -> Iterator[pa.Table]:
    """The rows, some at a time; one part without rows where there are none."""
    rows, apart = consolidation.tables[spec.key], collectives(consolidation.round_, spec)
    submissions = consolidation.submissions.set_index("submission")
    only_provisional = set(submissions.index[submissions["role"] == Role.TO_CORRECT])
    for start in range(0, max(len(rows), 1), AT_ONCE):
        part = rows.iloc[start : start + AT_ONCE]
        beside = {
            "sha256": part["submission"].map(submissions["sha256"]),
            PROVISIONAL: part["submission"].isin(only_provisional),
            **(_values_apart(part, spec, apart) if apart is not None else {}),
        }
        yield pa.table({each.name: _array(beside[each.name] if each.name in beside else part[each.name], each.type) for each in fields})


def _array(values: pd.Series[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(kind) and values.dtype != "category":
        return pa.array(values, pa.string(), from_pandas=True).cast(kind)
    return pa.array(values, from_pandas=True).cast(kind)
