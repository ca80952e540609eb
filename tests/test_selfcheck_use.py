"""The self-check in a clerk's hands: right at once, quick, and saying what to do."""

from __future__ import annotations

import datetime as dt
import os
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from pipeline.distribute.layout import CHECKED_ROWS, FIRST_ROW
from pipeline.distribute.selfcheck_lines import FIRST_SHOWN, SHOWN
from schemas.invention import ExcelError
from tests.books import issued
from tests.clerk import Step, worked
from tests.long_returns import long_return
from tests.office import needs_office
from tests.returns import ROUND, Draft

SHEETS = {spec.key: position for position, spec in enumerate(ROUND.tables, 2)}
SELFCHECK = max(SHEETS.values()) + 1
VERDICT = [("read", SELFCHECK, cell) for cell in ("A7", "E7", "E8")]
MOST_BYTES = 130_000
AN_EDIT = {200: 300, 2000: 2500}
"""Milliseconds of processor time that an edit may take, by rows in every sheet."""


def saved(draft: Draft, folder: Path) -> Path:
    path = folder / "draft.xlsx"
    path.write_bytes(draft.workbook())
    return path


EDITS: tuple[tuple[str, str, str, str], ...] = (
    ("manifestations", "put", "B11", "Đầu tư công"),
    ("manifestations", "number", "K9", "2"),
    ("manifestations", "number", "I10", "2"),
    ("manifestations", "put", "N12", "x"),
    ("consequences", "number", "G9", "2"),
    ("consequences", "put", "B10", "Đầu tư công"),
    ("handlings", "number", "H9", "2"),
    ("handlings", "put", "B10", "Đầu tư công"),
    ("actions", "put", "D9", "Nội dung khác hẳn"),
    ("causes", "put", "D9", "Nội dung khác hẳn, và đủ dài"),
    ("examples", "put", "E9", "Nội dung khác hẳn, và đủ dài"),
)


def spent(rows: int, folder: Path) -> list[int]:
    """Milliseconds of processor time of each edit, with the verdict and the list shown again."""
    seen = [*VERDICT, ("read", SELFCHECK, f"F{FIRST_SHOWN}"), ("time",)]
    steps: list[Step] = [("open", saved(long_return(rows), folder)), *seen]
    for table, kind, cell, value in EDITS:
        steps += [(kind, SHEETS[table], cell, value), *seen]
    told = worked([*steps, ("close",)], folder)
    assert told[1] == "0"  # no error before the first edit
    return [int(milliseconds) for milliseconds in told[9::5]]


@needs_office
@pytest.mark.slow
@pytest.mark.skipif(
    "TONGHOP_TEST_SPEED" not in os.environ,
    reason="speed is measured by make bench: it says as much of what else a machine does",
)
@pytest.mark.parametrize("rows", AN_EDIT)
def test_an_edit_is_quick(rows: int, tmp_path: Path) -> None:
    """B5: a second at 200 rows in every sheet, 45 at 2,000."""
    times = spent(rows, tmp_path)
    assert len(times) == len(EDITS)
    first, *others = times
    assert max(others) <= AN_EDIT[rows], times
    # the first one after opening works out what opening left
    assert first <= 2 * AN_EDIT[rows], times


@needs_office
@pytest.mark.slow
def test_the_verdict_is_right_at_once(tmp_path: Path) -> None:
    """After a first edit the totals stood above lines that were all 0."""
    form = tmp_path / "form.xlsx"
    form.write_bytes(issued(ROUND, "BNV"))
    info, nil = SHEETS["info"], "Có"
    steps: list[Step] = [("open", form), ("type", info, "B12", nil)]
    steps += [("put", info, f"B{row}", "x") for row in range(13, 18)]
    told = worked([*steps, *VERDICT, ("read", SELFCHECK, f"A{FIRST_SHOWN}"), ("close",)], tmp_path)
    # two warnings: nothing yet at the paper's number and its day
    assert told == ["ĐẠT", "0", "2", "V01"]


@needs_office
@pytest.mark.slow
def test_failing_lines_stand_above_with_what_to_do(tmp_path: Path) -> None:
    draft = long_return(3)
    draft.write("manifestations", "cases", 1, ExcelError("#N/A"))
    draft.write("handlings", "handling", 0, "Không có thật")
    draft.write("examples", "story", 2, "ngắn")
    rows = [FIRST_SHOWN + number for number in range(4)]
    steps: list[Step] = [("read", SELFCHECK, f"{column}{row}") for row in rows for column in "ABDF"]
    told = worked([("open", saved(draft, tmp_path)), *VERDICT, *steps, ("close",)], tmp_path)
    assert told[:2] == ["CHƯA ĐẠT", "3"]
    lines = [told[3 + 4 * number : 7 + 4 * number] for number in range(3)]
    assert [(rule, sheet, cell) for rule, sheet, _, cell in lines] == [
        ("S08", "I.1 BIỂU HIỆN", "I10"),
        ("V03", "I.3b XỬ LÝ", "F9"),
        ("V06", "VÍ DỤ", "E11"),
    ]
    assert lines[0][2] == "Xóa công thức lỗi và nhập giá trị đúng."
    assert lines[1][2].startswith("Chọn lại trong danh sách")


