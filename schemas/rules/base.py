"""The base of all rules.

A rule speaks three ways:

* as a check: a row rule says whether each row of a typed frame ``holds``, a rule between tables
  ``judge`` groups of rows; :mod:`schemas.frame` makes a ``pandera.Check`` of either;
* ``broken``: an Excel expression for the same question, where a formula can say it;
* ``words``: what the rule's sentences in ``schemas/messages`` need to name columns and bounds.

A typed frame has one row per data row, a unique index, the table's columns, for each column ``x``
its :class:`~schemas.columns.State` in ``x__state``, and the columns of
:data:`schemas.columns.RESERVED`. Rules judge only cells whose state says that they were read; a
misread cell has its own finding already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from schemas.codelists import Codelist
from schemas.columns import READABLE, STATE, Column, State, TableSpec
from schemas.excel import day_number
from schemas.rules import formula as x
from schemas.rules.facts import Facts
from schemas.rules.names import Name, What, columns

if TYPE_CHECKING:
    import pandas as pd

Mask = np.ndarray[Any, np.dtype[np.bool_]]
"""A truth value for each row of a frame."""
Words = dict[str, str]
Frames = Mapping[str, "pd.DataFrame"]
"""Typed frames by table."""
ColumnKey = tuple[str, str]
"""A table and one of its columns, by key."""
END_OF_DAYS = 2_958_466
"""Excel's number of the day after the last one that it knows, 31/12/9999."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: its id, its severity, the column of its findings, and the key of its sentences."""

    id: str
    at: str
    """The key of the column in which its findings are reported."""
    table: str = ""
    """The table of that column. The round fills it in for rules that a table declares."""
    severity: str = "E"
    message: str = ""

    @property
    def label(self) -> str:
        """A name that is unique within a table: the name of its pandera check."""
        return f"{self.id}.{self.severity}.{self.message}@{self.at}"

    def spec(self, facts: Facts) -> TableSpec:
        """The table in which its findings are reported."""
        return facts.by_key[self.table]

    def column(self, facts: Facts, key: str = "") -> Column:
        """A column of its table: the column ``at`` unless ``key`` names another."""
        return self.spec(facts).by_key[key or self.at]

    def codes(self, facts: Facts, key: str = "") -> Codelist:
        """The code list of ``column(facts, key)``."""
        return facts.codes_of(self.column(facts, key))

    def names(self) -> Iterator[Name]:
        """Yield every name in its declaration: loading a round checks that each exists."""
        yield from columns("at", self.at, self.table)

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        """Give an Excel expression that is > 0 where the rule is broken; None if no formula can."""
        raise NotImplementedError

    def words(self, facts: Facts) -> Words:
        """Fill the gaps of its sentences: titles, bounds, sheets."""
        column = self.column(facts)
        return {"title": column.title, "unit": column.unit}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        """Fill the gaps that differ by row (or group): the numbers at fault, the legal basis."""
        return {}


@dataclass(frozen=True, kw_only=True)
class RowRule(Rule):
    """A rule that each row of a table meets or breaks."""

    together: bool = False
    """True if all its broken cells of a sheet make one finding, not one per column."""
    breaks_if_merged: ClassVar[bool] = False
    """Whether a cell that a merged one covers breaks it: to a formula, such a cell is blank."""

    @property
    def beside(self) -> tuple[str, ...]:
        """Further columns that its sentence names. Rows that differ there are separate findings."""
        return ()

    def involves(self, facts: Facts) -> tuple[str, ...]:
        """The columns that may hold the mistake, in whichever cell the finding is reported."""
        return (self.at,)

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        """Give True for each row that meets the rule or can't be judged."""
        raise NotImplementedError

    def variant(self, state: State) -> str:
        """The message key for a cell in this state."""
        return self.message

    def row_variant(self, row: Mapping[str, Any], facts: Facts) -> str:
        """The variant of the message that fits one failed row; blank for the message itself."""
        return ""


