"""Define the tasks for workers of a cluster.

Each task names the program that asks; a worker with another one does nothing.
"""

from __future__ import annotations

import pickle
import socket
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.errors import OperatorError
from pipeline.machine.storage import Place, Store
from pipeline.model import Received
from pipeline.stages.cluster.program import program
from pipeline.stages.cluster.room import Room, RoomDiedError, packed

if TYPE_CHECKING:
    from pipeline.stages.units import Answer, Job

T = TypeVar("T")


class OtherProgramError(Exception):
    """Raised by a worker with another ``program``; ``host`` is where it runs."""

    def __init__(self, host: str, program: str) -> None:
        super().__init__(host, program)
        self.host, self.program = host, program


def refuse_other(asked_by: str) -> None:
    """Raise ``OtherProgramError`` if another program asks than this one."""
    if asked_by != program():
        raise OtherProgramError(socket.gethostname(), program())


# --- what a worker is -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Worker:
    """A worker's host and program, and which of the places asked about it can't use."""

    host: str
    program: str
    unseen: tuple[str, ...]
    unwritable: tuple[str, ...]


def worker_here(seen: Sequence[Place], written: Sequence[Place]) -> Worker:
    """Describe this worker, which must see all these places and write into ``written``."""
    unseen = tuple(str(place) for place in (*seen, *written) if not _is_there(place))
    unwritable = tuple(
        str(place) for place in written if str(place) not in unseen and not _is_writable(place)
    )
    return Worker(socket.gethostname(), program(), unseen, unwritable)


def _is_there(place: Place) -> bool:
    if isinstance(place, Path):
        return place.exists()
    with suppress(OperatorError):
        Store(place).reach()
        return True
    return False


def _is_writable(folder: Place) -> bool:
    """Whether a folder can be written into. A store isn't tried.

    Perhaps nobody has the right to remove a test object from it.
    """
    if not isinstance(folder, Path):
        return True
    try:
        with tempfile.NamedTemporaryFile(prefix=".", suffix=".tmp", dir=folder):
            return True
    except OSError:
        return False


# --- units of work --------------------------------------------------------------------------------


def called(asked_by: str, function: Callable[..., T], calls: Sequence[tuple[Any, ...]]) -> list[T]:
    """Call a function with one tuple of arguments after another."""
    refuse_other(asked_by)
    return [*starmap(function, calls)]


@dataclass(frozen=True)
class JobParcel:
    """A pickled job with the definitions of older forms, for workers of the same program."""

    program: str
    job: bytes
    definitions: tuple[tuple[str, bytes], ...]
    """Names and contents of the files."""


def parcel_of(job: Job) -> JobParcel:
    """Pack a job for other hosts."""
    definitions = tuple(
        (path.name, path.read_bytes()) for path in sorted(job.definitions.glob("*.json"))
    )
    return JobParcel(program(), pickle.dumps(job, pickle.HIGHEST_PROTOCOL), definitions)


@cache
def _laid_out(definitions: tuple[tuple[str, bytes], ...]) -> Path:
    """Write these definitions into a folder of this host; return it."""
    folder = Path(tempfile.mkdtemp(prefix="tonghop-"))
    for name, text in definitions:
        (folder / name).write_bytes(text)
    return folder


def passed_on(job: JobParcel) -> JobParcel:
    """Return the job. As a task of its own it is made again if the worker that holds it ends."""
    return job


def judged(job: JobParcel, files: Sequence[Received]) -> list[bytes]:
    """Read and judge files in a room; return pickled answers.

    If two rooms end, the files are read one by one; a file that ends two rooms is unreadable.
    """
    refuse_other(job.program)
    with suppress(RoomDiedError):
        return _in_room(job, files)
    with suppress(RoomDiedError):  # the system may have ended the first for lack of memory
        return _in_room(job, files)
    if len(files) > 1:
        return [answer for file in files for answer in judged(job, [file])]
    opened = pickle.loads(job.job)  # noqa: S301 a client of the cluster may run any code anyway
    return [packed(given_up(opened, files[0]))]


def given_up(job: Job, file: Received) -> Answer:
    """Return the answer for a file that ended every process that read it."""
    # imported here: a worker needs them for such a file only
    from pipeline.collect.read import unreadable
    from pipeline.stages.units import judge_together

    return judge_together(job, [(file, unreadable("failed", error="worker ended"))])


_resting: list[tuple[JobParcel, Room]] = []
_door = threading.Lock()


def _in_room(job: JobParcel, files: Sequence[Received]) -> list[bytes]:
    room = _free_room(job)
    answers = room.judge(files)
    with _door:
        _resting.append((job, room))
    return answers


def _free_room(job: JobParcel) -> Room:
    """Return a resting room of this job, or a new one; end the rooms of other jobs."""
    with _door:
        others = [room for its, room in _resting if its != job]
        mine = [room for its, room in _resting if its == job]
        _resting[:] = [(job, room) for room in mine[1:]]
    for other in others:
        other.end()
    return mine[0] if mine else Room(job.job, _laid_out(job.definitions))


def close_rooms() -> None:
    """End the resting rooms."""
    with _door:
        resting, _resting[:] = [*_resting], []
    for _, room in resting:
        room.end()
