"""Collect the sheets of an OpenDocument workbook from its content's XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import Area, StoredFormula, Value, by_name
from pipeline.collect.formats.large import too_many_cells
from pipeline.collect.formats.ods_looks import OdsLooks
from pipeline.collect.formats.ods_values import CELLS, hides, plain_attributes, repeated, value_of
from pipeline.collect.formats.surroundings import Span
from pipeline.office.addresses import letters

_SKIPPED = ("annotation", "tracked-changes", "shapes", "forms", "dde-links")
"""Elements whose texts are no cell's content."""
_HIDDEN = ("collapse", "filter")
_CHARACTERS = {"tab": "\t", "line-break": "\n"}
"""What an element in a paragraph stands for."""
_MOST_SPACES = 1000
_SHEET_OF = re.compile(r"^\$?('(?:[^']|'')++'|[^.']++)\.")
"""The sheet before an address: "$'Sheet 1'." or "Sheet."."""
_WORKED_OUT = ("float", "percentage", "currency", "string")
"""Value types that are compared with their formula's result. Days and times aren't stored to the
second."""
_MATRIX = frozenset({"number-matrix-rows-spanned", "number-matrix-columns-spanned"})
"""Attributes of an array formula."""
_PIECE = re.compile(r'"(?:[^"]|"")*+"|\[([^\[\]]*+)\]|;')
"""A text (in which nothing is translated), an address in brackets, or a separator."""


@dataclass
class OdsSheet:
    """The cells of a sheet, and what else is known of it."""

    style: str = ""
    columns: dict[str, dict[int, Value]] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: list[Span] = field(default_factory=list)
    hidden_columns: list[Span] = field(default_factory=list)
    struck: set[tuple[int, str]] = field(default_factory=set)
    formulas: dict[tuple[int, str], StoredFormula] = field(default_factory=dict)


class ContentEvents:
    """Collects sheets, cells and hidden rows from the parser's events."""

    def __init__(self, looks: OdsLooks | None) -> None:
        self._looks = looks
        self.unshown: set[str] = set()
        """Names of the styles that hide sheets, rows or columns."""
        self._style = ""
        self._tables: list[tuple[str, OdsSheet]] = []
        self._sheet = OdsSheet()
        self._count = self._width = 0
        """Filled cells of the workbook; columns of the sheet that are declared so far."""
        self._row = self._column = 0
        """How many rows of the sheet, and columns of its current row, have ended."""
        self._repeat_row, self._is_hidden = 1, False
        self._row_cells: dict[str, Value] = {}
        self._row_struck: list[str] = []
        self._cell: dict[str, str] | None = None
        """The attributes of the cell that is open."""
        self._paragraphs: list[str] = []
        self._in_paragraph = self._skipped = 0
        """How deep the parser is in paragraphs, and in elements that are skipped."""

    @property
    def sheets(self) -> dict[str, OdsSheet]:
        """The sheets by name, in order."""
        return by_name(self._tables)

    def start(self, name: str, raw: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if self._skipped or tag in _SKIPPED or " draw:" in name or ":drawing:" in name:
            self._skipped += 1
            return
        attributes = self._noted(tag, raw)
        if tag == "table" and self._cell is None:
            self._sheet = OdsSheet(style=attributes.get("style-name", ""))
            self._tables.append((attributes.get("name", ""), self._sheet))
            self._row = self._width = 0
        elif tag == "style":
            self._style = attributes.get("name", "")
        elif tag.endswith("-properties") and hides(tag, attributes):
            self.unshown.add(self._style)
        elif tag == "table-column":
            self._add_columns(attributes)
        elif tag == "table-row":
            self._is_hidden = self._hides(attributes)
            self._repeat_row = repeated(attributes, "number-rows-repeated")
            self._row_cells, self._column = {}, 0
        elif tag in CELLS:
            self._cell, self._paragraphs = attributes, []
        elif self._cell is not None:
            self._start_text(tag, attributes)

    def _add_columns(self, attributes: Mapping[str, str]) -> None:
        first = self._width + 1
        self._width += repeated(attributes, "number-columns-repeated")
        if self._hides(attributes):
            self._sheet.hidden_columns.append((first, self._width))

    def _hides(self, attributes: Mapping[str, str]) -> bool:
        return (
            attributes.get("visibility") in _HIDDEN or attributes.get("style-name") in self.unshown
        )

    def _noted(self, tag: str, raw: dict[str, str]) -> dict[str, str]:
        """Return the attributes that mean something, and tell ``OdsLooks`` of the element."""
        attributes = plain_attributes(raw)
        if self._looks:
            self._looks.start(tag, attributes)
        return attributes

    def _start_text(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "p":
            self._paragraphs.append("")
            self._in_paragraph += 1
        elif self._in_paragraph:
            text = _CHARACTERS.get(tag, "")
            if tag == "s":
                text = " " * min(repeated(attributes, "c"), _MOST_SPACES)
            self._add(text)

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
        row, column = self._row + 1, self._column + 1
        times = repeated(attributes, "number-columns-repeated")
        value, is_struck = value_of(attributes, self._paragraphs), False
        if value is not None:
            if self._looks:
                style = attributes.get("style-name", "")
                value, is_struck = self._looks.seen(value, style, column)
            for filled in range(column, min(column + times - 1, limits.COLUMNS) + 1):
                self._row_cells[letters(filled)] = value
                self._row_struck += [letters(filled)] if is_struck else []
        is_worked_out = attributes.get("value-type", "") in _WORKED_OUT
        if "formula" in attributes and is_worked_out and self._repeat_row == times == 1:
            kind = "" if _MATRIX.isdisjoint(attributes) else "matrix"
            formula = StoredFormula(excel_formula(attributes["formula"]), kind)
            self._sheet.formulas[row, letters(column)] = formula
        high = repeated(attributes, "number-rows-spanned")
        wide = repeated(attributes, "number-columns-spanned")
        if high > 1 or wide > 1:
            self._sheet.merged.append(Area(row, column, row + high - 1, column + wide - 1))
        self._column += times

    def _close_row(self) -> None:
        """Copy the row that ends to all rows that it stands for.

        Blank rows may repeat a million times: they only move the row number.
        """
        first, last = self._row + 1, self._row + self._repeat_row
        if self._row_cells:
            if self._is_hidden:
                self._sheet.hidden_rows.append((first, last))
            self._count += self._repeat_row * len(self._row_cells)
            if self._count > limits.CELLS or last > limits.ROWS:
                raise too_many_cells()
            rows = range(first, last + 1)
            for column, value in self._row_cells.items():
                self._sheet.columns.setdefault(column, {}).update(dict.fromkeys(rows, value))
            self._sheet.struck.update((row, column) for row in rows for column in self._row_struck)
            self._row_struck = []
        self._row = last


def excel_formula(formula: str) -> str:
    """Translate OpenFormula to Excel: "of:=SUM([.A1:.B2];[$S.C3])" is "SUM(A1:B2,S!C3)"."""
    prefix, _, text = formula.partition("=")
    return _PIECE.sub(_piece, text) if prefix in ("of:", "oooc:", "") else prefix


def _piece(match: re.Match[str]) -> str:
    """Translate an address or a separator; other texts stay."""
    if match[0] == ";":
        return ","
    if match[1] is None:
        return match[0]
    return ":".join(_SHEET_OF.sub(r"\1!", place.removeprefix(".")) for place in match[1].split(":"))
