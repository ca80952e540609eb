"""The judge: the pandera schema of a table, with every rule that its declaration has, and the way from a plain frame to a typed one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.engines import pandas_engine

from schemas.columns import MOST_DIGITS, STATE, Column, Kind, State, TableSpec
from schemas.rules.base import CrossRule, RowRule
from schemas.rules.facts import Facts
from schemas.rules.sentences import sentence

if TYPE_CHECKING:
    Check = Callable[[pd.DataFrame], "pd.Series[bool]"]


class Ruled(Facts, Protocol):
    """A round, as far as it judges: its facts and the rules of its tables."""

    @property
    def language(self) -> str:
        """The language in which its checks are described."""

    @property
    def rules(self) -> Mapping[str, tuple[RowRule, ...]]:
        """The rules of rows, by table."""


class _Text(pandas_engine.STRING):
    """pandas' own type of text, told for a whole column: pandera's tells it cell by cell, which costs more than all other types together."""

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:
        return bool(pandera_dtype.type == self.type)


_TYPES: dict[Kind, Any] = {
    Kind.COUNT: float,
    Kind.DECIMAL: float,
    Kind.DATE: pd.Timestamp,
    Kind.TEXT: _Text(),  # type: ignore[call-arg]
}
"""Numbers are missing as NaN, dates as NaT, texts (in NFC) and codes as null."""


@lru_cache(maxsize=256)
def schema_of(round_: Ruled, table: str) -> pa.DataFrameSchema:
    """Make the schema that judges the rows of a table: typed columns, and each rule as a check that bears the rule's label.

    It takes typed frames as the pipeline builds them, and plain ones, such as ``pandas.read_parquet`` gives from ``du-lieu/``:
    its parser makes a plain frame a typed one (:func:`typed`). All columns may be missing: a check says where they must not be.
    """
    spec = round_.by_key[table]
    return pa.DataFrameSchema(
        {column.key: _column(column, round_) for column in spec.columns},
        checks=[check_of(rule, round_) for rule in round_.rules[table]],
        parsers=pa.Parser(lambda frame: typed(frame, spec, round_)),
        name=spec.key,
        title=spec.title,
        description=spec.note,
    )


def _column(column: Column, facts: Facts) -> pa.Column:
    dtype = pd.CategoricalDtype(facts.codes_of(column).codes) if column.codes else _TYPES[column.kind]
    said = {
        name: getattr(column, name) for name in ("unit", "codes", "required", "minimum", "maximum", "min_length", "max_length", "in_window")
    }
    return pa.Column(dtype, nullable=True, title=column.title, description=column.help, metadata=said)


def check_of(rule: RowRule, round_: Ruled) -> pa.Check:
    """Make the check of a rule: ``name`` and ``error`` are its label, the description is what must hold.

    ``ignore_na``: a rule decides itself what a blank means. ``n_failure_cases``: all failing rows are in ``check_output`` of the
    error; to list them with all their columns would cost more than the check.
    """

    def holds(frame: pd.DataFrame) -> pd.Series[bool]:
        return pd.Series(rule.holds(frame, round_), index=frame.index)

    return _check(holds, rule, round_)


@lru_cache(maxsize=256)
def schema_of_groups(rule: CrossRule, round_: Ruled) -> pa.DataFrameSchema:
    """Make the schema that judges the groups of rows which a rule between tables compares: see ``CrossRule.judge``."""

    def holds(groups: pd.DataFrame) -> pd.Series[bool]:
        return groups["holds"].astype(bool)

    return pa.DataFrameSchema(checks=[_check(holds, rule, round_)], name=rule.table)


def _check(holds: Check, rule: RowRule | CrossRule, round_: Ruled) -> pa.Check:
    said = sentence(rule, round_, round_.language)
    title = f"{rule.id} ({rule.severity})"
    return pa.Check(holds, name=rule.label, error=rule.label, title=title, description=said, ignore_na=False, n_failure_cases=1)


# --- from a plain frame to a typed one -------------------------------------------------------------

_Read = tuple[Any, np.ndarray[Any, np.dtype[np.uint8]]]
"""The values of a column and the state of each."""
OF_ONE_RETURN = ("sha256", "file", "agency")
"""Columns of a plain frame that tell returns apart; without any of them all rows are of one."""


def typed(frame: pd.DataFrame, spec: TableSpec, facts: Facts) -> pd.DataFrame:
    """Make a frame typed: one row per data row, its columns and their states. One that has states already is returned as it is.

    A value that its column doesn't accept becomes missing, with the state that says why, exactly as when a cell is read.
    """
    if all(key + STATE in frame for key in spec.keys):
        return frame
    plain = frame if frame.index.is_unique else frame.reset_index(drop=True)
    columns: dict[str, Any] = {**_provenance(plain, facts)}
    for column in spec.columns:
        columns[column.key], columns[column.key + STATE] = _read(plain, column, facts)
    return plain.assign(**columns)


def _provenance(plain: pd.DataFrame, facts: Facts) -> dict[str, Any]:
    """The columns that every typed frame has, as far as a plain one tells."""
    count = len(plain)
    agency = plain["agency"].astype(object) if "agency" in plain else pd.Series([""] * count, index=plain.index, dtype=object)
    known = [name for name in OF_ONE_RETURN if name in plain]
    returns = plain.groupby(known, dropna=False, observed=True).ngroup() if known else 0
    return {
        "submission": plain.get("submission", returns),
        "agency": pd.Categorical(agency),
        "own_locality": [facts.own_localities.get(code, "") for code in agency],
        "row": plain.get("row", np.arange(1, count + 1)),
        "reading_row": np.arange(count),
    }


def _read(plain: pd.DataFrame, column: Column, facts: Facts) -> _Read:
    if column.key not in plain:
        absent = State.BLANK if column.required else State.NOT_ASKED
        values, _ = _read(pd.DataFrame({column.key: pd.Series([None] * len(plain), dtype=object)}), column, facts)
        return values, np.full(len(plain), absent, dtype="uint8")
    cells = plain[column.key]
    if column.kind is Kind.CODE:
        return _codes(cells, facts.codes_of(column).codes)
    if column.kind is Kind.DATE:
        return _dates(cells)
    return _numbers(cells, column) if column.is_number else _texts(cells)


def _codes(cells: pd.Series[Any], codes: list[str]) -> _Read:
    given = cells.astype(object)
    values = pd.Categorical(given.where(given.isin(codes), None), categories=codes)
    return values, _states(given, {State.NOT_LISTED: pd.isna(values)})


def _dates(cells: pd.Series[Any]) -> _Read:
    given = cells if cells.dtype.kind == "M" else cells.astype(object)
    values = (
        pd.to_datetime(given, errors="coerce", format=None if given.dtype.kind == "M" else "ISO8601").astype("datetime64[s]").dt.normalize()
    )
    return values.to_numpy(), _states(cells, {State.NOT_DATE: values.isna().to_numpy()})


def _texts(cells: pd.Series[Any]) -> _Read:
    values = cells.astype("str").where(cells.notna(), None)
    return values.array, _states(cells.where(values.str.strip() != "", None), {})


def _numbers(cells: pd.Series[Any], column: Column) -> _Read:
    values = pd.to_numeric(cells, errors="coerce").astype("float64").to_numpy()
    low, high = (np.nan if bound is None else bound for bound in (column.minimum, column.maximum))
    faults = {
        State.NOT_NUMBER: np.isnan(values),
        State.TOO_LONG: np.abs(values) >= 10.0**MOST_DIGITS,
        State.NEGATIVE: (values < low) & (values < 0),
        State.OUT_OF_RANGE: (values < low) | (values > high),
        State.NOT_WHOLE: (values != np.round(values)) if not column.has_decimals else np.zeros(len(values), dtype=bool),
    }
    states = _states(cells, faults)
    return np.where(states == State.OK, values, np.nan), states


def _states(cells: pd.Series[Any], faults: Mapping[State, np.ndarray[Any, Any]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Blank, or the first fault that a cell has, or neither."""
    return np.select([cells.isna().to_numpy(), *faults.values()], [State.BLANK, *faults], default=State.OK).astype("uint8")
