"""Coverage: how many agencies figures rest on, and the standing of the others."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Standing

COUNTED = (Standing.REPORTED, Standing.NIL)
"""Standings of agencies whose return counts."""


@dataclass(frozen=True)
class Coverage:
    """How much of the round a figure rests on, in numbers of agencies.

    ``counted``: those that count, with ``nil`` among them. ``late``: any that reported late.
    ``correcting``: those whose return must be corrected, not in ``counted``. ``excused``: those
    that needn't report and don't. ``unreadable``: those that sent nothing readable. ``pending``:
    those with a pending version, whatever their standing. ``provisional``: those of ``correcting``
    whose sound rows are counted in provisional figures.
    """

    agencies: int
    counted: int
    nil: int
    late: int
    correcting: int
    excused: int = 0
    pending: int = 0
    unreadable: int = 0
    provisional: int = 0

    @property
    def missing(self) -> int:
        """Agencies that sent nothing."""
        return self.agencies - self.counted - self.correcting - self.excused - self.unreadable
