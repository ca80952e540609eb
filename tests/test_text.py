"""Text, numbers and dates."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates import date_of_serial, dmy, parse_date
from pipeline.numbers import Style, parse_count, parse_decimal, style_of
from pipeline.text import normalise, safe_name, strip_accents, suggest
from schemas.columns import State
from schemas.round import load_round

ROUND = load_round()
VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
WORDS = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " -,", max_size=30)

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
    "03 (bốn)": (None, "NOT_NUMBER"),
    "1,234": (None, "NOT_NUMBER"),
    "khoảng 5": (None, "NOT_NUMBER"),
    "5%": (None, "NOT_NUMBER"),
    "1e5": (None, "NOT_NUMBER"),
    "٣": (None, "NOT_NUMBER"),
    "5²": (None, "NOT_NUMBER"),
    "30/6/2023": (None, "NOT_NUMBER"),
    "1.23.4": (None, "NOT_NUMBER"),
    "9" * 17: (None, "NOT_NUMBER"),
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
    {"12,5": 12.5, "12.5": 12.5, "1.234,5": 1234.5, "1,234.5": 1234.5, "0,125": 0.125, "1234,567": 1234.567, "1 500,25": 1500.25}.items(),
)
def test_amounts(text: str, value: float) -> None:
    assert parse_decimal(text) == (value, State.REPAIRED)


def test_a_columns_own_unit_may_follow_and_no_other() -> None:
    assert parse_decimal("12,5 triệu đồng", "triệu đồng").value == 12.5
    assert parse_decimal("12,5 tỷ đồng", "triệu đồng").state is State.NOT_NUMBER
    assert parse_count("3 dự án", "dự án").value == 3


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
def test_ambiguous_thousands_are_decided_by_the_column_alone(text: str, others: list[str], value: float | None) -> None:
    assert parse_decimal(text, "", style_of([text, *others])).value == value


def test_what_proves_nothing() -> None:
    assert style_of(["1.234", "1,234", "5", "x"]) == Style()


@given(st.integers(0, 10**12))
def test_every_vietnamese_way_of_writing_a_number_is_read(number: int) -> None:
    grouped = f"{number:,}"
    for text in (str(number), f"0{number}", grouped.replace(",", "."), grouped.replace(",", " "), grouped.replace(",", "\u202f")):
        assert parse_count(text).value == number


@given(st.text(max_size=40))
def test_nothing_breaks_a_parser(text: str) -> None:
    for parse in (parse_count, parse_decimal):
        parsed = parse(text)
        assert (parsed.value is None) == (parsed.state not in (State.REPAIRED, State.DASH))
    assert (parse_date(text).value is None) == (parse_date(text).state is State.NOT_DATE)
    assert normalise(normalise(text)) == normalise(text)
    assert safe_name(text).isprintable() or any(unicodedata.category(letter) == "Zs" for letter in text)


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("HÓA ", "hoá"),
        ("khỏe", "khoẻ"),
        ("thủy", "thuỷ"),
        ("Ủy ban", "Uỷ  ban"),
        ("quý", "qúy"),
        ("quả", "qủa"),
        ("quế", "qúê"),
        ("hoàn", "hòan"),
        ("Bà Rịa – Vũng Tàu", "bà rịa-vũng tàu"),
        ("Đất đai , tài nguyên", "đất đai,tài\u00a0nguyên"),
        ("“nhạy cảm”", '"nhạy cảm"'),
        ("Né tránh.", "né tránh"),
        (unicodedata.normalize("NFD", "Sợ trách nhiệm"), "sợ trách nhiệm"),
        ("Zero\u200bwidth", "zero width"),
    ],
)
def test_the_same_name(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), [("mùa", "muà"), ("hoa", "hòa"), ("tài", "tai"), ("Bộ Y tế", "Bộ Y"), ("I.1", "I.2")])
def test_another_name(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(WORDS)
def test_forms_of_letters_and_case_make_no_other_name(text: str) -> None:
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text) == normalise(text.upper())
    assert strip_accents(text).isascii()


def test_names_of_one_list_stay_apart() -> None:
    for codelist in ROUND.codelists.values():
        assert len({normalise(entry.name) for entry in codelist.entries}) == len(codelist.entries), codelist.key


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\u202eb.xlsx", "a\\u202eb.xlsx"),
        ("a\nb", "a\\u000ab"),
        ("\udcff.xls", "\\xff.xls"),
        ("\ud800", "\\ud800"),
        (unicodedata.normalize("NFD", "Báo cáo"), "Báo cáo"),
        ("\U000e0041", "\\U000e0041"),
        ("Bộ Nội vụ.xlsx", "Bộ Nội vụ.xlsx"),
    ],
)
def test_names_are_shown_safely(name: str, shown: str) -> None:
    assert safe_name(name) == shown


@pytest.mark.parametrize(
    ("text", "codes", "first"),
    [
        ("Đầu tư cong", "sectors", "Đầu tư công, giải ngân vốn đầu tư công"),
        ("dau tu cong", "sectors", "Đầu tư công, giải ngân vốn đầu tư công"),
        ("giao duc", "sectors", "Giáo dục và đào tạo"),
        ("Né trách", "behaviours", "Né tránh"),
        ("Ha noi", "localities", "Hà Nội"),
        ("Khiển tráchh", "handlings", "Khiển trách"),
        ("6 tháng 2023 ", "periods", "6 tháng đầu năm 2023"),
        ("Nghiêm trọng lắm", "severities", "Nghiêm trọng"),
    ],
)
def test_near_names(text: str, codes: str, first: str) -> None:
    assert suggest(text, ROUND.codelists[codes])[0] == first


@pytest.mark.parametrize("text", ["", "xyzzy", "123", "?"])
def test_nothing_is_near(text: str) -> None:
    assert suggest(text, ROUND.codelists["sectors"]) == []


@given(st.sampled_from([entry.name for entry in ROUND.codelists["sectors"].entries]), st.data())
def test_a_name_with_one_letter_wrong_is_the_first_suggestion(name: str, data: st.DataObject) -> None:
    if len(name) < 8:
        return
    at = data.draw(st.integers(1, len(name) - 1))
    assert name in suggest(name[:at] + "x" + name[at + 1 :], ROUND.codelists["sectors"])
