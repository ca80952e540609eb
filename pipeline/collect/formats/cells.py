"""A sheet as found: raw cells with their true addresses, before any repair."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Self, TypeVar

from pipeline.collect.formats.seen import RichText, SeenDay, SeenNumber
from pipeline.collect.formats.surroundings import NOTHING_HIDDEN, Hidden
from pipeline.office.addresses import index, letters
from schemas.columns import State
from schemas.excel import DAY_ZERO

Part = TypeVar("Part")


class UnreadableError(Exception):
    """A file that is no readable workbook. ``reason`` names a variant of the message ``not_workbook``."""

    def __init__(self, reason: str, **words: str) -> None:
        super().__init__(reason)
        self.reason, self.words = reason, words


def by_name(sheets: Iterable[tuple[str, Part]]) -> dict[str, Part]:
    """What belongs to each sheet, by its name; raises ``UnreadableError`` where two have one name, whatever its case: readers take either."""
    found: dict[str, Part] = {}
    known: set[str] = set()
    for name, part in sheets:
        if name.casefold() in known:
            raise UnreadableError("irregular")
        known.add(name.casefold())
        found[name] = part
    return found


@dataclass(frozen=True)
class ErrorValue:
    """An Excel error, such as ``#REF!``."""

    text: str


@dataclass(frozen=True)
class Picture(ErrorValue):
    """A picture that was placed in a cell: other programs find an error or a formula there, which is its ``text``."""


PICTURE_FUNCTION = "DISPIMG("
"""How a formula of WPS Office begins that shows a picture in its cell."""


@dataclass(frozen=True)
class NoValue:
    """A formula without a stored value."""

    formula: str = ""


class OldText(str):
    """Text in a font from before Unicode: ``modern`` tells what its letters show there."""

    __slots__ = ("modern",)
    modern: Callable[[str], str]

    def __new__(cls, text: str, modern: Callable[[str], str]) -> Self:
        made = super().__new__(cls, text)
        made.modern = modern
        return made

    def __eq__(self, other: object) -> bool:
        """The same letters in another font are another text."""
        return isinstance(other, OldText) and str(self) == str(other) and self.modern is other.modern

    __hash__ = str.__hash__

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


Value = str | float | dt.date | ErrorValue | NoValue | None
"""What a cell holds: text, a number, a day (a moment where it has a time of day), an error, a formula without a value, or nothing."""


class Formula(NamedTuple):
    """A formula as a file has it: its text without the equals sign, its kind ("shared", "array"…), the range and the number of its group."""

    text: str
    kind: str = ""
    area: str = ""
    group: str = ""


@dataclass(frozen=True)
class Written:
    """A sheet as it was written, for formulas: bare values (days as numbers) by column letters and row, and the formulas by row and column letters."""

    columns: Mapping[str, Mapping[int, object]]
    formulas: Mapping[tuple[int, str], Formula]

    @cached_property
    def shared(self) -> Mapping[str, tuple[int, str]]:
        """Where the formula of each group of copies is written, by the group's number."""
        return {each.group: place for place, each in self.formulas.items() if each.kind == "shared" and each.text}


class Area(NamedTuple):
    """A merged range; rows and columns are counted from 1, the ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int

    def covered(self) -> Iterator[tuple[int, str]]:
        """Row and column letters of every cell but the first."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                if (row, column) != (self.top, self.left):
                    yield row, letters(column)


Columns = Mapping[str, Mapping[int, Value]]
"""Filled cells: column letters -> row number -> value."""


