"""A small Dask cluster beside the tests: a scheduler and workers as processes that can be killed, with certificates or without."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

QUIET = {
    "DASK_LOGGING__DISTRIBUTED": "critical",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
    "DASK_DISTRIBUTED__WORKER__PROFILE__INTERVAL": "1s",
}
"""A task that ends its worker is given to no other: what a chunk takes with it shows at once."""


@dataclass
class Cluster:
    """A scheduler and its workers; ``around`` stands before each command, ``more`` are options of all."""

    folder: Path
    host: str = "127.0.0.1"
    protocol: str = "tcp"
    more: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{self.protocol}://{self.host}:{self.port}"

    def start(self, workers: int = 2, around: Sequence[str] = ()) -> None:
        """Start the scheduler where none runs, and so many workers more."""
        if self.scheduler is None:
            self.port = self.port or _free_port()
            where = ["--host", self.host, "--port", str(self.port), "--no-dashboard", "--protocol", self.protocol]
            self.scheduler = self._run([*around, sys.executable, "-m", "distributed.cli.dask_scheduler", *where, *self.more])
        for _ in range(workers):
            self.add_worker(around)

    def add_worker(self, around: Sequence[str] = ()) -> None:
        options = ["--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--local-directory", str(self.folder), *self.more]
        self.workers.append(self._run([*around, sys.executable, "-m", "distributed.cli.dask_worker", self.address, *options]))

    def _run(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **QUIET, **self.environment}
        return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)

    def inner(self, number: int = 0) -> psutil.Process:
        """The process in which a worker does its tasks, which its nanny watches and starts anew."""
        return next(
            each for each in psutil.Process(self.workers[number].pid).children() if "resource_tracker" not in " ".join(each.cmdline())
        )

    def kill_scheduler(self) -> None:
        assert self.scheduler
        end(self.scheduler)
        self.scheduler = None

    def kill_worker(self, number: int) -> None:
        """Kill a worker with its nanny."""
        end(self.workers.pop(number))

    def stop(self) -> None:
        for process in [*self.workers, *filter(None, [self.scheduler])]:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all of its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
