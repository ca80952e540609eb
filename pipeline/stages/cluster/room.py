"""A room beside a worker: a process of its own in which files are read, each in a further process with limits, and judged.

A worker must neither read nor judge itself: a file that ends its process would take the whole chunk
with it, and for seconds the worker; and Dask's workers may not start readers of their own (they are
daemons), nor does their limit of memory count what those take.
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

# a worker passes on jobs and answers unopened: to load what they are made of takes it a fifth of a
# second
if TYPE_CHECKING:
    from pipeline.stages.units import Answer, Job

ROOM_BYTES = 4 * limits.WORKER_BYTES
"""Memory that a room may take beyond what it starts with: judging takes the more, the more rows files have."""
PATIENCE = 10 * limits.WORKER_WALL
"""Seconds in which a room must have read a further file, or judged all, on a busy machine too; one that ends is known at once."""

SIGN_OF_LIFE = 1.0
"""Seconds after which a room that reads says so: to wake the worker for each file costs both."""


class RoomDiedError(Exception):
    """A room that ended, or had to be ended, before it answered."""


class Room:
    """A worker's side of a room."""

    def __init__(self, job: bytes, definitions: Path) -> None:
        """``job``: as it travels; ``definitions``: the folder where those of older forms are on this host."""
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
        """Read and judge these files; raises ``RoomDiedError`` where the room ends, and what it raises itself.

        The answers are left as they travel: a worker that opened them would load pandas, and all of
        them twice.
        """
        self._heard = time.monotonic()
        self._say(files)
        while (told := self._hear()) is None:
            self._heard = time.monotonic()
        self._heard = math.inf
        if isinstance(told, Exception):
            raise told
        return told  # type: ignore[no-any-return]

    def end(self) -> None:
        """End the room, and with it its readers."""
        self._is_over.set()
        self._process.kill()
        self._process.wait()

    def _watch(self) -> None:
        """End a room that says nothing for too long while it is waited for."""
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
    """An answer as it travels."""
    from pipeline.stages.units import lightened

    return pickle.dumps(lightened(answer), pickle.HIGHEST_PROTOCOL)


def unpacked(answer: bytes) -> Answer:
    """An answer that has travelled."""
    found: Answer = pickle.loads(answer)  # noqa: S301 what a worker of ours says
    return found


def _put(pipe: IO[bytes], what: object) -> None:
    pickle.dump(what, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


# --- inside
# ----------------------------------------------------------------------------------------


def main() -> None:
    """Read and judge chunk after chunk, until the worker is heard no more."""
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
                told: object = [
                    packed(each)
                    for each in judged(
                        job, readings(files, pool.read), _sparingly(lambda: _put(answers, None))
                    )
                ]
            except MemoryError:
                return
            except Exception as error:  # noqa: BLE001 raised again where the answer is awaited
                error.add_note(traceback.format_exc())  # which doesn't travel by itself
                told = error
            _put(answers, told)


def _sparingly(tell: Callable[[], None]) -> Callable[[int], None]:
    """What tells that there is progress, but not for each file."""
    last = time.monotonic()

    def told(_count: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SIGN_OF_LIFE:
            last = time.monotonic()
            tell()

    return told


def _say_nothing() -> None:
    """Leave the pipes to what is meant for them."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)


if __name__ == "__main__":
    main()
