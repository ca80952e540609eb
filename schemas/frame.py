"""The judge: the pandera schema of a table, with every rule that its declaration has, and the way from a plain frame to a typed one."""

from __future__ import annotations

import datetime as dt
import numbers
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.engines import pandas_engine

from schemas.columns import MOST_DIGITS, STATE, Column, Kind, State, TableSpec, is_whole
from schemas.rules.base import CrossRule, RowRule
from schemas.rules.facts import Facts
from schemas.rules.sentences import sentence

if TYPE_CHECKING:
    Check = Callable[[pd.DataFrame], "pd.Series[bool] | bool"]


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

    It takes typed frames as the pipeline builds them, and plain ones, such as
    ``pandas.read_parquet`` gives from ``du-lieu/``: its parser makes a plain frame a typed one
    (:func:`typed`). All columns may be missing: a check says where they must not be.
    """
    spec = round_.by_key[table]
    return pa.DataFrameSchema(
        {column.key: _column(column, round_) for column in spec.columns},
        checks=[check_of(rule, round_) for rule in round_.rules[table]],
        parsers=pa.Parser(lambda frame: typed(frame, spec, round_)),
        unique_column_names=True,
        name=spec.key,
        title=spec.title,
        description=spec.note,
    )


def _column(column: Column, facts: Facts) -> pa.Column:
    dtype = (
        pd.CategoricalDtype(facts.codes_of(column).codes) if column.codes else _TYPES[column.kind]
    )
    said = {
        name: getattr(column, name)
        for name in (
            "unit",
            "codes",
            "required",
            "minimum",
            "maximum",
            "min_length",
            "max_length",
            "in_window",
        )
    }
    return pa.Column(
        dtype, nullable=True, title=column.title, description=column.help, metadata=said
    )


def check_of(rule: RowRule, round_: Ruled) -> pa.Check:
    """Make the check of a rule: ``name`` and ``error`` are its label, the description is what must hold.

    ``ignore_na``: a rule decides itself what a blank means. ``n_failure_cases``: all failing rows
    are in ``check_output`` of the error; to list them with all their columns would cost more than
    the check.
    """

    def holds(frame: pd.DataFrame) -> pd.Series[bool] | bool:
        met = rule.holds(frame, round_)
        return True if met.all() else pd.Series(met, index=frame.index)

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
    return pa.Check(
        holds,
        name=rule.label,
        error=rule.label,
        title=title,
        description=said,
        ignore_na=False,
        n_failure_cases=1,
    )


# --- from a plain frame to a typed one
# -------------------------------------------------------------

READ = "states of cells as read"
"""A mark in ``DataFrame.attrs`` of frames whose states tell how cells were read; those of any other frame follow from its values."""
_Read = tuple[Any, np.ndarray[Any, np.dtype[np.uint8]]]
"""The values of a column and the state of each."""
OF_ONE_RETURN = ("sha256", "file", "agency")
"""Columns of a plain frame that tell returns apart; without any of them all rows are of one."""
_WHOLE, _DECIMAL = re.compile(r"[+-]?\d+"), re.compile(r"[+-]?\d+\.\d+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?")


def typed(frame: pd.DataFrame, spec: TableSpec, facts: Facts) -> pd.DataFrame:
    """Make a frame typed: one row per data row, its columns and their states. One whose cells were read is returned as it is.

    Values are expected as data files have them: codes, plain numbers, ISO days. One that its column
    doesn't accept becomes missing, with the state that says why.
    """
    was_read = frame.attrs.get(READ) and all(key + STATE in frame for key in spec.keys)
    # that two columns have one name is pandera's to say
    if was_read or not frame.columns.is_unique:
        return frame
    plain = frame if frame.index.is_unique else frame.reset_index(drop=True)
    columns: dict[str, Any] = _provenance(plain, facts)
    for column in spec.columns:
        columns[column.key], columns[column.key + STATE] = _read(plain, column, facts)
    return with_own(plain.assign(**columns), spec, facts)


def with_own(frame: pd.DataFrame, spec: TableSpec, facts: Facts) -> pd.DataFrame:
    """A typed frame in whose own columns (:attr:`schemas.columns.Column.own`) a blank is the agency's own entry, where it has one."""
    for column in spec.columns:
        if column.own:
            entries = pd.Index(facts.codes_of(column).codes)
            own = entries.get_indexer(pd.Index(frame["own_locality"]))
            stands = (frame[column.key + STATE].to_numpy() == State.BLANK) & (own >= 0)
            if stands.any():
                values = np.where(stands, own, frame[column.key].cat.codes.to_numpy())
                states = np.where(stands, State.OWN, frame[column.key + STATE].to_numpy()).astype(
                    "uint8"
                )
                filled: dict[str, Any] = {
                    column.key: pd.Categorical.from_codes(values, categories=entries),
                    column.key + STATE: states,
                }
                frame = frame.assign(**filled)
    return frame


