"""Where things stand on a sheet of the template. Rows and columns are counted from 1, as Excel does."""

HEADER_ROW = 7
"""The row of column titles on a table sheet; the row of column numbers (1), (2)… follows."""
FIRST_ROW = HEADER_ROW + 2
"""The first data row of a table sheet."""
PREPARED_ROWS = 100
"""Data rows written into the file; the columns' own formats, dropdowns and colours go on below them."""
RULED_ROWS = 25
"""Data rows with lines around their cells from the beginning, a page of a blank form; those below get them as they are filled."""
CHECKED_ROWS = 2000
"""Rows that the self-check sheet looks at."""
INFO_FIRST_ROW = 8
"""The first label of a label-value sheet: labels in column A, values in column B, help in column C."""
