"""Python itself, as far as it may take time from the work."""

from __future__ import annotations

import gc
import sys

GARBAGE_AFTER = 300_000
"""New objects after which Python looks for cyclic garbage: after 700, as it would, it spends a tenth of a large run on it; the libraries alone make 100,000."""


def work_undisturbed() -> None:
    """Have this process do little but its work: Python seldom looks for garbage in it, and pandera doesn't load what only tests use."""
    gc.set_threshold(GARBAGE_AFTER, *gc.get_threshold()[1:])
    sys.modules.setdefault("hypothesis", None)  # type: ignore[arg-type]  # where it is installed, it takes a tenth of a second
