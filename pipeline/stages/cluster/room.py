"""Read and judge files in a room: a process beside a worker, with a confined reader in it.

A worker must neither read nor judge itself. A file that ends its process would end the whole chunk
too, and take the worker away for seconds. And Dask's workers are daemons, which may not start
processes, and whose limit of memory doesn't count those.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from pipeline.collect.confine import limit_memory
from pipeline.collect.formats import limits
from pipeline.machine.interpreter import work_undisturbed
from pipeline.machine.processes import ask_the_system
from pipeline.model import Received

# a worker passes jobs and answers on without unpickling them: loading their classes takes 0.2 s
if TYPE_CHECKING:
    from pipeline.stages.units import Answer, Job

ROOM_BYTES = 4 * limits.WORKER_BYTES
"""Memory that a room may take beyond what it starts with: judging takes more, the more rows there
are."""
PATIENCE = 10 * limits.WORKER_WALL
"""Seconds, on a busy machine too, in which a room must read its next file or judge them all. A room
that ends is noticed at once."""
SIGN_OF_LIFE = 1.0
"""Seconds after which a room says that it is still reading: not for each file, because waking the
worker takes time."""


class RoomDiedError(Exception):
    """Raised if a room ended, or had to be ended, before it answered."""


class Room:
    """The worker's side of a room."""

    def __init__(self, job: bytes, definitions: Path) -> None:
        """Start it. ``job`` is pickled; ``definitions`` is a folder of this host."""
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._tasks, self._answers = (
            cast("IO[bytes]", self._process.stdin),
            cast("IO[bytes]", self._process.stdout),
        )
        self._heard = math.inf
        self._is_over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()
        self._say((job, definitions))

    def judge(self, files: Sequence[Received]) -> list[bytes]:
        """Read and judge files; return the answers, still pickled.

        Unpickling them here would load pandas into the worker. Raises ``RoomDiedError`` if the room
        ends, and whatever is raised inside.
        """
        self._heard = time.monotonic()
        self._say(files)
        while (answers := self._hear()) is None:
            self._heard = time.monotonic()
        self._heard = math.inf
        if isinstance(answers, Exception):
            raise answers
        return answers  # type: ignore[no-any-return]

    def end(self) -> None:
        """End the room and its reader."""
        self._is_over.set()
        self._process.kill()
        self._process.wait()

    def _watch(self) -> None:
        """End the room if it is silent for too long while an answer is due."""
        while not self._is_over.wait(1):
            if time.monotonic() - self._heard > PATIENCE:
                self._process.kill()

    def _say(self, what: object) -> None:
        try:
            _put(self._tasks, what)
        except OSError as error:
            raise self._died() from error

    def _hear(self) -> Any:
        try:
            return pickle.load(self._answers)  # noqa: S301 what our own process says
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise self._died() from error

    def _died(self) -> RoomDiedError:
        self.end()
        return RoomDiedError(f"exit code {self._process.returncode}")


def packed(answer: Answer) -> bytes:
    """Pickle an answer without the rows as read."""
    from pipeline.stages.units import lightened

    return pickle.dumps(lightened(answer), pickle.HIGHEST_PROTOCOL)


def unpacked(answer: bytes) -> Answer:
    """Unpickle an answer."""
    unpickled: Answer = pickle.loads(answer)  # noqa: S301 what a worker of ours says
    return unpickled


def _put(pipe: IO[bytes], what: object) -> None:
    pickle.dump(what, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


# --- inside ---------------------------------------------------------------------------------------


def main() -> None:
    """Read and judge chunk after chunk, until the worker closes the pipe."""
    from pipeline.collect.bringing import readings
    from pipeline.collect.workers import Pool
    from pipeline.stages.engines import judged

    ask_the_system()
    work_undisturbed()
    tasks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _say_nothing()
    content, definitions = pickle.load(tasks)  # noqa: S301 what our own worker says
    job: Job = replace(pickle.loads(content), definitions=definitions)  # noqa: S301
    with Pool(1, multiprocessing.get_context(), job.as_confirmed, job.definitions) as pool:
        limit_memory(ROOM_BYTES)
        while True:
            try:
                files = pickle.load(tasks)  # noqa: S301
            except EOFError:
                return
            try:
                tell = _sparingly(lambda: _put(answers, None))
                result: object = [*map(packed, judged(job, readings(files, pool.read), tell))]
            except MemoryError:
                return
            except Exception as error:  # noqa: BLE001 raised again by the worker
                error.add_note(traceback.format_exc())  # pickling drops the traceback
                result = error
            _put(answers, result)


def _sparingly(tell: Callable[[], None]) -> Callable[[int], None]:
    """Return a function that tells of progress at most once in ``SIGN_OF_LIFE``."""
    last = time.monotonic()

    def told(_count: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SIGN_OF_LIFE:
            last = time.monotonic()
            tell()

    return told


def _say_nothing() -> None:
    """Let nothing that a library prints get into the pipes."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)


if __name__ == "__main__":
    main()
