"""A sheet of an issued workbook as XML, row by row, into which values are written."""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from xlsxwriter.utility import xl_col_to_name

from pipeline.office.xmltext import in_element
from schemas.invention import DayCell, ExcelError, FormulaCell
from schemas.rules.base import excel_day

SECONDS_A_DAY = 86_400


LINE, HIGHEST, USUAL_WIDTH = 15, 409, 8.43
"""Excel's height of a line, greatest height of a row (points) and usual column width (letters)."""


_ROW = re.compile(rb'(<row r="(\d+)"[^>]*?)(?:/>|>(.*?)</row>)', re.DOTALL)


_CELL = re.compile(rb'<c r="([A-Z]+)\d+"( s="\d+")?(?: t="\w+")?(?:/>|>.*?</c>)', re.DOTALL)


_DIMENSION = re.compile(rb'<dimension ref="A1(?::([A-Z]+)(\d+))?"/>')


_COLUMN = re.compile(rb'<col min="(\d+)" max="(\d+)" width="([\d.]+)"')


_ITEM = re.compile(rb"<si>(.*?)</si>", re.DOTALL)


_COUNTS = re.compile(rb' count="(\d+)" uniqueCount="\d+"')


_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What spreadsheets write as ``_x000D_``; and the underscore of text that looks like it."""


class SharedStrings:
    """A workbook's shared strings, to which texts are added."""

    def __init__(self, part: bytes) -> None:
        self._part = part
        self._known, self._first = _items(part)
        self._added: dict[bytes, int] = {}
        self._uses = 0

    def index(self, text: str) -> int:
        """Return the number of ``text`` among the strings; as in Excel, equal texts share one."""
        item = _item(text)
        self._uses += 1
        known = self._known.get(item)
        return (
            self._added.setdefault(item, self._first + len(self._added)) if known is None else known
        )

    def part(self) -> bytes:
        """Return the part's XML with the added strings."""
        added = b"".join(b"<si>" + item + b"</si>" for item in self._added)
        total = self._first + len(self._added)
        part = _COUNTS.sub(
            lambda m: f' count="{int(m[1]) + self._uses}" uniqueCount="{total}"'.encode(),
            self._part,
            count=1,
        )
        return part.replace(b"</sst>", added + b"</sst>")


@lru_cache(maxsize=256)
def _items(part: bytes) -> tuple[Mapping[bytes, int], int]:
    """Map a part's strings, as XML, to their numbers; and count them."""
    items = _ITEM.findall(part)
    return {item: number for number, item in reversed(list(enumerate(items)))}, len(items)


def _item(text: str) -> bytes:
    inside = in_element(_HIDDEN.sub(lambda match: f"_x{ord(match[0]):04X}_", text))
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<t{space}>{inside}</t>".encode()


@dataclass(frozen=True)
class _Row:
    """A row's XML: all; its opening tag without ">"; its cells, column letters → (style, XML)."""

    whole: bytes
    start: bytes
    cells: Mapping[str, tuple[bytes, bytes]]

    def filled(
        self,
        number: int,
        values: Mapping[str, object],
        strings: SharedStrings,
        widths: Mapping[str, float],
    ) -> bytes:
        """Return the row's XML with ``values``, by column letters.

        A row without a height gets the one that its texts need.
        """
        cells = {name: whole for name, (_, whole) in self.cells.items()}
        for name, value in values.items():
            style = self.cells[name][0] if name in self.cells else b""
            cells[name] = _cell(f"{name}{number}", style, value, strings)
        height = b"" if b" ht=" in self.start else _height(values, widths)
        return (
            self.start
            + height
            + b">"
            + b"".join(cells[name] for name in sorted(cells, key=_column))
            + b"</row>"
        )


@dataclass(frozen=True)
class FilledSheet:
    """A sheet's XML: what precedes its rows, the rows by number, what follows them."""

    head: bytes
    rows: Mapping[int, _Row]
    tail: bytes

    @property
    def widths(self) -> Mapping[str, float]:
        """The width of each column in characters, by its letters."""
        found = (
            (int(first), int(last), float(width))
            for first, last, width in _COLUMN.findall(self.head)
        )
        return {
            str(xl_col_to_name(column - 1)): width
            for first, last, width in found
            for column in range(first, min(last, 99) + 1)
        }

    def filled(self, values: Mapping[str, object], strings: SharedStrings) -> bytes:
        """Return the sheet's XML with ``values`` by address; missing rows are inserted in order."""
        by_row = _by_row(values)
        rows, widths = {number: row.whole for number, row in self.rows.items()}, self.widths
        for number, cells in by_row.items():
            row = self.rows.get(number) or _Row(b"", f'<row r="{number}"'.encode(), {})
            rows[number] = row.filled(number, cells, strings, widths)
        return (
            _stretched(self.head, by_row)
            + b"".join(rows[number] for number in sorted(rows))
            + self.tail
        )


