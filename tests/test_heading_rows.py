"""Heading rows: units and column numbers below them, and repeated headings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.collect.tables.heading_rows import RepeatedHeadings, first_row_after, repeated_after
from pipeline.collect.tables.headings import header_of
from pipeline.distribute.layout import FIRST_ROW, HEADER_ROW
from tests.grids import grid_of
from tests.headings import SPEC
from tests.single import GOOD, MANIFESTATIONS, SHEET, brief, moved, only

HEADINGS = "Lĩnh vực|Số vụ việc|Số người|Đã xử lý"
LAST = len(MANIFESTATIONS.columns)


def first_after(below: str) -> int:
    grid = grid_of(f"{HEADINGS}\n{below}")
    header = header_of(grid, SPEC)
    assert header is not None
    assert header.last_row == 1
    return first_row_after(header, grid)


NUMBERS = [
    "(1)|(2)|(3)|(4)",
    "(4)|(3)|(2)|(1)",
    "(1)|(2)",
    "1|2|3|4",
    "A|B|1|2",
    "A|1|2|3",
    "-1|-2|-3|-4",
    "1|2=3+4|3|4",
    "1|2 = 3 + 4|3|4",
    "(1)|(2)=(3)+(4)|(3)|(4)",
    "A|1|2=3:1|3",
    "A|1|2=3x100%|3",
    "(A)|(B)|(1)|(2)",
    "A|B|(1)|(2)",
    "(1)|(2)|(3=1+2)|(4)",
]


@pytest.mark.parametrize("numbers", NUMBERS)
def test_a_row_that_counts_the_columns_is_no_data(numbers: str) -> None:
    assert first_after(f"{numbers}\nY tế|1|2|3") == 3


@pytest.mark.parametrize(
    ("below", "first"),
    [
        ("Y tế|1|2|3", 2),
        ("\nY tế|1|2|3", 2),
        ("|vụ|người|người\nY tế|1|2|3", 3),
        ("|(vụ)|(người)|(người)\nY tế|1|2|3", 3),
        ("|vụ việc||\n(1)|(2)|(3)|(4)\nY tế|1|2|3", 4),
        ("\n\n1|2|3|4\nY tế|1|2|3", 5),
        ("|vụ|người|người\n\n1|2|3|4\n\nY tế|1|2|3", 5),
        ("1|2|3|4\n|vụ|người|người\nY tế|1|2|3", 4),
    ],
)
def test_units_and_numbers_may_stand_in_several_rows_with_blank_ones_between(
    below: str, first: int
) -> None:
    assert first_after(below) == first


@pytest.mark.parametrize(
    "data",
    [
        "|1||",
        "Y tế|1|2|3",
        "Y tế|1||",
        "|2|3|4",
        "|1|1|2",
        "A|2|3|4",
        "|1|2|4",
        "(1)|2|3|x",
        "|vụ|2|3",
        "Y tế|vụ|người|",
    ],
)
def test_a_row_with_anything_else_is_data(data: str) -> None:
    assert first_after(data) == 2


def test_a_row_with_nothing_but_1_and_2_is_data(tmp_path: Path) -> None:
    def only_two(sheet: Any) -> None:
        sheet.delete_rows(HEADER_ROW + 1)
        sheet.cell(HEADER_ROW + 1, 9, 1)
        sheet.cell(HEADER_ROW + 1, 10, 2)

    table = moved(only_two, tmp_path, {}, GOOD).tables["manifestations"]
    assert table.rows.tolist() == [HEADER_ROW + 1, HEADER_ROW + 2]
    assert table.values["cases"].tolist() == [1, 2]


def test_a_row_with_nothing_but_1_and_2_is_data_in_a_table_of_four_columns_too() -> None:
    assert first_after("||1|2") == 2


@pytest.mark.parametrize("word", ["Cán bộ", "Tập thể", "Tổ chức"])
def test_a_word_that_is_also_a_unit_is_data_in_a_column_without_units(
    word: str, tmp_path: Path
) -> None:
    table = moved(lambda sheet: sheet.title, tmp_path, {"subject": word}, GOOD).tables[
        "manifestations"
    ]
    assert table.rows.tolist() == [FIRST_ROW, FIRST_ROW + 1]


# --- headings that stand again -------------------------------------------------------------------


def repeated(below: str, headings: str = HEADINGS) -> RepeatedHeadings:
    grid = grid_of(f"{headings}\nY tế|1|2|3\n{below}")
    header = header_of(grid, SPEC)
    assert header is not None
    return repeated_after(header, grid)


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        (HEADINGS, RepeatedHeadings(frozenset({3}))),
        (HEADINGS.upper(), RepeatedHeadings(frozenset({3}))),
        (f"{HEADINGS}\n(1)|(2)|(3)|(4)", RepeatedHeadings(frozenset({3, 4}))),
        (f"{HEADINGS}\n1|2|3|4", RepeatedHeadings(frozenset({3, 4}))),
        (f"{HEADINGS}\nY tế|1|2|3\n{HEADINGS}", RepeatedHeadings(frozenset({3, 5}))),
        ("Lĩnh vực|Số vụ việc|Số người|", RepeatedHeadings(frozenset({3}))),
        ("Lĩnh vực|Số vụ việc||", RepeatedHeadings()),
        ("Y tế|Số vụ việc|1|2", RepeatedHeadings()),
        ("Lĩnh vực|Số người|Số vụ việc|Đã xử lý", RepeatedHeadings(frozenset({3}), otherwise=3)),
        ("|Lĩnh vực|Số vụ việc|Số người", RepeatedHeadings(frozenset({3}), otherwise=3)),
        (
            f"{HEADINGS}\nLĨNH VỰC|SỐ NGƯỜI|SỐ VỤ VIỆC|ĐÃ XỬ LÝ\n1|2|3|4",
            RepeatedHeadings(frozenset({3, 4, 5}), otherwise=4),
        ),
    ],
)
def test_headings_that_stand_again_and_where_they_stand_otherwise(
    below: str, expected: RepeatedHeadings
) -> None:
    assert repeated(below) == expected


def test_headings_stand_again_as_the_form_or_as_the_return_writes_them() -> None:
    for again in ("Lĩnh vực|Số vụ|Số người|Đã xử lý", HEADINGS, "LĨNH VỰC|SỐ VỤ|SỐ NGƯỜI|ĐÃ XỬ LÝ"):
        assert repeated(again, headings="Lĩnh vực|Số vụ|Số người|Đã xử lý") == RepeatedHeadings(
            frozenset({3})
        )


@pytest.mark.parametrize("upper", [False, True])
def test_pasted_headings_are_no_data_in_upper_case_either(*, upper: bool, tmp_path: Path) -> None:
    def pasted(sheet: Any) -> None:
        for column in range(1, LAST + 1):
            title = str(sheet.cell(HEADER_ROW, column).value)
            sheet.cell(FIRST_ROW + 1, column, title.upper() if upper else title)

    reading = moved(pasted, tmp_path, GOOD, {}, {**GOOD, "period": "Năm 2022"})
    assert reading.findings == ()
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW, FIRST_ROW + 2]


def swapped(sheet: Any) -> None:
    """The headings again below the first row of data, with persons before cases."""
    for column in range(1, LAST + 1):
        sheet.cell(
            FIRST_ROW + 1, column, sheet.cell(HEADER_ROW, {9: 10, 10: 9}.get(column, column)).value
        )


def test_headings_in_another_order_end_the_table_and_are_told_with_their_cells(
    tmp_path: Path,
) -> None:
    reading = moved(swapped, tmp_path, GOOD, {}, {**GOOD, "period": "Năm 2022"})
    finding = only(reading)
    cells = tuple(f"{letter}{FIRST_ROW + 1}" for letter in "ABCDEFGHIJKLMN")
    assert brief([finding]) == [("S06", "E", "column_missing.moved", cells)]
    assert (finding.sheet, finding.words) == (SHEET, {"row": str(FIRST_ROW + 1)})
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW]


def test_a_total_row_below_headings_in_another_order_is_not_read_either(tmp_path: Path) -> None:
    rows = [GOOD, {}, {**GOOD, "period": "Năm 2022"}, {"period": "Tổng cộng", "cases": 9}]
    assert moved(swapped, tmp_path, *rows).tables["manifestations"].totals == ()
