"""Choose who copies, reads and judges files: this machine or others.

All do the same units of work with the same result.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from pipeline.machine.calls import ahead
from pipeline.machine.storage import Place
from pipeline.model import Reading, Received
from pipeline.stages.progress import Tell
from pipeline.stages.units import Answer, Job, batches, judge_together

T = TypeVar("T")


class Engine(Protocol):
    """Does units of work. It never writes into the ledger, and may do a unit more than once."""

    def begin(self, archive: Place, where: Sequence[Place]) -> None:
        """Make sure that files in these places can be copied into the archive and read there."""

    def calls(self, function: Callable[..., T], calls: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        """Call a function with each tuple of arguments; return the results in their order."""

    def judge(self, job: Job, files: Iterable[Received], tell: Tell) -> Iterator[Answer]:
        """Read and judge archived files, in any order; ``tell`` gets how many have been read."""


class Local:
    """This machine: processes beside the command copy and read; the command judges.

    Judging where files are read would save a second per thousand returns (readings needn't travel),
    but cost each reading process one and a half (to load pandas and pandera). It would pay with
    many cores: for those there are clusters of one host.
    """

    def begin(self, archive: Place, where: Sequence[Place]) -> None:
        """Do nothing: all places are this machine's."""

    def calls(self, function: Callable[..., T], calls: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        return ahead(function, calls)

    def judge(self, job: Job, files: Iterable[Received], tell: Tell) -> Iterator[Answer]:
        from pipeline.collect import bringing, workers  # here: most commands read nothing

        read = bringing.readings(
            files, lambda here: workers.read_all(here, job.as_confirmed, job.definitions)
        )
        return judged(job, read, tell, "pipeline.stages.comparing")


LOCAL = Local()


def judged(
    job: Job, readings: Iterable[tuple[Received, Reading | None]], tell: Tell, *needed: str
) -> Iterator[Answer]:
    """Yield the answers for files as they are read.

    ``needed``: modules to import meanwhile.
    """
    # map, not a generator: its variable would keep a batch in memory while the next is read
    return map(
        partial(judge_together, job),
        batches(_read(readings, tell, ("pipeline.check.judge", *needed))),
    )


def _read(
    readings: Iterable[tuple[Received, Reading | None]], tell: Tell, needed: Sequence[str]
) -> Iterator[tuple[Received, Reading | None]]:
    """Pass the readings on; import what judging needs once the first one is there.

    By then processes are reading. The imports take as long as reading many files.
    """
    for position, each in enumerate(readings):
        if position == 0:
            for module in needed:
                importlib.import_module(module)
        tell(position + 1)
        yield each
