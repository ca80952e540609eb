"""Talk to the opening process from the command's side.

It is started for the first mail or archive, and ended if it takes too long.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from pipeline.collect.confine import Watch
from pipeline.collect.formats import limits
from pipeline.collect.intake.opening.piece import Piece, UnopenableError
from pipeline.collect.intake.opening.process import work
from pipeline.machine.processes import context, start


@dataclass(frozen=True)
class _Process:
    process: BaseProcess
    tasks: Connection
    pieces: Connection
    watch: Watch

    def end(self) -> None:
        self.watch.__exit__()
        self.process.kill()
        self.process.join()
        self.tasks.close()
        self.pieces.close()


class Opener:
    """Opens mails and archives, one at a time, in one process."""

    def __init__(self) -> None:
        self._at_work: _Process | None = None

    def close(self) -> None:
        """End the process."""
        if self._at_work:
            self._at_work.end()
        self._at_work = None

    def pieces(self, path: Path, kind: str) -> Iterator[Piece]:
        """Yield what a file holds.

        Raises ``UnopenableError`` if it isn't of that kind, or no further piece can be had.
        """
        at_work = self._at_work = self._at_work or _started()
        whole, left = False, float(limits.ARCHIVE_WALL)
        try:
            at_work.tasks.send((str(path), kind))
            while True:
                asked = time.monotonic()
                piece = _next(at_work, min(left, limits.WORKER_WALL))
                left -= time.monotonic() - asked
                if piece is None:
                    break
                yield piece
            whole = True
        except UnopenableError as problem:
            whole = problem.reason != "unpacking_failed"
            raise
        except (EOFError, OSError) as error:
            raise UnopenableError("unpacking_failed") from error
        finally:
            if not whole:  # ended, hanging, or with pieces to send that nobody wants
                self.close()


def _next(at_work: _Process, seconds: float) -> Piece | None:
    """Return the next piece, None at the end; raise what the process sends as an error."""
    if not at_work.pieces.poll(max(0.0, seconds)):
        raise UnopenableError("unpacking_failed")
    told = at_work.pieces.recv()
    if isinstance(told, BaseException):
        raise told
    return told if isinstance(told, Piece) else None


def _started() -> _Process:
    """Start the process, with a pipe each way and a watch on its memory."""
    how = context()
    tasks_there, tasks_here = how.Pipe(duplex=False)
    pieces_here, pieces_there = how.Pipe(duplex=False)
    process = start(how, work, tasks_there, pieces_there)
    tasks_there.close()
    pieces_there.close()
    watch = Watch(lambda: [process.pid] if process.pid else [])
    watch.__enter__()
    return _Process(process, tasks_here, pieces_here, watch)
