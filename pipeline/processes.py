"""Processes that a command starts: each says nothing, holds nothing of the terminal, and ends with the command, whatever ended that."""

from __future__ import annotations

import contextlib
import faulthandler
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
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
        context = multiprocessing.get_context()
        for first in range(self._size):
            here, there = context.Pipe(duplex=False)
            share = self._calls[first :: self._size]
            self._begun.append((start(context, _answer, there, self._function, share), here))
            there.close()
        return self

    def __exit__(self, *_error: object) -> None:
        for process, answers in self._begun:
            process.kill()
            process.join()
            answers.close()

    def results(self) -> list[T]:
        """What the calls gave, in their order; raises what one of them raised."""
        shares = [_received(answers) for _, answers in self._begun]
        return [shares[position % self._size][position // self._size] for position in range(len(self._calls))]


def _answer(answers: Connection, function: Callable[..., object], share: Sequence[tuple[object, ...]]) -> None:
    try:
        told: object = [function(*arguments) for arguments in share]
    except Exception as error:  # noqa: BLE001 raised again where the answer is awaited
        error.add_note(traceback.format_exc())  # which doesn't travel by itself
        told = error
    answers.send(told)


def _received(answers: Connection) -> Any:
    try:
        told = answers.recv()
    except (EOFError, OSError) as error:
        raise OperatorError("process_ended") from error
    if isinstance(told, Exception):
        raise told
    return told
