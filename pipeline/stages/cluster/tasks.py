"""What the workers of a cluster are asked to do. Each task says by which program it is asked: a worker of another one does nothing."""

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
    """A worker on this ``host`` has another program, or none."""

    def __init__(self, host: str, found: str) -> None:
        super().__init__(host, found)
        self.host, self.found = host, found


def refuse_other(asked_by: str) -> None:
    """Raise ``OtherProgramError`` where another program asks than this one."""
    if asked_by != program():
        raise OtherProgramError(socket.gethostname(), program())


# --- what a worker is
# --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Worker:
    """A worker as it finds itself: its host and program, and which of the places that it was asked for it can't use."""

    host: str
    program: str
    unseen: tuple[str, ...]
    unwritable: tuple[str, ...]


def looked_at(seen: Sequence[Place], written: Sequence[Place]) -> Worker:
    """This worker; ``seen`` are places that must be there, ``written`` those that it must be able to write into."""
    unseen = tuple(str(each) for each in (*seen, *written) if not _is_there(each))
    unwritable = tuple(
        str(each) for each in written if str(each) not in unseen and not _is_writable(each)
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
    """Whether a folder can be written into; of a store that is known once something is put there, which perhaps nobody may take away."""
    if not isinstance(folder, Path):
        return True
    try:
        with tempfile.NamedTemporaryFile(prefix=".", suffix=".tmp", dir=folder):
            return True
    except OSError:
        return False


# --- units of work
# -----------------------------------------------------------------------------------


def called(asked_by: str, function: Callable[..., T], calls: Sequence[tuple[Any, ...]]) -> list[T]:
    """Call a function with one tuple of arguments after another."""
    refuse_other(asked_by)
    return [*starmap(function, calls)]


@dataclass(frozen=True)
class Sent:
    """A job as it travels, with the definitions of older forms, which lie where the command runs. It is opened by the same program alone."""

    program: str
    job: bytes
    definitions: tuple[tuple[str, bytes], ...]
    """Names and contents of the files."""


def sent(job: Job) -> Sent:
    """A job made ready for other hosts."""
    definitions = tuple(
        (path.name, path.read_bytes()) for path in sorted(job.definitions.glob("*.json"))
    )
    return Sent(program(), pickle.dumps(job, pickle.HIGHEST_PROTOCOL), definitions)


@cache
def _laid_out(definitions: tuple[tuple[str, bytes], ...]) -> Path:
    """The folder in which these definitions are on this host."""
    folder = Path(tempfile.mkdtemp(prefix="tonghop-"))
    for name, text in definitions:
        (folder / name).write_bytes(text)
    return folder


def passed_on(job: Sent) -> Sent:
    """A job as a task of its own: where the worker that holds it ends, it is made again."""
    return job


def judged(job: Sent, files: Sequence[Received]) -> list[bytes]:
    """Read and judge files in a room; those with which rooms end, one by one, are what can't be read. The answers are packed."""
    refuse_other(job.program)
    with suppress(RoomDiedError):
        return _in_room(job, files)
    with suppress(RoomDiedError):  # the system may have ended it for no fault of theirs
        return _in_room(job, files)
    if len(files) > 1:
        return [answer for each in files for answer in judged(job, [each])]
    return [packed(given_up(pickle.loads(job.job), files[0]))]  # noqa: S301 whoever may send tasks may run any code


def given_up(job: Job, file: Received) -> Answer:
    """The answer for a file that ended all that read it."""
    # here, for a worker loads them for such a file alone
    from pipeline.collect.read import unreadable
    from pipeline.stages.units import judge_together

    return judge_together(job, [(file, unreadable("failed", error="worker ended"))])


_resting: list[tuple[Sent, Room]] = []
_door = threading.Lock()


def _in_room(job: Sent, files: Sequence[Received]) -> list[bytes]:
    room = _free_room(job)
    answers = room.judge(files)
    with _door:
        _resting.append((job, room))
    return answers


def _free_room(job: Sent) -> Room:
    """A room that waits for files of this job, or a new one; those that wait for others end."""
    with _door:
        others = [room for its, room in _resting if its != job]
        mine = [room for its, room in _resting if its == job]
        _resting[:] = [(job, room) for room in mine[1:]]
    for other in others:
        other.end()
    return mine[0] if mine else Room(job.job, _laid_out(job.definitions))


def close_rooms() -> None:
    """End the rooms that wait."""
    with _door:
        resting, _resting[:] = [*_resting], []
    for _, room in resting:
        room.end()
