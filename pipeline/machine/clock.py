"""What time it is: the one place that asks. Tests, and whoever rehearses a round of another year, set it by ``TONGHOP_NOW`` (ISO)."""

from __future__ import annotations

import datetime as dt
import os

NOW = "TONGHOP_NOW"


def now(timezone: dt.tzinfo) -> dt.datetime:
    """This moment on a round's clock."""
    said = os.environ.get(NOW)
    return dt.datetime.fromisoformat(said).astimezone(timezone) if said else dt.datetime.now(timezone)
