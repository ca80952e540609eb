"""Times the whole ``collect`` of many issued-and-filled workbooks beside two floors, in one run, and prints the ratios.

Floors: python-calamine reading all sheets of the same files with as many processes and doing nothing with them, and a
pandas + openpyxl loop in one process that only reads (on a sample, scaled up). Usage: ``python benchmarks/collect.py [N]``.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from python_calamine import load_workbook

from pipeline.demo import module_of
from pipeline.distribute import issue
from pipeline.fill import Filler, placed
from schemas.round import load_round

SAMPLE = 20
"""Workbooks of the slow loop's sample."""


def make(folder: Path, count: int) -> None:
    """Invented returns like the demo's, each different, over all agencies."""
    round_ = load_round("cv4874")
    invented = module_of(round_)
    fillers = {code: Filler(workbook) for code, workbook in issue.workbooks(round_, round_.in_scope)}
    agencies = round_.in_scope
    for number in range(count):
        each = invented.right_return(round_, agencies[number % len(agencies)])
        each.info["note"] = f"{number}"
        (folder / f"{number:05d}.xlsx").write_bytes(fillers[each.agency].fill(placed(round_, each.info, each.tables)))


def bare(path: str) -> int:
    """Read all sheets with calamine and do nothing."""
    book = load_workbook(path)
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def timed(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def read_bare(paths: list[str]) -> None:
    """The floor: calamine in as many processes as there are cores."""
    with multiprocessing.Pool(os.cpu_count()) as pool:
        pool.map(bare, paths, chunksize=8)


def read_slowly(paths: list[str]) -> None:
    """The usual loop: pandas with openpyxl, one file after another."""
    for path in paths:
        pd.read_excel(path, sheet_name=None, engine="openpyxl", header=None)


def collect(folder: Path, home: Path) -> None:
    """The whole command, as a user runs it."""
    command = [sys.executable, "-m", "pipeline.cli", "--home", str(home), "collect", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


def main(count: int) -> None:
    """Make the files, time the three and print them."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "in"
        folder.mkdir()
        made = timed(lambda: make(folder, count))
        paths = sorted(str(path) for path in folder.iterdir())
        size = sum(Path(path).stat().st_size for path in paths) / count / 1024
        print(f"{count} workbooks of {size:.0f} KB on average, made in {made:.1f} s; {os.cpu_count()} cores")
        floor = timed(lambda: read_bare(paths))
        whole = timed(lambda: collect(folder, Path(work) / "home"))
        again = timed(lambda: collect(folder, Path(work) / "home"))
        slow = timed(lambda: read_slowly(paths[:SAMPLE])) * count / SAMPLE
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"bare calamine, same processes: {floor:7.1f} s")
        print(f"collect, whole:                {whole:7.1f} s = {whole / floor:.2f} x bare calamine")
        print(f"collect again, nothing new:    {again:7.1f} s = {again / whole:.1%} of the first run")
        print(f"pandas + openpyxl, only reads: {slow:7.1f} s = {slow / whole:.1f} x collect (from {SAMPLE} files)")
        print(f"largest process: {memory:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
