"""Copy files into the archive, some at a time.

Done by the command, by a process that helps it, or by another host that sees both places.
"""

from __future__ import annotations

import io
import itertools
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.collect.intake import disk
from pipeline.collect.intake.archive import Archive, ArchivedFile, SourceError, archived, reason_of
from pipeline.collect.intake.stored import FETCHED, archive_at
from pipeline.machine.objects import Object
from pipeline.machine.storage import Address, Place, Store, in_portions, is_large
from pipeline.model import CHANGED, UPLOADED


@dataclass(frozen=True)
class Source:
    """A file to be copied, at the place where it was found."""

    place: str
    """Its full path or address."""
    kept_as: str = ""
    """The SHA-256 under which it should be archived already. It is copied only if those bytes are
    missing or damaged."""
    below: Address | None = None
    """For a file of a store: the address that was listed, and what the list says of the file."""
    said: Object | None = None

    @property
    def size(self) -> int:
        """Its size at that place; 0 if unknown."""
        return self.said.size if self.said else 0

    @property
    def name(self) -> str:
        """Its name below the address."""
        return self.place.removeprefix(f"{self.below}/")


@dataclass(frozen=True)
class Copy:
    """An archived copy of a file. ``is_old``: it was archived before."""

    kept: ArchivedFile
    changed: int
    """When the file was changed (ns); for a file of a store, its mark."""
    is_old: bool = False
    at: int | None = None
    """The time (ns) that tells when it came, if that is another one; ``by``: what time that is."""
    by: str = CHANGED


def copy_all(sources: Sequence[Source], archive: Place) -> list[Copy | str]:
    """Copy files into the archive, durably.

    Returns for each its copy, or why it was left (a key of ``collect.toml``).
    """
    into = archive_at(archive)
    copies: list[Copy | str] = []
    for below, group in itertools.groupby(sources, key=lambda source: source.below):
        some = [*group]
        copies += (
            [_copy(source, archive, into) for source in some]
            if below is None
            else _from_store(Store(below), some, archive, into)
        )
    into.settle()
    return copies


def _copy(source: Source, archive: Place, into: Archive) -> Copy | str:
    """Copy one file of this machine. A file that changes meanwhile is half written: it is left."""
    try:
        with disk.opened(source.place) as file:
            before = os.fstat(file.fileno())
            if source.kept_as and all(into.are_whole([source.kept_as])):
                place = archived(archive, source.kept_as)
                old = ArchivedFile(place, source.kept_as, before.st_size)
                return Copy(old, disk.changed(before), is_old=True)
            kept = into.keep(file)
            after = os.fstat(file.fileno())
    except SourceError as error:
        return reason_of(error, "no_access")
    is_same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    is_whole = is_same and after.st_size == kept.size
    return Copy(kept, disk.changed(after)) if is_whole else "half_written"


# --- from a store --------------------------------------------------------------------------------


def _from_store(
    store: Store, sources: Sequence[Source], archive: Place, into: Archive
) -> list[Copy | str]:
    """Copy files of one store: fetch many at once, then ask the store again.

    A file may have been replaced meanwhile.
    """
    hashes = [source.kept_as for source in sources if source.kept_as]
    whole = {
        sha256 for sha256, is_whole in zip(hashes, into.are_whole(hashes), strict=True) if is_whole
    }
    kept: dict[str, ArchivedFile | str] = {
        source.place: ArchivedFile(archived(archive, source.kept_as), source.kept_as, source.size)
        for source in sources
        if source.kept_as in whole
    }
    missing = (source for source in sources if source.place not in kept)
    for some in in_portions(missing, lambda source: source.size, FETCHED):
        kept.update((source.place, _kept(file, into)) for source, file in _opened(store, some))
    looks = store.looked_at([source.name for source in sources])
    return [
        _copied(source, kept[source.place], said, is_old=source.kept_as in whole)
        for source, said in zip(sources, looks, strict=True)
    ]


def _opened(store: Store, sources: Sequence[Source]) -> Iterator[tuple[Source, BinaryIO | None]]:
    """Yield each file with its opened bytes; None if it is gone. Large ones go through a file."""
    if not is_large(sources[0].size):
        contents = store.fetched([source.name for source in sources])
        for source, content in zip(sources, contents, strict=True):
            yield source, None if content is None else io.BytesIO(content)
        return
    for source in sources:
        with _fetched_beside(store, source) as file:
            yield source, file


@contextmanager
def _fetched_beside(store: Store, source: Source) -> Iterator[BinaryIO | None]:
    with tempfile.TemporaryDirectory(prefix="tonghop-") as folder:
        path = Path(folder) / "fetched"
        if not store.fetch_into(source.name, path):
            yield None
            return
        with path.open("rb") as file:
            yield file


def _kept(file: BinaryIO | None, into: Archive) -> ArchivedFile | str:
    if file is None:
        return "no_access"
    try:
        return into.keep(file)
    except SourceError as error:
        return reason_of(error, "no_access")


def _copied(
    source: Source, kept: ArchivedFile | str, said: Object | None, *, is_old: bool
) -> Copy | str:
    """Return a copy; "half_written" if the store's file isn't what the list said."""
    if isinstance(kept, str):
        return kept
    before = source.said
    if (
        before is None
        or said is None
        or (said.size, said.version, kept.size) != (before.size, before.version, before.size)
    ):
        return "half_written"
    return Copy(
        kept,
        before.mark,
        is_old,
        said.at if said.own is None else said.own,
        UPLOADED if said.own is None else CHANGED,
    )
