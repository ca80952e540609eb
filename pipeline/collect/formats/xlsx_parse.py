"""Parse a sheet's XML in full: any prefix, encoding, attribute order, inline texts, gaps."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass, field

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import (
    PICTURE_FUNCTION,
    Area,
    NoValue,
    StoredFormula,
    UnreadableError,
    Value,
    shown,
)
from pipeline.collect.formats.large import too_many_cells
from pipeline.collect.formats.runs import RunEvents
from pipeline.collect.formats.seen import RichText
from pipeline.collect.formats.xml import ooxml_text, walk
from pipeline.office.addresses import index, letters

_SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_TABLE = ["worksheet", "sheetData"]
_ROW = [*_TABLE, "row"]
_CELL = [*_ROW, "c"]
_TEXT = [*_CELL, "is"]
"""Paths of rows and cells; elements of these names elsewhere are something else."""
_STRING = ["sst", "si"]
_MERGED = ["worksheet", "mergeCells", "mergeCell"]
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
"""A cell's address; some programs write it in small letters."""
Resolve = Callable[..., Value]
"""Turns a cell's type, style and text, and whether it has a formula, into its value."""


def parse_strings(data: bytes, *, keep_runs: bool = False) -> list[str]:
    """Return all shared strings. ``keep_runs``: those of several fonts keep their runs."""
    strings: list[str] = []
    path: list[str] = []
    """Names of the open elements. Only strings in the list count, not elements of that name
    elsewhere."""
    runs = RunEvents(keep=keep_runs)

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name.rpartition(" ")[2])
        if path[: len(_STRING)] == _STRING:
            runs.start(path[len(_STRING) :], attributes)

    def end(_name: str) -> None:
        is_string = path == _STRING
        path.pop()
        if is_string:
            strings.append(runs.taken())

    def text(piece: str) -> None:
        if path[: len(_STRING)] == _STRING:
            runs.text(path[len(_STRING) :], piece)

    if data:
        walk(data, start, end, text)
    return strings


@dataclass
class ParsedSheet:
    """A parsed sheet: values by column letter and row, and what else was found.

    ``ordered``: True if the cells come row by row, from left to right. ``struck``: cells that are
    struck out whole. ``tables``: how many ``sheetData`` it has, 0 or 1.
    """

    columns: dict[str, dict[int, Value]]
    ordered: bool
    merged: tuple[Area, ...]
    struck: frozenset[tuple[int, str]] = frozenset()
    tables: int = 1
    formulas: dict[tuple[int, str], StoredFormula] = field(default_factory=dict)


def parse_sheet(
    data: bytes, resolve: Resolve, struck: Container[str] = (), *, keep_runs: bool = False
) -> ParsedSheet:
    """Parse a sheet's cells. Raises ``UnreadableError`` if two cells have one address.

    ``struck``: numbers of the styles that strike out. ``keep_runs``: as for strings.
    """
    # each value has two tags: counting them saves minutes of parsing a hostile file
    if data.count(b"v>") > 2 * limits.CELLS:
        raise too_many_cells()
    events = _SheetEvents(resolve, struck, RunEvents(keep=keep_runs))
    walk(data, events.start, events.end, events.text)
    return ParsedSheet(
        events.columns,
        events.ordered,
        tuple(events.merged),
        frozenset(events.struck),
        events.tables,
        events.formulas,
    )


