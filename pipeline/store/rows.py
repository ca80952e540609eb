"""The data rows of submissions: one SQL table a declared table, made from the declarations, and the way from a typed frame into it and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.columns import Column, Kind, TableSpec
from schemas.round.round import Round

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE = 10_000
"""Rows that are taken from SQLite at a time: its values are Python objects, ten times as large as typed ones."""
_SQL_TYPES = {Kind.COUNT: "REAL", Kind.DECIMAL: "REAL"}


def table_of(spec: TableSpec, round_: Round) -> str:
    """Name of the SQL table with the rows of ``spec``."""
    return f'"{round_.key}.{spec.key}"'


def prepare(db: sqlite3.Connection, round_: Round) -> bool:
    """Create the row tables; one whose columns changed is made anew, empty. Whether there was such a one."""
    changed = False
    for spec in round_.tables:
        table, columns = table_of(spec, round_), ["submission", "row", *spec.keys, "has_error"]
        known = [row["name"] for row in db.execute(f"PRAGMA table_info({table})")]
        if known == columns:
            continue
        changed |= bool(known)
        declared = ", ".join(f'"{column.key}" {_SQL_TYPES.get(column.kind, "TEXT")}' for column in spec.columns)
        db.execute(f"DROP TABLE IF EXISTS {table}")
        db.execute(
            f"CREATE TABLE {table} (submission INTEGER NOT NULL, row INTEGER NOT NULL, {declared}, "
            "has_error INTEGER NOT NULL, PRIMARY KEY (submission, row)) WITHOUT ROWID",
        )
    return changed


def write(db: sqlite3.Connection, spec: TableSpec, round_: Round, frame: pd.DataFrame) -> None:
    """Add the rows of a typed frame with ``submission``, ``row`` and ``has_error``."""
    if frame.empty:
        return
    columns = (_plain(frame[column.key], column.kind) for column in spec.columns)
    values = zip(frame["submission"].tolist(), frame["row"].tolist(), *columns, frame["has_error"].astype(int).tolist(), strict=True)
    marks = ", ".join("?" * (len(spec.columns) + 3))
    db.executemany(f"INSERT INTO {table_of(spec, round_)} VALUES ({marks})", values)


def typed(db: sqlite3.Connection, spec: TableSpec, round_: Round, clean_only: Sequence[int], columns: Sequence[str]) -> pd.DataFrame:
    """Typed ``columns`` of the chosen submissions' rows, with ``sheet``; of those in ``clean_only`` just the rows without an error."""
    import pandas as pd

    asked = ", ".join(f'r."{key}"' for key in ("submission", "row", *columns, "has_error"))
    query = f"""SELECT {asked}, l.sheet FROM chosen CROSS JOIN {table_of(spec, round_)} r USING (submission)
                JOIN layout l ON l.submission=r.submission AND l.table_key=? ORDER BY chosen.submission, r.row"""
    read = pd.read_sql_query(query, db, params=(spec.key,), chunksize=AT_ONCE)
    kept = (part[~(part["submission"].isin(list(clean_only)) & (part["has_error"] == 1))] for part in read)
    return pd.concat([_typed_frame(part, [spec.by_key[key] for key in columns], round_) for part in kept], ignore_index=True)


def _typed_frame(frame: pd.DataFrame, columns: Sequence[Column], round_: Round) -> pd.DataFrame:
    """Rows as SQLite gives them, typed."""
    typed_ = {c.key: _typed(frame[c.key], c.kind, round_.codes_of(c).codes if c.codes else []) for c in columns}
    return frame.assign(**typed_, sheet=frame["sheet"].astype("str")).drop(columns="has_error")


def stored(db: sqlite3.Connection, spec: TableSpec, round_: Round) -> dict[int, list[tuple[Any, ...]]]:
    """Rows of the chosen submissions as they are kept: row number, then the declared columns."""
    columns = ", ".join(f'r."{key}"' for key in spec.keys)
    query = f"SELECT submission, r.row, {columns} FROM chosen CROSS JOIN {table_of(spec, round_)} r USING (submission) ORDER BY chosen.submission, r.row"
    found: dict[int, list[tuple[Any, ...]]] = {}
    for number, *row in db.execute(query):
        found.setdefault(number, []).append(tuple(row))
    return found


def _plain(values: pd.Series[Any], kind: Kind) -> list[Any]:
    """Values as SQLite takes them: None for missing (as which it takes NaN too), codes as text, dates as ISO text."""
    if kind is Kind.CODE:
        return np.array([*values.cat.categories, None], dtype=object)[values.cat.codes.to_numpy()].tolist()  # type: ignore[no-any-return]
    if kind in _SQL_TYPES:
        return values.tolist()
    texts = values.dt.strftime("%Y-%m-%d") if kind is Kind.DATE else values
    return texts.to_numpy(dtype=object, na_value=None).tolist()  # type: ignore[call-overload, no-any-return]


def _typed(values: pd.Series[Any], kind: Kind, codes: Sequence[str]) -> Any:
    import pandas as pd

    if kind is Kind.CODE:
        return pd.Categorical(values, dtype=pd.CategoricalDtype(list(codes)))
    if kind is Kind.DATE:
        return pd.to_datetime(values, format="%Y-%m-%d").astype("datetime64[s]")
    return values.astype("float64") if kind in _SQL_TYPES else values.astype("str").where(values.notna(), None)
