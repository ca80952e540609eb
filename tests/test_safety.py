"""Others' texts in CSV files and cells stay texts, even if they look like formulas."""

from __future__ import annotations

import pytest

from pipeline.office.safety import harmless, is_like_formula

SIGNS = [*"=+-@", *"\uff1d\uff0b\uff0d\uff20"]
UNSEEN = [
    "",
    " ",
    "\u00a0",
    "\u3000",
    "\t",
    "\r",
    "\n",
    "\ufeff",
    "\u200b",
    "\u200e",
    "\u2060",
    " \u200b\ufeff\t ",
]


@pytest.mark.parametrize("before", UNSEEN, ids=ascii)
@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
def test_an_apostrophe_stands_before_what_looks_like_a_formula(sign: str, before: str) -> None:
    text = f"{before}{sign}cmd|'/c calc'!A0"
    assert is_like_formula(text)
    assert harmless(text) == "'" + text.replace("\r", "\n")


@pytest.mark.parametrize("text", ["\tx", "\rx", "\nx"], ids=ascii)
def test_a_text_that_begins_with_a_tab_or_a_line_break_is_guarded(text: str) -> None:
    assert harmless(text) == "'" + text.replace("\r", "\n")


@pytest.mark.parametrize(
    "text",
    ["", "-5", "-1.234,5", "5", "a=b", " a", "Bộ \uff1d", "'=1", "1-2", "\u200ba"],
    ids=ascii,
)
def test_numbers_and_other_texts_stay(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    "text", ["-5+cmd|'/c calc'!A0", "--5", "-", "+5", "-5\n=1", "-\u0665"], ids=ascii
)
def test_what_only_begins_like_a_number_is_guarded(text: str) -> None:
    assert harmless(text) == f"'{text}"
