"""Read again rows that count in another unit than their column declares.

Such are rows about collectives in a column that counts persons elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from pipeline.collect.tables.tidy import ColumnReading, Mask
from schemas.columns import Column, State, TableSpec

_NAMED = (State.REPAIRED, State.OTHER_UNIT)
"""States of cells that may name a unit."""


@dataclass(frozen=True)
class Collectives:
    """Which rows count collectives.

    Those whose code ``column`` has the entry at ``position`` of its list. Their ``measures`` are in
    ``unit``.
    """

    column: str
    position: int
    measures: Collection[str]
    unit: str


def recounted(
    columns: Mapping[str, ColumnReading],
    spec: TableSpec,
    collectives: Collectives | None,
    read: Callable[[Column], ColumnReading],
) -> dict[str, ColumnReading]:
    """Return a table's columns, with rows that count collectives read in their own unit.

    ``read`` reads a column again from its cells.
    """
    if collectives is None or collectives.column not in columns:
        return dict(columns)
    counted = columns[collectives.column].values == collectives.position
    again = {
        column.key: _laid_over(
            columns[column.key], read(replace(column, unit=collectives.unit)), counted
        )
        for column in spec.measures
        if column.key in collectives.measures
        and column.key in columns
        and _name_units(columns[column.key], counted)
    }
    return {**columns, **again}


def _name_units(column: ColumnReading, rows: Mask) -> bool:
    """True if a cell in one of the rows may name a unit. Only then its text as found is kept."""
    return any(rows[position] and column.states[position] in _NAMED for position in column.found)


def _laid_over(column: ColumnReading, other: ColumnReading, rows: Mask) -> ColumnReading:
    """Return a column with the cells of ``other`` where ``rows`` is True."""
    found = {position: text for position, text in column.found.items() if not rows[position]}
    found |= {position: text for position, text in other.found.items() if rows[position]}
    return ColumnReading(
        np.where(rows, other.values, column.values),
        np.where(rows, other.states, column.states),
        found,
    )
