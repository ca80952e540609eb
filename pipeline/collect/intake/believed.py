"""Tell which receipt dates can be right: not in the future, not before the round was issued."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class ReceiptSpan:
    """The time span in which a file can have been received."""

    now: dt.datetime
    issued: dt.date | None = None
    """The day on which the round was issued, if declared."""

    def holds(self, moment: dt.datetime) -> bool:
        """True if a file can have been received then."""
        here = moment.astimezone(self.now.tzinfo)
        return here.date() <= self.now.date() and (
            self.issued is None or here.date() >= self.issued
        )

    @property
    def today(self) -> dt.datetime:
        """The day of collection, used if nothing better is known."""
        return dt.datetime.combine(self.now.date(), dt.time(), self.now.tzinfo)