@lru_cache(maxsize=64)
def taken_apart(part: bytes) -> FilledSheet:
    """Split a sheet.

    Cached: sheets of all issued copies are the same, only their strings differ.
    """
    if b"<sheetData>" not in part:
        part = part.replace(b"<sheetData/>", b"<sheetData></sheetData>")
    start, end = part.index(b"<sheetData>") + len(b"<sheetData>"), part.index(b"</sheetData>")
    rows = {int(match[2]): _row(match) for match in _ROW.finditer(part, start, end)}
    return FilledSheet(part[:start], rows, part[end:])


def _row(match: re.Match[bytes]) -> _Row:
    cells = {
        cell[1].decode(): (cell[2] or b"", cell[0]) for cell in _CELL.finditer(match[3] or b"")
    }
    return _Row(match[0], match[1], cells)


def _by_row(values: Mapping[str, object]) -> dict[int, dict[str, object]]:
    rows: dict[int, dict[str, object]] = {}
    for address, value in values.items():
        letters = address.rstrip("0123456789")
        rows.setdefault(int(address[len(letters) :]), {})[letters] = value
    return rows


def _height(values: Mapping[str, object], widths: Mapping[str, float]) -> bytes:
    """Return a row's height attribute, as Excel saves a fitted one; none if one line is enough."""
    lines = max(
        (
            _lines(text, widths.get(name, USUAL_WIDTH))
            for name, text in values.items()
            if isinstance(text, str)
        ),
        default=1,
    )
    return f' ht="{min(LINE * lines, HIGHEST)}"'.encode() if lines > 1 else b""


def _lines(text: str, width: float) -> int:
    return sum(max(1, math.ceil(len(line) / width)) for line in text.split("\n"))


def _stretched(head: bytes, rows: Mapping[int, Mapping[str, object]]) -> bytes:
    """Return the sheet's head with a dimension that covers ``rows``.

    Readers that trust it drop what lies outside.
    """
    last_row, last_column = (
        max(rows),
        max((name for cells in rows.values() for name in cells), key=_column),
    )

    def wider(match: re.Match[bytes]) -> bytes:
        row, column = (
            max(int(match[2] or 1), last_row),
            max((match[1] or b"A").decode(), last_column, key=_column),
        )
        return f'<dimension ref="A1:{column}{row}"/>'.encode()

    return _DIMENSION.sub(wider, head, count=1)


def _column(name: str) -> tuple[int, str]:
    """Return the key that sorts column letters as in a sheet: Z before AA."""
    return len(name), name


def _cell(address: str, style: bytes, value: object, strings: SharedStrings) -> bytes:
    kind, inside = _content(value, strings)
    end = f">{inside}</c>" if inside else "/>"
    return f'<c r="{address}"'.encode() + style + f"{kind}{end}".encode()


def _content(value: object, strings: SharedStrings) -> tuple[str, str]:
    """Return a cell's type attribute and content. Raises TypeError for a value no cell can hold."""
    match value:
        case None:
            return "", ""
        case str():
            return ' t="s"', f"<v>{strings.index(value)}</v>"
        case bool():
            return ' t="b"', f"<v>{value:d}</v>"
        case ExcelError() | DayCell():
            return _of_kind(value)
        case FormulaCell():
            return "", f"<f>{in_element(value.formula)}</f>"
    return "", f"<v>{_number(value)}</v>"


def _of_kind(value: ExcelError | DayCell) -> tuple[str, str]:
    if isinstance(value, DayCell):
        return ' t="d"', f"<v>{value.day.isoformat()}</v>"
    return ' t="e"', f"<v>{in_element(value.text)}</v>"


def _number(value: object) -> object:
    """Return a number as it is, a day as Excel's number of it with the time as fraction."""
    match value:
        case dt.datetime():
            return (
                excel_day(value.date())
                + (value.hour * 3600 + value.minute * 60 + value.second) / SECONDS_A_DAY
            )
        case dt.date():
            return excel_day(value)
        case numbers.Real() if math.isfinite(value):
            return value
    message = f"no cell can hold {value!r}"
    raise TypeError(message)
