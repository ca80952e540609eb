"""Real files of other programs: filled with openpyxl, opened and saved by LibreOffice as xlsx, ods and xls."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline import run
from pipeline.distribute import issue
from pipeline.fill import fill
from pipeline.home import Home
from pipeline.model import Finding
from schemas.round import Round, load_round
from tests.office import convert, needs_office
from tests.readings import Cell
from tests.test_check import CASES, RIGHT, Case

AGENCY = "T96"


@pytest.fixture(scope="module")
def round_() -> Round:
    return load_round("cv4874")


@pytest.fixture(scope="module")
def blank(round_: Round) -> bytes:
    return dict(issue.workbooks(round_, [round_.by_agency[AGENCY]]))[AGENCY]


def shown(round_: Round, table: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row of codes as a clerk fills it in: names; a misread cell as its text."""
    spec = round_.by_key[table]

    def one(key: str, value: Any) -> Any:
        if isinstance(value, Cell):
            return value.found
        codes = spec.by_key[key].codes
        return round_.codelists[codes].name(value) if codes and value is not None else value

    return {key: one(key, value) for key, value in row.items()}


CONTACT = dict.fromkeys(("prepared_by", "position", "phone", "email", "signed_by", "doc_number"), "x")


def workbook(round_: Round, blank: bytes, tables: Any, info: Any = None) -> bytes:
    rows = {table: [shown(round_, table, dict(row)) for row in listed] for table, listed in tables.items()}
    filled_info = {**CONTACT, "signed_on": dt.date(2023, 9, 1), **shown(round_, "info", info or {})}
    return fill(blank, round_, filled_info, rows)


def by_hand(round_: Round, blank: bytes) -> bytes:
    """The same right return, typed in with openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    for table, rows in RIGHT.items():
        spec, sheet = round_.by_key[table], book[round_.by_key[table].sheet]
        for offset, row in enumerate(rows):
            for key, value in shown(round_, table, dict(row)).items():
                sheet.cell(9 + offset, spec.keys.index(key) + 1).value = value
    for offset, key in enumerate(round_.info.keys):
        if key in CONTACT:
            book[round_.info.sheet].cell(8 + offset, 2).value = "x"
        if key == "signed_on":
            book[round_.info.sheet].cell(8 + offset, 2).value = dt.date(2023, 9, 1)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_return_typed_with_openpyxl_is_right(round_: Round, blank: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tay.xlsx"
    path.write_bytes(by_hand(round_, blank))
    assert run.check(Home(tmp_path), round_, [path])[0].findings == ()


@needs_office
@pytest.mark.parametrize("form", ["xlsx", "ods", "xls"])
def test_a_return_saved_by_libreoffice_is_read_the_same(round_: Round, blank: bytes, tmp_path: Path, form: str) -> None:
    source = tmp_path / "tra-loi.xlsx"
    source.write_bytes(by_hand(round_, blank))
    saved = convert(source, form, tmp_path / "out")
    home = Home(tmp_path / "home")
    collected = run.collect(home, round_, [saved], received=dt.datetime(2023, 9, 5, tzinfo=round_.timezone))
    assert collected.accepted == 1, run.findings(home, round_)
    tables = run.consolidated(home, round_).tables
    for table, rows in RIGHT.items():
        assert tables[table]["row"].tolist() == [9]
        first = tables[table].iloc[0]
        for key, value in rows[0].items():
            actual = first[key].date() if isinstance(value, dt.date) else first[key]
            assert actual == value, (table, key)


SHEET_RULES = ("S13", "V01", "V02", "V03", "V04", "V05", "V06", "R01", "R02", "R03", "R04", "R05", "T01", "X01", "X02", "X03")
DOUBTED = ("ambiguous", "month_first")
"""What the pipeline reads with a doubt; the sheet wants a choice from the list, or a date, and refuses both."""
FORMULA_CASES = [
    case
    for case in CASES
    if case.rule in SHEET_RULES and case.message not in DOUBTED
]  # fmt: skip


def counts(path: Path) -> tuple[str, dict[tuple[str, str, str], int]]:
    """Verdict and counts above 0 of the self-check sheet: by rule, severity and sheet."""
    sheet = openpyxl.load_workbook(path, data_only=True)["TỰ KIỂM TRA"]
    found: dict[tuple[str, str, str], int] = {}
    for rule, name, severity, _, count in sheet.iter_rows(min_row=12, max_col=5, values_only=True):
        if rule and count:
            key = (str(rule), "E" if severity == "Lỗi" else "W", str(name))
            found[key] = found.get(key, 0) + int(count)
    return str(sheet["D7"].value), found


def expected(findings: tuple[Finding, ...]) -> dict[tuple[str, str, str], int]:
    """Rows at fault of a judgement: by rule, severity and sheet; what a sheet can't say left out."""
    rows: dict[tuple[str, str, str], set[str]] = {}
    for finding in findings:
        if finding.rule in SHEET_RULES and finding.severity != "N" and finding.message not in DOUBTED:
            places = rows.setdefault((finding.rule, str(finding.severity), finding.sheet), set())
            places |= {cell.lstrip("ABCDEFGHIJKLMN") for cell in finding.cells}
    return {key: len(places) for key, places in rows.items()}


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("case", FORMULA_CASES, ids=lambda case: case.name)
def test_sheet_and_pipeline_give_the_same_verdict(round_: Round, blank: bytes, tmp_path: Path, case: Case) -> None:
    source = tmp_path / "f.xlsx"
    source.write_bytes(workbook(round_, blank, {**RIGHT, **case.tables}, dict(case.info)))
    checked = run.check(Home(tmp_path), round_, [source])[0]
    verdict, found = counts(convert(source, "xlsx", tmp_path / "out"))
    assert found == expected(checked.findings)
    assert verdict == ("CHƯA ĐẠT" if any(f.severity == "E" for f in checked.findings) else "ĐẠT")


@needs_office
def test_the_self_check_of_a_right_return_says_passed(round_: Round, blank: bytes, tmp_path: Path) -> None:
    source = tmp_path / "f.xlsx"
    source.write_bytes(workbook(round_, blank, RIGHT))
    assert counts(convert(source, "xlsx", tmp_path / "out")) == ("ĐẠT", {})