@dataclass(frozen=True, kw_only=True)
class CrossRule(Rule):
    """A rule between tables, judged over the frames of many returns at once."""

    announced: bool = True
    """True if a return for which the rule was skipped gets a note (see ``explained_by``)."""

    @property
    def label(self) -> str:
        return f"{self.id}.{self.severity}.{self.message}@{self.table}.{self.at}"

    def names(self) -> Iterator[Name]:
        yield Name("table", What.TABLE, self.table)
        yield from Rule.names(self)

    def tables(self, facts: Facts) -> tuple[str, ...]:
        """The tables that it compares, its own first. A return that lacks one (S05) is skipped."""
        raise NotImplementedError

    def needs(self, facts: Facts) -> set[ColumnKey]:
        """The columns without which the rule can't be judged.

        Name as few as possible: a return on an older form lacks the columns that were declared
        later, and must still be judged.
        """
        raise NotImplementedError

    def explained_by(self, facts: Facts) -> set[ColumnKey]:
        """The columns whose errors it would only repeat. A return with one there is skipped."""
        return set()

    def judge(self, frames: Frames, facts: Facts) -> pd.DataFrame:
        """Give one row per thing compared: ``submission``, boolean ``holds``, values for words."""
        raise NotImplementedError

    def rows(self, failed: pd.DataFrame, frames: Frames, facts: Facts) -> pd.DataFrame:
        """Give the rows at fault: their index as ``row_index``, and the columns of ``failed``."""
        raise NotImplementedError

    def message_of(self, row: Mapping[str, Any]) -> str:
        """The message key for one failed row of ``judge``."""
        return self.message

    def words(self, facts: Facts) -> Words:
        return {**Rule.words(self, facts), "sheet": self.spec(facts).sheet}


# --- what rules ask of frames ---------------------------------------------------------------------

_READABLE = frozenset(READABLE)


def readable(frame: pd.DataFrame, *keys: str) -> Mask:
    """True for each row in which all columns ``keys`` were read to a value."""
    return _all_in_states(frame, keys, _READABLE)


def readable_or_blank(frame: pd.DataFrame, keys: Iterable[str]) -> Mask:
    """The same, but blank cells and columns that the form didn't ask for are fine too."""
    return _all_in_states(frame, keys, _READABLE | {State.BLANK, State.NOT_ASKED})


def _all_in_states(frame: pd.DataFrame, keys: Iterable[str], states: frozenset[State]) -> Mask:
    mask: Mask = np.ones(len(frame), dtype=bool)
    for key in keys:
        mask &= in_states(frame, key, states)
    return mask


def in_states(frame: pd.DataFrame, key: str, states: frozenset[State]) -> Mask:
    """True for each row whose cell of column ``key`` is in one of ``states``."""
    return np.take(_table_of(states), frame[key + STATE].to_numpy())


@lru_cache
def _table_of(states: frozenset[State]) -> Mask:
    """A truth value per possible state.

    Kept, and indexed by state: rules ask for states hundreds of times per batch, and this is the
    quickest way.
    """
    table = np.zeros(np.iinfo("uint8").max + 1, dtype=bool)
    table[list(states)] = True
    return table


def lookup(codes: pd.Series[Any], values: Mapping[str, Any], default: Any) -> np.ndarray[Any, Any]:
    """Map a categorical Series by ``values``; ``default`` for codes missing or unknown."""
    table = np.array([*(values.get(code, default) for code in codes.cat.categories), default])
    return table[codes.cat.codes.to_numpy()]


# --- what rules say -------------------------------------------------------------------------------


def titles(spec: TableSpec, keys: Iterable[str], sign: str) -> str:
    """The titles of several columns, joined by ``sign``."""
    return sign.join(spec.by_key[key].title for key in keys)


def number(value: float) -> str:
    """A number without a needless decimal part."""
    return f"{value:.10g}"


def excel_day(day: dt.date) -> int:
    """Excel's serial number of a day (1900 system)."""
    return day_number(day)


def bounds(column: Column) -> Words:
    """A column's bounds as its sentences name them.

    For numbers from 0 on no sentence names the upper bound; it is always "0" here. Don't change
    it: a clerk's answer is matched to the finding that has exactly the same words.
    """
    if not column.is_number or (column.minimum == 0 and column.maximum is None):
        return {"minimum": "0", "maximum": "0"}
    return {
        "minimum": "-∞" if column.minimum is None else number(column.minimum),
        "maximum": "∞" if column.maximum is None else number(column.maximum),
    }
