"""Read dates as people write them in Vietnam."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from pipeline.text.names import plain_figure
from schemas.columns import State
from schemas.excel import DAY_ZERO, day_number


class ParsedDate(NamedTuple):
    """The day read from a text (None if there is none) and the state of the cell."""

    value: dt.date | None
    state: State


_NOT_DATE = ParsedDate(None, State.NOT_DATE)
_TIME = r"(?:[t ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?z?)?"
_DMY = re.compile(
    rf"(?:ngày )?([0-9]{{1,2}}) ?([/.\-]) ?([0-9]{{1,2}}) ?\2 ?([0-9]{{4}}|[0-9]{{2}}){_TIME}"
)
_YMD = re.compile(rf"([0-9]{{4}}) ?([/.\-]) ?([0-9]{{1,2}}) ?\2 ?([0-9]{{1,2}}){_TIME}")
_WORDS = re.compile(r"(?:ngày )?([0-9]{1,2}) tháng ([0-9]{1,2}) năm ([0-9]{4})")
_CENTURY_TURN = 70
"""Two-digit years from here on are 19xx."""
MONTHS = 12
_SERIALS = range(day_number(dt.date(1990, 1, 1)), day_number(dt.date(2100, 12, 31)) + 1)


def parse_date(text: str) -> ParsedDate:
    """Read a day: day before month, as the form asks, or year first."""
    plain = plain_figure(text)
    found = _DMY.fullmatch(plain)
    if found:
        return _day(_full_year(found[4]), found[3], found[1])
    found = _YMD.fullmatch(plain)
    if found:
        return _day(int(found[1]), found[3], found[4])
    found = _WORDS.fullmatch(plain)
    return _day(int(found[3]), found[2], found[1]) if found else _NOT_DATE


def is_month_first(text: str) -> bool:
    """Whether a text is a date only with the month before the day, unlike what the form asks."""
    found = _DMY.fullmatch(plain_figure(text))
    return (
        found is not None
        and int(found[1]) <= MONTHS < int(found[3])
        and _day(_full_year(found[4]), found[1], found[3]).value is not None
    )


def is_day_first(text: str) -> bool:
    """Whether a text is a date only if the day comes before the month."""
    found = _DMY.fullmatch(plain_figure(text))
    return (
        found is not None
        and int(found[3]) <= MONTHS < int(found[1])
        and parse_date(text).value is not None
    )


def may_be_either(text: str) -> bool:
    """Whether a text is a date in which day and month may be swapped."""
    found = _DMY.fullmatch(plain_figure(text))
    return found is not None and max(int(found[1]), int(found[3])) <= MONTHS


def is_year_first(text: str) -> bool:
    """Whether a text is a date with the year first, so that month and day can't be confused."""
    return _YMD.fullmatch(plain_figure(text)) is not None


def date_of_serial(number: float) -> dt.date | None:
    """Convert Excel's day number to a day; None if it isn't whole or not within 1990 to 2100."""
    return (
        DAY_ZERO + dt.timedelta(days=int(number))
        if number.is_integer() and int(number) in _SERIALS
        else None
    )


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004
        return year
    return year + (1900 if year >= _CENTURY_TURN else 2000)


def _day(year: int, month: str, day: str) -> ParsedDate:
    try:
        return ParsedDate(dt.date(year, int(month), int(day)), State.REPAIRED)
    except ValueError:
        return _NOT_DATE
