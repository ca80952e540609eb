"""Start processes that print nothing and end with the command, however the command ends.

They hold nothing of the terminal either.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import itertools
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, Generic, Self, TypeVar

from pipeline.errors import OperatorError

T = TypeVar("T")

_ENDED_BY = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""Signals that the command answers in its own way and that simply end its processes. Windows
lacks ``SIGHUP``, other systems lack ``SIGBREAK``."""
_PR_SET_PDEATHSIG = 1
"""An option of Linux's prctl(2): the signal that a process gets when its parent ends."""


THREADED = {"distributed", "fsspec"}
"""Libraries that start threads of their own."""


def context() -> BaseContext:
    """Return how to start processes: the system's way, but no fork beside threads of libraries.

    A thread of Dask or fsspec may hold a lock during the fork; the child's copy is never released.
    """
    usual = multiprocessing.get_context()
    is_threaded = not THREADED.isdisjoint(sys.modules)
    return (
        multiprocessing.get_context("spawn")
        if is_threaded and usual.get_start_method() == "fork"
        else usual
    )


def start(context: BaseContext, target: Callable[..., None], *arguments: object) -> BaseProcess:
    """Start a process that calls ``target`` and ends when this one does, by fork or by spawn."""
    process: BaseProcess = context.Process(target=_bound, args=(target, *arguments), daemon=True)  # type: ignore[attr-defined]
    with _signals_held_back():
        process.start()
    return process


def _bound(target: Callable[..., None], *arguments: object) -> None:
    """Bind this process to its parent, then do its work."""
    _leave_signals_to_the_parent()
    _let_go_of_the_terminal()
    _end_with_the_parent()
    target(*arguments)


@contextlib.contextmanager
def _signals_held_back() -> Iterator[None]:
    """Hold signals back while a process starts.

    A child that gets one before it has set its own answers would answer as the command does, or
    lose it.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, *_ENDED_BY})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_signals_to_the_parent() -> None:
    """Ignore Ctrl-C, which a terminal sends to all processes; let other signals end this one.

    The parent ends this process after a Ctrl-C. The child must not run the parent's handlers.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in _ENDED_BY:
        # nohup ignores SIGHUP, and means it for children too
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, *_ENDED_BY})


def _let_go_of_the_terminal() -> None:
    """Connect stdin, stdout and stderr to nowhere.

    A library's panic is not for the screen. And a program that reads the parent's pipe waits until
    every process has closed it.
    """
    faulthandler.disable()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)
    if nowhere > 2:  # noqa: PLR2004 where one of the three was closed, it is that one
        os.close(nowhere)


def _end_with_the_parent() -> None:
    """End this process as soon as the parent has ended.

    Where the system does it (Linux), even in the middle of a library's loop.
    """
    ask_the_system()
    threading.Thread(target=_wait_for_the_parent, daemon=True).start()


def ask_the_system() -> None:
    """Ask the system to kill this process when its parent ends. Only Linux can."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _wait_for_the_parent() -> None:
    """Kill this process once its parent has ended.

    Works on every system, and also if the parent ended before the system was asked.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        # on Windows either ends it at once
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


