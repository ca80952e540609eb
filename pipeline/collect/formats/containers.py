"""Tell a file's kind by its content, never by its name, and unpack a zipped workbook's parts."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from zlib_ng import zlib_ng as zlib

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.large import dotted, too_large, without_blanks
from pipeline.collect.formats.signs import is_archive, mail_kind
from pipeline.errors import is_of_foreign_bytes

ZIP, EMPTY_ZIP, OLE = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
XLSX, XLSB, ODS, XLS = "xlsx", "xlsb", "ods", "xls"

_SIGNS: Sequence[tuple[bytes, str]] = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"{\\rtf", "word"),
    (EMPTY_ZIP, "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"SQLite format 3", "database"),
    (b"\x00\x01\x00\x00Standard ", "database"),
)
"""First bytes of files that are no workbook, and their kinds."""
_OLE_STREAMS = {
    "Workbook": XLS,
    "Book": XLS,
    "EncryptedPackage": "encrypted",
    "WordDocument": "word",
    "PowerPoint Document": "slides",
    "__substg1.0_": "mail",
}
"""What an OLE compound file is, by the start of a stream's name."""
_MIMETYPES = {
    "application/vnd.oasis.opendocument.spreadsheet": ODS,
    "application/vnd.oasis.opendocument.spreadsheet-template": ODS,
    "application/vnd.oasis.opendocument.text": "word",
    "application/vnd.oasis.opendocument.presentation": "slides",
}
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
_MAIN_SHEET = re.compile(rb'(?:spreadsheetml|ms-excel)\.(?:[A-Za-z]++\.){1,3}+main\+xml"')
"""A content type that makes a part the main part of a workbook."""
_FOLDERS = {"word/": "word", "ppt/": "slides"}
_TEXT_START = 4096
_HEADER = struct.Struct("<4s22xHH")
"""A part's local header: signature, length of its name, length of its extra field."""
_UTF8_NAME = 0x800
"""The flag of a zip entry whose name is UTF-8."""


def content_of(path: Path) -> bytes:
    """Return all bytes of a received file; ``UnreadableError`` if empty or too large."""
    with path.open("rb") as file:
        data = file.read(limits.FILE_BYTES + 1)
    if not data:
        raise UnreadableError("empty")
    if len(data) > limits.FILE_BYTES:
        raise UnreadableError("too_large", limit=f"{limits.FILE_BYTES // 1024**2} MB")
    return data


def kind_of(data: bytes) -> tuple[str, Package | None]:
    """Return the kind of workbook, and its parts if zipped; ``UnreadableError`` for other files."""
    if data.startswith(ZIP):
        package = Package(data)
        return _packed_kind(package), package
    if data.startswith(OLE):
        return _ole_kind(data), None
    raise UnreadableError(
        next((what for sign, what in _SIGNS if data.startswith(sign)), None)
        or _container_kind(data)
        or _text_kind(data)
    )


def _container_kind(data: bytes) -> str:
    """Return "archive" or "mail" for a container that intake couldn't open; else blank."""
    if is_archive(data[:_TEXT_START]):
        return "archive"
    return "mail" if mail_kind(data[:_TEXT_START]) else ""


def _packed_kind(package: Package) -> str:
    # ^if the same zip holds an OpenDocument workbook too, Excel opens this one
    """Return the kind of a zipped workbook; ``UnreadableError`` says what else it is."""
    if "[Content_Types].xml" in package.names and "_rels/.rels" in package.names:
        kind = (
            XLSB if "xl/workbook.bin" in package.names else XLSX if _is_spreadsheet(package) else ""
        )
        if kind:
            return kind
    known = _opendocument_kind(package)
    if known == ODS:
        return ODS
    if "xl/workbook.bin" in package.names:
        return XLSB
    if "_rels/.rels" in package.names and _is_spreadsheet(package):
        return XLSX
    folder = next(
        (
            what
            for folder, what in _FOLDERS.items()
            if any(name.startswith(folder) for name in package.names)
        ),
        None,
    )
    raise UnreadableError(
        known or folder or ("damaged" if is_document(package.names) else "archive")
    )


