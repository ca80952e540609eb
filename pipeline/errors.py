"""Define the errors that an operator can cause or meet, each with what to do next.

A bug of the program is not among them: it shows its traceback.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import traceback
from pathlib import Path

from schemas.words import ui


class OperatorError(Exception):
    """An error that the operator can put right.

    ``key`` names its sentence in ``messages/*/screen.toml``; ``words`` fill the gaps of the
    sentence.
    """

    exit_code = 3

    def __init__(self, key: str, **words: object) -> None:
        super().__init__(key)
        self.key, self.words = key, words

    def text(self, lang: str) -> str:
        """Return the sentence that says what is wrong and what to do."""
        return ui(f"screen.errors.{self.key}", lang, **self.words)


class UsageError(OperatorError):
    """Raised when words of the command line don't fit together."""

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
"""Words in SQLite's messages, and the key of the operator's error that they mean. Blank: SQLite
doesn't say why, but the file system does."""
LONGEST_LEDGER_PATH = 504
"""In bytes: SQLite opens no longer path on Linux and macOS."""


def of_ledger(error: Exception, path: object) -> OperatorError | None:
    """Return the operator's error behind an error of the ledger's file; None if it is a bug.

    The file may be in use, broken or on a full disk, for example. ``path`` is the ledger's.
    """
    key = next((key for words, key in _OF_LEDGER.items() if words in str(error).lower()), None)
    if key is None:
        return None
    return OperatorError(key or _why_not_opened(Path(str(path))), path=path)


def _why_not_opened(path: Path) -> str:
    """Return the key that says why SQLite can't open or write a file. SQLite itself doesn't."""
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
    """Return the operator's error behind an error of the system; None if it is a bug.

    A full disk, a file in use, no permission, a file where a folder should be. ``home`` is named
    where the system names no file.
    """
    import sqlite3

    # pandas wraps SQLite's error in its own
    of_sqlite = error if isinstance(error, sqlite3.DatabaseError) else error.__cause__
    if isinstance(of_sqlite, sqlite3.DatabaseError):
        return of_ledger(of_sqlite, home)
    # XlsxWriter wraps the system's error in its own
    error = next((each for each in error.args if isinstance(each, OSError)), error)
    if not isinstance(error, OSError):
        return None
    key = _key_of(error)
    if key in ("disk_full", "disk_failed") and not error.filename and _temporary_is_fuller(home):
        return OperatorError("temp_full", path=tempfile.gettempdir())
    return OperatorError(key, path=error.filename2 or error.filename or home) if key else None


def _key_of(error: OSError) -> str:
    """Return the key of the sentence for an error of the system; blank for a bug."""
    if error.errno == errno.ENOENT and "temporary directory" in str(error):  # tempfile's own words
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
    """Whether another program, Excel perhaps, has the file open. Only Windows refuses that.

    Windows says so, or it says "access denied" when a file that exists is replaced.
    """
    said = getattr(error, "winerror", None)
    return said in _SHARED_ON_WINDOWS or (
        said == _REFUSED_ON_WINDOWS and Path(error.filename2 or error.filename or "").is_file()
    )


def _temporary_is_fuller(home: object) -> bool:
    """Whether the folder for temporary files has less room than the home.

    The system doesn't say which of the two is full.
    """
    try:
        return (
            shutil.disk_usage(tempfile.gettempdir()).free < shutil.disk_usage(str(home) or ".").free
        )
    except OSError:
        return False


def is_want_of_room(error: BaseException) -> bool:
    """Whether a file couldn't be written because the disk is full or there is no temporary folder.

    Then the file that was being read is not at fault.
    """
    return isinstance(error, OSError) and _key_of(error) in ("disk_full", "no_temp")


def is_of_foreign_bytes(error: Exception) -> bool:
    """Whether a library failed because of the bytes it was given, whatever it raised.

    False for a mistake in our call of it: a wrong call raises in our function, bad bytes raise
    inside the library. False for a full disk or memory, too.
    """
    if isinstance(error, MemoryError) or is_want_of_room(error):
        return False
    # the last frame of the traceback is the one that raised
    *_, (frame, _line) = traceback.walk_tb(error.__traceback__)
    return str(frame.f_globals.get("__name__")).partition(".")[0] not in ("pipeline", "schemas")
