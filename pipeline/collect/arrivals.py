"""What is found, sorted as it comes: what must be read, what waits to be registered, what was left."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from pipeline.collect.intake import Ignored, Known
from pipeline.model import Received


class Arrivals:
    """Iterating gives each content once that nobody has judged yet; the rest of what was seen is counted and kept beside."""

    def __init__(self, each: Iterable[Received | Ignored], judged: Container[str], known: Known) -> None:
        self._each, self._judged, self._known = each, judged, known
        self._waiting: list[Received] = []
        self.received = 0
        """Files taken in so far, those of known content too."""
        self.new: dict[str, None] = {}
        """Hashes that were given out, in order."""
        self.ignored: list[Ignored] = []

    def __iter__(self) -> Iterator[Received]:
        for one in self._each:
            if isinstance(one, Ignored):
                self.ignored.append(one)
                continue
            self.received += 1
            if self._known.get(one.place) != (one.size, one.changed, one.sha256):
                self._waiting.append(one)
            if one.sha256 not in self.new and one.sha256 not in self._judged:
                self.new[one.sha256] = None
                yield one

    def to_register(self) -> list[Received]:
        """The files that came since this was last asked, but for those that lie where they lay."""
        waiting, self._waiting = self._waiting, []
        return waiting
