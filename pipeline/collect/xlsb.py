"""What the records of a binary packed workbook (.xlsb) say: the witness of what calamine reads, with the errors that it hides.

Records and cells after [MS-XLSB] 2.1.4 (record), 2.4.687 (BrtRowHdr), 2.5.9 (Cell), 2.5.97 (BErr).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cached_property

from xlrd import error_text_from_code

from pipeline.collect import limits
from pipeline.collect.binary import ANY_TEXT, Cells
from pipeline.collect.cells import Area, ErrorValue, UnreadableError, Value, letters
from pipeline.collect.containers import Package
from pipeline.collect.opc import Document

_ROW, _SHEET, _MERGED = 0, 156, 176
_BLANK, _RK, _ERROR, _BOOLEAN, _REAL, _INLINE, _SHARED = range(1, 8)
_FORMULAS = {8: _INLINE, 9: _REAL, 10: _BOOLEAN, 11: _ERROR}
"""Cells with a formula, and the plain cell whose value theirs is written like."""
_SHORT = {12: _BLANK, 13: _RK, 14: _ERROR, 15: _BOOLEAN, 16: _REAL, 17: _INLINE, 18: _SHARED}
"""Cells without a column of their own: they stand right of the one before."""
_ERRORS = {**error_text_from_code, 43: "#GETTING_DATA"}


class Witness(Document):
    """A workbook as its records show it."""

    def __init__(self, package: Package) -> None:
        super().__init__(package, "xl/workbook.bin")

    @cached_property
    def _parts(self) -> dict[str, str]:
        """The part of every worksheet, by sheet name."""
        found: dict[str, str] = {}
        for kind, body in _records(self._package.part(self._main, limits.SMALL_PART_BYTES)):
            if kind == _SHEET:
                identifier, end = _text(body, 8)
                name, _ = _text(body, end)
                link = self._links.get(identifier)
                if link is not None:
                    found[name] = link.target
        return found

    def _sheet(self, name: str) -> bytes:
        if name not in self._parts:
            raise UnreadableError("damaged")
        return self._package.part(self._parts[name])

    def cells(self, name: str) -> Cells:
        """The filled cells of one sheet; texts are only said to be texts."""
        columns: Cells = {}
        row = column = count = 0
        for kind, body in _records(self._sheet(name)):
            if kind == _ROW:
                row, column = _number(body, 0) + 1, 0
                continue
            plain = _SHORT.get(kind) or _FORMULAS.get(kind, kind)
            if not _BLANK <= plain <= _SHARED:
                continue
            column, at = (column + 1, 4) if kind in _SHORT else (_number(body, 0) + 1, 8)
            value = _value(plain, body, at)
            if value is not None:
                columns.setdefault(letters(column), {})[row] = value
                count += 1
            if count > limits.CELLS or row > limits.ROWS or column > limits.COLUMNS:
                raise UnreadableError("too_large", limit=f"{limits.CELLS:,}".replace(",", "."))
        return columns

    def merged(self, name: str) -> tuple[Area, ...]:
        """The merged ranges of one sheet."""
        found = (struct.unpack_from("<4I", body) for kind, body in _records(self._sheet(name)) if kind == _MERGED and len(body) >= 16)  # noqa: PLR2004
        return tuple(Area(top + 1, left + 1, bottom + 1, right + 1) for top, bottom, left, right in found)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of every record: both numbers have seven bits a byte, the kind up to two, the size up to four."""
    at = 0
    while at < len(data):
        kind, at = _packed(data, at, 2)
        size, at = _packed(data, at, 4)
        if at + size > len(data):
            raise UnreadableError("damaged")
        yield kind, data[at : at + size]
        at += size


def _packed(data: bytes, at: int, most: int) -> tuple[int, int]:
    number = 0
    for position in range(most):
        if at >= len(data):
            raise UnreadableError("damaged")
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << (7 * position)
        if byte < 0x80:  # noqa: PLR2004 the last byte of a number
            break
    return number, at


def _number(body: bytes, at: int) -> int:
    return int(_unpacked("<I", body, at))


def _unpacked(form: str, body: bytes, at: int) -> float:
    try:
        return float(struct.unpack_from(form, body, at)[0])
    except struct.error as error:
        raise UnreadableError("damaged") from error


def _text(body: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends."""
    start = at + 4
    end = start + 2 * _number(body, at)
    return body[start:end].decode("utf-16-le", "replace"), end


def _value(kind: int, body: bytes, at: int) -> Value:
    if kind == _ERROR:
        return ErrorValue(_ERRORS.get(body[at] if at < len(body) else -1, "#ERR!"))
    if kind == _BOOLEAN:
        return "TRUE" if body[at : at + 1] == b"\x01" else "FALSE"
    if kind == _REAL:
        return _unpacked("<d", body, at)
    if kind == _RK:
        return _rk(_number(body, at))
    return None if kind == _BLANK else ANY_TEXT


def _rk(packed: int) -> float:
    """A number in 30 bits: a whole one or the upper half of a double, perhaps times 100 ([MS-XLSB] 2.5.123)."""
    if packed & 2:
        signed = packed >> 2
        number = float(signed - (1 << 30) if signed >= 1 << 29 else signed)
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0])
    return number / 100 if packed & 1 else number
