"""The nouns of reading: a sheet's raw cells with their addresses, before any repair."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Self, TypeVar

from pipeline.collect.formats.seen import RichText, SeenDay, SeenNumber
from pipeline.collect.formats.surroundings import NOTHING_HIDDEN, HiddenRanges
from pipeline.office.addresses import index, letters
from schemas.columns import State
from schemas.excel import DAY_ZERO

Part = TypeVar("Part")


class UnreadableError(Exception):
    """A file that can't be read as a workbook.

    ``reason`` is a variant of the message ``not_workbook``.
    """

    def __init__(self, reason: str, **words: str) -> None:
        super().__init__(reason)
        self.reason, self.words = reason, words


def by_name(sheets: Iterable[tuple[str, Part]]) -> dict[str, Part]:
    """Return what belongs to each sheet, by sheet name.

    Raises ``UnreadableError`` if two names differ in case alone: programs may open either.
    """
    parts: dict[str, Part] = {}
    folded_names: set[str] = set()
    for name, part in sheets:
        if name.casefold() in folded_names:
            raise UnreadableError("irregular")
        folded_names.add(name.casefold())
        parts[name] = part
    return parts


@dataclass(frozen=True)
class ErrorValue:
    """An Excel error, such as ``#REF!``."""

    text: str


@dataclass(frozen=True)
class Picture(ErrorValue):
    """A picture placed in a cell. ``text``: the error or formula that other programs show there."""


PICTURE_FUNCTION = "DISPIMG("
"""Begins a WPS Office formula that shows a picture in its cell."""


@dataclass(frozen=True)
class NoValue:
    """A formula without a stored value."""

    formula: str = ""


class OldText(str):
    """Text in a font from before Unicode. ``modern`` converts its letters to Unicode."""

    __slots__ = ("modern",)
    modern: Callable[[str], str]

    def __new__(cls, text: str, modern: Callable[[str], str]) -> Self:
        made = super().__new__(cls, text)
        made.modern = modern
        return made

    def __eq__(self, other: object) -> bool:
        """True for the same letters in a font of the same kind; a plain string is never equal."""
        return (
            isinstance(other, OldText) and str(self) == str(other) and self.modern is other.modern
        )

    __hash__ = str.__hash__

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


Value = str | float | dt.date | ErrorValue | NoValue | None
"""A cell's value: text, number, day (a datetime if it has a time of day), error, formula without a
stored value, or None if blank."""


class StoredFormula(NamedTuple):
    """A formula as stored: text without "=", kind ("shared", "array"…), range and group number."""

    text: str
    kind: str = ""
    area: str = ""
    group: str = ""


@dataclass(frozen=True)
class FormulaView:
    """A sheet as formulas see it.

    ``columns``: values by column letter and row, days as numbers. ``formulas``: by row and column
    letter.
    """

    columns: Mapping[str, Mapping[int, object]]
    formulas: Mapping[tuple[int, str], StoredFormula]

    @cached_property
    def shared(self) -> Mapping[str, tuple[int, str]]:
        """The cell that holds the text of each shared formula, by group number."""
        return {
            formula.group: place
            for place, formula in self.formulas.items()
            if formula.kind == "shared" and formula.text
        }


class Area(NamedTuple):
    """A merged range. Rows and columns count from 1; ``bottom`` and ``right`` belong to it."""

    top: int
    left: int
    bottom: int
    right: int

    def covered(self) -> Iterator[tuple[int, str]]:
        """Yield row and column letter of every cell but the top left one, which has the value."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                if (row, column) != (self.top, self.left):
                    yield row, letters(column)


Columns = Mapping[str, Mapping[int, Value]]
"""Filled cells: column letter -> row number -> value."""


@dataclass(frozen=True)
class Grid:
    """The filled cells of one sheet, by address.

    ``epoch_shift``: days to add to a serial number (``MACINTOSH_SHIFT`` or 0). ``ordered``: True if
    the file lists its cells row by row, from left to right. ``doubts``: formulas whose stored value
    can't be their result, by column letter and row, with the state of the cell and the words for
    people. ``struck``: cells (row, column letter) whose whole content is struck out. ``timezone``:
    the clock to which moments with a zone of their own are converted.
    """

    columns: Columns
    merged: tuple[Area, ...] = ()
    epoch_shift: int = 0
    ordered: bool = True
    doubts: Mapping[str, Mapping[int, tuple[State, str]]] = field(default_factory=dict)
    struck: frozenset[tuple[int, str]] = frozenset()
    timezone: dt.tzinfo = dt.UTC
    hidden: HiddenRanges = NOTHING_HIDDEN

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """Letters of the columns with a filled cell, from left to right."""
        return tuple(sorted(self.columns, key=index))

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """Numbers of the rows with a filled cell, from top to bottom."""
        return tuple(sorted(self._by_row))

    @cached_property
    def _by_row(self) -> Mapping[int, list[str]]:
        """The letters of the filled columns by row, from left to right."""
        columns: defaultdict[int, list[str]] = defaultdict(list)
        for column in self.letters:
            for row in self.columns[column]:
                columns[row].append(column)
        return dict(columns)

    def filled(self, row: int) -> Sequence[str]:
        """Return the letters of a row's filled columns, from left to right."""
        return self._by_row.get(row, ())

    def value(self, row: int, column: str) -> Value:
        """Return the value of one cell; None if blank."""
        return self.columns.get(column, {}).get(row)

    def values(self, row: int) -> dict[str, Value]:
        """Return the filled cells of a row, by column letter, from left to right."""
        return {column: self.columns[column][row] for column in self.filled(row)}

    def cells(self, row: int) -> dict[str, Value]:
        """Return the cells of a row that say something, by column letter, from left to right."""
        return {column: value for column, value in self.values(row).items() if not is_blank(value)}

    def column(self, column: str, rows: Iterable[int]) -> list[Value]:
        """Return a column's values in ``rows``; None for each blank cell."""
        return list(map(self.columns.get(column, {}).get, rows))


