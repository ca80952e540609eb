"""The engine of a Dask cluster: units of work as its tasks."""

from __future__ import annotations

import itertools
import queue
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from distributed import CancelledError, Client, Future, KilledWorker
from distributed.client import ClosedClientError
from distributed.comm import CommClosedError

from pipeline.errors import OperatorError
from pipeline.machine.storage import Place
from pipeline.model import Received
from pipeline.stages.cluster import tasks
from pipeline.stages.cluster.program import program
from pipeline.stages.cluster.room import unpacked
from pipeline.stages.progress import Tell
from pipeline.stages.units import Answer, Job

T = TypeVar("T")

FILES = 500
"""Files per task of judging.

A batch costs 0.22 s of processor time before its first row, spent in the calls of pandas and
pandera (500 checks), and 0.3 ms per file. So judging takes 0.8 ms per file in batches of 500,
1.5 ms in batches of 200, 2.8 ms in batches of 100, while reading one takes some 11 ms. Larger
batches would leave workers waiting for the last one.
"""
CALLS = 4
"""Calls of one task: Dask itself takes longer over a task than a call takes to copy a file or two."""
TASKS_A_THREAD = 3
"""Tasks that are under way per thread of the cluster, so that none is idle and the driver's memory stays flat."""
BEAT = 2.0
"""Seconds after which the cluster is looked at where nothing comes from it."""
WAIT_FOR_WORKERS = 30.0
"""Seconds for which the cluster may be without a worker."""


_LOST = (CommClosedError, ClosedClientError, CancelledError, ConnectionError, TimeoutError)
"""What Dask raises where it can't reach its scheduler, or where tasks went with it."""


