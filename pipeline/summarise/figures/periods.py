"""Periods: how long each is, so that short and long ones can be compared by the month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from pipeline.summarise.figures.dimensions import Dimension, dimensions
from schemas.columns import TableSpec
from schemas.round.round import Round

MONTH = 30.4375
"""Days of an average month."""
_SHORT = 0.75
"""A period shorter than this part of the longest is marked as such."""


def days(by: Dimension) -> list[int]:
    """Days of each entry inside the round's window, 0 for one that is no stretch of time."""
    stretches = [(entry.valid_from, entry.valid_to) for entry in by.entries]
    return [
        ((last - first) + dt.timedelta(days=1)).days if first and last else 0
        for first, last in stretches
    ]


def is_time(spec: TableSpec, by: Dimension) -> bool:
    """Whether the entries of a dimension are the round's periods."""
    return by.owner is None and spec.has(by.column) and spec.by_key[by.column].codes == "periods"


def time_of(round_: Round, spec: TableSpec) -> Dimension | None:
    """The dimension of a table that tells its periods, if it has one."""
    return next((by for by in dimensions(round_, spec).values() if is_time(spec, by)), None)


def shorter(lengths: Sequence[int]) -> list[int]:
    """The positions of the periods that are much shorter than the longest."""
    return [at for at, length in enumerate(lengths) if length < _SHORT * max(lengths)]
