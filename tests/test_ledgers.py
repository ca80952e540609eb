"""One command writes into a folder at a time; others wait, then say so; readers don't wait."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import run
from pipeline.home import Home
from pipeline.store import alone, database
from schemas.round.round import Round
from tests.books import copied
from tests.commands import tonghop
from tests.workbooks import filled, saved

REASON = ("--reason", "thử")
WRITING = {
    "template": (),
    "distribute": ("T01",),
    "collect": (),
    "feedback": (),
    "remind": (),
    "summarise": (),
    "consolidate": (),
    "pin": ("T02", *REASON),
    "exclude": ("T02", *REASON),
    "waive": ("T02", "R01", *REASON),
    "excuse": ("T04", *REASON),
    "assign": ("T02", "T04", *REASON),
    "dismiss": ("T02", *REASON),
    "extend": ("T04", "--until", "2023-10-01", *REASON),
    "rebuild": (),
    "mail": ("log", "--add", "T02"),
    "map": ("T02", "Vụ", "manifestations.cases", *REASON),
}
"""Every command that writes into the folder of ``--home``, with words it needs."""
READING = {
    "status": (),
    "history": ("T02",),
    "decisions": (),
    "figures": ("--by", "sector"),
    "findings": (),
    "trace": ("--where", "agency=T02"),
}
ELSEWHERE = {"check", "doctor", "demo", "round"}
"""Commands that keep nothing in the folder of ``--home``."""


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    """One return that is to be corrected."""
    home = Home(tmp_path_factory.mktemp("home"))
    rows = [{"period": "Năm 2021", "sector": "Đất đai", "cases": 2, "persons": "nhiều"}]
    saved(filled(round_, "T02", manifestations=rows), home.incoming / "T02.xlsx")
    run.collect(home, round_)
    return home


@pytest.fixture
def home(taken_in: Home, tmp_path: Path) -> Home:
    """The same for each test, in a folder of its own."""
    return copied(taken_in, tmp_path)


def state(home: Home) -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in home.root.rglob("*") if path.is_file()}


def test_every_command_is_known_to_write_to_read_or_to_work_elsewhere() -> None:
    from pipeline.terminal.commands import main

    assert {*WRITING, *READING} | ELSEWHERE == {*main.commands}


@pytest.mark.parametrize("command", WRITING)
def test_a_command_that_writes_waits_for_the_one_at_work_then_says_so(
    command: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with alone(home.ledger):
        before = state(home)
        done = tonghop("--home", home.root, command, *WRITING[command])
        assert (done.exit_code, state(home) == before) == (3, True)
    assert done.stderr.startswith(f"Sổ theo dõi {home.ledger} đang được lệnh khác sử dụng.")


def test_a_demo_waits_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    home = Home(tmp_path)
    with alone(home.ledger):
        assert tonghop("demo", home.root).exit_code == 3
    assert not any(home.incoming.iterdir())


@pytest.mark.parametrize("command", READING)
def test_a_command_that_reads_does_not_wait(
    command: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with alone(home.ledger):
        assert tonghop("--home", home.root, command, *READING[command]).exit_code == 0


@pytest.mark.slow
def test_three_at_once_end_as_one(home: Home) -> None:
    tonghop("--home", home.root, "feedback")
    expected = {path.name: path.read_bytes() for path in home.replies.iterdir()}
    for path in home.replies.iterdir():
        path.unlink()
    command = [
        sys.executable,
        "-m",
        "pipeline.terminal.commands",
        "--home",
        str(home.root),
        "feedback",
    ]
    runs = [
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8")
        for _ in range(3)
    ]
    told = [each.communicate()[1] for each in runs]
    assert [each.returncode for each in runs] == [0, 0, 0], told
    assert {path.name: path.read_bytes() for path in home.replies.iterdir()} == expected
