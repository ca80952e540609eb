"""Store the rows of submissions: one SQL table per declared table, to and from typed frames."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.store import schema
from schemas.columns import Column, Kind, TableSpec
from schemas.round.round import Round

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE = 10_000
"""Rows taken from SQLite at a time: as Python objects they need ten times the memory of typed
ones."""
_SQL_TYPES = {Kind.COUNT: "REAL", Kind.DECIMAL: "REAL"}


def table_of(spec: TableSpec, round_: Round) -> str:
    """Return the name of the SQL table for the rows of ``spec``."""
    return f'"{round_.key}.{spec.key}"'


def layout_of(spec: TableSpec, round_: Round) -> str:
    """Return a digest of how rows are stored: columns, kinds, codes.

    Rows of one layout can't be read as those of another.
    """
    columns = [
        (column.key, column.kind, sorted(round_.codes_of(column).codes) if column.codes else ())
        for column in spec.columns
    ]
    return hashlib.sha256(repr(columns).encode()).hexdigest()[:12]


def missing(db: sqlite3.Connection, round_: Round) -> list[TableSpec]:
    """Return the declared tables that have no SQL table yet."""
    known = {key for (key,) in db.execute("SELECT table_key FROM row_table")}
    return [spec for spec in round_.tables if spec.key not in known]


def make_missing(db: sqlite3.Connection, round_: Round) -> None:
    """Create the missing SQL tables. Call within a transaction."""
    for spec in missing(db, round_):
        _create(db, spec, round_)


def _create(db: sqlite3.Connection, spec: TableSpec, round_: Round) -> None:
    declared = ", ".join(
        f'"{column.key}" {_SQL_TYPES.get(column.kind, "TEXT")}' for column in spec.columns
    )
    db.execute(
        f"CREATE TABLE {table_of(spec, round_)} "
        f"(submission INTEGER NOT NULL, row INTEGER NOT NULL, {declared}, "
        "has_error INTEGER NOT NULL, PRIMARY KEY (submission, row)) WITHOUT ROWID",
    )
    _note_layout(db, spec, layout_of(spec, round_))


def _note_layout(db: sqlite3.Connection, spec: TableSpec, layout: str) -> None:
    db.execute("INSERT OR REPLACE INTO row_table VALUES (?, ?)", (spec.key, layout))


# --- when a declaration changes -------------------------------------------------------------------


def changed(db: sqlite3.Connection, round_: Round) -> list[TableSpec]:
    """Return the tables whose rows another declaration laid out."""
    kept = {row["table_key"]: row["layout"] for row in db.execute("SELECT * FROM row_table")}
    return [
        spec
        for spec in round_.tables
        if kept.get(spec.key, "") not in ("", layout_of(spec, round_))
    ]


def lay_anew(db: sqlite3.Connection, round_: Round) -> None:
    """Give changed tables today's columns; keep their rows apart until judged again.

    Rows that were kept apart for today's layout are taken back. Call within a transaction.
    """
    kept = {row["table_key"]: row["layout"] for row in db.execute("SELECT * FROM row_table")}
    for spec in changed(db, round_):
        layout = layout_of(spec, round_)
        db.execute(
            f"ALTER TABLE {table_of(spec, round_)} RENAME TO {_apart(spec, round_, kept[spec.key])}"
        )
        if _apart(spec, round_, layout) in apart(db, round_):
            db.execute(
                f"ALTER TABLE {_apart(spec, round_, layout)} RENAME TO {table_of(spec, round_)}"
            )
            _note_layout(db, spec, layout)
        else:
            _create(db, spec, round_)


def _apart(spec: TableSpec, round_: Round, layout: str) -> str:
    """Return the name of the SQL table for rows of ``spec`` in another layout."""
    return f'"{round_.key}.{spec.key}@{layout}"'


def apart(db: sqlite3.Connection, round_: Round) -> list[str]:
    """Return the names of SQL tables with rows kept apart."""
    starts = tuple(f"{round_.key}.{spec.key}@" for spec in round_.tables)
    return [f'"{name}"' for name in sorted(schema.tables(db)) if name.startswith(starts)]


def submissions_apart(db: sqlite3.Connection, round_: Round) -> set[int]:
    """Return the submissions that have rows kept apart."""
    return {
        number
        for table in apart(db, round_)
        for (number,) in db.execute(f"SELECT DISTINCT submission FROM {table}")
    }


def drop_empty_apart(db: sqlite3.Connection, round_: Round) -> None:
    """Drop tables of rows kept apart that are empty. Call within a transaction."""
    for table in apart(db, round_):
        if db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
            db.execute(f"DROP TABLE {table}")


def adopt(db: sqlite3.Connection, round_: Round) -> None:
    """Note the layout of tables made before layouts were noted: today's if it fits, else unknown.

    Call within a transaction.
    """
    for spec in round_.tables:
        if schema.columns_of(db, f"{round_.key}.{spec.key}"):
            _note_layout(db, spec, layout_of(spec, round_) if _fits(db, spec, round_) else _UNKNOWN)


_UNKNOWN = "0"
"""The layout of a table of 0.3.1 whose columns, types or codes aren't today's."""


def _fits(db: sqlite3.Connection, spec: TableSpec, round_: Round) -> bool:
    found = [
        (row["name"], row["type"])
        for row in db.execute(f"PRAGMA table_info({table_of(spec, round_)})")
    ]
    columns = [(column.key, _SQL_TYPES.get(column.kind, "TEXT")) for column in spec.columns]
    if found != [("submission", "INTEGER"), ("row", "INTEGER"), *columns, ("has_error", "INTEGER")]:
        return False
    return all(
        _codes_kept(db, spec, column.key, round_) <= {*round_.codes_of(column).codes}
        for column in spec.columns
        if column.codes
    )


def _codes_kept(db: sqlite3.Connection, spec: TableSpec, column: str, round_: Round) -> set[str]:
    query = f'SELECT DISTINCT "{column}" FROM {table_of(spec, round_)} WHERE "{column}" IS NOT NULL'
    return {code for (code,) in db.execute(query)}


# --- writing and reading --------------------------------------------------------------------------


def write(db: sqlite3.Connection, spec: TableSpec, round_: Round, frame: pd.DataFrame) -> None:
    """Add the rows of a typed frame with ``submission``, ``row`` and ``has_error``."""
    if frame.empty:
        return
    columns = (_plain(frame[column.key], column.kind) for column in spec.columns)
    values = zip(
        frame["submission"].tolist(),
        frame["row"].tolist(),
        *columns,
        frame["has_error"].astype(int).tolist(),
        strict=True,
    )
    marks = ", ".join("?" * (len(spec.columns) + 3))
    db.executemany(f"INSERT INTO {table_of(spec, round_)} VALUES ({marks})", values)


def typed(
    db: sqlite3.Connection,
    spec: TableSpec,
    round_: Round,
    clean_only: Sequence[int],
    columns: Sequence[str],
) -> Iterator[pd.DataFrame]:
    """Yield typed ``columns`` of the chosen submissions' rows, with ``sheet``, in parts.

    Of submissions in ``clean_only`` only rows without an error.
    """
    for part in _read(db, spec, round_, (*columns, "has_error")):
        kept = part[~(part["submission"].isin(list(clean_only)) & (part["has_error"] == 1))].drop(
            columns="has_error"
        )
        yield _typed_frame(kept, [spec.by_key[key] for key in columns], round_)


def joined(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all parts as one frame."""
    import pandas as pd

    return pd.concat(parts, ignore_index=True)


