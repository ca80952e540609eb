"""The folder of one round: what lies where."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OperatorError

TEMPLATES, OUTPUT = Path("templates", "xlsx"), Path("data", "output")
"""Folders in a home, for what looks at them without making them."""


@dataclass(frozen=True)
class Home:
    """Paths below the folder given with ``--home``; folders for results are made when first asked for."""

    root: Path

    @property
    def templates(self) -> Path:
        """Standard templates."""
        return _made(self.root / TEMPLATES)

    @property
    def incoming(self) -> Path:
        """Where returned workbooks are dropped."""
        return _made(self.root / "data" / "incoming")

    @property
    def output(self) -> Path:
        """Where everything that people open is written."""
        return _made(self.root / OUTPUT)

    @property
    def issued(self) -> Path:
        """Issued workbooks and their letters."""
        return _made(self.output / "phat-hanh")

    @property
    def replies(self) -> Path:
        """Marked copies and letters that go back to agencies."""
        return _made(self.output / "phan-hoi")

    @property
    def reminders(self) -> Path:
        """Letters to agencies from which nothing has come."""
        return _made(self.output / "don-doc")

    @property
    def archive(self) -> Path:
        """Every file received, by its hash, never altered. Made by what keeps files in it."""
        return self.root / "data" / "archive"

    @property
    def definitions(self) -> Path:
        """The definition of every form issued, by its digest. Made by what keeps them."""
        return self.root / "data" / "definitions"

    @property
    def ledger(self) -> Path:
        """The ledger's file. Made by what writes into it."""
        return self.root / "data" / "ledger.sqlite"

    @property
    def round_file(self) -> Path:
        """The record of the round that this folder belongs to."""
        return self.root / "data" / "round.json"

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written where the ledger lies, or would lie."""
        folder = next((path for path in (self.ledger.parent, self.root) if path.exists()), None)
        return folder is not None and (_refuses(folder) or (self.ledger.exists() and _refuses(self.ledger)))

    @property
    def is_used(self) -> bool:
        """Whether some command has worked in this folder, or it is empty and may be worked in."""
        if not self.root.is_dir():
            return False
        return (self.root / "data").is_dir() or (self.root / "templates").is_dir() or not any(self.root.iterdir())


def _refuses(path: Path) -> bool:
    """Whether a file or folder can't be written to."""
    if sys.platform != "win32" or not path.is_dir():
        return not os.access(path, os.W_OK)
    try:  # Windows tells the rights of a file alone
        tempfile.TemporaryFile(dir=path).close()
    except OSError:
        return True
    return False


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileNotFoundError as error:  # the system makes no folders there
        raise OperatorError("no_permission", path=folder) from error
    return folder


def write_beside(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all: beside its name first, then renamed. An unchanged file is left alone."""
    if path.is_file() and path.read_bytes() == content:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_bytes(content)
    beside.replace(path)
    return path
