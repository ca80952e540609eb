"""How Excel counts days: the only home of its day zero."""

from __future__ import annotations

import datetime as dt

DAY_ZERO = dt.date(1899, 12, 30)
"""Day 0 of the 1900 system, for days from 1 March 1900 on. (Excel counts a 29 February 1900, which
never was.)"""


def day_number(day: dt.date) -> int:
    """Excel's number of a day from 1 March 1900 on."""
    return (day - DAY_ZERO).days
