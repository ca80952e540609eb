"""Turn raw cells into typed values: uniform repairs, marked in the cell's state; no guesses.

Each column is read by its declared kind. A raw value is read once per column.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
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
from pipeline.collect.tables.days import USUAL, Calendar, doubted, read_date
from pipeline.collect.tables.looks import Cell, hides, seen_number, seen_text
from pipeline.text.legacy import all_converted, encoding_of, readings_of, shown_by_font
from pipeline.text.names import as_it_looks, may_look_alike, normalise
from pipeline.text.numbers import Style, parse_count, parse_decimal, style_of
from schemas.codelists import Codelist
from schemas.columns import MOST_DIGITS, Column, Kind, State, is_whole


class Tidied(NamedTuple):
    """One column: values, states, and by position the text as found of what wasn't simply read."""

    values: np.ndarray[Any, Any]
    states: np.ndarray[Any, Any]
    found: Mapping[int, str]


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


class Codes:
    """Reads the cells of a code column: by name, code or alias, in any spelling.

    ``positions``: the position of each code in today's list, to which results refer.
    ``successors``: today's code for each one that only older forms have; such a cell is read with a
    note.
    """

    def __init__(
        self,
        codelist: Codelist,
        positions: Mapping[str, int],
        successors: Mapping[str, str] | None = None,
    ) -> None:
        places = {**{old: positions[new] for old, new in (successors or {}).items()}, **positions}
        known = [entry for entry in codelist.entries if entry.code in places]
        names = _unshared((name, places[entry.code]) for entry in known for name in entry.exact)
        codes = _unshared((entry.code, places[entry.code]) for entry in known)
        aliases = _unshared(
            (alias, places[entry.code]) for entry in known for alias in entry.aliases
        )
        own = [entry for entry in known if entry.code in positions]
        self.exact: dict[Value, Cell] = {
            name: (positions[entry.code], OK, "") for entry in own for name in entry.exact
        }
        """The result for each name, full or short, that is written exactly."""
        self._keys = {**aliases, **codes, **names}
        self._ambiguous = _unshared(
            (word, places[entry.code]) for entry in known for word in entry.ambiguous
        )

    def read(self, value: Value) -> Cell:
        """Return the position of the entry that people see named in a cell."""
        if isinstance(value, (RichText, SeenNumber)):
            cell = self._listed(seen_text(value))
            cell = (
                self._listed(value.plain)
                if isinstance(value, RichText) and cell[1] is State.NOT_LISTED
                else cell
            )
            return (
                _repaired(cell, shown(value))
                if cell[1] is not OK or hides(value) or isinstance(value, SeenNumber)
                else cell
            )
        return self._listed(shown(value))

    def _listed(self, text: str) -> Cell:
        """Look a text up: exact names, other words, words of two entries, old encodings."""
        key = normalise(text)
        if key in self._keys:
            return self.exact.get(text) or (self._keys[key], State.REPAIRED, text)
        if key in self._ambiguous:
            return self._ambiguous[key], State.AMBIGUOUS, text
        old = {self._keys[key] for key in map(normalise, readings_of(text)) if key in self._keys}
        return (old.pop(), State.REPAIRED, text) if len(old) == 1 else (-1, State.NOT_LISTED, text)


