"""How long a marked copy takes, beside openpyxl loading and saving the same file. Run: python benchmarks/feedback.py."""

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
from pipeline.collect.intake import archived
from pipeline.feedback.listing import Heading
from pipeline.feedback.workbook import Marking, marked_copy
from pipeline.home import Home
from pipeline.model import Verdict
from schemas.round import load_round


def seconds(work: Callable[[], object], times: int) -> float:
    """The median time of some runs."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def saved_by_openpyxl(whole: bytes) -> None:
    """What a marked copy would cost with openpyxl, before anything is marked."""
    openpyxl.load_workbook(io.BytesIO(whole)).save(io.BytesIO())


def main() -> None:
    """Print both times and their ratio for the return with the most errors of an invented round."""
    round_ = load_round()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        run.demo(home, round_)
        with run.open_ledger(home, round_) as ledger:
            known = run.submissions_of(ledger)
            row = known[known["verdict"] == Verdict.TO_CORRECT].sort_values("errors").iloc[-1]
            findings = ledger.findings([int(row["submission"])])
        whole = archived(home.archive, row["sha256"]).read_bytes()
    marking = Marking(findings, Heading("", ()), round_.sheets["feedback"])
    ours, theirs = seconds(lambda: marked_copy(whole, marking), 20), seconds(lambda: saved_by_openpyxl(whole), 5)
    print(
        f"{len(whole) / 1024:.0f} KB, {len(findings)} findings: marked copy {ours * 1000:.1f} ms, openpyxl {theirs * 1000:.0f} ms, 1/{theirs / ours:.0f}"
    )


if __name__ == "__main__":
    main()
