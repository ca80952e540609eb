"""Sheets from small text tables: a line per row, bars between cells, whole numbers as numbers."""

from __future__ import annotations

from collections import defaultdict

from pipeline.collect.formats.cells import Area, Grid, Value
from pipeline.office.addresses import letters


def grid_of(text: str, *merged: Area) -> Grid:
    r"""Return a sheet; a blank line is a blank row, ``\\n`` a line break in a cell."""
    columns: dict[str, dict[int, Value]] = defaultdict(dict)
    for row, line in enumerate(text.strip("\n").splitlines(), start=1):
        for column, cell in enumerate(line.split("|"), start=1):
            if cell.strip():
                columns[letters(column)][row] = _value(cell.strip())
    return Grid(dict(columns), merged)


def _value(cell: str) -> Value:
    return (
        float(cell)
        if cell.lstrip("-").isdecimal() and cell.isascii()
        else cell.replace("\\n", "\n")
    )
