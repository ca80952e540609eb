"""Reading in processes of their own: a bad file costs itself, and the batch nothing."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from pipeline.collect import confine, limits, workers
from pipeline.collect.read import Reader, unreadable
from pipeline.model import Reading, Received
from schemas.round import load_round
from tests.workbooks import filled, saved

ROUND = load_round()
NOW = dt.datetime(2023, 9, 1, tzinfo=ROUND.timezone)
METHODS = [method for method in ("fork", "spawn") if method in multiprocessing.get_all_start_methods()]
FORK_ONLY = pytest.mark.skipif("fork" not in METHODS, reason="a reader that misbehaves on purpose reaches the processes by fork only")


def file(path: Path, name: str = "") -> Received:
    return Received(path, name or path.name, name or path.name, 0, NOW, "option")


def batch(tmp_path: Path, count: int) -> list[Received]:
    """Right workbooks and, every third file, one that is none."""
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"%PDF")
    return [file(bad if number % 3 == 2 else good, f"{number}.xlsx") for number in range(count)]


def read(files: list[Received], **options: object) -> list[tuple[str, Reading]]:
    return [(each.name, reading) for each, reading in workers.read_all(files, ROUND, Path("none"), **options)]  # type: ignore[arg-type]


def messages(reading: Reading) -> list[str]:
    return [finding.message for finding in reading.findings]


@pytest.mark.parametrize("method", METHODS)
def test_files_come_back_in_order_with_their_readings(method: str, tmp_path: Path) -> None:
    readings = read(batch(tmp_path, 60), processes=2, method=method)
    assert [name for name, _ in readings] == [f"{number}.xlsx" for number in range(60)]
    for number, (_, reading) in enumerate(readings):
        assert (reading.agency, messages(reading)) == (("", ["not_workbook.pdf"]) if number % 3 == 2 else ("T01", []))


def test_the_same_reading_as_without_processes(tmp_path: Path) -> None:
    path = saved(filled(ROUND, "T01", manifestations=[{"period": "Năm 2021", "cases": "02 vụ"}]), tmp_path / "a.xlsx")
    [(_, apart)] = read([file(path)])
    here = Reader(ROUND, Path("none")).read(path, path.name)
    assert apart.findings == here.findings
    assert apart.stamp == here.stamp
    table, other = apart.tables["manifestations"], here.tables["manifestations"]
    assert dict(table.found) == dict(other.found) == {(0, "cases"): "02 vụ"}
    assert all((table.states[key] == other.states[key]).all() for key in other.states)
    assert table.values["cases"].tolist() == [2]


def test_no_files() -> None:
    assert read([]) == []


def misbehave(monkeypatch: pytest.MonkeyPatch, **ways: object) -> None:
    """Let the reader do something else for files of a name; only forked processes see it."""
    right = Reader.read

    def wrong(self: Reader, path: Path, name: str) -> Reading:
        way = ways.get(name.partition(".")[0])
        return way() if callable(way) else right(self, path, name)

    monkeypatch.setattr(Reader, "read", wrong)


def fail() -> None:
    raise KeyError("x")


def panic() -> None:
    raise BaseException("panicked")  # noqa: TRY002 as the binary reader's panic does


def no_memory() -> None:
    raise MemoryError


def eat() -> None:
    bytearray(4 * limits.WORKER_BYTES)


def hang() -> None:
    time.sleep(3600)


def spin() -> None:
    while True:
        pass


@FORK_ONLY
def test_every_way_to_die_costs_one_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(limits, "WORKER_CPU", 1)
    ways = {"abort": os.abort, "exit": lambda: os._exit(3), "kill": lambda: os.kill(os.getpid(), signal.SIGKILL)}
    misbehave(monkeypatch, **ways, fail=fail, panic=panic, no_memory=no_memory, eat=eat, spin=spin)
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    names = ["a", "abort", "b", "exit", "c", "kill", "d", "fail", "e", "panic", "f", "no_memory", "g", "eat", "h", "spin", "i"]
    readings = dict(read([file(good, f"{name}.xlsx") for name in names], processes=2, method="fork"))
    expected = {
        "abort": "failed",
        "exit": "failed",
        "kill": "failed",
        "fail": "failed",
        "panic": "failed",
        "no_memory": "too_large",
        "eat": "too_large",
        "spin": "slow",
    }
    for name in names:
        found = readings[f"{name}.xlsx"]
        assert messages(found) == ([f"not_workbook.{expected[name]}"] if name in expected else [])
        assert (found.agency == "T01") == (name not in expected)


def eat_slowly() -> None:
    eaten = []
    while True:
        eaten.append(b"x" * 2**20)
        time.sleep(0.0005)


@FORK_ONLY
def test_where_the_system_limits_no_memory_the_parent_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(confine, "system_limits_memory", lambda: False)
    monkeypatch.setattr(
        limits, "WORKER_BYTES", psutil.Process().memory_info().rss + 400 * 1024**2
    )  # a fork begins with what the tests hold
    misbehave(monkeypatch, eat=eat_slowly)
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    readings = read([file(good, f"{name}.xlsx") for name in ("a", "eat", "b", "c")], processes=2, method="fork")
    assert [messages(reading) for _, reading in readings] == [[], ["not_workbook.too_large"], [], []]


@FORK_ONLY
def test_a_hanging_file_is_given_up_while_others_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(limits, "WORKER_WALL", 1)
    naps = tmp_path / "naps"

    def nap() -> Reading:
        time.sleep(0.3)
        with naps.open("a") as told:
            told.write(".")
        return unreadable("empty")

    misbehave(monkeypatch, hang=hang, nap=nap)
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    files = [file(good, f"{name}.xlsx") for name in ("hang", *(f"nap.{number}" for number in range(100)))]
    with closing(workers.read_all(files, ROUND, Path("none"), processes=2, method="fork")) as readings:
        _, first = next(readings)
    assert messages(first) == ["not_workbook.slow"]
    assert 0 < len(naps.read_text()) < 100, "given up while the other worker went on"


@FORK_ONLY
def test_a_hanging_file_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(limits, "WORKER_WALL", 1)
    misbehave(monkeypatch, hang=hang)
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    readings = read([file(good, f"{name}.xlsx") for name in ("hang", "a", "b")], processes=1, method="fork")
    assert [messages(reading) for _, reading in readings] == [["not_workbook.slow"], [], []]


@FORK_ONLY
def test_a_reader_that_can_not_start_is_a_fault_of_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(workers, "Reader", lambda *_: os._exit(1))
    with pytest.raises(RuntimeError, match="before its first file"):
        read(batch(tmp_path, 3), method="fork")


def test_only_a_window_of_files_is_asked_for_ahead(tmp_path: Path) -> None:
    files, asked = batch(tmp_path, 200), 0

    def coming() -> Iterator[Received]:
        nonlocal asked
        for each in files:
            asked += 1
            yield each

    readings = workers.read_all(coming(), ROUND, Path("none"), processes=1)
    next(readings)
    assert asked <= workers.WINDOW + 2
    readings.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_reading_processes_need_no_pandas() -> None:
    import subprocess
    import sys

    code = "import sys, pipeline.collect.workers; print([name for name in ('pandas', 'pandera', 'openpyxl') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"
