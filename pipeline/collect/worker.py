"""Run one reading process: file after file, each within its limits, until it or its parent ends."""

from __future__ import annotations

import copyreg
import gc
from multiprocessing.connection import Connection
from pathlib import Path

from pipeline.collect.confine import limit_memory, limit_time
from pipeline.collect.formats import limits
from pipeline.collect.packing import packed
from pipeline.collect.read import Reader, unreadable
from pipeline.errors import is_want_of_room
from pipeline.model import Reading, TableReading

copyreg.pickle(TableReading, packed)
GARBAGE_AFTER = 100_000
"""New objects after which garbage is collected. A file leaves hardly any cycles. Fewer than in the
parent, as memory is limited here."""


def work(tasks: Connection, readings: Connection) -> None:
    """Read file after file, and send each reading."""
    limit_memory()
    reader = Reader(*tasks.recv())
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, *gc.get_threshold()[1:])
    readings.send(None)
    while True:
        position, path, name, assigned = tasks.recv()
        limit_time()
        readings.send((position, _read(reader, Path(path), name, assigned)))


def _read(reader: Reader, path: Path, name: str, assigned: str) -> Reading | BaseException:
    try:
        return reader.read(path, name, assigned)
    except MemoryError:
        return too_large()
    except BaseException as error:  # noqa: BLE001 a panic of the binary reader is no Exception
        if is_want_of_room(error):  # the parent tells it: it says nothing about this file
            return error
        return unreadable("failed", error=f"{type(error).__name__}: {error}"[:200])


def too_large() -> Reading:
    """Return the reading of a file that needs more memory than a worker may take."""
    return unreadable("too_large", limit=f"{limits.WORKER_BYTES // 1024**2} MB")
