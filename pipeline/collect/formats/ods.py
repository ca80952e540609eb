"""Read workbooks of OpenDocument (.ods), as LibreOffice and WPS save them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.collect.formats import limits, ods_beside, surroundings
from pipeline.collect.formats.cells import (
    Area,
    FormulaView,
    Grid,
    StoredFormula,
    UnreadableError,
    Value,
    by_name,
)
from pipeline.collect.formats.containers import Package
from pipeline.collect.formats.large import too_many_cells, too_many_sheets
from pipeline.collect.formats.ods_looks import OdsLooks, tells_looks
from pipeline.collect.formats.ods_values import CELLS, hides, plain_attributes, repeated, value_of
from pipeline.collect.formats.seen import RichText
from pipeline.collect.formats.surroundings import Beside, HiddenRanges, Span
from pipeline.collect.formats.xml import attribute, local, tree, walk
from pipeline.office.addresses import letters

_SKIPPED = ("annotation", "tracked-changes", "shapes", "forms", "dde-links")
"""Elements whose texts are no cell's content."""
_HIDDEN = ("collapse", "filter")
_SHEET_OF = re.compile(r"^\$?('(?:[^']|'')++'|[^.']++)\.")
"""The sheet before an address: "$'Sheet 1'." or "Sheet."."""
_WORKED_OUT = ("float", "percentage", "currency", "string")
"""Value types that are compared with their formula's result. Days and times aren't stored to the
second."""
_PIECE = re.compile(r'"(?:[^"]|"")*+"|\[([^\[\]]*+)\]|;')


class OdsWorkbook:
    """An open workbook; all its sheets are parsed when it is opened."""

    drawn_sheets: tuple[str, ...] = ()
    """Every sheet of this kind has cells."""

    def __init__(self, package: Package) -> None:
        self._package = package
        if b"encryption-data" in package.small("META-INF/manifest.xml"):
            raise UnreadableError("encrypted")
        content = package.part("content.xml")
        events = _ContentEvents(
            OdsLooks(self._named) if tells_looks(content, self._named) else None
        )
        walk(content, events.start, events.end, events.text)
        self._sheets, self._unshown = events.sheets, events.unshown
        self._beside = ods_beside.beside(content)
        if len(self._sheets) > limits.SHEETS:
            raise too_many_sheets(len(self._sheets))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all sheets, hidden ones too, in order."""
        return tuple(self._sheets)

    def grid(self, name: str) -> Grid:
        """Return the filled cells of one sheet."""
        sheet = self._sheets[name]
        hidden = HiddenRanges(
            surroundings.merged(sheet.hidden_rows), surroundings.merged(sheet.hidden_columns)
        )
        return Grid(
            sheet.columns, merged=tuple(sheet.merged), struck=frozenset(sheet.struck), hidden=hidden
        )

    @property
    def hidden_sheets(self) -> frozenset[str]:
        """Names of the hidden sheets."""
        return frozenset(
            name for name, sheet in self._sheets.items() if sheet.style in self._unshown
        )

    def beside(self, name: str) -> tuple[Beside, ...]:
        """Return what a sheet shows outside its cells. Sheets share headers: the first has them."""
        return (*self._beside.get(name, ()), *(self._margins if name == self.names[0] else ()))

    @cached_property
    def _margins(self) -> list[Beside]:
        try:
            return ods_beside.margins(self._named)
        except UnreadableError:  # no value depends on it
            return []

    @cached_property
    def _named(self) -> bytes:
        """The part with named styles and pages; empty if unreadable: no value depends on it."""
        try:
            return self._package.small("styles.xml")
        except UnreadableError:
            return b""

    def has_formulas(self, name: str) -> bool:
        """True if a sheet has formulas."""
        return bool(self._sheets[name].formulas)

    @property
    def strings(self) -> Collection[str]:
        """The texts of all cells without a formula."""
        return {
            value
            for sheet in self._sheets.values()
            for column, cells in sheet.columns.items()
            for row, value in cells.items()
            if isinstance(value, str) and (row, column) not in sheet.formulas
        }

    calculation: Mapping[str, str] = {}
    """Empty: LibreOffice recalculates what it opens."""

    def formula_view(self, name: str) -> FormulaView | None:
        """Return a sheet as formulas see it; None if there is none of that name."""
        sheet = next(
            (sheet for known, sheet in self._sheets.items() if known.casefold() == name.casefold()),
            None,
        )
        return (
            FormulaView(
                {column: _whole(cells) for column, cells in sheet.columns.items()}, sheet.formulas
            )
            if sheet
            else None
        )

    @cached_property
    def _meta(self) -> list[tuple[str, str, str]]:
        """Local name, ``name`` attribute and text of each element of ``meta.xml``."""
        data = self._package.small("meta.xml")
        return (
            [
                (local(each.tag), attribute(each, "name"), (each.text or "").strip())
                for each in tree(data).iter()
            ]
            if data
            else []
        )

    @property
    def properties(self) -> Mapping[str, str]:
        """The document's custom properties."""
        return {name: text for tag, name, text in self._meta if tag == "user-defined"}

    @property
    def modified(self) -> str:
        """The document's own time of last change, ISO; blank if it has none."""
        return next((text for tag, _, text in self._meta if tag == "date"), "")

    @cached_property
    def active(self) -> tuple[str, ...]:
        """Which of ``macros`` and ``objects`` the workbook has; none is ever run."""
        marks = {"basic/script": "macros", "scripts/": "macros", "object ": "objects"}
        return tuple(
            sorted(
                {
                    what
                    for mark, what in marks.items()
                    if any(name.startswith(mark) for name in self._package.by_lower)
                }
            )
        )


