"""The consolidated tables: where each row stands, and the declared columns as given.

Columns beside them tell persons from collectives (:mod:`pipeline.summarise.data.beside`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline.summarise.data import beside
from pipeline.summarise.data.beside import count_type
from pipeline.summarise.data.fields import CODE, Field, Resource, Voices
from pipeline.summarise.figures.consolidation import Consolidation
from schemas.columns import Column, Kind, TableSpec

_TYPES = {
    Kind.CODE: CODE,
    Kind.DECIMAL: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.TEXT: pa.string(),
}
AT_ONCE = 100_000
"""Rows that are turned into Arrow's arrays at a time: a group of rows of the file."""


def table(consolidation: Consolidation, spec: TableSpec, voices: Voices) -> Resource:
    """Describe one table's rows that count.

    If the figures are provisional, a column marks rows that count only so.
    """
    rows = consolidation.tables[spec.key]
    fields = [
        *provenance(voices),
        *(_declared(column, rows[column.key], spec, voices) for column in spec.columns),
        *beside.fields(consolidation, spec, voices),
    ]
    return Resource(
        path=spec.key,
        title=voices.each(lambda round_: round_.by_key[spec.key].title),
        description=voices.each(lambda round_: round_.by_key[spec.key].note),
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


# --- declared columns -----------------------------------------------------------------------------


def _declared(column: Column, values: pd.Series[Any], spec: TableSpec, voices: Voices) -> Field:
    declared = {
        lang: round_.by_key[spec.key].by_key[column.key] for lang, round_ in voices.rounds.items()
    }
    remarks = beside.remark(column, spec, voices)
    return Field(
        name=column.key,
        type=count_type(values) if column.kind is Kind.COUNT else _TYPES[column.kind],
        title={lang: each.title for lang, each in declared.items()},
        description={
            lang: " ".join(filter(None, (each.help, remarks.get(lang))))
            for lang, each in declared.items()
        },
        unit={lang: each.unit for lang, each in declared.items()},
        codes=column.codes,
        constraints=_constraints(column),
    )


def _constraints(column: Column) -> dict[str, Any]:
    """What Table Schema calls the bounds of a column."""
    found: dict[str, Any] = {"required": True} if column.required else {}
    if column.is_number:
        found |= {
            name: bound
            for name, bound in (("minimum", column.minimum), ("maximum", column.maximum))
            if bound is not None
        }
    if column.kind is Kind.TEXT:
        found |= {"minLength": column.min_length} if column.min_length else {}
        found |= {"maxLength": column.max_length}
    return found


# --- rows -----------------------------------------------------------------------------------------


def _parts(
    consolidation: Consolidation, spec: TableSpec, fields: Sequence[Field]
) -> Iterator[pa.Table]:
    """The rows, some at a time; one part without rows where there are none."""
    rows = consolidation.tables[spec.key]
    for start in range(0, max(len(rows), 1), AT_ONCE):
        part = rows.iloc[start : start + AT_ONCE]
        more = beside.values(part, consolidation, spec)
        yield pa.table(
            {
                each.name: _array(
                    more[each.name] if each.name in more else part[each.name], each.type
                )
                for each in fields
            }
        )


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(kind) and values.dtype != "category":
        return pa.array(values, pa.string(), from_pandas=True).cast(kind)
    return pa.array(values, from_pandas=True).cast(kind)
