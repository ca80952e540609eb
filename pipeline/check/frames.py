"""From readings to typed frames: one frame a table for a whole batch of submissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.model import Reading, TableReading
from schemas.columns import STATE, Column, Kind, State, TableSpec
from schemas.round import Round

Readings = Mapping[int, Reading]
"""Readings by submission number."""

_EMPTY = {Kind.CODE: (-1, "int16"), Kind.COUNT: (np.nan, "float64"), Kind.DECIMAL: (np.nan, "float64"), Kind.DATE: ("NaT", "datetime64[s]")}


def build(readings: Readings, round_: Round) -> dict[str, pd.DataFrame]:
    """One typed frame a table of the round (DEVELOPERS.md, "A typed frame"), with ``position`` in its reading beside."""
    return {spec.key: _frame(readings, spec, round_) for spec in round_.tables}


def _frame(readings: Readings, spec: TableSpec, round_: Round) -> pd.DataFrame:
    parts = [(number, reading, reading.tables[spec.key]) for number, reading in readings.items() if spec.key in reading.tables]
    sizes = [len(table.rows) for _, _, table in parts]
    own = {agency.code: agency.own_locality for agency in round_.agencies}
    data: dict[str, Any] = {
        "submission": np.repeat(np.array([number for number, _, _ in parts], dtype="int64"), sizes),
        "agency": pd.Categorical(np.repeat(np.array([reading.agency for _, reading, _ in parts], dtype=object), sizes)),
        "own_locality": np.repeat(np.array([own.get(reading.agency, "") for _, reading, _ in parts], dtype=object), sizes),
        "row": _joined([table.rows for _, _, table in parts], "int64"),
        "position": _joined([np.arange(size) for size in sizes], "int64"),
    }
    for column in spec.columns:
        data[column.key] = _values(column, [table for _, _, table in parts], round_)
        data[column.key + STATE] = _joined([_states(table, column.key) for _, _, table in parts], "uint8")
    return pd.DataFrame(data)


def _joined(arrays: Sequence[np.ndarray[Any, Any]], dtype: str) -> np.ndarray[Any, Any]:
    return np.concatenate(arrays).astype(dtype, copy=False) if arrays else np.empty(0, dtype=dtype)


def _states(table: TableReading, key: str) -> np.ndarray[Any, Any]:
    return table.states[key] if key in table.states else np.full(len(table.rows), State.ABSENT, dtype="uint8")


def _values(column: Column, tables: Sequence[TableReading], round_: Round) -> Any:
    if column.kind is Kind.TEXT:
        return pd.array(_joined([_column(table, column.key, None, "object") for table in tables], "object"), dtype="str")
    missing, dtype = _EMPTY[column.kind]
    values = _joined([_column(table, column.key, missing, dtype) for table in tables], dtype)
    if column.kind is not Kind.CODE:
        return values
    return pd.Categorical.from_codes(values, dtype=pd.CategoricalDtype(round_.codes_of(column).codes))


def _column(table: TableReading, key: str, missing: object, dtype: str) -> np.ndarray[Any, Any]:
    return table.values[key] if key in table.values else np.full(len(table.rows), missing, dtype=dtype)
