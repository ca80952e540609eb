"""Time a marked copy, and openpyxl loading and saving the same file.

Usage: ``python benchmarks/feedback.py``.
"""

from __future__ import annotations

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipeline import run
from pipeline.collect.intake.files import archived
from pipeline.feedback.listing import ListHeading
from pipeline.feedback.marking import Marking
from pipeline.feedback.workbook import marked_copy
from pipeline.home import Home
from pipeline.model import Finding, Severity, Verdict
from pipeline.store.standing import submissions_of
from schemas.round.load import load_round


def seconds(work: Callable[[], object], times: int) -> float:
    """Return the median time of some runs."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def saved_by_openpyxl(whole: bytes) -> None:
    """Load and save by openpyxl: the least that a marked copy would cost with it."""
    openpyxl.load_workbook(io.BytesIO(whole)).save(io.BytesIO())


def main() -> None:
    """Print both times and their ratio, for invented returns by errors and for a large one."""
    round_ = load_round()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        run.demo(home, round_)
        with run.open_ledger(home, round_) as ledger:
            known = submissions_of(ledger)
            rows = known[known["verdict"] == Verdict.TO_CORRECT].sort_values(["errors", "size"])
            chosen = rows.iloc[sorted({0, len(rows) // 3, 2 * len(rows) // 3, len(rows) - 1})]
            found = {row.sha256: ledger.findings([row.submission]) for row in chosen.itertuples()}
        name = round_.sheets.feedback
        for sha256, findings in found.items():
            compare(
                archived(home.archive, sha256).read_bytes(),
                Marking(findings, ListHeading("", ()), name),
            )
    compare(large(), Marking([wrong(row) for row in range(2, 5000, 5)], ListHeading("", ()), name))


def compare(whole: bytes, marking: Marking) -> None:
    """Print a line about a file."""
    ours, theirs = (
        seconds(lambda: marked_copy(whole, marking), 20),
        seconds(lambda: saved_by_openpyxl(whole), 3),
    )
    cells = sum(len(finding.cells) for finding in marking.findings)
    print(
        f"{len(whole) / 1024:.0f} KB, {cells} cells to mark: marked copy {ours * 1000:.1f} "
        f"ms, openpyxl {theirs * 1000:.0f} ms, 1/{theirs / ours:.0f}"
    )


def large() -> bytes:
    """Return a workbook of a sheet of 5,000 rows and 12 columns."""
    book, buffer = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("Sheet1")
    for row in range(5000):
        sheet.append([f"mục {row} cột {column}" if column % 2 else row for column in range(12)])
    book.save(buffer)
    return buffer.getvalue()


def wrong(row: int) -> Finding:
    """Return a finding for a cell in a row."""
    words = {"title": "B", "value": f"v{row}"}
    return Finding(
        "V03",
        Severity.ERROR,
        "not_listed",
        words,
        sheet="Sheet1",
        cells=(f"B{row}",),
        column="B",
        value=f"v{row}",
    )


if __name__ == "__main__":
    main()
