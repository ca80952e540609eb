"""Recognise a code column by its cells, where its heading is only similar to the declared one.

It is matched if one code list alone explains the cells.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.collect.formats.cells import is_blank
from pipeline.collect.tables.codes import Codes, CodesByColumn
from pipeline.collect.tables.headings import ColumnHeading
from pipeline.collect.tables.layout import Layout
from pipeline.collect.tables.titles import NEAR, closeness
from schemas.columns import READABLE, Column

ENOUGH = 0.9
"""Share of a column's distinct entries that its code list must know."""


def with_columns_by_content(layout: Layout, codes: CodesByColumn) -> Layout:
    """Add code columns that no title matched.

    Added only if one heading and one list can belong together and no others.
    """
    header = layout.header
    missing = [
        column
        for column in layout.spec.code_columns
        if column.key not in header.matched and column.key in codes
    ]
    fitting = {column.key: _fitting(layout, column, codes[column.key]) for column in missing}
    headings: dict[str, ColumnHeading] = {}
    for column in missing:
        near = fitting[column.key]
        if len(near) == 1 and sum(near.keys() <= others.keys() for others in fitting.values()) == 1:
            [(letter, score)] = near.items()
            text = header.unknown[letter]
            headings[column.key] = ColumnHeading(column, letter, text, "content", score)
    return replace(layout, header=header.with_headings(headings)) if headings else layout


def _fitting(layout: Layout, column: Column, codes: Codes) -> dict[str, float]:
    """Score the headings that could be the column's, 0 to 100, by column letter."""
    scores = {
        letter: closeness(text, column.title) for letter, text in layout.header.unknown.items()
    }
    return {
        letter: score
        for letter, score in scores.items()
        if score >= NEAR and _explains(codes, layout, letter)
    }


def _explains(codes: Codes, layout: Layout, column_letter: str) -> bool:
    """True if a code list has nearly all that is in a column below the headings."""
    values = {
        value
        for row, value in layout.grid.columns.get(column_letter, {}).items()
        if row >= layout.first and not is_blank(value)
    }
    listed = sum(codes.read(value)[1] in READABLE for value in values)
    return listed > 0 and listed >= ENOUGH * len(values)
