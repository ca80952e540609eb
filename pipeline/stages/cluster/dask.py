"""Do units of work as tasks of a Dask cluster."""

from __future__ import annotations

import itertools
import queue
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
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
"""Calls per task: Dask takes longer over a task than a call takes to copy a file or two."""
TASKS_A_THREAD = 3
"""Tasks under way per thread of the cluster: enough that none is idle, few enough that the driver's
memory stays flat."""
BEAT = 2.0
"""Seconds without an answer after which the cluster is looked at."""
WAIT_FOR_WORKERS = 30.0
"""Seconds for which the cluster may be without a worker."""
_LOST = (CommClosedError, ClosedClientError, CancelledError, ConnectionError, TimeoutError)
"""What Dask raises if it can't reach its scheduler, or if tasks were lost with it."""


class Dask:
    """The engine of a cluster that is connected."""

    def __init__(self, client: Client, address: str) -> None:
        self._client, self._address, self._program = client, address, program()
        self._looked, self._threads, self._last_seen = 0.0, 1, time.monotonic()

    def begin(self, archive: Place, where: Sequence[Place]) -> None:
        """Raise ``OperatorError`` if there is no worker, or one that can't do its work."""
        self.wait_for_workers()
        for worker in self.workers(where, [archive]):
            refuse(worker)

    def wait_for_workers(self) -> None:
        """Wait until there is a worker; raises ``OperatorError`` if none comes."""
        while not self._threads_now():
            time.sleep(BEAT / 10)

    def workers(self, seen: Sequence[Place], written: Sequence[Place]) -> list[tasks.Worker | str]:
        """Return each worker's description of itself.

        Of a worker that can't give one, because it lacks the program, return the address.
        """
        with _lost_is_told(self._address):
            answers = self._client.run(tasks.worker_here, seen, written, on_error="return")
        return [
            worker if isinstance(worker, tasks.Worker) else str(address)
            for address, worker in answers.items()
        ]

    def calls(self, function: Callable[..., T], calls: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        coming = _chunks(calls, CALLS)
        begun = deque[tuple[Future[list[T]], Sequence[tuple[Any, ...]]]]()
        while True:
            for some in itertools.islice(coming, max(0, self._window() - len(begun))):
                begun.append((self._submit(tasks.called, self._program, function, some), some))
            if not begun:
                return
            future, some = begun.popleft()
            yield from self._result(future, partial(tasks.called, self._program, function, some))

    def judge(self, job: Job, files: Iterable[Received], tell: Tell) -> Iterator[Answer]:
        done = 0
        for answer in self._answers(job, files):
            done += len(answer.files) + len(answer.lost)
            tell(done)
            yield answer

    def _answers(self, job: Job, files: Iterable[Received]) -> Iterator[Answer]:
        """Yield the answers of chunks as they come, then those of suspect files one by one.

        Suspect are the files of a chunk that was lost with its worker. A worker that ends loses all
        chunks that wait there. So a file is known to end workers only if it does so alone.
        """
        coming, suspects, parcel = _chunks(files, FILES), list[Received](), None
        answered = queue.SimpleQueue[Future[list[bytes]]]()
        begun: dict[Future[list[bytes]], Sequence[Received]] = {}
        while True:
            while len(begun) < self._window() and (some := next(coming, None)):
                parcel = parcel or self._submit(tasks.passed_on, tasks.parcel_of(job))
                future = self._submit(tasks.judged, parcel, some)
                begun[future] = some
                future.add_done_callback(answered.put)
            if not begun:
                break
            future = self._wait(answered.get)
            some = begun.pop(future)
            if self._is_of_killed_worker(future):
                suspects += some
            else:
                yield from map(unpacked, self._result(future, list))
        for file in suspects:
            answers: list[bytes] = self._result(
                self._submit(tasks.judged, parcel, [file]), otherwise=list
            )
            yield from map(unpacked, answers) if answers else [tasks.given_up(job, file)]

    def end(self) -> None:
        """End the workers' rooms."""
        if self._client.status == "running":
            self._client.run(tasks.close_rooms, on_error="ignore")

    # --- tasks ------------------------------------------------------------------------------------

    def _submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        with _lost_is_told(self._address):
            return self._client.submit(function, *arguments, pure=False)

    def _result(self, future: Future[T], otherwise: Callable[[], T]) -> T:
        """Return a task's result; that of ``otherwise`` if it ended all workers that tried it."""
        if self._is_of_killed_worker(future):
            return otherwise()
        with _lost_is_told(self._address):
            error = future.exception()
        if isinstance(error, tasks.OtherProgramError):
            raise OperatorError(
                "cluster_other_program", host=error.host, found=error.program, wanted=self._program
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
        """Wait for what ``ready`` returns; raises ``OperatorError`` if the cluster is lost."""
        while True:
            try:
                return ready(timeout=BEAT)
            except (queue.Empty, TimeoutError):
                self._threads_now()
            except _LOST as error:
                raise OperatorError("cluster_lost", address=self._address) from error

    # --- the cluster ------------------------------------------------------------------------------

    def _window(self) -> int:
        """Return how many tasks may be under way."""
        if time.monotonic() - self._looked > BEAT:
            self._threads_now()
        return TASKS_A_THREAD * max(1, self._threads)

    def _threads_now(self) -> int:
        """Return the number of the cluster's threads now.

        Raises ``OperatorError`` if it is lost, or has had no worker for too long.
        """
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
    """Raise ``OperatorError`` for a worker that can't do its work: its name and the reason."""
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
