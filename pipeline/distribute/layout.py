"""Rows on the template's sheets. Rows and columns count from 1, as in Excel."""

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
