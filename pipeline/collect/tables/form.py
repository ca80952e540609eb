"""Read label-value sheets: one label per row, its value in the cell to the right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.collect.formats.cells import Area, Grid, is_blank
from pipeline.collect.tables.added import around_labels
from pipeline.collect.tables.days import calendar_of
from pipeline.collect.tables.headings import CLOSE, Matched, likeness, may_be_close, surely, told_by
from pipeline.collect.tables.rows import CodesByColumn, Read, column_findings, column_matches
from pipeline.collect.tables.stray import aside, beside
from pipeline.collect.tables.tidy import tidy, without_doubtful
from pipeline.model import TableReading
from pipeline.office.addresses import index, letters
from pipeline.text.printed import NOTHING_KNOWN, Printed
from schemas.columns import Column, TableSpec

SEARCHED_ROWS = 200
"""How many filled rows are searched for labels."""


@dataclass(frozen=True)
class Label:
    """A label that was found: how it was matched, its row, and the column letter of its value."""

    matched: Matched
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
    texts = {
        f"{letters}{row}": (row, letters, str(value))
        for row in grid.rows[:SEARCHED_ROWS]
        for letters, value in grid.values(row).items()
        if isinstance(value, str) and not is_blank(value)
    }
    sure = surely({place: text for place, (_, _, text) in texts.items()}, spec)
    found = {
        key: _label(grid, each._replace(letters=texts[each.letters][1]), texts[each.letters][0])
        for key, each in sure.items()
    }
    others = [
        each
        for each in texts.values()
        if told_by(each[2], spec) is None and may_be_close(each[2], spec)
    ]
    found |= _closely(
        grid, others, [column for column in spec.columns if column.key not in found], spec
    )
    return {key: found[key] for key in spec.keys if key in found}


def _closely(
    grid: Grid, texts: list[tuple[int, str, str]], columns: list[Column], spec: TableSpec
) -> dict[str, Label]:
    """Match each column to the text that is most like its title, if it is close."""
    found: dict[str, Label] = {}
    for column in columns:
        scored = (
            (likeness(text, column, spec), row, column_letters, text)
            for row, column_letters, text in texts
        )
        score, row, column_letters, text = max(scored, default=(0.0, 0, "", ""))
        if score >= CLOSE:
            found[column.key] = _label(
                grid, Matched(column, column_letters, text, "close", score), row
            )
    return found


def _label(grid: Grid, matched: Matched, row: int) -> Label:
    """Find the value's cell: right of the label or of its merged range, behind a lone ":"."""
    last = index(matched.letters)
    for area in grid.merged:
        if _holds(area, row, last):
            last = area.right
            break
    value = letters(last + 1)
    return Label(matched, row, letters(last + 2) if grid.value(row, value) == ":" else value)


def _holds(area: Area, row: int, column: int) -> bool:
    return area.top <= row <= area.bottom and area.left <= column <= area.right


def read_form(
    grid: Grid, spec: TableSpec, sheet: str, codes: CodesByColumn, printed: Printed = NOTHING_KNOWN
) -> Read:
    """Read a label-value sheet: one row, in which each column has the address of its own cell.

    ``printed``: the texts that the form itself has.
    """
    labels = labels_of(grid, spec)
    columns = {
        key: tidy(
            spec.by_key[key],
            grid.column(label.value, (label.row,)),
            codes.get(key),
            calendar_of(grid),
        )
        for key, label in labels.items()
    }
    columns |= {
        key: without_doubtful(
            columns[key], spec.by_key[key], grid.doubts[label.value], (label.row,)
        )
        for key, label in labels.items()
        if label.value in grid.doubts
    }
    matched = [label.matched for label in labels.values()]
    table = TableReading(
        sheet=sheet,
        letters={key: label.address for key, label in labels.items()},
        rows=np.array([min((label.row for label in labels.values()), default=1)], dtype="int64"),
        values={key: column.values for key, column in columns.items()},
        states={key: column.states for key, column in columns.items()},
        found={(0, key): text for key, column in columns.items() for text in column.found.values()},
    )
    taken = [
        (label.row, letters)
        for label in labels.values()
        for letters in (label.matched.letters, label.value)
    ]
    outside = tuple(beside(grid, around_labels(grid, taken, printed), sheet)) if printed else ()
    findings = (*column_findings(spec, matched, [], sheet), *outside)
    return Read(table, findings, column_matches(matched, sheet), aside(grid, outside))
