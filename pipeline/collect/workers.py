"""Reading in processes of their own: a file that crashes, hangs or eats memory costs itself its reading, and the batch nothing.

One process a core, each with a pipe for tasks and one for readings. The parent has no threads, starts processes by
fork or spawn alike, and holds only as many readings as are needed to give them back in order. What a process does stands
in ``worker.py``.
"""

# Why not pebble (5.2.3 was tried, November 2026): its pool ends with BrokenProcessPool, and every task with it, when a process
# is killed while no task runs, as the system may do to one that starts or waits; ours starts another and loses nothing.
# Nor is it faster: 1.04 times our processor time (median of 16 alternating pairs over 300 returns; 95 %: 1.00 to 1.08).

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Self

from pipeline.collect.confine import Watch, processor_time
from pipeline.collect.formats import limits
from pipeline.collect.read import unreadable
from pipeline.collect.worker import too_large, work
from pipeline.machine.processes import context, start
from pipeline.model import Reading, Received
from schemas.round.round import Round

QUEUED = 128
"""Tasks that wait for a worker, and readings that may wait for the parent, so that reading goes on while the parent judges."""
WINDOW = 2 * QUEUED
"""Files a worker between the oldest one not given back and the newest one begun."""
NAP, SOON_DONE = 0.02, 16
"""Seconds for which the parent lets readings gather, where no worker has fewer tasks than this."""
PIPE_BYTES, LEAST_PIPE_BYTES = 1024**2, 4096
"""What a pipe is asked to hold, and what every system's does: a worker is never sent more than it holds, or both sides could wait for ever."""
FALSE_STARTS = 10
"""Workers in a row that may end before they are ready: more, and it is the program that can't read."""

Task = tuple[int, str, str, str]
"""Position, path and name of a file to read, and whose the operator says it is."""


def read_all(
    files: Iterable[Received], round_: Round, definitions: Path, *, processes: int | None = None, method: str | None = None
) -> Iterator[tuple[Received, Reading]]:
    """Read files in worker processes and give back each with its reading, in order.

    ``processes`` defaults to the number of cores, ``method`` (``fork``, ``spawn``…) to the system's own way.
    """
    coming = iter(files)
    most = processes or os.cpu_count() or 1
    first = list(itertools.islice(coming, most))
    if first:
        how = multiprocessing.get_context(method) if method else context()
        with Pool(len(first), how, round_, definitions) as pool:
            yield from pool.read(itertools.chain(first, coming))


@dataclass
class _Worker:
    """One process: where to send tasks, where readings come from, and what it has been given."""

    process: Any
    tasks: Connection
    readings: Connection
    room: int
    """Bytes that the pipe for tasks holds."""
    given: deque[Task] = field(default_factory=deque)
    load: int = 0
    """Bytes of the given tasks, at most."""
    ready: bool = False
    since: float = field(default_factory=time.monotonic)
    """When it began the first of the given tasks, as far as the parent knows, or was last looked at."""
    looks: list[float] = field(default_factory=list)
    """Processor time that it had taken at each look since it last told something."""

    def has_room(self, task: Task) -> bool:
        """Whether one more task can be sent without waiting."""
        return not self.given or (len(self.given) < QUEUED and self.load + _bytes(task) <= self.room)

    def give(self, task: Task) -> bool:
        """Send a task; false where the process has ended."""
        try:
            self.tasks.send(task)
        except OSError:
            return False
        if not self.given:
            self.is_heard()
        self.given.append(task)
        self.load += _bytes(task)
        return True

    def settle(self) -> None:
        """Take the first of the given tasks off the list."""
        self.load -= _bytes(self.given.popleft())

    def has_told(self) -> bool:
        """Whether a reading waits to be taken."""
        try:
            return self.readings.poll()
        except OSError:
            return False

    def is_heard(self) -> None:
        """Note that it works as it should, from now on."""
        self.since, self.looks = time.monotonic(), []

    def is_stuck(self) -> bool:
        """Look whether it hangs, or has read one file for too long; one that waits for a busy machine takes some time between two looks."""
        self.since = time.monotonic()
        self.looks.append(processor_time(self.process.pid))
        if len(self.looks) == 1:
            return False
        first, before, last = self.looks[0], *self.looks[-2:]
        return last - before < limits.WORKER_IDLE or last - first > limits.WORKER_CPU

    def end(self) -> int:
        """End the process and close its pipes; its exit code."""
        self.process.kill()
        self.process.join()
        self.tasks.close()
        self.readings.close()
        return int(self.process.exitcode or 0)


