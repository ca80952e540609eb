"""Numbers in words: whatever is spelled is read as that number and as no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.spelled import begins_as_number, value_of

DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def small(number: int, *, above: bool = False) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [f"{DIGITS[hundreds]} trăm"] if hundreds else []
    if tens:
        words.append("mười" if tens == 1 else f"{DIGITS[tens]} mươi")
    elif ones and (hundreds or above):
        words.append("linh")
    if ones or not number:
        words.append(
            "lăm" if tens and ones == 5 else "mốt" if tens > 1 and ones == 1 else DIGITS[ones]
        )
    return " ".join(words)


def spelled(number: int) -> str:
    words = []
    for scale, name in ((10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn")):
        above, number = divmod(number, scale)
        if above:
            words.append(f"{small(above, above=bool(words))} {name}")
    return " ".join([*words, *([small(number, above=bool(words))] if number or not words else [])])


@given(st.integers(0, 10**12 - 1))
def test_a_spelled_number_is_that_number(number: int) -> None:
    assert value_of(spelled(number)) == number


@pytest.mark.parametrize(
    ("words", "value"),
    [("Hai mươi tư", 24), ("năm trăm lẻ bẩy", 507), ("hai ngàn", 2000), ("  MỘT ", 1)],
)
def test_other_spellings(words: str, value: int) -> None:
    assert value_of(words) == value


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("ba trăm hai", 320),
        ("ba trăm linh hai", 302),
        ("ba trăm lẻ hai", 302),
        ("ba trăm mốt", 310),
        ("một nghìn tư", 1400),
        ("một nghìn linh tư", 1004),
        ("hai nghìn không trăm linh tư", 2004),
        ("hai nghìn ba trăm tư", 2340),
        ("hai triệu ba", 2_300_000),
        ("hai triệu ba nghìn", 2_003_000),
        ("một tỷ hai", 1_200_000_000),
    ],
)
def test_a_digit_alone_is_of_the_place_below(words: str, value: int) -> None:
    assert value_of(words) == value


@pytest.mark.parametrize(
    "words",
    [
        "hai nghìn không trăm tư",
        "",
        "hai ba",
        "mươi",
        "trăm",
        "một số",
        "năm vụ",
        "hai mươi mười",
        "nghìn",
        "một nghìn hai nghìn",
    ],
)
def test_what_is_no_number(words: str) -> None:
    assert value_of(words) is None


def test_how_numbers_begin() -> None:
    assert begins_as_number("Năm vụ nghiêm trọng")
    assert begins_as_number("mười")
    assert not begins_as_number("trong đó hai")


@pytest.mark.parametrize("word", ["một tỷ ", "một triệu ", "một nghìn ", "nghìn ", "một "])
def test_words_without_end_say_no_number(word: str) -> None:
    assert value_of(word * 4000) is None
