"""One reading process: it reads file after file, each within its limits, until its parent is gone."""

from __future__ import annotations

import contextlib
import copyreg
import faulthandler
import gc
import os
import signal
from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pipeline.collect.confine import limit_memory, limit_time
from pipeline.collect.formats import limits
from pipeline.collect.packing import packed
from pipeline.collect.read import Reader, unreadable
from pipeline.model import Reading, TableReading

PARENT_CHECK = 5.0
"""Seconds after which an idle worker looks whether its parent still lives."""

copyreg.pickle(TableReading, packed)


def work(tasks: Connection, readings: Connection, parent: int, not_ours: Iterable[Connection]) -> None:
    """Read file after file until the parent is gone. Its ends of the pipes are ``not_ours``: while they are open here, nothing tells of its end."""
    for each in not_ours:
        each.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _silence()
    limit_memory()
    with contextlib.suppress(EOFError, OSError):  # the parent is gone
        reader = Reader(*_received(tasks, parent))
        gc.freeze()
        readings.send(None)
        while True:
            position, path, name = _received(tasks, parent)
            limit_time()
            readings.send((position, _read(reader, Path(path), name)))


def _received(tasks: Connection, parent: int) -> Any:
    """Wait for what the parent sends next; raises ``EOFError`` where there is no parent any more."""
    while not tasks.poll(PARENT_CHECK):
        if os.getppid() != parent:
            raise EOFError
    return tasks.recv()


def _read(reader: Reader, path: Path, name: str) -> Reading:
    try:
        return reader.read(path, name)
    except MemoryError:
        return too_large()
    except BaseException as error:  # noqa: BLE001 a panic of the binary reader is no Exception, and one file is all it may cost
        return unreadable("failed", error=f"{type(error).__name__}: {error}"[:200])


def too_large() -> Reading:
    """The reading of a file that needs more memory than a worker may hold."""
    return unreadable("too_large", limit=f"{limits.WORKER_BYTES // 1024**2} MB")


def _silence() -> None:
    """Print nothing more: what a panicking library says is nothing for the screen."""
    faulthandler.disable()
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 a descriptor is wanted
        os.dup2(nowhere.fileno(), 2)