class Pool:
    """Reading processes that stay at work while ``read`` is called, again and again. Use as a context manager."""

    def __init__(self, size: int, context: BaseContext, round_: Round, definitions: Path) -> None:
        self._context, self._round, self._definitions = context, _plain(round_), definitions
        self._size = size
        self._workers: list[_Worker] = []
        self._again: deque[Task] = deque()
        self._positions = itertools.count()
        self._done: dict[int, Reading] = {}
        self._tried: set[int] = set()
        """Files that a worker was reading when it ended: the system may have ended it for no fault of theirs."""
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
        """Files, each with its reading, in order."""
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

    def _fill(self, coming: Iterator[tuple[int, Received]], begun: deque[tuple[int, Received]]) -> None:
        """Give every worker enough to do, the one with least first."""
        willing = list(self._workers)
        while willing and (self._again or len(begun) < WINDOW * self._size):
            task = self._again.popleft() if self._again else _next_task(coming, begun)
            if task is None:
                return
            worker = min(willing, key=lambda each: len(each.given))
            if not worker.has_room(task):
                self._again.appendleft(task)
                return
            if not worker.give(task):
                self._again.appendleft(task)
                willing.remove(worker)

    def _listen(self) -> None:
        """Take what the workers have to say; replace those that ended or were too slow."""
        by_pipe: dict[Any, _Worker] = {worker.readings: worker for worker in self._workers}
        self._nap()
        busy = [worker.since for worker in self._workers if worker.given]
        left = min(busy, default=time.monotonic()) + limits.WORKER_WALL - time.monotonic()
        for pipe in wait(list(by_pipe), max(0.0, left)):
            self._take_all(by_pipe[pipe])
        for worker in list(self._workers):  # one that read on while the parent was busy has told so, and isn't slow
            is_silent = worker.given and time.monotonic() - worker.since >= limits.WORKER_WALL and not worker.has_told()
            if is_silent and worker.is_stuck():
                self._replace(worker, "slow")

    def _nap(self) -> None:
        """Let some readings gather while all have enough to do: to wake the parent for each costs a worker half a millisecond."""
        if all(len(worker.given) > SOON_DONE and not worker.has_told() for worker in self._workers):
            time.sleep(NAP)

    def _take_all(self, worker: _Worker) -> None:
        self._take(worker)
        while worker in self._workers and worker.given and worker.has_told():
            self._take(worker)

    def _take(self, worker: _Worker) -> None:
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

    def _replace(self, worker: _Worker, reason: str) -> None:
        """End a worker and start another; what it hadn't told of is given again."""
        code = worker.end()
        if worker.ready and worker.given:
            self._settle(worker, reason, code)
        elif not worker.ready:
            self._false_starts += 1
            if self._false_starts > FALSE_STARTS:
                raise RuntimeError(f"reading processes end with code {code} before their first file")
        self._again.extend(worker.given)
        self._workers[self._workers.index(worker)] = self._start()

    def _settle(self, worker: _Worker, reason: str, code: int) -> None:
        """What becomes of the file that a worker was reading when it ended: if nobody knows why, it is tried once more."""
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

    def _start(self) -> _Worker:
        tasks_here, tasks_there, room = _pipe(self._context)
        readings_there, readings_here, _ = _pipe(self._context)
        process = start(self._context, work, tasks_there, readings_there)
        tasks_there.close()
        readings_there.close()
        with contextlib.suppress(OSError):  # a process that has ended already is met when it is listened to
            tasks_here.send((self._round, self._definitions))
        return _Worker(process, tasks_here, readings_here, room)


def _next_task(coming: Iterator[tuple[int, Received]], begun: deque[tuple[int, Received]]) -> Task | None:
    following = next(coming, None)
    if following is None:
        return None
    begun.append(following)
    position, file = following
    return position, str(file.path), file.name, file.assigned


def _bytes(task: Task) -> int:
    """How many bytes a task takes in a pipe, at most."""
    _, path, name, assigned = task
    return 4 * (len(path) + len(name) + len(assigned)) + 200


def _pipe(context: BaseContext) -> tuple[Connection, Connection, int]:
    """The writing and the reading end of a pipe, as roomy as the system lets it be, and how many bytes it holds."""
    reading, writing = context.Pipe(duplex=False)
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(writing.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        room = fcntl.fcntl(writing.fileno(), fcntl.F_GETPIPE_SZ)
        return writing, reading, room - LEAST_PIPE_BYTES  # what is left of a page that was read in part takes nothing more
    return writing, reading, LEAST_PIPE_BYTES


def _plain(round_: Round) -> Round:
    """The round without its rules: all that reading needs, and quick to send to a process; what stands for its definition is known already."""
    plain = replace(round_, rules={}, cross_rules=(), pairs={}, expectations={})
    vars(plain)["digest"] = round_.digest
    return plain
