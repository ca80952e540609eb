"""How much room a text takes."""

from __future__ import annotations

import pytest

from pipeline.office.textfit import column_for, line_count, line_height, text_width


def test_tones_take_no_room() -> None:
    assert text_width("ề") == text_width("e")
    assert text_width("đ") == text_width("d")
    assert text_width("Đất đai") == pytest.approx(text_width("Dat dai"))


def test_a_column_for_a_text_shows_it_on_one_line() -> None:
    for text in (
        "Số vụ việc",
        "1,234,567.00",
        "Đất đai, tài nguyên, khoáng sản, môi trường",
        "WWWW",
    ):
        for bold in (False, True):
            assert line_count(text, column_for(text, bold=bold), bold=bold) == 1
            assert line_count(text, column_for(text, bold=bold) * 0.8, bold=bold) > 1


def test_lines_break_between_words_and_inside_what_is_too_long() -> None:
    assert line_count("một hai", column_for("một") + 0.5) == 2
    assert line_count("x" * 100, column_for("x" * 26)) == 4
    assert line_count("a\nb\n\nc", 20) == 4
    assert line_count("", 20) == 1


def test_excel_has_a_highest_row() -> None:
    assert line_height(1) == 15
    assert line_height(3) > 3 * 15
    assert line_height(1000) == 409
