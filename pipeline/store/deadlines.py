"""Deadlines: the round's own, and later ones that an operator granted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.model import Choice, Decision
from pipeline.store import decisions
from schemas.round.round import Round

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Deadlines:
    """The deadline of each agency: the first day on which a return is late."""

    general: dt.date
    own: dict[str, dt.date]

    def of(self, agency: str) -> dt.date:
        """Return the deadline of an agency: its own if it has one, else the general one."""
        return self.own.get(agency, self.general)

    def late_days(self, agency: str, received: dt.date) -> int:
        """Return the days after the last day in time; 0 if in time."""
        return max(0, (received - self.of(agency)).days + 1)


def deadlines(record: Iterable[Decision], round_: Round) -> Deadlines:
    """Return the deadlines by the decisions in force."""
    granted = {
        each.agency: each.until + DAY
        for each in decisions.in_force(record, Choice.EXTEND)
        if each.until
    }
    return Deadlines(granted.pop("", round_.deadline), granted)