class Calls(Generic[T]):
    """Calls of one function, dealt out to processes that work while the parent does other things.

    Use as a context manager: on leaving it, all processes are ended.
    """

    def __init__(self, function: Callable[..., T], calls: Sequence[tuple[object, ...]]) -> None:
        self._function, self._calls = function, calls
        self._size = min(len(calls), os.cpu_count() or 1)
        self._begun: list[tuple[BaseProcess, Connection]] = []

    def __enter__(self) -> Self:
        how = context()
        for first in range(self._size):
            here, there = how.Pipe(duplex=False)
            share = self._calls[first :: self._size]
            self._begun.append((start(how, _answer, there, self._function, share), here))
            there.close()  # only the child holds it now: if that ends, reading ends too
        return self

    def __exit__(self, *_error: object) -> None:
        _end(self._begun)

    def results(self) -> list[T]:
        """Return what the calls gave, in their order; raise what one of them raised."""
        shares = [_received(answers) for _, answers in self._begun]
        return [
            shares[position % self._size][position // self._size]
            for position in range(len(self._calls))
        ]


def _end(begun: Iterable[tuple[BaseProcess, Connection]]) -> None:
    for process, pipe in begun:
        process.kill()
        process.join()
        pipe.close()


def _answer(
    answers: Connection, function: Callable[..., object], share: Sequence[tuple[object, ...]]
) -> None:
    # the process ends with its answer; garbage collection takes a tenth of a workbook's time
    gc.disable()
    answers.send(_told(lambda: [function(*arguments) for arguments in share], ()))


def _told(function: Callable[..., object], arguments: tuple[object, ...]) -> object:
    """Return what a call gives, or the exception that it raises."""
    try:
        return function(*arguments)
    except Exception as error:  # noqa: BLE001 raised again where the answer is awaited
        error.add_note(traceback.format_exc())  # a traceback isn't pickled with its exception
        return error


def _received(answers: Connection) -> Any:
    try:
        told = answers.recv()
    except (EOFError, OSError) as error:
        raise OperatorError("process_ended") from error
    return _checked(told)


def _checked(told: Any) -> Any:
    if isinstance(told, Exception):
        raise told
    return told


# --- calls made ahead -----------------------------------------------------------------------------

CORES_PER_HELPER = 4
"""One helping process keeps the readers of so many cores supplied: to archive a file takes it a
quarter of the time that reading takes one core."""


def ahead(
    function: Callable[..., T], calls: Iterable[tuple[Any, ...]], size: int | None = None
) -> Iterator[T]:
    """Like ``itertools.starmap``, but helping processes make the calls ahead of the command.

    The command makes the first call itself: it would have to wait for it anyway, and helpers start
    only for a second one. If a helper is killed from outside, the command itself makes the calls
    that it left unanswered, and all later ones.
    """
    helpers = _Helpers(function, size or -(-(os.cpu_count() or 1) // CORES_PER_HELPER))
    coming = iter(calls)
    try:
        for first in itertools.islice(coming, 1):
            yield function(*first)
        yield from helpers.results(coming)
    finally:
        helpers.end()


class _Helpers(Generic[T]):
    """Helping processes with one call each at a time.

    A helper is asked again only after it has answered: otherwise both sides could block on full
    pipes.
    """

    def __init__(self, function: Callable[..., T], size: int) -> None:
        self._function, self._size = function, size
        self._begun: list[tuple[BaseProcess, Connection]] = []
        self._is_alone = False

    def end(self) -> None:
        _end(self._begun)

    def results(self, coming: Iterator[tuple[Any, ...]]) -> Iterator[T]:
        begun: deque[tuple[int, tuple[Any, ...]]] = deque()
        for turn, call in zip(range(self._size), coming, strict=False):
            self._ask(turn, call)
            begun.append((turn, call))
        while begun:
            turn, call = begun.popleft()
            answer = self._answer(turn, call)
            # ask again before the answer is handed on: the helper works while the caller does
            for following in itertools.islice(coming, 1):
                self._ask(turn, following)
                begun.append((turn, following))
            yield answer

    def _ask(self, turn: int, call: tuple[Any, ...]) -> None:
        self._begun = self._begun or [self._start() for _ in range(self._size)]
        with contextlib.suppress(OSError):  # a killed helper is noticed in _answer
            self._begun[turn][1].send(call)

    def _answer(self, turn: int, call: tuple[Any, ...]) -> T:
        told: Any = _NO_ANSWER if self._is_alone else _heard(self._begun[turn][1])
        if told is _NO_ANSWER:
            self._is_alone = True
            return self._function(*call)
        return _checked(told)  # type: ignore[no-any-return]

    def _start(self) -> tuple[BaseProcess, Connection]:
        how = context()
        here, there = how.Pipe()
        process = start(how, _help, there, self._function)
        there.close()
        return process, here


_NO_ANSWER = object()


def _heard(pipe: Connection) -> object:
    """Return what a helper answers; ``_NO_ANSWER`` if it has ended."""
    try:
        return pipe.recv()
    except (EOFError, OSError):
        return _NO_ANSWER


def _help(pipe: Connection, function: Callable[..., object]) -> None:
    """Answer call after call until the command ends this process."""
    while True:
        pipe.send(_told(function, pipe.recv()))