def _provenance(plain: pd.DataFrame, facts: Facts) -> dict[str, Any]:
    """The columns that every typed frame has, as far as a plain one tells."""
    count = len(plain)
    agency = (
        _each(plain["agency"], lambda code: _text(code) or "")
        if "agency" in plain
        else [""] * count
    )
    told = {name: _each(plain[name], _text) for name in OF_ONE_RETURN if name in plain}
    returns = (
        pd.DataFrame(told).groupby([*told], dropna=False).ngroup().to_numpy()
        if told
        else np.zeros(count, dtype="int64")
    )
    return {
        "submission": returns,
        "agency": pd.Categorical(agency),
        "own_locality": [facts.own_localities.get(code, "") for code in agency],
        "row": plain.get("row", np.arange(1, count + 1)),
        "reading_row": np.arange(count),
    }


def _read(plain: pd.DataFrame, column: Column, facts: Facts) -> _Read:
    absent = column.key not in plain
    cells = (
        [None] * len(plain)
        if absent
        else _each(plain[column.key], lambda cell: None if _is_blank(cell) else cell)
    )
    if column.kind is Kind.CODE:
        values, states = _codes(cells, facts.codes_of(column).codes)
    elif column.kind is Kind.DATE:
        values, states = _dates(cells)
    else:
        values, states = _numbers(cells, column) if column.is_number else _texts(cells)
    return values, np.full(
        len(plain), State.NOT_ASKED, dtype="uint8"
    ) if absent and not column.required else states


def _each(cells: Iterable[Any], convert: Callable[[Any], Any]) -> list[Any]:
    """The cells converted, each distinct one once: long columns hold few. ``True`` is another than 1."""
    known: dict[tuple[type, Any], Any] = {}
    found = []
    for cell in cells:
        key = type(cell), cell
        try:
            if key not in known:
                known[key] = convert(cell)
            found.append(known[key])
        except TypeError:  # a list or the like, which a dictionary takes for no key
            found.append(convert(cell))
    return found


def _is_blank(cell: Any) -> bool:
    return (
        not cell.strip()
        if isinstance(cell, str)
        else bool(pd.api.types.is_scalar(cell) and pd.isna(cell))
    )


def _text(cell: Any) -> str | None:
    """A cell as text: in NFC, without blanks around it, whole numbers without a decimal part."""
    if _is_blank(cell):
        return None
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFC", str(cell).encode("utf-8", "replace").decode()).strip()


def _codes(cells: list[Any], codes: list[str]) -> _Read:
    places = {code: place for place, code in enumerate(codes)}
    found = np.array(_each(cells, lambda cell: places.get(_text(cell) or "", -1)), dtype="int64")
    return pd.Categorical.from_codes(found, categories=pd.Index(codes)), _states(
        cells, {State.NOT_LISTED: found < 0}
    )


def _dates(cells: list[Any]) -> _Read:
    days = np.array(_each(cells, _day), dtype="datetime64[s]")
    return days, _states(cells, {State.NOT_DATE: np.isnat(days)})


def _day(cell: Any) -> np.datetime64:
    """The calendar day of a date, a moment or an ISO text; where there is none, no day."""
    try:
        if isinstance(cell, str) and _DAY.fullmatch(cell):
            cell = dt.datetime.fromisoformat(cell)
        if isinstance(cell, dt.date | np.datetime64):
            return np.datetime64(pd.Timestamp(cell).date(), "s")
    except (ValueError, OverflowError):
        pass
    return np.datetime64("NaT", "s")


def _texts(cells: list[Any]) -> _Read:
    return pd.array(_each(cells, _text), dtype="str"), _states(cells, {})


def _numbers(cells: list[Any], column: Column) -> _Read:
    read = _each(cells, lambda cell: _number(cell, column))
    values = np.array([np.nan if number is None else number for number, _ in read], dtype="float64")
    return values, np.array([state for _, state in read], dtype="uint8")


def _number(cell: Any, column: Column) -> tuple[float | None, State]:
    """A cell as a number that its column accepts, else why it is none. A truth value is none, nor is “1.000”, which may be a thousand."""
    if cell is None:
        return None, State.BLANK
    if isinstance(cell, str):
        if _DECIMAL.fullmatch(cell) and not column.has_decimals and float(cell).is_integer():
            return None, State.UNCLEAR
        if not (_WHOLE.fullmatch(cell) or _DECIMAL.fullmatch(cell)):
            return None, State.NOT_NUMBER
    elif isinstance(cell, bool | np.bool_) or not isinstance(cell, numbers.Real | Decimal):
        return None, State.NOT_NUMBER
    return _accepted(float(cell), column)


def _accepted(number: float, column: Column) -> tuple[float | None, State]:
    if abs(number) >= 10.0**MOST_DIGITS:
        return None, State.TOO_LONG
    if not column.has_decimals and not is_whole(number):
        return None, State.NOT_WHOLE
    if column.minimum is not None and number < column.minimum:
        return None, State.NEGATIVE if number < 0 else State.OUT_OF_RANGE
    if column.maximum is not None and number > column.maximum:
        return None, State.OUT_OF_RANGE
    return number if column.has_decimals else float(round(number)), State.OK


def _states(
    cells: list[Any], faults: Mapping[State, np.ndarray[Any, Any]]
) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Blank, or the first fault that a cell has, or neither."""
    blank = np.array([cell is None for cell in cells], dtype=bool)
    return np.select([blank, *faults.values()], [State.BLANK, *faults], default=State.OK).astype(
        "uint8"
    )
