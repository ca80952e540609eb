"""Time ``collect`` on a Dask cluster and with this machine's own pool, in alternating runs.

The cluster has two workers of one thread. Measured are the processor time of all processes
(scheduler, workers, their readers; from the command's start), and the command's own processor time
per workbook and memory. For each run the cluster is started anew and left to settle. Usage:
``python benchmarks/cluster.py [--pairs N] [SIZE…]``; one pair of 3,000 unless given; with two sizes
their memory is compared. Linux only.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.collect import make
from tests.clusters import Cluster

SIZES = (3_000,)
SETTLED = 0.25
"""Processor seconds per second below which a cluster rests: five idle Dask processes take 0.1."""
PR_SET_CHILD_SUBREAPER = 36
MEASURED = """
import resource, sys
from pipeline.terminal.commands import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""
"""Runs a command in its own process, which reports its own time and memory."""


@dataclass(frozen=True)
class Run:
    """What a run took: seconds; processor seconds of all and of the command; MB of the command."""

    clock: float
    everything: float
    own: float
    memory: float


def collected(folder: Path, home: Path, address: str = "") -> tuple[float, float]:
    """Collect a folder as a user does; return processor seconds and MB of the command's process."""
    words = [
        "--home",
        str(home),
        "collect",
        str(folder),
        *(["--cluster", address] if address else []),
    ]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    own, memory = map(float, done.stdout.split()[-2:])
    return own, memory


def on_this_machine(folder: Path, home: Path) -> Run:
    """Collect with the pool."""
    before, start = used(), time.perf_counter()
    own, memory = collected(folder, home)
    return Run(time.perf_counter() - start, used() - before, own, memory)


def on_a_cluster(folder: Path, home: Path) -> Run:
    """Collect on a cluster that is at rest when the command begins."""
    with tempfile.TemporaryDirectory() as work:
        cluster = Cluster(Path(work))
        before = used()
        try:
            cluster.start()
            starting, start = at_rest(cluster), time.perf_counter()
            own, memory = collected(folder, home, cluster.address)
            clock = time.perf_counter() - start
        finally:
            cluster.stop()
        reap()
    return Run(clock, used() - before - starting, own, memory)


def at_rest(cluster: Cluster) -> float:
    """Wait until a cluster is at rest; return its processor time so far."""
    spent, before = 0.0, -1.0
    while spent < 1 or spent - before > SETTLED:
        before = spent
        time.sleep(1)
        spent = sum(
            map(spent_by, family([each for each in (cluster.scheduler, *cluster.workers) if each]))
        )
    return spent


def family(processes: Iterable[subprocess.Popen[bytes]]) -> list[psutil.Process]:
    """Return these processes and all that they started."""
    whole = [psutil.Process(each.pid) for each in processes]
    return [each for one in whole for each in (one, *one.children(recursive=True))]


def spent_by(process: psutil.Process) -> float:
    """Return the processor time of a process and of its ended children."""
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def used() -> float:
    """Return the processor time of all ended processes, orphans included."""
    times = resource.getrusage(resource.RUSAGE_CHILDREN)
    return times.ru_utime + times.ru_stime


def reap() -> None:
    """Wait for all ended processes; orphans of a killed process fall to this one."""
    with suppress(ChildProcessError):
        while True:
            os.wait()


def measured(count: int, pairs: int) -> float:
    """Print what ``count`` workbooks take, per pair; return the command's memory on a cluster."""
    memory = 0.0
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "in"
        folder.mkdir()
        make(folder, count)
        for number in range(pairs):
            both = [
                (on_this_machine, Path(work) / f"alone{number}"),
                (on_a_cluster, Path(work) / f"cluster{number}"),
            ]
            runs = {way: way(folder, home) for way, home in both[:: 1 if number % 2 else -1]}
            alone, shared = runs[on_this_machine], runs[on_a_cluster]
            tell(f"{count:,} workbooks, this machine", alone, count)
            tell(f"{count:,} workbooks, cluster", shared, count)
            print(
                f"cluster / this machine: {shared.everything / alone.everything:.2f} x "
                f"processor time",
                flush=True,
            )
            memory = max(memory, shared.memory)
    return memory


def tell(what: str, run: Run, count: int) -> None:
    """Print a line about a run."""
    own = f"the command itself {run.own / count * 1000:.2f} ms a workbook, {run.memory:.0f} MB"
    print(f"{what}: {run.clock:.1f} s, processors {run.everything:.1f} s; {own}", flush=True)


def main(words: Sequence[str]) -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--pairs", type=int, default=1)
    asked = parser.parse_args(words)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    memories = [measured(size, asked.pairs) for size in asked.sizes]
    if len(memories) > 1:
        print(f"memory of the command, last size beside first: {memories[-1] / memories[0]:.2f} x")


if __name__ == "__main__":
    main(sys.argv[1:])
