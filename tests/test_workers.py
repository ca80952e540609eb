"""Reading in processes of their own: a bad file costs itself, and the batch nothing."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from openpyxl.styles import Font

from pipeline.collect import confine, worker, workers
from pipeline.collect.formats import limits
from pipeline.collect.read import Reader, unreadable
from pipeline.distribute.layout import HEADER_ROW
from pipeline.model import Reading, Received
from tests.books import round_of
from tests.workbooks import filled, saved

ROUND = round_of("cv4874")
NOW = dt.datetime(2023, 9, 1, tzinfo=ROUND.timezone)
METHODS = [
    method for method in ("fork", "spawn") if method in multiprocessing.get_all_start_methods()
]
FORK_ONLY = pytest.mark.skipif(
    "fork" not in METHODS,
    reason="a reader that misbehaves on purpose reaches the processes by fork only",
)


def file(path: Path, name: str = "") -> Received:
    return Received(path, name or path.name, name or path.name, 0, NOW, "option")


def batch(tmp_path: Path, count: int) -> list[Received]:
    """Right workbooks and, every third file, one that is none."""
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"%PDF")
    return [file(bad if number % 3 == 2 else good, f"{number}.xlsx") for number in range(count)]


def read(files: list[Received], **options: object) -> list[tuple[str, Reading]]:
    return [
        (each.name, reading)
        for each, reading in workers.read_all(files, ROUND, Path("none"), **options)
    ]  # type: ignore[arg-type]


def messages(reading: Reading) -> list[str]:
    return [finding.message for finding in reading.findings]


@pytest.mark.parametrize("method", METHODS)
def test_files_come_back_in_order_with_their_readings(method: str, tmp_path: Path) -> None:
    readings = read(batch(tmp_path, 60), processes=2, method=method)
    assert [name for name, _ in readings] == [f"{number}.xlsx" for number in range(60)]
    for number, (_, reading) in enumerate(readings):
        assert (reading.agency, messages(reading)) == (
            ("", ["not_workbook.pdf"]) if number % 3 == 2 else ("T01", [])
        )


def test_the_same_reading_as_without_processes(tmp_path: Path) -> None:
    path = saved(
        filled(ROUND, "T01", manifestations=[{"period": "Năm 2021", "cases": "02 vụ"}]),
        tmp_path / "a.xlsx",
    )
    [(_, apart)] = read([file(path)])
    here = Reader(ROUND, Path("none")).read(path, path.name)
    assert apart.findings == here.findings
    assert apart.stamp == here.stamp
    table, other = apart.tables["manifestations"], here.tables["manifestations"]
    assert dict(table.found) == dict(other.found) == {(0, "cases"): "02 vụ"}
    assert all((table.states[key] == other.states[key]).all() for key in other.states)
    assert table.values["cases"].tolist() == [2]


def test_text_in_a_font_from_before_unicode_comes_back_from_its_process(tmp_path: Path) -> None:
    book = filled(
        ROUND,
        "T01",
        manifestations=[{"period": "Năm 2021", "cases": 2, "task": "Từ chối", "note": "xem lai"}],
    )
    for row in book[ROUND.by_key["manifestations"].sheet].iter_rows(min_row=HEADER_ROW):
        for cell in row:
            cell.font = Font(name=".VnTime")
    [(_, reading)] = read([file(saved(book, tmp_path / "a.xlsx"))])
    table = reading.tables["manifestations"]
    assert (table.values["task"].tolist(), table.values["note"].tolist()) == (
        ["Từ chối"],
        ["xem lai"],
    )
    assert messages(reading) == []


def test_no_files() -> None:
    assert read([]) == []


def misbehave(monkeypatch: pytest.MonkeyPatch, **ways: object) -> None:
    """Let the reader do something else for files of a name; only forked processes see it."""
    right = Reader.read

    def wrong(self: Reader, path: Path, name: str, assigned: str = "") -> Reading:
        way = ways.get(name.partition(".")[0])
        return way() if callable(way) else right(self, path, name, assigned)

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


@pytest.mark.slow
@FORK_ONLY
def test_every_way_to_die_costs_one_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(limits, "WORKER_CPU", 1)
    ways = {
        "abort": os.abort,
        "exit": lambda: os._exit(3),
        "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    }
    misbehave(monkeypatch, **ways, fail=fail, panic=panic, no_memory=no_memory, eat=eat, spin=spin)
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    names = [
        "a",
        "abort",
        "b",
        "exit",
        "c",
        "kill",
        "d",
        "fail",
        "e",
        "panic",
        "f",
        "no_memory",
        "g",
        "eat",
        "h",
        "spin",
        "i",
    ]
    readings = dict(
        read([file(good, f"{name}.xlsx") for name in names], processes=2, method="fork")
    )
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


@pytest.mark.slow
@FORK_ONLY
def test_where_the_system_limits_no_memory_the_parent_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(confine, "system_limits_memory", lambda: False)
    monkeypatch.setattr(
        limits, "WORKER_BYTES", psutil.Process().memory_info().rss + 400 * 1024**2
    )  # a fork begins with what the tests hold
    misbehave(monkeypatch, eat=eat_slowly)
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    readings = read(
        [file(good, f"{name}.xlsx") for name in ("a", "eat", "b", "c")], processes=2, method="fork"
    )
    assert [messages(reading) for _, reading in readings] == [
        [],
        ["not_workbook.too_large"],
        [],
        [],
    ]


@FORK_ONLY
def test_a_hanging_file_is_given_up_while_others_go_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(limits, "WORKER_WALL", 1)
    naps = tmp_path / "naps"

    def nap() -> Reading:
        time.sleep(0.3)
        with naps.open("a") as told:
            told.write(".")
        return unreadable("empty")

    misbehave(monkeypatch, hang=hang, nap=nap)
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    files = [
        file(good, f"{name}.xlsx") for name in ("hang", *(f"nap.{number}" for number in range(100)))
    ]
    with closing(
        workers.read_all(files, ROUND, Path("none"), processes=2, method="fork")
    ) as readings:
        _, first = next(readings)
    assert messages(first) == ["not_workbook.slow"]
    assert 0 < len(naps.read_text()) < 100, "given up while the other worker went on"


@FORK_ONLY
def test_a_hanging_file_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(limits, "WORKER_WALL", 1)
    misbehave(monkeypatch, hang=hang)
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    readings = read(
        [file(good, f"{name}.xlsx") for name in ("hang", "a", "b")], processes=1, method="fork"
    )
    assert [messages(reading) for _, reading in readings] == [["not_workbook.slow"], [], []]


def work_a_little() -> Reading:
    """A file read on a busy machine: little processor time over a long while."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        turn = time.process_time() + 0.03
        while time.process_time() < turn:
            pass
        time.sleep(0.1)
    return unreadable("empty")


