"""A small Dask cluster for tests: processes that can be killed, with certificates or without."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

QUIET = {
    "DASK_LOGGING__DISTRIBUTED": "critical",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__WORKER__MEMORY__MONITOR_INTERVAL": "1s",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "10s",
}
"""Dask's settings.

A task that ends its worker is given to no other, so that its loss shows at once. Else as
docs/cum-may.md says.
"""


@dataclass
class Cluster:
    """A scheduler and its workers; ``more``: options of all of them."""

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
        """Start ``workers`` more, the scheduler if none runs; ``around`` precedes each command."""
        if self.scheduler is None:
            self.port = self.port or free_port()
            where = [
                "--host",
                self.host,
                "--port",
                str(self.port),
                "--no-dashboard",
                "--protocol",
                self.protocol,
            ]
            self.scheduler = self._run(
                [
                    *around,
                    sys.executable,
                    "-m",
                    "distributed.cli.dask_scheduler",
                    *where,
                    *self.more,
                ]
            )
        for _ in range(workers):
            self.add_worker(around)

    def add_worker(self, around: Sequence[str] = ()) -> None:
        options = [
            "--nworkers",
            "1",
            "--nthreads",
            "1",
            "--no-dashboard",
            "--local-directory",
            str(self.folder),
            *self.more,
        ]
        self.workers.append(
            self._run(
                [
                    *around,
                    sys.executable,
                    "-m",
                    "distributed.cli.dask_worker",
                    self.address,
                    *options,
                ]
            )
        )

    def _run(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **QUIET, **self.environment}
        return subprocess.Popen(
            command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def inner(self, number: int = 0) -> psutil.Process:
        """Return the process of a worker's tasks, which its nanny watches and restarts."""
        return next(
            each
            for each in psutil.Process(self.workers[number].pid).children()
            if "resource_tracker" not in " ".join(each.cmdline())
        )

    def kill_scheduler(self) -> None:
        assert self.scheduler
        end(self.scheduler)
        self.scheduler = None

    def kill_worker(self, number: int) -> None:
        """Kill a worker and its nanny."""
        end(self.workers.pop(number))

    def stop(self) -> None:
        for process in [*self.workers, *filter(None, [self.scheduler])]:
            end(process)


def end(process: subprocess.Popen[Any]) -> None:
    """Kill a process and all of its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    """Return an unused port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


# --- certificates and hosts -----------------------------------------------------------------------


@dataclass(frozen=True)
class Certificates:
    """The files of a certificate authority and of a certificate that it issued."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def certificate(self) -> Path:
        return self.folder / "cluster.pem"

    @property
    def key(self) -> Path:
        return self.folder / "cluster.key"

    @property
    def config(self) -> dict[str, str]:
        """Return Dask's settings for them."""
        tls = "distributed.comm.tls"
        return {
            f"{tls}.ca-file": str(self.ca),
            f"{tls}.client.cert": str(self.certificate),
            f"{tls}.client.key": str(self.key),
        }


AUTHORITY = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj /CN=tonghop -keyout ca.key -out ca.pem",
    "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=cluster -keyout cluster.key -out cluster.csr",
    "openssl x509 -req -in cluster.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -out cluster.pem",
)
"""The commands in docs/cum-may.md."""


def certificates(folder: Path) -> Certificates:
    """Make certificates as the documentation says, unless they exist already."""
    if not folder.is_dir():
        folder.mkdir()
        for command in AUTHORITY:
            subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return Certificates(folder)


NETWORK, BRIDGE = "10.77.213", "tonghop-br"


@contextmanager
def network(count: int) -> Iterator[tuple[str, list[str]]]:
    """Make ``count`` hosts on one network with this one; yield its address and their names."""
    names = [f"tonghop-{number}" for number in range(1, count + 1)]
    _unmake(names)
    try:
        _ip(
            f"link add {BRIDGE} type bridge",
            f"addr add {NETWORK}.254/24 dev {BRIDGE}",
            f"link set {BRIDGE} up",
        )
        for number, name in enumerate(names, 1):
            _ip(
                f"netns add {name}",
                f"link add {name} type veth peer name eth0 netns {name}",
                f"link set {name} master {BRIDGE} up",
            )
            _ip(
                f"-n {name} addr add {NETWORK}.{number}/24 dev eth0",
                f"-n {name} link set eth0 up",
                f"-n {name} link set lo up",
            )
        yield f"{NETWORK}.254", names
    finally:
        _unmake(names)


def cut(number: int) -> None:
    """Disconnect a host."""
    _ip(f"link set tonghop-{number} down")


def _unmake(names: Sequence[str]) -> None:
    for what in (*(f"netns del {name}" for name in names), f"link del {BRIDGE}"):
        with suppress(subprocess.CalledProcessError):
            _ip(what)


def _ip(*commands: str) -> None:
    for command in commands:
        subprocess.run(["ip", *command.split()], check=True, capture_output=True)
