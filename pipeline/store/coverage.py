"""Coverage: how many agencies figures rest on, and where the others stand."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Standing

COUNTED = (Standing.REPORTED, Standing.NIL)
"""Where agencies stand that count."""


@dataclass(frozen=True)
class Coverage:
    """How much of the round a figure rests on.

    ``counted``: agencies that count (nil included); ``nil`` among them; ``late`` among all received;
    ``correcting``: agencies whose return must be corrected, not among ``counted``; ``excused``: those that needn't report and don't;
    ``unreadable``: those from which nothing readable came; ``pending``: those with a version that waits, whatever their standing;
    ``provisional``: those among ``correcting`` whose sound rows are counted for the time being, where figures are provisional.
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
        """Agencies from which nothing came."""
        return self.agencies - self.counted - self.correcting - self.excused - self.unreadable
