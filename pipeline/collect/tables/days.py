"""Days out of cells: as they are stored, typed as text, with a time beside them, or made of numbers that were no days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.collect.formats.cells import NOTHING_SEEN, Grid, Value, shown
from pipeline.collect.formats.seen import RichText, SeenDay, SeenNumber
from pipeline.collect.tables.looks import Cell
from pipeline.text.dates import MONTHS, date_of_serial, is_day_first, is_month_first, is_year_first, may_be_either, parse_date
from schemas.columns import READABLE, State
from schemas.excel import day_number
from schemas.words import dmy

NEAR_MIDNIGHT = dt.timedelta(minutes=10)
"""What clocks of long ago differ from today's: programs that reckon with them write the last minutes of the day before."""
EVENING = dt.time(17)
"""Midnight in Vietnam on the clock of Greenwich: the next day may be meant."""
TYPED_NUMBERS = (10_000, 100_000)
"""Numbers of days before 1927 and from 2173 on: nobody means those days, but typed a year or another number into a cell for days."""
_NO_DAY = np.datetime64("NaT", "D")


class Calendar(NamedTuple):
    """How a workbook counts days: those to add to a serial number, and the clock of the round."""

    epoch_shift: int = 0
    timezone: dt.tzinfo = dt.UTC


USUAL = Calendar()


def calendar_of(grid: Grid) -> Calendar:
    """The calendar of a sheet."""
    return Calendar(grid.epoch_shift, grid.timezone)


def read_date(value: Value, calendar: Calendar = USUAL) -> Cell:
    """A calendar day; times of day are left out, and told."""
    if isinstance(value, dt.datetime):
        day, state = _day_meant(value, calendar.timezone)
        return np.datetime64(day, "D"), state, shown(value)
    if isinstance(value, dt.date):
        return _stored_day(value, calendar.epoch_shift)
    is_marked = isinstance(value, RichText) and value.is_marked
    read = date_of_serial(value + calendar.epoch_shift) if isinstance(value, float) else parse_date(str(value)).value
    if read is None or is_marked:
        return _NO_DAY, State.NOT_DATE, shown(value)
    if isinstance(value, SeenNumber) and value.differs:
        return np.datetime64(read, "D"), State.SHOWN_IN_PART, value.text or NOTHING_SEEN
    return np.datetime64(read, "D"), State.REPAIRED, shown(value)


def _stored_day(day: dt.date, epoch_shift: int) -> Cell:
    """A day of a cell that holds nothing else: none where a number was typed into it, told where the cell shows only a part."""
    number = _typed_number(day, epoch_shift)
    if number is not None:
        return _NO_DAY, State.NOT_DATE, f"{number} → {dmy(day)}"
    if isinstance(day, SeenDay) and day.is_partial:
        return np.datetime64(day, "D"), State.SHOWN_IN_PART, shown(day)
    return np.datetime64(day, "D"), State.OK, ""


def doubted(cells: list[Cell], values: Sequence[Value]) -> list[Cell]:
    """The dates of a column; where it proves a computer that puts the month first, a day up to 12 may be the month: read as the form asks, and told."""
    if all(type(value) is dt.date for value in values) or not _proves_month_first(values):
        return cells
    return [
        (day, State.AMBIGUOUS, shown(value)) if state in READABLE and _may_be_swapped(value, day.astype(object)) else (day, state, found)
        for (day, state, found), value in zip(cells, values, strict=True)
    ]


def _may_be_swapped(value: Value, day: dt.date) -> bool:
    is_sure = isinstance(value, str) and is_year_first(value)
    return not is_sure and day.day <= MONTHS and day.day != day.month


def _day_meant(moment: dt.datetime, timezone: dt.tzinfo) -> tuple[dt.date, State]:
    """The day of a moment in a column of days: the next one just before midnight, which is told; unsure where it is midnight elsewhere."""
    here = moment.astimezone(timezone).replace(tzinfo=None) if moment.tzinfo else moment
    later = here + NEAR_MIDNIGHT
    evening = dt.datetime.combine(here, EVENING)
    is_unsure = not moment.tzinfo and abs(here - evening) <= NEAR_MIDNIGHT
    return later.date(), State.MOMENT if is_unsure else State.REPAIRED


def _typed_number(day: dt.date, epoch_shift: int) -> int | None:
    """The number that was typed into a cell for days; nothing where the day is one that people write about."""
    number = day_number(day)
    least, most = TYPED_NUMBERS
    return None if least <= number < most else number - epoch_shift


def _proves_month_first(values: Iterable[Value]) -> bool:
    """Whether the cells of a column prove a computer that puts the month first.

    So do texts and formats with the month first, and texts with the day first that it didn't take for days beside others that it did: all up to the 12th.
    """
    values = list(values)
    texts = [value for value in values if isinstance(value, str)]
    if any(map(is_month_first, texts)) or any(isinstance(value, SeenDay) and value.is_month_first for value in values):
        return True
    days = [value for value in values if isinstance(value, dt.date)]
    left = any(map(is_day_first, texts)) and not any(map(may_be_either, texts))
    return left and bool(days) and all(day.day <= MONTHS for day in days)
