"""Taking files in: find them, keep their bytes, say when they came. Nothing is opened but archives, to list what lies in them."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import stat
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from pipeline.clock import now
from pipeline.collect.formats import limits
from pipeline.collect.intake import disk
from pipeline.collect.intake.archive import START, Kept, SourceError, archived, keep, sweep
from pipeline.collect.intake.believed import Believable
from pipeline.collect.intake.copying import Copy, Source, copy_all
from pipeline.collect.intake.dating import Came, Clock
from pipeline.collect.intake.inside import File, Inside, container_of
from pipeline.collect.intake.register import Register, below, key_of, read_register
from pipeline.collect.intake.seen import Each, Ignored, One, Unchanged, Unmatched
from pipeline.home import made_private, make_names_last
from pipeline.model import REGISTER
from pipeline.text.names import safe_name

__all__ = ["Earlier", "Ignored", "One", "Unchanged", "Unmatched", "archived", "count", "is_container", "take_in"]


@dataclass(frozen=True)
class Earlier:
    """What earlier runs left behind."""

    places: Mapping[str, tuple[int, int, str]] = field(default_factory=dict)
    """Size, time of change (ns) and SHA-256 of every file taken in, by where it lay."""
    judged: Container[str] = ()
    """The SHA-256 of those that need no judging."""
    dated: Container[str] = ()
    """Of those whose date a register gave, which may have gone since."""
    registered: Container[str] = ()
    """Of all."""


_NOTHING, _UNCHANGED = Earlier(), Unchanged()
SETTLED = 32
"""Files that are copied, and whose names are made lasting, at one time."""
MET = 10_000
"""Files met before those among them are copied that must be: most of them are known where a folder is collected again."""
Calls = Callable[[Callable[..., list[Copy | str]], Iterable[tuple[list[Source], Path]]], Iterator[list[Copy | str]]]


@dataclass(frozen=True)
class _Found:
    """A file that is to be copied, the name it is shown under, when a register says it came, and whether the operator named it."""

    source: Source
    shown: str
    registered: Came | None
    named: bool


def take_in(
    paths: Iterable[Path],
    archive: Path,
    *,
    received: dt.datetime | None,
    timezone: dt.tzinfo,
    earlier: Earlier = _NOTHING,
    believable: Believable | None = None,
    top: Path | None = None,
    met: Callable[[], None] = lambda: None,
    calls: Calls = itertools.starmap,
) -> Each:
    """Find all files below ``paths``, in archives and mails too, and keep their bytes in the folder ``archive`` under their hash.

    One run at a time. Files come as they are asked for, each after its bytes are safe. ``received`` overrides what a folder's register, a zip or
    a file's time says of when it arrived, for files that are named and for content that is new. What lies as it lay ``earlier`` isn't read again.
    Times of files, archives and mails that aren't ``believable`` give way to the day of collection. Of what lies below the folder ``top``, into which
    files are dropped, the registers of all folders up to it are asked, whichever path is given. ``met`` is called as each of what :func:`count` counts is met.
    ``calls`` says who copies the files, as ``itertools.starmap`` would have it done; others may run ahead of what is asked for.
    Raises ``RegisterError`` where a register has a date that can't be read or believed.
    """
    sweep(made_private(archive))
    clock = Clock(timezone, received, earlier.registered, believable or Believable(now(timezone)))
    intake = _Intake(archive, clock, earlier, top, met)
    each = intake.take_in((one for path in paths for one in intake.found(path)), calls)
    with closing(intake):
        while some := list(itertools.islice(each, SETTLED)):
            intake.settle()
            yield from some


def is_container(path: Path) -> bool:
    """True if a file is an archive or a mail, in which others may lie."""
    try:
        with disk.opened(str(path)) as file:
            return bool(container_of(Kept(path, "", 0, file.read(START))))
    except SourceError:
        return False


def count(paths: Iterable[Path]) -> int:
    """About how many files there are to take in: a .zip is one."""
    return sum(_count(path, limits.FOLDER_DEPTH) if path.is_dir() else 1 for path in paths)


def _count(folder: Path, depth: int) -> int:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return 0
    folders = [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
    return len(entries) - len(folders) + (sum(_count(each, depth - 1) for each in folders) if depth > 1 else 0)


class _Intake:
    """One walk over everything that is to be taken in; a file met twice is taken once."""

    def __init__(self, archive: Path, clock: Clock, earlier: Earlier, top: Path | None, met: Callable[[], None]) -> None:
        self._archive, self._clock, self._earlier, self._met = archive, clock, earlier, met
        self._top = top and _absolute(top)
        self._seen: set[str] = set()
        self._registers: dict[Path, Register] = {}
        self._unsettled = False
        self._inside = Inside(self._keep, self.settle, clock)

    def close(self) -> None:
        """End what opens archives and mails."""
        self._inside.close()

    def settle(self) -> None:
        """Make the names of what was kept since this was last asked as lasting as its bytes."""
        if self._unsettled:
            make_names_last(self._archive)
            self._unsettled = False

    def _keep(self, source: BinaryIO) -> Kept:
        self._unsettled = True
        return keep(source, self._archive)

    def take_in(self, found: Iterator[One | _Found], calls: Calls) -> Each:
        """What came of all that is found, in order, while files found later are copied."""
        waiting: deque[list[One | _Found]] = deque()

        def to_copy() -> Iterator[tuple[list[Source], Path]]:
            while some := _some(found):
                waiting.append(some)
                yield [each.source for each in some if isinstance(each, _Found)], self._archive

        for copies in calls(copy_all, to_copy()):
            next_copy = iter(copies)
            for each in waiting.popleft():
                if isinstance(each, _Found):
                    yield from self._told(each, next(next_copy))
                else:
                    yield each

    def found(self, path: Path) -> Iterator[One | _Found]:
        """Find a file, or everything below a folder."""
        if path.is_dir():
            yield from self._folder(path, "", limits.FOLDER_DEPTH, self._above(_absolute(path)))
        else:
            yield from self._entry(str(_absolute(path)), path.name, path.name, self._said_in(path.parent), named=True)

    def _folder(self, folder: Path, shown: str, depth: int, above: Register) -> Iterator[One | _Found]:
        """Everything below a folder; of two registers that name a file the nearer one counts."""
        if not depth:
            yield Ignored(safe_name(shown), "too_deep_folder")
            return
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            yield Ignored(safe_name(shown.rstrip("/") or folder.name), "no_access")
            return
        own, place = self._register(folder), f"{_absolute(folder)}{os.sep}"
        register = {**above, **own}
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                yield from self._entry(place + entry.name, entry.name, shown + entry.name, register)
            elif (folder / entry.name).absolute() != self._archive.absolute():
                yield from self._folder(folder / entry.name, f"{shown}{entry.name}/", depth - 1, below(register, entry.name))
        if own:
            met = {key_of(seen.removeprefix(place)) for seen in self._seen if seen.startswith(place)}
            yield from (Unmatched(shown + line.name) for key, line in own.items() if key not in met)

    def _said_in(self, folder: Path) -> Register:
        """What registers say of the files of a folder: its own, then those of the folders above it."""
        return {**self._above(_absolute(folder)), **self._register(folder)}

    def _above(self, folder: Path) -> Register:
        return below(self._said_in(folder.parent), folder.name) if self._top in folder.parents else {}

    def _register(self, folder: Path) -> Register:
        if folder not in self._registers:
            self._registers[folder] = {} if self._clock.option else read_register(folder, self._clock.timezone, self._clock.believable)
        return self._registers[folder]

    def _entry(self, place: str, name: str, shown: str, register: Register, *, named: bool = False) -> Iterator[One | _Found]:
        """One entry of a folder, or a file that the operator ``named``."""
        if place in self._seen:
            return
        self._seen.add(place)
        self._met()
        status = disk.status(place)
        lay = self._lay(place, status)
        may_be_dated = named if self._clock.option else register or (lay and lay[2] in self._earlier.dated)
        if lay and lay[2] in self._earlier.judged and not may_be_dated:
            yield _UNCHANGED
            return
        reason = disk.reason_of_name(name) or disk.reason_of_kind(status)
        if reason or status is None:
            yield Ignored(safe_name(shown), reason)
            return
        registered = _registered(register, name)
        if lay and lay[2] in self._earlier.judged:
            size, changed, sha256 = lay
            copy = Copy(Kept(archived(self._archive, sha256), sha256, size), changed, is_old=True)
            yield from self._told(_Found(Source(place), shown, registered, named), copy)
        else:
            yield _Found(Source(place, lay[2] if lay else ""), shown, registered, named)

    def _told(self, found: _Found, copy: Copy | str) -> Each:
        """What came of a file that was to be copied: itself, what lies in it, or why it was left."""
        if isinstance(copy, str):
            yield Ignored(safe_name(found.shown), copy)
            return
        kept, place = copy.kept, found.source.place
        otherwise = found.registered or self._clock.of_changed(copy.changed)
        came = self._clock.came(kept.sha256, otherwise, named=found.named)
        file, container = File(kept, found.shown, came, otherwise), "" if copy.is_old else container_of(kept)
        if container:
            yield from self._inside.of_file(file, container, file.received(place, copy.changed), named=found.named)
        else:
            yield file.received(place, copy.changed)

    def _lay(self, place: str, now: os.stat_result | None) -> tuple[int, int, str] | None:
        """Size, time of change (ns) and hash of a file that lies as it lay when it was taken in, and whose bytes are kept."""
        lay = self._earlier.places.get(place)
        if lay is None or now is None or (now.st_size, disk.changed(now)) != lay[:2] or not stat.S_ISREG(now.st_mode):
            return None
        return lay if disk.size(f"{self._archive}{os.sep}{lay[2]}") == lay[0] else None


def _some(found: Iterator[One | _Found]) -> list[One | _Found]:
    """The next of what is found, until enough of it is to be copied."""
    some: list[One | _Found] = []
    to_copy = 0
    while to_copy < SETTLED and len(some) < MET and (one := next(found, None)):
        some.append(one)
        to_copy += isinstance(one, _Found)
    return some


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 Path.absolute keeps ".."


def _registered(register: Register, name: str) -> Came | None:
    line = register.get(key_of(name)) if register else None
    return Came(line.at, REGISTER) if line else None
