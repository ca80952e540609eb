"""What the system says of a file where it lies: what it is, how large, when it was changed; and why some are left."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO, NamedTuple

from pipeline.collect.intake.archive import SourceError
from pipeline.model import ADDRESS_BOOK, HEADCOUNTS, REGISTER

_HALF_WRITTEN = (".tmp", ".part", ".partial", ".crdownload", ".download")
_SYSTEM = ("thumbs.db", "desktop.ini", ".ds_store")
_FAR = 2**62
"""Nanoseconds from 1970 to 2116: no file is from beyond, whatever its system says."""


def reason_of_name(name: str) -> str:
    """Why a file of this name is none of ours; blank where it may be."""
    plain = name.casefold()
    if plain == REGISTER:
        return "register"
    if plain == ADDRESS_BOOK:
        return "address_book"
    if plain == HEADCOUNTS:
        return "headcounts"
    if plain.startswith(("~$", ".~lock.")):
        return "lock"
    if plain.endswith(_HALF_WRITTEN):
        return "half_written"
    return "system" if plain in _SYSTEM or plain.startswith(".") else ""


class Status(NamedTuple):
    """What is said of an entry of a folder: why it is no file (blank where it is one), its size, the time or the mark of its last change."""

    reason: str
    size: int
    changed: int


_NO_ACCESS = Status("no_access", -1, 0)


def status(path: str) -> Status:
    """What the system says of an entry of a folder, a link not followed."""
    try:
        said = os.lstat(path)
    except OSError:
        return _NO_ACCESS
    if stat.S_ISREG(said.st_mode):
        return Status("", said.st_size, changed(said))
    return Status("link" if stat.S_ISLNK(said.st_mode) else "not_file", said.st_size, changed(said))


def size(path: str) -> int:
    """The size of a file; less than nothing where there is none."""
    try:
        return os.stat(path).st_size  # noqa: PTH116 by the thousand
    except OSError:
        return -1


def opened(path: str) -> BinaryIO:
    """An existing regular file opened without following a link or waiting for a pipe; raises ``SourceError`` where it can't be."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        return os.fdopen(os.open(path, flags), "rb")
    except OSError as error:
        raise SourceError(type(error).__name__) from error


def changed(status: os.stat_result) -> int:
    """When a file was changed, in nanoseconds."""
    return max(-_FAR, min(status.st_mtime_ns, _FAR))
