"""Sort what was found: to be read, to be registered, ignored, unmatched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from pipeline.collect.intake.files import (
    EarlierFiles,
    IgnoredFile,
    IntakeResult,
    UnchangedFile,
    UnmatchedLine,
)
from pipeline.model import OPTION, REGISTER, UNBELIEVED, UPLOADED, Received

Dates = Callable[[], Mapping[tuple[str, str], tuple[str, str]]]
"""Receipt dates (ISO) and how they are known, by SHA-256 and name."""


class Arrivals:
    """Iterating gives each content that isn't judged yet, once. The rest is counted and kept."""

    def __init__(
        self, each: Iterable[IntakeResult], earlier: EarlierFiles, dates: Dates = dict
    ) -> None:
        """Begin. ``dates`` is called once, if the receipt date of a file may have changed."""
        self._each, self._earlier, self._dates = each, earlier, cache(dates)
        self._waiting: list[Received] = []
        self.received = 0
        """Files taken in so far, with those of known content."""
        self.known = 0
        """Those whose content an earlier run judged."""
        self.new: dict[str, None] = {}
        """Hashes that were given out, in order."""
        self.ignored: list[IgnoredFile] = []
        self.unmatched: list[UnmatchedLine] = []
        self.unbelieved: list[str] = []
        """Names of new files whose own time can't be right."""
        self.uploaded: list[str] = []
        """Names of new files of which only the upload time is known."""

    @property
    def seen(self) -> int:
        """Files met so far, with those left out."""
        return self.received + len(self.ignored)

    def __iter__(self) -> Iterator[Received]:
        for one in self._each:
            if isinstance(one, IgnoredFile):
                self.ignored.append(one)
                continue
            if isinstance(one, UnmatchedLine):
                self.unmatched.append(one)
                continue
            self.received += 1
            if isinstance(one, UnchangedFile):
                self.known += 1
                continue
            self.known += one.sha256 in self._earlier.judged
            if self._earlier.places.get(one.place) != (
                one.size,
                one.changed,
                one.sha256,
            ) or self._is_dated_anew(one):
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
        """True if an unmoved file's receipt date changed, or its register entry was removed."""
        before, now = (
            self._dates().get((one.sha256, one.name)),
            (one.received.isoformat(), one.received_by),
        )
        if before is None or before == now:
            return False
        return now[1] == OPTION or (before[1] != OPTION and REGISTER in (before[1], now[1]))

    def to_register(self) -> list[Received]:
        """Return the files to register that came since the last call."""
        waiting, self._waiting = self._waiting, []
        return waiting
