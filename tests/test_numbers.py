"""Numbers as people write them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.numbers import Style, parse_count, parse_decimal, style_of
from schemas.columns import State

COUNTS = {
    "5": (5, "REPAIRED"),
    "05": (5, "REPAIRED"),
    "02 vụ": (2, "REPAIRED"),
    "02 Vụ.": (2, "REPAIRED"),
    "3 người": (3, "REPAIRED"),
    "02 đ/c": (2, "REPAIRED"),
    "4 trường hợp": (4, "REPAIRED"),
    "1.234": (1234, "REPAIRED"),
    "1.234.567": (1_234_567, "REPAIRED"),
    "1 500": (1500, "REPAIRED"),
    "1\u00a0500": (1500, "REPAIRED"),
    "1.500 người": (1500, "REPAIRED"),
    "１２": (12, "REPAIRED"),
    "5,0": (5, "REPAIRED"),
    "+5": (5, "REPAIRED"),
    "'5": (5, "REPAIRED"),
    "03 (ba)": (3, "REPAIRED"),
    "03 vụ (ba)": (3, "REPAIRED"),
    "03 (ba) vụ": (3, "REPAIRED"),
    "20 (hai mươi)": (20, "REPAIRED"),
    "không": (0, "REPAIRED"),
    "Không có": (0, "REPAIRED"),
    "KHÔNG PHÁT SINH": (0, "REPAIRED"),
    "ko": (0, "REPAIRED"),
    "chưa phát sinh": (0, "REPAIRED"),
    unicodedata.normalize("NFD", "không có"): (0, "REPAIRED"),
    "-": (0, "DASH"),
    "–": (0, "DASH"),
    "__": (0, "DASH"),
    "x": (None, "NOT_NUMBER"),
    "15 (mười lăm)": (15, "REPAIRED"),
    "05 (năm vụ)": (5, "REPAIRED"),
    "121 (một trăm hai mươi mốt) vụ việc": (121, "REPAIRED"),
    "1.204 (một nghìn hai trăm linh tư)": (1204, "REPAIRED"),
    "0 (không)": (0, "REPAIRED"),
    "320 (ba trăm hai)": (320, "REPAIRED"),
    "302 (ba trăm linh hai)": (302, "REPAIRED"),
    "302 (ba trăm hai)": (None, "SEVERAL"),
    "03 (bốn)": (None, "SEVERAL"),
    "2 (hai mươi)": (None, "SEVERAL"),
    "15 (mười sáu)": (None, "SEVERAL"),
    "5 (hai vụ chưa xử lý)": (None, "SEVERAL"),
    "100 (năm vụ nghiêm trọng)": (None, "SEVERAL"),
    "5 (một số vụ chưa rõ)": (None, "SEVERAL"),
    "1.5 (mười lăm)": (None, "SEVERAL"),
    "1,234": (None, "UNCLEAR"),
    "khoảng 5": (None, "NOT_NUMBER"),
    "5%": (None, "NOT_NUMBER"),
    "1e5": (None, "NOT_NUMBER"),
    "٣": (None, "NOT_NUMBER"),
    "5²": (None, "NOT_NUMBER"),
    "30/6/2023": (None, "NOT_NUMBER"),
    "1.23.4": (None, "NOT_NUMBER"),
    "9" * 17: (None, "TOO_LONG"),
    "TRUE": (None, "NOT_NUMBER"),
    "2,5": (None, "NOT_WHOLE"),
    "2.5": (None, "NOT_WHOLE"),
    "1.234,5": (None, "NOT_WHOLE"),
    "05, trong đó 02 cảnh cáo": (None, "SEVERAL"),
    "5 (gồm 3 nam)": (None, "SEVERAL"),
    "5, trong đó không ai bị cảnh cáo": (None, "SEVERAL"),
    "2 + 3": (None, "SEVERAL"),
    "3/5": (None, "SEVERAL"),
    "10-12": (None, "SEVERAL"),
    "1, 2": (None, "SEVERAL"),
    "12 34": (None, "SEVERAL"),
    "-1": (-1, "REPAIRED"),
    "−1": (-1, "REPAIRED"),
}


@pytest.mark.parametrize(("text", "expected"), COUNTS.items())
def test_counts(text: str, expected: tuple[float | None, str]) -> None:
    parsed = parse_count(text)
    assert (parsed.value, parsed.state.name) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    {
        "12,5": 12.5,
        "12.5": 12.5,
        "1.234,5": 1234.5,
        "1,234.5": 1234.5,
        "0,125": 0.125,
        "1234,567": 1234.567,
        "1 500,25": 1500.25,
    }.items(),
)
def test_amounts(text: str, value: float) -> None:
    assert parse_decimal(text) == (value, State.REPAIRED)


OWN_UNITS = {
    ("02 vụ", "vụ việc"): 2,
    ("02 vụ, việc", "vụ việc"): 2,
    ("02 việc", "vụ việc"): 2,
    ("6 trường hợp", "vụ việc"): 6,
    ("6 trường hợp", "người"): 6,
    ("7 công chức", "người"): 7,
    ("7 Viên chức.", "người"): 7,
    ("5 cá nhân", "người"): 5,
    ("3 đảng viên", "người"): 3,
    ("4 cán bộ", "người"): 4,
    ("2 đồng chí", "người"): 2,
    ("05 (năm người)", "người"): 5,
    ("3 tổ chức", "tập thể"): 3,
    ("3 đơn vị", "tập thể"): 3,
    ("3 dự án", "dự án"): 3,
    ("3 buildings", "buildings"): 3,
    ("12,5 triệu đồng", "triệu đồng"): 12.5,
    ("12,5 triệu", "triệu đồng"): 12.5,
    ("500tr", "triệu đồng"): 500,
    ("5 (năm triệu đồng)", "triệu đồng"): 5,
    ("5.000.000 (năm triệu đồng)", "đồng"): 5_000_000,
    ("5.000.000 (năm triệu)", "người"): 5_000_000,
}


@pytest.mark.parametrize(
    ("text", "unit", "value"), [(*key, value) for key, value in OWN_UNITS.items()]
)
def test_a_columns_own_unit_may_follow(text: str, unit: str, value: float) -> None:
    assert parse_decimal(text, unit) == (value, State.REPAIRED)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("02 vụ", "người"),
        ("05 (năm vụ)", "người"),
        ("05 vụ (năm)", "người"),
        ("3 tập thể", "người"),
        ("3 tổ chức", "người"),
        ("3 đơn vị", "người"),
        ("3 người", "tập thể"),
        ("5 người", "vụ việc"),
        ("5 công chức", "vụ việc"),
        ("5 người", "dự án"),
        ("5 hồ sơ", "người"),
        ("5 người", "buildings"),
        ("12,5 tỷ", "triệu đồng"),
        ("12,5 tỷ đồng", "triệu đồng"),
        ("500.000.000 đồng", "triệu đồng"),
        ("500 nghìn đồng", "triệu đồng"),
        ("5 người", "triệu đồng"),
        ("5 triệu đồng", "người"),
    ],
)
def test_another_unit_is_not_the_columns(text: str, unit: str) -> None:
    assert parse_decimal(text, unit) == (None, State.OTHER_UNIT)


def test_a_word_that_is_no_unit_is_none_in_any_column() -> None:
    assert parse_count("3 quả", "người").state is State.NOT_NUMBER
    assert parse_count("3 triệu").state is State.NOT_NUMBER
    assert parse_count("2 vụ, 3 người", "người").state is State.SEVERAL


@pytest.mark.parametrize(
    ("text", "others", "value"),
    [
        ("1,234", ["2,500.75"], 1234),
        ("1,234", ["1,234,567"], 1234),
        ("1,234", ["1.234.567"], 1.234),
        ("1,234", ["12,5"], 1.234),
        ("1,234", ["12,5", "12.5"], None),
        ("1,234", ["1.234"], None),
        ("1.234", ["12.5"], 1.234),
        ("1.234", ["12,5"], 1234),
        ("1.234", [], 1234),
    ],
)
def test_ambiguous_thousands_are_decided_by_the_column_alone(
    text: str, others: list[str], value: float | None
) -> None:
    assert parse_decimal(text, "", style_of([text, *others])).value == value


def test_what_proves_nothing() -> None:
    assert style_of(["1.234", "1,234", "5", "x"]) == Style()


@given(st.integers(0, 10**12))
def test_every_vietnamese_way_of_writing_a_number_is_read(number: int) -> None:
    grouped = f"{number:,}"
    for text in (
        str(number),
        f"0{number}",
        grouped.replace(",", "."),
        grouped.replace(",", " "),
        grouped.replace(",", "\u202f"),
    ):
        assert parse_count(text).value == number


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none(text: str) -> None:
    for parse in (parse_count, parse_decimal):
        parsed = parse(text)
        assert (parsed.value is None) == (parsed.state not in (State.REPAIRED, State.DASH))
