"""Join readings into typed frames: one per table for a whole batch of submissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.model import Reading
from schemas.columns import STATE, Column, Kind, State, TableSpec
from schemas.round.round import Round
from schemas.typed_frame import READ, with_own

Readings = Mapping[int, Reading]
"""Readings by submission number."""

Arrays = Mapping[str, np.ndarray[Any, Any]]
"""Values or states of one table, by column."""

_EMPTY = {
    Kind.CODE: (-1, "int16"),
    Kind.COUNT: (np.nan, "float64"),
    Kind.DECIMAL: (np.nan, "float64"),
    Kind.DATE: ("NaT", "datetime64[s]"),
}


def build(readings: Readings, round_: Round) -> dict[str, pd.DataFrame]:
    """Return one typed frame per table of the round (DEVELOPERS.md, "A typed frame").

    Besides, each has ``reading_row``: the row's position in its reading.
    """
    return {spec.key: _frame(readings, spec, round_) for spec in round_.tables}


def _frame(readings: Readings, spec: TableSpec, round_: Round) -> pd.DataFrame:
    """Join one table of all readings; see :func:`build`."""
    parts = [
        (number, reading, reading.tables[spec.key])
        for number, reading in readings.items()
        if spec.key in reading.tables
    ]
    tables = [table for _, _, table in parts]
    sizes = [len(table.rows) for table in tables]
    own = {agency.code: agency.own_locality for agency in round_.agencies}
    data: dict[str, Any] = {
        "submission": np.repeat(np.array([number for number, _, _ in parts], dtype="int64"), sizes),
        "agency": pd.Categorical(
            np.repeat(np.array([reading.agency for _, reading, _ in parts], dtype=object), sizes)
        ),
        "own_locality": np.repeat(
            np.array([own.get(reading.agency, "") for _, reading, _ in parts], dtype=object), sizes
        ),
        "row": _joined([table.rows for table in tables], "int64"),
        "reading_row": _joined([np.arange(size) for size in sizes], "int64"),
    }
    values, states = [table.values for table in tables], [table.states for table in tables]
    for column in spec.columns:
        data[column.key] = _values(column, values, sizes, round_)
        data[column.key + STATE] = _joined(
            _of_column(column.key, states, sizes, State.ABSENT, "uint8"), "uint8"
        )
    frame = with_own(pd.DataFrame(data), spec, round_)
    frame.attrs[READ] = True
    return frame


def _joined(arrays: Sequence[np.ndarray[Any, Any]], dtype: str) -> np.ndarray[Any, Any]:
    return np.concatenate(arrays).astype(dtype, copy=False) if arrays else np.empty(0, dtype=dtype)


def _values(column: Column, values: Sequence[Arrays], sizes: Sequence[int], round_: Round) -> Any:
    if column.kind is Kind.TEXT:
        return pd.array(
            _joined(_of_column(column.key, values, sizes, None, "object"), "object"), dtype="str"
        )
    missing, dtype = _EMPTY[column.kind]
    joined = _joined(_of_column(column.key, values, sizes, missing, dtype), dtype)
    if column.kind is not Kind.CODE:
        return joined
    return pd.Categorical.from_codes(
        joined, dtype=pd.CategoricalDtype(round_.codes_of(column).codes)
    )


def _of_column(
    key: str, of_tables: Sequence[Arrays], sizes: Sequence[int], missing: object, dtype: str
) -> list[np.ndarray[Any, Any]]:
    """Return each table's array of a column; where it lacks it, one filled with ``missing``."""
    # the usual case: no table lacks it
    try:
        return [arrays[key] for arrays in of_tables]
    except KeyError:
        return [
            arrays[key] if key in arrays else np.full(size, missing, dtype=dtype)
            for arrays, size in zip(of_tables, sizes, strict=True)
        ]