def _is_spreadsheet(package: Package) -> bool:
    """True if the main part is a workbook. A Word document that holds a sheet isn't."""
    return (
        any(name.startswith("xl/") for name in package.by_lower)
        or _MAIN_SHEET.search(package.small("[Content_Types].xml")) is not None
    )


def _opendocument_kind(package: Package) -> str | None:
    """Return an OpenDocument file's kind, by first part or else manifest; None for others."""
    if "mimetype" in package.names:
        return _MIMETYPES.get(package.part("mimetype", 200).decode("ascii", "replace").strip())
    listed = package.small("META-INF/manifest.xml")
    return next(
        (kind for mimetype, kind in _MIMETYPES.items() if f'"{mimetype}"'.encode() in listed), None
    )


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


def _ole_kind(data: bytes) -> str:
    streams = _ole_streams(data)
    found = next(
        (
            what
            for start, what in _OLE_STREAMS.items()
            if any(each.startswith(start.lower()) for each in streams)
        ),
        "unknown",
    )
    if found == XLS:
        return XLS
    raise UnreadableError(found)


def _ole_streams(data: bytes) -> list[str]:
    """Return the stream names, in lower case; of a damaged file known names found in its bytes."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            return [path[0].lower() for path in container.listdir()]
    except Exception as error:
        if not is_of_foreign_bytes(error):
            raise
        return [name.lower() for name in _OLE_STREAMS if name.encode("utf-16-le") in data]


def _text_kind(data: bytes) -> str:
    """Return "xml", "html", "text" or "unknown", by the first 4,096 bytes."""
    start = data[:_TEXT_START].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start or b"excel.sheet" in start:
        return "xml"
    if start.startswith((b"<!doctype html", b"<html")) or b"<table" in start:
        return "html"
    if start.startswith(b"<?xml"):
        return "xml"
    try:
        data[:_TEXT_START].decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as error:
        return "text" if error.start > _TEXT_START - 4 else "unknown"
    return (
        "unknown"
        if b"\x00" in data[:_TEXT_START] and data[:2] not in (b"\xff\xfe", b"\xfe\xff")
        else "text"
    )


class Package:
    """The parts of a zipped workbook.

    Sizes are counted while unpacking (``limits``). Names that differ in case alone are hostile.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._data = memoryview(data)
        except (
            zipfile.BadZipFile,
            zipfile.LargeZipFile,
            ValueError,
            NotImplementedError,
            OverflowError,
        ) as error:
            raise UnreadableError("damaged") from error
        self._left = limits.INFLATED_BYTES
        self._guard(self._zip.infolist())

    @staticmethod
    def _guard(entries: Sequence[zipfile.ZipInfo]) -> None:
        if len(entries) > limits.ZIP_ENTRIES and not is_document(
            entry.filename for entry in entries
        ):
            raise UnreadableError("archive")
        if len(entries) > limits.ZIP_ENTRIES:
            raise UnreadableError(
                "many_parts", count=dotted(len(entries)), limit=dotted(limits.ZIP_ENTRIES)
            )
        if len({_plain(entry.filename).lower() for entry in entries}) < len(entries):
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
        if (
            entry.file_size < limits.LARGE_SHEET_BYTES
            or entry.compress_type != zipfile.ZIP_DEFLATED
        ):
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
        if entry.file_size > limits.RATIO_FROM and entry.file_size > limits.RATIO * max(
            1, entry.compress_size
        ):
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
        at = entry.header_offset
        head = bytes(self._data[at : at + _HEADER.size])
        if len(head) < _HEADER.size:
            raise UnreadableError("damaged")
        sign, name_bytes, extra_bytes = _HEADER.unpack(head)
        at += _HEADER.size
        name = bytes(self._data[at : at + name_bytes]).decode(
            "utf-8" if entry.flag_bits & _UTF8_NAME else "cp437", "replace"
        )
        if sign != ZIP or name != entry.orig_filename:
            raise UnreadableError("damaged")
        at += name_bytes + extra_bytes
        return self._data[at : at + entry.compress_size]


def _plain(name: str) -> str:
    """Return a part's name with forward slashes and no leading one, as the standard has it."""
    return name.replace("\\", "/").removeprefix("/")


def _inflated(packed: memoryview, most: int) -> bytes:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
    except zlib.error as error:  # type: ignore[misc]  # declared as an instance
        raise UnreadableError("damaged") from error
