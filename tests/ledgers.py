"""Write ledgers of invented rounds of any size without workbooks, for tests and benchmarks."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline import run
from pipeline.home import Home
from pipeline.model import Reading, Received, TableReading, Verdict
from pipeline.store import JudgedSubmission
from schemas.columns import Kind, TableSpec
from schemas.round.round import Round
from tests.consolidations import random_rows

TABLE, TEXT = "manifestations", "task"
"""The largest table and its column of phrases."""
PHRASES = 3_000
"""The number of different texts in it: offices describe the same work in the same words."""
WRITTEN = 0.7
"""The share of its rows that have a text."""
OTHERS = 100
"""The other tables have so many times fewer rows."""


def frame(
    round_: Round, spec: TableSpec, numbers: dict[str, int], count: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Return random typed rows of a table, as the ledger takes them."""
    rows = random_rows(round_, spec, list(numbers), count, rng)
    if spec.key == TABLE:
        phrases = np.array(
            [
                f"Công việc thứ {n}: chậm trình hồ sơ giải phóng mặt bằng của dự án số {n % 97}"
                for n in range(PHRASES)
            ],
            dtype=object,
        )
        rows[TEXT] = np.where(rng.random(count) < WRITTEN, rng.choice(phrases, count), None)
    for column in spec.columns:
        if column.is_number:
            rows[column.key] = rows[column.key].astype("float64")
        elif column.kind is Kind.DATE:
            rows[column.key] = pd.to_datetime(rows[column.key])
        elif column.kind is Kind.CODE:
            rows[column.key] = pd.Categorical(rows[column.key], round_.codes_of(column).codes)
    rows = rows.assign(submission=rows["agency"].map(numbers), has_error=False).sort_values(
        "submission", kind="stable"
    )
    return rows.assign(row=rows.groupby("submission").cumcount() + 9)


def write_ledger(home: Home, round_: Round, count: int) -> None:
    """Write a round with an accepted return per agency; ``count`` rows in the largest table."""
    rng, hashes = (
        np.random.default_rng(1),
        {a.code: hashlib.sha256(a.code.encode()).hexdigest() for a in round_.in_scope},
    )
    when = dt.datetime.combine(round_.deadline, dt.time(9), round_.timezone) - dt.timedelta(days=3)
    nothing: dict[str, np.ndarray[Any, Any]] = {}
    tables = {
        spec.key: TableReading(spec.sheet, {}, np.zeros(0), nothing, nothing)
        for spec in round_.row_tables
    }
    with run.open_ledger(home, round_) as ledger, ledger.transaction():
        ledger.register(
            [
                Received(Path(code), f"{code}.xlsx", sha256, 20_000, when, "mtime")
                for code, sha256 in hashes.items()
            ]
        )
        numbers = dict(zip(hashes, ledger.numbers(hashes.values()), strict=True))
        frames = {
            s.key: frame(round_, s, numbers, count if s.key == TABLE else count // OTHERS, rng)
            for s in round_.row_tables
        }
        judged = [
            JudgedSubmission(
                n, Reading(c, "stamp", tables=tables), Verdict.ACCEPTED, (), "", nil=False
            )
            for c, n in numbers.items()
        ]
        ledger.write(judged, {**frames, round_.info.key: pd.DataFrame()})
