"""Links from figures to their rows, which are sorted by the workbook's own entries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.office.sheetnames import quoted
from pipeline.summarise.figures.dimensions import Dimension, dimensions
from pipeline.summarise.sheets.cells import Link
from pipeline.summarise.sheets.lists import first_row
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.workbook.rows import MOST_ROWS
from pipeline.summarise.workbook.sources import source_lines
from schemas.columns import TableSpec
from schemas.round.settings import Summary


class Drill:
    """Where the rows of each entry stand in the sheets of rows of one workbook."""

    def __init__(self, book: SummaryBook, summary: Summary) -> None:
        self.book, self.summary = book, summary
        self._sorted: dict[str, Order] = {}

    def rows(self, spec: TableSpec) -> pd.DataFrame:
        """The rows of a table in their sheet's order: by the summary's dimension and its parent."""
        return self.book.consolidation.tables[spec.key].iloc[self._order(spec).rows]

    def target(self, spec: TableSpec, by: Dimension, at: int | None) -> str:
        """The cells of the rows of an entry (None: of all); blank if they don't stand together."""
        rows = self.book.consolidation.tables[spec.key]
        if len(rows) > MOST_ROWS:
            return ""
        place = (0, len(rows)) if at is None else self._order(spec).places.get((by.key, at))
        if place is None or place[0] == place[1]:
            return ""
        sheet = quoted(self.book.taken(self.book.say("sheets.rows", sheet=spec.sheet)))
        top = first_row(self.book)
        first, last = (
            xl_rowcol_to_cell(top + place[0], 0),
            xl_rowcol_to_cell(top + place[1] - 1, len(spec.columns) + 1),
        )
        return f"{sheet}!{first}:{last}"

    def cells(
        self, spec: TableSpec, by: Dimension, at: int | None, code: str, name: str
    ) -> list[Any]:
        """An entry's code and name, the first of them that says anything linked to its rows."""
        target = self.target(spec, by, at)
        if not target:
            return [code, name]
        return [Link(code, target), name] if code else [code, Link(name, target)]

    @cached_property
    def source_lines(self) -> dict[int, int]:
        """The position of each submission among the sources."""
        return source_lines(self.book.consolidation)

    def _order(self, spec: TableSpec) -> Order:
        if spec.key not in self._sorted:
            known = dimensions(self.book.consolidation.round_, spec)
            keys = [key for key in (self.summary.parent, self.summary.dimension) if key in known]
            self._sorted[spec.key] = Order.of(
                self.book.consolidation.tables[spec.key], [known[key] for key in keys]
            )
        return self._sorted[spec.key]


@dataclass(frozen=True)
class Order:
    """The order of the rows of a table: their positions, sorted.

    ``places``: first row and the one behind the last, by dimension's key and position.
    """

    rows: np.ndarray[Any, Any]
    places: dict[tuple[str, int], tuple[int, int]]

    @classmethod
    def of(cls, rows: pd.DataFrame, by: list[Dimension]) -> Order:
        """Sort by the positions of these dimensions, the first one first."""
        positions = [each.positions(rows) for each in by]
        order = np.lexsort(positions[::-1]) if positions else np.arange(len(rows))
        places: dict[tuple[str, int], tuple[int, int]] = {}
        for each, found in zip(by, positions, strict=True):
            entries, firsts, counts = np.unique(found[order], return_index=True, return_counts=True)
            together = len(np.flatnonzero(np.diff(found[order]))) == len(entries) - 1
            if together:
                places |= {
                    (each.key, int(at)): (int(first), int(first + count))
                    for at, first, count in zip(entries, firsts, counts, strict=True)
                }
        return cls(order, places)
