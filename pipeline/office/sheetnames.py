"""Names of sheets: what Excel allows, and how formulas and links quote them."""

from __future__ import annotations

import re

LONGEST_NAME = 31
"""The most letters of a sheet's name in Excel."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def quoted(name: str) -> str:
    """Quote a sheet's name for formulas and links, always in apostrophes."""
    return "'" + name.replace("'", "''") + "'"


def without_forbidden(name: str) -> str:
    """Replace each character that Excel forbids in a sheet's name by a hyphen."""
    return _FORBIDDEN.sub("-", name)
