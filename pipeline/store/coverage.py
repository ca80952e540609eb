"""Coverage: how many agencies figures rest on, and the standing of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Standing

if TYPE_CHECKING:
    import pandas as pd

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


def coverage_of(agencies: pd.DataFrame) -> Coverage:
    """Return how much of the round figures rest on, by one row per agency."""
    standing = agencies["standing"]
    return Coverage(
        agencies=len(agencies),
        counted=int(standing.isin(COUNTED).sum()),
        nil=int((standing == Standing.NIL).sum()),
        late=int((agencies["late_days"] > 0).sum()),
        correcting=int((standing == Standing.CORRECTING).sum()),
        excused=int((standing == Standing.EXCUSED).sum()),
        pending=int((agencies["pending"] != "").sum()),
        unreadable=int((standing == Standing.UNREADABLE).sum()),
    )
