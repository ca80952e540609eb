"""Ask the system about files (kind, size, time of change), and tell why some are left out."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO, NamedTuple

from pipeline.collect.intake.archive import SourceError
from pipeline.home import ADDRESS_BOOK, HEADCOUNTS
from pipeline.model import REGISTER

_HALF_WRITTEN = (".tmp", ".part", ".partial", ".crdownload", ".download")
"""Endings of files that a program is still writing."""
_SYSTEM = ("thumbs.db", "desktop.ini", ".ds_store")
_FAR = 2**62
"""Nanoseconds from 1970 to 2116. Times beyond are cut: file systems may say anything."""


def reason_of_name(name: str) -> str:
    """Say why a file of this name is left out; blank if it isn't."""
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
    """An entry of a folder: why it is no file (blank if it is one), size, time of last change.

    In a store, the mark stands for the time.
    """

    reason: str
    size: int
    changed: int


_NO_ACCESS = Status("no_access", -1, 0)


def status(path: str) -> Status:
    """Return an entry's status, without following a link."""
    try:
        said = os.lstat(path)
    except OSError:
        return _NO_ACCESS
    if stat.S_ISREG(said.st_mode):
        return Status("", said.st_size, changed(said))
    return Status("link" if stat.S_ISLNK(said.st_mode) else "not_file", said.st_size, changed(said))


def size(path: str) -> int:
    """Return a file's size; -1 if there is none."""
    try:
        return os.stat(path).st_size  # noqa: PTH116 called thousands of times
    except OSError:
        return -1


def opened(path: str) -> BinaryIO:
    """Open an existing file, following no link and waiting for no pipe; else ``SourceError``."""
    flags = (
        os.O_RDONLY
        | getattr(os, "O_NOFOLLOW", 0)
        | getattr(os, "O_NONBLOCK", 0)
        | getattr(os, "O_BINARY", 0)
    )
    try:
        return os.fdopen(os.open(path, flags), "rb")
    except OSError as error:
        raise SourceError(type(error).__name__) from error


def changed(status: os.stat_result) -> int:
    """Return when a file was changed, in nanoseconds."""
    return max(-_FAR, min(status.st_mtime_ns, _FAR))
