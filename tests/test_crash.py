"""A repeated run, a full disk, another run at the same time: what ledger and archive hold."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.stages import units
from pipeline.store import alone, database
from schemas.round.round import Round
from tests.often import some
from tests.workbooks import filled, saved

pytestmark = pytest.mark.slow  # whole rounds through the engine


@pytest.fixture(scope="module")
def incoming(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Path:
    """Right and wrong workbooks, resubmissions, files of other kinds, copies, a zip."""
    folder = tmp_path_factory.mktemp("incoming")
    for number, agency in enumerate(round_.in_scope[:6]):
        for time_ in range(1 + number % 2):
            rows = [
                {
                    "period": "Năm 2021",
                    "sector": "Đất đai",
                    "cases": time_ + number,
                    "persons": "02 người" if number % 3 else "nhiều",
                }
            ]
            saved(
                filled(round_, agency.code, manifestations=rows),
                folder / f"{agency.code}-{time_}.xlsx",
            )
            os.utime(folder / f"{agency.code}-{time_}.xlsx", (1_693_500_000 + 90_000 * time_,) * 2)
    first = sorted(folder.iterdir())[:6]
    shutil.copy2(first[0], folder / "z bản sao.xlsx")
    (folder / "z rỗng.xlsx").write_bytes(b"")
    (folder / "z chữ.xlsx").write_text("chữ", encoding="utf-8")
    (folder / "z đứt.xlsx").write_bytes(first[1].read_bytes()[:5000])
    with zipfile.ZipFile(folder / "z gói.zip", "w") as archive:
        for path in first[2:]:
            archive.writestr(
                zipfile.ZipInfo(f"trong/{path.name}", (2023, 9, 9, 8, 0, 0)),
                path.read_bytes() + b"\0",
            )
    return folder


def collect(root: Path, round_: Round, incoming: Path) -> None:
    units.BATCH_FILES = 6
    run.collect(Home(root), round_, [incoming])


def state(root: Path) -> tuple[list[str], list[str]]:
    """Every row of the ledger, every line of its journal, and every name in the archive."""
    home = Home(root)
    with sqlite3.connect(home.ledger) as ledger:
        assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = list(ledger.iterdump())
    ledger.close()
    return [*rows, *home.journal.read_text(encoding="utf-8").splitlines()], sorted(
        path.name for path in home.archive.iterdir()
    )


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, round_: Round, incoming: Path
) -> tuple[list[str], list[str]]:
    root = tmp_path_factory.mktemp("undisturbed")
    collect(root, round_, incoming)
    return state(root)


def test_running_again_leaves_the_same_state(
    tmp_path: Path, round_: Round, incoming: Path, undisturbed: tuple[list[str], list[str]]
) -> None:
    for _ in range(2):
        collect(tmp_path, round_, incoming)
        assert state(tmp_path) == undisturbed


def test_a_second_run_waits_or_says_so(
    tmp_path: Path, round_: Round, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    with alone(home.ledger), pytest.raises(OperatorError, match="ledger_locked") as error:
        run.collect(home, round_, [incoming])
    assert str(home.ledger) in error.value.text("vi")
    collect(tmp_path, round_, incoming)


def test_two_runs_at_once_end_as_one(
    tmp_path: Path, incoming: Path, undisturbed: tuple[list[str], list[str]]
) -> None:
    command = [
        sys.executable,
        "-m",
        "pipeline.terminal.commands",
        "--home",
        str(tmp_path),
        "collect",
        str(incoming),
    ]
    both = [
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8")
        for _ in range(2)
    ]
    told = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert state(tmp_path) == undisturbed


@pytest.fixture(params=some(1, ["256k", "128k", "512k"]))
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk with little room, where the system lets us have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"no small disk to fill: {made.stderr.decode(errors='replace').strip()}")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_said_and_nothing_is_lost(
    small_disk: Path, round_: Round, incoming: Path, undisturbed: tuple[list[str], list[str]]
) -> None:
    command = [
        sys.executable,
        "-m",
        "pipeline.terminal.commands",
        "--home",
        str(small_disk),
        "collect",
        str(incoming),
    ]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
    assert "Đĩa đầy" in done.stderr
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    collect(small_disk, round_, incoming)
    assert state(small_disk) == undisturbed
