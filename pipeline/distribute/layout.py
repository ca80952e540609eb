"""Rows and columns of the template's sheets. They count from 1, as in Excel."""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name

from schemas.columns import TableSpec

HEADER_ROW = 7
"""The row of column titles on a table sheet; the row of column numbers (1), (2)… follows."""
FIRST_ROW = HEADER_ROW + 2
"""The first data row of a table sheet."""
PREPARED_ROWS = 100
"""Data rows written into the file. Formats, dropdowns and colours of columns go on below them."""
RULED_ROWS = 25
"""Data rows with borders from the beginning: a page of a blank form.

Others get them once filled.
"""
CHECKED_ROWS = 2000
"""Data rows that the self-check examines."""
INFO_FIRST_ROW = 8
"""The first label of a label-value sheet: labels in column A, values in B, help in C."""


def letter(spec: TableSpec, key: str) -> str:
    """Return the column letter of a declared column on its sheet."""
    return "B" if spec.is_form else str(xl_col_to_name(spec.keys.index(key)))


def info_row(spec: TableSpec, key: str) -> int:
    """Return the row of a label on a label-value sheet."""
    return INFO_FIRST_ROW + spec.keys.index(key)
