"""What LibreOffice saves, cell by cell: values, errors, merges, stamps; xlsx, ods and xls."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline.collect.read import read
from pipeline.distribute.layout import FIRST_ROW
from pipeline.model import Reading
from schemas.columns import State
from tests.books import round_of
from tests.office import convert, needs_office
from tests.workbooks import filled, saved

pytestmark = [pytest.mark.office, pytest.mark.slow, needs_office]
ROUND = round_of("cv4874")
ROW = {
    "period": "Năm 2021",
    "sector": "Giáo dục và đào tạo",
    "locality": "Hà Nội",
    "behaviour": "Né tránh",
    "subject": "Viên chức quản lý",
    "handling": "Khiển trách",
    "cases": "=1+1",
    "persons": "02 người",
    "decision_number": "12/QĐ-UBND <&> “ế”",
    "decided_on": dt.date(2021, 6, 30),
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = filled(
        ROUND,
        "T01",
        handlings=[ROW, {**ROW, "cases": "=1/0", "persons": 2.5}, {**ROW, "period": "Năm 2022"}],
    )
    book[ROUND.by_key["handlings"].sheet].merge_cells(f"L{FIRST_ROW}:L{FIRST_ROW + 1}")
    return saved(book, tmp_path_factory.mktemp("office") / "source.xlsx")


@pytest.fixture(scope="module")
def readings(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reading]:
    """What is read of the workbook as LibreOffice saves it, by kind."""
    folder = tmp_path_factory.mktemp("saved")
    saved_as = {form: convert(source, form, folder) for form in ("xlsx", "ods", "xls")}
    return {form: read(path, path.name, ROUND, folder) for form, path in saved_as.items()}


@pytest.mark.parametrize("form", ["xlsx", "ods", "xls"])
def test_what_libreoffice_saves(form: str, readings: dict[str, Reading]) -> None:
    result = readings[form]
    assert (result.agency, result.identified_by) == ("T01", "stamp")
    assert [(each.rule, str(each.severity), each.cells) for each in result.findings] == [
        ("S10", "W", (f"L{FIRST_ROW + 1}",))
    ]
    table = result.tables["handlings"]
    assert table.rows.tolist() == [FIRST_ROW, FIRST_ROW + 1, FIRST_ROW + 2]
    assert [str(day) for day in table.values["decided_on"]] == ["2021-06-30"] * 3
    assert table.values["decision_number"][0] == ROW["decision_number"]
    assert [ROUND.codelists["periods"].codes[position] for position in table.values["period"]] == [
        "2021",
        "2021",
        "2022",
    ]
    assert [State(int(state)).name for state in table.states["persons"]] == [
        "REPAIRED",
        "NOT_WHOLE",
        "REPAIRED",
    ]
    assert [State(int(state)).name for state in table.states["cases"]] == ["OK", "ERROR", "OK"]
    assert table.values["cases"][0] == 2
    assert [State(int(state)).name for state in table.states["note"]] == [
        "BLANK",
        "MERGED",
        "BLANK",
    ]


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_the_documents_own_properties_survive(form: str, readings: dict[str, Reading]) -> None:
    result = readings[form]
    assert result.stamp is not None
    assert (result.stamp.round, result.stamp.digest, result.stamp.issue) == (
        ROUND.key,
        ROUND.digest,
        "1",
    )
    assert result.modified.startswith("20")
