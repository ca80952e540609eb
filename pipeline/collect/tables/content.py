"""Recognise a code column by its cells, where its heading is only similar to the declared one.

It is matched if one code list alone explains the cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.collect.formats.cells import Grid, is_blank
from pipeline.collect.tables.headings import NEAR, Header, Matched, closeness
from pipeline.collect.tables.tidy import Codes
from schemas.columns import READABLE, Column, TableSpec

ENOUGH = 0.9
"""Share of a column's distinct entries that its code list must know."""


def with_columns_by_content(
    header: Header, grid: Grid, spec: TableSpec, first: int, codes: Mapping[str, Codes]
) -> Header:
    """Add code columns that no title matched to a header.

    Added only if one heading and one list can belong together and no others. ``first``: the first
    row of data. ``codes``: how each code column is read, by key.
    """
    missing = [
        column
        for column in spec.code_columns
        if column.key not in header.matched and column.key in codes
    ]
    fitting = {
        column.key: _fitting(header, grid, column, first, codes[column.key]) for column in missing
    }
    found: dict[str, Matched] = {}
    for column in missing:
        near = fitting[column.key]
        if len(near) == 1 and sum(near.keys() <= others.keys() for others in fitting.values()) == 1:
            [(letters, score)] = near.items()
            found[column.key] = Matched(column, letters, header.unknown[letters], "content", score)
    taken = {each.letters for each in found.values()}
    unknown = {letters: text for letters, text in header.unknown.items() if letters not in taken}
    return (
        replace(header, matched={**header.matched, **found}, unknown=unknown) if found else header
    )


def _fitting(
    header: Header, grid: Grid, column: Column, first: int, codes: Codes
) -> dict[str, float]:
    """Score the headings that could be the column's, 0 to 100, by column letter."""
    scores = {letters: closeness(text, column.title) for letters, text in header.unknown.items()}
    return {
        letters: score
        for letters, score in scores.items()
        if score >= NEAR and _knows(codes, grid, letters, first)
    }


def _knows(codes: Codes, grid: Grid, letters: str, first: int) -> bool:
    """True if a code list explains what is in a column from row ``first`` on."""
    values = {
        value
        for row, value in grid.columns.get(letters, {}).items()
        if row >= first and not is_blank(value)
    }
    known = sum(codes.read(value)[1] in READABLE for value in values)
    return known > 0 and known >= ENOUGH * len(values)
