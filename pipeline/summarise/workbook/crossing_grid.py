"""A crossing on its sheet: headings, lines and figures of the tables side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.figures.crossing import Crossing, cross, month_days, monthly
from pipeline.summarise.figures.dimensions import Dimension, dimension
from pipeline.summarise.figures.lines import TableLine, empty, parent_of, reporters, standing_words
from pipeline.summarise.figures.measures import (
    Average,
    Measure,
    averages,
    crossed,
    crossed_rates,
    with_terms,
)
from pipeline.summarise.figures.periods import is_time
from pipeline.summarise.figures.tables import main_table
from pipeline.summarise.figures.totals import NILS
from pipeline.summarise.sheets.cells import Span
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet
from pipeline.summarise.workbook.drill import Drill
from pipeline.summarise.workbook.figure_column import with_unit
from pipeline.summarise.workbook.live import BLANK, Condition, Live
from pipeline.summarise.workbook.shape import TOTAL, CrossingColumn, Shape
from schemas.round.settings import Summary


@dataclass(frozen=True)
class CrossingGrid:
    """A crossing as a sheet shows it; ``live``: formulas of its figures, where they are live."""

    shape: Shape
    drill: Drill
    live: Live | None = None

    @classmethod
    def of(cls, book: SummaryBook, summary: Summary, key: str, drill: Drill) -> CrossingGrid:
        """Cross two dimensions in the first table that has both; the longer one goes down."""
        consolidation = book.consolidation
        spec = main_table(consolidation.round_, summary.dimension, key)
        own, other = (
            dimension(consolidation.round_, spec, each) for each in (summary.dimension, key)
        )
        down, across = (own, other) if own.size >= other.size else (other, own)
        parent = parent_of(consolidation.round_, spec, down, summary.parent if down is own else "")
        over = (
            averages(consolidation.round_, spec, "month")
            if is_time(spec, down) or is_time(spec, across)
            else []
        )
        shown = [
            *over,
            *crossed(consolidation.round_, spec),
            *crossed_rates(consolidation.round_, spec),
        ]
        shape = Shape(
            book,
            monthly(cross(consolidation, spec, down, across), over),
            monthly(cross(consolidation, spec, parent, across), over)
            if parent is not None
            else None,
            with_terms(consolidation.round_, spec, shown),
            reporters(consolidation, spec, down),
        )
        return cls(
            shape,
            drill,
            Live.of(consolidation, spec, down, across, *([parent] if parent is not None else [])),
        )

    @property
    def book(self) -> SummaryBook:
        """The workbook that it stands in."""
        return self.shape.book

    @property
    def crossing(self) -> Crossing:
        """Its sums."""
        return self.shape.crossing

    @property
    def measures(self) -> Sequence[Measure]:
        """The measures, a table each."""
        return self.shape.measures

    @cached_property
    def _lengths(self) -> tuple[Any, int]:
        return month_days(self.crossing)

    # --- writing
    # -----------------------------------------------------------------------------------

    def write(self, sheet: SummarySheet) -> dict[tuple[str, int, int], tuple[int, int]]:
        """Write heading, lines and total.

        Returns the cells of figures, by measure and positions down and across.
        """
        top, first, columns = sheet.row, self.shape.first, self.shape.columns
        self._heading(sheet)
        names_at = sheet.row - 2
        sheet.keep_above(sheet.row - top, first)
        across = [self._across(column, names_at, first + at) for at, column in enumerate(columns)]
        cells: dict[tuple[str, int, int], tuple[int, int]] = {}
        for line in self.shape.lines:
            if not line.is_parent:
                cells |= {
                    (column.measure.key, line.at, column.at): (sheet.row, first + at)
                    for at, column in enumerate(columns)
                }
            self._line(sheet, line, across)
        self._line(sheet, None, across)
        return cells

    def _heading(self, sheet: SummarySheet) -> None:
        """Measures over their columns, on each page anew; names; codes."""
        shape, first, columns = self.shape, self.shape.first, self.shape.columns
        pieces = [(_one_line(columns[piece.start].measure), piece) for piece in shape.pages.pieces]
        bands = [
            Span(title, "head", len(piece), is_edge=piece.start in shape.edges)
            for title, piece in pieces
        ]
        sheet.spans([*[Span("", "head")] * first, *bands])
        standing = [self.book.say("standing")] if shape.reporters else []
        names = ["", self.crossing.down.title, *standing]
        self._row(
            sheet,
            [Span(name, "head") for name in names],
            [(shape.head(column.at), "head") for column in columns],
        )
        codes = [(self._linked(self.crossing.across, column.at), "code_head") for column in columns]
        self._row(
            sheet,
            [Span(each, "code_head") for each in (self.book.say("code"), *[""] * (first - 1))],
            codes,
        )

    def _row(
        self,
        sheet: SummarySheet,
        before: Sequence[Span],
        figures: Sequence[tuple[Any, str]],
        emphasis: str = "",
    ) -> None:
        """One row: cells before the figures, then figures and their kinds, tables set apart."""
        sheet.spans([*before, *self._apart(figures)], emphasis)

    def _apart(self, figures: Sequence[tuple[Any, str]]) -> list[Span]:
        return [
            Span(value, kind, is_edge=at in self.shape.edges)
            for at, (value, kind) in enumerate(figures)
        ]

    def _linked(self, by: Dimension, at: int) -> Any:
        """The code of an entry across, linked to its rows where they stand together."""
        return (
            "" if at == TOTAL else self.drill.cells(self.crossing.spec, by, at, by.codes[at], "")[0]
        )

    def _line(
        self, sheet: SummarySheet, line: TableLine | None, across: Sequence[Sequence[Condition]]
    ) -> None:
        shape = self.shape
        crossing = (
            shape.upper
            if line is not None and line.is_parent and shape.upper is not None
            else self.crossing
        )
        at, code = (TOTAL, "") if line is None else (line.at, crossing.down.codes[line.at])
        reporter = (
            shape.reporters.get(code) if crossing is self.crossing and line is not None else None
        )
        values = self._figures(crossing, at, sheet.row, across)
        kinds = [shape.kinds[column.measure.key] for column in shape.columns]
        named = self.drill.cells(
            crossing.spec, crossing.down, None if line is None else at, code, shape.name(line)
        )
        standing = [standing_words(reporter, self.book.lang)] if shape.reporters else []
        before = [
            Span(value, kind)
            for value, kind in zip(
                [*named, *standing], ["code", *["name"] * (1 + len(standing))], strict=True
            )
        ]
        emphasis = "total" if line is None else "subtotal" if line.is_parent else ""
        is_folded = crossing is self.crossing and at in shape.folded[0]
        sheet.spans(
            [*before, *self._apart(list(zip(values, kinds, strict=True)))],
            emphasis,
            is_folded=is_folded,
        )

    def value(self, measure: Measure, down: int, across: int) -> Any:
        """A figure, a sign where nobody gave it, another sign where it can't have a value."""
        return self._value(self.crossing, measure, (down, across), self._sign(self.crossing, down))

    def _sign(self, crossing: Crossing, down: int) -> str:
        """What stands for figures of a line that nobody gave."""
        is_entry = crossing is self.crossing and down != TOTAL
        reporter = self.shape.reporters.get(crossing.down.codes[down]) if is_entry else None
        return empty(self.book.consolidation, reporter)

    def _value(self, crossing: Crossing, measure: Measure, cell: tuple[int, int], sign: str) -> Any:
        barred_down, barred_across = self.shape.barred[measure.key]
        if cell[1] in barred_across or (crossing is self.crossing and cell[0] in barred_down):
            return self._barred
        return crossing.figure(measure, cell, sign)

    @cached_property
    def _barred(self) -> str:
        """What stands where a measure can't have a value."""
        return self.book.say("not_applicable")

    def _across(self, column: CrossingColumn, row: int, letter: int) -> list[Condition]:
        """What rows of a column have in common: the entry in ``row``; for totals nothing."""
        if column.at == TOTAL:
            return []
        across = self.crossing.across
        return [
            (
                across.key,
                xl_rowcol_to_cell(row, letter, row_abs=True) if across.codes[column.at] else BLANK,
            )
        ]

    def _figures(
        self, crossing: Crossing, down: int, row: int, across: Sequence[Sequence[Condition]]
    ) -> list[Any]:
        """The figures of the line at a position down, as formulas where they are live."""
        sign, by, where = self._sign(crossing, down), crossing.down, list[Condition]()
        if down != TOTAL:
            where = [(by.key, xl_rowcol_to_cell(row, 1, col_abs=True) if by.codes[down] else BLANK)]
        columns = zip(self.shape.columns, across, strict=True)
        return [
            self._live(crossing, column.measure, (down, column.at), sign, [*where, *its])
            for column, its in columns
        ]

    def _live(
        self,
        crossing: Crossing,
        measure: Measure,
        cell: tuple[int, int],
        sign: str,
        where: Sequence[Condition],
    ) -> Any:
        """A figure, or its formula if figures are live; ``cell``: its positions down and across."""
        value = self._value(crossing, measure, cell, sign)
        if self.live is None or value == self._barred:
            return value
        lengths, axis = self._lengths
        is_monthly = isinstance(measure, Average) and lengths is not None
        days = int(lengths[cell[axis]]) if is_monthly else 0
        nothing = 0 if crossing.values[NILS][cell] else sign
        return self.live.cell(measure, where, nothing, value, days)


def _one_line(measure: Measure) -> str:
    return with_unit(measure).replace("\n", " ")
