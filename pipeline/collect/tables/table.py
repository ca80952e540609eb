"""Read one declared table from its sheet: data rows, typed cells, and what else is there."""

from __future__ import annotations

from itertools import compress

from pipeline.collect.formats.cells import Grid
from pipeline.collect.tables.added import above_table
from pipeline.collect.tables.codes import CodesByColumn
from pipeline.collect.tables.collectives import Collectives, recounted
from pipeline.collect.tables.columns import (
    SheetReading,
    column_findings,
    column_matches,
    read_column,
    table_of,
)
from pipeline.collect.tables.content import with_columns_by_content
from pipeline.collect.tables.layout import Layout, layout_of
from pipeline.collect.tables.merged import covered_cells, merged, without_covered
from pipeline.collect.tables.rows import RowKinds, has_values, remarks_in, row_findings, rows_of
from pipeline.collect.tables.stray import aside, stray, unknown_columns
from pipeline.collect.tables.tidy import ColumnReading
from pipeline.collect.tables.totals import totals_of
from pipeline.collect.tables.units import other_units
from pipeline.model import Finding, Severity
from pipeline.text.printed import NOTHING_KNOWN, Printed
from schemas.columns import TableSpec


def read_table(
    grid: Grid,
    spec: TableSpec,
    sheet: str,
    codes: CodesByColumn,
    collectives: Collectives | None = None,
    printed: Printed = NOTHING_KNOWN,
) -> SheetReading:
    """Read the data rows of one table. ``printed``: the texts that the form itself has."""
    by_titles = layout_of(grid, spec, sheet)
    if by_titles is None:
        no_header = Finding("S06", Severity.ERROR, "column_missing.header", sheet=sheet)
        return SheetReading(table_of(sheet, {}, [], {}), (no_header,))
    # columns first: whether a row is a total, or says nothing, depends on them
    layout = with_columns_by_content(by_titles, codes)
    # rows are sorted twice: by what they say; then, by typed cells, remarks are told from data
    rows = rows_of(layout, codes)
    typed = _columns(layout, rows, codes, collectives)
    is_filled = has_values(layout, rows, typed)
    is_remark = remarks_in(layout, rows, typed, is_filled)
    is_data = is_filled & ~is_remark
    data, remarks = list(compress(rows.filled, is_data)), list(compress(rows.filled, is_remark))
    columns = typed  # nearly always: then nothing is copied
    if not is_data.all():
        columns = {key: column.only(is_data) for key, column in typed.items()}
    # merged cells come last: where a remark is merged across, covered cells would count as filled
    covered = covered_cells(layout, data)
    sure = without_covered(layout, columns, covered)
    totals = totals_of(layout, rows.totals | rows.sums)
    table = table_of(sheet, layout.column_letters, data, sure, totals)
    headings = layout.header.matched.values()
    outside = _outside(layout, rows, remarks, printed)
    findings = (
        *column_findings(spec, headings, layout.header.unknown.values(), sheet),
        *merged(layout, covered, data),
        *row_findings(layout, rows),
        *other_units(layout),
        *outside,
    )
    return SheetReading(table, findings, column_matches(headings, sheet), aside(grid, outside))


def _columns(
    layout: Layout, rows: RowKinds, codes: CodesByColumn, collectives: Collectives | None
) -> dict[str, ColumnReading]:
    """Type the cells of the filled rows, by column key."""
    grid, letters = layout.grid, layout.column_letters
    columns = {
        key: read_column(grid, layout.spec.by_key[key], letter, rows.filled, codes.get(key))
        for key, letter in letters.items()
    }
    # which rows count in another unit, the column of their kind tells: it must be typed before
    return recounted(
        columns,
        layout.spec,
        collectives,
        lambda column: read_column(grid, column, letters[column.key], rows.filled, None),
    )


def _outside(
    layout: Layout, rows: RowKinds, remarks: list[int], printed: Printed
) -> tuple[Finding, ...]:
    """Return findings about content in no column or row of the table (S07, S11)."""
    unknown = tuple(unknown_columns(layout, rows.skipped))
    told = [finding.words["letters"] for finding in unknown]
    above = above_table(layout, told, printed) if printed else []
    return (*unknown, *stray(layout, rows.skipped, remarks, above))