@dataclass(frozen=True)
class Grid:
    """The filled cells of one sheet, its merged ranges, and the days to add to a serial number of a day.

    ``ordered`` tells whether the file lists the cells row by row, from left to right; each has its own address all the same.
    ``doubts`` tells by column letters and row of formulas whose stored value can't be what they give: why, and what people read of it.
    ``struck`` are the cells whose whole content is struck out, by row and column letters; ``timezone`` is the clock of moments that name their own.
    """

    columns: Columns
    merged: tuple[Area, ...] = ()
    epoch_shift: int = 0
    ordered: bool = True
    doubts: Mapping[str, Mapping[int, tuple[State, str]]] = field(default_factory=dict)
    struck: frozenset[tuple[int, str]] = frozenset()
    timezone: dt.tzinfo = dt.UTC
    hidden: Hidden = NOTHING_HIDDEN

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """Letters of the columns that hold something, from left to right."""
        return tuple(sorted(self.columns, key=index))

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """Numbers of the rows that hold something, from top to bottom."""
        return tuple(sorted(self._by_row))

    @cached_property
    def _by_row(self) -> Mapping[int, list[str]]:
        """Letters of the filled columns of every row, from left to right."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for column in self.letters:
            for row in self.columns[column]:
                found[row].append(column)
        return dict(found)

    def filled(self, row: int) -> Sequence[str]:
        """Letters of the columns that hold something in a row, from left to right."""
        return self._by_row.get(row, ())

    def value(self, row: int, column: str) -> Value:
        """The value of one cell; nothing where it is blank."""
        return self.columns.get(column, {}).get(row)

    def values(self, row: int) -> dict[str, Value]:
        """The filled cells of one row, by column letters, from left to right."""
        return {column: self.columns[column][row] for column in self.filled(row)}

    def column(self, column: str, rows: Iterable[int]) -> list[Value]:
        """The cells of one column in ``rows``; nothing where a cell is blank."""
        return list(map(self.columns.get(column, {}).get, rows))


MACINTOSH_SHIFT = 1462
"""Days between the two ways to count, from 1900 and from 1904."""
_LAST_SERIAL = 2_958_465
"""31/12/9999."""
_FALSE_LEAP_DAY = 60
"""Excel counts a 29 February 1900."""


_SECONDS = 24 * 60 * 60


def day_of(serial: float, epoch_shift: int = 0) -> Value:
    """The day of a serial number, ``epoch_shift`` days off for workbooks that count from 1904; the number itself where it is no day.

    A moment where it has a time of day, to the second.
    """
    if not 1 <= serial + epoch_shift <= _LAST_SERIAL:
        return serial
    days, seconds = divmod(round(serial * _SECONDS), _SECONDS)
    days += epoch_shift
    day = DAY_ZERO + dt.timedelta(days=days + (days < _FALSE_LEAP_DAY))
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=seconds) if seconds else day


def iso_day(text: str) -> Value:
    """The day of an ISO date or moment, a moment where it has a time of day; anything else, such as a time alone, as the text that it is."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return text or None
    return moment if moment.tzinfo or moment.time() != dt.time() else moment.date()


NOTHING_SEEN = "[ ]"
"""What is told of a cell that holds something and shows nothing."""


def shown(value: Value) -> str:
    """A raw value as text for people: whole numbers without a fraction, days as dd/mm/yyyy."""
    if value is None or type(value) is str:  # as most are
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
    """A number as text; beside what is seen of it where its format shows something else."""
    plain = f"{value:.0f}" if 1e15 <= abs(value) < 1e21 else f"{value:.15g}"  # noqa: PLR2004
    if isinstance(value, SeenNumber):
        return f"{value.text or NOTHING_SEEN} ≠ {plain}" if value.differs else value.text
    return plain


def _zone(moment: dt.datetime) -> str:
    """How far a moment's clock is from that of Greenwich, as it is usually written; blank where it doesn't say."""
    return "" if moment.tzinfo is None else f"{moment:%z}".replace("+0000", "Z")


NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A number as files write it."""
SPACES = " \t\r\n\x0b\x0c\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u2060\u3000\ufeff"
"""Characters that show nothing: a cell of nothing else is blank, and free text is trimmed of them."""


def is_blank(value: Value) -> bool:
    """Whether a cell is blank; spaces alone, of any kind, are."""
    return value is None or (isinstance(value, str) and (not value or (value[0] in SPACES and not value.strip(SPACES))))
