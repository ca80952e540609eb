"""Random returns of the round of reservoirs: values at and beyond bounds, fractions, negatives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random
from typing import Any

from pipeline.distribute.fill import Filler, named, placed
from pipeline.distribute.layout import FIRST_ROW
from tests.books import ROOT, issued, round_of

RESERVOIRS = ROOT / "tests" / "rounds" / "reservoirs"
ROUND = round_of(RESERVOIRS)
Row = dict[str, Any]

FRACTIONS: dict[str, Sequence[object]] = {
    "inflow": [0, 0.1, 0.2, 0.3, 10.5, 99_999.25, -0.1, None, "plenty"],
    "change": [3, -5, -2.25, -0.1, 0, 0.2, 7.5, -5.01, 7.51, None, "rising"],
    "correction": [-3, -1, 0, 2, -4, 1.5, None],
    "drift": [-40, 0, 12_345, -0.5, None],
    "debt": [-1_000_000.5, -0.5, 0, 0.5, None],
    "lowest": [-0.5, 0, 12.25, -0.51, None],
    "grade": [1, 5, 0, 6, 2.5, -3, None],
    "volume": [1, 1.5, 10.5, 0, 0.5, -1, None],
    "held": [0, 0.75, 100, -0.75, None],
    "lost": [-3, 0, 4, -4, 0.5, None],
}
"""Right and wrong values by column; right ones first."""
WHOLE = {
    key: [
        value
        for value in values
        if not isinstance(value, float) and not (isinstance(value, int) and value < 0)
    ]
    for key, values in FRACTIONS.items()
}
"""Those values that are whole numbers from 0."""


def workbook(number: int, values: dict[str, Sequence[object]]) -> bytes:
    """Return an issued workbook filled with random ``values``; equal for the same number."""
    chance = Random(number)
    agency = chance.choice(ROUND.in_scope).code
    balance = [_balance(values, chance) for _ in range(chance.choice([0, 1, 2, 4]))]
    tables = {
        "balance": balance,
        "releases": [_release(values, balance, chance) for _ in range(chance.randint(0, 3))],
        "stocks": [
            _drawn(values, ("held", "lost"), chance) for _ in ROUND.codelists["stocks"].codes
        ],
    }
    rows = {table: [named(ROUND, table, row) for row in listed] for table, listed in tables.items()}
    info = named(ROUND, "info", {"nil": chance.choice([None, None, "N", "Y"])})
    return Filler(issued(ROUND, agency)).fill(placed(ROUND, info, rows, _also(rows, chance)))


def _also(rows: dict[str, list[Row]], chance: Random) -> dict[str, dict[str, object]]:
    """Return, now and then, an entry that is in no list."""
    wrong = rows["balance"] and chance.random() < 0.1
    return {"Balance": {f"B{FIRST_ROW}": "Lake Nowhere"}} if wrong else {}


def _drawn(values: dict[str, Sequence[object]], keys: Sequence[str], chance: Random) -> Row:
    """Draw values of some columns, mostly right ones, which come first in their lists."""
    return {
        key: chance.choice(
            values[key][: len(values[key]) // 2 + 1] if chance.random() < 0.8 else values[key]
        )
        for key in keys
    }


def _place(chance: Random) -> Row:
    return {
        key: chance.choice(ROUND.codelists[codes].codes)
        for key, codes in (("quarter", "periods"), ("reservoir", "reservoirs"))
    }


def _balance(values: dict[str, Sequence[object]], chance: Random) -> Row:
    row = {
        **_place(chance),
        **_drawn(
            values, ("inflow", "change", "correction", "drift", "debt", "lowest", "grade"), chance
        ),
    }
    parts = [row[key] for key in ("inflow", "change") if isinstance(row[key], int | float)]
    return {
        **row,
        "net": chance.choice([None, sum(parts), sum(parts), round(sum(parts), 2), sum(parts) + 1]),
    }


def _release(values: dict[str, Sequence[object]], balance: Sequence[Row], chance: Random) -> Row:
    beside = chance.choice(balance) if balance and chance.random() < 0.7 else _place(chance)
    place = {key: beside[key] for key in ("quarter", "reservoir")}
    period = ROUND.codelists["periods"].by_code[place["quarter"]]
    day = chance.choice(
        [None, period.valid_from, period.valid_to, ROUND.end + dt.timedelta(days=1), ROUND.start]
    )
    return {
        **place,
        **_drawn(values, ("volume",), chance),
        "day": day,
        "remark": chance.choice([None, "r" * 20, "r" * 21]),
    }
