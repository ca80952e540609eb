"""Start processes that print nothing and end with the command, however the command ends.

They hold nothing of the terminal either.
"""

from __future__ import annotations

import contextlib
import faulthandler
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

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
    process_of: Any = context.Process  # type: ignore[attr-defined]
    process: BaseProcess = process_of(target=_bound, args=(target, *arguments), daemon=True)
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
