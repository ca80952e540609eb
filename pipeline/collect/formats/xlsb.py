"""Read .xlsb workbooks record by record, and compare with what calamine sees.

calamine skips cells without a column of their own (BrtShort…, which SheetJS writes) and hides
errors, so a cell that is blank for calamine proves nothing. Sections of [MS-XLSB]: 2.1.4 (records),
2.5.9 (Cell), 2.5.97 (errors), 2.5.123 (RK).
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from xlrd import error_text_from_code

from pipeline.collect.formats import limits
from pipeline.collect.formats.beside import beside
from pipeline.collect.formats.binary import BinaryWorkbook, Calamine, Cells, agreed
from pipeline.collect.formats.cells import (
    MACINTOSH_SHIFT,
    Area,
    ErrorValue,
    Grid,
    UnreadableError,
    Value,
    by_name,
)
from pipeline.collect.formats.containers import ZipPackage
from pipeline.collect.formats.looks import CellLooks, looks_by
from pipeline.collect.formats.opc import Document
from pipeline.collect.formats.runs import cut
from pipeline.collect.formats.seen import Font
from pipeline.collect.formats.surroundings import Beside, HiddenRanges
from pipeline.collect.formats.surroundings import merged as joined
from pipeline.collect.formats.xlsb_records import (
    Record,
    damaged,
    packed_real,
    real,
    records,
    text,
    whole,
)
from pipeline.office.addresses import letters
from pipeline.office.hiding import LOWEST, NARROWEST

# Kinds of records ([MS-XLSB] 2.3): of cells …
_BLANK = 1
_RK = 2
"""A number packed into four bytes."""
_ERROR = 3
_BOOLEAN = 4
_REAL = 5
_INLINE = 6
"""A text in the cell itself."""
_SHARED = 7
_RICH = 62
"""A text of several fonts in the cell itself."""
# … and of all else that is read
_ROW = 0
_STRING = 19
_FONT = 43
_FORMAT = 44
_STYLE = 47
_COLUMN = 60
_ROWS, _ROWS_END = 145, 146
_WORKBOOK = 153
_SHEET = 156
_MERGED = 176
_STYLES, _STYLES_END = 617, 618
_CELLS = frozenset({_RK, _ERROR, _BOOLEAN, _REAL, _INLINE, _SHARED, _RICH})
_FORMULAS = {8: _INLINE, 9: _REAL, 10: _BOOLEAN, 11: _ERROR}
"""Kinds of cells with a formula, and the plain kind whose value is written alike."""
_SHORT = {12: _BLANK, 13: _RK, 14: _ERROR, 15: _BOOLEAN, 16: _REAL, 17: _INLINE, 18: _SHARED}
"""Kinds of cells without a column of their own: each is right of the one before."""
_ERRORS = {**error_text_from_code, 43: "#GETTING_DATA"}


class XlsbWorkbook(BinaryWorkbook, Document):
    """An open .xlsb workbook. Sheets are read on demand; damage raises ``UnreadableError``."""

    def __init__(self, data: bytes, package: ZipPackage) -> None:
        super().__init__(package, "xl/workbook.bin")
        self._second = Calamine(data)
        self._records = list(records(package.part(self._main, limits.SMALL_PART_BYTES)))
        flags = next((whole(body, 0) for kind, body in self._records if kind == _WORKBOOK), 0)
        self._shift = MACINTOSH_SHIFT if flags & 1 else 0

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all worksheets, hidden ones too, in order."""
        return tuple(name for name, part in self._sheets.items() if part)

    @property
    def hidden_sheets(self) -> frozenset[str]:
        """Names of the hidden sheets."""
        sheets = (body for kind, body in self._records if kind == _SHEET)
        return frozenset(text(body, text(body, 8)[1])[0] for body in sheets if whole(body, 0))

    def beside(self, name: str) -> tuple[Beside, ...]:
        """Return drawings and threaded comments of a sheet. Old comments are not read."""
        return tuple(beside(self._package, self._sheets[name]))

    @cached_property
    def _sheets(self) -> Mapping[str, str]:
        """The part of each worksheet, by sheet name, in order."""
        parts: list[tuple[str, str]] = []
        for kind, body in self._records:
            if kind == _SHEET:
                identifier, end = text(body, 8)
                link = self._links.get(identifier)
                if link is not None and link.kind == "worksheet":
                    parts.append((text(body, end)[0], link.target))
        return by_name(parts)

    @property
    def strings(self) -> Collection[str]:
        """The shared strings."""
        return self._strings

    def grid(self, name: str) -> Grid:
        """Return the filled cells of one sheet."""
        sheet = list(records(self._package.part(self._sheets[name])))
        seen, _ = self._second.sheet(name)
        areas = (
            struct.unpack_from("<4I", body)
            for kind, body in sheet
            if kind == _MERGED and len(body) >= 16  # noqa: PLR2004
        )
        merged = tuple(
            Area(top + 1, left + 1, bottom + 1, right + 1) for top, bottom, left, right in areas
        )
        cells, struck = self._cells(sheet)
        return Grid(
            agreed(name, cells, seen, blanks_count=False),
            merged=merged,
            epoch_shift=self._shift,
            struck=struck,
            hidden=_hidden(sheet),
        )

    def _cells(self, sheet: list[Record]) -> tuple[Cells, frozenset[tuple[int, str]]]:
        """Return the filled cells, and those that are struck out whole."""
        columns: Cells = {}
        struck: set[tuple[int, str]] = set()
        row = column = 0
        for kind, body in sheet[slice(*inside(sheet))]:
            if kind == _ROW:
                row, column = whole(body, 0) + 1, 0
                continue
            if kind in _SHORT:
                column, start = column + 1, 4
            elif kind in _CELLS or kind in _FORMULAS or kind == _BLANK:
                column, start = whole(body, 0) + 1, 8
            else:
                continue
            style = str(whole(body, start - 4) & 0xFFFFFF)
            plain_kind = _SHORT.get(kind) or _FORMULAS.get(kind, kind)
            value = self._value(plain_kind, body, start, style)
            is_outside = row > limits.ROWS or column > limits.COLUMNS
            if is_outside or row in columns.get(letters(column), ()):
                raise UnreadableError("irregular")
            if value is not None:
                columns.setdefault(letters(column), {})[row] = value
                if self._looks.strikes(value, style):
                    struck.add((row, letters(column)))
        return columns, frozenset(struck)

    def _value(self, kind: int, body: bytes, start: int, style: str) -> Value:
        """Return a cell's value, which begins at byte ``start`` of its record."""
        if kind in (_SHARED, _INLINE, _RICH):
            return self._looks.text(self._text(kind, body, start), style) or None
        if kind == _ERROR:
            return ErrorValue(_ERRORS.get(body[start] if start < len(body) else -1, "#ERR!"))
        if kind == _BOOLEAN:
            return "TRUE" if body[start : start + 1] == b"\x01" else "FALSE"
        if kind not in (_REAL, _RK):
            return None
        number = real(body, start) if kind == _REAL else packed_real(whole(body, start))
        return self._looks.number(number, style, self._shift)

    def _text(self, kind: int, body: bytes, start: int) -> str:
        if kind == _RICH:
            return self._rich(body, start)
        if kind == _INLINE:
            return text(body, start)[0]
        position = whole(body, start)
        return self._strings[position] if position < len(self._strings) else damaged()

    @cached_property
    def _strings(self) -> list[str]:
        return [
            self._rich(body, 0) for kind, body in self._linked("sharedStrings") if kind == _STRING
        ]

    def _rich(self, body: bytes, start: int) -> str:
        """Read a text ([MS-XLSB] 2.5.122 RichStr).

        Its first byte says whether the places where fonts begin follow the text.
        """
        plain, end = text(body, start + 1)
        if not body[start] & 1:
            return plain
        count = min(whole(body, end), (len(body) - end - 4) // 4)
        starts = (struct.unpack_from("<HH", body, end + 4 + 4 * number) for number in range(count))
        return cut(plain, starts, self._fonts)

    @cached_property
    def _looks(self) -> CellLooks:
        """How the styles of cells look."""
        codes = {
            str(whole(body, 0) & 0xFFFF): text(body, 2)[0]
            for kind, body in self._styles
            if kind == _FORMAT
        }
        kinds = [kind for kind, _ in self._styles]
        ends = [place for place, kind in enumerate(kinds) if kind in (_STYLES, _STYLES_END)]
        listed = self._styles[slice(*ends[:2])] if len(ends) > 1 else []
        styles = [
            (str(whole(body, 0) >> 16), whole(body, 4) & 0xFFFF)
            for kind, body in listed
            if kind == _STYLE
        ]
        return looks_by(styles, self._fonts, codes)

    @cached_property
    def _fonts(self) -> list[Font]:
        """The fonts, by number ([MS-XLSB] 2.4.155 BrtFont)."""
        fonts = (body for kind, body in self._styles if kind == _FONT)
        return [
            Font(bool(whole(body, 2) & 0x08), bool(whole(body, 6) & 0xFFFF), text(body, 21)[0])
            for body in fonts
        ]

    @cached_property
    def _styles(self) -> list[Record]:
        return list(self._linked("styles"))

    def _linked(self, kind: str) -> Iterator[Record]:
        link = self._link(kind)
        return records(self._package.part(link.target)) if link else iter(())


def _hidden(sheet: Sequence[Record]) -> HiddenRanges:
    """Return rows and columns that are hidden or too small to be seen.

    [MS-XLSB] 2.4.740 (BrtRowHdr), 2.4.323 (BrtColInfo).
    """
    first, last = inside(sheet)
    rows = [body for kind, body in sheet[first:last] if kind == _ROW and len(body) > 11]  # noqa: PLR2004
    columns = [body for kind, body in sheet[:first] if kind == _COLUMN and len(body) > 16]  # noqa: PLR2004
    unseen = [
        whole(body, 0) + 1
        for body in rows
        if body[11] & 0x10 or 0 < whole(body, 8) & 0xFFFF < 20 * LOWEST
    ]
    narrow = [
        (whole(body, 0) + 1, whole(body, 4) + 1)
        for body in columns
        if body[16] & 1 or whole(body, 8) < 256 * NARROWEST
    ]
    return HiddenRanges(joined([(row, row) for row in unseen]), joined(narrow))


def inside(sheet: Sequence[Record]) -> tuple[int, int]:
    """Return where the rows begin and end: elsewhere the same record numbers mean other things."""
    kinds = [kind for kind, _ in sheet]
    if _ROWS not in kinds or _ROWS_END not in kinds:
        return 0, 0
    return kinds.index(_ROWS), kinds.index(_ROWS_END)