def filled(
    db: sqlite3.Connection, spec: TableSpec, round_: Round, columns: Sequence[str], least: int
) -> Iterator[pd.DataFrame]:
    """Yield such rows whose first column is not blank and has ``least`` bytes or more."""
    is_filled = f'r."{columns[0]}" IS NOT NULL' + (
        f' AND length(CAST(r."{columns[0]}" AS BLOB)) >= {least}' if least else ""
    )
    for part in _read(db, spec, round_, columns, is_filled):
        yield _typed_frame(part, [spec.by_key[key] for key in columns], round_)


def _read(
    db: sqlite3.Connection,
    spec: TableSpec,
    round_: Round,
    columns: Sequence[str],
    condition: str = "TRUE",
) -> Iterator[pd.DataFrame]:
    """Yield columns of the chosen submissions' rows as SQLite gives them, with ``sheet``."""
    import pandas as pd

    asked = ", ".join(f'r."{key}"' for key in ("submission", "row", *columns))
    query = f"""SELECT {asked}, l.sheet
                FROM chosen CROSS JOIN {table_of(spec, round_)} r USING (submission)
                JOIN layout l ON l.submission=r.submission AND l.table_key=?
                WHERE {condition} ORDER BY chosen.submission, r.row"""
    return pd.read_sql_query(query, db, params=(spec.key,), chunksize=AT_ONCE)


def _typed_frame(frame: pd.DataFrame, columns: Sequence[Column], round_: Round) -> pd.DataFrame:
    """Return rows from SQLite as typed ones."""
    typed_ = {
        c.key: _typed(frame[c.key], c.kind, round_.codes_of(c).codes if c.codes else [])
        for c in columns
    }
    return frame.assign(**typed_, sheet=frame["sheet"].astype("str"))


def sums(db: sqlite3.Connection, spec: TableSpec, round_: Round, column: str) -> dict[int, float]:
    """Return the sum of a column per chosen submission that has a number in it."""
    summed = f"""SELECT submission, SUM("{column}") AS amount
                 FROM chosen CROSS JOIN {table_of(spec, round_)} USING (submission) GROUP BY 1"""
    return {number: amount for number, amount in db.execute(summed) if amount is not None}


def stored(
    db: sqlite3.Connection, spec: TableSpec, round_: Round
) -> dict[int, list[tuple[Any, ...]]]:
    """Return rows of the chosen submissions as stored: row number, then declared columns."""
    columns = ", ".join(f'r."{key}"' for key in spec.keys)
    query = f"""SELECT submission, r.row, {columns}
                FROM chosen CROSS JOIN {table_of(spec, round_)} r USING (submission)
                ORDER BY chosen.submission, r.row"""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for number, *row in db.execute(query):
        found.setdefault(number, []).append(tuple(row))
    return found


def _plain(values: pd.Series[Any], kind: Kind) -> list[Any]:
    """Return values for SQLite: None for missing (NaN becomes NULL itself), dates as ISO."""
    if kind is Kind.CODE:
        codes = np.array([*values.cat.categories, None], dtype=object)
        plain: list[Any] = codes[values.cat.codes.to_numpy()].tolist()
        return plain
    if kind in _SQL_TYPES:
        return values.tolist()
    texts: Any = values.dt.strftime("%Y-%m-%d") if kind is Kind.DATE else values
    objects: list[Any] = texts.to_numpy(dtype=object, na_value=None).tolist()
    return objects


def _typed(values: pd.Series[Any], kind: Kind, codes: Sequence[str]) -> Any:
    import pandas as pd

    if kind is Kind.CODE:
        listed = pd.Index(list(codes))
        return pd.Categorical.from_codes(listed.get_indexer(pd.Index(values)), categories=listed)
    if kind is Kind.DATE:
        return pd.to_datetime(values, format="%Y-%m-%d").astype("datetime64[s]")
    return (
        values.astype("float64")
        if kind in _SQL_TYPES
        else values.astype("str").where(values.notna(), None)
    )