class _SheetEvents:
    """Collects cells, merged ranges and formulas from the parser's events."""

    def __init__(self, resolve: Resolve, struck: Container[str], runs: RunEvents) -> None:
        self.struck: set[tuple[int, str]] = set()
        self._struck_styles = struck
        self._runs = runs
        self.columns: dict[str, dict[int, Value]] = {}
        self.merged: list[Area] = []
        self.formulas: dict[tuple[int, str], StoredFormula] = {}
        self.ordered = True
        self._last = (0, 0)
        self._resolve = resolve
        self._path: list[str] = []
        self._row = self._column = self._count = self.tables = 0
        self._cell: dict[str, str] = {}
        self._formula: dict[str, str] = {}
        self._pieces: dict[str, list[str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        self._path.append(tag if space in _SPACES else "")
        if self._path == _TABLE:
            self._open_table()
        elif self._path == _ROW:
            self._row, self._column = _row_number(attributes.get("r", ""), self._row + 1), 0
        elif self._path == _CELL:
            self._open_cell(attributes)
        elif self._path[:-1] == _CELL and self._path[-1] in ("f", "v", "is"):
            if tag in self._pieces:
                raise UnreadableError("irregular")
            self._pieces[tag] = []
            if tag == "f":
                self._formula = attributes
        elif self._path[:-2] == _CELL and self._path[-2] in ("f", "v"):  # an element inside a value
            raise UnreadableError("irregular")
        elif self._path[: len(_TEXT)] == _TEXT:
            self._runs.start(self._path[len(_TEXT) :], attributes)
        elif self._path == _MERGED:
            self._merge(attributes.get("ref", ""))

    def text(self, piece: str) -> None:
        if len(self._path) < len(_CELL) + 1:
            return
        child, *below = self._path[len(_CELL) :]
        if child == "is":
            self._runs.text(below, piece)
        elif child in self._pieces and not below:
            self._pieces[child].append(piece)

    def end(self, _name: str) -> None:
        if self._path == _CELL:
            self._close_cell()
        self._path.pop()

    def _open_table(self) -> None:
        self.tables += 1
        if self.tables > 1:
            raise UnreadableError("irregular")

    def _open_cell(self, attributes: dict[str, str]) -> None:
        address = _ADDRESS.fullmatch(attributes.get("r", f"{letters(self._column + 1)}{self._row}"))
        if address is None or int(address[2]) != self._row or self._row > limits.ROWS:
            raise UnreadableError("irregular")
        self._column, self._cell, self._pieces = index(address[1].upper()), attributes, {}
        if self._column > limits.COLUMNS:
            raise UnreadableError("irregular")

    def _close_cell(self) -> None:
        """Keep the cell that ends, unless it is blank."""
        if "f" in self._pieces:
            self._keep_formula()
        value = self._value()
        if value is None:
            return
        cells = self.columns.setdefault(letters(self._column), {})
        if self._row in cells:
            raise UnreadableError("irregular")
        cells[self._row] = value
        if (
            value.is_struck
            if isinstance(value, RichText)
            else self._cell.get("s", "") in self._struck_styles
        ):
            self.struck.add((self._row, letters(self._column)))
        place = self._row, self._column
        self.ordered, self._last = self.ordered and self._last < place, place
        self._count += 1
        if self._count > limits.CELLS:
            raise too_many_cells()

    def _keep_formula(self) -> None:
        kind, area, group = (self._formula.get(name, "") for name in ("t", "ref", "si"))
        self.formulas[self._row, letters(self._column)] = StoredFormula(
            "".join(self._pieces["f"]), kind, area, group
        )

    def _value(self) -> Value:
        """Return the current cell's value."""
        kind, formula = self._cell.get("t", ""), "f" in self._pieces
        text, plain = self._runs.taken(), "".join(self._pieces.get("v", ())).strip()
        inline = shown(text).strip()
        # a cell with both an inline and a plain value: programs show one or the other
        if (plain if kind == "inlineStr" else inline) and inline != plain:
            raise UnreadableError("irregular")
        if kind == "inlineStr":
            return self._resolve(kind, self._cell.get("s", ""), text, formula=formula)
        if "v" not in self._pieces:
            return NoValue() if formula else None
        text = "".join(self._pieces["v"])
        picture = picture_of(kind, "vm" in self._cell, "".join(self._pieces.get("f", ())))
        return self._resolve(
            kind,
            self._cell.get("s", ""),
            ooxml_text(text) if kind == "str" else text,
            formula=formula,
            picture=picture,
        )

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        ends = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(last or first)
        if ends[0] is None or ends[1] is None:
            raise UnreadableError("irregular")
        self.merged.append(
            Area(
                int(ends[0][2]),
                index(ends[0][1].upper()),
                int(ends[1][2]),
                index(ends[1][1].upper()),
            )
        )


def picture_of(kind: str, is_rich: bool, formula: str) -> str:  # noqa: FBT001
    """Say why a cell may be a picture: ``PICTURE_FUNCTION``, "rich" or blank (it can't be one).

    "rich": a value of another kind, for which older programs show an error.
    """
    if PICTURE_FUNCTION in formula.upper():
        return PICTURE_FUNCTION
    return "rich" if is_rich and kind == "e" else ""


def _row_number(text: str, following: int) -> int:
    if text and not text.isdecimal():
        raise UnreadableError("irregular")
    return int(text or following)
