"""Child processes end with their command; whoever reads its output is not kept waiting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.machine.calls import Calls, ahead
from pipeline.stages.ledgers import current_ledger
from schemas.round.round import Round
from tests.often import some, thorough
from tests.workbooks import filled, saved

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="sessions and their signals are POSIX"
)
PATIENCE = 60.0
"""Seconds until a command is where it shall be ended; a busy machine takes long."""
ENDED = 10.0
"""Seconds within which all must be over then."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    """A folder with returns enough to be met while they are read, and some of them collected."""
    home = Home(tmp_path_factory.mktemp("home"))
    agencies = [agency.code for agency in round_.in_scope[:6]]
    rows = [{"period": "Năm 2021", "sector": "Đất đai", "cases": 2, "persons": 3}] * 150
    for code in agencies:
        saved(filled(round_, code, manifestations=rows), home.incoming / f"{code}.xlsx")
    run.collect(home, round_, [home.incoming / f"{agencies[0]}.xlsx"])
    return home


@dataclass
class Command:
    """A command in a session of its own, and the pipe that it prints to."""

    process: subprocess.Popen[bytes]
    screen: int

    def others(self) -> list[psutil.Process]:
        """The processes of its session but for itself."""
        return [
            each
            for each in psutil.process_iter()
            if each.pid != self.process.pid and _session(each.pid) == self.process.pid
        ]

    def wait_for_others(self) -> None:
        give_up = time.monotonic() + PATIENCE
        while not self.others():
            assert self.process.poll() is None, "ended before it started a process"
            assert time.monotonic() < give_up
            time.sleep(0.005)

    def said(self) -> str:
        """What it printed; a living process that holds the pipe's end would keep this waiting."""
        os.set_blocking(self.screen, False)
        text, give_up = b"", time.monotonic() + ENDED
        while time.monotonic() < give_up:
            try:
                read = os.read(self.screen, 65536)
            except BlockingIOError:
                time.sleep(0.02)
                continue
            if not read:
                return text.decode()
            text += read
        raise AssertionError("somebody still holds the pipe")


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


@pytest.fixture
def begin(home: Home) -> Iterator[Callable[..., Command]]:
    begun: list[Command] = []

    def start(*words: str | Path, root: Path = home.root) -> Command:
        here, there = os.pipe()
        command = [
            sys.executable,
            "-m",
            "pipeline.terminal.commands",
            "--home",
            str(root),
            *map(str, words),
        ]
        process = subprocess.Popen(command, stdout=there, stderr=there, start_new_session=True)
        os.close(there)
        begun.append(Command(process, here))
        return begun[-1]

    yield start
    for each in begun:
        for process in [*each.others(), each.process]:
            process.kill()
        each.process.wait()
        os.close(each.screen)


SLOW = pytest.mark.slow
MOMENTS = {"reading": ("check",), "summarising": ("summarise",)}
CASES = [
    pytest.param("reading", signal.SIGKILL, False),
    pytest.param("summarising", signal.SIGTERM, False),
    pytest.param("summarising", signal.SIGINT, True),
    pytest.param("reading", signal.SIGHUP, False, marks=[SLOW, thorough]),
    pytest.param("reading", signal.SIGTERM, False, marks=SLOW),
    pytest.param("reading", signal.SIGTERM, True, marks=[SLOW, thorough]),
    pytest.param("reading", signal.SIGINT, True, marks=SLOW),
    pytest.param("summarising", signal.SIGKILL, False, marks=SLOW),
    pytest.param("summarising", signal.SIGHUP, True, marks=[SLOW, thorough]),
]
"""Where a command is, the signal, and whether all its processes get it, as from a terminal."""


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "number", "to_all"), CASES)
def test_nothing_is_left_of_a_command_that_is_ended(
    moment: str, number: signal.Signals, begin: Callable[..., Command], home: Home, *, to_all: bool
) -> None:
    files = sorted(home.incoming.iterdir()) * 20 if moment == "reading" else []
    command = begin(*MOMENTS[moment], *files)
    command.wait_for_others()
    (os.killpg if to_all else os.kill)(command.process.pid, number)
    code = command.process.wait(ENDED)
    said = command.said()
    _, alive = psutil.wait_procs(command.others(), timeout=ENDED)
    assert alive == []
    if number == signal.SIGKILL:
        assert (code, said) == (-signal.SIGKILL, "")
    else:
        assert (code, said) == (
            128 + number,
            "Đã dừng theo yêu cầu. Không có gì bị mất: chạy lại lệnh để làm tiếp.\n",
        )


