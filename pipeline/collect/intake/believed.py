"""Dates of receipt that can be believed: not of the future, and not of before the round was issued."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Believable:
    """Between which moments a file can have been received."""

    now: dt.datetime
    issued: dt.date | None = None
    """The day on which the round was issued, where that is declared."""

    def holds(self, moment: dt.datetime) -> bool:
        """True if a file can have been received then."""
        at = moment.astimezone(self.now.tzinfo)
        return at.date() <= self.now.date() and (self.issued is None or at.date() >= self.issued)

    @property
    def today(self) -> dt.datetime:
        """The day of collection, which counts where nothing better is known."""
        return dt.datetime.combine(self.now.date(), dt.time(), self.now.tzinfo)
