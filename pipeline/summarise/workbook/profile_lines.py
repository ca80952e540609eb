"""What a line of the sheet of single entries is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.figures.dimensions import Dimension
from pipeline.summarise.figures.measures import Average
from pipeline.summarise.figures.rounding import divided
from pipeline.summarise.sheets.cells import LiveCell
from pipeline.summarise.workbook.live import BLANK, Condition, Live, agencies_cell

Named = tuple[Dimension, int, int]
"""An entry that a line is about: its dimension, its position there, the column that names it."""


@dataclass(frozen=True)
class LineSource:
    """The rows behind a line: what they have in common, and who gave them."""

    live: Live | None
    """Formulas, if figures are live."""
    named: Sequence[Named]
    agencies: Mapping[str, int]
    """By measure, the agencies that gave it."""
    any_agencies: int
    nils: int

    def agencies_cell(self, row: int, nothing: str | int) -> Any:
        """How many agencies gave any figure; a formula if it can be live."""
        where = where_of(self.named, row)
        return agencies_cell(self.live, where, self.any_agencies, self.nils, nothing)

    def average_cell(self, average: Average, figure: Any, cells: tuple[str, str], row: int) -> Any:
        """A figure divided by the agencies that gave it; a formula if it can be live.

        ``cells``: those of the figure and of the agencies that gave any.
        """
        known = figure.value if isinstance(figure, LiveCell) else figure
        value = divided(known, self.agencies[average.of])
        if self.live is None or not self.live.count_agencies:
            return value
        text = self.live.average(average, cells, where_of(self.named, row), self.nils)
        return LiveCell(text, value)


def where_of(named: Sequence[Named], row: int) -> list[Condition]:
    """What the rows of a line have in common: the entries that cells of its row name."""
    return [
        (by.key, xl_rowcol_to_cell(row, column, col_abs=True) if by.codes[at] else BLANK)
        for by, at, column in named
    ]
