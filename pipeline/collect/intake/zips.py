"""Archives of returns: which members a .zip has, what they are called, and which of them are left where they are."""

from __future__ import annotations

import contextlib
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pipeline.collect.formats import limits
from pipeline.collect.formats.containers import ZIP, is_document
from pipeline.collect.intake.archive import Kept

_UTF8_NAME = 0x800
_END_RECORD = b"PK\x05\x06"
_END_SIZE = 22 + 65_535
_DIRECTORY_BYTES = limits.ZIP_ENTRIES * 1024


def members_of(kept: Kept, at_hand: Callable[[Kept], Path]) -> list[zipfile.ZipInfo]:
    """The files in an archive; none where it is no archive, a document, or can't be listed: reading says what it is then."""
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
    return sorted((entry for entry in entries if not entry.is_dir()), key=lambda entry: entry.filename)


def reason_to_leave(entry: zipfile.ZipInfo, left: int) -> str:
    """Why a member of an archive isn't unpacked, with ``left`` bytes to go; blank where it may be."""
    if "__MACOSX" in PurePosixPath(entry.filename).parts:
        return "system"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "link"
    if entry.flag_bits & 1:
        return "encrypted"
    if entry.file_size > limits.RATIO_FROM and entry.file_size > limits.RATIO * max(1, entry.compress_size):
        return "hostile"
    return "too_large" if entry.file_size > min(limits.FILE_BYTES, left) else ""


def member_name(entry: zipfile.ZipInfo) -> str:
    """A member's name, with strokes between folders; many programs write UTF-8 without saying so, some write backslashes."""
    name = entry.filename
    if not entry.flag_bits & _UTF8_NAME:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _starts_as_document(start: bytes) -> bool:
    """Whether the first member is one that only office documents begin with: no need to list the others."""
    name = start[30 : 30 + int.from_bytes(start[26:28], "little")]
    return is_document([name.decode("utf-8", "replace")])


def _is_listable(file: BinaryIO) -> bool:
    """Whether the list of members is of a size that is safe to read."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_SIZE))
    end = file.read()
    record = end[end.rfind(_END_RECORD) :] if _END_RECORD in end else b""
    return bool(record) and int.from_bytes(record[12:16], "little") <= _DIRECTORY_BYTES
