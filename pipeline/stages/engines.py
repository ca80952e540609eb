"""Who copies, reads and judges files: the machine at hand, or others. Both do the same units of work, and what comes of them is the same."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from pipeline.machine.processes import ahead
from pipeline.machine.storage import Place
from pipeline.model import Reading, Received
from pipeline.stages.progress import Tell
from pipeline.stages.units import Answer, Job, batches, judge_together

T = TypeVar("T")


class Engine(Protocol):
    """Does units of work. Nothing of it writes into the ledger, and each unit may be done more than once."""

    def begin(self, archive: Place, where: Sequence[Place]) -> None:
        """Make sure that files in these places can be copied into the archive and read there."""

    def calls(self, function: Callable[..., T], calls: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        """Call a function with one tuple of arguments after another; the results in their order."""

    def judge(self, job: Job, files: Iterable[Received], tell: Tell) -> Iterator[Answer]:
        """Read and judge archived files, in any order; ``tell`` is told how many have been read."""


class Local:
    """This machine: files are copied and read by processes beside the command, which judges itself.

    To judge where files are read would spare a thousand returns a second of work (readings needn't travel), and cost each
    reading process one and a half (it must load pandas and pandera): it pays on many cores, for which there are clusters of one host.
    """

    def begin(self, archive: Place, where: Sequence[Place]) -> None:
        """Nothing has to be seen from elsewhere."""

    def calls(self, function: Callable[..., T], calls: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        return ahead(function, calls)

    def judge(self, job: Job, files: Iterable[Received], tell: Tell) -> Iterator[Answer]:
        from pipeline.collect import bringing, workers  # here, for most commands read nothing

        read = bringing.readings(files, lambda here: workers.read_all(here, job.as_confirmed, job.definitions))
        return judged(job, read, tell, "pipeline.stages.comparing")


LOCAL = Local()


def judged(job: Job, readings: Iterable[tuple[Received, Reading | None]], tell: Tell, *needed: str) -> Iterator[Answer]:
    """The answers for files as they are read; ``needed``: modules that are loaded meanwhile."""
    # by map, for nothing may hold a batch while the next is read
    return map(partial(judge_together, job), batches(_read(readings, tell, ("pipeline.check.judge", *needed))))


def _read(
    readings: Iterable[tuple[Received, Reading | None]], tell: Tell, needed: Sequence[str]
) -> Iterator[tuple[Received, Reading | None]]:
    """The same readings. Once processes are at work, what judging takes is loaded: it takes as long as reading many files."""
    for position, each in enumerate(readings):
        if position == 0:
            for module in needed:
                importlib.import_module(module)
        tell(position + 1)
        yield each
