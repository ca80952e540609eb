"""List the members of .zip archives, and tell which of them are left out."""

from __future__ import annotations

import contextlib
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pipeline.collect.formats import limits
from pipeline.collect.formats.containers import UTF8_NAME, is_bomb, is_document
from pipeline.collect.formats.signs import EMPTY_ZIP, ZIP
from pipeline.collect.intake.archive import ArchivedFile

_END_SIZE = 22 + 65_535
"""Bytes at a zip's end that hold its end record: 22, and a comment of up to 65,535."""
_DIRECTORY_BYTES = limits.ZIP_ENTRIES * 1024
"""The largest list of members that is read."""


def members_of(
    kept: ArchivedFile, at_hand: Callable[[ArchivedFile], Path]
) -> list[zipfile.ZipInfo]:
    """Return the members of a .zip, by name.

    Empty if it is no .zip, is a document or can't be listed: reading says then what it is.
    """
    if not kept.start.startswith(ZIP) or _starts_as_document(kept.start):
        return []
    with at_hand(kept).open("rb") as file:
        if not _is_listable(file):
            return []
        try:
            entries = zipfile.ZipFile(file).infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
            return []
    names = [entry.filename for entry in entries]
    if is_document(names) or len(names) > limits.ZIP_ENTRIES:
        return []
    return sorted(
        (entry for entry in entries if not entry.is_dir()), key=lambda entry: entry.filename
    )


def reason_to_leave(entry: zipfile.ZipInfo, left: int) -> str:
    """Say why a member isn't unpacked; blank if it may be. ``left``: bytes of the budget left."""
    if "__MACOSX" in PurePosixPath(entry.filename).parts:
        return "system"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "link"
    if entry.flag_bits & 1:
        return "encrypted"
    if is_bomb(entry):
        return "hostile"
    return "too_large" if entry.file_size > min(limits.FILE_BYTES, left) else ""


def member_name(entry: zipfile.ZipInfo) -> str:
    """Return a member's name, with forward slashes.

    Many programs write UTF-8 without saying so, some write backslashes.
    """
    name = entry.filename
    if not entry.flag_bits & UTF8_NAME:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _starts_as_document(start: bytes) -> bool:
    """True if the first member begins an Office document: the others needn't be listed then."""
    name = start[30 : 30 + int.from_bytes(start[26:28], "little")]
    return is_document([name.decode("utf-8", "replace")])


def _is_listable(file: BinaryIO) -> bool:
    """True if the list of members is small enough to be read safely."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_SIZE))
    end = file.read()
    record = end[end.rfind(EMPTY_ZIP) :] if EMPTY_ZIP in end else b""
    return bool(record) and int.from_bytes(record[12:16], "little") <= _DIRECTORY_BYTES
