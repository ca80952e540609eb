"""How long the summaries take, beside xlsxwriter writing the same sheet of rows in constant memory. Run: python benchmarks/summarise.py [ROWS …]."""

from __future__ import annotations

import io
import resource
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipeline import run
from pipeline.home import Home
from pipeline.summarise.books import write_all
from pipeline.summarise.consolidation import Consolidation
from schemas.round import load_round
from tests.consolidations import random_consolidation

TABLE = "manifestations"


def written_by_xlsxwriter(consolidation: Consolidation) -> float:
    """Seconds to write the rows of the largest table, cell by cell, in constant memory."""
    rows = consolidation.tables[TABLE].astype(object).to_numpy()
    start = time.perf_counter()
    book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
    page = book.add_worksheet()
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(at, column, value)
            elif value == value:  # noqa: PLR0124 NaN differs from itself
                page.write_number(at, column, value)
    book.close()
    return time.perf_counter() - start


def summarised(consolidation: Consolidation) -> float:
    """Seconds to write all summaries."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        write_all(consolidation, Path(folder))
        return time.perf_counter() - start


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the time of an invented round of 94 agencies, then of ever more random rows."""
    round_ = load_round()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        run.demo(home, round_)
        print(f"invented round: all summaries {summarised(run.consolidated(home, round_)):.1f} s, peak {peak():.0f} MB", flush=True)
    for rows in [int(each) for each in sys.argv[1:]] or [100_000, 500_000]:
        made = random_consolidation(round_, rows=rows)
        ours, theirs = summarised(made), written_by_xlsxwriter(made)
        print(
            f"{rows:,} rows a table: {ours:.1f} s, xlsxwriter {theirs:.1f} s, ratio {ours / theirs:.2f}, peak {peak():.0f} MB", flush=True
        )


if __name__ == "__main__":
    main()
