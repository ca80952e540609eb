"""What a form is made of, as plain declarations: kinds, cell states, columns and tables.

Free of pandas and pandera, so that the processes that read files start quickly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property

STATE = "__state"
"""Suffix of the companion column that holds a cell's :class:`State`."""


RESERVED = frozenset({"submission", "agency", "own_locality", "row", "reading_row"})
"""Columns that every typed frame has beside the declared ones, which must have other keys."""


class Kind(StrEnum):
    """How a cell is read and what it may hold."""

    CODE = "code"
    COUNT = "count"
    DECIMAL = "decimal"
    DATE = "date"
    TEXT = "text"


class State(IntEnum):
    """What became of a cell when it was read. From ``BLANK`` on there is no typed value."""

    OK = 0
    REPAIRED = 1
    """Read with a uniform repair (V08); the typed value is there."""
    DASH = 2
    """A dash read as 0 (V08, a warning); the typed value is there."""
    AMBIGUOUS = 3
    """Perhaps meant otherwise (a warning: V03 for codes, V04 for days, V08 for texts); the typed
    value is there."""
    MOMENT = 4
    """A time that is midnight on another clock, read as its day (V04, a warning); the typed value
    is there."""
    SHOWN_IN_PART = 5
    """A day whose cell hides day, month or year (V04, a warning); the typed value is there."""
    OWN = 6
    """A blank that can only mean the agency's own entry (V08, a note); the typed value is there."""
    BLANK = 10
    NOT_NUMBER = 11
    NOT_WHOLE = 12
    NEGATIVE = 13
    OUT_OF_RANGE = 14
    NOT_LISTED = 15
    NOT_DATE = 16
    SEVERAL = 17
    """Several numbers in one cell (V07)."""
    ERROR = 18
    """An Excel error such as ``#REF!`` (S08)."""
    NO_VALUE = 19
    """A formula without a stored value (S09)."""
    MERGED = 20
    """Covered by a merged range: the value stands in its first row only (S10)."""
    ABSENT = 21
    """The file has no such column (S06 where it is required)."""
    TOO_LONG = 22
    """A number of more digits than a spreadsheet keeps: nobody can say what was meant."""
    UNCLEAR = 23
    """Two numbers to different readers ("1,234"), and the column's other cells don't tell which."""
    NOT_ASKED = 24
    """The form has no such column: it was declared later. Rules take it for blank."""
    STALE = 40
    """A formula whose stored value isn't what it gives (S09)."""
    CIRCULAR = 41
    """A formula that needs its own result (S09)."""
    UNCALCULATED = 42
    """A formula whose stored nought nobody has worked out (S09)."""
    OTHER_UNIT = 25
    """A number in another unit than the column's: cases where persons are counted."""
    STRUCK = 26
    """Digits of which some are struck out, or set high or low: nobody can say which count (V07)."""
    SEEN_OTHERWISE = 27
    """A number whose format shows another one, or none: nobody can say which counts."""
    PICTURE = 30
    """A picture in the place of a value (S08)."""


MOST_DIGITS = 15
"""Digits that a spreadsheet number keeps."""


def is_whole(number: float) -> bool:
    """Whether a number is whole but for rounding errors: 0.1 × 30 is, 400000000.4 isn't."""
    return abs(number - round(number)) <= max(1e-9, 4 * math.ulp(number))


DECIMALS = 6
"""Digits behind the point to which sums are compared: the last of a sum's sixteen digits is off."""

READABLE = (
    State.OK,
    State.REPAIRED,
    State.DASH,
    State.AMBIGUOUS,
    State.MOMENT,
    State.SHOWN_IN_PART,
    State.OWN,
)
"""States in which the typed value is there and may be judged."""


@dataclass(frozen=True)
class Column:
    """One declared column of a table (or one label of a label-value sheet).

    ``width`` is in Excel character units; ``minimum`` and ``maximum`` bound numbers;
    ``min_length`` and ``max_length`` bound text, in characters.
    """

    title: str
    kind: Kind
    key: str = ""
    codes: str = ""
    required: bool = False
    is_key: bool = False
    prefilled: bool = False
    counted: bool = True
    """A number that may be added up over rows (a grade from 1 to 5 may not)."""
    expected: bool = False
    """Optional, but a blank is worth one warning a sheet (label-value sheets)."""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    min_length: int = 0
    max_length: int = 32_000
    in_window: bool = False
    may_precede: bool = False
    """A date in the window that may lie before it: only a warning."""
    anonymous: bool = False
    own: bool = False
    """A blank stands for the agency's own entry, if it has one (a province its own locality)."""
    depends_on: str = ""
    width: float = 14
    help: str = ""
    synonyms: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether the column holds counts or amounts."""
        return self.kind in (Kind.COUNT, Kind.DECIMAL)

    @property
    def has_decimals(self) -> bool:
        """Whether the column holds amounts, whose sums may be off in the last digit."""
        return self.kind is Kind.DECIMAL

    @property
    def may_be_negative(self) -> bool:
        """Whether the column takes numbers below 0."""
        return self.is_number and (self.minimum is None or self.minimum < 0)

    @property
    def is_measure(self) -> bool:
        """Whether the column is a number that may be added up."""
        return self.is_number and self.counted


@dataclass(frozen=True)
class TableSpec:
    """A declared table: its sheet and columns. Its rules stand in the round, by table."""

    key: str
    sheet: str
    title: str
    note: str
    columns: tuple[Column, ...]
    essential: bool = False
    """Whether a return without this sheet can't be judged (S05 is then an error)."""
    evidence: bool = False
    """Whether a data row here contradicts a nil return (S13)."""
    is_form: bool = False
    """A label-value sheet: one label a row, its value beside it."""
    prepared: str = ""
    """Code list that gives one prepared row an entry, written into the pre-filled column."""
    confirmed: Mapping[str, str] = field(default_factory=dict)
    """Keys of columns by the titles that an operator confirmed for one agency's workbooks."""

    def __hash__(self) -> int:
        """By key alone: a hash of all columns would cost more than what is looked up by it."""
        return hash(self.key)

    @cached_property
    def by_key(self) -> Mapping[str, Column]:
        """Columns by key."""
        return {column.key: column for column in self.columns}

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Column keys, in the order of the sheet."""
        return tuple(column.key for column in self.columns)

    @cached_property
    def key_columns(self) -> tuple[Column, ...]:
        """The columns that make a row unique."""
        return tuple(column for column in self.columns if column.is_key)

    @cached_property
    def measures(self) -> tuple[Column, ...]:
        """The number columns that may be added up."""
        return tuple(column for column in self.columns if column.is_measure)

    @cached_property
    def code_columns(self) -> tuple[Column, ...]:
        """The columns of a code list."""
        return tuple(column for column in self.columns if column.kind is Kind.CODE)

    @cached_property
    def asks_for_words(self) -> bool:
        """Whether a row must say something else than numbers: one that doesn't is no data."""
        return any(column.required and not column.is_number for column in self.columns)

    def has(self, *keys: str) -> bool:
        """Whether every one of ``keys`` is a column here."""
        return all(key in self.by_key for key in keys)
