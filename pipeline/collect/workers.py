"""Read in processes of their own: a file that crashes, hangs or eats memory costs only its reading.

One process per core (``worker.py``), with a pipe for tasks and one for readings. The parent starts
processes by fork or spawn alike, and holds only the readings needed to return them in order.
"""

# Why not pebble (5.2.3 was tried, November 2026): its pool ends with BrokenProcessPool, and with
# it every task, if a process is killed while no task runs (the system may do that). Ours starts
# another. Nor is it faster: 1.04 times our processor time (16 pairs, 300 returns; 95 %: 1.00–1.08).

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Self

from pipeline.collect.confine import Watch
from pipeline.collect.formats import limits
from pipeline.collect.handle import QUEUED, ReadingProcess, Task
from pipeline.collect.read import unreadable
from pipeline.collect.worker import too_large
from pipeline.machine.processes import context
from pipeline.model import Reading, Received
from schemas.round.round import Round

WINDOW = 2 * QUEUED
"""The most files per worker between the oldest not returned and the newest begun."""
NAP, SOON_DONE = 0.02, 16
"""Seconds that the parent sleeps while no worker has fewer tasks than this."""
FALSE_STARTS = 10
"""If more workers in a row end before they are ready, the program itself is at fault."""


def read_all(
    files: Iterable[Received],
    round_: Round,
    definitions: Path,
    *,
    processes: int | None = None,
    method: str | None = None,
) -> Iterator[tuple[Received, Reading]]:
    """Read files in worker processes and yield each with its reading, in order.

    ``processes``: default one per core. ``method``: ``fork``, ``spawn``…, default the system's.
    """
    coming = iter(files)
    most = processes or os.cpu_count() or 1
    first = list(itertools.islice(coming, most))
    if first:
        how = multiprocessing.get_context(method) if method else context()
        with Pool(len(first), how, round_, definitions) as pool:
            yield from pool.read(itertools.chain(first, coming))


class Pool:
    """Reading processes, for any number of calls of ``read``. A context manager."""

    def __init__(self, size: int, context: BaseContext, round_: Round, definitions: Path) -> None:
        self._context, self._round, self._definitions = context, _plain(round_), definitions
        self._size = size
        self._workers: list[ReadingProcess] = []
        self._again: deque[Task] = deque()
        self._positions = itertools.count()
        self._done: dict[int, Reading] = {}
        self._tried: set[int] = set()
        """Files that a worker was reading when it ended: perhaps not their fault, so tried again
        once."""
        self._false_starts = 0
        self._watch = Watch(lambda: [worker.process.pid for worker in list(self._workers)])

    def __enter__(self) -> Self:
        self._workers = [self._start() for _ in range(self._size)]
        self._watch.__enter__()
        return self

    def __exit__(self, *_error: object) -> None:
        self._watch.__exit__()
        for worker in self._workers:
            worker.end()

    def read(self, files: Iterable[Received]) -> Iterator[tuple[Received, Reading]]:
        """Yield files with their readings, in order."""
        coming = zip(self._positions, files, strict=False)
        begun: deque[tuple[int, Received]] = deque()
        while True:
            self._fill(coming, begun)
            if not begun:
                return
            while begun and begun[0][0] in self._done:
                position, file = begun.popleft()
                yield file, self._done.pop(position)
            if begun and begun[0][0] not in self._done:
                self._listen()

    def _fill(
        self, coming: Iterator[tuple[int, Received]], begun: deque[tuple[int, Received]]
    ) -> None:
        """Give every worker enough to do, the one with least first."""
        willing = list(self._workers)
        while willing and (self._again or len(begun) < WINDOW * self._size):
            task = self._again.popleft() if self._again else _next_task(coming, begun)
            if task is None:
                return
            worker = min(willing, key=lambda worker: len(worker.given))
            if not worker.has_room(task):
                self._again.appendleft(task)
                return
            if not worker.give(task):
                self._again.appendleft(task)
                willing.remove(worker)

    def _listen(self) -> None:
        """Take readings from the workers; replace workers that ended or were too slow."""
        by_pipe: dict[Any, ReadingProcess] = {worker.readings: worker for worker in self._workers}
        self._nap()
        busy = [worker.since for worker in self._workers if worker.given]
        left = min(busy, default=time.monotonic()) + limits.WORKER_WALL - time.monotonic()
        for pipe in wait(list(by_pipe), max(0.0, left)):
            self._take_all(by_pipe[pipe])
        for worker in list(self._workers):  # a worker with a reading in the pipe isn't slow
            is_silent = (
                worker.given
                and time.monotonic() - worker.since >= limits.WORKER_WALL
                and not worker.has_told()
            )
            if is_silent and worker.is_stuck():
                self._replace(worker, "slow")

    def _nap(self) -> None:
        """Sleep while all have enough to do: waking for each reading costs a worker 0.5 ms."""
        if all(len(worker.given) > SOON_DONE and not worker.has_told() for worker in self._workers):
            time.sleep(NAP)

    def _take_all(self, worker: ReadingProcess) -> None:
        self._take(worker)
        while worker in self._workers and worker.given and worker.has_told():
            self._take(worker)

    def _take(self, worker: ReadingProcess) -> None:
        try:
            message = worker.readings.recv()
        except (EOFError, OSError):
            self._replace(worker, "failed")
            return
        worker.is_heard()
        if message is None:
            worker.ready, self._false_starts = True, 0
            return
        position, reading = message
        if isinstance(reading, BaseException):
            raise reading
        self._done[position] = reading
        worker.settle()

    def _replace(self, worker: ReadingProcess, reason: str) -> None:
        """End a worker and start another; tasks without a reading are given again."""
        code = worker.end()
        if worker.ready and worker.given:
            self._settle(worker, reason, code)
        elif not worker.ready:
            self._false_starts += 1
            if self._false_starts > FALSE_STARTS:
                raise RuntimeError(
                    f"reading processes end with code {code} before their first file"
                )
        self._again.extend(worker.given)
        self._workers[self._workers.index(worker)] = self._start()

    def _settle(self, worker: ReadingProcess, reason: str, code: int) -> None:
        """Decide about the file in a worker that ended; without a known cause, try it once more."""
        position = worker.given[0][0]
        if worker.process.pid in self._watch.ended:
            self._done[position] = too_large()
        elif reason == "slow" or -code == getattr(signal, "SIGXCPU", 0):
            self._done[position] = unreadable("slow")
        elif position in self._tried:
            self._done[position] = unreadable("failed", error=f"exit code {code}")
        else:
            self._tried.add(position)
            return
        worker.settle()

    def _start(self) -> ReadingProcess:
        return ReadingProcess.started(self._context, self._round, self._definitions)


def _next_task(
    coming: Iterator[tuple[int, Received]], begun: deque[tuple[int, Received]]
) -> Task | None:
    following = next(coming, None)
    if following is None:
        return None
    begun.append(following)
    position, file = following
    return position, str(file.path), file.name, file.assigned


def _plain(round_: Round) -> Round:
    """Return the round without its rules: quick to send, and all that reading needs."""
    plain = replace(round_, rules={}, cross_rules=(), pairs={}, expectations={})
    vars(plain)["digest"] = round_.digest
    return plain
