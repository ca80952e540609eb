"""Titles and labels: which wins, headings over several columns, headings broken over rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.collect.formats.cells import Area
from pipeline.collect.read import read
from pipeline.collect.tables.form import labels_of
from pipeline.collect.tables.headings import header_of
from pipeline.distribute.layout import FIRST_ROW, HEADER_ROW
from schemas.columns import TableSpec
from tests.encodings import tcvn3, vni, windows
from tests.grids import grid_of
from tests.headings import SPEC
from tests.single import GOOD, MANIFESTATIONS, ROUND, SHEET, book_of, brief, moved, only
from tests.workbooks import saved

WITHOUT_SEEN = replace(SPEC, key="y", columns=SPEC.columns[:-1])


def found(text: str, *merged: Area, spec: TableSpec = SPEC) -> dict[str, tuple[str, str]]:
    """Column letters and evidence by column key."""
    header = header_of(grid_of(text, *merged), spec)
    return (
        {key: (heading.column_letter, heading.evidence) for key, heading in header.matched.items()}
        if header
        else {}
    )


def ends(text: str, *merged: Area) -> int:
    """The last row of the headings."""
    header = header_of(grid_of(text, *merged), SPEC)
    assert header is not None
    return header.last_row


# --- what counts before what ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headings", "cases"),
    [
        ("Lĩnh vực|Tổng số|Số vụ việc|Số người", ("C", "exact")),
        ("Lĩnh vực|Số vụ việc|Tổng số|Số người", ("B", "exact")),
        ("Lĩnh vực|Tổng số|SỐ VỤ VIỆC|Số người", ("C", "normalised")),
        ("Lĩnh vực|SỐ VỤ VIỆC|Số vụ việc|Số người", ("C", "exact")),
        ("Lĩnh vực|Tổng số|Số vụ|Số người", ("B", "synonym")),
        ("Lĩnh vực|Số vụ việc|Số vụ việc|Số người", ("B", "exact")),
    ],
)
def test_a_title_counts_before_other_names_wherever_they_stand(
    headings: str, cases: tuple[str, str]
) -> None:
    assert found(headings)["cases"] == cases


def test_what_an_official_confirmed_counts_before_the_title() -> None:
    confirmed = replace(SPEC, confirmed={"Phát sinh": "cases"})
    for headings in (
        "Lĩnh vực|Số vụ việc|Phát sinh|Số người",
        "Lĩnh vực|Số vụ việc|PHÁT SINH|Số người",
    ):
        assert found(headings, spec=confirmed)["cases"] == ("C", "confirmed")
        assert found(headings)["cases"] == ("B", "exact")


def test_a_confirmed_column_is_read_in_the_return_of_its_agency_alone(tmp_path: Path) -> None:
    book = book_of(GOOD)
    book[SHEET].cell(HEADER_ROW, 15, "Phát sinh mới")
    book[SHEET].cell(FIRST_ROW, 15, 7)
    path = saved(book, tmp_path / "a.xlsx")
    for agency, letters, cases in (("T01", "O", 7), ("T02", "I", 2)):
        as_confirmed = replace(ROUND, mappings={agency: {"Phát sinh mới": "manifestations.cases"}})
        table = read(path, path.name, as_confirmed, tmp_path).tables["manifestations"]
        assert (table.letters["cases"], table.values["cases"].tolist()) == (letters, [cases])


@pytest.mark.parametrize(
    ("sheet", "label"),
    [
        ("Số điện thoại|0123\nĐiện thoại|0456", "B2"),
        ("Điện thoại|0456\nSố điện thoại|0123", "B1"),
        ("SĐT|0123|Điện thoại|0456", "D1"),
        ("SĐT|0123|Số điện thoại|0456", "B1"),
        ("Điện thoại:|0123\nĐiện thoại|0456", "B1"),
    ],
)
def test_a_label_of_the_form_counts_before_other_names_of_it(sheet: str, label: str) -> None:
    assert labels_of(grid_of(sheet), ROUND.info)["phone"].address == label


# --- ways to write a heading ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("Đã xử lí", "column_matched.normalised"),
        ("ĐÃ XỬ LÍ", "column_matched.normalised"),
        ("Đã xử lý (người)", "column_matched.synonym"),
        (tcvn3("Đã xử lý"), "column_matched.normalised"),
        (vni("Đã xử lý"), "column_matched.normalised"),
        (windows("Đã xử lý"), "column_matched.normalised"),
    ],
)
def test_another_spelling_or_encoding_of_a_heading_is_matched_and_told(
    title: str, message: str, tmp_path: Path
) -> None:
    reading = moved(lambda sheet: sheet.cell(HEADER_ROW, 11, title), tmp_path)
    finding = only(reading)
    assert (finding.rule, finding.severity, finding.message, finding.column) == (
        "S06",
        "N",
        message,
        "Đã xử lý",
    )
    assert reading.tables["manifestations"].values["handled"].tolist() == [1]


@pytest.mark.parametrize(
    ("unit", "is_known"),
    [("vụ", True), ("vụ việc", True), ("việc", False), ("người", False), ("triệu đồng", False)],
)
def test_a_title_may_have_its_unit_or_the_first_word_of_it_behind(
    unit: str, *, is_known: bool
) -> None:
    known = found(f"Lĩnh vực|Số vụ việc ({unit})|Số người|Đã xử lý")
    assert known.get("cases", ("", ""))[1] in (("synonym",) if is_known else ("", "close"))


@pytest.mark.parametrize("write", [tcvn3, vni, windows])
def test_all_headings_in_an_encoding_from_before_unicode(write: Callable[[str], str]) -> None:
    headings = [column.title for column in SPEC.columns]
    assert found("|".join(map(write, headings))) == {
        column.key: (letters, "normalised")
        for column, letters in zip(SPEC.columns, "ABCDEF", strict=True)
    }


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Đang xem xet", "pending"),
        ("Đã xem xet", ""),
        ("Da xem xét", ""),
        ("Chưa xem xét", ""),
        ("Đang xem xéét", "pending"),
    ],
)
def test_a_heading_with_a_word_of_another_title_is_never_close_to_this_one(
    heading: str, key: str
) -> None:
    known = found(f"Lĩnh vực|Số vụ việc|Số người|Đã xử lý|{heading}", spec=WITHOUT_SEEN)
    assert [known_key for known_key, (letters, _) in known.items() if letters == "E"] == (
        [key] if key else []
    )


# --- headings of several columns -----------------------------------------------------------------

GROUPED = """
Lĩnh vực|Số vụ việc|Số người||
        |          |Đã xử lý|Đang xem xét|
