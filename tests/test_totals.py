"""An agency's own total rows: by label, and group headings with sums beside."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from pipeline.check.judge import judge
from pipeline.collect.formats.cells import Grid
from pipeline.collect.tables.totals import total_rows
from pipeline.distribute.layout import FIRST_ROW, HEADER_ROW
from pipeline.model import Reading, Total
from tests.encodings import tcvn3, vni
from tests.grids import grid_of
from tests.single import GOOD, ROUND, SHEET, brief, moved, only

OTHER = {**GOOD, "period": "Năm 2022"}
LABELS = [
    "TC",
    "T.C",
    "T.Cộng",
    "Lũy kế",
    "Luỹ kế",
    "Cộng lũy kế",
    "Tổng cộng tỉnh Hà Giang",
    "Tổng số thành phố Hồ Chí Minh",
    "Toàn tỉnh",
    "I. Tổng số",
    "II) Cộng",
    "Tổng (1)+(2)",
    "Tổng số (I) + (II)",
    "Cộng mang sang",
    "Cộng trang 2",
    "Tong cong",
    "∑ Tổng",
    tcvn3("Tổng cộng"),
    vni("Tổng cộng"),
    unicodedata.normalize("NFD", "Lũy kế"),
]
DATA = [
    "Tổng cục Thuế",
    "Toàn tỉnh ủy",
    "TCVN",
    "TC1",
    "Lũy kế toán",
    "I. Tổng hợp tình hình",
    "Tổng (chưa rõ) vụ",
    "Tổng công ty",
]


@pytest.mark.parametrize("label", LABELS)
def test_labels_of_total_rows(label: str) -> None:
    assert total_rows(grid_of(f"Y tế|1\n{label}|1"), 1, {"B"}) == {2}


@pytest.mark.parametrize("label", DATA)
def test_what_only_begins_like_a_label_is_none(label: str) -> None:
    assert total_rows(grid_of(f"Y tế|x|1\n{label}|x|1"), 1, {"C"}) == frozenset()


def test_no_name_of_a_code_list_is_a_label() -> None:
    names = {
        word
        for codes in ROUND.codelists.values()
        for entry in codes.entries
        for word in (entry.code, entry.name, *entry.aliases, *entry.ambiguous)
    }
    assert len(names) > 300
    assert [name for name in sorted(names) if total_rows(Grid({"A": {1: name}}), 1, ())] == []


@pytest.mark.parametrize("number", ["3", "10.", "III", "III.", "C", "b)", "*"])
def test_a_row_number_before_the_label_is_no_label_and_hides_none(number: str) -> None:
    """A whole number is no text at all; the others are passed over."""
    assert total_rows(
        grid_of(f"1|Y tế|x|1\n{number}|Tổng cộng|x|1\n{number}|Y tế|x|1"), 1, {"D"}
    ) == {2}


def test_only_the_first_text_of_a_row_is_its_label() -> None:
    assert total_rows(grid_of("Y tế|Tổng cộng|1"), 1, {"C"}) == frozenset()


@pytest.mark.parametrize(
    "label",
    ["TC", "Lũy kế", "Tổng cộng tỉnh Hà Giang", "I. Tổng số", "Tổng (1)+(2)", tcvn3("Tổng cộng")],
)
def test_a_labelled_row_below_a_column_of_row_numbers_is_kept_apart(
    label: str, tmp_path: Path
) -> None:
    def numbered(sheet: Any) -> None:
        sheet.insert_cols(1)
        sheet.cell(HEADER_ROW, 1, "STT")
        for row, (number, text, cases) in enumerate(
            (("1", None, None), ("II", label, 2)), start=FIRST_ROW
        ):
            sheet.cell(row, 1, number)
            if text:
                sheet.cell(row, 2, text)
                sheet.cell(row, 10, cases)

    reading = moved(numbered, tmp_path)
    table = reading.tables["manifestations"]
    assert reading.findings == ()
    assert table.rows.tolist() == [FIRST_ROW]
    assert [(total.row, total.numbers) for total in table.totals] == [(FIRST_ROW + 1, {"cases": 2})]


# --- headings of groups with their sums ----------------------------------------------------------


def grouped(first_sum: object, tmp_path: Path) -> Reading:
    rows = [
        {"period": "I. Đất đai", "cases": first_sum},
        GOOD,
        OTHER,
        {"period": "II. Y tế", "cases": 2},
        {**GOOD, "period": "Năm 2023"},
    ]
    return moved(lambda sheet: sheet.title, tmp_path, *rows)


def test_a_numbered_heading_with_sums_beside_is_a_total_row_and_no_data(tmp_path: Path) -> None:
    reading = grouped(4, tmp_path)
    table = reading.tables["manifestations"]
    assert reading.findings == ()
    assert table.rows.tolist() == [FIRST_ROW + 1, FIRST_ROW + 2, FIRST_ROW + 4]
    assert table.totals == (
        Total(FIRST_ROW, "I. Đất đai", {"cases": 4}),
        Total(FIRST_ROW + 3, "II. Y tế", {"cases": 2}),
    )


@pytest.mark.parametrize(("first_sum", "cells"), [(4, ()), (40, (f"I{FIRST_ROW}",))])
def test_the_sum_beside_the_heading_of_a_group_is_held_against_its_rows(
    first_sum: int, cells: tuple[str, ...], tmp_path: Path
) -> None:
    judged = judge({1: grouped(first_sum, tmp_path)}, {1: "a.xlsx"}, ROUND)
    found = [each for each in judged.findings[1] if each.rule == "T02"]
    assert [(str(each.severity), each.sheet, each.cells, each.value) for each in found] == [
        ("E", SHEET, cells, "40")
    ] * bool(cells)


@pytest.mark.parametrize(
    "beside", [{"sector": "Y tế"}, {"cases": "x"}, {"cases": 2, "note": "xem lại"}]
)
def test_a_numbered_text_with_anything_but_sums_beside_is_data(
    beside: dict[str, object], tmp_path: Path
) -> None:
    table = moved(
        lambda sheet: sheet.title, tmp_path, {"period": "I. Đất đai", **beside}, OTHER
    ).tables["manifestations"]
    assert (table.rows.tolist(), table.totals) == ([FIRST_ROW, FIRST_ROW + 1], ())


# --- remarks -------------------------------------------------------------------------------------


def test_who_signs_below_the_table_is_a_remark(tmp_path: Path) -> None:
    def signed(sheet: Any) -> None:
        for row, cells in {
            FIRST_ROW + 3: {
                2: "Người lập biểu",
                6: "Trưởng phòng Tổng hợp",
                12: "Thủ trưởng đơn vị",
            },
            FIRST_ROW + 4: {
                2: "(Ký, ghi rõ họ tên)",
                6: "(Ký, ghi rõ họ tên)",
                12: "(Ký tên, đóng dấu)",
            },
            FIRST_ROW + 7: {2: "Nguyễn Văn A", 6: "Trần Thị B", 12: "Lê Văn C"},
        }.items():
            for column, text in cells.items():
                sheet.cell(row, column, text)

    reading = moved(signed, tmp_path, GOOD, OTHER)
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW, FIRST_ROW + 1]
    cells = tuple(f"{letter}{FIRST_ROW + below}" for below in (3, 4, 7) for letter in "BFL")
    assert brief([only(reading)]) == [("S11", "W", "stray", cells)]
    assert only(reading).value == "Người lập biểu"


@pytest.mark.parametrize(
    "row",
    [
        {"period": "Năm 2030", "sector": "Lĩnh vực khác", "cases": "chưa rõ"},
        {"sector": "Lĩnh vực khác", "behaviour": "HV99", "note": "xem lại"},
        {"sector": "Lĩnh vực khác", "behaviour": "Chậm trễ", "subject": "cán bộ"},
        dict.fromkeys(
            ("period", "sector", "locality", "level", "subject", "behaviour", "cases", "persons"),
            "chưa rõ",
        ),
    ],
)
def test_a_row_below_with_a_number_a_readable_code_or_most_of_its_cells_is_data(
    row: dict[str, str], tmp_path: Path
) -> None:
    table = moved(lambda sheet: sheet.title, tmp_path, GOOD, row).tables["manifestations"]
    assert table.rows.tolist() == [FIRST_ROW, FIRST_ROW + 1]


def test_words_alone_in_a_first_column_of_codes_are_the_heading_of_a_group(tmp_path: Path) -> None:
    reading = moved(
        lambda sheet: sheet.title,
        tmp_path,
        {"period": "Lĩnh vực đất đai"},
        GOOD,
        {"period": "Các huyện miền núi"},
        OTHER,
    )
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW + 1, FIRST_ROW + 3]
    assert brief([only(reading)]) == [("S11", "W", "stray", (f"A{FIRST_ROW}", f"A{FIRST_ROW + 2}"))]


@pytest.mark.parametrize("period", ["Năm 2030", "2030", "Nămmm"])
def test_a_mistyped_code_alone_in_a_row_above_others_is_data(period: str, tmp_path: Path) -> None:
    reading = moved(lambda sheet: sheet.title, tmp_path, {"period": period}, GOOD)
    assert reading.findings == ()
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW, FIRST_ROW + 1]


def test_words_alone_in_another_column_are_data(tmp_path: Path) -> None:
    table = moved(lambda sheet: sheet.title, tmp_path, {"sector": "Lĩnh vực đất"}, GOOD).tables[
        "manifestations"
    ]
    assert table.rows.tolist() == [FIRST_ROW, FIRST_ROW + 1]
