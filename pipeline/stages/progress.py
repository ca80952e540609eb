"""Report how far a long command is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Called with the name of a step, how much is done, and the total or None if unknown."""


Tell = Callable[[int], None]
"""Called with how many are done."""


def silent(step: str, done: int, total: int | None) -> None:
    """Report nothing."""


class Unfolding:
    """Progress of work whose size shows only as it goes on.

    An item still to be met counts as one; a met one counts as what came of it. So an archive is one
    file until it is opened, then as many as it holds. What is reported is never more than there is.
    """

    def __init__(self, step: str, to_meet: int, progress: Progress) -> None:
        self._step, self._to_meet, self._progress = step, to_meet, progress

    def met(self) -> None:
        """Note that one of the items is being met."""
        self._to_meet = max(self._to_meet - 1, 0)

    def tell(self, done: int, met: int) -> None:
        """Report how many are done of those met so far."""
        # the end is reported by end(): the last known item may hold more
        if done < met + self._to_meet:
            self._progress(self._step, done, met + self._to_meet)

    def end(self, done: int) -> None:
        """Report that all is done."""
        self._progress(self._step, done, done)