Y tế    |2         |1       |1
"""
GROUP = Area(1, 3, 1, 4)


def test_a_heading_of_several_columns_is_no_column_of_its_own() -> None:
    assert found(GROUPED, GROUP) == {
        "sector": ("A", "exact"),
        "cases": ("B", "exact"),
        "handled": ("C", "exact"),
        "pending": ("D", "exact"),
    }
    assert ends(GROUPED, GROUP) == 2


def test_a_heading_merged_over_columns_without_headings_below_is_a_column() -> None:
    headings = "Lĩnh vực|Số vụ việc|Số người||Đã xử lý\nY tế|2|1||1"
    assert found(headings, GROUP)["persons"] == ("C", "exact")
    assert found("Lĩnh vực|Số vụ việc|Số người||Đã xử lý\n(1)|(2)|(3)|(4)|(5)", GROUP)[
        "persons"
    ] == ("C", "exact")
    one_below = "Lĩnh vực|Số vụ việc|Số người||Đã xử lý\n||Trong đó nữ||"
    assert found(one_below, GROUP)["persons"] == ("C", "exact")


@pytest.mark.parametrize(
    ("text", "area", "key", "letters"),
    [
        ("Lĩnh vực||Số vụ việc|Số người\nA|B|1|2", Area(1, 1, 1, 2), "sector", "A"),
        ("Lĩnh vực|Số vụ việc|Số người||Đã xử lý\n|vụ|người|người|người", GROUP, "persons", "C"),
    ],
)
def test_letters_and_units_below_a_merged_heading_are_no_headings(
    text: str, area: Area, key: str, letters: str
) -> None:
    assert found(text, area).get(key) == (letters, "exact")


def test_a_required_column_that_is_only_the_heading_of_others_is_missing(tmp_path: Path) -> None:
    def group(sheet: Any) -> None:
        sheet.delete_cols(10)
        for column in (10, 11, 12):
            sheet.cell(HEADER_ROW + 1, column, sheet.cell(HEADER_ROW, column).value)
            sheet.cell(HEADER_ROW, column).value = "Số người" if column == 10 else None
        sheet.merge_cells(start_row=HEADER_ROW, end_row=HEADER_ROW, start_column=10, end_column=12)

    reading = moved(group, tmp_path)
    table = reading.tables["manifestations"]
    assert brief([only(reading)]) == [("S06", "E", "column_missing", ())]
    assert (only(reading).column, only(reading).sheet) == ("Số người", SHEET)
    assert [table.letters.get(key) for key in ("persons", "handled", "pending", "unhandled")] == [
        None,
        "J",
        "K",
        "L",
    ]
    assert (table.rows.tolist(), table.values["handled"].tolist()) == ([FIRST_ROW], [1])


# --- headings in several rows --------------------------------------------------------------------

ALL = dict(zip(SPEC.keys, "ABCDEF", strict=True))
SPLIT = {
    "two rows": (
        "Lĩnh vực|Số vụ việc|Số người|||\n|||Đã xử lý|Đang xem xét|Đã xem xét\nY tế|1|1|1|1|1",
        2,
    ),
    "the other half above": (
        "|||Đã xử lý|Đang xem xét|Đã xem xét\nLĩnh vực|Số vụ việc|Số người|||\nY tế|1|1|1|1|1",
        2,
    ),
    "three rows": (
        "Lĩnh vực|Số vụ việc||||\n||Số người|Đã xử lý||\n||||Đang xem xét|Đã xem xét\nY tế|1|1|1|1|1",
        3,
    ),
    "a title over two rows": (
        "Lĩnh vực|Số vụ|Số người|Đã xử lý|Đang xem xét|Đã xem xét\n|việc||||\nY tế|1|1|1|1|1",
        2,
    ),
    "each title over two rows": (
        "Lĩnh|Số vụ|Số|Đã|Đang|Đã\nvực|việc|người|xử lý|xem xét|xem xét\nY tế|1|1|1|1|1",
        2,
    ),
    "each title over three rows": (
        "Lĩnh|Số|Số|Đã|Đang|Đã\nvực|vụ|người|xử|xem|xem\n|việc||lý|xét|xét\nY tế|1|1|1|1|1",
        3,
    ),
    "below a title of the table": (
        "BIỂU 1\n\nLĩnh|Số vụ|Số|Đã|Đang|Đã\nvực|việc|người|xử lý|xem xét|xem xét\nY tế|1|1|1|1|1",
        4,
    ),
}


@pytest.mark.parametrize("name", SPLIT)
def test_headings_in_several_rows(name: str) -> None:
    text, last = SPLIT[name]
    spec = replace(SPEC, columns=tuple(replace(column, synonyms=()) for column in SPEC.columns))
    header = header_of(grid_of(text), spec)
    assert header is not None
    assert {key: heading.column_letter for key, heading in header.matched.items()} == ALL
    assert header.last_row == last
    assert not header.unknown


def test_a_broken_title_in_a_return(tmp_path: Path) -> None:
    def broken(sheet: Any) -> None:
        sheet.insert_rows(HEADER_ROW + 1)
        for column, (above, below) in {
            1: ("Kỳ", "số liệu"),
            8: ("Công việc", "cụ thể"),
            12: ("Đang", "xem xét"),
        }.items():
            sheet.cell(HEADER_ROW, column, above)
            sheet.cell(HEADER_ROW + 1, column, below)

    reading = moved(broken, tmp_path)
    table = reading.tables["manifestations"]
    assert (table.rows.tolist(), table.values["pending"].tolist()) == ([FIRST_ROW + 1], [1])
    assert set(MANIFESTATIONS.keys) == set(table.letters)
    assert {(each.rule, str(each.severity)) for each in reading.findings} <= {("S06", "N")}
    assert brief(reading.findings) == [(each.rule, "N", f"column_matched.{match.evidence}", ()) for each, match in zip(reading.findings, reading.matches, strict=True)]  # fmt: skip


@pytest.mark.parametrize("text", ["Y tế|1|1\nLĩnh|Số vụ\nvực|việc", "Báo cáo\nLĩnh vực", ""])
def test_a_sheet_without_enough_headings_has_none(text: str) -> None:
    assert header_of(grid_of(text), SPEC) is None


def test_a_title_that_stands_among_the_data_is_no_heading_and_costs_no_row(tmp_path: Path) -> None:
    def without_a_column(sheet: Any) -> None:
        sheet.delete_cols(7)
        sheet.cell(HEADER_ROW, 14, "Ý kiến khác")
        sheet.cell(FIRST_ROW, 14, "Biểu hiện")

    reading = moved(without_a_column, tmp_path, GOOD, {**GOOD, "period": "Năm 2022"})
    assert reading.tables["manifestations"].rows.tolist() == [FIRST_ROW, FIRST_ROW + 1]
    assert brief([only(reading)]) == [("S07", "W", "column_unknown", (f"N{FIRST_ROW}",))]
