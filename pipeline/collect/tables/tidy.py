"""Turn raw cells into typed values: uniform repairs, marked in the cell's state; no guesses.

Each column is read by its declared kind. A raw value is read once per column.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from pipeline.collect.formats.cells import (
    SPACES,
    ErrorValue,
    NoValue,
    OldText,
    Picture,
    Value,
    is_blank,
    shown,
)
from pipeline.collect.formats.seen import RichText, SeenNumber
from pipeline.collect.tables.codes import Codes
from pipeline.collect.tables.days import USUAL, Calendar, doubted, read_date
from pipeline.collect.tables.looks import Cell, hides, repaired, seen_number
from pipeline.text.legacy import all_converted, encoding_of, shown_by_font
from pipeline.text.names import as_it_looks, may_look_alike
from pipeline.text.numbers import Style, parse_count, parse_decimal, style_of
from schemas.columns import MOST_DIGITS, Column, Kind, State, is_whole

Mask = np.ndarray[Any, np.dtype[np.bool_]]
"""True or False for each row."""
OK, BLANK = State.OK, State.BLANK
_is_normalised = unicodedata.is_normalized
MISSING: Mapping[Kind, tuple[Any, str]] = {
    Kind.CODE: (-1, "int16"),
    Kind.COUNT: (math.nan, "float64"),
    Kind.DECIMAL: (math.nan, "float64"),
    Kind.DATE: (np.datetime64("NaT", "D"), "datetime64[D]"),
    Kind.TEXT: (None, "object"),
}
"""The missing value and the array type, by kind."""


class ColumnReading(NamedTuple):
    """One column: values, states, and by position the text as found of what wasn't simply read."""

    values: np.ndarray[Any, Any]
    states: np.ndarray[Any, Any]
    found: Mapping[int, str]

    def only(self, keep: Mask) -> ColumnReading:
        """Return the cells for which ``keep`` is True."""
        new = {old: position for position, old in enumerate(np.flatnonzero(keep).tolist())}
        kept = {new[old]: text for old, text in self.found.items() if old in new}
        return ColumnReading(self.values[keep], self.states[keep], kept)

    def without(self, kind: Kind, cells: Mapping[int, tuple[State, str]]) -> ColumnReading:
        """Return the column without the values of ``cells``: states and texts, by position."""
        values, states = self.values.copy(), self.states.copy()
        for position, (state, _) in cells.items():
            values[position], states[position] = MISSING[kind][0], state
        texts = {**self.found, **{position: text for position, (_, text) in cells.items()}}
        texts_left = {position: text for position, text in texts.items() if text}
        return ColumnReading(values, states, texts_left)


def tidy(
    column: Column, cells: Sequence[Value], codes: Codes | None = None, calendar: Calendar = USUAL
) -> ColumnReading:
    """Read the cells of one column; None is a blank cell."""
    missing, dtype = MISSING[column.kind]
    size, distinct = len(cells), list(set(cells) - {None})
    if not distinct:
        blanks = np.full(size, BLANK, dtype="uint8")
        return ColumnReading(np.full(size, missing, dtype=dtype), blanks, {})
    read = _read_all(column, distinct, codes, calendar)
    by_value: dict[Value, Cell] = dict(zip(distinct, read, strict=True))
    by_value[None] = missing, BLANK, ""
    values, states, texts = zip(*[by_value[cell] for cell in cells], strict=True)
    return ColumnReading(
        np.array(values, dtype=dtype),
        np.frombuffer(bytes(states), dtype="uint8"),
        {position: text for position, text in enumerate(texts) if text} if any(texts) else {},
    )


def _read_all(
    column: Column, values: list[Value], codes: Codes | None, calendar: Calendar
) -> list[Cell]:
    """Read distinct values of a column: the plainly right ones at once, others by their kind."""
    missing, _ = MISSING[column.kind]
    if codes is not None:
        exact = [codes.exact.get(value) for value in values]
        if None not in exact:
            return exact  # type: ignore[return-value]
        cells = [
            cell or _special(value, missing) or codes.read(value)
            for cell, value in zip(exact, values, strict=True)
        ]
        return _modern(cells, values, codes.read)
    if column.is_number:
        is_plain = _plain_in(column)
        style = style_of(value for value in values if isinstance(value, str))
        return [
            (value, OK, "")
            if is_plain(value)
            else _special(value, missing) or read_number(value, column, style)
            for value in values
        ]
    if column.kind is Kind.DATE:
        days = [_special(value, missing) or read_date(value, calendar) for value in values]
        return doubted(days, values)
    cells = [
        (value, OK, "") if _is_clean(value) else _special(value, missing) or read_text(value)
        for value in values
    ]
    return _modern(cells, values, read_text)