def _unshared(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Map normalised words to positions, without words that two entries share."""
    found: dict[str, set[int]] = {}
    for word, position in pairs:
        found.setdefault(normalise(word), set()).add(position)
    return {word: next(iter(positions)) for word, positions in found.items() if len(positions) == 1}


def tidy(
    column: Column, cells: Sequence[Value], codes: Codes | None = None, calendar: Calendar = USUAL
) -> Tidied:
    """Read the cells of one column; None is a blank cell."""
    missing, dtype = MISSING[column.kind]
    unique = list(set(cells) - {None})
    if not unique:
        return Tidied(
            np.full(len(cells), missing, dtype=dtype), np.full(len(cells), BLANK, dtype="uint8"), {}
        )
    known: dict[Value, Cell] = dict(
        zip(unique, _read_all(column, unique, codes, calendar), strict=True)
    )
    known[None] = missing, BLANK, ""
    values, states, found = zip(*[known[cell] for cell in cells], strict=True)
    return Tidied(
        np.array(values, dtype=dtype),
        np.frombuffer(bytes(states), dtype="uint8"),
        {position: text for position, text in enumerate(found) if text} if any(found) else {},
    )


def without_doubtful(
    column: Tidied, declared: Column, doubts: Mapping[int, tuple[State, str]], rows: Sequence[int]
) -> Tidied:
    """Drop values of formulas that can't be their results. ``doubts``: state and text by row."""
    missing, _ = MISSING[declared.kind]
    values, states, found = column.values.copy(), column.states.copy(), dict(column.found)
    for position, row in enumerate(rows):
        if row in doubts:
            states[position], found[position] = doubts[row]
            values[position] = missing
    return Tidied(values, states, found)


def _read_all(
    column: Column, values: list[Value], codes: Codes | None, calendar: Calendar
) -> list[Cell]:
    """Read distinct values of a column: the plainly right ones at once, others by their kind."""
    missing, _ = MISSING[column.kind]
    if codes is not None:
        exact = [codes.exact.get(value) for value in values]
        if None not in exact:
            return exact  # type: ignore[return-value]
        return _modern(
            [
                codes.exact.get(value) or _special(value, missing) or codes.read(value)
                for value in values
            ],
            values,
            codes.read,
        )
    if column.is_number:
        style, is_plain = (
            style_of(value for value in values if isinstance(value, str)),
            _plain_in(column),
        )
        return [
            (value, OK, "")
            if is_plain(value)
            else _special(value, missing) or read_number(value, column, style)
            for value in values
        ]
    if column.kind is Kind.DATE:
        return doubted(
            [_special(value, missing) or read_date(value, calendar) for value in values], values
        )
    return _modern(
        [
            (value, OK, "") if _is_clean(value) else _special(value, missing) or read_text(value)
            for value in values
        ],
        values,
        read_text,
    )


def _modern(cells: list[Cell], values: list[Value], read: Callable[[Value], Cell]) -> list[Cell]:
    """Read again the texts that were typed in an encoding from before Unicode."""
    modern = _by_trial(cells, values)
    modern.update(
        (value, shown_by_font(value, value.modern))
        for value in values
        if isinstance(value, OldText)
    )
    if not modern:
        return cells
    return [
        _repaired(read(modern[value]), str(value)) if modern.get(value, value) != value else cell
        for value, cell in zip(values, cells, strict=True)
    ]


def _by_trial(cells: list[Cell], values: list[Value]) -> dict[Value, str]:
    """Convert a column's texts if it is found to be in one of the old encodings."""
    texts = [value for value in values if isinstance(value, str) and not value.isascii()]
    convert = (
        encoding_of(doubtful)
        if (doubtful := [text for text in texts if not _has_later(text)])
        else None
    )
    if convert is None:
        return {}
    known = {
        value
        for value, cell in zip(values, cells, strict=True)
        if cell[1] is OK and cell[0] != value
    }
    return {text: new for text, new in all_converted(texts, convert).items() if text not in known}


_has_later = re.compile("[\u0100-\u1fff]").search
"""Finds a letter that only Unicode has."""


def _repaired(cell: Cell, found: str) -> Cell:
    value, state, _ = cell
    return value, State.REPAIRED if state is OK else state, found


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
        number, state = (
            (float(round(number)), state) if is_whole(number) else (None, State.NOT_WHOLE)
        )
    if number is not None:
        state = _bounded(number, state, column)
    if state is OK:
        return number, state, ""
    found = (
        value.text if state is State.REPAIRED and isinstance(value, SeenNumber) else shown(value)
    )
    return number if state in (State.REPAIRED, State.DASH) else math.nan, state, found


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
        return (
            (value.text, State.REPAIRED, shown(float(value)))
            if value.text
            else (shown(float(value)), State.REPAIRED, shown(value))
        )
    if isinstance(value, dt.date):
        return shown(value), State.AMBIGUOUS, shown(value)
    if not isinstance(value, str):
        return shown(value), OK, ""
    if hides(value):
        return _repaired(read_text(str(value)), shown(value))
    lines = _LINE_ENDS.sub("\n", value).strip(SPACES)
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", lines)).strip(SPACES)
    text = as_it_looks(text).strip(SPACES) if may_look_alike(text) else text
    if text == lines:
        return text, OK, ""
    return (text, State.REPAIRED, value) if text else (None, BLANK, "")


@lru_cache(maxsize=16)
def _positions(codes: tuple[str, ...]) -> dict[str, int]:
    return {code: position for position, code in enumerate(codes)}


def codes_for(codelist: Codelist, current: Codelist) -> Codes:
    """Return a reader of ``codelist`` whose positions are those of the ``current`` list."""
    return Codes(codelist, _positions(tuple(current.codes)), current.successors)
