"""Rules that follow from a table's columns alone: how each cell could be read, dates in the window, lengths of texts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.codelists import Codelist
from schemas.columns import Column, Kind, State, TableSpec
from schemas.rules import formula as x
from schemas.rules.base import END_OF_DAYS, Mask, Rule, Words, excel_day, in_states, readable
from schemas.words import dmy

if TYPE_CHECKING:
    import pandas as pd

    from schemas.round.round import Round


@dataclass(frozen=True, kw_only=True)
class StateRule(Rule):
    """A rule about how a cell could be read: broken in each of ``states``."""

    states: frozenset[State]

    def holds(self, frame: pd.DataFrame, spec: TableSpec, round_: Round) -> Mask:
        return ~in_states(frame, self.at, self.states)

    def broken(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str | None:
        cell, column = cells.cell(self.at), spec.by_key[self.at]
        if self.id == "V01":
            return f"{cells.filled()}*{x.blank(cell)}"
        if self.severity == "E" and self.id in ("V02", "V03", "V04"):
            return f"{x.given(cell)}*(1-{_reads(cell, column, cells)}){self._unless_ambiguous(cells, spec, round_)}"
        if self.id == "V03":
            return _may_mean(cell, cells, round_.codes_of(column)) or None
        if self.severity == "W" and self.id == "V04" and not spec.is_form:
            return f"IF(ISNUMBER({cell}),{x.may_be_swapped(cell)}*({x.month_first(cells.column(spec.key, self.at))}),0)"
        return None

    def _unless_ambiguous(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str:
        column = spec.by_key[self.at]
        meaning = _may_mean(cells.cell(self.at), cells, round_.codes_of(column)) if column.codes else ""
        return f"*(1-{meaning})" if meaning else ""

    def words(self, spec: TableSpec, round_: Round) -> Words:
        column = spec.by_key[self.at]
        bounds = {"minimum": f"{column.minimum or 0:g}", "maximum": f"{column.maximum or 0:g}"}
        codes = round_.codelists[column.codes] if column.codes else None
        return {**Rule.words(self, spec, round_), **bounds, "count": str(len(codes.entries) if codes else 0)}

    def variant(self, state: State) -> str:
        return f"{self.message}.{state.name.lower()}" if len(self.states) > 1 else self.message


def _may_mean(cell: str, cells: x.Cells, codes: Codelist) -> str:
    """The expression of "this cell holds an ambiguous word of the list"; nothing where it has none."""
    return x.listed(x.folded(cell), cells.ambiguous(codes.key)) if codes.ambiguous else ""


def _reads(cell: str, column: Column, cells: x.Cells) -> str:
    """The expression of "this cell can be read as its column wants"."""
    if column.kind is Kind.CODE:
        return x.listed(cell, cells.joined(column.codes))
    if column.kind is Kind.DATE:
        return f"IF(ISNUMBER({cell}),({cell}>=1)*({cell}<{END_OF_DAYS}),0)"
    accepted = x.is_count(cell) if column.kind is Kind.COUNT else x.is_amount(cell)
    low = f"*IF(ISNUMBER({cell}),--({cell}>={column.minimum:g}),0)" if column.minimum else ""
    high = f"*IF(ISNUMBER({cell}),--({cell}<={column.maximum:g}),0)" if column.maximum is not None else ""
    return accepted + low + high


@dataclass(frozen=True, kw_only=True)
class InWindow(Rule):
    """V05: a date from ``window.start`` to ``window.end``; a warning up to ``window.opening``."""

    def holds(self, frame: pd.DataFrame, spec: TableSpec, round_: Round) -> Mask:
        days = frame[self.at].to_numpy()
        if self.severity == "E":
            inside = (days >= np.datetime64(round_.start)) & (days <= np.datetime64(round_.end))
        else:
            inside = (days > np.datetime64(self._opening(round_))) | (days < np.datetime64(round_.start))
        return inside | ~readable(frame, self.at)

    def broken(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str | None:
        cell = cells.cell(self.at)
        first, last, opening = excel_day(round_.start), excel_day(round_.end), excel_day(self._opening(round_))
        if self.severity == "E":
            return f"IF(ISNUMBER({cell}),({cell}>=1)*({cell}<{END_OF_DAYS})*(({cell}<{first})+({cell}>={last + 1})),0)"
        return f"IF(ISNUMBER({cell}),({cell}>={first})*({cell}<{opening + 1}),0)"

    def words(self, spec: TableSpec, round_: Round) -> Words:
        days = {"start": dmy(round_.start), "end": dmy(round_.end), "opening": dmy(self._opening(round_))}
        return {**Rule.words(self, spec, round_), **days}

    @staticmethod
    def _opening(round_: Round) -> dt.date:
        """The last day of the window's opening days; the day before the window where it has none."""
        day: dt.date = round_.settings["window"].get("opening", round_.start - dt.timedelta(days=1))
        return day


