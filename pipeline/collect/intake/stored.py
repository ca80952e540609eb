"""Keep the archive in a store.

Files are put under their hash where that name is free, many at once, then read again and compared.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from pipeline.collect.intake.archive import (
    IN_MEMORY,
    START,
    Archive,
    ArchivedFile,
    LocalArchive,
    is_whole,
    keep,
    read_from,
)
from pipeline.errors import OperatorError
from pipeline.machine.storage import BYTES_AT_ONCE, Address, Place, Store, in_portions, is_large

FETCHED = 32
"""How many files are fetched at one time."""


def archive_at(place: Place) -> Archive:
    """Return the archive at a place."""
    return LocalArchive(place) if isinstance(place, Path) else StoredArchive(place)


class StoredArchive:
    """An archive in a store.

    What the store says of its files isn't believed: bytes are hashed again.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._waiting: dict[str, bytes | Path] = {}
        self._held = 0
        self._beside = ExitStack()

    @cached_property
    def _store(self) -> Store:
        return Store(self._address)

    @cached_property
    def _folder(self) -> Path:
        """A temporary folder for files at hand, and for those too large for memory."""
        return Path(self._beside.enter_context(tempfile.TemporaryDirectory(prefix="tonghop-")))

    def begin(self) -> None:
        self._store.reach()

    def keep(self, source: BinaryIO) -> ArchivedFile:
        start = read_from(source, IN_MEMORY)
        if len(start) < IN_MEMORY:
            kept = ArchivedFile(
                self._address, hashlib.sha256(start).hexdigest(), len(start), start[:START]
            )
            self._waiting[kept.sha256] = start
            self._held += len(start)
        else:
            kept = keep(source, self._folder, start)
            self._waiting[kept.sha256] = self._folder / kept.sha256
        if self._held > BYTES_AT_ONCE:
            self.settle()
        return ArchivedFile(self._address / kept.sha256, kept.sha256, kept.size, kept.start)

    def settle(self) -> None:
        """Put the waiting files, compare, and replace damaged ones once; else ``OperatorError``."""
        waiting, self._waiting, self._held = self._waiting, {}, 0
        if not waiting:
            return
        self._store.put(waiting)
        damaged = self._damaged(waiting)
        # damaged by an earlier run, or while it was put
        if damaged:
            self._store.replace(damaged)
        if still := self._damaged(damaged):
            raise OperatorError("storage_altered", address=self._address, names=", ".join(still))

    def _damaged(self, kept: Mapping[str, bytes | Path]) -> dict[str, bytes | Path]:
        sizes = {
            sha256: len(content) if isinstance(content, bytes) else content.stat().st_size
            for sha256, content in kept.items()
        }
        return {sha256: kept[sha256] for sha256, is_whole in self._compared(sizes) if not is_whole}

    def at_hand(self, kept: ArchivedFile) -> Path:
        """Fetch a file into the temporary folder, unless it is there."""
        path = self._folder / kept.sha256
        if not path.exists():
            waiting = self._waiting.get(kept.sha256)
            content = waiting if isinstance(waiting, bytes) else self.content(kept.sha256)
            if content is None:
                raise OperatorError("storage_lost", names=kept.sha256, address=self._address)
            path.write_bytes(content)
        return path

    def let_go(self) -> None:
        self.settle()
        self._beside.close()
        self.__dict__.pop("_folder", None)

    def size(self, sha256: str) -> int:
        said = self._store.objects.get(sha256)
        return said.size if said else -1

    def are_whole(self, hashes: Iterable[str]) -> Iterator[bool]:
        asked = [*hashes]
        whole = dict(self._compared({sha256: self.size(sha256) for sha256 in asked}))
        return (whole[sha256] for sha256 in asked)

    def _compared(self, sizes: Mapping[str, int]) -> Iterator[tuple[str, bool]]:
        """Yield each hash, and True if the bytes under it are whole. ``sizes``: about how large."""
        for some in in_portions(sizes, lambda sha256: sizes[sha256], FETCHED):
            if is_large(sizes[some[0]]):
                yield some[0], self._is_whole(some[0])
            else:
                yield from zip(
                    some,
                    (content is not None for content in whole_contents(self._store, some)),
                    strict=True,
                )

    def _is_whole(self, sha256: str) -> bool:
        """True if a large file is whole; it is fetched to a temporary folder."""
        with tempfile.TemporaryDirectory(prefix="tonghop-") as folder:
            path = Path(folder) / sha256
            return self._store.fetch_into(sha256, path) and is_whole(path, sha256)

    def content(self, sha256: str) -> bytes | None:
        return whole_contents(self._store, [sha256])[0]

    def names(self) -> Iterator[str]:
        yield from self._store.objects


def whole_contents(store: Store, hashes: Sequence[str]) -> list[bytes | None]:
    """Return the bytes under these hashes; None for each that is missing or damaged.

    If one is missing, the store is asked whether it can be reached at all, which raises if not.
    """
    contents = store.fetched(hashes)
    if None in contents:
        store.reach()
    return [
        content if content is not None and hashlib.sha256(content).hexdigest() == sha256 else None
        for sha256, content in zip(hashes, contents, strict=True)
    ]
