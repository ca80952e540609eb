"""Rules between the cells of one row: what ``tables.py`` of a round declares beside its columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.codelists import forbidden
from schemas.columns import DECIMALS, STATE, State, TableSpec
from schemas.rules import formula as x
from schemas.rules.base import Mask, Rule, Words, excel_day, lookup, number, readable, readable_or_blank, titles

if TYPE_CHECKING:
    import pandas as pd

    from schemas.round.round import Round


@dataclass(frozen=True, kw_only=True)
class SumOf(Rule):
    """R01: the total is the sum of its parts where all are given, and the given ones never exceed it."""

    parts: tuple[str, ...]
    message: str = "sum_of"

    def involves(self, spec: TableSpec) -> tuple[str, ...]:
        return (self.at, *self.parts)

    def holds(self, frame: pd.DataFrame, spec: TableSpec, round_: Round) -> Mask:
        parts, total = frame[list(self.parts)].to_numpy(), frame[self.at].to_numpy()
        total, given, complete = total.round(DECIMALS), np.nansum(parts, axis=1).round(DECIMALS), ~np.isnan(parts).any(axis=1)
        judged = readable(frame, self.at) & readable_or_blank(frame, self.parts)
        holds: Mask = np.where(complete, given == total, given <= total) | ~judged
        return holds

    def broken(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str | None:
        total, parts = cells.cell(self.at), [cells.cell(part) for part in self.parts]
        usable = x.all_of([x.is_count(total), *(f"{x.blank(part)}+{x.is_count(part)}" for part in parts)])
        complete = x.all_of(x.given(part) for part in parts)
        given = "+".join(f"IF(ISNUMBER({part}),{part},0)" for part in parts)
        return f"{usable}*IF({complete}>0,--({given}<>{total}),--({given}>{total}))"

    def words(self, spec: TableSpec, round_: Round) -> Words:
        return {**Rule.words(self, spec, round_), "parts": titles(spec, self.parts, " + ")}

    def row_words(self, row: Mapping[str, Any], spec: TableSpec, round_: Round) -> Words:
        values = [row[part] for part in self.parts if not np.isnan(row[part])]
        added = f"{' + '.join(map(number, values))} = " if len(values) > 1 else ""
        return {"detail": f" ({added}{number(sum(values))} ≠ {number(row[self.at])})"}


@dataclass(frozen=True, kw_only=True)
class Breakdown(Rule):
    """R01, a warning: a total above 0 is broken down into all of its parts."""

    parts: tuple[str, ...]
    severity: str = "W"
    message: str = "breakdown"

    def holds(self, frame: pd.DataFrame, spec: TableSpec, round_: Round) -> Mask:
        missing = (frame[[part + STATE for part in self.parts]].to_numpy() == State.BLANK).any(axis=1)
        holds: Mask = ~(missing & readable(frame, self.at) & (frame[self.at].to_numpy() > 0))
        return holds

    def broken(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str | None:
        total = cells.cell(self.at)
        missing = "+".join(x.blank(cells.cell(part)) for part in self.parts)
        return f"{x.is_count(total)}*IF(ISNUMBER({total}),--({total}>0),0)*(({missing})>0)"

    def words(self, spec: TableSpec, round_: Round) -> Words:
        return {**Rule.words(self, spec, round_), "parts": titles(spec, self.parts, ", ")}


@dataclass(frozen=True, kw_only=True)
class AtLeast(Rule):
    """R02: the sum of some counts of a row is at least ``minimum``."""

    of: tuple[str, ...]
    minimum: int = 1
    message: str = "at_least"

    def involves(self, spec: TableSpec) -> tuple[str, ...]:
        return self.of

    def holds(self, frame: pd.DataFrame, spec: TableSpec, round_: Round) -> Mask:
        holds: Mask = (np.nansum(frame[list(self.of)].to_numpy(), axis=1) >= self.minimum) | ~readable(frame, *self.of)
        return holds

    def broken(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str | None:
        counted = [cells.cell(key) for key in self.of]
        return f"{x.all_of(map(x.is_count, counted))}*IF({'+'.join(counted)}<{self.minimum},1,0)"

    def words(self, spec: TableSpec, round_: Round) -> Words:
        return {**Rule.words(self, spec, round_), "parts": titles(spec, self.of, " + "), "minimum": str(self.minimum)}


@dataclass(frozen=True, kw_only=True)
class InPeriod(Rule):
    """V05, a warning: a date lies in the row's own period."""

    period: str
    severity: str = "W"
    message: str = "in_period"

    @property
    def beside(self) -> tuple[str, ...]:
        return (self.period,)

    def holds(self, frame: pd.DataFrame, spec: TableSpec, round_: Round) -> Mask:
        first, last = period_days(frame[self.period], round_)
        days = frame[self.at].to_numpy()
        inside = (days >= first) & (days <= last)
        in_window = (days >= np.datetime64(round_.start)) & (days <= np.datetime64(round_.end))
        return inside | ~in_window | ~readable(frame, self.at, self.period)

    def broken(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str | None:
        day, period = cells.cell(self.at), cells.cell(self.period)
        codes = spec.by_key[self.period].codes
        first, last = _period_bounds(cells, codes, period)
        bounds = f"(INT({day})>={excel_day(round_.start)})*(INT({day})<={excel_day(round_.end)})"
        known = x.listed(period, cells.joined(codes))
        return f"IF(ISNUMBER({day}),{bounds}*{known}*((INT({day})<{first})+(INT({day})>{last})),0)"

    def words(self, spec: TableSpec, round_: Round) -> Words:
        return {**Rule.words(self, spec, round_), "other": spec.by_key[self.period].title}

    def row_words(self, row: Mapping[str, Any], spec: TableSpec, round_: Round) -> Words:
        return {"period": round_.codes_of(spec.by_key[self.period]).name(row[self.period])}


@dataclass(frozen=True, kw_only=True)
class Allowed(Rule):
    """R03: an entry may go with another by a list of pairs, on the row's date or else in its period.

    ``firm`` rules rest on texts that were read (errors); the others on what is only remembered (warnings).
    """

    given: str
    pairs: str
    day: str = ""
    period: str = ""
    firm: bool = True
    message: str = "allowed"

    @property
    def beside(self) -> tuple[str, ...]:
        return (self.given,)

    def holds(self, frame: pd.DataFrame, spec: TableSpec, round_: Round) -> Mask:
        first, last = decided_days(frame, self.day, self.period, round_)
        bad = np.zeros(len(frame), dtype=bool)
        given, entry = frame[self.given].to_numpy(object), frame[self.at].to_numpy(object)
        for pair in self._forbidden(round_):
            hit = (given == pair.first) & (entry == pair.second)
            if hit.any():
                bad |= hit & (first >= np.datetime64(pair.valid_from)) & (last <= np.datetime64(pair.valid_to))
        return ~bad | ~readable(frame, self.given, self.at)

    def broken(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str | None:
        pairs, first, last = cells.pairs(self.pairs, firm=self.firm)
        given, entry = cells.cell(self.given), cells.cell(self.at)
        low, high = str(excel_day(round_.start)), str(excel_day(round_.end))
        if self.period:
            low, high = _period_bounds(cells, spec.by_key[self.period].codes, cells.cell(self.period))
        if self.day:
            day = cells.cell(self.day)
            low, high = (f"IF(ISNUMBER({day}),INT({day}),{bound})" for bound in (low, high))
        known = "*".join(x.listed(cells.cell(key), cells.joined(spec.by_key[key].codes)) for key in (self.given, self.at))
        return f'{known}*COUNTIFS({pairs},{x.pair(given, entry)},{first},"<="&{low},{last},">="&{high})'

    def _forbidden(self, round_: Round) -> list[Any]:
        return [pair for pair in forbidden(round_.pairs[self.pairs], round_.start, round_.end) if pair.firm == self.firm]

    def words(self, spec: TableSpec, round_: Round) -> Words:
        return {**Rule.words(self, spec, round_), "other": spec.by_key[self.given].title}

    def row_words(self, row: Mapping[str, Any], spec: TableSpec, round_: Round) -> Words:
        names = {key: round_.codes_of(spec.by_key[key]) for key in (self.given, self.at)}
        first, last = days_of_row(row, self.day, self.period, round_)
        found = [
            pair
            for pair in self._forbidden(round_)
            if (pair.first, pair.second) == (row[self.given], row[self.at]) and pair.valid_from <= first and last <= pair.valid_to
        ]
        allowed = [
            pair.second
            for pair in round_.pairs[self.pairs]
            if pair.first == row[self.given] and pair.allowed and pair.valid_from <= last and pair.valid_to >= first
        ]
        group = names[self.at].by_code[row[self.at]].extra.get("group")
        alike = [c for c in dict.fromkeys(allowed) if names[self.at].by_code[c].extra.get("group") == group]
        return {
            "given": names[self.given].name(row[self.given]),
            "entry": names[self.at].name(row[self.at]),
            "basis": found[0].basis if found else "",
            "allowed": "; ".join(names[self.at].name(code) for code in alike) or "—",
        }


@dataclass(frozen=True, kw_only=True)
class BelongsTo(Rule):
    """R04: an entry belongs to the entry of another column; ``*`` in the list belongs to all."""

    parent: str
    attribute: str
    any_parent: tuple[str, ...] = ()
    severity: str = "W"
    message: str = "belongs_to"

    @property
    def beside(self) -> tuple[str, ...]:
        return (self.parent,)

    def holds(self, frame: pd.DataFrame, spec: TableSpec, round_: Round) -> Mask:
        parent = lookup(frame[self.at], round_.codes_of(spec.by_key[self.at]).attribute(self.attribute), "*")
        actual = frame[self.parent].to_numpy(object)
        fits = (parent == "*") | (parent == actual) | frame[self.parent].isin(self.any_parent).to_numpy()
        holds: Mask = fits | ~readable(frame, self.at, self.parent)
        return holds

    def broken(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str | None:
        entry, parent = cells.cell(self.at), cells.cell(self.parent)
        pairs, _, _ = cells.pairs(f"{spec.key}.{self.at}", firm=True)
        known = "*".join(x.listed(cells.cell(key), cells.joined(spec.by_key[key].codes)) for key in (self.at, self.parent))
        return f"{known}*ISNA(MATCH({x.pair(parent, entry)},{pairs},0))"

    def fitting(self, spec: TableSpec, round_: Round) -> list[tuple[str, str]]:
        """All pairs of names (parent, entry) that fit."""
        parents, entries = round_.codes_of(spec.by_key[self.parent]), round_.codes_of(spec.by_key[self.at])
        belongs = entries.attribute(self.attribute)
        return [
            (parent.name, entry.name)
            for parent in parents.entries
            for entry in entries.entries
            if parent.code in self.any_parent or belongs.get(entry.code, "*") in ("*", parent.code)
        ]

    def words(self, spec: TableSpec, round_: Round) -> Words:
        return {**Rule.words(self, spec, round_), "other": spec.by_key[self.parent].title}

    def row_words(self, row: Mapping[str, Any], spec: TableSpec, round_: Round) -> Words:
        parents, entries = round_.codes_of(spec.by_key[self.parent]), round_.codes_of(spec.by_key[self.at])
        owner = entries.attribute(self.attribute)[row[self.at]]
        return {"given": parents.name(row[self.parent]), "entry": entries.name(row[self.at]), "owner": parents.name(owner)}


@dataclass(frozen=True, kw_only=True)
class OwnLocality(Rule):
    """R05: an agency with a locality of its own reports only that one."""

    message: str = "own_locality"

    def holds(self, frame: pd.DataFrame, spec: TableSpec, round_: Round) -> Mask:
        own, actual = frame["own_locality"].to_numpy(object), frame[self.at].to_numpy(object)
        holds: Mask = (own == "") | (own == actual) | ~readable(frame, self.at)
        return holds

    def broken(self, cells: x.Cells, spec: TableSpec, round_: Round) -> str | None:
        cell = cells.cell(self.at)
        known = x.listed(cell, cells.joined(spec.by_key[self.at].codes))
        return f"{known}*(LEN({cells.own_locality})>0)*({cell}<>{cells.own_locality})"

    def row_words(self, row: Mapping[str, Any], spec: TableSpec, round_: Round) -> Words:
        codes = round_.codes_of(spec.by_key[self.at])
        return {"entry": codes.name(row[self.at]), "own": codes.name(row["own_locality"])}


def period_days(periods: pd.Series[Any], round_: Round) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """First and last day of each row's period; the whole window where the period is unknown."""
    entries = round_.codelists["periods"].entries
    first = lookup(periods, {e.code: np.datetime64(e.valid_from) for e in entries}, np.datetime64(round_.start))
    last = lookup(periods, {e.code: np.datetime64(e.valid_to) for e in entries}, np.datetime64(round_.end))
    return first.astype("datetime64[D]"), last.astype("datetime64[D]")


def decided_days(frame: pd.DataFrame, day: str, period: str, round_: Round) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """First and last day on which each row may have been decided: its date, else its period, else the window."""
    window = np.full(len(frame), np.datetime64(round_.start)), np.full(len(frame), np.datetime64(round_.end))
    first, last = period_days(frame[period], round_) if period else window
    if not day:
        return first, last
    known = frame[day].notna().to_numpy()
    days = frame[day].to_numpy("datetime64[D]")
    return np.where(known, days, first), np.where(known, days, last)


def days_of_row(row: Mapping[str, Any], day: str, period: str, round_: Round) -> tuple[dt.date, dt.date]:
    """The same for one row."""
    import pandas as pd

    if day and not pd.isna(row[day]):
        decided = pd.Timestamp(row[day]).date()
        return decided, decided
    entry = round_.codelists["periods"].by_code.get(str(row[period])) if period else None
    return (entry and entry.valid_from) or round_.start, (entry and entry.valid_to) or round_.end


def _period_bounds(cells: x.Cells, codes: str, period: str) -> tuple[str, str]:
    return (
        f"SUMIF({cells.names_of(codes)},{period},{cells.attribute(codes, 'valid_from')})",
        f"SUMIF({cells.names_of(codes)},{period},{cells.attribute(codes, 'valid_to')})",
    )
