"""Say which file lies where in the folder of one round, and write files there safely."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.machine.files import TEMPORARY, made, made_like_above, write_beside
from pipeline.machine.storage import Place, place_of

SOURCES_FILE = "nguon.json"
"""The file among the outputs that lists what they were made from."""
BOARD_FILE = "tien-do.html"
"""The page among the outputs that shows how far the round has come."""
ADDRESS_BOOK, HEADCOUNTS = "dia-chi.csv", "headcounts.csv"
"""The operator's files of addresses and of staff numbers per agency."""
TEMPLATES, OUTPUT = Path("templates", "xlsx"), Path("data", "output")
"""Folders below a home, for code that looks at them without making them."""
RECEIPT = "receipt"
"""The kind of letters that ``feedback --receipts`` writes."""
LETTERS = {
    "distribute": "phat-hanh",
    "feedback": "phan-hoi",
    "remind": "don-doc",
    RECEIPT: "xac-nhan",
}
"""Folders of letters among the outputs, by the command that writes them (or ``RECEIPT``)."""


@dataclass(frozen=True)
class Home:
    """Paths below the folder given with ``--home``.

    Folders for templates, returns and outputs are made when first asked for. Others are made by the
    code that writes into them.
    """

    root: Path
    shared: bool | None = None
    """Whether other accounts may read outputs; None leaves it as it is."""
    archive_asked: Place | None = None
    """Where the archive is by the operator's option; None leaves it where it is."""

    @property
    def data(self) -> Path:
        """The folder of all that a round collects and makes."""
        return self.root / "data"

    @property
    def templates(self) -> Path:
        """The folder of standard templates."""
        return made(self.root / TEMPLATES)

    @property
    def incoming(self) -> Path:
        """The folder into which returned workbooks are dropped."""
        return made(self.data / "incoming")

    @property
    def output(self) -> Path:
        """The folder of everything that people open."""
        return made_like_above(self.root / OUTPUT)

    @property
    def issued(self) -> Path:
        """The folder of issued workbooks and their letters."""
        return made_like_above(self.letters("distribute"))

    @property
    def replies(self) -> Path:
        """The folder of marked copies and letters that go back to agencies."""
        return made_like_above(self.letters("feedback"))

    @property
    def reminders(self) -> Path:
        """The folder of reminders."""
        return made_like_above(self.letters("remind"))

    @property
    def receipts(self) -> Path:
        """The folder of receipts."""
        return made_like_above(self.letters(RECEIPT))

    def letters(self, command: str) -> Path:
        """Return the folder of a command's letters, without making it."""
        return self.root / OUTPUT / LETTERS[command]

    @cached_property
    def archive(self) -> Place:
        """Where all files received are kept, by their SHA-256, never changed."""
        return self.archive_asked or self.archive_noted

    @property
    def own_archive(self) -> Path:
        """Where the archive is unless the operator says otherwise."""
        return self.data / "archive"

    @property
    def archive_noted(self) -> Place:
        """Where the archive is by the folder's own record; ``data/archive`` without one."""
        try:
            # Notepad writes a byte order mark
            said = json.loads(self.archive_file.read_text(encoding="utf-8-sig"))
            return place_of(str(said["archive"]))
        except FileNotFoundError:
            return self.own_archive
        except (ValueError, RecursionError, KeyError, TypeError) as error:
            raise OperatorError("archive_file_broken", path=self.archive_file) from error

    def note_archive(self) -> None:
        """Record in the folder where the archive is."""
        if self.archive == self.own_archive:
            self.archive_file.unlink(missing_ok=True)
        else:
            record = {"archive": str(self.archive)}
            write_beside(
                self.archive_file,
                (json.dumps(record, ensure_ascii=False) + "\n").encode(),
                lasting=True,
            )

    @property
    def archive_file(self) -> Path:
        """The record of where the archive is; missing if that is in this folder."""
        return self.data / "archive.json"

    @property
    def definitions(self) -> Path:
        """The folder with the definition of every form issued, by its digest."""
        return self.data / "definitions"

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.data / "ledger.sqlite"

    @property
    def journal(self) -> Path:
        """The journal's file: facts that the archived files don't tell, one per line."""
        return self.ledger.with_suffix(".jsonl")

    @property
    def round_file(self) -> Path:
        """The record of which round this folder belongs to."""
        return self.data / "round.json"

    @property
    def outputs_record(self) -> Path:
        """The record of what was written for people, with the hashes of the bytes written."""
        return self.data / "outputs.jsonl"

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written where the ledger is, or would be."""
        folder = next((path for path in (self.ledger.parent, self.root) if path.exists()), None)
        return folder is not None and (
            _refuses(folder) or (self.ledger.exists() and _refuses(self.ledger))
        )

    @property
    def is_used(self) -> bool:
        """Whether a command has worked in this folder before, or it is empty."""
        if not self.root.is_dir():
            return False
        within = (
            self.own_archive,
            self.data / "incoming",
            self.root / OUTPUT,
            self.root / TEMPLATES,
        )
        traces = (self.round_file, self.ledger, self.journal, *within)
        return any(path.exists() for path in traces) or not any(self.root.iterdir())


def _refuses(path: Path) -> bool:
    """Whether a file or folder can't be written to."""
    if sys.platform != "win32" or not path.is_dir():
        return not os.access(path, os.W_OK)
    import tempfile

    try:  # os.access says nothing of a folder on Windows: only trying tells
        tempfile.TemporaryFile(dir=path).close()
    except OSError:
        return True
    return False


def sweep(home: Home) -> None:
    """Delete half-written files of killed runs. Only for the folder's sole writer."""
    for folder in (home.data, home.definitions, home.root / TEMPLATES):
        _sweep(folder.glob(TEMPORARY))
    for folder in (home.root / OUTPUT, home.data / "incoming"):
        _sweep(folder.rglob(TEMPORARY))


def _sweep(left: Iterable[Path]) -> None:
    for path in left:
        path.unlink(missing_ok=True)