def _whole(cells: dict[int, Value]) -> dict[int, Value]:
    """Return the cells as formulas see them: with struck-out text."""
    return {
        row: value.full if isinstance(value, RichText) else value for row, value in cells.items()
    }


@dataclass
class _OdsSheet:
    columns: dict[str, dict[int, Value]] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: list[Span] = field(default_factory=list)
    hidden_columns: list[Span] = field(default_factory=list)
    style: str = ""
    struck: set[tuple[int, str]] = field(default_factory=set)
    formulas: dict[tuple[int, str], StoredFormula] = field(default_factory=dict)


class _ContentEvents:
    """Collects sheets, cells and hidden rows from the parser's events."""

    def __init__(self, looks: OdsLooks | None) -> None:
        self._looks = looks
        self._row_struck: list[str] = []
        self._tables: list[tuple[str, _OdsSheet]] = []
        self._sheet = _OdsSheet()
        self._row = self._column = self._count = self._skipped = self._depth = 0
        self._repeat_row = 1
        self._row_cells: dict[str, Value] = {}
        self._cell: dict[str, str] | None = None
        self._paragraphs: list[str] = []
        self._in_paragraph = 0
        self._style = ""
        self._is_hidden = False
        self._width = 0
        self.unshown: set[str] = set()
        """Names of the styles that hide sheets, rows or columns."""

    @property
    def sheets(self) -> dict[str, _OdsSheet]:
        """The sheets by name, in order."""
        return by_name(self._tables)

    def start(self, name: str, raw: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if self._skipped or tag in _SKIPPED or " draw:" in name or ":drawing:" in name:
            self._skipped += 1
            return
        attributes = self._noted(tag, raw)
        if tag == "table" and self._cell is None:
            self._sheet = _OdsSheet(style=attributes.get("style-name", ""))
            self._tables.append((attributes.get("name", ""), self._sheet))
            self._row = self._width = 0
        elif tag == "style":
            self._style = attributes.get("name", "")
        elif tag.endswith("-properties") and hides(tag, attributes):
            self.unshown.add(self._style)
        elif tag == "table-column":
            self._width += repeated(attributes, "number-columns-repeated")
            if self._hides(attributes):
                self._sheet.hidden_columns.append(
                    (self._width - repeated(attributes, "number-columns-repeated") + 1, self._width)
                )
        elif tag == "table-row":
            self._is_hidden = self._hides(attributes)
            self._repeat_row, self._row_cells, self._column = (
                repeated(attributes, "number-rows-repeated"),
                {},
                0,
            )
        elif tag in CELLS:
            self._cell, self._paragraphs = attributes, []
        elif self._cell is not None:
            self._start_text(tag, attributes)

    def _hides(self, attributes: Mapping[str, str]) -> bool:
        return (
            attributes.get("visibility") in _HIDDEN or attributes.get("style-name") in self.unshown
        )

    def _noted(self, tag: str, raw: dict[str, str]) -> dict[str, str]:
        """Return the attributes that mean something, and tell ``Looks`` of the element."""
        attributes = plain_attributes(raw)
        if self._looks:
            self._looks.start(tag, attributes)
        return attributes

    def _start_text(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "p":
            self._paragraphs.append("")
            self._in_paragraph += 1
        elif self._in_paragraph:
            written = {
                "s": " " * min(repeated(attributes, "c"), 1000),
                "tab": "\t",
                "line-break": "\n",
            }.get(tag, "")
            self._add(written)

    def text(self, piece: str) -> None:
        if self._in_paragraph and not self._skipped:
            self._add(piece)

    def _add(self, piece: str) -> None:
        self._paragraphs[-1] += piece
        if self._looks:
            self._looks.text(piece)

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        tag = name.rpartition(" ")[2]
        if self._looks:
            self._looks.end(tag)
        if tag == "p" and self._in_paragraph:
            self._in_paragraph -= 1
        elif tag in CELLS and self._cell is not None:
            self._close_cell(self._cell)
            self._cell = None
        elif tag == "table-row":
            self._close_row()

    def _close_cell(self, attributes: dict[str, str]) -> None:
        """Keep the value, formula and merged range of the cell that ends."""
        times = repeated(attributes, "number-columns-repeated")
        value, is_struck = value_of(attributes, self._paragraphs), False
        if value is not None:
            if self._looks:
                value, is_struck = self._looks.seen(
                    value, attributes.get("style-name", ""), self._column + 1
                )
            for column in range(self._column + 1, min(self._column + times, limits.COLUMNS) + 1):
                self._row_cells[letters(column)] = value
                self._row_struck += [letters(column)] if is_struck else []
        if (
            "formula" in attributes
            and attributes.get("value-type", "") in _WORKED_OUT
            and self._repeat_row == times == 1
        ):
            spans = {
                "number-matrix-rows-spanned",
                "number-matrix-columns-spanned",
            } & attributes.keys()
            self._sheet.formulas[self._row + 1, letters(self._column + 1)] = StoredFormula(
                _of_excel(attributes["formula"]), "matrix" if spans else ""
            )
        high, wide = (
            repeated(attributes, "number-rows-spanned"),
            repeated(attributes, "number-columns-spanned"),
        )
        if high > 1 or wide > 1:
            row, column = self._row + 1, self._column + 1
            self._sheet.merged.append(Area(row, column, row + high - 1, column + wide - 1))
        self._column += times

    def _close_row(self) -> None:
        # blank rows may repeat a million times: they only move the row number
        """Copy the row that ends to all rows that it stands for."""
        if self._row_cells:
            if self._is_hidden:
                self._sheet.hidden_rows.append((self._row + 1, self._row + self._repeat_row))
            self._count += self._repeat_row * len(self._row_cells)
            if self._count > limits.CELLS or self._row + self._repeat_row > limits.ROWS:
                raise too_many_cells()
            rows = range(self._row + 1, self._row + self._repeat_row + 1)
            for column, value in self._row_cells.items():
                self._sheet.columns.setdefault(column, {}).update(dict.fromkeys(rows, value))
            self._sheet.struck.update((row, column) for row in rows for column in self._row_struck)
            self._row_struck = []
        self._row += self._repeat_row


def _of_excel(formula: str) -> str:
    """Translate OpenFormula to Excel: "of:=SUM([.A1:.B2];[$S.C3])" is "SUM(A1:B2,S!C3)"."""
    prefix, _, text = formula.partition("=")
    return _PIECE.sub(_piece, text) if prefix in ("of:", "oooc:", "") else prefix


def _piece(found: re.Match[str]) -> str:
    if found[0] == ";":
        return ","
    if found[1] is None:
        return found[0]
    places = [
        _SHEET_OF.sub(r"\1!", place.removeprefix(".") if place.startswith(".") else place)
        for place in found[1].split(":")
    ]
    return ":".join(places)
