"""Read again rows that count in another unit than their column declares.

Such are rows about collectives in a column that counts persons elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from pipeline.collect.tables.tidy import Tidied
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
    columns: Mapping[str, Tidied],
    spec: TableSpec,
    collectives: Collectives | None,
    read: Callable[[Column], Tidied],
) -> dict[str, Tidied]:
    """Return a table's columns, with rows that count collectives read in their own unit.

    ``read`` reads a column again from its cells.
    """
    found = dict(columns)
    if collectives is None or collectives.column not in columns:
        return found
    counted = columns[collectives.column].values == collectives.position
    for column in spec.measures:
        if (
            column.key in collectives.measures
            and column.key in columns
            and _name_units(columns[column.key], counted)
        ):
            found[column.key] = _laid_over(
                columns[column.key], read(replace(column, unit=collectives.unit)), counted
            )
    return found


def _name_units(column: Tidied, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> bool:
    """True if a cell in one of the rows may name a unit. Only then its text as found is kept."""
    return any(rows[at] and column.states[at] in _NAMED for at in column.found)


def _laid_over(
    column: Tidied, other: Tidied, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Tidied:
    """Return a column with the cells of ``other`` where ``rows`` is True."""
    found = {
        at: text
        for read, wanted in ((column, False), (other, True))
        for at, text in read.found.items()
        if rows[at] == wanted
    }
    return Tidied(
        np.where(rows, other.values, column.values),
        np.where(rows, other.states, column.states),
        found,
    )
