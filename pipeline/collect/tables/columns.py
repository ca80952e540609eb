"""Read a table's columns from its sheet, and tell how they were matched (S06)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.collect.formats.cells import Grid
from pipeline.collect.tables.codes import Codes
from pipeline.collect.tables.days import calendar_of
from pipeline.collect.tables.headings import ColumnHeading
from pipeline.collect.tables.tidy import ColumnReading, tidy
from pipeline.collect.tables.titles import nearest
from pipeline.model import Aside, Finding, Match, Severity, TableReading, Total
from schemas.columns import Column, TableSpec


@dataclass(frozen=True)
class SheetReading:
    """A table as read from its sheet, with findings, column matches and the texts outside of it."""

    table: TableReading
    findings: tuple[Finding, ...]
    matches: tuple[Match, ...] = ()
    aside: tuple[Aside, ...] = ()


def read_column(
    grid: Grid, column: Column, column_letter: str, rows: Sequence[int], codes: Codes | None
) -> ColumnReading:
    """Read a column's cells in some rows, without values that formulas can't give."""
    read = tidy(column, grid.column(column_letter, rows), codes, calendar_of(grid))
    doubts = grid.doubts.get(column_letter)
    if not doubts:
        return read
    doubtful = {position: doubts[row] for position, row in enumerate(rows) if row in doubts}
    return read.without(column.kind, doubtful)


def table_of(
    sheet: str,
    column_letters: Mapping[str, str],
    rows: Sequence[int],
    columns: Mapping[str, ColumnReading],
    totals: tuple[Total, ...] = (),
) -> TableReading:
    """Join a table's columns, which are read from the same rows."""
    return TableReading(
        sheet=sheet,
        letters=column_letters,
        rows=np.array(rows, dtype="int64"),
        values={key: column.values for key, column in columns.items()},
        states={key: column.states for key, column in columns.items()},
        found={
            (position, key): text
            for key, column in columns.items()
            for position, text in column.found.items()
        },
        totals=totals,
    )


def column_findings(
    spec: TableSpec, headings: Iterable[ColumnHeading], others: Iterable[str], sheet: str
) -> Iterator[Finding]:
    """S06: report required columns that are missing, and columns matched inexactly."""
    by_key = {heading.column.key: heading for heading in headings}
    for column in spec.columns:
        title, heading = column.title, by_key.get(column.key)
        if heading is None and column.required:
            near = nearest(title, others)
            words = {"title": title, **({"nearest": near} if near else {})}
            message = "column_missing.near" if near else "column_missing"
            yield Finding("S06", Severity.ERROR, message, words, sheet=sheet, column=title)
        elif heading is not None and heading.evidence != "exact":
            words = {"title": title, "found_name": heading.text.strip()}
            message = f"column_matched.{heading.evidence}"
            yield Finding("S06", Severity.NOTE, message, words, sheet=sheet, column=title)


def column_matches(headings: Iterable[ColumnHeading], sheet: str) -> tuple[Match, ...]:
    """Return how columns were matched, exact matches left out."""
    return tuple(
        Match("column", heading.column.title, heading.text, heading.evidence, heading.score, sheet)
        for heading in headings
        if heading.evidence != "exact"
    )
