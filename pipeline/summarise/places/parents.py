"""A sheet for each part of the country: its places with figures and ranks, and their whole.

Own returns are compared; what other agencies report of the same places stands in a table of its own
below.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.figures.dimensions import Dimension
from pipeline.summarise.figures.lines import TableLine
from pipeline.summarise.figures.origins import Origin
from pipeline.summarise.places.by_place import Places
from pipeline.summarise.places.chosen import worst
from pipeline.summarise.places.figure_cells import figure_cells
from pipeline.summarise.places.indicators import NARROW, Indicator, IndicatorBlock, words
from pipeline.summarise.places.rank_cells import mark_ties, rank_cell
from pipeline.summarise.places.table import few, remarks
from pipeline.summarise.sheets.cells import Span
from pipeline.summarise.sheets.sheet import SummarySheet
from pipeline.summarise.workbook.entry_table import legend
from schemas.codelists import Entry

ONE_PAGE = 50
"""Rows up to which it is printed on a single page."""
_CODE, _NAME, _STANDING, _LATE, _RANK = 6.0, 17.0, 12.5, 7.5, 12.5
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
    fitting = [
        name
        for name in (entry.name, *sorted(entry.aliases, key=len, reverse=True))
        if len(name) <= _LONGEST_NAME
    ]
    return fitting[0] if fitting else entry.name


class _Part:
    """The sheet of the parent's entry at position ``at`` with its places ``lines``."""

    def __init__(self, places: Places, at: int, lines: Sequence[TableLine]) -> None:
        self.places, self.at, self.lines, self.book = places, at, lines, places.book
        self.block, self.beside = (
            places.block(places.main),
            [places.block(origin) for origin in places.beside],
        )
        self.staff = 2 + 2 * bool(places.table.reporters)
        self.before = self.staff + places.has_staff
        self.late = dict(
            zip(
                self.book.consolidation.agencies["agency"],
                self.book.consolidation.agencies["late_days"],
                strict=True,
            )
        )

    def write(self) -> None:
        """Write the sheet: what is compared with its ranks, then what others report."""
        places, book = self.places, self.book
        entry = self.parent.entries[self.at]
        sheet = book.sheet(
            sheet_name(entry),
            words(book, "parent.title", title=places.summary.title, name=entry.name.upper()),
            self._widths,
        )
        sheet.answers("places", "place_group", name=entry.name)
        sheet.line(legend(book, *remarks(places), *few(places), *self._not_printed), "legend")
        covered = places.covered(entry.code)
        if covered.share:
            said = words(
                book, "parent.covered", share=covered.share, provisional=places.even_provisional
            )
            sheet.line(" ".join(filter(None, [said, covered.named(book.lang)])), "remark")
        self._compared(sheet)
        for block in self.beside:
            if block.origin is Origin.BOTH:  # what the two tables above come to, for the screen
                sheet.printed = sheet.row, len(sheet.widths)
            sheet.row += 1
            self._others(sheet, block)
        sheet.fit_short(ONE_PAGE)

    @property
    def _not_printed(self) -> list[str]:
        """That the last table, which adds up the two before, isn't printed."""
        titles = [self.book.say(f"origin_{block.origin}") for block in (self.block, *self.beside)]
        return (
            [self.book.say("tables_printed", titles=", ".join(titles[:-1]))] if self.beside else []
        )

    @property
    def parent(self) -> Dimension:
        """The parent dimension."""
        if self.places.table.parent is None:
            raise LookupError("no parent dimension")
        return self.places.table.parent

    @property
    def _widths(self) -> list[float]:
        compared = [*self.block.widths, *[_RANK] * (2 * len(self.places.ranked))]
        beside = [block.widths[self.before - 2 :] for block in self.beside]
        room = [max(widths) for widths in zip_longest(compared, *beside, fillvalue=0)]
        standing = [_STANDING, _LATE] if self.places.table.reporters else []
        return [_CODE, _NAME, *standing, *[NARROW] * self.places.has_staff, *room]

    # --- what is compared
    # --------------------------------------------------------------------------

    def _compared(self, sheet: SummarySheet) -> None:
        """The figures that are compared, each place with its ranks, then the part and the whole."""
        places = self.places
        self._compared_heading(sheet)
        first = sheet.row
        for line in self.lines:
            self._place(sheet, line)
        ranks = self.before + len(self.block.kinds)
        for column, (indicator, inside) in enumerate(self._ranks, start=ranks):
            cells = (first, sheet.row - 1, column, self._values[indicator.key])
            mark_ties(sheet, places, indicator, self.lines[0], cells, inside=inside)
        part = TableLine(self.at, is_parent=True)
        self._total(sheet, part, places.named(part), "subtotal")
        whole = places.drill.cells(
            places.table.spec, places.table.by, None, "", words(self.book, "all")
        )
        self._total(sheet, None, whole, "total")

    def _compared_heading(self, sheet: SummarySheet) -> None:
        """Whose figures and ranks; what; units, and which value is the worst."""
        places, book, ranked = self.places, self.book, self.places.ranked
        standing = (
            [book.say("standing"), words(book, "late_days")] if places.table.reporters else []
        )
        staff = [words(book, "staff")] if places.has_staff else []
        provisional = {"provisional": places.even_provisional}
        inside = {"title": self.parent.title.lower(), "count": sum(map(places.counts, self.lines))}
        bands = [
            words(book, "parent.ranks_inside", **inside, **provisional),
            words(book, "parent.ranks_all", count=places.counted, **provisional),
        ]
        top = [
            *[Span("", "head")] * self.before,
            Span(book.say(f"origin_{self.block.origin}"), "head", len(self.block.kinds)),
        ]
        sheet.spans([*top, *(Span(band, "head", len(ranked)) for band in bands if ranked)])
        heads = [
            book.say("code"),
            places.table.by.title,
            *standing,
            *staff,
            *places.heads(self.block),
            *(each.title for each in ranked * 2),
        ]
        sheet.cells(heads, ["head"] * len(heads))
        units = [
            *[""] * self.before,
            *self.block.units,
            *(worst(book, each) for each in ranked * 2),
        ]
        sheet.cells(units, ["code_head"] * len(units))
        sheet.keep_above(3)

    def _place(self, sheet: SummarySheet, line: TableLine) -> None:
        places, code = self.places, self.places.table.by.codes[line.at]
        cells = figure_cells(places, self.block, line, sheet.row, self.staff)
        standing = (
            [places.standing(code), self._late(code) or None] if places.table.reporters else []
        )
        staff = [places.staff(line)] if places.has_staff else []
        ranked = [
            rank_cell(
                places,
                each,
                line,
                xl_rowcol_to_cell(sheet.row, self._values[each.key]),
                inside=inside,
            )
            for each, inside in self._ranks
        ]
        kinds = [
            "code",
            "name",
            *(["name", "count"] if standing else []),
            *["count" for _ in staff],
        ]
        sheet.cells(
            [*places.named(line), *standing, *staff, *cells, *ranked],
            [*kinds, *self.block.kinds, *["rank" for _ in ranked]],
        )

    @property
    def _ranks(self) -> list[tuple[Indicator, bool]]:
        """What places are ranked by, first among those of the part, then among all."""
        return [(indicator, inside) for inside in (True, False) for indicator in self.places.ranked]

    @property
    def _values(self) -> dict[str, int]:
        """The column of each indicator's values."""
        first = self.before + self.block.has_agencies
        return {each.key: first + at for at, each in enumerate(self.block.indicators)}

    def _late(self, code: str) -> int:
        return max(
            (
                self.late[a.code]
                for a in self.book.consolidation.round_.in_scope
                if a.own_locality == code
            ),
            default=0,
        )

    def _total(
        self, sheet: SummarySheet, line: TableLine | None, named: Sequence[Any], emphasis: str
    ) -> None:
        cells = figure_cells(self.places, self.block, line, sheet.row, self.staff)
        more = 2 * len(self.places.ranked)
        kinds = ["code", "name", *["name"] * (self.before - 2), *self.block.kinds, *["name"] * more]
        sheet.cells([*named, *[""] * (self.before - 2), *cells, *[""] * more], kinds, emphasis)

    # --- what others report
    # ------------------------------------------------------------------------

    def _others(self, sheet: SummarySheet, block: IndicatorBlock) -> None:
        """What other agencies report of each place, or both together."""
        places, book = self.places, self.book
        sheet.spans(
            [
                Span("", "head", 2),
                Span(book.say(f"origin_{block.origin}"), "head", len(block.kinds)),
            ]
        )
        heads = [book.say("code"), places.table.by.title, *places.heads(block)]
        sheet.cells(heads, ["head"] * len(heads))
        units = ["", "", *block.units]
        sheet.cells(units, ["code_head"] * len(units))
        part = TableLine(self.at, is_parent=True)
        whole = places.drill.cells(places.table.spec, places.table.by, None, "", words(book, "all"))
        for line, named, emphasis in [
            *((line, places.named(line), "") for line in self.lines),
            (part, places.named(part), "subtotal"),
            (None, whole, "total"),
        ]:
            sheet.cells(
                [*named, *figure_cells(places, block, line, sheet.row, self.staff)],
                ["code", "name", *block.kinds],
                emphasis,
            )
