"""Write files whole or not at all, and make folders with the rights of those above them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import OperatorError

TEMPORARY = ".tonghop-*.tmp"
"""The names of files that are being written; ``sweep`` deletes what killed runs left."""
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
"""Rights that let only the owner's account in."""

Content = bytes | Path
"""What a file is to hold: bytes, or a finished file beside it that only needs its name."""
Write = Callable[[Path, Content], Path]
"""Writes a file whole or not at all; returns its path."""


def made(folder: Path) -> Path:
    """Make a folder, and missing ones above it, with the account's usual rights."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileNotFoundError as error:  # no folder can be made there: /proc, a missing drive
        raise OperatorError("no_permission", path=folder) from error
    return folder


def made_like_above(folder: Path) -> Path:
    """Make a folder and missing ones above it, each with the rights of the folder it is in."""
    if not folder.is_dir():
        above = made_like_above(folder.parent)
        set_rights(made(folder), above.stat().st_mode & 0o755)
    return folder


def made_private(folder: Path) -> Path:
    """Make a folder that only the owner's account may enter."""
    if not folder.is_dir():
        set_rights(made(folder), PRIVATE_FOLDER)
    return folder


def set_rights(path: Path, mode: int) -> None:
    """Set the rights of a file or folder, whatever the umask. On Windows, do nothing.

    Windows gives it the rights of its folder. If the disk knows no rights, or the file is another
    account's, it keeps what it has: ``doctor`` tells of that.
    """
    if os.name == "posix":
        with suppress(OSError):
            path.chmod(mode)


def make_names_last(folder: Path) -> None:
    """Make the names in a folder survive a power cut; Windows can't sync a folder."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_beside(path: Path, content: Content, *, lasting: bool = False) -> Path:
    """Write a file whole or not at all, its folders too; leave it alone if it is the same.

    ``lasting``: its bytes survive a power cut.
    """
    if path.is_file() and sha256_of(path) == sha256_of(content):
        return path
    made_like_above(path.parent)
    put_in_place(path, content, lasting=lasting)
    return path


def sha256_of(content: Content) -> str:
    """Return the SHA-256 of bytes, or of a file, which is read block by block."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_in_place(path: Path, content: Content, *, lasting: bool = False) -> None:
    """Give a file this content: write it beside under a new name, then rename it.

    It gets the rights of its folder. ``lasting`` syncs it to the disk. Outputs aren't synced: they
    can be made again, and syncing takes longer than writing.
    """
    if isinstance(content, Path):
        _rename(content, path)
        return
    with file_beside(path) as beside:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        _rename(beside, path)


@contextmanager
def file_beside(path: Path) -> Iterator[Path]:
    """Make an empty file beside ``path``, for content that is written bit by bit.

    At the end it is deleted, unless ``put_in_place`` has renamed it. Errors about it name ``path``,
    which people know.
    """
    import tempfile

    before, after = TEMPORARY.split("*")
    beside = None
    try:
        handle, name = tempfile.mkstemp(suffix=after, prefix=before, dir=path.parent)
        os.close(handle)
        beside = Path(name)
        yield beside
    except OSError as error:
        # a full disk is told without a name
        if beside is None or error.filename in (None, str(beside)):
            error.filename = str(path)
        raise
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


def _rename(beside: Path, path: Path) -> None:
    set_rights(beside, path.parent.stat().st_mode & 0o666)
    beside.replace(path)
