"""Rounds far larger than the first: nothing breaks, and what a sheet can't hold is said."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from pipeline import run
from pipeline.home import Home
from pipeline.store import rows as stored
from pipeline.summarise.books import summary_book, write_all
from pipeline.summarise.workbook.live import MOST_LIVE
from pipeline.summarise.workbook.rows import MOST_ROWS
from schemas.round.round import Round
from tests.consolidations import consolidation, random_consolidation, random_rows
from tests.ledgers import write_ledger
from tests.often import MANY
from tests.values import values
from tests.workbooks import filled, saved

pytestmark = pytest.mark.slow

AGENCIES = 10_000 if MANY else 2_000
ROWS = 100_000 if MANY else 30_000


def with_agencies(round_: Round, count: int) -> Round:
    """The round put to communes."""
    provinces = [agency for agency in round_.in_scope if agency.own_locality]
    communes = (
        replace(
            provinces[n % len(provinces)],
            code=f"X{n:05d}",
            name=f"Ủy ban nhân dân xã số {n}",
            short_name=f"Xã {n}",
            aliases=(),
        )
        for n in range(count)
    )
    return replace(round_, agencies=tuple(communes))


def test_thousands_of_agencies(round_: Round, tmp_path: Path) -> None:
    made = random_consolidation(with_agencies(round_, AGENCIES), rows=300)
    for path in write_all(made, tmp_path):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as package:
                assert [name for name in package.namelist() if b"#REF!" in package.read(name)] == []
    sources = values(tmp_path / "tien-do-va-loi.xlsx")["TIẾN ĐỘ"]
    codes = {cell for row in sources for cell in row if str(cell).startswith("X0")}
    assert len(codes) == AGENCIES


@pytest.mark.parametrize("count", [MOST_LIVE + 1, MOST_ROWS + 1])
def test_more_rows_than_formulas_or_a_sheet_can_bear(round_: Round, count: int) -> None:
    spec = round_.by_key["manifestations"]
    rows = random_rows(
        round_, spec, [agency.code for agency in round_.in_scope], count, np.random.default_rng(1)
    )
    made = consolidation(round_, {spec.key: rows})
    book = openpyxl.load_workbook(
        io.BytesIO(summary_book(made, round_.settings.summaries[0])), read_only=True
    )
    crossing = [cell for row in book["THEO HÀNH VI"].iter_rows(values_only=True) for cell in row]
    assert not any(str(cell).startswith("=") for cell in crossing)
    assert made.tables[spec.key]["cases"].sum() in crossing
    sheet = book[f"DỮ LIỆU {spec.sheet}"]
    if count > MOST_ROWS:
        told = " ".join(
            str(row[0]) for row in sheet.iter_rows(max_row=6, max_col=1, values_only=True)
        )
        assert f"du-lieu/{spec.key}.parquet" in told
    else:
        assert sheet.max_row > count


def test_rows_are_read_in_flat_memory(
    round_: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    write_ledger(home, round_, ROWS)
    monkeypatch.setattr(stored, "AT_ONCE", ROWS // 10)
    part = _most_memory(home, round_)
    monkeypatch.setattr(stored, "AT_ONCE", ROWS)
    assert part < _most_memory(home, round_) / 3


def _most_memory(home: Home, round_: Round) -> int:
    with run.open_ledger(home, round_) as ledger:
        tracemalloc.start()
        rows = ledger.rows(round_.by_key["manifestations"], range(1, len(round_.in_scope) + 1))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert len(rows) == ROWS
    return peak


def test_one_ledger_gives_the_same_bytes_in_any_process(small_round: Round, tmp_path: Path) -> None:
    home = Home(tmp_path)
    for number, agency in enumerate(small_round.in_scope[:5]):
        rows = [
            {
                "period": "Năm 2021",
                "sector": "Đất đai",
                "locality": "Hà Nội",
                "cases": number + 2,
                "persons": 1,
            }
        ]
        saved(
            filled(small_round, agency.code, manifestations=rows),
            home.incoming / f"{agency.code}.xlsx",
        )
    written = [_consolidated(home, small_round, seed) for seed in ("1", "2")]
    assert written[0]
    assert written[0] == written[1]


def _consolidated(home: Home, round_: Round, seed: str) -> dict[str, bytes]:
    where = ["--home", str(home.root), "--round", str(round_.folder)]
    command = [
        sys.executable,
        "-m",
        "pipeline.terminal.commands",
        *where,
        "consolidate",
        "--received",
        "2023-09-05",
    ]
    subprocess.run(
        command, check=True, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True
    )
    return {
        str(path.relative_to(home.output)): path.read_bytes()
        for path in sorted(home.output.rglob("*"))
        if path.is_file()
    }
