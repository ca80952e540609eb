"""Find what is wrong with the installation or the folder, and how to mend it."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.collect import workers
from pipeline.collect.intake.stored import archive_at
from pipeline.distribute import issue
from pipeline.errors import OperatorError, from_system
from pipeline.home import OUTPUT, SOURCES_FILE, TEMPLATES, Home
from pipeline.machine import clock
from pipeline.model import OPTION, Received
from pipeline.stages.diagnosis import Diagnosis, Health
from pipeline.stages.keeping import on_archive_record, on_journal, on_lost_ledger
from pipeline.stages.ledgers import ledger_as_it_is
from pipeline.stages.losses import listed_sources
from pipeline.stages.shared_folder import shared_by
from pipeline.store import outputs, rights
from pipeline.store.migrating import OLD, is_of_older_program
from schemas.round.round import Round

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Diagnosis", "Health", "examine"]

OLDEST_PYTHON = (3, 11)
ROOM_BYTES = 500 * 1024**2
"""Free bytes on the disk below which a round may get stuck."""
MOST_NAMES = 10
"""How many missing files are named."""
_MINIMUM = re.compile(r"([A-Za-z0-9_.-]+)\s*>=\s*([0-9.]+)")


def examine(home: Home, round_: Round) -> Iterator[Diagnosis]:
    """Look at everything in turn. Nothing is changed, but a test file is written and deleted.

    Raises ``OperatorError`` if there is no such folder.
    """
    if not home.root.is_dir():
        raise OperatorError("no_such_home", path=home.root)
    yield from _program()
    yield from _folder(home.root)
    yield from _shared(home.root)
    for part in (
        _open_files(home),
        _template(home, round_),
        _reading(home, round_),
        _ledger(home, round_),
        _outputs(home),
        _rights(home),
    ):
        yield from _as_far_as_it_goes(part)


def _as_far_as_it_goes(part: Iterator[Diagnosis]) -> Iterator[Diagnosis]:
    """Yield the results of one part, up to a file that can't be read.

    That ends this part only, and is a result itself.
    """
    try:
        yield from part
    except OSError as error:
        if not error.filename or from_system(error) is None:
            raise
        yield Diagnosis(Health.BAD, "unreadable", {"path": error.filename})


def _program() -> Iterator[Diagnosis]:
    version = ".".join(map(str, sys.version_info[:3]))
    health = Health.GOOD if sys.version_info >= OLDEST_PYTHON else Health.BAD
    yield Diagnosis(
        health,
        "python" if health is Health.GOOD else "python_old",
        {"version": version, "program": __version__},
    )
    wrong = [name for name, least in _required() if _installed(name) < least]
    yield (
        Diagnosis(Health.BAD, "libraries_old", {"names": ", ".join(wrong)})
        if wrong
        else Diagnosis(Health.GOOD, "libraries")
    )


def _required() -> list[tuple[str, tuple[int, ...]]]:
    """Return the libraries that the program needs at run time, with their oldest usable version."""
    found = (
        _MINIMUM.match(each) for each in metadata.requires("tonghop") or () if "extra" not in each
    )
    return [(match[1], _numbers(match[2])) for match in found if match]


def _installed(name: str) -> tuple[int, ...]:
    try:
        return _numbers(metadata.version(name))
    except metadata.PackageNotFoundError:
        return ()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _folder(root: Path) -> Iterator[Diagnosis]:
    """Check that the folder can be written to and that its disk has room."""
    probe = root / ".tonghop-thu"
    try:
        probe.write_bytes(b"tonghop")
        probe.unlink()
    except OSError:
        yield Diagnosis(Health.BAD, "not_writable", {"path": root})
        return
    free = shutil.disk_usage(root).free
    health, key = (
        (Health.GOOD, "folder") if free >= ROOM_BYTES else (Health.DOUBTFUL, "little_room")
    )
    yield Diagnosis(health, key, {"path": root, "free": free // 1024**2})


def _shared(root: Path) -> Iterator[Diagnosis]:
    """Warn of a folder that other computers write to: a ledger is for one machine at a time."""
    shared = shared_by(root)
    if shared:
        yield Diagnosis(Health.DOUBTFUL, "shared_folder", {"path": root, "by": shared})


def _open_files(home: Home) -> Iterator[Diagnosis]:
    """Warn of results that another program holds open.

    Excel and LibreOffice leave a lock file beside them; on Windows they can't be written to.
    """
    if home.is_read_only:  # nothing there can be opened for writing, held or not
        return
    held = [
        path.name
        for path in (home.root / OUTPUT).glob("*")
        if path.is_file() and not path.name.startswith("~$") and _is_held(path)
    ]
    if held:
        yield Diagnosis(Health.DOUBTFUL, "open_files", {"names": ", ".join(sorted(held))})


def _is_held(path: Path) -> bool:
    if path.with_name(f"~${path.name}").exists() or path.with_name(f".~lock.{path.name}#").exists():
        return True
    try:
        path.open("r+b").close()
    except OSError:
        return True
    return False


def _template(home: Home, round_: Round) -> Iterator[Diagnosis]:
    path = home.root / TEMPLATES / f"{round_.key}.xlsx"
    if not path.is_file():
        yield Diagnosis(Health.GOOD, "template_missing", {"path": path})
    elif path.read_bytes() != issue.standard_template(round_):
        yield Diagnosis(Health.DOUBTFUL, "template_other", {"path": path})
    else:
        yield Diagnosis(Health.GOOD, "template", {"path": path})


def _reading(home: Home, round_: Round) -> Iterator[Diagnosis]:
    """Test whether a process of its own reads a workbook: one issued to the first agency."""
    agency = round_.in_scope[0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tonghop-thu.xlsx"
        path.write_bytes(dict(issue.workbooks(round_, [agency]))[agency.code])
        now = clock.now(round_.timezone)
        ((_, reading),) = workers.read_all(
            [Received(path, path.name, "", 0, now, OPTION)], round_, home.definitions
        )
    yield (
        Diagnosis(Health.GOOD, "reading")
        if reading.agency == agency.code
        else Diagnosis(Health.BAD, "reading_failed")
    )


def _ledger(home: Home, round_: Round) -> Iterator[Diagnosis]:
    """Check ledger, journal and archive, and whether outputs know more than these."""
    if not home.ledger.is_file():
        yield from on_lost_ledger(home) or [
            Diagnosis(Health.GOOD, "ledger_missing", {"path": home.ledger})
        ]
        return
    if is_of_older_program(home.ledger):  # opening it would migrate it
        yield Diagnosis(Health.DOUBTFUL, "ledger_older", {"path": home.ledger, "old": OLD})
        return
    try:
        with ledger_as_it_is(home, round_) as ledger:
            if not ledger.is_sound():
                yield Diagnosis(Health.BAD, "ledger_unsound", {"path": home.ledger})
                return
            outdated, known = len(ledger.outdated()), ledger.submissions()
            lost = (
                on_lost_ledger(home)
                if known.empty and not ledger.journaling.is_behind(home.journal)
                else []
            )
            unknown = (
                not lost
                and not ledger.journaling.is_behind(home.journal)
                and listed_sources(home) - ledger.hashes()
            )
            journal, misplaced = on_journal(home, ledger), on_archive_record(home, ledger)
    except OperatorError as error:
        yield Diagnosis(Health.BAD, error.key, dict(error.words))
        return
    yield from lost or [Diagnosis(Health.GOOD, "ledger", {"count": len(known)}), journal]
    if unknown:
        yield Diagnosis(
            Health.BAD,
            "outputs_know_more",
            {"count": len(unknown), "path": home.root / OUTPUT / SOURCES_FILE},
        )
    if outdated:
        yield Diagnosis(Health.DOUBTFUL, "outdated", {"count": outdated})
    yield from misplaced or _archive(home, known)


def _archive(home: Home, known: pd.DataFrame) -> Iterator[Diagnosis]:
    """Check that the archive holds the bytes of every submission."""
    try:
        archive = archive_at(home.archive)
        whole = [*archive.are_whole(map(str, known["sha256"]))]
    except OperatorError as error:
        yield Diagnosis(
            Health.BAD,
            "archive_unreachable",
            {"path": home.archive, "problem": error.words.get("problem", error.key)},
        )
        return
    damaged = known["name"][[not each for each in whole]].astype(str)
    words = {"count": len(known), "names": ", ".join(damaged), "path": home.archive}
    yield (
        Diagnosis(Health.BAD, "archive_damaged", words)
        if len(damaged)
        else Diagnosis(Health.GOOD, "archive", words)
    )
    folder = home.archive
    if isinstance(folder, Path) and (
        folders := [path.as_posix() for path in sorted(folder.glob("*")) if path.is_dir()]
    ):
        yield Diagnosis(Health.BAD, "archive_occupied", {"paths": ", ".join(folders)})


def _outputs(home: Home) -> Iterator[Diagnosis]:
    """Report unfinished commands, and outputs that people changed or deleted."""
    if home.outputs_record.is_dir():
        yield Diagnosis(Health.BAD, "unreadable", {"path": home.outputs_record})
    for command in sorted(outputs.recorded(home).unfinished):
        yield Diagnosis(Health.BAD, "outputs_unfinished", {"command": command})
    if changed := [name for name in outputs.changed(home) if name.startswith(OUTPUT.as_posix())]:
        yield Diagnosis(Health.DOUBTFUL, "outputs_changed", {"names": ", ".join(changed)})
    if gone := [name for name in outputs.gone(home) if name.startswith(OUTPUT.as_posix())]:
        yield Diagnosis(
            Health.DOUBTFUL,
            "outputs_gone",
            {"count": len(gone), "names": ", ".join(_shortened(gone))},
        )


def _shortened(names: list[str]) -> list[str]:
    """Return the first names of a list, with "…" if there are more."""
    return names if len(names) <= MOST_NAMES else [*names[:MOST_NAMES], "…"]


def _rights(home: Home) -> Iterator[Diagnosis]:
    if open_to_others := rights.too_open(home):
        names = ", ".join(path.relative_to(home.root).as_posix() for path in open_to_others)
        yield Diagnosis(
            Health.DOUBTFUL,
            "rights_stay_open" if home.is_read_only else "rights_open",
            {"names": names},
        )
    elif home.data.is_dir() and rights.ARE_KEPT:
        yield Diagnosis(
            Health.GOOD,
            "rights_shared" if rights.is_shared(home) else "rights",
            {"path": home.data},
        )
