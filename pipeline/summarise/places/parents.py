"""A sheet for each part of the country: its places with their figures, ranks and who has reported, then the part and the whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.figures.dimensions import Dimension
from pipeline.summarise.figures.lines import Line
from pipeline.summarise.places.indicators import Places, words
from pipeline.summarise.places.table import rank_cell, rank_kind
from pipeline.summarise.sheets.sheet import Sheet, Span
from pipeline.summarise.workbook.drill import TOTAL
from pipeline.summarise.workbook.entry_table import CODE_WIDTH, STANDING_WIDTH, legend
from schemas.codelists import Entry

ONE_PAGE = 48
"""Rows up to which it is printed on a single page."""
_LONGEST_NAME = 31
"""Characters that the name of a sheet may have."""


def parent_sheets(places: Places) -> None:
    """Write a sheet for each entry of the parent dimension that has places on the map."""
    if places.table.parent is None:
        return
    for at in range(places.table.parent.size):
        lines = [line for line in places.lines if places.parent_position(line) == at]
        if lines:
            _Part(places, at, lines).write()


def sheet_name(entry: Entry) -> str:
    """The name of an entry's sheet: its own, or the longest of its other names that Excel takes."""
    fitting = [name for name in (entry.name, *sorted(entry.aliases, key=len, reverse=True)) if len(name) <= _LONGEST_NAME]
    return fitting[0] if fitting else entry.name


class _Part:
    """The sheet of the parent's entry at position ``at`` with its places ``lines``."""

    def __init__(self, places: Places, at: int, lines: Sequence[Line]) -> None:
        self.places, self.at, self.lines, self.book = places, at, lines, places.book
        self.before = 2 + 2 * bool(places.table.reporters)
        self.late = dict(zip(self.agencies["agency"], self.agencies["late_days"], strict=True))

    @property
    def agencies(self) -> Any:
        """All agencies with their standing."""
        return self.book.consolidation.agencies

    def write(self) -> None:
        """Write the sheet: figures of the places, of the part and of the whole; then the ranks."""
        places, book = self.places, self.book
        entry = self.parent.entries[self.at]
        widths = [CODE_WIDTH, 34.0, *([STANDING_WIDTH, 9.0] if places.table.reporters else []), *places.widths]
        title = words(book, "parent.title", title=places.summary.title, name=entry.name.upper())
        sheet = book.sheet(sheet_name(entry), title, widths)
        sheet.answers("places", "place_group", name=entry.name)
        sheet.line(legend(book, words(book, "parent.legend")), "legend")
        sheet.line(words(book, "parent.figures"), "section")
        standing = [book.say("standing"), words(book, "late_days")] if places.table.reporters else []
        self._heading(sheet, [*standing, *places.heads], places.units)
        sheet.keep_above(3)
        first = sheet.row
        for line in self.lines:
            self._place(sheet, line)
        self._total(sheet, Line(self.at, is_parent=True), places.named(Line(self.at, is_parent=True)), "subtotal")
        self._total(sheet, None, places.drill.cells(places.table.spec, places.table.by, TOTAL, "", words(book, "all")), "total")
        if places.ranked:
            sheet.row += 1
            self._ranks(sheet, first)
        sheet.fit_short(ONE_PAGE)

    @property
    def parent(self) -> Dimension:
        """The parent dimension."""
        if self.places.table.parent is None:
            raise LookupError("no parent dimension")
        return self.places.table.parent

    def _heading(self, sheet: Sheet, titles: Sequence[str], units: Sequence[str]) -> None:
        heads = [self.book.say("code"), self.places.table.by.title, *titles]
        sheet.cells(heads, ["head"] * len(heads))
        if any(units):
            sheet.cells([*[""] * (len(heads) - len(units)), *units], ["code_head"] * len(heads))

    def _place(self, sheet: Sheet, line: Line) -> None:
        places, code = self.places, self.places.table.by.codes[line.at]
        cells = places.cells(line, sheet.row, self.before)
        standing = [places.standing(code), self._late(code) or None] if places.table.reporters else []
        kinds = ["code", "name", *(["name", "count"] if standing else []), *places.kinds(cells)]
        sheet.cells([*places.named(line), *standing, *cells], kinds)

    def _late(self, code: str) -> int:
        return max((self.late[a.code] for a in self.book.consolidation.round_.in_scope if a.own_locality == code), default=0)

    def _total(self, sheet: Sheet, line: Line | None, named: Sequence[Any], emphasis: str) -> None:
        cells = self.places.cells(line, sheet.row, self.before)
        kinds = ["code", "name", *["name"] * (self.before - 2), *self.places.kinds(cells)]
        sheet.cells([*named, *[""] * (self.before - 2), *cells], kinds, emphasis)

    def _ranks(self, sheet: Sheet, first: int) -> None:
        """The places with their ranks in this part and in the whole; their figures stand from row ``first`` on."""
        places, book, count = self.places, self.book, len(self.places.ranked)
        sheet.line(words(book, "parent.ranks"), "section")
        bands = [words(book, "parent.ranks_inside", title=self.parent.title.lower()), words(book, "parent.ranks_all")]
        sheet.spans([Span("", "head"), Span("", "head"), *(Span(band, "head", count) for band in bands)])
        self._heading(sheet, [each.title for each in places.ranked] * 2, [])
        column = {each.key: self.before + 1 + at for at, each in enumerate(places.indicators)}
        for at, line in enumerate(self.lines):
            cells = [
                rank_cell(places, each, line, xl_rowcol_to_cell(first + at, column[each.key]), inside=inside)
                for inside in (True, False)
                for each in places.ranked
            ]
            sheet.cells([*places.named(line), *cells], ["code", "name", *map(rank_kind, cells)])
