"""Start one reading process and talk with it, as its parent does."""

from __future__ import annotations

import contextlib
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Self

from pipeline.collect.confine import processor_time
from pipeline.collect.formats import limits
from pipeline.collect.worker import work
from pipeline.machine.processes import start
from schemas.round.round import Round

QUEUED = 128
"""The most tasks, and the most readings, that wait: reading goes on while the parent judges."""
PIPE_BYTES, LEAST_PIPE_BYTES = 1024**2, 4096
"""Bytes asked for a pipe, and what every system gives. A worker is never sent more than its pipe
holds: both sides could wait for ever."""

Task = tuple[int, str, str, str]
"""Position, path, name of a file to read, and the agency to which the operator assigned it."""


@dataclass
class ReadingProcess:
    """One process: its two pipes, and the tasks that it was given."""

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
    """When it began the first given task, as far as known, or was last looked at."""
    looks: list[float] = field(default_factory=list)
    """Processor time at each look since its last reading."""

    @classmethod
    def started(cls, context: BaseContext, round_: Round, definitions: Path) -> Self:
        """Start a process that reads the files of a round."""
        tasks_here, tasks_there, room = _pipe(context)
        readings_there, readings_here, _ = _pipe(context)
        process = start(context, work, tasks_there, readings_there)
        tasks_there.close()
        readings_there.close()
        with contextlib.suppress(OSError):  # if it has ended already, reading from it tells
            tasks_here.send((round_, definitions))
        return cls(process, tasks_here, readings_here, room)

    def has_room(self, task: Task) -> bool:
        """True if one more task can be sent without waiting."""
        return not self.given or (
            len(self.given) < QUEUED and self.load + _bytes(task) <= self.room
        )

    def give(self, task: Task) -> bool:
        """Send a task; False if the process has ended."""
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
        """True if a reading waits to be taken."""
        try:
            return self.readings.poll()
        except OSError:
            return False

    def is_heard(self) -> None:
        """Note that it works as it should, from now on."""
        self.since, self.looks = time.monotonic(), []

    def is_stuck(self) -> bool:
        """Return True if it hangs or reads too long; a busy machine gets several looks."""
        self.since = time.monotonic()
        self.looks.append(processor_time(self.process.pid))
        if len(self.looks) == 1:
            return False
        first, before, last = self.looks[0], *self.looks[-2:]
        return last - before < limits.WORKER_IDLE or last - first > limits.WORKER_CPU

    def end(self) -> int:
        """End the process, close its pipes and return its exit code."""
        self.process.kill()
        self.process.join()
        self.tasks.close()
        self.readings.close()
        return int(self.process.exitcode or 0)


def _bytes(task: Task) -> int:
    """Return how many bytes a task takes in a pipe, at most."""
    _, path, name, assigned = task
    return 4 * (len(path) + len(name) + len(assigned)) + 200


def _pipe(context: BaseContext) -> tuple[Connection, Connection, int]:
    """Return the two ends of a pipe, as large as the system allows, and how many bytes it holds."""
    reading, writing = context.Pipe(duplex=False)
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(writing.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        room = fcntl.fcntl(writing.fileno(), fcntl.F_GETPIPE_SZ)
        # what is left of a page that was read in part holds no new bytes
        return writing, reading, room - LEAST_PIPE_BYTES
    return writing, reading, LEAST_PIPE_BYTES
