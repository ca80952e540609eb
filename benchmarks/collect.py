"""Time ``collect`` of many issued and filled workbooks beside two floors, and print the ratios.

Floor 1: python-calamine reads the same files in as many processes and does nothing with them; once
without hidden sheets (like ``collect``, which reads of them only the stamp's), once all (the sheet
of workings takes longest). Floor 2: a loop of pandas + openpyxl in one process only reads (a
sample, scaled up). The returns have the sizes of the demo's. Usage: ``python benchmarks/collect.py
[N…]``; N is 1,000 unless given. With two sizes (``1000 10000``) the memory of the largest process
is compared. Times are of the processors, of all processes. As other work on the machine disturbs,
each is taken ``REPEATS`` times in turn and the least counts.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pandas as pd
from python_calamine import SheetVisibleEnum, load_workbook

from pipeline.distribute import issue
from pipeline.distribute.fill import Filler, placed
from pipeline.stages.inventing import module_of
from schemas.round.load import load_round

Result = TypeVar("Result")
REPEATS = 3
SAMPLE = 20
"""Workbooks in the slow loop's sample."""
MEASURED = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
    "stdout=subprocess.DEVNULL);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
"""Runs a command from a small process, so that only the command's memory is measured."""


def make(folder: Path, count: int) -> int:
    """Write different invented returns like the demo's; return the number of cells filled in."""
    round_ = load_round("cv4874")
    invented = module_of(round_)
    fillers = {
        code: Filler(workbook) for code, workbook in issue.workbooks(round_, round_.in_scope)
    }
    agencies, filled = round_.in_scope, 0
    for number in range(count):
        each = invented.right_return(round_, agencies[number % len(agencies)])
        each.info["note"] = f"{number}"
        cells = placed(round_, each.info, each.tables)
        filled += sum(map(len, cells.values()))
        (folder / f"{number:05d}.xlsx").write_bytes(fillers[each.agency].fill(cells))
    return filled


def bare(path: str) -> int:
    """Read all sheets with calamine and do nothing."""
    book = load_workbook(path)
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def bare_seen(path: str) -> int:
    """Read the visible sheets with calamine and do nothing."""
    book = load_workbook(path)
    seen = (each.name for each in book.sheets_metadata if each.visible is SheetVisibleEnum.Visible)
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in seen)


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Return the processor seconds that ``work`` and its processes took, and its result."""
    start = used()
    result = work()
    return used() - start, result


def used() -> float:
    """Return the processor seconds of this process and its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def read_bare(paths: list[str], read: Callable[[str], int]) -> None:
    """Read all files with calamine, in a process per core."""
    with multiprocessing.Pool(os.cpu_count()) as pool:
        pool.map(read, paths, chunksize=8)
        pool.close()
        pool.join()  # so that what they took is counted


def floors(paths: list[str]) -> tuple[float, float]:
    """Return the seconds of calamine for visible sheets, and for all."""
    readers = (bare_seen, bare)
    seen, whole = (timed(lambda read=read: read_bare(paths, read))[0] for read in readers)  # type: ignore[misc]
    return seen, whole


def read_slowly(paths: list[str]) -> None:
    """Read in the usual loop: pandas with openpyxl, one file after another."""
    for path in paths:
        pd.read_excel(path, sheet_name=None, engine="openpyxl", header=None)


def collect(folder: Path, home: Path) -> int:
    """Run the command as a user does; return the peak memory of its largest process, in KB."""
    command = [
        sys.executable,
        "-m",
        "pipeline.terminal.commands",
        "--home",
        str(home),
        "collect",
        str(folder),
    ]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return int(done.stdout)


def change(folder: Path) -> None:
    """Replace the first file by another return of its agency, a byte longer."""
    first, *_, last = sorted(folder.iterdir())
    first.write_bytes(last.read_bytes() + b"\0")


def main(count: int) -> int:
    """Make the files, time the three in turn, print; return the peak memory of a process, in KB."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "in"
        folder.mkdir()
        making, cells = timed(lambda: make(folder, count))
        paths = sorted(str(path) for path in folder.iterdir())
        size = sum(Path(path).stat().st_size for path in paths) / 1024
        print(
            f"{count:,} workbooks made in {making:.1f} s; mean {cells / count:,.0f} filled "
            f"cells, {size / count:.0f} KB; {os.cpu_count()} cores"
        )
        homes = [Path(work) / f"home{number}" for number in range(REPEATS)]
        each = [(*floors(paths), *timed(lambda home=home: collect(folder, home))) for home in homes]
        seen, floor, whole = (min(column) for column in list(zip(*each, strict=True))[:3])
        memory = max(run[-1] for run in each)
        again, _ = timed(lambda: collect(folder, homes[0]))
        change(folder)
        changed = min(timed(lambda home=home: collect(folder, home))[0] for home in homes[1:])
        sample = paths[1 : 1 + SAMPLE]
        slow = timed(lambda: read_slowly(sample))[0] * count / len(sample)
        print(f"bare calamine, sheets seen:    {seen:7.1f} s, same processes")
        print(f"bare calamine, all sheets:     {floor:7.1f} s")
        told = (
            f"{whole / seen:.2f} x bare calamine of the sheets seen, {whole / floor:.2f} x of "
            f"all; largest process {memory / 1024:.0f} MB"
        )
        print(f"collect, whole:                {whole:7.1f} s = {told}")
        print(
            f"collect again, nothing new:    {again:7.1f} s = {again / whole:.1%} of the first run"
        )
        print(
            f"collect again, one changed:    {changed:7.1f} s = {changed / whole:.1%} of the "
            f"first run"
        )
        print(
            f"pandas + openpyxl, only reads: {slow:7.1f} s = {slow / whole:.1f} x collect "
            f"(scaled up from {len(sample)} files)"
        )
        return memory


if __name__ == "__main__":
    memories = [main(int(size)) for size in sys.argv[1:] or ["1000"]]
    if len(memories) > 1:
        print(
            f"memory of the largest process, last size beside first: "
            f"{memories[-1] / memories[0]:.2f} x"
        )
