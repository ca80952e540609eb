"""Hold a reading process to its limits: by the system if it can, else by its parent."""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

from pipeline.collect.formats import limits

_STATM = Path("/proc/self/statm")
WATCH_SECONDS = 0.1
"""Seconds between two looks at the memory of processes, where the system doesn't limit it."""


def system_limits_memory() -> bool:
    """True if the system can limit a process's memory: Linux can, Windows and macOS can't."""
    return sys.platform != "win32" and _STATM.is_file()


def limit_memory(most: int = limits.WORKER_BYTES) -> None:
    """Limit the bytes that this process may take from now on, if the system can."""
    if sys.platform == "win32" or not system_limits_memory():
        return
    import resource

    now = int(_STATM.read_text().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + most, hard))


def limit_time() -> None:
    """Limit the processor time of the next file, if the system can; else the parent watches it."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(time.process_time()) + limits.WORKER_CPU + 1, hard)
    )


def processor_time(pid: int) -> float:
    """Return a process's processor seconds; NaN if it has ended.

    NaN is neither more nor less than any limit.
    """
    import psutil

    try:
        taken = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return math.nan
    return float(taken.user + taken.system)


class Watch:
    """Ends processes that hold too much memory; idle where the system limits it."""

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self._pids, self._over = pids, threading.Event()
        self._thread = (
            None if system_limits_memory() else threading.Thread(target=self._look, daemon=True)
        )
        self.ended: set[int] = set()
        """Processes that were ended for it."""

    def __enter__(self) -> Self:
        if self._thread:
            self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()

    def _look(self) -> None:
        import psutil

        while not self._over.wait(WATCH_SECONDS):
            for pid in self._pids():
                try:
                    process = psutil.Process(pid)
                    if process.memory_info().rss > limits.WORKER_BYTES:
                        self.ended.add(pid)
                        process.kill()
                except psutil.Error:  # it has ended meanwhile
                    continue
