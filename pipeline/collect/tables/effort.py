"""What it will cost to judge the free texts of a return, reckoned before anything is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.model import TableReading
from schemas.columns import Column, Kind, TableSpec


def steps(tables: Mapping[str, TableReading], specs: Mapping[str, TableSpec]) -> int:
    """Characters of different texts, each as often as a rule of its column reads it: a rule looks at a text once, however often it stands there."""
    return sum(_of_column(tables[key], column) for key, column in _texts(tables, specs))


def _texts(tables: Mapping[str, TableReading], specs: Mapping[str, TableSpec]) -> Iterator[tuple[str, Column]]:
    for key, table in tables.items():
        yield from ((key, column) for column in specs[key].columns if column.kind is Kind.TEXT and column.key in table.values)


def _of_column(table: TableReading, column: Column) -> int:
    different = {text for text in table.values[column.key] if text}
    return sum(map(len, different)) * _readers(column)


def _readers(column: Column) -> int:
    """How many rules read the texts of a column: that of its length, and that of persons where it is to name none."""
    return 2 if column.anonymous else 1
