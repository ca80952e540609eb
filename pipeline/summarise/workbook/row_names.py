"""Defined names of what formulas look up: columns of the sheets of rows, and lists."""

from __future__ import annotations

from schemas.columns import TableSpec

SHOWN = "hien"
"""What the name of the column ends with that is 1 in rows in view."""
AGENCIES, AGENCY_NUMBERS = "dm_agency", "dm_agency_so"
"""The list of agencies' names, and the list of their numbers from 0 (0: no agency)."""
AGENCY_NUMBER = "so_co_quan"
"""What the name of the column ends with that holds the number of each row's agency."""


def column_name(spec: TableSpec, key: str) -> str:
    """The defined name of a column in the sheet of a table's rows."""
    return f"dl_{spec.key}_{key}"


def lookup_name(key: str, side: str) -> str:
    """The defined name of one side of a dimension's list.

    ``of``: the entries; ``is``: what each belongs to.
    """
    return f"dm_{key}_{side}"
