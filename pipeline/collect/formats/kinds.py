"""Tell a file's kind by its content, never by its name."""

from __future__ import annotations

import io
import re
from pathlib import Path

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.containers import ZipPackage, is_document
from pipeline.collect.formats.signs import EMPTY_ZIP, OLE, ZIP, is_archive, mail_kind
from pipeline.errors import is_of_foreign_bytes

XLSX, XLSB, ODS, XLS = "xlsx", "xlsb", "ods", "xls"

_SIGNS = {
    b"%PDF": "pdf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"II*\x00": "image",
    b"MM\x00*": "image",
    b"{\\rtf": "word",
    EMPTY_ZIP: "archive",
    b"MZ": "program",
    b"\x7fELF": "program",
    b"SQLite format 3": "database",
    b"\x00\x01\x00\x00Standard ": "database",
}
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
_MAIN_SHEET = re.compile(rb'(?:spreadsheetml|ms-excel)\.(?:[A-Za-z]++\.){1,3}+main\+xml"')
"""A content type that makes a part the main part of a workbook."""
_FOLDERS = {"word/": "word", "ppt/": "slides"}
_TEXT_START = 4096


def content_of(path: Path) -> bytes:
    """Return all bytes of a received file; ``UnreadableError`` if empty or too large."""
    with path.open("rb") as file:
        data = file.read(limits.FILE_BYTES + 1)
    if not data:
        raise UnreadableError("empty")
    if len(data) > limits.FILE_BYTES:
        raise UnreadableError("too_large", limit=f"{limits.FILE_BYTES // 1024**2} MB")
    return data


def kind_of(data: bytes) -> tuple[str, ZipPackage | None]:
    """Return the kind of workbook, and its parts if zipped; ``UnreadableError`` for other files."""
    if data.startswith(ZIP):
        package = ZipPackage(data)
        return _packed_kind(package), package
    if data.startswith(OLE):
        return _ole_kind(data), None
    raise UnreadableError(_other_kind(data))


def _other_kind(data: bytes) -> str:
    """Return what a file is that is no workbook; an archive or mail if intake couldn't open it."""
    for sign, kind in _SIGNS.items():
        if data.startswith(sign):
            return kind
    start = data[:_TEXT_START]
    if is_archive(start):
        return "archive"
    return "mail" if mail_kind(start) else _text_kind(data)


def _packed_kind(package: ZipPackage) -> str:
    """Return the kind of a zipped workbook; ``UnreadableError`` says what else it is."""
    names = package.names
    # if the same zip holds an OpenDocument workbook too, Excel opens the other one
    if "[Content_Types].xml" in names and "_rels/.rels" in names:
        if "xl/workbook.bin" in names:
            return XLSB
        if _is_spreadsheet(package):
            return XLSX
    opendocument = _opendocument_kind(package)
    if opendocument == ODS:
        return ODS
    if "xl/workbook.bin" in names:
        return XLSB
    if "_rels/.rels" in names and _is_spreadsheet(package):
        return XLSX
    for folder, kind in _FOLDERS.items():
        if not opendocument and any(name.startswith(folder) for name in names):
            raise UnreadableError(kind)
    raise UnreadableError(opendocument or ("damaged" if is_document(names) else "archive"))


def _is_spreadsheet(package: ZipPackage) -> bool:
    """True if the main part is a workbook. A Word document that holds a sheet isn't."""
    return (
        any(name.startswith("xl/") for name in package.by_lower)
        or _MAIN_SHEET.search(package.small("[Content_Types].xml")) is not None
    )


def _opendocument_kind(package: ZipPackage) -> str | None:
    """Return an OpenDocument file's kind, by first part or else manifest; None for others."""
    if "mimetype" in package.names:
        return _MIMETYPES.get(package.part("mimetype", 200).decode("ascii", "replace").strip())
    listed = package.small("META-INF/manifest.xml")
    return next(
        (kind for mimetype, kind in _MIMETYPES.items() if f'"{mimetype}"'.encode() in listed), None
    )


def _ole_kind(data: bytes) -> str:
    streams = _ole_streams(data)
    kinds = (
        kind
        for start, kind in _OLE_STREAMS.items()
        if any(stream.startswith(start.lower()) for stream in streams)
    )
    kind = next(kinds, "unknown")
    if kind != XLS:
        raise UnreadableError(kind)
    return kind


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
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        data[:_TEXT_START].decode("utf-16" if is_utf16 else "utf-8")
    except UnicodeDecodeError as error:  # the last letter may be cut
        return "text" if error.start > _TEXT_START - 4 else "unknown"
    return "unknown" if b"\x00" in data[:_TEXT_START] and not is_utf16 else "text"
