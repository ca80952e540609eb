"""One mistake, one finding: nil tables, subtotals, numbered columns, pictures in cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.check.judge import judge
from pipeline.collect.formats.cells import Picture
from pipeline.collect.formats.opening import open_workbook
from pipeline.model import Finding
from schemas.columns import State
from tests.drawn import with_parts
from tests.single import GOOD, ROUND, SHEET, book_of, brief, only, reading_of, taken
from tests.workbooks import patched, saved

CONSEQUENCES = ROUND.by_key["consequences"]


def findings_of(
    tmp_path: Path,
    cells: Mapping[str, Any],
    sheet: str = SHEET,
    rows: Sequence[Mapping[str, Any]] = (GOOD,),
) -> list[Finding]:
    """Findings of a return with extra cells on one sheet, except those of other sheets."""
    (found,) = findings_of_each(tmp_path, [cells], sheet, rows)
    return found


def findings_of_each(
    tmp_path: Path,
    returns: Sequence[Mapping[str, Any]],
    sheet: str,
    rows: Sequence[Mapping[str, Any]] = (GOOD,),
) -> list[list[Finding]]:
    """The same of many returns, judged at once."""
    readings = {}
    for number, cells in enumerate(returns):
        book = book_of(*rows)
        for cell, value in cells.items():
            book[sheet][cell] = value
        readings[number] = reading_of(book, tmp_path)
    listed = judge(readings, dict.fromkeys(readings, "a.xlsx"), ROUND).findings
    return [
        [each for each in listed[number] if each.sheet == sheet and each.rule[0] != "X"]
        for number in readings
    ]


NOTHING = [
    *(
        {"A9": text}
        for text in (
            "Không",
            "KHÔNG CÓ",
            "không phát sinh trường hợp nào",
            "Ko",
            "KPS",
            "Chưa phát sinh",
            "Kh«ng",
            "-",
            "0",
        )
    ),
    *({"A9": text} for text in ("(không)", "[Không có]", "…", "0 vụ")),
    {f"{letters}9": "-" for letters in "ABCDEFGHIJK"},
    {"A9": "KPS", "G9": 0, "J9": 0.0},
    {"G9": 0, "H9": "–", "I9": "0"},
    {"A9": "/", "A10": "//", "A11": "..."},
    {"A9": 1, "B9": "Không"},
    {"A9": "Năm 2021", "B9": "Không", "D9": "Không", "G9": 0, "K9": "Không"},
]


@pytest.fixture(scope="module")
def of_nothing(tmp_path_factory: pytest.TempPathFactory) -> list[list[Finding]]:
    """Findings of each return with ``NOTHING``."""
    return findings_of_each(tmp_path_factory.mktemp("nothing"), NOTHING, CONSEQUENCES.sheet)


@pytest.mark.parametrize(("number", "cells"), [*enumerate(NOTHING)])
def test_a_table_that_says_it_is_empty_is_one_note(
    number: int, cells: Mapping[str, Any], of_nothing: list[list[Finding]]
) -> None:
    [told] = of_nothing[number]
    assert brief([told]) == [("S11", "N", "stray.nothing", tuple(cells))]


def test_a_nil_return_with_zeros_is_a_nil_return(tmp_path: Path) -> None:
    book = book_of()
    book[SHEET]["I9"], book[SHEET]["J9"] = 0, 0
    reading = reading_of(book, tmp_path)
    assert brief([only(reading)]) == [("S11", "N", "stray.nothing", ("I9", "J9"))]
    assert len(reading.tables["manifestations"].rows) == 0


@pytest.mark.parametrize(
    "cells",
    [
        {"A10": "Không"},
        {"A9": "Không rõ kỳ nào, đề nghị hướng dẫn"},
        {"A9": "Năm 2021"},
        {"G9": 1},
        {"G9": 0, "K9": "x y"},
        {"A9": "Năm 2021", "K9": "Không"},
    ],
)
def test_rows_that_may_be_data_stay_data(cells: Mapping[str, Any], tmp_path: Path) -> None:
    sheet = SHEET if "A10" in cells else CONSEQUENCES.sheet  # beside a row of data
    assert "stray.nothing" not in {each.message for each in findings_of(tmp_path, cells, sheet)}


def test_words_that_say_nothing_in_a_prepared_row_are_an_answer(tmp_path: Path) -> None:
    spec = ROUND.by_key["narratives"]
    book = book_of(GOOD)
    item = ROUND.codes_of(spec.columns[0]).entries[0].name
    book[spec.sheet]["A9"], book[spec.sheet]["B9"] = item, "Không"
    reading = reading_of(book, tmp_path)
    assert reading.findings == ()
    assert reading.tables[spec.key].values["content"].tolist() == ["Không"]


# --- subtotals -----------------------------------------------------------------------------------

SECTORS = ("Giáo dục và đào tạo", "Giao thông vận tải", "Giáo dục và đào tạo")
DATA = [
    {**GOOD, "sector": sector, "period": f"Năm {2021 + at // 2}"}
    for at, sector in enumerate(SECTORS)
]
"""Two cases in each of rows 9 to 11."""


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Giáo dục và đào tạo Total", "Grand Total"),
        ("Giáo dục và đào tạo Tổng", "Tổng Cộng"),
        ("Giáo dục và đào tạo tổng cộng", "Tổng cộng chung"),
        ("Tổng Giáo dục và đào tạo", "Tổng số"),
        ("Cộng: Giáo dục và đào tạo", "CỘNG"),
        ("Giáo dục và đào tạo Sum", "Grand Sum"),
        ("Giáo dục và đào tạo 汇总", "总计"),
        ("Subtotal", "Total général"),
    ],
)
def test_subtotals_are_the_agency_s_own_totals(first: str, last: str, tmp_path: Path) -> None:
    of_group = 6 if first == "Subtotal" else 4
    assert (
        findings_of(tmp_path, {"B12": first, "I12": of_group, "B13": last, "I13": 6}, rows=DATA)
        == []
    )


def test_a_subtotal_that_adds_up_to_nothing_is_one_error(tmp_path: Path) -> None:
    [told] = findings_of(tmp_path, {"B12": "Giao thông vận tải Total", "I12": 5}, rows=DATA)
    assert brief([told]) == [("T02", "E", "own_total", ("I12",))]


def test_counts_and_averages_of_groups_are_no_totals_and_no_data(tmp_path: Path) -> None:
    assert (
        findings_of(
            tmp_path,
            {"B12": "Giao thông vận tải Count", "I12": 1, "B13": "Grand Average", "I13": 2},
            rows=DATA,
        )
        == []
    )


def test_totals_of_groups_within_groups(tmp_path: Path) -> None:
    """Two yearly totals after those of their sectors; the second sums rows since the first."""
    book = book_of(*DATA, *DATA)
    sheet = book[SHEET]
    for row in range(14, 8, -1):  # make room: 9-11, 12 and 13 totals, 14-16, 17 and 18 totals
        for column in range(1, 15):
            sheet.cell(row + (2 if row > 11 else 0), column).value = sheet.cell(row, column).value
    for row, (label, total) in {
        12: ("Cộng mục I", 6),
        13: ("Tổng I", 6),
        17: ("Cộng mục II", 6),
        18: ("Tổng II", 6),
    }.items():
        for column in range(1, 15):
            sheet.cell(row, column).value = None
        sheet.cell(row, 2).value, sheet.cell(row, 9).value = label, total
    found = judge({1: reading_of(book, tmp_path)}, {1: "a.xlsx"}, ROUND).findings[1]
    assert [each for each in found if each.rule == "T02"] == []


# --- rows of column numbers ----------------------------------------------------------------------


@pytest.mark.parametrize("form", ["({})", "[{}]", "{}"])
def test_a_row_of_column_numbers_among_the_data_is_known(form: str, tmp_path: Path) -> None:
    numbers = {
        f"{letters}12": form.format(at) for at, letters in enumerate("ABCDEFGHIJKLMN", start=1)
    }
    [told] = findings_of(tmp_path, numbers, rows=DATA)
    assert (told.rule, told.severity, told.message, told.words) == (
        "S11",
        "N",
        "stray.numbers",
        {"row": "12"},
    )


# --- pictures in cells ---------------------------------------------------------------------------

PART = f"xl/worksheets/sheet{[spec.sheet for spec in ROUND.tables].index(SHEET) + 1}.xml"
RICH = '<c r="H9" t="e" vm="1"><v>#VALUE!</v></c>'
WPS = '<c r="H9" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
WPS_IN_EXCEL = '<c r="H9" t="e"><f>_xlfn.DISPIMG("ID_1",1)</f><v>#NAME?</v></c>'
WPS_IN_OFFICE = '<c r="H9" t="str"><f aca="false">_xlfn.dispimg(&quot;ID_1&quot;,1)</f><v>=DISPIMG("ID_1",1)</v></c>'


def with_cell(cell: str, path: Path) -> Path:
    def put(data: bytes) -> bytes:
        before, mark, after = data.partition(b'<c r="I9"')
        return before + cell.encode() + mark + after

    return patched(saved(book_of(GOOD), path), PART, put)


@pytest.mark.parametrize("spaces", ["", " "])  # which leave the cell to the parser
@pytest.mark.parametrize("cell", [RICH, WPS, WPS_IN_EXCEL, WPS_IN_OFFICE])
def test_a_picture_in_a_cell_is_called_so(cell: str, spaces: str, tmp_path: Path) -> None:
    path = with_cell(cell.replace("<c r", f"<c {spaces}r"), tmp_path / "a.xlsx")
    reading = taken(path)
    assert isinstance(open_workbook(path.read_bytes()).grid(SHEET).value(9, "H"), Picture)
    assert reading.tables["manifestations"].states["task"].tolist() == [State.PICTURE]
    found = judge({1: reading}, {1: "a.xlsx"}, ROUND).findings[1]
    assert brief([each for each in found if each.sheet == SHEET and each.rule[0] != "X"]) == [
        ("S08", "E", "error_cell.picture", ("H9",))
    ]


def test_an_error_of_a_newer_kind_is_no_picture(tmp_path: Path) -> None:
    path = with_parts(
        with_cell(RICH, tmp_path / "a.xlsx"),
        {"xl/richData/rdrichvaluestructure.xml": '<rvStructures><s t="_error"/></rvStructures>'},
        {},
    )
    assert taken(path).tables["manifestations"].states["task"].tolist() == [State.ERROR]
