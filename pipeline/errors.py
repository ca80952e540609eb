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


def from_system(error: Exception) -> OperatorError | None:
    """The operator's error behind one of the system's: a full disk, a file in use, no permission."""
    import errno

    if not isinstance(error, OSError):
        return None
    keys = {errno.ENOSPC: "disk_full", errno.EACCES: "no_permission", errno.EPERM: "no_permission", errno.EROFS: "no_permission"}
    key = keys.get(error.errno or 0)
    return OperatorError(key, path=error.filename or "") if key else None
