"""The pandera schema of a table's typed frame, made from its declaration."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.engines import pandas_engine

from schemas.columns import Kind, TableSpec


class _Text(pandas_engine.STRING):
    """pandas' own type of text, told for a whole column: pandera's tells it cell by cell, which costs more than all other types together."""

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:
        return bool(pandera_dtype.type == self.type)


_TYPES: dict[Kind, Any] = {
    Kind.CODE: pd.CategoricalDtype,
    Kind.COUNT: float,
    Kind.DECIMAL: float,
    Kind.DATE: pd.Timestamp,
    Kind.TEXT: _Text(),  # type: ignore[call-arg]
}
"""A code is missing where blank or not recognised, a number NaN, a date NaT; text is in NFC, missing where blank."""


@lru_cache
def schema_of(spec: TableSpec) -> pa.DataFrameSchema:
    """A typed column a declared one, each of which may be missing: rules say where it must not be."""
    columns = {
        column.key: pa.Column(_TYPES[column.kind], nullable=True, title=column.title, description=column.help) for column in spec.columns
    }
    return pa.DataFrameSchema(columns, name=spec.key)
