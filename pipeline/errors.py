"""What an operator can do wrong, or meet: each with what to do next. A fault of the program is no such error."""

from __future__ import annotations

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
    "malformed": "ledger_broken",
    "unable to open": "no_permission",
    "readonly": "no_permission",
    "disk i/o": "disk_failed",
}
"""What SQLite says, as far as an operator can do something about it."""


def of_ledger(error: Exception, path: object) -> OperatorError | None:
    """The operator's error behind one of the ledger's file: in use, broken, on a full disk."""
    key = next((key for words, key in _OF_LEDGER.items() if words in str(error).lower()), None)
    return OperatorError(key, path=path) if key else None


def from_system(error: Exception, home: object = "") -> OperatorError | None:
    """The operator's error behind one of the system's: a full disk, a file in use, no permission, a file where a folder should be.

    ``home`` is named where the system names no file.
    """
    import errno
    import sqlite3

    if isinstance(error, sqlite3.DatabaseError) or isinstance(
        error.__cause__, sqlite3.DatabaseError
    ):  # pandas has an error of its own around it
        return of_ledger(error, home)
    if not isinstance(error, OSError):
        return None
    keys = {
        **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "disk_full"),
        **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "no_permission"),
        **dict.fromkeys((errno.EEXIST, errno.ENOTDIR, errno.EISDIR), "in_the_way"),
        **dict.fromkeys((errno.EIO, errno.EFBIG, errno.ENXIO, errno.ENODEV), "disk_failed"),
    }
    key = keys.get(error.errno or 0)
    return OperatorError(key, path=error.filename or home) if key else None
