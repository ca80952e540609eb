"""Ask what time it is, in this one place.

``TONGHOP_NOW`` (ISO) sets another time: for tests, and for rehearsing a round of another year.
"""

from __future__ import annotations

import datetime as dt
import os

NOW = "TONGHOP_NOW"


def now(timezone: dt.tzinfo) -> dt.datetime:
    """Return the current moment on a round's clock."""
    said = os.environ.get(NOW)
    return (
        dt.datetime.fromisoformat(said).astimezone(timezone) if said else dt.datetime.now(timezone)
    )
