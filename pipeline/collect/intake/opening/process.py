"""Run the process that opens mails and archives. A hostile one costs only itself."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from pipeline.collect.confine import limit_memory, limit_time
from pipeline.collect.formats.signs import MAIL, MAILBOX, OUTLOOK, PACKED
from pipeline.collect.intake.opening.piece import Piece, UnopenableError
from pipeline.errors import is_want_of_room


def work(tasks: Connection, pieces: Connection) -> None:
    """Open file after file and send its pieces; at its end None, or why it can't be opened."""
    limit_memory()
    gc.freeze()
    while True:
        path, kind = tasks.recv()
        limit_time()
        try:
            for piece in _pieces(Path(path), kind):
                pieces.send(piece)
            told: BaseException | None = None
        except UnopenableError as problem:
            told = problem
        except MemoryError:
            told = UnopenableError("unpacking_failed")
        except Exception as error:  # noqa: BLE001 libraries fail in many ways on hostile bytes
            told = error if is_want_of_room(error) else UnopenableError("unpacking_failed")
        pieces.send(told)


def _pieces(path: Path, kind: str) -> Iterator[Piece]:
    """Yield what a file holds; its reader is imported when the first of its kind comes."""
    if kind == OUTLOOK:
        from pipeline.collect.intake.opening import outlook

        return outlook.of_file(path)
    if kind == PACKED:
        from pipeline.collect.intake.opening import packed

        return packed.of_file(path)
    from pipeline.collect.intake.opening import mails

    return {MAIL: mails.of_file, MAILBOX: mails.of_mailbox}[kind](path)
