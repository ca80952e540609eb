"""Copying files into the archive, some at a time: by the command itself, by a process that helps it, or by another host that sees both folders."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.collect.intake import disk
from pipeline.collect.intake.archive import Kept, SourceError, archived, is_whole, keep, reason_of
from pipeline.home import make_names_last


@dataclass(frozen=True)
class Source:
    """A file where it was found."""

    place: str
    """Its full path."""
    kept_as: str = ""
    """The SHA-256 under which its bytes are thought to be kept; they are copied only where they aren't, or no longer whole."""


@dataclass(frozen=True)
class Copy:
    """The bytes of a file as they are kept now, and when it was changed (ns); ``is_old``: they were kept before."""

    kept: Kept
    changed: int
    is_old: bool = False


def copy_all(sources: Sequence[Source], archive: Path) -> list[Copy | str]:
    """Copy files into the archive: of each its copy, or why it was left (a key of ``collect.toml``). What was kept when this returns lasts."""
    copies = [_copy(each, archive) for each in sources]
    if any(isinstance(each, Copy) and not each.is_old for each in copies):
        make_names_last(archive)
    return copies


def _copy(source: Source, archive: Path) -> Copy | str:
    try:
        with disk.opened(source.place) as file:
            before = os.fstat(file.fileno())
            if source.kept_as and is_whole(archived(archive, source.kept_as), source.kept_as):
                return Copy(Kept(archived(archive, source.kept_as), source.kept_as, before.st_size), disk.changed(before), is_old=True)
            kept = keep(file, archive)
            after = os.fstat(file.fileno())
    except SourceError as error:
        return reason_of(error, "no_access")
    is_finished = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and after.st_size == kept.size
    return Copy(kept, disk.changed(after)) if is_finished else "half_written"