def _modern(cells: list[Cell], values: list[Value], read: Callable[[Value], Cell]) -> list[Cell]:
    """Read again the texts that were typed in an encoding from before Unicode."""
    modern = _by_trial(cells, values)
    for value in values:
        if isinstance(value, OldText):
            modern[value] = shown_by_font(value, value.modern)
    if not modern:
        return cells
    return [
        repaired(read(modern[value]), str(value)) if modern.get(value, value) != value else cell
        for value, cell in zip(values, cells, strict=True)
    ]


def _by_trial(cells: list[Cell], values: list[Value]) -> dict[Value, str]:
    """Convert a column's texts if it is found to be in one of the old encodings."""
    texts = [value for value in values if isinstance(value, str) and not value.isascii()]
    doubtful = [text for text in texts if not _has_later(text)]
    convert = encoding_of(doubtful) if doubtful else None
    if convert is None:
        return {}
    listed = {
        value
        for value, (entry, state, _) in zip(values, cells, strict=True)
        if state is OK and entry != value
    }
    return {text: new for text, new in all_converted(texts, convert).items() if text not in listed}


_has_later = re.compile("[\u0100-\u1fff]").search
"""Finds a letter that only Unicode has."""


def _is_clean(value: Value) -> bool:
    """True if free text takes a value as it is: NFC, one line, trimmed."""
    return (
        type(value) is str
        and value.isprintable()
        and _is_normalised("NFC", value)
        and value == value.strip() != ""
        and not (may_look_alike(value) and as_it_looks(value) != value)
    )


def _special(value: Value, missing: Any) -> Cell | None:
    """Read blanks, errors and formulas without a value, alike in every column; else None."""
    if is_blank(value):
        return missing, BLANK, ""
    if isinstance(value, ErrorValue):
        return missing, State.PICTURE if isinstance(value, Picture) else State.ERROR, value.text
    return (missing, State.NO_VALUE, shown(value)) if isinstance(value, NoValue) else None


# --- numbers -------------------------------------------------------------------------------------

_MOST = float(10**MOST_DIGITS - 1)


def _plain_in(column: Column) -> Callable[[Value], bool]:
    """Return a test for numbers that the column accepts as they are."""
    whole = column.kind is Kind.COUNT
    least = -_MOST if column.minimum is None else column.minimum
    most = _MOST if column.maximum is None else column.maximum
    return lambda value: (
        type(value) is float and least <= value <= most and (not whole or value.is_integer())
    )


def read_number(value: Value, column: Column, style: Style) -> Cell:
    """Read a count or an amount, within the column's bounds."""
    number, state = _number(value, column, style)
    if number is not None and column.kind is Kind.COUNT:
        if is_whole(number):
            number = float(round(number))
        else:
            number, state = None, State.NOT_WHOLE
    if number is not None:
        state = _bounded(number, state, column)
    if state is OK:
        return number, state, ""
    if state is State.REPAIRED:
        return number, state, value.text if isinstance(value, SeenNumber) else shown(value)
    return number if state is State.DASH else math.nan, state, shown(value)


def _number(value: Value, column: Column, style: Style) -> tuple[float | None, State]:
    """Return the number in a cell and its state, before the column's bounds."""
    if isinstance(value, RichText) and value.is_marked:
        return None, State.STRUCK
    if isinstance(value, SeenNumber):
        return seen_number(value, column.unit)
    if isinstance(value, float):
        return (value, OK) if abs(value) <= _MOST else (None, State.TOO_LONG)
    if not isinstance(value, str):
        return None, State.NOT_NUMBER
    return (parse_count if column.kind is Kind.COUNT else parse_decimal)(value, column.unit, style)


def _bounded(number: float, state: State, column: Column) -> State:
    if column.minimum is not None and number < column.minimum:
        return State.NEGATIVE if number < 0 <= column.minimum else State.OUT_OF_RANGE
    return State.OUT_OF_RANGE if column.maximum is not None and number > column.maximum else state


# --- text ----------------------------------------------------------------------------------------


_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")


def read_text(value: Value) -> Cell:
    """Read free text: NFC, trimmed. REPAIRED only if letters changed, as from NFD.

    A number becomes its text. So does a day, as AMBIGUOUS.
    """
    if isinstance(value, SeenNumber):
        stored = shown(float(value))
        return value.text or stored, State.REPAIRED, stored if value.text else shown(value)
    if isinstance(value, dt.date):
        return shown(value), State.AMBIGUOUS, shown(value)
    if not isinstance(value, str):
        return shown(value), OK, ""
    if hides(value):
        return repaired(read_text(str(value)), shown(value))
    lines = _LINE_ENDS.sub("\n", value).strip(SPACES)
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", lines)).strip(SPACES)
    text = as_it_looks(text).strip(SPACES) if may_look_alike(text) else text
    if text == lines:
        return text, OK, ""
    return (text, State.REPAIRED, value) if text else (None, BLANK, "")