@dataclass(frozen=True, kw_only=True)
class Length(Rule):
    """V06: a text no shorter and no longer than its column allows."""

    minimum: int = 0
    maximum: int

    def holds(self, frame: pd.DataFrame, spec: TableSpec, round_: Round) -> Mask:
        length = _spaced_once(frame[self.at]).str.len().to_numpy()
        return ((length >= self.minimum) & (length <= self.maximum)) | ~readable(frame, self.at)

    def broken(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str | None:
        cell = cells.cell(self.at)
        length = f"LEN(TRIM({cell}))"
        return f"({length}>0)*(({length}<{self.minimum})+({length}>{self.maximum}))"

    def words(self, spec: TableSpec, round_: Round) -> Words:
        bounds = {"minimum": f"{self.minimum}", "maximum": f"{self.maximum}"}
        return {**Rule.words(self, spec, round_), **bounds}

    def row_words(self, row: Mapping[str, Any], spec: TableSpec, round_: Round) -> Words:
        return {"length": str(len(_REPEATED.sub(" ", row[self.at])))}


_REPEATED = re.compile("  +")


def _spaced_once(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Texts as they are measured: spaces in a row are one, as for TRIM in a formula."""
    doubled = texts.str.contains("  ", regex=False, na=False)
    return texts.mask(doubled, texts[doubled].str.replace(_REPEATED, " ", regex=True)) if doubled.any() else texts


def column_rules(spec: TableSpec) -> tuple[Rule, ...]:
    """The rules that follow from a table's columns alone: S08, S09, V01–V08."""
    return tuple(rule for column in spec.columns for rule in _rules_of(column))


def _rules_of(column: Column) -> list[Rule]:
    rules: list[Rule] = [
        _state("S08", column, State.ERROR, message="error_cell"),
        _state("S09", column, State.NO_VALUE, message="no_value"),
        _state("V08", column, State.REPAIRED, severity="N", message="repaired"),
    ]
    if column.required:
        rules.append(_state("V01", column, State.BLANK, message="required"))
    if column.expected:
        rules.append(_state("V01", column, State.BLANK, severity="W", message="expected", together=True))
    return [*rules, *_KIND_RULES[column.kind](column)]


def _number_rules(column: Column) -> list[Rule]:
    bad = (State.NOT_NUMBER, State.NOT_WHOLE, State.NEGATIVE, State.OUT_OF_RANGE, State.TOO_LONG, State.UNCLEAR)
    return [
        _state("V02", column, *bad, message="number"),
        _state("V07", column, State.SEVERAL, message="several"),
        _state("V08", column, State.DASH, severity="W", message="dash"),
    ]


def _code_rules(column: Column) -> list[Rule]:
    return [
        _state("V03", column, State.NOT_LISTED, message="not_listed"),
        _state("V03", column, State.AMBIGUOUS, severity="W", message="ambiguous"),
    ]


def _date_rules(column: Column) -> list[Rule]:
    rules: list[Rule] = [
        _state("V04", column, State.NOT_DATE, message="not_date"),
        _state("V04", column, State.AMBIGUOUS, severity="W", message="month_first"),
    ]
    if column.in_window:
        rules += [
            InWindow(id="V05", at=column.key, message="in_window"),
            InWindow(id="V05", at=column.key, severity="W", message="opening_days"),
        ]
    return rules


def _text_rules(column: Column) -> list[Rule]:
    from schemas.rules.anonymity import Anonymous

    message = "length" if column.min_length else "max_length"
    length = Length(id="V06", at=column.key, message=message, minimum=column.min_length, maximum=column.max_length)
    return [length, Anonymous(id="V09", at=column.key)] if column.anonymous else [length]


_KIND_RULES = {
    Kind.COUNT: _number_rules,
    Kind.DECIMAL: _number_rules,
    Kind.CODE: _code_rules,
    Kind.DATE: _date_rules,
    Kind.TEXT: _text_rules,
}


def _state(rule: str, column: Column, *states: State, **options: Any) -> StateRule:
    return StateRule(id=rule, at=column.key, states=frozenset(states), **options)
