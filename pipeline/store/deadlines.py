"""Deadlines: the round's, and the later ones that an operator granted to all or to some."""

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
    """Until when each agency has time. A deadline is the first day on which a return is late."""

    general: dt.date
    own: dict[str, dt.date]

    def of(self, agency: str) -> dt.date:
        """The deadline of an agency: its own outranks the general one."""
        return self.own.get(agency, self.general)

    def late_days(self, agency: str, received: dt.date) -> int:
        """Days after the last day in time; 0 in time."""
        return max(0, (received - self.of(agency)).days + 1)


def deadlines(record: Iterable[Decision], round_: Round) -> Deadlines:
    """The deadlines that stand."""
    granted = {each.agency: each.until + DAY for each in decisions.standing(record, Choice.EXTEND) if each.until}
    return Deadlines(granted.pop("", round_.deadline), granted)
