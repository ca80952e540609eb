"""The pandera schema of a table's typed frame, made from its declaration."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd
import pandera.pandas as pa

from schemas.columns import Kind, TableSpec

_TYPES: dict[Kind, Any] = {
    Kind.CODE: pd.CategoricalDtype,
    Kind.COUNT: float,
    Kind.DECIMAL: float,
    Kind.DATE: pd.Timestamp,
    Kind.TEXT: pd.Series(dtype="str").dtype,
}
"""A code is missing where blank or not recognised, a number NaN, a date NaT; text is in NFC, missing where blank."""


@lru_cache
def schema_of(spec: TableSpec) -> pa.DataFrameSchema:
    """A typed column a declared one, each of which may be missing: rules say where it must not be."""
    columns = {
        column.key: pa.Column(_TYPES[column.kind], nullable=True, title=column.title, description=column.help) for column in spec.columns
    }
    return pa.DataFrameSchema(columns, name=spec.key)
