"""Keep Python itself from taking time away from the work."""

from __future__ import annotations

import gc
import sys

GARBAGE_AFTER = 300_000
"""New objects after which Python looks for cyclic garbage. Its default of 700 cost a tenth of
the time of a large run; loading the libraries alone makes 100,000."""


def work_undisturbed() -> None:
    """Spare this process side work: frequent garbage collection, modules that only tests use."""
    gc.set_threshold(GARBAGE_AFTER, *gc.get_threshold()[1:])
    # pandera imports it where it is installed: a tenth of a second
    sys.modules.setdefault("hypothesis", None)  # type: ignore[arg-type]
