"""Progress: how a long command tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Told the name of a step, how much is done and how much there is; None where that isn't known."""


Tell = Callable[[int], None]
"""Told how many are done."""


def silent(step: str, done: int, total: int | None) -> None:
    """Progress that nobody watches."""


class Unfolding:
    """How far something is whose extent shows while it is done: what is still to be met counts once, what was met as what came of it.

    So an archive is one file until it is opened, then as many as lie in it; nothing that is told is ever more than there is.
    """

    def __init__(self, step: str, to_meet: int, progress: Progress) -> None:
        self._step, self._to_meet, self._progress = step, to_meet, progress

    def met(self) -> None:
        """One of those that were to be met is being met."""
        self._to_meet = max(self._to_meet - 1, 0)

    def tell(self, done: int, met: int) -> None:
        """So many are done of those met so far."""
        if done < met + self._to_meet:  # the end is told by whoever sees it: the last that is known may hold others yet
            self._progress(self._step, done, met + self._to_meet)

    def end(self, done: int) -> None:
        """All is done."""
        self._progress(self._step, done, done)
