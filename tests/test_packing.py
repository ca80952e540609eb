"""Readings travel between processes unchanged and in few pieces."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest

from pipeline.collect import worker
from pipeline.model import TableReading
from schemas.round.round import Round
from tests.readings import reading
from tests.rows import PROVINCE, RIGHT, M


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return set(one) == set(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and bool(
            np.array_equal(one, other, equal_nan=one.dtype.kind in "fM")
        )
    return bool(one == other)


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_a_table_reading_comes_as_it_went(round_: Round, rows: int) -> None:
    sent = reading(round_, PROVINCE, **{**RIGHT, "manifestations": [M] * rows}).tables
    got = pickle.loads(pickle.dumps(sent))  # noqa: S301 our own bytes
    assert list(got) == list(sent)
    for key, table in sent.items():
        wrong = [
            each.name
            for each in dataclasses.fields(TableReading)
            if not same(getattr(table, each.name), getattr(got[key], each.name))
        ]
        assert not wrong


def test_workers_send_arrays_of_one_type_as_one(round_: Round) -> None:
    """Sent one by one, the arrays of a table name numpy's function for each of them."""
    assert worker.TableReading is TableReading
    sent = pickle.dumps(reading(round_, PROVINCE, **RIGHT).tables["manifestations"])
    assert b"pipeline.collect.packing" in sent
    assert b"numpy" not in sent