MACINTOSH_SHIFT = 1462
"""Days between Excel's two day counts, from 1900 and from 1904 (old Macintoshes)."""
_LAST_SERIAL = 2_958_465
"""31/12/9999, Excel's last day."""
_FALSE_LEAP_DAY = 60
"""Excel counts a 29 February 1900, which never was: serial numbers before it are one day off."""


_SECONDS = 24 * 60 * 60


def day_of(serial: float, epoch_shift: int = 0) -> Value:
    """Convert an Excel serial number to a day, or to a datetime (to the second) if it has a time.

    ``epoch_shift``: days to add for workbooks that count from 1904. A number outside 1 … 31/12/9999
    is returned as it is.
    """
    if not 1 <= serial + epoch_shift <= _LAST_SERIAL:
        return serial
    days, seconds = divmod(round(serial * _SECONDS), _SECONDS)
    days += epoch_shift
    day = DAY_ZERO + dt.timedelta(days=days + (days < _FALSE_LEAP_DAY))
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=seconds) if seconds else day


def iso_day(text: str) -> Value:
    """Convert an ISO date to a day, or to a datetime if it has a time of day or a zone.

    Any other text, such as a time alone, is returned as it is; None if blank.
    """
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return text or None
    return moment if moment.tzinfo or moment.time() != dt.time() else moment.date()


NOTHING_SEEN = "[ ]"
"""Shown to people for a cell that holds a value and displays nothing."""


def shown(value: Value) -> str:
    """Return a raw value as text for people: whole numbers without decimals, days as dd/mm/yyyy."""
    if value is None or type(value) is str:  # quick exit for most values
        return value or ""
    if isinstance(value, ErrorValue):
        return value.text
    if isinstance(value, NoValue):
        return f"={value.formula}"
    if isinstance(value, dt.date):
        return _day_as_seen(value)
    if isinstance(value, str):
        return value.full if isinstance(value, RichText) else str(value)
    return _digits(value)


def _day_as_seen(day: dt.date) -> str:
    from schemas.words import dmy

    if isinstance(day, SeenDay):
        return day.text or NOTHING_SEEN
    return dmy(day) + (f" {day:%H:%M:%S}{_zone(day)}" if isinstance(day, dt.datetime) else "")


def _digits(value: float) -> str:
    """Return a number as text; "SEEN ≠ STORED" if its number format shows another number."""
    plain = f"{value:.0f}" if 1e15 <= abs(value) < 1e21 else f"{value:.15g}"  # noqa: PLR2004
    if isinstance(value, SeenNumber):
        return f"{value.text or NOTHING_SEEN} ≠ {plain}" if value.differs else value.text
    return plain


def _zone(moment: dt.datetime) -> str:
    """Return a datetime's offset from Greenwich ("Z", "+0700"); blank if it has none."""
    return "" if moment.tzinfo is None else f"{moment:%z}".replace("+0000", "Z")


NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A number as files store it."""
SPACES = (
    " \t\r\n\x0b\x0c\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u202f\u205f\u2060\u3000\ufeff"
)
"""Characters that show nothing. A cell with nothing else is blank; free text is trimmed of them."""


def is_blank(value: Value) -> bool:
    """True if a cell is blank or holds only spaces, of any kind."""
    return value is None or (
        isinstance(value, str) and (not value or (value[0] in SPACES and not value.strip(SPACES)))
    )
