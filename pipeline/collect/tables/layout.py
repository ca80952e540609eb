"""Where a declared table is on its sheet: its columns, and the first row below its headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.collect.formats.cells import Grid
from pipeline.collect.tables.heading_rows import first_row_after
from pipeline.collect.tables.headings import Header, header_of
from schemas.columns import TableSpec


@dataclass(frozen=True)
class Layout:
    """A table on its sheet. ``first``: the first row that may be data."""

    grid: Grid
    spec: TableSpec
    sheet: str
    header: Header
    first: int

    @cached_property
    def column_letters(self) -> Mapping[str, str]:
        """The column letter of each column that was matched, by key, in order of declaration."""
        matched = self.header.matched
        return {key: matched[key].column_letter for key in self.spec.keys if key in matched}

    @cached_property
    def measures(self) -> frozenset[str]:
        """The column letters of the columns that may be added up."""
        keys = [column.key for column in self.spec.measures]
        return frozenset(self.column_letters[key] for key in keys if key in self.column_letters)

    @cached_property
    def filled_in(self) -> tuple[str, ...]:
        """Keys of the matched columns that the agency fills in itself."""
        return tuple(key for key in self.column_letters if not self.spec.by_key[key].prefilled)


def layout_of(grid: Grid, spec: TableSpec, sheet: str) -> Layout | None:
    """Find a table by its headings; None if a sheet doesn't have enough of them."""
    header = header_of(grid, spec)
    if header is None:
        return None
    return Layout(grid, spec, sheet, header, first_row_after(header, grid))
