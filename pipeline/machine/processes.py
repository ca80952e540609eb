"""Processes that a command starts: each says nothing, holds nothing of the terminal, and ends with the command, whatever ended that."""

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

_ENDED_BY = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
"""What the command may answer in its own way; a process of its own simply ends. (Windows has no ``SIGHUP``, others no ``SIGBREAK``.)"""
_PR_SET_PDEATHSIG = 1
"""Of Linux's prctl(2): the signal that a process gets when the one that started it ends."""


_THREADED = {"distributed", "fsspec"}
"""Libraries that start threads of their own."""


def context() -> BaseContext:
    """How to start a process: as the system does it, but no fork beside threads of Dask or fsspec, which may hold locks that would stay shut in it for ever."""
    usual = multiprocessing.get_context()
    is_threaded = not _THREADED.isdisjoint(sys.modules)
    return multiprocessing.get_context("spawn") if is_threaded and usual.get_start_method() == "fork" else usual


def start(context: BaseContext, target: Callable[..., None], *arguments: object) -> BaseProcess:
    """Start a process that calls ``target`` and ends when this one does; by fork or spawn alike."""
    process: BaseProcess = context.Process(target=_bound, args=(target, *arguments), daemon=True)  # type: ignore[attr-defined]
    with _signals_held_back():
        process.start()
    return process


def _bound(target: Callable[..., None], *arguments: object) -> None:
    """What a process does: first what binds it to its parent, then its work."""
    _leave_signals_to_the_parent()
    _let_go_of_the_terminal()
    _end_with_the_parent()
    target(*arguments)


@contextlib.contextmanager
def _signals_held_back() -> Iterator[None]:
    """Let signals wait: a process that gets one before it can refuse it would answer it as the command does, or lose it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, *_ENDED_BY})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_signals_to_the_parent() -> None:
    """Hear no Ctrl-C, which a terminal sends to all: the parent ends this process. Other signals end it without the parent's answer to them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in _ENDED_BY:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup ignores some, and means all
            signal.signal(number, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, *_ENDED_BY})


def _let_go_of_the_terminal() -> None:
    """Read and print nothing: what a library says in panic is nothing for the screen, and who reads the parent's pipe waits until all let go of it."""
    faulthandler.disable()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)
    if nowhere > 2:  # noqa: PLR2004 where one of the three was closed, it is that one
        os.close(nowhere)


def _end_with_the_parent() -> None:
    """End at once when the parent has ended, even in the middle of a library's loop where the system sees to that."""
    ask_the_system()
    threading.Thread(target=_wait_for_the_parent, daemon=True).start()


def ask_the_system() -> None:
    """Let the system end this process with its parent, where it does so."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _wait_for_the_parent() -> None:
    """End this process when its parent has ended: works on every system, and where the parent had ended before anything was asked of the system."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))  # on Windows either ends it at once


class Calls(Generic[T]):
    """Calls of one function, dealt out among processes, which work while the parent does something else.

    Use as a context manager: when it is left, no process is.
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
            there.close()
        return self

    def __exit__(self, *_error: object) -> None:
        _end(self._begun)

    def results(self) -> list[T]:
        """What the calls gave, in their order; raises what one of them raised."""
        shares = [_received(answers) for _, answers in self._begun]
        return [shares[position % self._size][position // self._size] for position in range(len(self._calls))]


def _end(begun: Iterable[tuple[BaseProcess, Connection]]) -> None:
    for process, pipe in begun:
        process.kill()
        process.join()
        pipe.close()


def _answer(answers: Connection, function: Callable[..., object], share: Sequence[tuple[object, ...]]) -> None:
    gc.disable()  # the process ends with its answer: looking for what is left behind takes a tenth of a workbook's time
    answers.send(_told(lambda: [function(*arguments) for arguments in share], ()))


def _told(function: Callable[..., object], arguments: tuple[object, ...]) -> object:
    """What a call gives, or the exception that it raises."""
    try:
        return function(*arguments)
    except Exception as error:  # noqa: BLE001 raised again where the answer is awaited
        error.add_note(traceback.format_exc())  # which doesn't travel by itself
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


# --- calls made ahead ------------------------------------------------------------------------------

CORES_PER_HELPER = 4
"""Cores whose readers one helping process keeps supplied: to keep a file takes it a quarter of what it takes a core to read one."""


def ahead(function: Callable[..., T], calls: Iterable[tuple[Any, ...]], size: int | None = None) -> Iterator[T]:
    """As ``itertools.starmap``, but for the calls, which helping processes make ahead of the command.

    The command makes the first call itself, for it has to wait for it anyway: helpers are started for a second one. Should one of
    them be ended from outside, the command itself makes the calls that it hadn't answered, and all further ones.
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
    """Processes with one call each: only one that has answered is asked again, so that both sides never wait for the other to read."""

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
            for following in itertools.islice(coming, 1):
                self._ask(turn, following)
                begun.append((turn, following))
            yield answer

    def _ask(self, turn: int, call: tuple[Any, ...]) -> None:
        self._begun = self._begun or [self._start() for _ in range(self._size)]
        with contextlib.suppress(OSError):  # one that was ended is met when it should answer
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
    """What a helper answers; ``_NO_ANSWER`` where it has ended."""
    try:
        return pipe.recv()
    except (EOFError, OSError):
        return _NO_ANSWER


def _help(pipe: Connection, function: Callable[..., object]) -> None:
    """Answer call after call, until the command ends this process."""
    while True:
        pipe.send(_told(function, pipe.recv()))