@FORK_ONLY
def test_a_busy_machine_costs_no_file_its_reading(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(limits, "WORKER_WALL", 0.4)
    monkeypatch.setattr(limits, "WORKER_IDLE", 0.01)
    misbehave(monkeypatch, starved=work_a_little, hang=hang)
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    readings = read(
        [file(good, f"{name}.xlsx") for name in ("starved", "hang", "a")],
        processes=1,
        method="fork",
    )
    assert [messages(reading) for _, reading in readings] == [
        ["not_workbook.empty"],
        ["not_workbook.slow"],
        [],
    ]


@FORK_ONLY
def test_where_the_system_limits_no_time_the_parent_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(limits, "WORKER_WALL", 0.3)
    monkeypatch.setattr(limits, "WORKER_CPU", 0.4)
    monkeypatch.setattr(worker, "limit_time", lambda: None)
    misbehave(monkeypatch, spin=spin)
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    readings = read(
        [file(good, f"{name}.xlsx") for name in ("spin", "a")], processes=1, method="fork"
    )
    assert [messages(reading) for _, reading in readings] == [["not_workbook.slow"], []]


@pytest.mark.slow
@FORK_ONLY
def test_a_reader_that_can_not_start_is_a_fault_of_the_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(worker, "Reader", lambda *_: os._exit(1))
    with pytest.raises(RuntimeError, match="before their first file"):
        read(batch(tmp_path, 3), method="fork")


def end_now() -> Reading:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


@FORK_ONLY
def test_a_file_whose_process_was_ended_once_is_read_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended = tmp_path / "ended"

    def once() -> Reading:
        if not ended.exists():
            ended.touch()
            end_now()
        return unreadable("empty")

    misbehave(monkeypatch, once=once, always=end_now)
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    readings = read(
        [file(good, f"{name}.xlsx") for name in ("once", "a", "always", "b")],
        processes=1,
        method="fork",
    )
    assert [messages(reading) for _, reading in readings] == [
        ["not_workbook.empty"],
        [],
        ["not_workbook.failed"],
        [],
    ]


@FORK_ONLY
def test_processes_that_are_ended_before_they_are_ready_are_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    right, starts = worker.Reader, tmp_path / "starts"

    def reader(*given: Any) -> Reader:
        with starts.open("a") as told:
            told.write(".")
        if starts.stat().st_size < workers.FALSE_STARTS:
            end_now()
        return right(*given)

    monkeypatch.setattr(worker, "Reader", reader)
    assert [
        messages(reading) for _, reading in read(batch(tmp_path, 3), processes=1, method="fork")
    ] == [[], [], ["not_workbook.pdf"]]


ORPHANS = """
import datetime as dt, multiprocessing, sys, time
from multiprocessing.connection import Connection
from pathlib import Path
from pipeline.machine import processes
from pipeline.collect import handle, workers
from pipeline.model import Received
from schemas.round.load import load_round

def wait():
    time.sleep(0.5)  # until they have filled their pipes
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    sys.stdin.read()

path, moment, way = Path(sys.argv[1]), *sys.argv[2:]
if way == "watching":
    processes.ask_the_system = lambda: None
handle.PIPE_BYTES = 8192
if moment == "start":
    Connection.send = lambda *_: wait()
files = (Received(path, path.name, "", 0, dt.datetime.now(), "option") for _ in range(1000))
for _ in workers.read_all(files, load_round(), Path("none"), processes=2, method="fork"):
    wait()
"""
"""Print the child processes and wait, before any work or with more output than a pipe holds."""


@FORK_ONLY
@pytest.mark.parametrize("moment", ["start", "reading"])
@pytest.mark.parametrize("way", ["system", "watching"])
def test_no_process_outlives_its_parent(moment: str, way: str, tmp_path: Path) -> None:
    """As Linux sees to it, and as the processes themselves do on every system."""
    good = saved(filled(ROUND, "T01"), tmp_path / "good.xlsx")
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHANS, good, moment, way],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout
    children = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(children, timeout=5)
    for each in alive:
        each.kill()
    assert (len(children), alive) == (1 if moment == "start" else 2, [])
