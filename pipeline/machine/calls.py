"""Call a function in processes beside the command."""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Generic, Self, TypeVar

from pipeline.errors import OperatorError
from pipeline.machine.processes import context, start

T = TypeVar("T")


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
