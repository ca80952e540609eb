"""Keep every received file under its SHA-256 before anything opens it; never alter it."""

from __future__ import annotations

import hashlib
import lzma
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from pipeline.machine.files import PRIVATE_FILE, made_private, make_names_last
from pipeline.machine.storage import Place

_CHUNK = 1024**2
IN_MEMORY = 32 * _CHUNK
"""A file up to this many bytes is hashed before it is written: one that is archived already costs
no writing."""
_NOTHING = bytes(_CHUNK)
"""A piece of zeros, left as a hole in the archived file."""
START = 1024
"""How many first bytes show a file's kind."""
_DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)
"""What reading raises if a disk fails, or a member is damaged, locked or packed in an unknown
way."""


class SourceError(Exception):
    """The file to keep can't be read."""


class OccupiedError(SourceError):
    """A folder is at the place where the archive would keep the file."""


def reason_of(error: Exception, otherwise: str) -> str:
    """Say why a file couldn't be archived (a key of ``collect.toml``)."""
    return "occupied" if isinstance(error, OccupiedError) else otherwise


@dataclass(frozen=True)
class ArchivedFile:
    """The archived bytes of one file."""

    path: Place
    sha256: str
    size: int
    start: bytes = b""
    """The first bytes, enough to see the file's kind."""


class Archive(Protocol):
    """An archive: a folder, or a store (``stored.py``)."""

    def begin(self) -> None:
        """Make it ready for keeping files: make the folder, or reach the store."""

    def keep(self, source: BinaryIO) -> ArchivedFile:
        """Keep all bytes of an open file; they are durable after ``settle``.

        Raises ``SourceError`` if it can't be read or kept.
        """

    def settle(self) -> None:
        """Make durable what was kept since the last call."""

    def at_hand(self, kept: ArchivedFile) -> Path:
        """Return a file of this machine with these bytes; it exists until ``let_go``."""

    def let_go(self) -> None:
        """Give up the files that ``at_hand`` returned."""

    def size(self, sha256: str) -> int:
        """Return the size of what is kept under a hash; -1 if nothing is."""

    def are_whole(self, hashes: Iterable[str]) -> Iterator[bool]:
        """Tell for each hash whether its bytes are there and undamaged."""

    def content(self, sha256: str) -> bytes | None:
        """Return the bytes under a hash; None if missing or damaged."""

    def names(self) -> Iterator[str]:
        """Yield the names of all that is kept."""


def archived(folder: Place, sha256: str) -> Place:
    """Return the place of a received file's bytes."""
    return folder / sha256


class LocalArchive:
    """An archive in a folder: files are written under a temporary name, synced and renamed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._begin = folder, f"{folder}{os.sep}"
        self._is_settled = True

    def begin(self) -> None:
        sweep(made_private(self._folder))

    def keep(self, source: BinaryIO) -> ArchivedFile:
        self._is_settled = False
        return keep(source, self._folder)

    def settle(self) -> None:
        if not self._is_settled:
            make_names_last(self._folder)
            self._is_settled = True

    def at_hand(self, kept: ArchivedFile) -> Path:
        return Path(str(kept.path))

    def let_go(self) -> None:
        """Do nothing: nothing was fetched."""

    def size(self, sha256: str) -> int:
        try:
            return os.stat(self._begin + sha256).st_size  # noqa: PTH116 called thousands of times
        except OSError:
            return -1

    def are_whole(self, hashes: Iterable[str]) -> Iterator[bool]:
        return (is_whole(self._folder / sha256, sha256) for sha256 in hashes)

    def content(self, sha256: str) -> bytes | None:
        return whole_bytes(self._folder / sha256, sha256)

    def names(self) -> Iterator[str]:
        if self._folder.is_dir():
            yield from (
                path.name for path in self._folder.iterdir() if not path.name.startswith(".")
            )


def keep(source: BinaryIO, folder: Path, start: bytes | None = None) -> ArchivedFile:
    """Keep all bytes of an open file: written under a temporary name, synced, renamed.

    ``start``: its beginning, if that was read already. Raises ``SourceError`` if it can't be read
    or kept. ``make_names_last`` makes the names durable too; call it before a kept file is opened.
    """
    start = read_from(source, IN_MEMORY) if start is None else start
    if len(start) == IN_MEMORY:
        return _keep_large(start, source, folder)
    sha256 = hashlib.sha256(start).hexdigest()
    path = folder / sha256
    if not is_whole(path, sha256):
        beside = _beside(folder)
        with _private(beside) as file:
            file.write(start)
            _sync(file)
        _put(beside, path)
    return ArchivedFile(path, sha256, len(start), start[:START])


def is_whole(path: Path, sha256: str) -> bool:
    """True if the bytes under a hash are there and undamaged."""
    if not path.is_file():  # opening a named pipe would wait for ever
        return False
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def whole_bytes(path: Path, sha256: str) -> bytes | None:
    """Return the bytes under a hash; None if missing or damaged."""
    if not path.is_file():
        return None
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _keep_large(start: bytes, source: BinaryIO, folder: Path) -> ArchivedFile:
    """Keep a large file in pieces. Long runs of zeros are left as holes in the file."""
    digest, beside = hashlib.sha256(start), _beside(folder)
    with _private(beside) as file:
        file.write(start)
        while chunk := read_from(source, _CHUNK):
            digest.update(chunk)
            if chunk == _NOTHING:
                file.seek(_CHUNK, os.SEEK_CUR)
            else:
                file.write(chunk)
        file.truncate()
        _sync(file)
        size = file.tell()
    path = folder / digest.hexdigest()
    _put(beside, path)
    return ArchivedFile(path, digest.hexdigest(), size, start[:START])


def _put(beside: Path, path: Path) -> None:
    """Give a temporary file its name. A folder of that name stays: it is somebody else's."""
    if path.is_dir():
        beside.unlink()
        raise OccupiedError(path.name)
    beside.replace(path)


def sweep(folder: Path) -> None:
    """Remove the temporary files of killed runs."""
    for path in folder.glob(".*.tmp"):
        path.unlink(missing_ok=True)


def read_from(source: BinaryIO, size: int) -> bytes:
    """Return the next bytes of an open file; ``SourceError`` if it can't be read."""
    try:
        return source.read(size)
    except _DAMAGED as error:
        raise SourceError(type(error).__name__) from error


def _beside(folder: Path) -> Path:
    """Return a temporary name that no other process has, on this host or another."""
    return folder / f".{secrets.token_hex(8)}.tmp"


def _private(path: Path) -> BinaryIO:
    """Open a file for writing that no other account may read."""
    return os.fdopen(
        os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), PRIVATE_FILE
        ),
        "wb",
    )


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
