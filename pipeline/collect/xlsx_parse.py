"""The thorough way through a sheet's XML: any prefix, encoding, order of attributes, inline strings, missing addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.collect import limits
from pipeline.collect.cells import Area, NoValue, UnreadableError, Value, index, letters
from pipeline.collect.xml import ooxml_text, walk

_SPACES = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
Resolve = Callable[..., Value]
"""Turns type, style and text of a cell, and whether it has a formula, into its value."""


def parse_strings(data: bytes) -> list[str]:
    """All shared strings; phonetic guides are no part of them."""
    strings: list[str] = []
    pieces: list[str] = []
    path: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        path.append(name.rpartition(" ")[2])

    def end(_name: str) -> None:
        if path.pop() == "si":
            strings.append(ooxml_text("".join(pieces)))
            pieces.clear()

    def text(piece: str) -> None:
        if path[-1] == "t" and "rPh" not in path:
            pieces.append(piece)

    if data:
        walk(data, start, end, text)
    return strings


@dataclass
class Parsed:
    """Values by column and row, whether they stand in order, and the merged ranges of one sheet."""

    columns: dict[str, dict[int, Value]]
    ordered: bool
    merged: tuple[Area, ...]


def parse_sheet(data: bytes, resolve: Resolve) -> Parsed:
    """The filled cells of a sheet; raises ``UnreadableError`` where two cells have one address."""
    if data.count(b"v>") > 2 * limits.CELLS:  # each value has a tag before and one behind it; told before minutes are spent on them
        raise _too_many()
    events = _SheetEvents(resolve)
    walk(data, events.start, events.end, events.text)
    return Parsed(events.columns, events.ordered, tuple(events.merged))


class _SheetEvents:
    """What the parser tells of a sheet, cell by cell."""

    def __init__(self, resolve: Resolve) -> None:
        self.columns: dict[str, dict[int, Value]] = {}
        self.merged: list[Area] = []
        self.ordered = True
        self._last = (0, 0)
        self._resolve = resolve
        self._path: list[str] = []
        self._row = self._column = self._count = 0
        self._cell: dict[str, str] = {}
        self._pieces: dict[str, list[str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        self._path.append(tag if space in _SPACES else "")
        if space not in _SPACES:
            return
        if tag == "row":
            self._row, self._column = _row_number(attributes.get("r", ""), self._row + 1), 0
        elif tag == "c":
            self._open_cell(attributes)
        elif tag in ("f", "v", "is"):
            self._pieces.setdefault(tag, [])
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def text(self, piece: str) -> None:
        tag = self._path[-1]
        if tag in ("f", "v"):
            self._pieces[tag].append(piece)
        elif tag == "t" and "is" in self._path and "rPh" not in self._path:
            self._pieces["is"].append(piece)

    def end(self, _name: str) -> None:
        if self._path.pop() == "c":
            self._close_cell()

    def _open_cell(self, attributes: dict[str, str]) -> None:
        address = _ADDRESS.fullmatch(attributes.get("r", f"{letters(self._column + 1)}{self._row}"))
        if address is None or int(address[2]) > limits.ROWS or index(address[1]) > limits.COLUMNS:
            raise UnreadableError("irregular")
        self._row, self._column, self._cell, self._pieces = int(address[2]), index(address[1]), attributes, {}

    def _close_cell(self) -> None:
        value = self._value()
        if value is None:
            return
        cells = self.columns.setdefault(letters(self._column), {})
        if self._row in cells:
            raise UnreadableError("irregular")
        cells[self._row] = value
        place = self._row, self._column
        self.ordered, self._last = self.ordered and self._last < place, place
        self._count += 1
        if self._count > limits.CELLS:
            raise _too_many()

    def _value(self) -> Value:
        kind, formula = self._cell.get("t", ""), "f" in self._pieces
        if kind == "inlineStr":
            return ooxml_text("".join(self._pieces.get("is", ())))
        if "v" not in self._pieces:
            return NoValue() if formula else None
        text = "".join(self._pieces["v"])
        return self._resolve(kind, self._cell.get("s", ""), ooxml_text(text) if kind == "str" else text, formula=formula)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        ends = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(last or first)
        if ends[0] is None or ends[1] is None:
            raise UnreadableError("irregular")
        self.merged.append(Area(int(ends[0][2]), index(ends[0][1]), int(ends[1][2]), index(ends[1][1])))


def _row_number(text: str, following: int) -> int:
    if text and not text.isdecimal():
        raise UnreadableError("irregular")
    return int(text or following)


def _too_many() -> UnreadableError:
    return UnreadableError("too_large", limit=f"{limits.CELLS:,}".replace(",", "."))
