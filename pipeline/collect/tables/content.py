"""Columns known by what stands in them: a heading rather like the declared one, over cells that one code list alone explains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.collect.formats.cells import Grid, is_blank
from pipeline.collect.tables.headings import NEAR, Header, Matched, closeness
from pipeline.collect.tables.tidy import Codes
from schemas.columns import READABLE, Column, TableSpec

ENOUGH = 0.9
"""The part of a column's different entries that its code list must know."""


def with_columns_by_content(header: Header, grid: Grid, spec: TableSpec, first: int, codes: Mapping[str, Codes]) -> Header:
    """The header with code columns that no title told, where one heading and one list can belong together only.

    ``first`` is the first row of data, ``codes`` how each code column is read.
    """
    missing = [column for column in spec.code_columns if column.key not in header.matched and column.key in codes]
    fitting = {column.key: _fitting(header, grid, column, first, codes[column.key]) for column in missing}
    found: dict[str, Matched] = {}
    for column in missing:
        near = fitting[column.key]
        if len(near) == 1 and sum(near.keys() <= others.keys() for others in fitting.values()) == 1:
            [(letters, score)] = near.items()
            found[column.key] = Matched(column, letters, header.unknown[letters], "content", score)
    taken = {each.letters for each in found.values()}
    unknown = {letters: text for letters, text in header.unknown.items() if letters not in taken}
    return replace(header, matched={**header.matched, **found}, unknown=unknown) if found else header


def _fitting(header: Header, grid: Grid, column: Column, first: int, codes: Codes) -> dict[str, float]:
    """Closeness of the headings that could be the column's, by column letters."""
    scores = {letters: closeness(text, column.title) for letters, text in header.unknown.items()}
    return {letters: score for letters, score in scores.items() if score >= NEAR and _knows(codes, grid, letters, first)}


def _knows(codes: Codes, grid: Grid, letters: str, first: int) -> bool:
    """Whether a code list explains what stands in a column from row ``first`` on."""
    values = {value for row, value in grid.columns.get(letters, {}).items() if row >= first and not is_blank(value)}
    known = sum(codes.read(value)[1] in READABLE for value in values)
    return known > 0 and known >= ENOUGH * len(values)
