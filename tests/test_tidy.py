"""From raw cells to typed values."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.formats.cells import ErrorValue, NoValue, Value
from pipeline.collect.tables.codes import codes_for
from pipeline.collect.tables.days import Calendar
from pipeline.collect.tables.tidy import ColumnReading, tidy
from schemas.codelists import Codelist, Entry
from schemas.columns import READABLE, Column, Kind, State
from tests.books import round_of

ROUND = round_of("cv4874")
COUNT = Column("Số", Kind.COUNT, minimum=0)
GRADE = Column("Bậc", Kind.COUNT, minimum=1, maximum=5)
AMOUNT = Column("Tiền", Kind.DECIMAL, minimum=0, unit="triệu đồng")
DATE = Column("Ngày", Kind.DATE)
TEXT = Column("Chữ", Kind.TEXT)
USUAL = Calendar()


def read(
    column: Column, *values: Value, codes: str | Codelist = "", calendar: Calendar = USUAL
) -> ColumnReading:
    codelist = ROUND.codelists[codes] if isinstance(codes, str) and codes else codes
    reader = codes_for(codelist, codelist) if isinstance(codelist, Codelist) else None
    return tidy(column, values, reader, calendar)


def one(column: Column, value: Value, **options: Any) -> tuple[Any, str, str]:
    cell = read(column, value, **options)
    taken = cell.values[0]
    return (
        None if str(taken) in ("None", "nan", "NaT") else taken,
        State(int(cell.states[0])).name,
        cell.found.get(0, ""),
    )


@pytest.mark.parametrize(
    "column", [COUNT, AMOUNT, DATE, TEXT, Column("Mã", Kind.CODE, codes="levels")]
)
def test_what_is_the_same_in_every_column(column: Column) -> None:
    values: Sequence[Value] = [
        None,
        "",
        " \u00a0\t",
        "\u200b",
        ErrorValue("#REF!"),
        NoValue(),
        ErrorValue("#N/A"),
    ]
    cells = read(column, *values, codes="levels" if column.codes else "")
    assert [State(state).name for state in cells.states] == ["BLANK"] * 4 + [
        "ERROR",
        "NO_VALUE",
        "ERROR",
    ]
    assert cells.found == {4: "#REF!", 5: "=", 6: "#N/A"}
    missing = {Kind.CODE: [-1] * 7, Kind.TEXT: [None] * 7}
    if column.kind in missing:
        assert cells.values.tolist() == missing[column.kind]
    else:
        assert np.isnan(cells.values).all() if column.is_number else np.isnat(cells.values).all()


def test_an_error_and_the_same_text_are_two_things() -> None:
    cells = read(TEXT, "#REF!", ErrorValue("#REF!"))
    assert [State(state).name for state in cells.states] == ["OK", "ERROR"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5.0, (5, "OK", "")),
        (0.0, (0, "OK", "")),
        (2.9999999999999996, (3, "OK", "")),
        (2.5, (None, "NOT_WHOLE", "2.5")),
        (-1.0, (None, "NEGATIVE", "-1")),
        ("-1", (None, "NEGATIVE", "-1")),
        ("02 vụ", (2, "REPAIRED", "02 vụ")),
        ("5", (5, "REPAIRED", "5")),
        ("-", (0, "DASH", "-")),
        ("x", (None, "NOT_NUMBER", "x")),
        ("TRUE", (None, "NOT_NUMBER", "TRUE")),
        (999_999_999_999_999.0, (999_999_999_999_999, "OK", "")),
        (1e15, (None, "TOO_LONG", "1000000000000000")),
        (-1e300, (None, "TOO_LONG", "-1e+300")),
        (dt.date(2023, 6, 5), (None, "NOT_NUMBER", "05/06/2023")),
        ("05, trong đó 02 cảnh cáo", (None, "SEVERAL", "05, trong đó 02 cảnh cáo")),
    ],
)
def test_counts(value: Value, expected: tuple[Any, str, str]) -> None:
    assert one(COUNT, value) == expected


@pytest.mark.parametrize(
    ("value", "state"),
    [(1.0, "OK"), (5.0, "OK"), (0.0, "OUT_OF_RANGE"), (6.0, "OUT_OF_RANGE"), (-1.0, "NEGATIVE")],
)
def test_bounds(value: float, state: str) -> None:
    assert one(GRADE, value)[1] == state


CHANGE = Column("Change", Kind.DECIMAL, minimum=-5, maximum=7.5)
LOSS = Column("Loss", Kind.COUNT, minimum=-3)
DRIFT = Column("Drift", Kind.COUNT)
DEBT = Column("Debt", Kind.DECIMAL, maximum=0)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        (CHANGE, -5.0, (-5, "OK", "")),
        (CHANGE, -0.25, (-0.25, "OK", "")),
        (CHANGE, "-0,25", (-0.25, "REPAIRED", "-0,25")),
        (CHANGE, "–2.5", (-2.5, "REPAIRED", "–2.5")),
        (CHANGE, -5.000001, (None, "OUT_OF_RANGE", "-5.000001")),
        (CHANGE, "-6", (None, "OUT_OF_RANGE", "-6")),
        (CHANGE, 7.51, (None, "OUT_OF_RANGE", "7.51")),
        (LOSS, -3.0, (-3, "OK", "")),
        (LOSS, -4.0, (None, "OUT_OF_RANGE", "-4")),
        (LOSS, -2.5, (None, "NOT_WHOLE", "-2.5")),
        (DRIFT, -1e14, (-1e14, "OK", "")),
        (DRIFT, "-1.234", (-1234, "REPAIRED", "-1.234")),
        (DRIFT, -1e15, (None, "TOO_LONG", "-1000000000000000")),
        (DEBT, -0.5, (-0.5, "OK", "")),
        (DEBT, 0.5, (None, "OUT_OF_RANGE", "0.5")),
    ],
)
def test_negative_numbers_and_fractions_by_the_bounds_of_their_column(
    column: Column, value: Value, expected: tuple[Any, str, str]
) -> None:
    assert one(column, value) == expected


def test_a_sign_hides_no_evidence_of_how_numbers_are_written() -> None:
    assert read(DRIFT, "-1,234", "-12.345,0").values.tolist()[1] == -12_345
    assert read(Column("Net", Kind.DECIMAL), "-1,234", "-12,5").values.tolist() == [-1.234, -12.5]
    assert read(Column("Net", Kind.DECIMAL), "-1,234", "-2,500.5").values.tolist() == [
        -1234,
        -2500.5,
    ]


def test_amounts_by_the_evidence_of_their_column() -> None:
    assert read(AMOUNT, "1,234", "2,500.5").values.tolist() == [1234, 2500.5]
    assert read(AMOUNT, "1,234", "12,5").values.tolist() == [1.234, 12.5]
    lone = read(AMOUNT, "1,234", 5.0)
    assert math.isnan(lone.values[0])
    assert lone.states.tolist() == [State.UNCLEAR, State.OK]
    assert one(AMOUNT, "12,5 triệu đồng") == (12.5, "REPAIRED", "12,5 triệu đồng")


@pytest.mark.parametrize(
    ("value", "day", "state"),
    [
        (dt.date(2023, 6, 30), "2023-06-30", "OK"),
        ("30/6/2023", "2023-06-30", "REPAIRED"),
        (45_107.0, "2023-06-30", "REPAIRED"),
        (2023.0, None, "NOT_DATE"),
        ("06/30/2023", None, "NOT_DATE"),
        ("quý II", None, "NOT_DATE"),
    ],
)
def test_dates(value: Value, day: str | None, state: str) -> None:
    cell = read(DATE, value)
    assert (
        None if np.isnat(cell.values[0]) else str(cell.values[0]),
        State(int(cell.states[0])).name,
    ) == (day, state)


def test_serial_numbers_of_1904() -> None:
    assert str(read(DATE, 43_645.0, calendar=Calendar(1462)).values[0]) == "2023-06-30"


@pytest.mark.parametrize(
    ("value", "text", "state"),
    [
        ("  Né tránh  ", "Né tránh", "OK"),
        ("hai\r\ndòng", "hai\ndòng", "OK"),
        ("hai\ndòng\u00a0", "hai\ndòng", "OK"),
        (unicodedata.normalize("NFD", "sợ sai"), "sợ sai", "REPAIRED"),
        ("a\x0bb\x07", "ab", "REPAIRED"),
        ("\x07", None, "BLANK"),
        (12.0, "12", "OK"),
        (12.5, "12.5", "OK"),
        (1e20, "100000000000000000000", "OK"),
        (dt.date(2023, 6, 5), "05/06/2023", "AMBIGUOUS"),
    ],
)
def test_texts(value: Value, text: str | None, state: str) -> None:
    found = read(TEXT, value)
    assert (found.values[0], State(int(found.states[0])).name) == (text, state)


CODES = [
    ("sectors", "Giáo dục và đào tạo", "LV09", "OK"),
    ("sectors", "giáo dục và đào tạo", "LV09", "REPAIRED"),
    ("sectors", " Giáo dục và đào tạo", "LV09", "REPAIRED"),
    ("sectors", unicodedata.normalize("NFD", "Giáo dục và đào tạo"), "LV09", "REPAIRED"),
    ("sectors", "LV09", "LV09", "REPAIRED"),
    ("sectors", "lv09", "LV09", "REPAIRED"),
    ("sectors", "GD&ĐT", "LV09", "REPAIRED"),
    ("sectors", "Văn hoá, lao động, xã hội", "LV14", "REPAIRED"),
    ("sectors", "Đầu tư cong", None, "NOT_LISTED"),
    ("sectors", "tổng hợp", "LV99", "AMBIGUOUS"),
    ("localities", "Bà Rịa – Vũng Tàu", "T77", "REPAIRED"),
    ("localities", "Bà Rịa - Vũng Tàu", "T77", "OK"),
    ("localities", "Hòa Bình", "T17", "OK"),
    ("localities", "Hoà Bình", "T17", "REPAIRED"),
    ("localities", "T8", None, "NOT_LISTED"),
    ("periods", 2021.0, "2021", "REPAIRED"),
    ("periods", "2021", "2021", "REPAIRED"),
    ("periods", 2023.0, "2023H1", "AMBIGUOUS"),
    ("periods", "6 tháng 2023", "2023H1", "REPAIRED"),
    ("periods", dt.date(2023, 6, 1), None, "NOT_LISTED"),
    ("handlings", "CC", "CCAO", "REPAIRED"),
    ("subjects", "CC", None, "NOT_LISTED"),
    ("subjects", "công chức", "CC_KLD", "AMBIGUOUS"),
    ("yes_no", "TRUE", "yes", "REPAIRED"),
    ("yes_no", "Có", "yes", "OK"),
    ("yes_no", 1.0, "yes", "REPAIRED"),
]


@pytest.mark.parametrize(("codes", "value", "code", "state"), CODES)
def test_codes(codes: str, value: Value, code: str | None, state: str) -> None:
    cell = read(Column("Mã", Kind.CODE, codes=codes), value, codes=codes)
    position = int(cell.values[0])
    assert (
        ROUND.codelists[codes].codes[position] if position >= 0 else None,
        State(int(cell.states[0])).name,
    ) == (code, state)


def test_a_shared_alias_names_neither() -> None:
    codelist = Codelist(
        "x",
        (
            Entry("A", "Một", ("chung",)),
            Entry("B", "Hai", ("chung", "riêng")),
            Entry("C", "chung hết"),
        ),
    )
    column = Column("Mã", Kind.CODE, codes="x")
    assert one(column, "chung", codes=codelist) == (-1, "NOT_LISTED", "chung")
    assert one(column, "riêng", codes=codelist) == (1, "REPAIRED", "riêng")


def test_a_short_name_is_as_good_as_the_name() -> None:
    codelist = Codelist(
        "x",
        (
            Entry("A", "Một tên dài", ("dài",), short="Dài"),
            Entry("B", "Hai", ("một tên",), ("dài",)),
        ),
    )
    column = Column("Mã", Kind.CODE, codes="x")
    assert (
        one(column, "Dài", codes=codelist)
        == one(column, "Một tên dài", codes=codelist)
        == (0, "OK", "")
    )
    assert one(column, "DÀI ", codes=codelist) == (0, "REPAIRED", "DÀI ")


def test_a_code_that_was_split_or_joined_is_read_as_its_successor_with_a_note() -> None:
    older = Codelist(
        "x", (Entry("A", "Một hoặc hai", ("chung",)), Entry("B", "Ba"), Entry("C", "Bốn"))
    )
    today = Codelist(
        "x",
        (
            Entry("A1", "Một"),
            Entry("A2", "Hai", succeeds=("A",)),
            Entry("BC", "Ba, bốn", succeeds=("B", "C")),
        ),
    )
    cells = tidy(
        Column("Mã", Kind.CODE, codes="x"),
        ["Một hoặc hai", "CHUNG", "A", "Ba", "Bốn"],
        codes_for(older, today),
    )
    assert cells.values.tolist() == [1, 1, 1, 2, 2]
    assert cells.states.tolist() == [State.REPAIRED] * 5
    assert cells.found == {0: "Một hoặc hai", 1: "CHUNG", 2: "A", 3: "Ba", 4: "Bốn"}


def test_codes_of_an_older_list_get_the_positions_of_todays() -> None:
    older = Codelist("x", (Entry("B", "Hai cũ"), Entry("A", "Một"), Entry("Z", "Bỏ rồi")))
    today = Codelist("x", (Entry("A", "Một"), Entry("N", "Mới"), Entry("B", "Hai")))
    cells = tidy(
        Column("Mã", Kind.CODE, codes="x"),
        ["Hai cũ", "Một", "Bỏ rồi", "Mới"],
        codes_for(older, today),
    )
    assert cells.values.tolist() == [2, 0, -1, -1]
    assert cells.states.tolist() == [State.OK, State.OK, State.NOT_LISTED, State.NOT_LISTED]


RAW = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.floats(-1e6, 1e6),
    st.integers(-10, 10**6).map(float),
    st.dates(),
    st.sampled_from(["ErrorValue", "NoValue"]).map(
        lambda name: ErrorValue("#N/A") if name == "ErrorValue" else NoValue()
    ),
)


@given(
    st.lists(RAW, max_size=12),
    st.sampled_from([COUNT, GRADE, AMOUNT, DATE, TEXT, Column("Mã", Kind.CODE, codes="sectors")]),
)
def test_a_value_stands_exactly_where_the_state_says_so(
    values: list[Value], column: Column
) -> None:
    cells = read(column, *values, codes=column.codes)
    assert len(cells.values) == len(cells.states) == len(values)
    for position, (taken, state) in enumerate(zip(cells.values, cells.states, strict=True)):
        missing = (
            taken is None
            or (not isinstance(taken, str) and str(taken) in ("nan", "NaT"))
            or (column.codes and taken == -1)
        )
        assert bool(missing) == (State(state) not in READABLE)
        assert (position in cells.found) == (state not in (State.OK, State.BLANK))


@given(st.permutations(["5", 5.0, "1,234", "x", "", "2,5", "02 vụ", "-"]))
def test_the_order_of_rows_changes_nothing(values: list[Value]) -> None:
    cells = read(AMOUNT, *values)
    by_value = {
        str(value): (str(taken), state)
        for value, taken, state in zip(values, cells.values, cells.states, strict=True)
    }
    assert by_value["1,234"] == ("1.234", State.REPAIRED)


def test_days_are_doubted_only_where_others_have_the_month_first() -> None:
    day = dt.date(2023, 5, 4)
    dates = read(DATE, "6/30/2023", "4/5/2023", day, "5/5/2023", "13/5/2023", None, "2/30/2023")
    assert [State(each).name for each in dates.states] == [
        "NOT_DATE",
        "AMBIGUOUS",
        "AMBIGUOUS",
        "REPAIRED",
        "REPAIRED",
        "BLANK",
        "NOT_DATE",
    ]
    assert [str(each) for each in dates.values[1:5]] == [
        "2023-05-04",
        "2023-05-04",
        "2023-05-05",
        "2023-05-13",
    ]
    assert (dates.found[1], dates.found[2]) == ("4/5/2023", "04/05/2023")
    for other in ("2/30/2023", "30/6/2023", "x"):
        assert State.AMBIGUOUS not in read(DATE, other, "4/5/2023", day).states


@pytest.mark.parametrize("value", ["2023-05-04", "2023/5/4", "2023.05.04", "2023-05-04 10:30"])
def test_a_date_with_its_year_first_is_not_doubted(value: str) -> None:
    dates = read(DATE, "6/30/2023", value, "4/5/2023")
    assert [State(each).name for each in dates.states] == ["NOT_DATE", "REPAIRED", "AMBIGUOUS"]
    assert [str(each) for each in dates.values[1:]] == ["2023-05-04", "2023-05-04"]
    assert dates.found == {0: "6/30/2023", 1: value, 2: "4/5/2023"}
