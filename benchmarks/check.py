"""Time the judging of 1,000,000 rows of one table, and bare pandera validation of the same rows.

The judging is all of ``judge``: typed frames from readings, every rule of rows and tables, findings
and verdicts, in batches as ``collect`` makes them. The bare validation has no rules: it coerces the
same columns from object dtype. Then a tenth of the rows is made wrong, in seven ways. Times are of
the processor. As other work on the machine disturbs, each is taken ``REPEATS`` times in turn and
the least counts. Usage: ``python benchmarks/check.py [ROWS]``; 1,000,000 unless given.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from pipeline.check.judge import judge
from pipeline.model import Reading, TableReading
from pipeline.stages.units import BATCH_ROWS
from schemas.codelists import forbidden
from schemas.columns import Column, Kind, State
from schemas.round.load import load_round
from schemas.round.round import Round

TABLE = "handlings"
A_RETURN = 500
"""Rows per return."""
BAD = 0.1
REPEATS = 3
Columns = dict[str, Any]
Readings = dict[int, Reading]


# --- rows -----------------------------------------------------------------------------------------


def right_rows(round_: Round, count: int, rng: np.random.Generator) -> Columns:
    """Return ``count`` right rows by column: positions in code lists, numbers, days, texts."""
    spec = round_.by_key[TABLE]
    unlawful = {
        (pair.first, pair.second)
        for pair in forbidden(round_.pairs["handling_allowed"], round_.start, round_.end)
    }
    subjects, handlings = (
        round_.codes_of(spec.by_key[key]).codes for key in ("subject", "handling")
    )
    lawful = np.array(
        [
            (s, h)
            for s, x in enumerate(subjects)
            for h, y in enumerate(handlings)
            if (x, y) not in unlawful
        ],
        dtype="int16",
    )
    pairs = lawful[rng.integers(0, len(lawful), count)]
    periods = round_.codelists["periods"].entries
    period = rng.integers(0, len(periods), count).astype("int16")
    first = np.array(
        [max(each.valid_from or round_.start, round_.settings.window.opening) for each in periods],
        dtype="datetime64[D]",
    )
    last = np.array([each.valid_to for each in periods], dtype="datetime64[D]")
    span = (last - first).astype(int)[period]
    days = first[period] + 1 + (rng.random(count) * (span - 1)).astype("timedelta64[D]")
    days[rng.random(count) < BAD] = np.datetime64("NaT", "D")
    rows: Columns = {
        "period": period,
        "subject": pairs[:, 0],
        "handling": pairs[:, 1],
        "decided_on": days,
    }
    for key in ("sector", "locality", "behaviour"):
        rows[key] = rng.integers(0, len(round_.codes_of(spec.by_key[key]).codes), count).astype(
            "int16"
        )
    rows |= {key: rng.integers(1, 50, count).astype("float64") for key in ("cases", "persons")}
    rows["severity"] = np.full(count, -1, dtype="int16")
    rows["decision_number"] = np.array(
        [f"{number}/QĐ-UBND" for number in range(count)], dtype=object
    )
    rows["note"] = np.where(rng.random(count) < BAD, None, np.array("Đã thi hành", dtype=object))
    return rows


@dataclass(frozen=True)
class Spoilt:
    """Rows with their cells' states; and, by position and column, the text of misread cells."""

    rows: Columns
    states: Columns
    found: dict[tuple[int, str], str]


def plain(round_: Round, rows: Columns) -> Spoilt:
    """Return the rows as read without any mistake."""
    states = {}
    for column in round_.by_key[TABLE].columns:
        states[column.key] = np.where(
            pd.isna(rows[column.key]) | _missing(column, rows[column.key]), State.BLANK, State.OK
        ).astype("uint8")
    return Spoilt(rows, states, {})


def _missing(column: Column, values: np.ndarray) -> np.ndarray:
    return values == -1 if column.kind is Kind.CODE else np.zeros(len(values), dtype=bool)


def with_mistakes(round_: Round, right: Spoilt, rng: np.random.Generator) -> Spoilt:
    """Make a tenth of the rows wrong; half of the misread texts occur in one cell only."""
    rows = {key: values.copy() for key, values in right.rows.items()}
    states, found = {key: values.copy() for key, values in right.states.items()}, {}
    count = len(rows["period"])
    bad = rng.permutation(count)[: int(count * BAD)]
    parts = np.array_split(bad, 7)
    for part, key, missing, state, text in (
        (parts[0], "persons", np.nan, State.NOT_NUMBER, "khoảng"),
        (parts[1], "sector", -1, State.NOT_LISTED, "Lĩnh vực"),
        (parts[2], "decided_on", np.datetime64("NaT", "D"), State.NOT_DATE, "ngày"),
    ):
        rows[key][part], states[key][part] = missing, state
        found |= {
            (int(at), key): f"{text} {at if number % 2 else ''}" for number, at in enumerate(part)
        }
    rows["cases"][parts[3]], states["cases"][parts[3]] = np.nan, State.BLANK
    rows["persons"][parts[4]] = 0
    rows["decided_on"][parts[5]], states["decided_on"][parts[5]] = (
        np.datetime64("2020-01-01"),
        State.OK,
    )
    unlawful = (
        round_.codelists["handlings"].codes.index("HBL"),
        round_.codelists["subjects"].codes.index("CC_LD"),
    )
    rows["handling"][parts[6]], rows["subject"][parts[6]] = unlawful
    return Spoilt(rows, states, found)


