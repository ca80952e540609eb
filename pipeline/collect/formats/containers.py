"""Unpack the parts of a zipped workbook, within limits."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from zlib_ng import zlib_ng as zlib

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.large import dotted, too_large, without_blanks
from pipeline.collect.formats.signs import ZIP

_MAIN_PARTS = frozenset(
    {
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/workbook.bin",
        "word/document.xml",
        "ppt/presentation.xml",
    }
)
"""Parts that only an Office document has."""
_PART = re.compile(
    r"(?:xl|word|ppt|docProps|customXml|_rels)/.*\.(?:xml|rels|bin|vml|png|jpe?g|gif|emf|wmf)",
    re.IGNORECASE,
)
"""The name of a part of an Office document."""
_HEADER = struct.Struct("<4s22xHH")
"""A part's local header: signature, length of its name, length of its extra field."""
UTF8_NAME = 0x800
"""The flag of a zip entry whose name is UTF-8."""


def is_document(names: Iterable[str]) -> bool:
    """True if parts of these names make one Office document, not an archive of files."""
    plain = set(map(_plain, names))
    # a damaged document may have lost its list of parts
    are_parts = bool(plain) and all(map(_PART.fullmatch, plain))
    return (
        are_parts
        or not plain.isdisjoint(_MAIN_PARTS)
        or ("content.xml" in plain and not plain.isdisjoint({"mimetype", "META-INF/manifest.xml"}))
    )


def is_bomb(entry: zipfile.ZipInfo) -> bool:
    """True if a member is large and packed more than any honest one."""
    most = max(limits.RATIO_FROM, limits.RATIO * max(1, entry.compress_size))
    return entry.file_size > most


class ZipPackage:
    """The parts of a zipped workbook.

    Sizes are counted while unpacking (``limits``). Names that differ in case alone are hostile.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
            raise UnreadableError("damaged") from error
        self._data = memoryview(data)
        self._left = limits.INFLATED_BYTES
        self._guard(self._zip.infolist())

    @staticmethod
    def _guard(entries: Sequence[zipfile.ZipInfo]) -> None:
        names = [entry.filename for entry in entries]
        if len(names) > limits.ZIP_ENTRIES:
            if not is_document(names):
                raise UnreadableError("archive")
            raise UnreadableError(
                "many_parts", count=dotted(len(names)), limit=dotted(limits.ZIP_ENTRIES)
            )
        if len({_plain(name).lower() for name in names}) < len(names):
            raise UnreadableError("hostile")

    @cached_property
    def names(self) -> Mapping[str, zipfile.ZipInfo]:
        """All parts by name, with forward slashes."""
        return {_plain(entry.filename): entry for entry in self._zip.infolist()}

    @cached_property
    def by_lower(self) -> Mapping[str, str]:
        """Names of parts by their lower case: the standard compares names without case."""
        return {name.lower(): name for name in self.names}

    def part(self, name: str, most: int = limits.PART_BYTES) -> bytes:
        """Return a part's content; ``UnreadableError`` if missing, damaged, locked or too large."""
        entry = self._entry(name)
        data = self._unpacked(entry, min(most, self._left))
        self._left -= len(data)
        return data

    def sheet(self, name: str) -> bytes:
        """Return the XML of a sheet; a large one comes without its blank formatted cells."""
        entry = self._entry(name)
        is_deflated = entry.compress_type == zipfile.ZIP_DEFLATED
        if entry.file_size < limits.LARGE_SHEET_BYTES or not is_deflated:
            return self.part(name)
        if entry.file_size > limits.SHEET_BYTES:
            raise too_large(name, entry.file_size, limits.SHEET_BYTES)
        data = without_blanks(self._packed(entry), entry, min(limits.PART_BYTES, self._left))
        if data is None:
            return self.part(name)
        self._left -= len(data)
        return data

    def _entry(self, name: str) -> zipfile.ZipInfo:
        """Return a part's directory record; ``UnreadableError`` if missing, locked, a zip bomb."""
        entry = self.names.get(name) or self.names.get(self.by_lower.get(name.lower(), ""))
        if entry is None:
            raise UnreadableError("damaged")
        if entry.flag_bits & 1:
            raise UnreadableError("encrypted")
        if is_bomb(entry):
            raise UnreadableError("hostile")
        return entry

    def has(self, name: str) -> bool:
        """True if this part exists: some programs list parts that they don't write."""
        return name.lower() in self.by_lower

    def small(self, name: str, most: int = limits.SMALL_PART_BYTES) -> bytes:
        """Return the content of a small part; empty if it doesn't exist."""
        return self.part(name, most) if self.has(name) else b""

    def _unpacked(self, entry: zipfile.ZipInfo, most: int) -> bytes:
        """Unpack a part, check size and CRC. The standard library's reader takes twice as long."""
        packed = self._packed(entry)
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            data = _inflated(packed, min(most, entry.file_size) + 1)
        elif entry.compress_type == zipfile.ZIP_STORED:
            data = bytes(packed[: min(most, entry.file_size) + 1])
        else:
            raise UnreadableError("damaged")
        if len(data) > most:
            raise too_large(entry.filename, entry.file_size, most)
        if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
            raise UnreadableError("damaged")
        return data

    def _packed(self, entry: zipfile.ZipInfo) -> memoryview:
        """Return a part's packed bytes. Its local header must name it as the directory does."""
        start = entry.header_offset + _HEADER.size
        head = bytes(self._data[entry.header_offset : start])
        if len(head) < _HEADER.size:
            raise UnreadableError("damaged")
        sign, name_bytes, extra_bytes = _HEADER.unpack(head)
        encoding = "utf-8" if entry.flag_bits & UTF8_NAME else "cp437"
        name = bytes(self._data[start : start + name_bytes]).decode(encoding, "replace")
        if sign != ZIP or name != entry.orig_filename:
            raise UnreadableError("damaged")
        start += name_bytes + extra_bytes
        return self._data[start : start + entry.compress_size]


def _plain(name: str) -> str:
    """Return a part's name with forward slashes and no leading one, as the standard has it."""
    return name.replace("\\", "/").removeprefix("/")


def _inflated(packed: memoryview, most: int) -> bytes:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
    except zlib.error as error:  # type: ignore[misc]  # declared as an instance
        raise UnreadableError("damaged") from error
