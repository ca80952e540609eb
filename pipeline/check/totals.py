"""T02: compare an agency's own total rows with the sums of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pipeline.check.findings import Found, plain
from pipeline.check.frames import Readings
from pipeline.check.rules import Faults
from pipeline.model import Finding, Severity, TableReading, Total
from schemas.columns import DECIMALS, State, TableSpec
from schemas.round.round import Round
from schemas.rules.catalogue import OWN_TOTAL

MOST_LEVELS = 40
"""How many totals before or after a total it may add up to: groups may be nested."""


def of_totals(readings: Readings, errors: Faults, round_: Round) -> Found:
    """Yield one finding per number of a total row that is no sum of rows.

    Columns with another error are skipped: that explains the difference.
    """
    for number, reading in readings.items():
        for spec in round_.row_tables:
            table = reading.tables.get(spec.key)
            if table is not None and table.totals:
                yield from (
                    (number, finding) for finding in _of_table(table, spec, errors, number, round_)
                )


def _of_table(
    table: TableReading, spec: TableSpec, errors: Faults, number: int, round_: Round
) -> Iterator[Finding]:
    """Yield the findings on the total rows of one table."""
    edges = [total.row for total in table.totals]
    for column in spec.measures:
        if column.key not in table.values or number in errors.get((spec.key, column.key), ()):
            continue
        # cells that a merged one covers have no number: the sum is unknown
        if (table.states[column.key] == State.MERGED).any():
            continue
        values = np.nan_to_num(table.values[column.key])
        for total in table.totals:
            stated = total.numbers.get(column.key)
            if stated is None or any(
                not round(stated - each, DECIMALS)
                for each in _sums(values, table.rows, total, edges)
            ):
                continue
            texts = {
                "stated": plain(stated, column, round_),
                "sum": plain(float(values.sum()), column, round_),
            }
            yield Finding(
                OWN_TOTAL,
                Severity.ERROR,
                "own_total",
                {"title": column.title, "label": total.label, **texts},
                sheet=table.sheet,
                cells=(table.address(column.key, total.row),),
                column=column.title,
                value=texts["stated"],
            )


def _sums(
    values: np.ndarray[Any, Any], rows: np.ndarray[Any, Any], total: Total, edges: list[int]
) -> Iterator[float]:
    """Yield the sums that a total row may state.

    All rows, the group that it names, the rows above, the rows below, then the rows between it and
    another total, the nearest total first.
    """
    at = total.row
    yield float(values.sum())
    if total.group:
        yield float(values[np.isin(rows, list(total.group))].sum())
    yield float(values[rows < at].sum())
    yield float(values[rows > at].sum())
    for edge in [e for e in reversed(edges) if e < at][:MOST_LEVELS]:
        yield float(values[(rows < at) & (rows > edge)].sum())
    for edge in [e for e in edges if e > at][:MOST_LEVELS]:
        yield float(values[(rows > at) & (rows < edge)].sum())