def batches(round_: Round, given: Spoilt) -> Iterator[Readings]:
    """Yield the rows as returns, in batches of the size that ``collect`` makes."""
    count, codes = (
        len(given.rows["period"]),
        [agency.code for agency in round_.in_scope if not agency.own_locality],
    )
    spec = round_.by_key[TABLE]
    letters = {key: chr(ord("A") + position) for position, key in enumerate(spec.keys)}
    texts: dict[int, dict[tuple[int, str], str]] = {}
    for (at, key), text in given.found.items():
        texts.setdefault(at // A_RETURN, {})[at % A_RETURN, key] = text
    batch: Readings = {}
    for number, start in enumerate(range(0, count, A_RETURN)):
        part = slice(start, start + A_RETURN)
        values, states = (
            {key: each[part] for key, each in side.items()} for side in (given.rows, given.states)
        )
        table = TableReading(
            spec.sheet,
            letters,
            np.arange(9, 9 + len(values["period"])),
            values,
            states,
            texts.get(number, {}),
        )
        batch[number] = Reading(agency=codes[number % len(codes)], tables={TABLE: table})
        if len(batch) * A_RETURN >= BATCH_ROWS:
            yield batch
            batch = {}
    if batch:
        yield batch


# --- the bare validation --------------------------------------------------------------------------

_DTYPES: dict[Kind, Any] = {
    Kind.COUNT: float,
    Kind.DECIMAL: float,
    Kind.DATE: "datetime64[ns]",
    Kind.TEXT: "str",
}


def bare_schema(round_: Round) -> pa.DataFrameSchema:
    """Return a schema of the columns' types alone."""
    columns = {}
    for column in round_.by_key[TABLE].columns:
        dtype = (
            pd.CategoricalDtype(round_.codes_of(column).codes)
            if column.kind is Kind.CODE
            else _DTYPES[column.kind]
        )
        columns[column.key] = pa.Column(dtype, nullable=True, coerce=True)
    return pa.DataFrameSchema(columns)


def as_objects(round_: Round, rows: Columns) -> pd.DataFrame:
    """Return the rows as any reader gives them: codes as text, numbers and days as objects."""
    shown = {}
    for column in round_.by_key[TABLE].columns:
        values = rows[column.key]
        if column.kind is Kind.CODE:
            values = np.array([*round_.codes_of(column).codes, None], dtype=object)[values]
        if column.kind is Kind.DATE:
            values = pd.Series(pd.to_datetime(values)).astype(object)
        shown[column.key] = pd.Series(values, dtype=object)
    return pd.DataFrame(shown)


# --- times ----------------------------------------------------------------------------------------


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """Return the processor seconds that the work took, and its result."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def judged(round_: Round, returns: list[Readings]) -> int:
    """Judge all batches; return the number of findings, without those for missing sheets."""
    return sum(
        len(listed)
        for batch in returns
        for listed in judge(batch, dict.fromkeys(batch, "a.xlsx"), round_).findings.values()
    )


def main() -> None:
    """Make rows, time the work, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    round_, rng = load_round("cv4874"), np.random.default_rng(4874)
    round_ = replace(
        round_,
        cross_rules=tuple(rule for rule in round_.cross_rules if rule.tables(round_) == (TABLE,)),
    )
    right = plain(round_, right_rows(round_, count, rng))
    wrong = with_mistakes(round_, right, rng)
    objects, schema = as_objects(round_, right.rows), bare_schema(round_)
    right_returns, wrong_returns = list(batches(round_, right)), list(batches(round_, wrong))
    work: dict[str, Callable[[], int]] = {
        "bare pandera, coercing from object": lambda: len(schema.validate(objects)),
        "all rules, no mistake": lambda: judged(round_, right_returns),
        f"all rules, {BAD:.0%} of the rows wrong": lambda: judged(round_, wrong_returns),
    }
    taken: dict[str, list[tuple[float, int]]] = {name: [] for name in work}
    for _ in range(REPEATS):
        for name, each in work.items():
            taken[name].append(timed(each))
    floor = min(taken["bare pandera, coercing from object"])[0]
    print(f"{count:,} rows of {TABLE}")
    for name, runs in taken.items():
        seconds, result = min(runs)
        findings = "" if name.startswith("bare") else f", {result:,} findings"
        print(
            f"{name}: {seconds:.2f} s, {count / seconds:,.0f} rows/s, {seconds / floor:.2f} × "
            f"bare{findings}"
        )


if __name__ == "__main__":
    main()
