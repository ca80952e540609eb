"""Time ``tonghop summarise``, and xlsxwriter writing the same rows in constant memory.

First the invented round of 94 agencies; then rounds with ever more rows in the largest table, and a
hundredth of that in the others, as a round has few texts beside figures. Each starts from a ledger,
in a process of its own.
Usage: ``python benchmarks/summarise.py [ROWS…]``. Memory is that of all its processes together, and
of the largest.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import psutil
import xlsxwriter

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipeline import run
from pipeline.home import Home
from schemas.round.load import load_round
from tests.ledgers import TABLE, write_ledger

ROWS = (50_000, 150_000, 500_000)


def written_by_xlsxwriter(rows: pd.DataFrame) -> float:
    """Return the seconds to write rows, cell by cell, in constant memory."""
    values = rows.astype(object).to_numpy()
    start = time.perf_counter()
    book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
    page = book.add_worksheet()
    for at, row in enumerate(values):
        for column, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(at, column, value)
            elif value == value:  # noqa: PLR0124 NaN differs from itself
                page.write_number(at, column, value)
    book.close()
    return time.perf_counter() - start


def summarised(home: Home) -> tuple[float, float, float]:
    """Return seconds of ``tonghop summarise``, and peak MB of all its processes and of one."""
    start, together, largest = time.perf_counter(), 0.0, 0.0
    done = subprocess.Popen(
        [sys.executable, "-m", "pipeline.terminal.commands", "--home", str(home.root), "summarise"],
        stderr=subprocess.DEVNULL,
    )
    while done.poll() is None:
        used = memory(done.pid)
        together, largest = max(together, sum(used)), max(largest, *used, 0.0)
        time.sleep(0.05)
    if done.returncode:
        raise SystemExit("summarise failed")
    return time.perf_counter() - start, together, largest


def memory(pid: int) -> Sequence[float]:
    """Return MB of a process and of those that it started; shared memory counts once."""
    try:
        process = psutil.Process(pid)
        return [
            each.memory_full_info().pss / 2**20
            for each in (process, *process.children(recursive=True))
        ]
    except psutil.Error:  # one has just ended
        return [0.0]


def main() -> None:
    """Print a line per round."""
    round_ = load_round("cv4874")
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        run.demo(home, round_)
        seconds, together, largest = summarised(home)
        print(
            f"invented round: {seconds:.1f} s, {together:.0f} MB, largest process {largest:.0f} MB",
            flush=True,
        )
    for count in [int(each) for each in sys.argv[1:]] or ROWS:
        with tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder))
            write_ledger(home, round_, count)
            seconds, together, largest = summarised(home)
            theirs = written_by_xlsxwriter(run.consolidated(home, round_).tables[TABLE])
        told = (
            f"xlsxwriter {theirs:.1f} s, ratio {seconds / theirs:.2f}, {together:.0f} MB, "
            f"largest process {largest:.0f} MB"
        )
        print(f"{count:,} rows: {seconds:.1f} s, {told}", flush=True)


if __name__ == "__main__":
    main()
