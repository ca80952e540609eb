"""The archive: every file received, kept under its SHA-256 before anything opens it, and never altered."""

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

from pipeline.home import PRIVATE_FILE, made_private, make_names_last
from pipeline.machine.storage import Place

_CHUNK = 1024**2
IN_MEMORY = 32 * _CHUNK
"""A file up to this size is hashed before it is written, so that one already kept costs no writing."""
_NOTHING = bytes(_CHUNK)
START = 1024
"""First bytes of a file that are enough to see what kind it is."""
_DAMAGED = (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
"""What reading raises where a disk fails or a member of an archive is damaged, locked or packed in a way nobody knows."""


class SourceError(Exception):
    """The file to keep can't be read."""


class OccupiedError(SourceError):
    """A folder stands where the archive keeps the file."""


def reason_of(error: Exception, otherwise: str) -> str:
    """Why a file was left that couldn't be kept (a key of ``collect.toml``)."""
    return "occupied" if isinstance(error, OccupiedError) else otherwise


@dataclass(frozen=True)
class Kept:
    """The bytes of one file, where they are kept."""

    path: Place
    sha256: str
    size: int
    start: bytes = b""
    """The first bytes, enough to see what kind of file it is."""


class Archive(Protocol):
    """Where files are kept: a folder, or a store (``stored.py``)."""

    def begin(self) -> None:
        """Make it ready for files to be kept in it."""

    def keep(self, source: BinaryIO) -> Kept:
        """Keep all bytes of an open file. Raises ``SourceError`` where it can't be read or kept. What is kept lasts once it is settled."""

    def settle(self) -> None:
        """Make what was kept since this was last asked last."""

    def at_hand(self, kept: Kept) -> Path:
        """The bytes of a file as a file of this machine, until they are let go."""

    def let_go(self) -> None:
        """What was at hand is needed no more."""

    def size(self, sha256: str) -> int:
        """The size of what is kept under a hash; less than nothing where nothing is."""

    def are_whole(self, hashes: Iterable[str]) -> Iterator[bool]:
        """Of each hash, whether the bytes kept under it are there and still those."""

    def content(self, sha256: str) -> bytes | None:
        """The bytes kept under a hash, or None where they are missing or no longer those."""

    def names(self) -> Iterator[str]:
        """The names of all that is kept."""


def archived(folder: Place, sha256: str) -> Place:
    """Where the bytes of a received file are kept."""
    return folder / sha256


class LocalArchive:
    """An archive in a folder: files are written beside, synced and renamed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._begin = folder, f"{folder}{os.sep}"
        self._is_settled = True

    def begin(self) -> None:
        sweep(made_private(self._folder))

    def keep(self, source: BinaryIO) -> Kept:
        self._is_settled = False
        return keep(source, self._folder)

    def settle(self) -> None:
        if not self._is_settled:
            make_names_last(self._folder)
            self._is_settled = True

    def at_hand(self, kept: Kept) -> Path:
        return Path(str(kept.path))

    def let_go(self) -> None:
        """Nothing was fetched."""

    def size(self, sha256: str) -> int:
        try:
            return os.stat(self._begin + sha256).st_size  # noqa: PTH116 by the thousand
        except OSError:
            return -1

    def are_whole(self, hashes: Iterable[str]) -> Iterator[bool]:
        return (is_whole(self._folder / sha256, sha256) for sha256 in hashes)

    def content(self, sha256: str) -> bytes | None:
        return whole_bytes(self._folder / sha256, sha256)

    def names(self) -> Iterator[str]:
        if self._folder.is_dir():
            yield from (path.name for path in self._folder.iterdir() if not path.name.startswith("."))


def keep(source: BinaryIO, folder: Path, start: bytes | None = None) -> Kept:
    """Keep all bytes of an open file, of which the ``start`` may have been read: written beside, synced, renamed.

    Raises ``SourceError`` where it can't be read or kept.

    ``make_names_last`` makes the names as lasting as the bytes; call it before a kept file is opened.
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
    return Kept(path, sha256, len(start), start[:START])


def is_whole(path: Path, sha256: str) -> bool:
    """Whether the bytes kept under a hash are there and still those."""
    if not path.is_file():  # a named pipe in its place would be waited for without end
        return False
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def whole_bytes(path: Path, sha256: str) -> bytes | None:
    """The bytes kept under a hash, or None where they are missing or no longer those."""
    if not path.is_file():
        return None
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _keep_large(start: bytes, source: BinaryIO, folder: Path) -> Kept:
    """Keep a large file in pieces; long runs of nothing stay holes."""
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
    return Kept(path, digest.hexdigest(), size, start[:START])


def _put(beside: Path, path: Path) -> None:
    """Give what was written beside its name. What stands in its place is another's folder: it is neither emptied nor moved."""
    if path.is_dir():
        beside.unlink()
        raise OccupiedError(path.name)
    beside.replace(path)


def sweep(folder: Path) -> None:
    """Take away what broken-off runs left half written."""
    for path in folder.glob(".*.tmp"):
        path.unlink(missing_ok=True)


def read_from(source: BinaryIO, size: int) -> bytes:
    """The next bytes of an open file; raises ``SourceError`` where it can't be read."""
    try:
        return source.read(size)
    except _DAMAGED as error:
        raise SourceError(type(error).__name__) from error


def _beside(folder: Path) -> Path:
    """A name that no other process has, on this host or another."""
    return folder / f".{secrets.token_hex(8)}.tmp"


def _private(path: Path) -> BinaryIO:
    """A file to be written into, which no other account may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), PRIVATE_FILE), "wb")


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