@SLOW
@pytest.mark.parametrize("pause", some(2, [0.05, 0.5, 0.0, 0.2]))
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_collecting(
    number: signal.Signals,
    pause: float,
    begin: Callable[..., Command],
    home: Home,
    round_: Round,
    tmp_path: Path,
) -> None:
    """In reading and in judging, as chance has it; the ledger is sound afterwards."""
    command = begin("collect", home.incoming, root=tmp_path)
    command.wait_for_others()
    time.sleep(pause)
    command.process.send_signal(number)
    assert command.process.wait(ENDED) in (128 + number, -number, 0)
    assert "Traceback" not in command.said()
    _, alive = psutil.wait_procs(command.others(), timeout=ENDED)
    assert alive == []
    run.collect(Home(tmp_path), round_, [home.incoming])
    with current_ledger(Home(tmp_path), round_) as ledger:
        assert ledger.is_sound()
        assert len(ledger.submissions()) == len(list(home.incoming.iterdir()))


def test_who_reads_no_further_ends_the_command_quietly(begin: Callable[..., Command]) -> None:
    command = begin("findings")
    os.close(command.screen)
    command.screen = os.open(os.devnull, os.O_RDONLY)
    assert command.process.wait(PATIENCE) == 128 + 13


# --- calls ---------------------------------------------------------------------------------------


def halved(number: int) -> float:
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number / 2


def killed(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_calls_give_their_results_in_order() -> None:
    with Calls(halved, [(2 * number,) for number in range(7)]) as calls:
        assert calls.results() == [0, 1, 2, 3, 4, 5, 6]


def test_no_calls() -> None:
    with Calls(halved, []) as calls:
        assert calls.results() == []


def test_what_a_call_raises_is_raised_with_the_place_where_it_arose() -> None:
    with Calls(halved, [(2,), (3,)]) as calls, pytest.raises(ValueError, match="3 is odd") as error:
        calls.results()
    assert "in halved" in error.value.__notes__[0]


def test_a_process_that_the_system_ended_is_told() -> None:
    with Calls(killed, [(1,)]) as calls, pytest.raises(OperatorError, match="process_ended"):
        calls.results()


def test_no_process_is_left_when_calls_are_left() -> None:
    with Calls(time.sleep, [(3600,)]) as calls:
        [(process, _)] = calls._begun
        assert process.is_alive()
    assert process.exitcode == -signal.SIGKILL


# --- calls made ahead ----------------------------------------------------------------------------


def square(number: int) -> int:
    return number * number


def test_calls_made_ahead_give_their_results_in_order_as_they_come() -> None:
    asked: list[int] = []
    calls = ((asked.append(number) or number,) for number in range(50))  # type: ignore[func-returns-value]
    results = ahead(square, calls, size=2)
    assert [next(results) for _ in range(3)] == [0, 1, 4]
    assert len(asked) < 10
    assert list(results) == [number * number for number in range(3, 50)]


def test_one_call_needs_no_other_process_and_no_call_none_either() -> None:
    assert list(ahead(lambda: os.getpid(), [()])) == [os.getpid()]  # noqa: PLW0108 a lambda can't travel
    assert list(ahead(square, [])) == []


def test_what_a_call_made_ahead_raises_is_raised() -> None:
    results = ahead(int, [("1",), ("x",), ("3",)], size=1)
    assert next(results) == 1
    with pytest.raises(ValueError, match="'x'"):
        list(results)


def here_or_nowhere(home: int, number: int) -> int:
    """End any other process than ``home`` from the third call on."""
    if number > 2 and os.getpid() != home:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_what_helpers_that_are_killed_left_is_done_by_the_command() -> None:
    assert list(
        ahead(here_or_nowhere, ((os.getpid(), number) for number in range(10)), size=2)
    ) == list(range(10))


def test_no_helper_is_left_when_calls_made_ahead_are_left() -> None:
    before = {child.pid for child in psutil.Process().children()}
    results = ahead(square, ((number,) for number in range(50)), size=2)
    assert [next(results) for _ in range(3)] == [0, 1, 4]
    assert len({child.pid for child in psutil.Process().children()} - before) == 2
    results.close()  # type: ignore[attr-defined]
    assert {child.pid for child in psutil.Process().children()} <= before
