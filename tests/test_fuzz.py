"""Damaged by chance, a workbook is read as it was or has findings; it never stops a run."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests import fuzz
from tests.often import times


def test_the_seeds_are_right(tmp_path: Path) -> None:
    readings = dict(
        zip(fuzz.seeds(), fuzz.read_all(list(fuzz.seeds().values()), tmp_path), strict=True)
    )
    assert {kind: reading.agency for kind, reading in readings.items()} == {
        "xlsx": "NOR",
        "issued": "NOR",
        "xls": "NOR",
        "ods": "NOR",
        "xlsb": "",
    }
    assert (
        fuzz.content(readings["xls"])
        == fuzz.content(readings["ods"])
        == fuzz.content(readings["xlsx"])
    )


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.slow] if seed else []) for seed in times(2, 4)]
)
def test_mutants(seed: int, tmp_path: Path) -> None:
    made = list(fuzz.mutants(1000 if seed else 300, random.Random(seed)))
    outcomes, wrong = fuzz.judged(made, tmp_path)
    assert [(each.kind, each.how, each.data[:200]) for each in wrong] == []
    assert outcomes.total() == len(made)
    assert sum(count for outcome, count in outcomes.items() if outcome.endswith("same")) > 10
    assert sum(count for outcome, count in outcomes.items() if outcome.endswith("findings")) > 10
