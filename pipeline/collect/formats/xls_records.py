"""Read from an .xls what xlrd tells only together with all formats.

That is: hidden rows and columns, text boxes, pictures, headers and footers, cells with formulas.
Records after [MS-XLS] 2.4.28 (BoundSheet8), 2.4.221 (Row), 2.4.53 (ColInfo), 2.4.181 (Obj), 2.4.329
(TxO), 2.4.136 (Header), 2.4.122 (Font), 2.4.127 (StoredFormula); anchors after [MS-ODRAW] 2.2.46. Damage
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

_BOF, _EOF, _LOCKED, _SHEET, _CONTINUED = 0x809, 0x0A, 0x2F, 0x85, 0x3C
_ROW, _COLUMNS, _OBJECT, _TEXT, _DRAWING, _HEADER, _FOOTER = (
    0x208,
    0x7D,
    0x5D,
    0x1B6,
    0xEC,
    0x14,
    0x15,
)
_FONT, _FORMULA, _STRUCK = 0x31, 0x06, 0x08
"""Kinds of records, and the flag of a font that strikes out."""
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
    """Whether a font strikes out, is set high or low, or is from before Unicode."""
    fonts = (body for kind, body in _records(stream, 0) if kind == _FONT and len(body) > 14)  # noqa: PLR2004
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
    found, cell, last, kind_of_object = Surroundings(), "", "", 0
    text, left = "", 0
    for kind, body in records:
        if kind in (_ROW, _FORMULA, _COLUMNS):
            _of_cells(kind, body, found)
        elif kind in (_HEADER, _FOOTER) and len(body) > 3:  # noqa: PLR2004
            margin = plain_margin(_text(body[3:], struct.unpack_from("<H", body)[0], body[2]))
            found.beside += [Beside(BesideKind.MARGIN, margin)] if margin else []
        elif kind == _DRAWING and _ANCHOR in body:
            cell, last = _place(body, body.rindex(_ANCHOR) + len(_ANCHOR))
        elif kind == _OBJECT:
            kind_of_object = struct.unpack_from("<H", body, 4)[0]
            found.beside += (
                [Beside(BesideKind.PICTURE, "", cell, last)] if kind_of_object == _PICTURE else []
            )
        elif kind == _TEXT:
            text, left = "", struct.unpack_from("<H", body, 10)[0]
        elif kind == _CONTINUED and left > 0 and body:
            piece = _text(body[1:], left, body[0])
            text, left = text + piece, left - max(1, len(piece))
            if left <= 0 and text.strip() and kind_of_object != _NOTE:
                found.beside.append(Beside(BesideKind.BOX, text.strip(), cell, last))
    return found


def _of_cells(kind: int, body: bytes, found: Surroundings) -> None:
    if kind == _ROW:
        row, height, flags = struct.unpack_from("<H4xH4xH", body)
        found.rows += (
            [(row + 1, row + 1)] if flags & _HIDDEN_ROW or 0 < height < 20 * LOWEST else []
        )
    elif kind == _FORMULA:
        row, column = struct.unpack_from("<HH", body)
        found.formulas.add((row + 1, letters(column + 1)))
    elif kind == _COLUMNS:
        first, end, width, _, flags = struct.unpack_from("<5H", body)
        found.columns += [(first + 1, end + 1)] if flags & 1 or width < 256 * NARROWEST else []


def _text(data: bytes, count: int, flags: int) -> str:
    """Decode up to ``count`` letters, of one or two bytes each."""
    return (
        data[: 2 * count].decode("utf-16-le", "replace")
        if flags & 1
        else data[:count].decode("latin-1")
    )


def _place(body: bytes, place: int) -> tuple[str, str]:
    """Return the first and the last cell that a shape covers."""
    _, left, _, top, _, right, _, bottom, _ = struct.unpack_from("<9H", body, place)
    return f"{letters(left + 1)}{top + 1}", f"{letters(right + 1)}{bottom + 1}"
