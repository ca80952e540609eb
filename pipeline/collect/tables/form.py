"""Read label-value sheets: one label per row, its value in the cell to the right."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.collect.formats.cells import Area, Grid
from pipeline.collect.tables.added import around_labels
from pipeline.collect.tables.codes import CodesByColumn
from pipeline.collect.tables.columns import (
    SheetReading,
    column_findings,
    column_matches,
    read_column,
    table_of,
)
from pipeline.collect.tables.headings import ColumnHeading, surely
from pipeline.collect.tables.stray import aside, beside
from pipeline.collect.tables.titles import CLOSE, likeness, may_be_close, told_by
from pipeline.office.addresses import index, letters
from pipeline.text.printed import NOTHING_KNOWN, Printed
from schemas.columns import Column, TableSpec

SEARCHED_ROWS = 200
"""How many filled rows are searched for labels."""


@dataclass(frozen=True)
class Label:
    """A label of a column, its row, and the column letter of its value."""

    heading: ColumnHeading
    row: int
    value: str

    @property
    def address(self) -> str:
        """The address of the value's cell."""
        return f"{self.value}{self.row}"


def labels_of(grid: Grid, spec: TableSpec) -> dict[str, Label]:
    """Find the declared labels of a sheet, by column key, in the order of the declaration.

    A title counts before other names; of two equal labels the first counts.
    """
    cells = {
        f"{letter}{row}": (row, letter, str(value))
        for row in grid.rows[:SEARCHED_ROWS]
        for letter, value in grid.cells(row).items()
        if isinstance(value, str)
    }
    labels: dict[str, Label] = {}
    for key, named in surely({place: text for place, (*_, text) in cells.items()}, spec).items():
        row, letter, _ = cells[named.column_letter]  # here it names a cell
        labels[key] = _label(grid, named._replace(column_letter=letter), row)
    others = [
        (row, letter, text)
        for row, letter, text in cells.values()
        if told_by(text, spec) is None and may_be_close(text, spec)
    ]
    missing = [column for column in spec.columns if column.key not in labels]
    labels |= _closely(grid, others, missing, spec)
    return {key: labels[key] for key in spec.keys if key in labels}


def _closely(
    grid: Grid, texts: list[tuple[int, str, str]], columns: list[Column], spec: TableSpec
) -> dict[str, Label]:
    """Match each column to the text that is most like its title, if it is close."""
    labels: dict[str, Label] = {}
    for column in columns:
        scored = ((likeness(text, column, spec), row, letter, text) for row, letter, text in texts)
        score, row, letter, text = max(scored, default=(0.0, 0, "", ""))
        if score >= CLOSE:
            heading = ColumnHeading(column, letter, text, "close", score)
            labels[column.key] = _label(grid, heading, row)
    return labels


def _label(grid: Grid, heading: ColumnHeading, row: int) -> Label:
    """Find the value's cell: right of the label or of its merged range, behind a lone ":"."""
    last = index(heading.column_letter)
    for area in grid.merged:
        if _holds(area, row, last):
            last = area.right
            break
    value = letters(last + 1)
    return Label(heading, row, letters(last + 2) if grid.value(row, value) == ":" else value)


def _holds(area: Area, row: int, column: int) -> bool:
    return area.top <= row <= area.bottom and area.left <= column <= area.right


def read_form(
    grid: Grid, spec: TableSpec, sheet: str, codes: CodesByColumn, printed: Printed = NOTHING_KNOWN
) -> SheetReading:
    """Read a label-value sheet: one row, in which each column has the address of its own cell.

    ``printed``: the texts that the form itself has.
    """
    labels = labels_of(grid, spec)
    columns = {
        key: read_column(grid, spec.by_key[key], label.value, (label.row,), codes.get(key))
        for key, label in labels.items()
    }
    addresses = {key: label.address for key, label in labels.items()}
    first = min((label.row for label in labels.values()), default=1)
    headings = [label.heading for label in labels.values()]
    our_places = [
        (label.row, letter)
        for label in labels.values()
        for letter in (label.heading.column_letter, label.value)
    ]
    outside = (
        tuple(beside(grid, around_labels(grid, our_places, printed), sheet)) if printed else ()
    )
    return SheetReading(
        table_of(sheet, addresses, [first], columns),
        (*column_findings(spec, headings, [], sheet), *outside),
        column_matches(headings, sheet),
        aside(grid, outside),
    )
