"""What an operator can do wrong, or meet: each with what to do next. A fault of the program is no such error."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import traceback
from pathlib import Path

from schemas.words import ui


class OperatorError(Exception):
    """Something that the operator must put right. ``key`` names its sentence in ``messages/*/screen.toml``."""

    exit_code = 3

    def __init__(self, key: str, **words: object) -> None:
        super().__init__(key)
        self.key, self.words = key, words

    def text(self, lang: str) -> str:
        """The sentence: what is wrong and what to do."""
        return ui(f"screen.errors.{self.key}", lang, **self.words)


class UsageError(OperatorError):
    """Words of the command line that don't fit together."""

    exit_code = 2


_OF_LEDGER = {
    "locked": "ledger_locked",
    "full": "disk_full",
    "not a database": "ledger_broken",
    "malformed": "ledger_unsound",
    "unsupported file format": "ledger_unsound",
    "could not decode": "ledger_unsound",
    "unable to open": "",
    "readonly": "",
    "disk i/o": "disk_failed",
}
"""What SQLite says, as far as an operator can do something about it. Blank: the file system knows why."""
LONGEST_LEDGER_PATH = 504
"""Bytes of the longest path that SQLite opens on Linux and macOS."""


def of_ledger(error: Exception, path: object) -> OperatorError | None:
    """The operator's error behind one of the ledger's file: in use, broken, on a full disk."""
    key = next((key for words, key in _OF_LEDGER.items() if words in str(error).lower()), None)
    if key is None:
        return None
    return OperatorError(key or _why_not_opened(Path(str(path))), path=path)


def _why_not_opened(path: Path) -> str:
    """Why SQLite can't open or write a file, which it doesn't say itself."""
    if len(os.fsencode(path)) > LONGEST_LEDGER_PATH:
        return "path_too_long"
    if path.is_dir():
        return "in_the_way"
    beside = path if path.exists() else path.parent
    if not (os.access(beside, os.W_OK) and os.access(path.parent, os.W_OK)):
        return "read_only" if _is_on_read_only_disk(path.parent) else "no_permission"
    return "ledger_broken"


def _is_on_read_only_disk(folder: Path) -> bool:
    return hasattr(os, "statvfs") and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def from_system(error: Exception, home: object = "") -> OperatorError | None:
    """The operator's error behind one of the system's: a full disk, a file in use, no permission, a file where a folder should be.

    ``home`` is named where the system names no file.
    """
    import sqlite3

    of_sqlite = error if isinstance(error, sqlite3.DatabaseError) else error.__cause__  # pandas has an error of its own around it
    if isinstance(of_sqlite, sqlite3.DatabaseError):
        return of_ledger(of_sqlite, home)
    error = next((each for each in error.args if isinstance(each, OSError)), error)  # XlsxWriter has an error of its own around it
    if not isinstance(error, OSError):
        return None
    key = _key_of(error)
    if key in ("disk_full", "disk_failed") and not error.filename and _temporary_is_fuller(home):
        return OperatorError("temp_full", path=tempfile.gettempdir())
    return OperatorError(key, path=error.filename2 or error.filename or home) if key else None


def _key_of(error: OSError) -> str:
    """The sentence for what the system says; blank where it is none of the operator's doing."""
    if error.errno == errno.ENOENT and "temporary directory" in str(error):  # as tempfile says it
        return "no_temp"
    if getattr(error, "winerror", None) == _TOO_LONG_ON_WINDOWS:
        return "path_too_long"
    if isinstance(error, PermissionError) and _is_open_elsewhere(error):
        return "open_elsewhere"
    return _OF_SYSTEM.get(error.errno or 0, "")


_OF_SYSTEM = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "disk_full"),
    **dict.fromkeys((errno.EACCES, errno.EPERM), "no_permission"),
    **dict.fromkeys((errno.EEXIST, errno.ENOTDIR, errno.EISDIR), "in_the_way"),
    **dict.fromkeys((errno.EIO, errno.EFBIG, errno.ENXIO, errno.ENODEV), "disk_failed"),
    errno.EROFS: "read_only",
    errno.ENAMETOOLONG: "path_too_long",
}
_TOO_LONG_ON_WINDOWS = 206
_SHARED_ON_WINDOWS = (32, 33)
_REFUSED_ON_WINDOWS = 5


def _is_open_elsewhere(error: PermissionError) -> bool:
    """Whether another program, Excel perhaps, has the file open, which Windows alone refuses: it says so, or refuses to replace a file that is there."""
    said = getattr(error, "winerror", None)
    return said in _SHARED_ON_WINDOWS or (said == _REFUSED_ON_WINDOWS and Path(error.filename2 or error.filename or "").is_file())


def _temporary_is_fuller(home: object) -> bool:
    """Whether the folder for temporary files has less room than the home: the system doesn't say which of both is full."""
    try:
        return shutil.disk_usage(tempfile.gettempdir()).free < shutil.disk_usage(str(home) or ".").free
    except OSError:
        return False


def is_want_of_room(error: BaseException) -> bool:
    """Whether a file couldn't be written for a full disk or for want of a folder for temporary files, which is no fault of what was read."""
    return isinstance(error, OSError) and _key_of(error) in ("disk_full", "no_temp")


def is_of_foreign_bytes(error: Exception) -> bool:
    """Whether a library failed on the bytes it was given, whatever it raises then: not our own mistake in calling it, nor a full disk.

    A wrong call raises in the function that calls; what a library meets in the bytes raises in the library.
    """
    if isinstance(error, MemoryError) or is_want_of_room(error):
        return False
    *_, (frame, _line) = traceback.walk_tb(error.__traceback__)
    return str(frame.f_globals.get("__name__")).partition(".")[0] not in ("pipeline", "schemas")
