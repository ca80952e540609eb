"""Walk through all files to be taken in, in an order that depends on their names alone."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.collect.formats import limits
from pipeline.collect.intake import disk
from pipeline.collect.intake.archive import Archive, ArchivedFile, archived
from pipeline.collect.intake.copying import Copy, Source
from pipeline.collect.intake.dating import Clock, ReceiptDate
from pipeline.collect.intake.places import (
    Folder,
    LocalFolder,
    StoreFolder,
    StoreListing,
    folder_at,
    full,
)
from pipeline.collect.intake.register import Register, below, key_of, read_register
from pipeline.collect.intake.results import IgnoredFile, IntakeResult, UnchangedFile, UnmatchedLine
from pipeline.machine.storage import Place
from pipeline.model import REGISTER
from pipeline.text.names import safe_name

_UNCHANGED = UnchangedFile()


@dataclass(frozen=True)
class EarlierFiles:
    """What earlier runs know of files."""

    places: Mapping[str, tuple[int, int, str]] = field(default_factory=dict)
    """Size, time of change (ns) and SHA-256 of each file taken in, by place."""
    judged: Container[str] = ()
    """SHA-256 of files that need no judging."""
    dated: Container[str] = ()
    """SHA-256 of files whose date came from a register."""
    registered: Container[str] = ()
    """SHA-256 of all registered files."""


@dataclass(frozen=True)
class FoundFile:
    """A file that was found.

    ``shown``: its name for people. ``registered``: its date in a register. ``named``: True if the
    operator named it.
    """

    source: Source
    shown: str
    registered: ReceiptDate | None
    named: bool
    copy: Copy | None = None
    """Its archived copy, if that is known without looking again."""


class Walk:
    """One walk over everything to be taken in. A file met twice is found once."""

    def __init__(
        self,
        place: Place,
        archive: Archive,
        clock: Clock,
        earlier: EarlierFiles,
        top: Path | None,
        met: Callable[[], None],
    ) -> None:
        """Begin. ``place``: the archive's, which is never walked into."""
        self._place, self._archive, self._clock = place, archive, clock
        self._earlier, self._met = earlier, met
        self._top = top and full(top)
        self._seen: set[str] = set()
        self._registers: dict[Place, Register] = {}

    def found(self, path: Path | StoreListing) -> Iterator[IntakeResult | FoundFile]:
        """Yield a file, or everything below a folder."""
        if isinstance(path, StoreListing):
            root = StoreFolder(path)
            if path.is_file:
                name, register = path.address.name, self._register(root)
                yield from self._entry(root, name, name, register, named=True)
            else:
                yield from self._folder(root, "", limits.FOLDER_DEPTH, {})
        elif path.is_dir():
            above = self._above(full(path))
            yield from self._folder(folder_at(path), "", limits.FOLDER_DEPTH, above)
        else:
            whole, register = full(path), self._said_in(path.parent)
            folder = folder_at(whole.parent)
            yield from self._entry(folder, whole.name, path.name, register, named=True)

    def _folder(
        self, folder: Folder, shown: str, depth: int, above: Register
    ) -> Iterator[IntakeResult | FoundFile]:
        """Yield everything below a folder.

        If two registers name a file, the nearer one counts.
        """
        if not depth:
            yield IgnoredFile(safe_name(shown), "too_deep_folder")
            return
        try:
            entries = folder.entries()
        except OSError:
            yield IgnoredFile(safe_name(shown.rstrip("/") or folder.name), "no_access")
            return
        own = self._register(folder)
        register = {**above, **own}
        for name, within in entries:
            if within is None:
                yield from self._entry(folder, name, shown + name, register)
            elif within.place != self._place:
                yield from self._folder(within, f"{shown}{name}/", depth - 1, below(register, name))
        if own:
            places = (place for place in self._seen if place.startswith(folder.inside))
            met = {key_of(place.removeprefix(folder.inside)) for place in places}
            yield from (
                UnmatchedLine(shown + line.name) for key, line in own.items() if key not in met
            )

    def _said_in(self, path: Path) -> Register:
        """Return the register entries of a folder's files: its own, then those of folders above."""
        folder = full(path)
        return {**self._above(folder), **self._register(LocalFolder(folder))}

    def _above(self, folder: Path) -> Register:
        if self._top not in folder.parents:
            return {}
        return below(self._said_in(folder.parent), folder.name)

    def _register(self, folder: Folder) -> Register:
        """Return the register of a folder; none if a date is given on the command line."""
        if folder.place not in self._registers:
            file = None if self._clock.option else folder.register()
            clock = self._clock
            register = read_register(*file, clock.timezone, clock.believable) if file else {}
            self._registers[folder.place] = register
        return self._registers[folder.place]

    def _entry(
        self, folder: Folder, name: str, shown: str, register: Register, *, named: bool = False
    ) -> Iterator[IntakeResult | FoundFile]:
        """Yield one file of a folder, or one the operator ``named``, unless met before."""
        place = folder.inside + name
        if place in self._seen:
            return
        self._seen.add(place)
        self._met()
        status = folder.status(name)
        lay = self._lay(place, status)
        is_judged = lay is not None and lay[2] in self._earlier.judged
        if self._clock.option:
            may_be_dated = named
        else:
            may_be_dated = bool(register) or (lay is not None and lay[2] in self._earlier.dated)
        if is_judged and not may_be_dated:
            yield _UNCHANGED
            return
        reason = disk.reason_of_name(name) or status.reason
        if reason:
            yield IgnoredFile(safe_name(shown), reason)
            return
        source = folder.source(name, lay[2] if lay else "")
        copy = self._known(lay) if lay and is_judged and not source.below else None
        yield FoundFile(source, shown, _registered(register, name), named, copy)

    def _known(self, lay: tuple[int, int, str]) -> Copy:
        size, changed, sha256 = lay
        return Copy(ArchivedFile(archived(self._place, sha256), sha256, size), changed, is_old=True)

    def _lay(self, place: str, now: disk.Status) -> tuple[int, int, str] | None:
        """Return size, time of change (ns) and hash of an unchanged file whose bytes are archived.

        None for any other file.
        """
        lay = self._earlier.places.get(place)
        if lay is None or now.reason or (now.size, now.changed) != lay[:2]:
            return None
        return lay if self._archive.size(lay[2]) == lay[0] else None


def _registered(register: Register, name: str) -> ReceiptDate | None:
    line = register.get(key_of(name)) if register else None
    return ReceiptDate(line.at, REGISTER) if line else None
