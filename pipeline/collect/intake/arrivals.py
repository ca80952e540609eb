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
        self, results: Iterable[IntakeResult], earlier: EarlierFiles, dates: Dates = dict
    ) -> None:
        """Begin. ``dates`` is called once, if the receipt date of a file may have changed."""
        self._results, self._earlier, self._dates = results, earlier, cache(dates)
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
        for file in self._results:
            if isinstance(file, IgnoredFile):
                self.ignored.append(file)
                continue
            if isinstance(file, UnmatchedLine):
                self.unmatched.append(file)
                continue
            self.received += 1
            if isinstance(file, UnchangedFile):
                self.known += 1
                continue
            is_judged = file.sha256 in self._earlier.judged
            self.known += is_judged
            if self._has_changed(file):
                self._waiting.append(file)
                if not is_judged:
                    self._note_doubtful_date(file)
            if not is_judged and file.sha256 not in self.new:
                self.new[file.sha256] = None
                yield file

    def _has_changed(self, file: Received) -> bool:
        """True if a file is new at its place, has other bytes, or came on another day."""
        as_it_lies = (file.size, file.changed, file.sha256)
        return self._earlier.places.get(file.place) != as_it_lies or self._is_dated_anew(file)

    def _note_doubtful_date(self, file: Received) -> None:
        self.unbelieved += [file.name] if file.received_by == UNBELIEVED else []
        self.uploaded += [file.name] if file.received_by == UPLOADED else []

    def _is_dated_anew(self, file: Received) -> bool:
        """True if an unmoved file's receipt date changed, or its register entry was removed."""
        before = self._dates().get((file.sha256, file.name))
        now = (file.received.isoformat(), file.received_by)
        if before is None or before == now:
            return False
        return now[1] == OPTION or (before[1] != OPTION and REGISTER in (before[1], now[1]))

    def to_register(self) -> list[Received]:
        """Return the files to register that came since the last call."""
        waiting, self._waiting = self._waiting, []
        return waiting
