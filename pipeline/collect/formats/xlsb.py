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
from pipeline.collect.formats.binary import Calamine, Cells, agreed
from pipeline.collect.formats.cells import (
    MACINTOSH_SHIFT,
    Area,
    ErrorValue,
    FormulaView,
    Grid,
    UnreadableError,
    Value,
    by_name,
)
from pipeline.collect.formats.containers import Package
from pipeline.collect.formats.looks import CellLooks, looks_by
from pipeline.collect.formats.opc import Document
from pipeline.collect.formats.runs import cut
from pipeline.collect.formats.seen import Font
from pipeline.collect.formats.surroundings import Beside, HiddenRanges
from pipeline.collect.formats.surroundings import merged as joined
from pipeline.office.addresses import letters
from pipeline.office.hiding import LOWEST, NARROWEST

_ROW, _STRING, _FONT, _FORMAT, _STYLE, _WORKBOOK, _SHEET, _MERGED, _STYLES, _STYLES_END = (
    0,
    19,
    43,
    44,
    47,
    153,
    156,
    176,
    617,
    618,
)
_ROWS, _ROWS_END, _COLUMN = 145, 146, 60
_BLANK, _RK, _ERROR, _BOOLEAN, _REAL, _INLINE, _SHARED, _RICH = 1, 2, 3, 4, 5, 6, 7, 62
"""Kinds of records ([MS-XLSB] 2.3)."""
_CELLS = frozenset({_RK, _ERROR, _BOOLEAN, _REAL, _INLINE, _SHARED, _RICH})
_FORMULAS = {8: _INLINE, 9: _REAL, 10: _BOOLEAN, 11: _ERROR}
"""Kinds of cells with a formula, and the plain kind whose value is written alike."""
_SHORT = {12: _BLANK, 13: _RK, 14: _ERROR, 15: _BOOLEAN, 16: _REAL, 17: _INLINE, 18: _SHARED}
"""Kinds of cells without a column of their own: each is right of the one before."""
_ERRORS = {**error_text_from_code, 43: "#GETTING_DATA"}


