"""Read from an .xls what xlrd tells only together with all formats.

That is: hidden rows and columns, text boxes, pictures, headers and footers, cells with formulas.
Records after [MS-XLS] 2.4.28 (BoundSheet8), 2.4.221 (Row), 2.4.53 (ColInfo), 2.4.181 (Obj), 2.4.329
(TxO), 2.4.136 (Header), 2.4.122 (Font), 2.4.127 (Formula); anchors after [MS-ODRAW] 2.2.46. Damage
ends the search: reading the cells reports it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.collect.formats.beside import plain_margin
from pipeline.collect.formats.surroundings import Beside, BesideKind, HiddenRanges, Span, merged
from pipeline.office.addresses import letters
from pipeline.office.hiding import LOWEST, NARROWEST

# Kinds of records: of the workbook and its sheets …
_BOF, _EOF = 0x809, 0x0A
_LOCKED = 0x2F
_SHEET = 0x85
_FONT = 0x31
# … of cells …
_ROW = 0x208
_COLUMNS = 0x7D
_FORMULA = 0x06
# … and of what is around them
_DRAWING = 0xEC
_OBJECT = 0x5D
_TEXT = 0x1B6
_CONTINUED = 0x3C
_HEADER, _FOOTER = 0x14, 0x15
_STRUCK = 0x08
"""The flag of a font that strikes out."""
_OLD_FONT = re.compile(rb"\.Vn|VNI-", re.IGNORECASE)
_PICTURE, _NOTE = 0x08, 0x19
"""Kinds of objects."""
_HIDDEN_ROW = 0x20
"""A flag of a row. Heights are in twentieths of a point, widths in 256ths of a character."""
_ANCHOR = b"\x10\xf0\x12\x00\x00\x00"
"""Begins the record with the cells that a shape covers."""
Record = tuple[int, bytes]
"""Kind and content of a record."""


@dataclass
class Surroundings:
    """What was found on one sheet outside its cells."""

    rows: list[Span] = field(default_factory=list)
    columns: list[Span] = field(default_factory=list)
    beside: list[Beside] = field(default_factory=list)
    formulas: set[tuple[int, str]] = field(default_factory=set)
    """Cells with a formula, by row and column letter."""

    @property
    def hidden(self) -> HiddenRanges:
        """The hidden rows and columns."""
        return HiddenRanges(merged(self.rows), merged(self.columns))


def surroundings(stream: bytes) -> dict[str, Surroundings]:
    """Return what is around the cells, by sheet name.

    Empty for an encrypted workbook: its records can't be read.
    """
    by_sheet: dict[str, Surroundings] = {}
    for kind, body in _records(stream, 0):
        if kind == _LOCKED:
            return {}
        if kind == _SHEET and len(body) > 8:  # noqa: PLR2004
            (start,) = struct.unpack_from("<I", body)
            try:
                by_sheet[_text(body[8:], body[6], body[7])] = _of_sheet(_records(stream, start))
            except (struct.error, IndexError):
                continue
    return by_sheet


def has_remarkable_fonts(stream: bytes) -> bool:
    """True if a font strikes out, is set high or low, or is from before Unicode."""
    records = _records(stream, 0)
    fonts = (body for kind, body in records if kind == _FONT and len(body) > 14)  # noqa: PLR2004
    return any(
        body[2] & _STRUCK or body[8] or _OLD_FONT.search(body[14:].replace(b"\0", b""))
        for body in fonts
    )


def _records(stream: bytes, place: int) -> Iterator[Record]:
    """Yield the records of the workbook or of one sheet, without those of charts inside it."""
    depth = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1:
            yield kind, stream[place + 4 : place + 4 + size]
        if depth <= 0:
            return
        place += 4 + size


def _of_sheet(records: Iterator[Record]) -> Surroundings:
    """Collect what is around a sheet's cells.

    A shape takes several records: its anchor, its kind, then its text in continued records.
    """
    around, cell, last, kind_of_object = Surroundings(), "", "", 0
    text, left = "", 0
    for kind, body in records:
        if kind in (_ROW, _FORMULA, _COLUMNS, _HEADER, _FOOTER):
            _of_one_record(kind, body, around)
        elif kind == _DRAWING and _ANCHOR in body:
            cell, last = _place(body, body.rindex(_ANCHOR) + len(_ANCHOR))
        elif kind == _OBJECT:
            kind_of_object = struct.unpack_from("<H", body, 4)[0]
            if kind_of_object == _PICTURE:
                around.beside.append(Beside(BesideKind.PICTURE, "", cell, last))
        elif kind == _TEXT:
            text, left = "", struct.unpack_from("<H", body, 10)[0]
        elif kind == _CONTINUED and left > 0 and body:
            piece = _text(body[1:], left, body[0])
            text, left = text + piece, left - max(1, len(piece))
            if left <= 0 and text.strip() and kind_of_object != _NOTE:
                around.beside.append(Beside(BesideKind.BOX, text.strip(), cell, last))
    return around


def _of_one_record(kind: int, body: bytes, around: Surroundings) -> None:
    """Collect what a record tells by itself."""
    if kind == _ROW:
        row, height, flags = struct.unpack_from("<H4xH4xH", body)
        if flags & _HIDDEN_ROW or 0 < height < 20 * LOWEST:
            around.rows.append((row + 1, row + 1))
    elif kind == _FORMULA:
        row, column = struct.unpack_from("<HH", body)
        around.formulas.add((row + 1, letters(column + 1)))
    elif kind == _COLUMNS:
        first, end, width, _, flags = struct.unpack_from("<5H", body)
        if flags & 1 or width < 256 * NARROWEST:
            around.columns.append((first + 1, end + 1))
    elif len(body) > 3:  # noqa: PLR2004 a header or footer that isn't blank
        margin = plain_margin(_text(body[3:], struct.unpack_from("<H", body)[0], body[2]))
        if margin:
            around.beside.append(Beside(BesideKind.MARGIN, margin))


def _text(data: bytes, count: int, flags: int) -> str:
    """Decode up to ``count`` letters, of one or two bytes each."""
    if flags & 1:
        return data[: 2 * count].decode("utf-16-le", "replace")
    return data[:count].decode("latin-1")


def _place(body: bytes, place: int) -> tuple[str, str]:
    """Return the first and the last cell that a shape covers."""
    _, left, _, top, _, right, _, bottom, _ = struct.unpack_from("<9H", body, place)
    return f"{letters(left + 1)}{top + 1}", f"{letters(right + 1)}{bottom + 1}"
