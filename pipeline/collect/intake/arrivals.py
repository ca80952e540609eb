"""What is found, sorted as it comes: what must be read, what waits to be registered, what was left, what isn't there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from pipeline.collect.intake.files import Earlier, Ignored, One, Unchanged, Unmatched
from pipeline.model import OPTION, REGISTER, UNBELIEVED, UPLOADED, Received

Dates = Callable[[], Mapping[tuple[str, str], tuple[str, str]]]
"""When files were received and how that is known, by SHA-256 and name."""


class Arrivals:
    """Iterating gives each content once that nobody has judged yet; the rest of what was seen is counted and kept beside."""

    def __init__(self, each: Iterable[One], earlier: Earlier, dates: Dates = dict) -> None:
        """``dates`` is asked once, if a file is met whose date may have changed."""
        self._each, self._earlier, self._dates = each, earlier, cache(dates)
        self._waiting: list[Received] = []
        self.received = 0
        """Files taken in so far, those of known content too."""
        self.known = 0
        """Those of them whose content an earlier run judged."""
        self.new: dict[str, None] = {}
        """Hashes that were given out, in order."""
        self.ignored: list[Ignored] = []
        self.unmatched: list[Unmatched] = []
        self.unbelieved: list[str] = []
        """Names of files that came now and whose own time can't be believed."""
        self.uploaded: list[str] = []
        """Those of which only the time is known at which they were uploaded."""

    @property
    def seen(self) -> int:
        """Files met so far, those that were left too."""
        return self.received + len(self.ignored)

    def __iter__(self) -> Iterator[Received]:
        for one in self._each:
            if isinstance(one, Ignored):
                self.ignored.append(one)
                continue
            if isinstance(one, Unmatched):
                self.unmatched.append(one)
                continue
            self.received += 1
            if isinstance(one, Unchanged):
                self.known += 1
                continue
            self.known += one.sha256 in self._earlier.judged
            if self._earlier.places.get(one.place) != (one.size, one.changed, one.sha256) or self._is_dated_anew(one):
                self._waiting.append(one)
                self._note_doubtful_date(one)
            if one.sha256 not in self.new and one.sha256 not in self._earlier.judged:
                self.new[one.sha256] = None
                yield one

    def _note_doubtful_date(self, one: Received) -> None:
        if one.sha256 not in self._earlier.judged:
            self.unbelieved += [one.name] if one.received_by == UNBELIEVED else []
            self.uploaded += [one.name] if one.received_by == UPLOADED else []

    def _is_dated_anew(self, one: Received) -> bool:
        """Whether something else than before is said of when a file came that lies where it lay, or a register no longer says it."""
        before, now = self._dates().get((one.sha256, one.name)), (one.received.isoformat(), one.received_by)
        if before is None or before == now:
            return False
        return now[1] == OPTION or (before[1] != OPTION and REGISTER in (before[1], now[1]))

    def to_register(self) -> list[Received]:
        """The files that came since this was last asked, but for those that lie where they lay."""
        waiting, self._waiting = self._waiting, []
        return waiting