class Dask:
    """The engine of a cluster to which there is a connection."""

    def __init__(self, client: Client, address: str) -> None:
        self._client, self._address, self._program = client, address, program()
        self._looked, self._threads, self._last_seen = 0.0, 1, time.monotonic()

    def begin(self, archive: Place, where: Sequence[Place]) -> None:
        """Raise ``OperatorError`` where no worker comes, or one can't do what is asked of it: it is named, with the reason."""
        self.wait_for_workers()
        for worker in self.workers(where, [archive]):
            refuse(worker)

    def wait_for_workers(self) -> None:
        """Wait until there is a worker; raises ``OperatorError`` where none comes."""
        while not self._threads_now():
            time.sleep(BEAT / 10)

    def workers(self, seen: Sequence[Place], written: Sequence[Place]) -> list[tasks.Worker | str]:
        """Every worker as it finds itself; the address of one that can't say, for it hasn't the program."""
        with _lost_is_told(self._address):
            found = self._client.run(tasks.looked_at, seen, written, on_error="return")
        return [
            each if isinstance(each, tasks.Worker) else str(address)
            for address, each in found.items()
        ]

    def calls(self, function: Callable[..., T], calls: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        coming, begun = (
            _chunks(calls, CALLS),
            deque[tuple[Future[list[T]], Sequence[tuple[Any, ...]]]](),
        )
        while True:
            for some in itertools.islice(coming, max(0, self._window() - len(begun))):
                begun.append((self._submit(tasks.called, self._program, function, some), some))
            if not begun:
                return
            future, some = begun.popleft()
            yield from self._result(
                future,
                otherwise=lambda some=some: [*itertools.starmap(function, some)],  # type: ignore[misc]
            )

    def judge(self, job: Job, files: Iterable[Received], tell: Tell) -> Iterator[Answer]:
        done = 0
        for answer in self._answers(job, files):
            done += len(answer.files) + len(answer.lost)
            tell(done)
            yield answer

    def _answers(self, job: Job, files: Iterable[Received]) -> Iterator[Answer]:
        """The answers of chunks as they come; then, one by one, of files whose chunks went with their workers.

        What ends a worker takes with it all that waits there: only a file with which a worker ends
        while nothing else is under way is known by that.
        """
        coming, suspects, sent = _chunks(files, FILES), list[Received](), None
        answered = queue.SimpleQueue[Future[list[bytes]]]()
        begun: dict[Future[list[bytes]], Sequence[Received]] = {}
        while True:
            while len(begun) < self._window() and (some := next(coming, None)):
                sent = sent or self._submit(tasks.passed_on, tasks.sent(job))
                future = self._submit(tasks.judged, sent, some)
                begun[future] = some
                future.add_done_callback(answered.put)
            if not begun:
                break
            future = self._wait(answered.get)
            some = begun.pop(future)
            if self._is_of_killed_worker(future):
                suspects += some
            else:
                yield from map(unpacked, self._result(future, otherwise=list))
        for file in suspects:
            answers: list[bytes] = self._result(
                self._submit(tasks.judged, sent, [file]), otherwise=list
            )
            yield from map(unpacked, answers) if answers else [tasks.given_up(job, file)]

    def end(self) -> None:
        """Let the workers' rooms go."""
        if self._client.status == "running":
            self._client.run(tasks.close_rooms, on_error="ignore")

    # --- tasks
    # -------------------------------------------------------------------------------------

    def _submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        with _lost_is_told(self._address):
            return self._client.submit(function, *arguments, pure=False)

    def _result(self, future: Future[T], otherwise: Callable[[], T]) -> T:
        """What a task gives; what is done ``otherwise`` where every worker ended that was given it."""
        if self._is_of_killed_worker(future):
            return otherwise()
        with _lost_is_told(self._address):
            error = future.exception()
        if isinstance(error, tasks.OtherProgramError):
            raise OperatorError(
                "cluster_other_program", host=error.host, found=error.found, wanted=self._program
            ) from error
        if error is not None:
            raise error
        with _lost_is_told(self._address):
            result: T = future.result()
        return result

    def _is_of_killed_worker(self, future: Future[Any]) -> bool:
        error = self._wait(future.exception)
        if future.status in ("cancelled", "lost"):
            raise OperatorError("cluster_lost", address=self._address)
        return isinstance(error, KilledWorker)

    def _wait(self, ready: Callable[..., T]) -> T:
        """What comes within reasonable time; raises ``OperatorError`` where the cluster is lost meanwhile."""
        while True:
            try:
                return ready(timeout=BEAT)
            except (queue.Empty, TimeoutError):
                self._threads_now()
            except _LOST as error:
                raise OperatorError("cluster_lost", address=self._address) from error

    # --- the cluster
    # -------------------------------------------------------------------------------

    def _window(self) -> int:
        """How many tasks may be under way."""
        if time.monotonic() - self._looked > BEAT:
            self._threads_now()
        return TASKS_A_THREAD * max(1, self._threads)

    def _threads_now(self) -> int:
        """Threads of the cluster now. Raises ``OperatorError`` where it is lost, or has had no worker for too long."""
        if self._client.status != "running":
            raise OperatorError("cluster_lost", address=self._address)
        with _lost_is_told(self._address):
            self._threads = sum(self._client.nthreads().values())
        self._looked = time.monotonic()
        if self._threads:
            self._last_seen = self._looked
        elif self._looked - self._last_seen > WAIT_FOR_WORKERS:
            raise OperatorError("cluster_empty", address=self._address)
        return self._threads


def refuse(worker: tasks.Worker | str) -> None:
    """Raise ``OperatorError`` for a worker that can't do its work; it is named, with the reason."""
    wanted = program()
    if isinstance(worker, str):
        raise OperatorError("cluster_other_program", host=worker, found="–", wanted=wanted)
    if worker.program != wanted:
        raise OperatorError(
            "cluster_other_program", host=worker.host, found=worker.program, wanted=wanted
        )
    for key, places in (
        ("cluster_unseen", worker.unseen),
        ("cluster_unwritable", worker.unwritable),
    ):
        if places:
            raise OperatorError(key, host=worker.host, path=places[0])


@contextmanager
def _lost_is_told(address: str) -> Iterator[None]:
    try:
        yield
    except _LOST as error:
        raise OperatorError("cluster_lost", address=address) from error


def _chunks(items: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    coming = iter(items)
    while some := list(itertools.islice(coming, size)):
        yield some
