"""Makes a plain frame, such as a data file gives, a typed one: one state beside each cell."""

from __future__ import annotations

import datetime as dt
import numbers
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from schemas.columns import MOST_DIGITS, STATE, Column, Kind, State, TableSpec, is_whole
from schemas.rules.facts import Facts

READ = "states of cells as read"
"""A mark in ``DataFrame.attrs`` of frames whose states tell how cells were read. Those of any other
frame follow from its values."""
_Typed = tuple[Any, np.ndarray[Any, np.dtype[np.uint8]]]
"""The values of a column and the state of each."""
OF_ONE_RETURN = ("sha256", "file", "agency")
"""Columns of a plain frame that tell returns apart; without any of them all rows are of one."""
_WHOLE, _DECIMAL = re.compile(r"[+-]?\d+"), re.compile(r"[+-]?\d+\.\d+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?")


def typed(frame: pd.DataFrame, spec: TableSpec, facts: Facts) -> pd.DataFrame:
    """Make a frame typed: its columns and their states. One whose cells were read stays as it is.

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
    """Take blanks for the agency's own entry, in columns where an agency may have one.

    See :attr:`schemas.columns.Column.own`.
    """
    for column in spec.columns:
        if column.own:
            entries = pd.Index(facts.codes_of(column).codes)
            own = entries.get_indexer(pd.Index(frame["own_locality"]))
            cells, states = frame[column.key], frame[column.key + STATE].to_numpy()
            is_own = (states == State.BLANK) & (own >= 0)
            if is_own.any():
                codes = np.where(is_own, own, cells.cat.codes.to_numpy())
                filled: dict[str, Any] = {
                    column.key: pd.Categorical.from_codes(codes, categories=entries),
                    column.key + STATE: np.where(is_own, State.OWN, states).astype("uint8"),
                }
                frame = frame.assign(**filled)
    return frame


def _provenance(plain: pd.DataFrame, facts: Facts) -> dict[str, Any]:
    """The columns that every typed frame has, as far as a plain one tells."""
    count = len(plain)
    given = {name: _converted(plain[name], _text) for name in OF_ONE_RETURN if name in plain}
    agencies = [code or "" for code in given.get("agency", [""] * count)]
    returns = np.zeros(count, dtype="int64")
    if given:
        returns = pd.DataFrame(given).groupby([*given], dropna=False).ngroup().to_numpy()
    return {
        "submission": returns,
        "agency": pd.Categorical(agencies),
        "own_locality": [facts.own_localities.get(code, "") for code in agencies],
        "row": plain.get("row", np.arange(1, count + 1)),
        "reading_row": np.arange(count),
    }


def _read(plain: pd.DataFrame, column: Column, facts: Facts) -> _Typed:
    is_absent = column.key not in plain
    cells = [None] * len(plain)
    if not is_absent:
        cells = _converted(plain[column.key], lambda cell: None if _is_blank(cell) else cell)
    if column.kind is Kind.CODE:
        values, states = _codes(cells, facts.codes_of(column).codes)
    elif column.kind is Kind.DATE:
        values, states = _dates(cells)
    else:
        values, states = _numbers(cells, column) if column.is_number else _texts(cells)
    if is_absent and not column.required:
        states = np.full(len(plain), State.NOT_ASKED, dtype="uint8")
    return values, states


def _converted(cells: Iterable[Any], convert: Callable[[Any], Any]) -> list[Any]:
    """Convert cells, each distinct one once: long columns hold few. ``True`` differs from 1."""
    converted: dict[tuple[type, Any], Any] = {}
    values = []
    for cell in cells:
        key = type(cell), cell
        try:
            if key not in converted:
                converted[key] = convert(cell)
            values.append(converted[key])
        except TypeError:  # a list or the like, which a dictionary takes for no key
            values.append(convert(cell))
    return values


def _is_blank(cell: Any) -> bool:
    if isinstance(cell, str):
        return not cell.strip()
    return bool(pd.api.types.is_scalar(cell) and pd.isna(cell))


def _text(cell: Any) -> str | None:
    """A cell as text: in NFC, without blanks around it, whole numbers without a decimal part."""
    if _is_blank(cell):
        return None
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFC", str(cell).encode("utf-8", "replace").decode()).strip()


def _codes(cells: list[Any], codes: list[str]) -> _Typed:
    places = {code: place for place, code in enumerate(codes)}
    indices = _converted(cells, lambda cell: places.get(_text(cell) or "", -1))
    positions = np.array(indices, dtype="int64")
    values = pd.Categorical.from_codes(positions, categories=pd.Index(codes))
    return values, _states(cells, {State.NOT_LISTED: positions < 0})


def _dates(cells: list[Any]) -> _Typed:
    days = np.array(_converted(cells, _day), dtype="datetime64[s]")
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


def _texts(cells: list[Any]) -> _Typed:
    return pd.array(_converted(cells, _text), dtype="str"), _states(cells, {})


def _numbers(cells: list[Any], column: Column) -> _Typed:
    read = _converted(cells, lambda cell: _number(cell, column))
    values = np.array([np.nan if number is None else number for number, _ in read], dtype="float64")
    return values, np.array([state for _, state in read], dtype="uint8")


def _number(cell: Any, column: Column) -> tuple[float | None, State]:
    """A cell as a number that its column accepts, else why it is none.

    A truth value is no number; nor is “1.000”, which may be a thousand.
    """
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
    states = np.select([blank, *faults.values()], [State.BLANK, *faults], default=State.OK)
    return states.astype("uint8")
