"""Periods of a round: from its own file, or made from its window in its language."""

from __future__ import annotations

import datetime as dt

import pytest

from schemas.codelists import Codelist, Entry, inside, periods
from schemas.words import catalogue
from tests.books import MINI, round_of

START, END = dt.date(2030, 2, 1), dt.date(2031, 6, 30)


@pytest.mark.parametrize(
    ("lang", "names"),
    [("vi", ["Năm 2030", "6 tháng đầu năm 2031"]), ("en", ["Year 2030", "First 6 months of 2031"])],
)
def test_periods_of_a_window_are_named_in_a_language(lang: str, names: list[str]) -> None:
    made = periods(START, END, catalogue(lang)["periods"]).entries
    assert [(entry.code, entry.name) for entry in made] == list(
        zip(["2030", "2031H1"], names, strict=True)
    )
    assert [(entry.valid_from, entry.valid_to) for entry in made] == [
        (START, dt.date(2030, 12, 31)),
        (dt.date(2031, 1, 1), END),
    ]


def test_a_part_of_a_year_that_is_no_half_has_its_months() -> None:
    [made] = periods(dt.date(2030, 1, 1), dt.date(2030, 9, 30), catalogue("vi")["periods"]).entries
    assert (made.code, made.name) == ("2030M9", "9 tháng đầu năm 2030")
    assert made.aliases == (
        "9 tháng năm 2030",
        "9 tháng 2030",
        "9 tháng/2030",
        "9T/2030",
        "9T2030",
        "9 tháng đầu năm",
    )
    assert made.ambiguous == ("2030", "Năm 2030")


def test_a_round_without_a_file_has_those_of_its_window() -> None:
    assert [entry.name for entry in round_of(MINI).codelists["periods"].entries] == [
        "Năm 2030",
        "6 tháng đầu năm 2031",
    ]


def test_days_of_a_rounds_own_periods_lie_inside_its_window() -> None:
    own = Codelist(
        "periods",
        (
            Entry("A", "First"),
            Entry("B", "Later", valid_from=dt.date(2031, 1, 1), valid_to=dt.date(2031, 12, 31)),
        ),
    )
    cut = inside(own, START, END).entries
    assert [(entry.valid_from, entry.valid_to) for entry in cut] == [
        (START, END),
        (dt.date(2031, 1, 1), END),
    ]
