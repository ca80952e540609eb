"""Mark a table's cells that are covered by a merged one: their values aren't known (S10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.collect.tables.layout import Layout
from pipeline.collect.tables.tidy import ColumnReading
from pipeline.model import Finding, Severity
from pipeline.office.addresses import address, index
from schemas.columns import State

Covered = Sequence[tuple[int, int, str]]
"""Position of the row, column number and column key of each covered cell, in order."""


def covered_cells(layout: Layout, rows: Sequence[int]) -> Covered:
    """Find the cells of a table's rows that a merged cell covers."""
    return sorted(_covered(layout, rows)) if layout.grid.merged and rows else ()


def _covered(layout: Layout, rows: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    numbers = {key: index(letter) for key, letter in layout.column_letters.items()}
    for area in layout.grid.merged:
        if area.bottom < rows[0] or area.top > rows[-1]:
            continue
        keys = [key for key, number in numbers.items() if area.left <= number <= area.right]
        for position, row in enumerate(rows):
            if area.top <= row <= area.bottom:
                for key in keys:
                    if (row, numbers[key]) != (area.top, area.left):
                        yield position, numbers[key], key


def without_covered(
    layout: Layout, columns: Mapping[str, ColumnReading], covered: Covered
) -> dict[str, ColumnReading]:
    """Return the columns without the values of covered cells."""
    marked = dict(columns)
    for key in {key for _, _, key in covered}:
        cells = {position: (State.MERGED, "") for position, _, other in covered if other == key}
        marked[key] = columns[key].without(layout.spec.by_key[key].kind, cells)
    return marked


def merged(layout: Layout, covered: Covered, rows: Sequence[int]) -> Iterator[Finding]:
    """S10: report covered cells; an error if a required column is among them."""
    if not covered:
        return
    columns = [layout.spec.by_key[key] for _, _, key in covered]
    is_required = any(column.required for column in columns)
    addresses = (
        address(layout.column_letters[key], rows[position]) for position, _, key in covered
    )
    yield Finding(
        rule="S10",
        severity=Severity.ERROR if is_required else Severity.WARNING,
        message="merged_required" if is_required else "merged",
        sheet=layout.sheet,
        cells=tuple(dict.fromkeys(addresses)),
        column=", ".join(dict.fromkeys(column.title for column in columns)),
    )
