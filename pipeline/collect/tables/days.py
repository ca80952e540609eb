"""Read days from cells: stored days, text, days with a time, numbers typed as days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.collect.formats.cells import NOTHING_SEEN, Grid, Value, shown
from pipeline.collect.formats.seen import RichText, SeenDay, SeenNumber
from pipeline.collect.tables.looks import Cell
from pipeline.text.dates import (
    MONTHS,
    date_of_serial,
    is_day_first,
    is_month_first,
    is_year_first,
    may_be_either,
    parse_date,
)
from schemas.columns import READABLE, State
from schemas.excel import day_number
from schemas.words import dmy

NEAR_MIDNIGHT = dt.timedelta(minutes=10)
"""How far old local time differs from today's: programs that use it write the last minutes of the
day before."""
EVENING = dt.time(17)
"""Midnight in Vietnam is 17:00 the day before in Greenwich: such a time may mean the next day."""
TYPED_NUMBERS = (10_000, 100_000)
"""Day numbers below the first (before 1927) or from the second on (2173) are no days: somebody
typed a year or another number into a cell for days."""
_NO_DAY = np.datetime64("NaT", "D")


class Calendar(NamedTuple):
    """How a workbook counts days: days to add to a serial number, and the round's time zone."""

    epoch_shift: int = 0
    timezone: dt.tzinfo = dt.UTC


USUAL = Calendar()


def calendar_of(grid: Grid) -> Calendar:
    """Return the calendar of a sheet."""
    return Calendar(grid.epoch_shift, grid.timezone)


def read_date(value: Value, calendar: Calendar = USUAL) -> Cell:
    """Read a day. A time of day is dropped, which the state tells."""
    if isinstance(value, dt.datetime):
        day, state = _day_meant(value, calendar.timezone)
        return np.datetime64(day, "D"), state, shown(value)
    if isinstance(value, dt.date):
        return _stored_day(value, calendar.epoch_shift)
    is_marked = isinstance(value, RichText) and value.is_marked
    read = (
        date_of_serial(value + calendar.epoch_shift)
        if isinstance(value, float)
        else parse_date(str(value)).value
    )
    if read is None or is_marked:
        return _NO_DAY, State.NOT_DATE, shown(value)
    if isinstance(value, SeenNumber) and value.differs:
        return np.datetime64(read, "D"), State.SHOWN_IN_PART, value.text or NOTHING_SEEN
    return np.datetime64(read, "D"), State.REPAIRED, shown(value)


def _stored_day(day: dt.date, epoch_shift: int) -> Cell:
    """Read a stored day without a time.

    No day if a number was typed into the cell; SHOWN_IN_PART if the cell shows only a part of it.
    """
    number = _typed_number(day, epoch_shift)
    if number is not None:
        return _NO_DAY, State.NOT_DATE, f"{number} → {dmy(day)}"
    if isinstance(day, SeenDay) and day.is_partial:
        return np.datetime64(day, "D"), State.SHOWN_IN_PART, shown(day)
    return np.datetime64(day, "D"), State.OK, ""


def doubted(cells: list[Cell], values: Sequence[Value]) -> list[Cell]:
    """Mark a column's days as AMBIGUOUS if they may have day and month swapped.

    Only where the column proves a computer that puts the month first. The value stays as the form
    asks: day first.
    """
    if all(type(value) is dt.date for value in values) or not _proves_month_first(values):
        return cells
    return [
        (day, State.AMBIGUOUS, shown(value))
        if state in READABLE and _may_be_swapped(value, day.astype(object))
        else (day, state, text)
        for (day, state, text), value in zip(cells, values, strict=True)
    ]


def _may_be_swapped(value: Value, day: dt.date) -> bool:
    is_sure = isinstance(value, str) and is_year_first(value)
    return not is_sure and day.day <= MONTHS and day.day != day.month


def _day_meant(moment: dt.datetime, timezone: dt.tzinfo) -> tuple[dt.date, State]:
    """Return the day that a time means, and its state.

    Just before midnight it means the next day. Around 17:00 without a zone it is unsure (MOMENT).
    """
    here = moment.astimezone(timezone).replace(tzinfo=None) if moment.tzinfo else moment
    later = here + NEAR_MIDNIGHT
    evening = dt.datetime.combine(here, EVENING)
    is_unsure = not moment.tzinfo and abs(here - evening) <= NEAR_MIDNIGHT
    return later.date(), State.MOMENT if is_unsure else State.REPAIRED


def _typed_number(day: dt.date, epoch_shift: int) -> int | None:
    """Return the number that was typed into a cell for days; None if the day is a likely one."""
    number = day_number(day)
    least, most = TYPED_NUMBERS
    return None if least <= number < most else number - epoch_shift


def _proves_month_first(values: Iterable[Value]) -> bool:
    """True if a column's cells prove a computer that puts the month first.

    So do texts and formats with the month first. So do day-first texts that the computer didn't
    take for days, if all its days are up to the 12th.
    """
    values = list(values)
    texts = [value for value in values if isinstance(value, str)]
    if any(map(is_month_first, texts)) or any(
        isinstance(value, SeenDay) and value.is_month_first for value in values
    ):
        return True
    days = [value for value in values if isinstance(value, dt.date)]
    left = any(map(is_day_first, texts)) and not any(map(may_be_either, texts))
    return left and bool(days) and all(day.day <= MONTHS for day in days)
