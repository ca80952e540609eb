"""Rules of one row or table, each speaking three ways.

* ``holds`` — a boolean array over a typed frame, checked by pandera (:mod:`pipeline.check.rules`);
* ``broken`` — an Excel expression for the same question, where a formula can say it;
* ``words`` — what the rule's sentences in ``schemas/messages`` need to name columns and bounds.

A typed frame has one row per data row, a unique index, the table's columns, for each column ``x`` its
:class:`~schemas.columns.State` in ``x__state``, and ``submission``, ``row``, ``agency`` and ``own_locality``.
Rules judge only cells whose state says that they were read; a misread cell has its own finding already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.columns import READABLE, STATE, State, TableSpec
from schemas.rules import formula as x

if TYPE_CHECKING:
    import pandas as pd

    from schemas.round.round import Round

Mask = np.ndarray[Any, np.dtype[np.bool_]]
"""A truth value for each row of a frame."""
Words = dict[str, str]
Frames = Mapping[str, "pd.DataFrame"]
"""Typed frames by table."""
END_OF_DAYS = 2_958_466
"""Excel's number of the day after the last one that it knows, 31/12/9999."""


_READABLE = frozenset(READABLE)


def readable(frame: pd.DataFrame, *keys: str) -> Mask:
    """Rows in which every one of ``keys`` was read to a value."""
    return _all_in_states(frame, keys, _READABLE)


def readable_or_blank(frame: pd.DataFrame, keys: Iterable[str]) -> Mask:
    """Rows in which every one of ``keys`` was read to a value or is blank."""
    return _all_in_states(frame, keys, _READABLE | {State.BLANK})


def _all_in_states(frame: pd.DataFrame, keys: Iterable[str], states: frozenset[State]) -> Mask:
    mask: Mask = np.ones(len(frame), dtype=bool)
    for key in keys:
        mask &= in_states(frame, key, states)
    return mask


def in_states(frame: pd.DataFrame, key: str, states: frozenset[State]) -> Mask:
    """Rows whose cell of column ``key`` is in one of ``states``."""
    return np.take(_table_of(states), frame[key + STATE].to_numpy())


@lru_cache
def _table_of(states: frozenset[State]) -> Mask:
    """A truth value for each possible state: looking them up is quickest, and rules ask for states hundreds of times a batch."""
    table = np.zeros(np.iinfo("uint8").max + 1, dtype=bool)
    table[list(states)] = True
    return table


def lookup(codes: pd.Series[Any], values: Mapping[str, Any], default: Any) -> np.ndarray[Any, Any]:
    """``values`` by code for a categorical Series; ``default`` where the code is missing or unknown."""
    table = np.array([*(values.get(code, default) for code in codes.cat.categories), default])
    return table[codes.cat.codes.to_numpy()]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of a table: where its finding stands, how grave it is, and the key of its sentences."""

    id: str
    at: str
    severity: str = "E"
    message: str = ""
    together: bool = False
    """One finding a sheet, however many cells and columns."""

    @property
    def beside(self) -> tuple[str, ...]:
        """Further columns that the sentence names: rows that differ there are different findings."""
        return ()

    def involves(self, spec: TableSpec) -> tuple[str, ...]:
        """The columns that a mistake found by this rule may stand in."""
        return (self.at,)

    @property
    def label(self) -> str:
        """Unique within a table."""
        return f"{self.id}.{self.severity}.{self.message}@{self.at}"

    def holds(self, frame: pd.DataFrame, spec: TableSpec, round_: Round) -> Mask:
        """True where the rule is met or can't be judged."""
        raise NotImplementedError

    def broken(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str | None:
        """An Excel expression that is positive where the rule is broken; ``None`` where no formula can say it."""
        raise NotImplementedError

    def words(self, spec: TableSpec, round_: Round) -> Words:
        """Names and bounds for the sentences."""
        return {"title": spec.by_key[self.at].title, "unit": spec.by_key[self.at].unit}

    def row_words(self, row: Mapping[str, Any], spec: TableSpec, round_: Round) -> Words:
        """What one row adds to the words: the numbers at fault, the legal basis."""
        return {}

    def earlier_rows(self, frame: pd.DataFrame, index: pd.Index, spec: TableSpec) -> np.ndarray[Any, Any] | None:
        """The sheet row that each row of ``index`` repeats, of a rule about rows that do; none of any other."""
        return None

    def earlier_row(self, cells: x.Cells, spec: TableSpec, row: str) -> str:
        """The same as an array formula's expression, for the sheet row that ``row`` gives; blank of any other rule."""
        return ""

    def variant(self, state: State) -> str:
        """The message key for a cell in ``state``."""
        return self.message


@dataclass(frozen=True, kw_only=True)
class CrossRule:
    """A rule between tables. Its findings stand in column ``at`` of ``table``."""

    id: str
    table: str
    at: str
    severity: str = "E"
    message: str
    announced: bool = True
    """One note tells a return for which the rule was skipped (see ``rests_on``)."""

    @property
    def label(self) -> str:
        """Unique within a round."""
        return f"{self.id}.{self.severity}.{self.message}@{self.table}.{self.at}"

    def needs(self, round_: Round) -> tuple[str, ...]:
        """Tables without which nothing can be judged."""
        raise NotImplementedError

    def rests_on(self, round_: Round) -> set[tuple[str, str]]:
        """(table, column) pairs whose errors this rule would only echo: a return with one there is not judged."""
        return set()

    def message_of(self, row: Mapping[str, Any]) -> str:
        """The message key for one failed row."""
        return self.message

    def judge(self, frames: Frames, round_: Round) -> pd.DataFrame:
        """One row per thing judged: ``submission``, boolean ``holds``, keys and numbers for the words."""
        raise NotImplementedError

    def rows(self, failed: pd.DataFrame, frames: Frames, round_: Round) -> pd.DataFrame:
        """Rows of ``table`` at fault: its index in ``row_index``, with the columns of ``failed``."""
        raise NotImplementedError

    def broken(self, cells: x.Cells, round_: Round) -> str | None:
        """An Excel expression over the rows of ``table``, positive where the rule is broken."""
        raise NotImplementedError

    def words(self, round_: Round) -> Words:
        """Names for the sentences."""
        column = round_.by_key[self.table].by_key[self.at]
        return {"title": column.title, "unit": column.unit, "sheet": round_.by_key[self.table].sheet}

    def row_words(self, row: Mapping[str, Any], round_: Round) -> Words:
        """What one failed row adds to the words."""
        return {}


def titles(spec: TableSpec, keys: tuple[str, ...], sign: str) -> str:
    """The titles of several columns, joined by ``sign``."""
    return sign.join(spec.by_key[key].title for key in keys)


def number(value: float) -> str:
    """A number without a needless decimal part."""
    return f"{value:.10g}"


def excel_day(day: dt.date) -> int:
    """Excel's serial number of a day (1900 system)."""
    return (day - dt.date(1899, 12, 30)).days