@needs_office
@pytest.mark.slow
def test_entries_are_known_in_any_case_by_alias_and_by_code(tmp_path: Path) -> None:
    """What `check` repairs with a note was an error here; short and full names are both good."""
    draft = long_return(2)
    draft.write("manifestations", "period", 0, " năm  2021 ")
    draft.write(
        "manifestations",
        "locality",
        0,
        ROUND.codelists["localities"].by_code["T96"].aliases[0].upper(),
    )
    draft.write("manifestations", "sector", 1, ROUND.codelists["sectors"].codes[0].lower())
    draft.write("manifestations", "subject", 0, ROUND.codelists["subjects"].entries[0].name)
    told = worked([("open", saved(draft, tmp_path)), *VERDICT, ("close",)], tmp_path)
    assert told[:2] == ["ĐẠT", "0"]


@needs_office
@pytest.mark.slow
def test_a_dropdown_follows_the_cell_beside_whichever_of_its_names_stands_there(
    tmp_path: Path,
) -> None:
    """Behind a full name, an alias or a code, dependent dropdowns offered every entry."""
    subject, form, handlings = (
        ROUND.codelists["subjects"].by_code["CC_KLD"],
        tmp_path / "form.xlsx",
        ROUND.by_key["handlings"],
    )
    form.write_bytes(issued(ROUND, "BNV"))
    validations = openpyxl.load_workbook(form)[handlings.sheet].data_validations.dataValidation
    offered = next(each.formula1 for each in validations if f"F{FIRST_ROW}" in each.sqref)
    words = [
        subject.offered,
        subject.name,
        f" {subject.aliases[0].upper()} ",
        subject.code,
        "Không có thật",
        "",
    ]
    rows = range(FIRST_ROW, FIRST_ROW + len(words))
    steps: list[Step] = [
        ("put", SHEETS["handlings"], f"E{row}", word) for row, word in zip(rows, words, strict=True)
    ]
    for row in rows:
        steps += [
            ("type", SHEETS["handlings"], f"Z{row}", f"=COUNTA({offered})"),
            ("read", SHEETS["handlings"], f"Z{row}"),
        ]
    known, *others = worked([("open", form), *steps, ("close",)], tmp_path)
    every = str(len(ROUND.codelists["handlings"].entries))
    assert int(known) < int(every)
    assert others == [known, known, known, every, every]


def test_the_form_stays_small() -> None:
    assert len(issued(ROUND, "T96")) <= MOST_BYTES


def test_every_cell_of_a_list_formula_stands_in_the_file(tmp_path: Path) -> None:
    """What a program makes of a list formula whose cells it doesn't find is written nowhere."""
    form = tmp_path / "form.xlsx"
    form.write_bytes(issued(ROUND, "BNV"))
    with zipfile.ZipFile(form) as archive:
        for name in archive.namelist():
            areas = re.findall(
                rb'<f t="array" ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"', archive.read(name)
            )
            assert name.endswith("sheet16.xml") or not [
                area for area in areas if area[:2] != area[2:]
            ], name
    sheet = openpyxl.load_workbook(form)[ROUND.sheets.workings]
    assert sheet.max_row == FIRST_ROW + CHECKED_ROWS - 1
    last = sheet[sheet.max_row]
    assert [cell.value for cell in last] == [0] * len(sheet[FIRST_ROW])
    assert all(cell.value.ref.endswith(str(sheet.max_row)) for cell in sheet[FIRST_ROW])


def test_what_is_dear_is_worked_out_once_and_not_after_every_edit(tmp_path: Path) -> None:
    """At 2,000 rows, finding repeated rows took 1.4 of the 1.5 s that an edit of a note took."""
    form = tmp_path / "form.xlsx"
    form.write_bytes(issued(ROUND, "BNV"))
    book = openpyxl.load_workbook(form)
    dear = re.compile(r"MMULT|MODE|SUMIF")
    lines = [
        cell.value.text
        for row in book[ROUND.sheets.selfcheck].iter_rows()
        for cell in row
        if hasattr(cell.value, "text")
    ]
    assert not any("MODE" in line for line in lines)
    behind_every_cell = {
        name
        for name, defined in book.defined_names.items()
        if ",bl_" in defined.attr_text or name.startswith("bl_")
    }
    found = [
        column.value.text
        for column in book[ROUND.sheets.workings][FIRST_ROW]
        if dear.search(column.value.text)
    ]
    assert len(found) >= 4
    assert behind_every_cell.isdisjoint(
        word for formula in found for word in re.findall(r"[a-z]+\d*_\w+", formula)
    )


def test_the_list_has_room_for_what_is_usually_wrong() -> None:
    assert SHOWN >= 10


@needs_office
@pytest.mark.slow
def test_days_that_a_us_computer_swapped_are_told(tmp_path: Path) -> None:
    """A US computer keeps 15/06/2022 as text and swaps 05/04/2022: both must be warned about."""
    typed: dict[str, list[str | dt.date]] = {
        "doubted": ["15/06/2022", dt.date(2022, 5, 4)],
        "trusted": ["15/06/2022", dt.date(2022, 5, 14), dt.date(2022, 5, 4)],
    }
    told = {}
    for name, days in typed.items():
        draft = long_return(len(days))
        for row, day in enumerate(days):
            draft.write("handlings", "decided_on", row, day)
        lines = [
            ("read", SELFCHECK, f"{column}{FIRST_SHOWN + line}")
            for line in range(SHOWN)
            for column in "ACF"
        ]
        told[name] = worked(
            [("open", saved(draft, tmp_path)), *VERDICT, *lines, ("close",)], tmp_path
        )
    doubted, trusted = (
        [*zip(*(each[start::3] for start in range(3, 6)), strict=True)] for each in told.values()
    )
    assert {each[:2] == ["CHƯA ĐẠT", "1"] for each in told.values()} == {True}
    assert set(doubted) - set(trusted) == {("V04", "Cảnh báo", "K10")}
