"""Names of sheets: as Excel takes them, and as formulas and links write them."""

from __future__ import annotations

import re

LONGEST_NAME = 31
"""What Excel takes for the name of a sheet, in letters."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def quoted(name: str) -> str:
    """A sheet's name as formulas and links write it, always between apostrophes."""
    return "'" + name.replace("'", "''") + "'"


def without_forbidden(name: str) -> str:
    """A name with a hyphen for each sign that Excel doesn't take in it."""
    return _FORBIDDEN.sub("-", name)
