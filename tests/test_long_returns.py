"""A form with 2,000 rows per sheet: read alike from every program, judged and answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import run
from pipeline.collect.read import read
from pipeline.home import Home
from pipeline.model import Reading, Verdict
from tests.books import opened
from tests.long_returns import wordy_return
from tests.office import convert, needs_office
from tests.often import some
from tests.returns import ROUND

ROWS = 2_000
TABLES = [spec.key for spec in ROUND.row_tables if spec.key != "narratives"]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sent") / "T96.xlsx"
    path.write_bytes(wordy_return(ROWS).workbook())
    return path


def cells(reading: Reading) -> dict[str, list[str]]:
    return {
        f"{key}.{column}": values.astype(str).tolist()
        for key in TABLES
        for column, values in reading.tables[key].values.items()
    }


@pytest.mark.slow
def test_it_counts_and_gets_its_reply(sent: Path, tmp_path: Path) -> None:
    home = Home(tmp_path)
    run.collect(home, ROUND, [sent])
    assert {(found.rule, found.message) for found in run.findings(home, ROUND)} == {
        ("V01", "expected"),
        ("D01", "late"),
    }
    _, agencies = run.status(home, ROUND)
    assert agencies.set_index("agency").loc["T96", "verdict"] == Verdict.WITH_WARNINGS
    rows = run.consolidated(home, ROUND).tables
    assert {key: len(rows[key]) for key in TABLES} == dict.fromkeys(TABLES, ROWS)
    run.feedback(home, ROUND, ["T96"], everything=True)
    replies = {path.suffix for path in home.root.rglob("*T96*") if "phan-hoi" in str(path)}
    assert replies >= {".docx", ".xlsx"}


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "rows"), some(1, [("libreoffice", 400), ("libreoffice", ROWS), ("openpyxl", ROWS)])
)
def test_other_programs_save_the_same(program: str, rows: int, tmp_path: Path) -> None:
    sent = tmp_path / "T96.xlsx"
    sent.write_bytes(wordy_return(rows).workbook())
    if program == "libreoffice":
        saved = convert(sent, "ods", tmp_path / "saved")
    else:
        saved = tmp_path / "openpyxl.xlsx"
        opened(sent.read_bytes()).save(saved)
    assert cells(read(saved, sent.name, ROUND, tmp_path)) == cells(
        read(sent, sent.name, ROUND, tmp_path)
    )
