"""Dates as people write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.dates import date_of_serial, parse_date
from schemas.columns import State
from schemas.words import dmy


@pytest.mark.parametrize(
    ("text", "day"),
    {
        "30/6/2023": dt.date(2023, 6, 30),
        "30-06-2023": dt.date(2023, 6, 30),
        "30.6.23": dt.date(2023, 6, 30),
        "30 / 6 / 2023": dt.date(2023, 6, 30),
        "2023-06-30": dt.date(2023, 6, 30),
        "2023-06-30 00:00:00": dt.date(2023, 6, 30),
        "2023-06-30T10:20:30": dt.date(2023, 6, 30),
        "ngày 5 tháng 6 năm 2023": dt.date(2023, 6, 5),
        "05/06/2023": dt.date(2023, 6, 5),
        "1/1/70": dt.date(1970, 1, 1),
        "06/30/2023": None,
        "31/2/2023": None,
        "5/6": None,
        "30/6-2023": None,
        "6/2023": None,
        "0/1/2023": None,
        "quý II": None,
    }.items(),
)
def test_dates(text: str, day: dt.date | None) -> None:
    assert parse_date(text).value == day


@given(st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31)))
def test_dates_round_trip(day: dt.date) -> None:
    assert parse_date(dmy(day)).value == day
    assert parse_date(f"{day.day}.{day.month}.{day.year}").value == day
    assert parse_date(day.isoformat()).value == day
    assert date_of_serial(float((day - dt.date(1899, 12, 30)).days)) == day


@pytest.mark.parametrize("number", [0.0, 5.0, 2023.0, 45_107.5, 20_230_630.0, -1.0])
def test_other_numbers_are_no_days(number: float) -> None:
    assert date_of_serial(number) is None


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_none(text: str) -> None:
    assert (parse_date(text).value is None) == (parse_date(text).state is State.NOT_DATE)
