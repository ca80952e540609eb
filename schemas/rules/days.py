"""V05: dates in the window and in the row's period; on which days a row may have been decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.rules import formula as x
from schemas.rules.base import END_OF_DAYS, Mask, RowRule, Rule, Words, excel_day, lookup, readable
from schemas.rules.facts import Facts
from schemas.rules.names import Name, What, columns
from schemas.words import dmy

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class InWindow(RowRule):
    """V05: a date lies in the window, its first and last day included."""

    id: str = "V05"
    message: str = "in_window"

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        days = frame[self.at].to_numpy()
        inside = (days >= np.datetime64(facts.start)) & (days <= np.datetime64(facts.end))
        return inside | ~readable(frame, self.at)

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        cell = cells.cell(self.at)
        first, last = excel_day(facts.start), excel_day(facts.end)
        is_outside = f"({cell}<{first})+({cell}>={last + 1})"
        return f"IF(ISNUMBER({cell}),({cell}>=1)*({cell}<{END_OF_DAYS})*({is_outside}),0)"

    def words(self, facts: Facts) -> Words:
        days = {"start": dmy(facts.start), "end": dmy(facts.end), "opening": dmy(facts.opening)}
        return {**Rule.words(self, facts), **days}


@dataclass(frozen=True, kw_only=True)
class NotAfterWindow(InWindow):
    """V05: a date that may lie before the window, but not after it."""

    message: str = "not_after_window"

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        holds: Mask = (frame[self.at].to_numpy() <= np.datetime64(facts.end)) | ~readable(
            frame, self.at
        )
        return holds

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        cell = cells.cell(self.at)
        return f"IF(ISNUMBER({cell}),({cell}<{END_OF_DAYS})*({cell}>={excel_day(facts.end) + 1}),0)"


@dataclass(frozen=True, kw_only=True)
class BeforeWindow(InWindow):
    """V05, a warning: a date lies before the window, in a column that allows it."""

    severity: str = "W"
    message: str = "before_window"

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        holds: Mask = (frame[self.at].to_numpy() >= np.datetime64(facts.start)) | ~readable(
            frame, self.at
        )
        return holds

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        cell = cells.cell(self.at)
        return f"IF(ISNUMBER({cell}),({cell}>=1)*({cell}<{excel_day(facts.start)}),0)"


@dataclass(frozen=True, kw_only=True)
class InOpeningDays(InWindow):
    """V05, a warning: a date lies in the window's first days, which deserve a second look."""

    severity: str = "W"
    message: str = "opening_days"

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        days = frame[self.at].to_numpy()
        inside = (days > np.datetime64(facts.opening)) | (days < np.datetime64(facts.start))
        return inside | ~readable(frame, self.at)

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        cell = cells.cell(self.at)
        first, end = excel_day(facts.start), excel_day(facts.opening) + 1
        return f"IF(ISNUMBER({cell}),({cell}>={first})*({cell}<{end}),0)"


@dataclass(frozen=True, kw_only=True)
class InPeriod(RowRule):
    """V05, a warning: a date lies in the row's own period."""

    period: str
    severity: str = "W"
    message: str = "in_period"

    def names(self) -> Iterator[Name]:
        yield from columns("at", self.at, self.table, What.DATE)
        yield from columns("period", self.period, self.table, What.CODE)

    @property
    def beside(self) -> tuple[str, ...]:
        return (self.period,)

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        first, last = period_days(frame[self.period], facts)
        days = frame[self.at].to_numpy()
        inside = (days >= first) & (days <= last)
        in_window = (days >= np.datetime64(facts.start)) & (days <= np.datetime64(facts.end))
        return inside | ~in_window | ~readable(frame, self.at, self.period)

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        day = cells.cell(self.at)
        codes = self.codes(facts, self.period).key
        first, last = period_bounds(cells, codes, self.period)
        bounds = f"(INT({day})>={excel_day(facts.start)})*(INT({day})<={excel_day(facts.end)})"
        known = f"({cells.entry(self.period)}>0)"
        return f"IF(ISNUMBER({day}),{bounds}*{known}*((INT({day})<{first})+(INT({day})>{last})),0)"

    def words(self, facts: Facts) -> Words:
        return {**Rule.words(self, facts), "other": self.column(facts, self.period).title}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        return {"period": self.codes(facts, self.period).name(row[self.period])}


def period_days(
    periods: pd.Series[Any], facts: Facts
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """First and last day of each row's period; of the window if the period is unknown."""
    entries = facts.codelists["periods"].entries
    first = lookup(
        periods, {e.code: np.datetime64(e.valid_from) for e in entries}, np.datetime64(facts.start)
    )
    last = lookup(
        periods, {e.code: np.datetime64(e.valid_to) for e in entries}, np.datetime64(facts.end)
    )
    return first.astype("datetime64[D]"), last.astype("datetime64[D]")


def decided_days(
    frame: pd.DataFrame, day: str, period: str, facts: Facts
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """First and last day on which each row may have been decided.

    Its date if it has one, else its period, else the window.
    """
    window = (
        np.full(len(frame), np.datetime64(facts.start)),
        np.full(len(frame), np.datetime64(facts.end)),
    )
    first, last = period_days(frame[period], facts) if period else window
    if not day:
        return first, last
    known = frame[day].notna().to_numpy()
    days = frame[day].to_numpy("datetime64[D]")
    return np.where(known, days, first), np.where(known, days, last)


def days_of_row(
    row: Mapping[str, Any], day: str, period: str, facts: Facts
) -> tuple[dt.date, dt.date]:
    """``decided_days`` for one row."""
    import pandas as pd

    if day and not pd.isna(row[day]):
        decided = pd.Timestamp(row[day]).date()
        return decided, decided
    entry = facts.codelists["periods"].by_code.get(str(row[period])) if period else None
    return (entry and entry.valid_from) or facts.start, (entry and entry.valid_to) or facts.end


def period_bounds(cells: x.Cells, codes: str, period: str) -> tuple[str, str]:
    """Expressions for the first and last day of the period in column ``period``."""
    place = f"{cells.entry(period)}*5-4"
    first, last = (
        f"IFERROR(--MID({cells.days(codes, name)},{place},5),0)"
        for name in ("valid_from", "valid_to")
    )
    return first, last
