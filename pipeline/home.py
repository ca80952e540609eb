"""The folder of one round: what lies where."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.errors import OperatorError
from pipeline.machine.storage import Place, place_of

TEMPORARY = ".tonghop-*.tmp"
"""The names of files that are being written; what killed runs left of them is swept."""
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
"""Rights of what is the account's alone."""

SOURCES_FILE = "nguon.json"
"""The file among the outputs that lists what they were made from."""
BOARD_FILE = "tien-do.html"
"""The page among the outputs that shows where the round stands."""
TEMPLATES, OUTPUT = Path("templates", "xlsx"), Path("data", "output")
"""Folders in a home, for what looks at them without making them."""
RECEIPT = "receipt"
"""Letters that ``feedback --receipts`` writes."""
LETTERS = {"distribute": "phat-hanh", "feedback": "phan-hoi", "remind": "don-doc", RECEIPT: "xac-nhan"}
"""Folders of letters among the outputs, by the command that writes them, or what else they are called on record."""

Write = Callable[[Path, bytes], Path]
"""Gives a file this content, whole or not at all; the file."""


@dataclass(frozen=True)
class Home:
    """Paths below the folder given with ``--home``; folders for results are made when first asked for."""

    root: Path
    shared: bool | None = None
    """Whether other accounts may read outputs, where the operator says so now; else it stays as it is."""
    archive_asked: Place | None = None
    """Where the archive is, where the operator says so now; else it is where it was."""

    @property
    def data(self) -> Path:
        """All that a round collects and makes. Made by what writes into it."""
        return self.root / "data"

    @property
    def templates(self) -> Path:
        """Standard templates."""
        return _made(self.root / TEMPLATES)

    @property
    def incoming(self) -> Path:
        """Where returned workbooks are dropped."""
        return _made(self.data / "incoming")

    @property
    def output(self) -> Path:
        """Where everything that people open is written."""
        return made_like_above(self.root / OUTPUT)

    @property
    def issued(self) -> Path:
        """Issued workbooks and their letters."""
        return made_like_above(self.letters("distribute"))

    @property
    def replies(self) -> Path:
        """Marked copies and letters that go back to agencies."""
        return made_like_above(self.letters("feedback"))

    @property
    def reminders(self) -> Path:
        """Letters to agencies from which nothing has come."""
        return made_like_above(self.letters("remind"))

    @property
    def receipts(self) -> Path:
        """Letters to agencies whose returns count."""
        return made_like_above(self.letters(RECEIPT))

    def letters(self, command: str) -> Path:
        """Where the letters of a command lie. Made by what writes them."""
        return self.root / OUTPUT / LETTERS[command]

    @cached_property
    def archive(self) -> Place:
        """Every file received, by its hash, never altered. Made by what keeps files in it."""
        return self.archive_asked or self.archive_noted

    @property
    def archive_noted(self) -> Place:
        """Where the archive is as far as the folder knows: in it, unless its record says that it is elsewhere."""
        try:
            said = json.loads(self.archive_file.read_text(encoding="utf-8-sig"))  # Notepad puts a mark before the text
            return place_of(str(said["archive"]))
        except FileNotFoundError:
            return self.data / "archive"
        except (ValueError, RecursionError, KeyError, TypeError) as error:
            raise OperatorError("archive_file_broken", path=self.archive_file) from error

    def note_archive(self) -> None:
        """Have the folder know from now on where the archive is."""
        if self.archive == self.data / "archive":
            self.archive_file.unlink(missing_ok=True)
        else:
            record = {"archive": str(self.archive)}
            write_beside(self.archive_file, (json.dumps(record, ensure_ascii=False) + "\n").encode(), lasting=True)

    @property
    def archive_file(self) -> Path:
        """The record of where the archive is, if not in this folder."""
        return self.data / "archive.json"

    @property
    def definitions(self) -> Path:
        """The definition of every form issued, by its digest. Made by what keeps them."""
        return self.data / "definitions"

    @property
    def ledger(self) -> Path:
        """The ledger's file. Made by what writes into it."""
        return self.data / "ledger.sqlite"

    @property
    def journal(self) -> Path:
        """What the ledger knows and the archived files don't tell, line by line. Made by what writes into the ledger."""
        return self.ledger.with_suffix(".jsonl")

    @property
    def round_file(self) -> Path:
        """The record of the round that this folder belongs to."""
        return self.data / "round.json"

    @property
    def outputs_record(self) -> Path:
        """The record of what was written for people, with the hashes that it had."""
        return self.data / "outputs.jsonl"

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
        within = (self.data / "archive", self.data / "incoming", self.root / OUTPUT, self.root / TEMPLATES)
        made = (self.round_file, self.ledger, self.journal, *within)
        return any(path.exists() for path in made) or not any(self.root.iterdir())


def _refuses(path: Path) -> bool:
    """Whether a file or folder can't be written to."""
    if sys.platform != "win32" or not path.is_dir():
        return not os.access(path, os.W_OK)
    import tempfile

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


def made_like_above(folder: Path) -> Path:
    """Make a folder and those that are missing above it, each as open to other accounts as the one it lies in."""
    if not folder.is_dir():
        above = made_like_above(folder.parent)
        set_rights(_made(folder), above.stat().st_mode & 0o755)
    return folder


def made_private(folder: Path) -> Path:
    """Make a folder that is the account's alone."""
    if not folder.is_dir():
        set_rights(_made(folder), PRIVATE_FOLDER)
    return folder


def set_rights(path: Path, mode: int) -> None:
    """Let a file or folder have these rights, whatever the umask; on Windows it has those of the folder that it lies in.

    Where the system has no rights, or the file is another account's, it keeps those that it has: the doctor tells.
    """
    if os.name == "posix":
        with suppress(OSError):
            path.chmod(mode)


def make_names_last(folder: Path) -> None:
    """Make the names in a folder last through a power cut, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_beside(path: Path, content: bytes, *, lasting: bool = False) -> Path:
    """Write a file whole or not at all. An unchanged file is left alone. ``lasting``: its bytes survive a power cut."""
    if path.is_file() and path.read_bytes() == content:
        return path
    made_like_above(path.parent)
    put_in_place(path, content, lasting=lasting)
    return path


def sweep(home: Home) -> None:
    """Take away what killed runs left half written, as the folder's sole writer."""
    for folder in (home.data, home.definitions, home.root / TEMPLATES):
        _sweep(folder.glob(TEMPORARY))
    for folder in (home.root / OUTPUT, home.data / "incoming"):
        _sweep(folder.rglob(TEMPORARY))


def _sweep(left: Iterable[Path]) -> None:
    for path in left:
        path.unlink(missing_ok=True)


def put_in_place(path: Path, content: bytes, *, lasting: bool = False) -> None:
    """Give a file this content: written beside under a name that nothing else has, then renamed. It gets as open as its folder.

    Outputs aren't made lasting: they can be made again, and to sync each would take longer than to write it.
    """
    try:
        _rename_from_beside(path, content, lasting=lasting)
    except OSError as error:
        error.filename = str(path)  # not the name beside, which says nothing to people
        raise


def _rename_from_beside(path: Path, content: bytes, *, lasting: bool) -> None:
    import tempfile

    before, after = TEMPORARY.split("*")
    handle, name = tempfile.mkstemp(suffix=after, prefix=before, dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            if lasting:
                os.fsync(handle)
        set_rights(beside, path.parent.stat().st_mode & 0o666)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
