"""The files of one table: Parquet for programs, CSV for spreadsheets.

CSV is UTF-8 with the mark by which Excel knows it, days are ISO, numbers plain, all texts in
quotation marks, missing values nothing. A spreadsheet takes a text that begins like a formula for
one, and may run it: such a text gets an apostrophe in front, and so does one that begins with an
apostrophe, so that taking the first apostrophe away always gives what was written. Parquet holds it
as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from pipeline.summarise.data.fields import Field, Resource, differing

BOM = b"\xef\xbb\xbf"
MARK = "'"
"""What stands before a text that a spreadsheet could take for a formula."""
_DANGEROUS = r"^['=+\-@\t\r\n＝＋－＠]"
"""How such a text begins, in the full-width forms too; see OWASP, "CSV Injection"."""
LIST_SEPARATOR = " "
_AS_NEEDED = arrow_csv.WriteOptions(quoting_style="needed")


@dataclass
class Bounds:
    """The bounds within which the values of a field lie."""

    nulls: int = 0
    lows: list[Any] = field(default_factory=list)
    highs: list[Any] = field(default_factory=list)

    def take(self, column: pa.ChunkedArray) -> None:
        """Look at a part of the values; of texts at their lengths."""
        self.nulls += column.null_count
        is_text = pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)
        bounds = pc.min_max(pc.utf8_length(column.cast(pa.string())) if is_text else column).as_py()
        if bounds["min"] is not None:
            self.lows.append(bounds["min"])
            self.highs.append(bounds["max"])

    def meets(self, name: str, bound: Any) -> bool:
        """Whether all values meet a constraint."""
        if name == "required":
            return self.nulls == 0
        if name.startswith("min"):
            return all(low >= bound for low in self.lows)
        return all(high <= bound for high in self.highs)


@dataclass
class Extent:
    """How many rows a table has, and which constraints all its values meet, by field."""

    rows: int
    constraints: Mapping[str, Mapping[str, Any]]


def schema_of(resource: Resource, marks: Mapping[str, str]) -> pa.Schema:
    """Return the Arrow schema of a table, with ``marks`` in its metadata.

    Titles, units and code lists are in the metadata of its fields.
    """
    fields = [pa.field(each.name, each.type, metadata=_metadata(each)) for each in resource.fields]
    said = {
        **differing("title", resource.title),
        **differing("description", resource.description),
        **marks,
    }
    return pa.schema(fields, metadata=said)


def _metadata(each: Field) -> dict[str, str]:
    said = {
        **differing("title", each.title),
        **differing("unit", each.unit),
        **differing("description", each.description),
    }
    return {**said, **({"codes": each.codes} if each.codes else {})}


def write_table(
    resource: Resource, marks: Mapping[str, str], csv: Path, parquet: Path | None = None
) -> Extent:
    """Write a table as CSV and, if asked for, as Parquet (zstd), a part of its rows at a time."""
    schema = schema_of(resource, marks)
    plain = _plain_schema(schema)
    bounds = {column.name: Bounds() for column in resource.fields if column.constraints}
    rows = 0
    with ExitStack() as files:
        text = files.enter_context(csv.open("wb"))
        text.write(BOM)
        writer = arrow_csv.CSVWriter(text, plain, write_options=_AS_NEEDED)
        lines = files.enter_context(writer)
        groups = None
        if parquet is not None:
            groups = files.enter_context(pq.ParquetWriter(parquet, schema, compression="zstd"))
        for part in resource.parts():
            rows += len(part)
            lines.write_table(pa.table([_plain(column) for column in part.columns], schema=plain))
            if groups is not None:
                groups.write_table(part.cast(schema))
            for name, bound in bounds.items():
                bound.take(part[name])
    return Extent(rows, _met(resource, bounds))


def _met(resource: Resource, bounds: Mapping[str, Bounds]) -> dict[str, dict[str, Any]]:
    """By field, the constraints that all its values meet."""
    return {
        each.name: {
            name: bound
            for name, bound in each.constraints.items()
            if bounds[each.name].meets(name, bound)
        }
        for each in resource.fields
        if each.constraints
    }


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    return pa.schema(
        [pa.field(each.name, each.type if _is_plain(each.type) else pa.string()) for each in schema]
    )


def _is_plain(kind: pa.DataType) -> bool:
    """Whether CSV has values of a type as they are: they are neither texts nor lists of them."""
    return not (pa.types.is_list(kind) or pa.types.is_string(kind) or pa.types.is_dictionary(kind))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as CSV has it: lists as texts, and texts without danger to a spreadsheet."""
    if pa.types.is_list(column.type):
        column = pc.binary_join(column, LIST_SEPARATOR)
    if _is_plain(column.type):
        return column
    texts = column.cast(pa.string())
    return pc.if_else(
        pc.match_substring_regex(texts, _DANGEROUS),
        pc.binary_join_element_wise(MARK, texts, ""),
        texts,
    )


def as_json(said: Any) -> bytes:
    """Plain data as a JSON file, the same every time."""
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