class XlsbWorkbook(Document):
    """An open .xlsb workbook. Sheets are read on demand; damage raises ``UnreadableError``."""

    def __init__(self, data: bytes, package: Package) -> None:
        super().__init__(package, "xl/workbook.bin")
        self._second = Calamine(data)
        self._records = list(_records(package.part(self._main, limits.SMALL_PART_BYTES)))
        flags = next((_whole(body, 0) for kind, body in self._records if kind == _WORKBOOK), 0)
        self._shift = MACINTOSH_SHIFT if flags & 1 else 0

    drawn_sheets: tuple[str, ...] = ()
    """Empty: sheets without cells (charts) aren't looked for in this format."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all worksheets, hidden ones too, in order."""
        return tuple(name for name, part in self._sheets.items() if part)

    @property
    def hidden_sheets(self) -> frozenset[str]:
        """Names of the hidden sheets."""
        sheets = (body for kind, body in self._records if kind == _SHEET)
        return frozenset(_text(body, _text(body, 8)[1])[0] for body in sheets if _whole(body, 0))

    def beside(self, name: str) -> tuple[Beside, ...]:
        """Return drawings and threaded comments of a sheet. Old comments are not read."""
        return tuple(beside(self._package, self._sheets[name]))

    @cached_property
    def _sheets(self) -> Mapping[str, str]:
        """The part of each worksheet, by sheet name, in order."""
        found: list[tuple[str, str]] = []
        for body in (body for kind, body in self._records if kind == _SHEET):
            identifier, end = _text(body, 8)
            link = self._links.get(identifier)
            if link is not None and link.kind == "worksheet":
                found.append((_text(body, end)[0], link.target))
        return by_name(found)

    calculation: Mapping[str, str] = {}
    """Empty: calculation settings of this format aren't read."""

    def has_formulas(self, _name: str) -> bool:
        """Return False: formulas of this format are packed, and not read."""
        return False

    def formula_view(self, _name: str) -> FormulaView | None:
        """Return None: see ``has_formulas``."""
        return None

    @property
    def strings(self) -> Collection[str]:
        """The shared strings."""
        return self._strings

    def grid(self, name: str) -> Grid:
        """Return the filled cells of one sheet."""
        records = list(_records(self._package.part(self._sheets[name])))
        seen, _ = self._second.sheet(name)
        areas = (
            struct.unpack_from("<4I", body)
            for kind, body in records
            if kind == _MERGED and len(body) >= 16  # noqa: PLR2004
        )
        merged = tuple(
            Area(top + 1, left + 1, bottom + 1, right + 1) for top, bottom, left, right in areas
        )
        cells, struck = self._cells(records)
        agreed_on = agreed(name, cells, seen, blanks_count=False)
        return Grid(
            agreed_on,
            merged=merged,
            epoch_shift=self._shift,
            struck=struck,
            hidden=_hidden(records),
        )

    def _cells(self, records: list[tuple[int, bytes]]) -> tuple[Cells, frozenset[tuple[int, str]]]:
        """Return the filled cells, and those that are struck out whole."""
        columns: Cells = {}
        struck: set[tuple[int, str]] = set()
        row = column = 0
        for kind, body in records[slice(*_inside(records))]:
            if kind == _ROW:
                row, column = _whole(body, 0) + 1, 0
                continue
            if kind in _SHORT:
                column, at = column + 1, 4
            elif kind in _CELLS or kind in _FORMULAS or kind == _BLANK:
                column, at = _whole(body, 0) + 1, 8
            else:
                continue
            style = str(_whole(body, at - 4) & 0xFFFFFF)
            value = self._value(_SHORT.get(kind) or _FORMULAS.get(kind, kind), body, at, style)
            if (
                row > limits.ROWS
                or column > limits.COLUMNS
                or row in columns.get(letters(column), ())
            ):
                raise UnreadableError("irregular")
            if value is not None:
                columns.setdefault(letters(column), {})[row] = value
                if self._looks.strikes(value, style):
                    struck.add((row, letters(column)))
        return columns, frozenset(struck)

    def _value(self, kind: int, body: bytes, at: int, style: str) -> Value:
        """Return a cell's value, which begins at byte ``at`` of its record."""
        if kind == _SHARED:
            position = _whole(body, at)
            return (
                self._looks.text(
                    self._strings[position] if position < len(self._strings) else _damaged(), style
                )
                or None
            )
        if kind in (_INLINE, _RICH):
            return (
                self._looks.text(
                    _text(body, at)[0] if kind == _INLINE else self._rich(body, at), style
                )
                or None
            )
        if kind == _ERROR:
            return ErrorValue(_ERRORS.get(body[at] if at < len(body) else -1, "#ERR!"))
        if kind == _BOOLEAN:
            return "TRUE" if body[at : at + 1] == b"\x01" else "FALSE"
        if kind not in (_REAL, _RK):
            return None
        return self._looks.number(
            _real(body, at) if kind == _REAL else _rk(_whole(body, at)), style, self._shift
        )

    @cached_property
    def _strings(self) -> list[str]:
        return [
            self._rich(body, 0) for kind, body in self._linked("sharedStrings") if kind == _STRING
        ]

    def _rich(self, body: bytes, at: int) -> str:
        """Read a text ([MS-XLSB] 2.5.122 RichStr).

        Its first byte says whether the places where fonts begin follow the text.
        """
        text, end = _text(body, at + 1)
        if not body[at] & 1:
            return text
        count = min(_whole(body, end), (len(body) - end - 4) // 4)
        return cut(
            text,
            (struct.unpack_from("<HH", body, end + 4 + 4 * number) for number in range(count)),
            self._fonts,
        )

    @cached_property
    def _looks(self) -> CellLooks:
        """How the styles of cells look."""
        records = self._styles
        codes = {
            str(_whole(body, 0) & 0xFFFF): _text(body, 2)[0]
            for kind, body in records
            if kind == _FORMAT
        }
        ends = [at for at, (kind, _) in enumerate(records) if kind in (_STYLES, _STYLES_END)]
        styles = (
            [body for kind, body in records[slice(*ends[:2])] if kind == _STYLE]
            if len(ends) > 1
            else []
        )
        return looks_by(
            [(str(_whole(body, 0) >> 16), _whole(body, 4) & 0xFFFF) for body in styles],
            self._fonts,
            codes,
        )

    @cached_property
    def _fonts(self) -> list[Font]:
        """The fonts, by number ([MS-XLSB] 2.4.155 BrtFont)."""
        fonts = (body for kind, body in self._styles if kind == _FONT)
        return [
            Font(bool(_whole(body, 2) & 0x08), bool(_whole(body, 6) & 0xFFFF), _text(body, 21)[0])
            for body in fonts
        ]

    @cached_property
    def _styles(self) -> list[tuple[int, bytes]]:
        return list(self._linked("styles"))

    def _linked(self, kind: str) -> Iterator[tuple[int, bytes]]:
        link = next((each for each in self._links.values() if each.kind == kind), None)
        return _records(self._package.part(link.target)) if link else iter(())


def _hidden(records: Sequence[tuple[int, bytes]]) -> HiddenRanges:
    """Return rows and columns that are hidden or too small to be seen.

    [MS-XLSB] 2.4.740 (BrtRowHdr), 2.4.323 (BrtColInfo).
    """
    first, last = _inside(records)
    rows = [body for kind, body in records[first:last] if kind == _ROW and len(body) > 11]  # noqa: PLR2004
    columns = [body for kind, body in records[:first] if kind == _COLUMN and len(body) > 16]  # noqa: PLR2004
    unseen = [
        _whole(body, 0) + 1
        for body in rows
        if body[11] & 0x10 or 0 < _whole(body, 8) & 0xFFFF < 20 * LOWEST
    ]
    narrow = [
        (_whole(body, 0) + 1, _whole(body, 4) + 1)
        for body in columns
        if body[16] & 1 or _whole(body, 8) < 256 * NARROWEST
    ]
    return HiddenRanges(joined([(row, row) for row in unseen]), joined(narrow))


def _inside(records: Sequence[tuple[int, bytes]]) -> tuple[int, int]:
    """Return where the rows begin and end: elsewhere the same record numbers mean other things."""
    kinds = [kind for kind, _ in records]
    return (
        (kinds.index(_ROWS), kinds.index(_ROWS_END))
        if _ROWS in kinds and _ROWS_END in kinds
        else (0, 0)
    )


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of each record.

    Both numbers have seven bits per byte: up to two bytes for the kind, four for the size.
    """
    at = 0
    while at < len(data):
        kind, at = _packed(data, at, 2)
        size, at = _packed(data, at, 4)
        if at + size > len(data):
            _damaged()
        yield kind, data[at : at + size]
        at += size


def _packed(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Read a number of up to ``most`` bytes, seven bits each; return it and where it ends."""
    number = 0
    for position in range(most):
        if at >= len(data):
            _damaged()
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << (7 * position)
        if byte < 0x80:  # noqa: PLR2004 the last byte of a number
            break
    return number, at


def _damaged() -> str:
    raise UnreadableError("damaged")


def _whole(body: bytes, at: int) -> int:
    return (
        int.from_bytes(body[at : at + 4], "little") if 0 <= at <= len(body) - 4 else int(_damaged())
    )


def _real(body: bytes, at: int) -> float:
    return (
        float(struct.unpack_from("<d", body, at)[0]) if at <= len(body) - 8 else float(_damaged())
    )


def _text(body: bytes, at: int) -> tuple[str, int]:
    """Return a text that follows its length, and its end. Lone surrogates become U+FFFD."""
    end = at + 4 + 2 * _whole(body, at)
    if end > len(body):
        _damaged()
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _rk(packed: int) -> float:
    """Decode a number of 30 bits: an integer or the upper part of a double, perhaps times 100."""
    if packed & 2:
        signed = packed >> 2
        number = float(signed - (1 << 30) if signed >= 1 << 29 else signed)
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0])
    return number / 100 if packed & 1 else number
