"""Tables with a line per entry of a dimension: all measures, and how many agencies gave them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.figures.crossing import used
from pipeline.summarise.figures.dimensions import Dimension, dimension
from pipeline.summarise.figures.lines import (
    EntryReporter,
    TableLine,
    empty,
    parent_of,
    reporters,
)
from pipeline.summarise.figures.measures import (
    Average,
    Term,
    over_agencies,
)
from pipeline.summarise.figures.origins import Origin, own_column, own_entries
from pipeline.summarise.figures.rounding import divided
from pipeline.summarise.figures.tables import borrowed, main_table
from pipeline.summarise.figures.totals import AGENCIES, NILS, ROWS
from pipeline.summarise.sheets import printing
from pipeline.summarise.sheets.cells import LiveCell
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.entry_columns import borrowed_columns, entry_columns, origin_of
from pipeline.summarise.workbook.figure_column import FigureColumn, with_unit
from pipeline.summarise.workbook.live import BLANK, Condition, Live, agencies_cell, sign_of
from schemas.columns import TableSpec

CODE_WIDTH, NAME_WIDTH = 9.0, 42.0
_AVERAGE_WIDTH, _AGENCIES_WIDTH = 14.0, 12.0
FIRST = 2
"""The first column of figures."""


@dataclass(frozen=True)
class SideColumn:
    """A column behind the figures of a table of entries.

    ``cell`` gives its value for a line (the total without one) and its row.
    """

    title: str
    width: float
    kind: str
    cell: Callable[[TableLine | None, int], Any]


def legend(book: SummaryBook, *more: str) -> str:
    """What the signs in place of figures mean."""
    return " ".join([book.say("legend"), *more])


@dataclass(frozen=True)
class EntryTable:
    """Measures by the entries of one dimension, under those of its parent."""

    book: SummaryBook
    spec: TableSpec
    by: Dimension
    parent: Dimension | None
    columns: Sequence[FigureColumn]
    reporters: Mapping[str, EntryReporter]
    live: Mapping[str, Live | None]
    """Formulas by table, where its figures are live."""
    averages: Sequence[Average] = ()
    """What is averaged over agencies; of places nothing: different numbers report on each."""
    origin: Origin = Origin.BOTH
    """Whose figures they are."""
    has_agencies: bool = True
    """Whether it shows how many agencies stand behind its figures."""
    apart: Sequence[EntryTable] = ()
    """The same by origin, which stand before its own: own returns, what others report."""
    beside: Sequence[SideColumn] = ()
    """What stands behind its own figures."""

    @classmethod
    def of(
        cls, book: SummaryBook, key: str, parent_key: str, origin: Origin = Origin.BOTH
    ) -> EntryTable:
        """The table of a dimension: the measures of its main table, and those that it borrows."""
        consolidation = book.consolidation
        spec = main_table(consolidation.round_, key)
        by = dimension(consolidation.round_, spec, key)
        parent = parent_of(consolidation.round_, spec, by, parent_key)
        columns = entry_columns(consolidation, spec, (by, parent), origin)
        for other, borrowed_key in borrowed(consolidation.round_, spec):
            columns += borrowed_columns(consolidation, other, borrowed_key, (by, parent), origin)
        sides = [
            each
            for each in (by, parent, *origin_of(consolidation, spec, origin))
            if each is not None
        ]
        live = {
            each.key: Live.of(consolidation, each, *sides)
            for each in {column.spec.key: column.spec for column in columns}.values()
        }
        of_places = own_column(consolidation.round_, spec) == by.column
        over = [] if of_places else over_agencies(consolidation.round_, spec)
        due = reporters(consolidation, spec, by) if origin is not Origin.OTHERS else {}
        return cls(book, spec, by, parent, columns, due, live, over, origin)

    @property
    def shown(self) -> list[int]:
        """Positions of the entries that have a line."""
        rows = sum(column.entries[ROWS].to_numpy() for column in self.columns)
        return used(self.by, rows)  # type: ignore[arg-type]

    def has_rows(self, at: int) -> bool:
        """Whether any row or a confirmed nil stands behind the entry at a position."""
        return any(
            column.known(TableLine(at))[key] for column in self.columns for key in (ROWS, NILS)
        )

    def dimension_of(self, line: TableLine | None) -> Dimension:
        """What a line's position counts in: the entries, or what they belong to."""
        return (
            self.parent
            if line is not None and line.is_parent and self.parent is not None
            else self.by
        )

    def where(self, line: TableLine | None, name: str) -> list[Condition]:
        """What the rows of a line have in common; the cell ``name`` holds the entry's name."""
        by = self.dimension_of(line)
        entry = [] if line is None else [(by.key, name if by.codes[line.at] else BLANK)]
        return [*entry, *self._of_origin]

    @cached_property
    def _of_origin(self) -> list[Condition]:
        known = origin_of(self.book.consolidation, self.spec, self.origin)
        return [(each.key, f'"{each.names[each.position(self.origin)]}"') for each in known]

    def nothing(self, line: TableLine | None) -> str | int:
        """What stands for a figure that no row of a line gives.

        The zero of a confirmed nil, else a sign of who was to report the entry.
        """
        if self.nils(line):
            return 0
        if line is not None and self._has_no_own_return(line):
            return self.book.say("not_applicable")
        reporter = (
            self.reporters.get(self.by.codes[line.at])
            if line is not None and not line.is_parent
            else None
        )
        return empty(self.book.consolidation, reporter)

    def _has_no_own_return(self, line: TableLine) -> bool:
        """True if own returns are shown and no agency can have one on a line: it is no place."""
        by = self.dimension_of(line)
        return (
            self.origin is Origin.OWN
            and bool(by.codes[line.at])
            and by.codes[line.at] not in self._own[by.key]
        )

    @cached_property
    def _own(self) -> Mapping[str, set[str]]:
        """By dimension of lines, the entries on which agencies have own returns."""
        places = set(own_entries(self.book.consolidation.round_).values())
        sides = [each for each in (self.by, self.parent) if each is not None]
        return {
            side.key: {side.owner.get(place, "") for place in places} if side.owner else places
            for side in sides
        }

    def nils(self, line: TableLine | None) -> int:
        """How many confirmed nils a line holds, or the total without one."""
        return int(self.columns[0].known(line)[NILS])

    def agencies(self, line: TableLine | None) -> int:
        """How many agencies gave any measure of the table in a line, or in total."""
        return int(self.columns[0].known(line)[AGENCIES])

    @property
    def kinds(self) -> list[str]:
        """Formats of its figures, agencies and averages."""
        return [
            *(column.kind for column in self.columns),
            *["count"] * self.has_agencies,
            *["average" for _ in self.averages],
        ]

    @property
    def widths(self) -> list[float]:
        """Widths of all columns: code, name, figures, agencies, what stands beside."""
        figures = [width for table in (*self.apart, self) for width in table.figure_widths]
        return [CODE_WIDTH, NAME_WIDTH, *figures, *(column.width for column in self.beside)]

    @property
    def figure_widths(self) -> list[float]:
        """Widths of figures, agencies and averages."""
        agencies = [_AGENCIES_WIDTH] * self.has_agencies
        return [
            *(column.width for column in self.columns),
            *agencies,
            *[_AVERAGE_WIDTH] * len(self.averages),
        ]

    @property
    def titles(self) -> list[str]:
        """Titles of figures, agencies and averages."""
        agencies, averaged = (
            [self.book.say("agencies")] * self.has_agencies,
            [with_unit(average) for average in self.averages],
        )
        return [*(with_unit(column.measure) for column in self.columns), *agencies, *averaged]

    @property
    def printed(self) -> int:
        """How many columns are printed: those that fit, never a rate's terms without the rate."""
        _, fit = printing.that_fit(self.widths, (), printing.SMALLEST, 0)
        terms = {
            first + at
            for table, first in self.starts
            for at, column in enumerate(table.columns)
            if isinstance(column.measure, Term)
        }
        while fit - 1 in terms:
            fit -= 1
        return fit

    @property
    def starts(self) -> list[tuple[EntryTable, int]]:
        """The first column of each block of figures."""
        blocks = (*self.apart, self)
        return [
            (table, FIRST + sum(len(before.kinds) for before in blocks[:at]))
            for at, table in enumerate(blocks)
        ]

    def figures(self, line: TableLine | None, row: int, first: int) -> list[Any]:
        """Figures, agencies and averages of a line, from column ``first`` of a row on."""
        nothing = self.nothing(line)
        where = self.where(line, xl_rowcol_to_cell(row, 1, col_abs=True))
        figures = [column.value(line, nothing) for column in self.columns]
        values = [
            self._live(column, value, where, nothing)
            for column, value in zip(self.columns, figures, strict=True)
        ]
        live = self.live.get(self.spec.key)
        counted = agencies_cell(live, where, self.agencies(line), self.nils(line), nothing)
        averaged = [
            self._average(average, line, (row, first, where), nothing) for average in self.averages
        ]
        return [*values, *[counted] * self.has_agencies, *averaged]

    def _average(
        self,
        measure: Average,
        line: TableLine | None,
        place: tuple[int, int, Sequence[Condition]],
        nothing: str | int,
    ) -> Any:
        """A figure divided by the agencies that gave it; a formula if figures are live.

        ``place``: its row, the first column, what the line counts.
        """
        at = next(
            at
            for at, column in enumerate(self.columns)
            if column.spec is self.spec and column.measure.key == measure.of
        )
        summed, agencies = self.columns[at].value(line, nothing), self.columns[at].agencies(line)
        value = divided(summed, agencies)
        live = self.live.get(self.spec.key)
        if live is None or not live.count_agencies:
            return value
        row, first, where = place
        cells = (
            xl_rowcol_to_cell(row, first + at),
            xl_rowcol_to_cell(row, first + len(self.columns)),
        )
        return LiveCell(
            live.average(measure, cells, where, self.nils(line)), value, sign_of(nothing)
        )

    def _live(
        self, column: FigureColumn, value: Any, where: Sequence[Condition], nothing: str | int
    ) -> Any:
        live = self.live.get(column.spec.key)
        return value if live is None else live.cell(column.measure, where, nothing, value)
