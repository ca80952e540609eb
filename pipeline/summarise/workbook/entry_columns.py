"""Columns of a table of entries: the measures of its table, and those that it borrows."""

from __future__ import annotations

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import ORIGIN, Dimension, dimensions
from pipeline.summarise.figures.figures import by_entry, whole
from pipeline.summarise.figures.measures import (
    measures,
    rates,
    with_terms,
)
from pipeline.summarise.figures.nils import nils_from
from pipeline.summarise.figures.origins import Origin, rows_from
from pipeline.summarise.workbook.figure_column import FigureColumn
from schemas.columns import TableSpec

Sides = tuple[Dimension, Dimension | None]
"""The dimension that a table counts by, and its parent."""


def origin_of(consolidation: Consolidation, spec: TableSpec, origin: Origin) -> list[Dimension]:
    """The dimension by which rows of an origin are chosen, where there is anything to choose."""
    known = dimensions(consolidation.round_, spec)
    return [known[ORIGIN]] if origin is not Origin.BOTH and ORIGIN in known else []


def entry_columns(
    consolidation: Consolidation, spec: TableSpec, sides: Sides, origin: Origin
) -> list[FigureColumn]:
    """The columns of a table's sums and rates, each rate behind its terms."""
    (by, parent), round_ = sides, consolidation.round_
    rows = rows_from(consolidation, spec, by, origin)
    nils = nils_from(consolidation, spec, by, origin)
    entries = by_entry(consolidation, spec, by, rows, nils)
    total = whole(consolidation, spec, rows, nils)
    parents = by_entry(consolidation, spec, parent, rows, nils) if parent is not None else None
    listed = with_terms(round_, spec, [*measures(round_, spec), *rates(round_, spec)])
    return [FigureColumn(spec, measure, entries, parents, total) for measure in listed]


def borrowed_columns(
    consolidation: Consolidation, spec: TableSpec, key: str, sides: Sides, origin: Origin
) -> list[FigureColumn]:
    """The column of a measure of another table; none if that table doesn't count by the entries."""
    own, parent = sides
    by = dimensions(consolidation.round_, spec).get(own.key)
    if by is None or by.base != own.base:
        return []
    columns = entry_columns(consolidation, spec, (by, parent), origin)
    return [column for column in columns if column.measure.key == key]
