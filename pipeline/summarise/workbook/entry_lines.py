"""A table of entries as lines of a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.office.sheetnames import quoted
from pipeline.summarise.figures.lines import (
    TableLine,
    lines,
)
from pipeline.summarise.figures.origins import Origin
from pipeline.summarise.sheets.cells import Span
from pipeline.summarise.sheets.sheet import SummarySheet
from pipeline.summarise.workbook.drill import Drill
from pipeline.summarise.workbook.entry_table import FIRST, EntryTable


def write_entries(table: EntryTable, sheet: SummarySheet, drill: Drill) -> Mapping[Origin, Cells]:
    """Write the heading, a line per entry, and the total.

    Returns the cells of entries' figures and totals, by origin.
    """
    blocks = (*table.apart, table)
    titles = [
        table.book.say("code"),
        table.by.title,
        *(title for block in blocks for title in block.titles),
        *(column.title for column in table.beside),
    ]
    if table.apart:
        sheet.spans(
            [Span("", "head", FIRST), *_bands(table), *[Span("", "head")] * len(table.beside)]
        )
    sheet.cells(titles, ["head"] * len(titles))
    sheet.keep_above(1 + bool(table.apart), FIRST)
    cells: dict[Origin, Cells] = {block.origin: {} for block in blocks}
    for line in [*lines(table.shown, table.by, table.parent), None]:
        if line is None or not line.is_parent:
            for block, first in table.starts:
                places = {
                    column.measure.key: (sheet.row, first + place)
                    for place, column in enumerate(block.columns)
                }
                cells[block.origin] |= {
                    (key, line.at if line else None): place for key, place in places.items()
                }
        _line(table, sheet, line, drill)
    return cells


def _bands(table: EntryTable) -> list[Span]:
    """Headings over blocks, by origin; one that is cut by the edge of a page has two."""
    found: list[Span] = []
    for block, first in table.starts:
        cuts = sorted(
            {
                first,
                min(max(first, table.printed), first + len(block.kinds)),
                first + len(block.kinds),
            }
        )
        found += [
            Span(table.book.say(f"origin_{block.origin}"), "head", end - start)
            for start, end in pairwise(cuts)
        ]
    return found


def _line(table: EntryTable, sheet: SummarySheet, line: TableLine | None, drill: Drill) -> None:
    by = table.dimension_of(line)
    code, name = (
        ("", table.book.say("total")) if line is None else (by.codes[line.at], by.names[line.at])
    )
    emphasis = "total" if line is None else "subtotal" if line.is_parent else ""
    values = [
        value for block, first in table.starts for value in block.figures(line, sheet.row, first)
    ]
    kinds = [kind for block, _ in table.starts for kind in block.kinds]
    beside = [column.cell(line, sheet.row) for column in table.beside]
    named = drill.cells(table.spec, by, line.at if line else None, code, name)
    kinds = ["code", "name", *kinds, *(column.kind for column in table.beside)]
    sheet.cells([*named, *values, *beside], kinds, emphasis)


Cells = dict[tuple[str, int | None], tuple[int, int]]
"""Row and column by measure and position, ``None`` for the total."""


@dataclass(frozen=True)
class EntrySheet:
    """A table of entries as its sheet shows it, and where its figures stand, by whose they are."""

    table: EntryTable
    sheet: str
    cells: Mapping[Origin, Cells]

    def reference(self, measure: str, at: int | None, origin: Origin = Origin.BOTH) -> str:
        """The formula that repeats a figure elsewhere in the workbook."""
        row, column = self.cells[origin][measure, at]
        return f"={quoted(self.sheet)}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"
