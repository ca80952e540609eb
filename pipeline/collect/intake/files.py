"""Take files in: find them, archive their bytes, tell when they came.

Only archives and mails are opened, to take out what they hold.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeGuard

from pipeline.collect.formats import limits
from pipeline.collect.intake import disk
from pipeline.collect.intake.archive import START, Archive, ArchivedFile, SourceError, archived
from pipeline.collect.intake.believed import ReceiptSpan
from pipeline.collect.intake.copying import Copy, Source, copy_all
from pipeline.collect.intake.dating import Clock
from pipeline.collect.intake.inside import File, Unpacking, container_of
from pipeline.collect.intake.opening.opener import Opener
from pipeline.collect.intake.places import StoreListing, listed
from pipeline.collect.intake.results import (
    IgnoredFile,
    IntakeResult,
    IntakeResults,
    UnchangedFile,
    UnmatchedLine,
)
from pipeline.collect.intake.stored import archive_at
from pipeline.collect.intake.walking import EarlierFiles, FoundFile, Walk
from pipeline.machine.clock import now
from pipeline.machine.storage import Address, Place
from pipeline.text.names import safe_name

__all__ = [
    "EarlierFiles",
    "IgnoredFile",
    "IntakeResult",
    "StoreListing",
    "UnchangedFile",
    "UnmatchedLine",
    "archived",
    "count",
    "is_container",
    "take_in",
]

_NOTHING = EarlierFiles()
SETTLED = 32
"""How many files are copied, and made durable, at one time."""
MET = 10_000
"""The most files that are met before a batch is copied: most are known when a folder is collected
again."""
Calls = Callable[
    [Callable[..., list[Copy | str]], Iterable[tuple[list[Source], Place]]],
    Iterator[list[Copy | str]],
]


def take_in(
    paths: Iterable[Path | Address | StoreListing],
    archive: Place,
    *,
    received: dt.datetime | None,
    timezone: dt.tzinfo,
    earlier: EarlierFiles = _NOTHING,
    believable: ReceiptSpan | None = None,
    top: Path | None = None,
    met: Callable[[], None] = lambda: None,
    calls: Calls = itertools.starmap,
) -> IntakeResults:
    """Find all files below ``paths``, in archives and mails too, and archive their bytes.

    Only one run at a time. Files are yielded as they are asked for, each once its bytes are safe.
    ``received`` overrides the dates of registers, archives and file times, for named files and new
    content. A file unchanged since ``earlier`` isn't read again. Times that aren't ``believable``
    give way to the day of collection. ``top``: the folder into which files are dropped; for files
    below it, the registers of all folders up to it are read, whichever path is given. ``met`` is
    called for each file that :func:`count` counts. ``calls`` runs the copying, like
    ``itertools.starmap``; others may run ahead. Raises ``RegisterError`` for a date that is no date
    or can't be right.
    """
    into = archive_at(archive)
    into.begin()
    clock = Clock(timezone, received, earlier.registered, believable or ReceiptSpan(now(timezone)))
    walk = Walk(archive, into, clock, earlier, top, met)
    files = itertools.chain.from_iterable(
        walk.found(path if isinstance(path, Path) else listed(path)) for path in paths
    )
    with closing(_Intake(archive, into, clock)) as intake:
        results = intake.take_in(files, calls)
        while some := list(itertools.islice(results, SETTLED)):
            into.settle()
            yield from some


def is_container(path: Path) -> bool:
    """True if a file is an archive or a mail, which may hold others."""
    try:
        with disk.opened(str(path)) as file:
            return bool(container_of(ArchivedFile(path, "", 0, file.read(START)), lambda _: path))
    except SourceError:
        return False


def count(paths: Iterable[Path | StoreListing]) -> int:
    """Count the files to take in, roughly: a .zip is one."""
    return sum(_count(path) for path in paths)


def _count(path: Path | StoreListing) -> int:
    if isinstance(path, StoreListing):
        return len(path.objects)
    return _count_in(path, limits.FOLDER_DEPTH) if path.is_dir() else 1


def _count_in(folder: Path, depth: int) -> int:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return 0
    folders = [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
    inside = sum(_count_in(path, depth - 1) for path in folders) if depth > 1 else 0
    return len(entries) - len(folders) + inside


class _Intake:
    """Turns what the walk finds into received files."""

    def __init__(self, place: Place, archive: Archive, clock: Clock) -> None:
        self._place, self._archive, self._clock = place, archive, clock
        self._opener = Opener()

    def close(self) -> None:
        """End the process that opens archives and mails."""
        self._opener.close()
        self._archive.let_go()

    def take_in(self, coming: Iterator[IntakeResult | FoundFile], calls: Calls) -> IntakeResults:
        """Yield what came of all that was found, in order, while later files are being copied."""
        waiting: deque[list[IntakeResult | FoundFile]] = deque()

        def to_copy() -> Iterator[tuple[list[Source], Place]]:
            while some := _some(coming):
                waiting.append(some)
                yield [file.source for file in some if _is_to_copy(file)], self._place

        for copies in calls(copy_all, to_copy()):
            next_copy = iter(copies)
            for file in waiting.popleft():
                if isinstance(file, FoundFile):
                    yield from self._told(file, file.copy or next(next_copy))
                else:
                    yield file

    def _told(self, source: FoundFile, copy: Copy | str) -> IntakeResults:
        """Yield a copied file itself, what it holds, or why it was left."""
        if isinstance(copy, str):
            yield IgnoredFile(safe_name(source.shown), copy)
            return
        kept, changed = copy.kept, copy.changed
        by_itself = self._clock.of_changed(changed if copy.at is None else copy.at, copy.by)
        otherwise = source.registered or by_itself
        came = self._clock.came(kept.sha256, otherwise, named=source.named)
        file = File(kept, source.shown, came, otherwise)
        received = file.received(source.source.place, changed)
        container = "" if copy.is_old else container_of(kept, self._archive.at_hand)
        if container:
            unpacking = Unpacking(self._archive, self._clock, self._opener, source.named)
            yield from unpacking.members(file, container, received, limits.ARCHIVE_DEPTH)
        else:
            yield received
        self._archive.let_go()


def _some(coming: Iterator[IntakeResult | FoundFile]) -> list[IntakeResult | FoundFile]:
    """Return the next found files, until there are enough to copy."""
    some: list[IntakeResult | FoundFile] = []
    to_copy = 0
    while to_copy < SETTLED and len(some) < MET and (file := next(coming, None)):
        some.append(file)
        to_copy += _is_to_copy(file)
    return some


def _is_to_copy(file: IntakeResult | FoundFile) -> TypeGuard[FoundFile]:
    return isinstance(file, FoundFile) and file.copy is None
