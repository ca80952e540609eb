"""Real files: filled with openpyxl, opened and saved by LibreOffice as xlsx, ods and xls."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest

from pipeline import run
from pipeline.distribute import issue
from pipeline.home import Home
from schemas.round.round import Round
from tests.office import convert, needs_office
from tests.often import some
from tests.rows import CONTACT, RIGHT, shown

AGENCY = "T96"


@pytest.fixture(scope="module")
def blank(round_: Round) -> bytes:
    return dict(issue.workbooks(round_, [round_.by_agency[AGENCY]]))[AGENCY]


@pytest.fixture(scope="module")
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


@pytest.mark.slow
def test_a_return_typed_with_openpyxl_is_right(
    round_: Round, by_hand: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "tay.xlsx"
    path.write_bytes(by_hand)
    assert run.check(Home(tmp_path), round_, [path])[0].findings == ()


@needs_office
@pytest.mark.parametrize("form", some(2, ["xlsx", "ods", "xls"]))
@pytest.mark.slow
def test_a_return_saved_by_libreoffice_is_read_the_same(
    round_: Round, by_hand: bytes, tmp_path: Path, form: str
) -> None:
    """An .xls that LibreOffice saved is read in the gate by test_read_office."""
    source = tmp_path / "tra-loi.xlsx"
    source.write_bytes(by_hand)
    saved = convert(source, form, tmp_path / "out")
    home = Home(tmp_path / "home")
    collected = run.collect(
        home, round_, [saved], received=dt.datetime(2023, 9, 5, tzinfo=round_.timezone)
    )
    assert collected.accepted == 1, run.findings(home, round_)
    tables = run.consolidated(home, round_).tables
    for table, rows in RIGHT.items():
        assert tables[table]["row"].tolist() == [9]
        first = tables[table].iloc[0]
        for key, value in rows[0].items():
            actual = first[key].date() if isinstance(value, dt.date) else first[key]
            assert actual == value, (table, key)
