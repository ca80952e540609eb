"""Fetch archived files of a store, many at once, before they are read.

Files of a folder are read where they are.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from pipeline.collect.intake.archive import is_whole
from pipeline.collect.intake.stored import FETCHED, whole_contents
from pipeline.machine.storage import Address, Store, in_portions, is_large
from pipeline.model import Reading, Received

Read = Callable[[Iterable[Received]], Iterator[tuple[Received, Reading]]]
"""Reads files of this machine, in order."""


def readings(files: Iterable[Received], read: Read) -> Iterator[tuple[Received, Reading | None]]:
    """Yield files with their readings; None as the reading if the archive lacks a file's bytes.

    ``read`` reads files of this machine.
    """
    with ExitStack() as beside:
        bringing = _Bringing(beside)
        for file, reading in read(bringing.brought(files)):
            yield from bringing.told_of_lost()
            yield file, reading
            bringing.let_go(file)
        yield from bringing.told_of_lost()


class _Bringing:
    """Fetches a store's files to a temporary folder, and keeps those that it couldn't."""

    def __init__(self, beside: ExitStack) -> None:
        self._beside = beside
        self._lost: list[Received] = []

    @cached_property
    def _folder(self) -> Path:
        return Path(self._beside.enter_context(tempfile.TemporaryDirectory(prefix="tonghop-")))

    def brought(self, files: Iterable[Received]) -> Iterator[Received]:
        """Yield the files with paths on this machine; those that a store lacks are kept as lost."""
        for archive, group in itertools.groupby(
            files, key=lambda file: file.path.parent if isinstance(file.path, Address) else None
        ):
            if archive is None:
                yield from group
                continue
            store = Store(archive)
            for some in in_portions(group, lambda file: file.size, FETCHED):
                for file, path in self._fetched(store, some):
                    if path is None:
                        self._lost.append(file)
                    else:
                        yield replace(file, path=path)

    def _fetched(
        self, store: Store, files: list[Received]
    ) -> Iterator[tuple[Received, Path | None]]:
        """Yield each file and the path of its fetched bytes; None if missing or damaged."""
        if is_large(files[0].size):
            yield files[0], self._fetched_beside(store, files[0])
            return
        contents = whole_contents(store, [file.sha256 for file in files])
        for file, content in zip(files, contents, strict=True):
            path = self._folder / file.sha256
            if content is not None:
                path.write_bytes(content)
            yield file, None if content is None else path

    def _fetched_beside(self, store: Store, file: Received) -> Path | None:
        path = self._folder / file.sha256
        return path if store.fetch_into(file.sha256, path) and is_whole(path, file.sha256) else None

    def let_go(self, file: Received) -> None:
        """Remove the fetched copy of a file that has been read."""
        if (
            "_folder" in vars(self)
            and isinstance(file.path, Path)
            and file.path.parent == self._folder
        ):
            file.path.unlink(missing_ok=True)

    def told_of_lost(self) -> Iterator[tuple[Received, None]]:
        """Yield the files lost since the last call, without a reading."""
        lost, self._lost = self._lost, []
        return ((file, None) for file in lost)
