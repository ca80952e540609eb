"""The numbers: sums by one dimension or by two. Frames in, frames out.

Everything that shows a figure, on screen or in a workbook, takes it from here, so that they can't disagree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import UsageError
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import Dimension, dimension, dimensions
from pipeline.summarise.figures.measures import COLLECTIVES, Measure, collectives, rates
from pipeline.summarise.figures.periods import MONTH, days, is_time
from schemas.columns import Kind, TableSpec
from schemas.round.round import Round

ROWS, AGENCIES = "rows", "agencies"
"""Columns beside the measures: how many rows a figure adds up, and how many agencies have rows in it."""
DECIMALS = 6
"""Decimals of sums: more than any amount is reported with, fewer than floating point blurs."""

Array = np.ndarray[Any, Any]
Where = Sequence[tuple[str, str]]


def figures(consolidation: Consolidation, by: str, table: str, where: Where = (), lang: str = "vi") -> pd.DataFrame:
    """The measures of ``table`` by dimension ``by``: one row an entry that has rows, in the order of its list; no total row.

    Columns: the dimension (code; empty for rows without an entry), ``name``, each measure, ``collectives`` where the table tells
    them apart, ``agencies`` (distinct agencies with rows). ``where`` keeps the rows with these codes of any dimensions.
    Raises UsageError for a table, dimension or code that doesn't exist.
    """
    spec = table_spec(consolidation.round_, table)
    counted = dimension(consolidation.round_, spec, by, lang)
    rows = select(consolidation, spec, where)
    found = by_entry(rows, spec, counted, consolidation.round_)
    found.insert(0, by, list(counted.codes))
    found.insert(1, "name", list(counted.names))
    apart = [rate.key for rate in rates(consolidation.round_, spec, lang)]
    return found[found[ROWS] > 0].drop(columns=[ROWS, *apart]).reset_index(drop=True)


def by_entry(rows: pd.DataFrame, spec: TableSpec, by: Dimension, round_: Round) -> pd.DataFrame:
    """``rows``, measures, ``collectives``, rates and ``agencies``, one row a position of the dimension."""
    return _with_agencies(rows, spec, round_, by.positions(rows), by.size)


def whole(rows: pd.DataFrame, spec: TableSpec, round_: Round) -> Mapping[str, int | float]:
    """The same of all rows together."""
    one = _with_agencies(rows, spec, round_, np.zeros(len(rows), dtype="int64"), 1)
    return {str(key): one[key].iloc[0].item() for key in one}


def _with_agencies(rows: pd.DataFrame, spec: TableSpec, round_: Round, groups: Array, size: int) -> pd.DataFrame:
    return totals(rows, spec, round_, groups, size).assign(**{AGENCIES: _distinct_agencies(rows, groups, size)})


def table_spec(round_: Round, table: str) -> TableSpec:
    """A table of rows by key.

    Raises UsageError where the round has none of that key.
    """
    known = {spec.key: spec for spec in round_.row_tables}
    if table not in known:
        raise UsageError("no_such_table", table=table, known=", ".join(known))
    return known[table]


def select(consolidation: Consolidation, spec: TableSpec, where: Where = ()) -> pd.DataFrame:
    """The rows of a table that have all these codes of dimensions."""
    rows = consolidation.tables[spec.key]
    chosen = np.ones(len(rows), dtype=bool)
    for key, code in where:
        by = dimension(consolidation.round_, spec, key)
        chosen &= by.positions(rows) == by.position(code)
    return rows if chosen.all() else rows[chosen]


def totals(rows: pd.DataFrame, spec: TableSpec, round_: Round, groups: Array, size: int) -> pd.DataFrame:
    """``rows``, the sum of each measure and the rates for the groups 0 to ``size`` - 1; ``groups`` has each row's group.

    The measure that counts persons leaves collectives out, and so do rates; ``collectives`` holds them. A blank adds nothing.
    A rate is NaN where its whole is 0.
    """
    sums = {ROWS: np.bincount(groups, minlength=size)}
    apart = collectives(round_, spec)
    for column in spec.measures:
        values = rows[column.key].to_numpy(dtype="float64", na_value=np.nan)
        if apart and column.key == apart.measure:
            is_apart = (rows[apart.column] == apart.code).to_numpy()
            together = np.where(is_apart, values, np.nan)
            values = np.where(is_apart, np.nan, values)
        sums[column.key] = _sum(values, column.kind, groups, size)
    if apart:
        sums[COLLECTIVES] = _sum(together, spec.by_key[apart.measure].kind, groups, size)
    return pd.DataFrame(sums | _rates(rows, spec, round_, groups, size))


def _rates(rows: pd.DataFrame, spec: TableSpec, round_: Round, groups: Array, size: int) -> dict[str, Array]:
    declared, apart = rates(round_, spec, ""), collectives(round_, spec)
    kept = (rows[apart.column] != apart.code).to_numpy() if apart else np.ones(len(rows), dtype=bool)

    def added(key: str) -> Array:
        values = np.where(kept, rows[key].to_numpy(dtype="float64", na_value=np.nan), np.nan)
        return _sum(values, spec.by_key[key].kind, groups, size).astype("float64")

    sums = {key: added(key) for rate in declared for key in (rate.part, rate.whole)}
    return {rate.key: _ratio(sums[rate.part], sums[rate.whole]) for rate in declared}


def _ratio(part: Array, whole: Array) -> Array:
    """Rounded to ``DECIMALS``; NaN where there is nothing to divide by."""
    return rounded(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole != 0))  # type: ignore[no-any-return]


def rounded(quotient: Any) -> Any:
    """A positive quotient, or many, with ``DECIMALS``; halves go up, as in spreadsheets."""
    return np.floor(quotient * 10**DECIMALS + 0.5) / 10**DECIMALS


def _distinct_agencies(rows: pd.DataFrame, groups: Array, size: int) -> Array:
    """How many agencies have rows in each group."""
    agency, known = pd.factorize(rows["agency"])
    pairs = np.unique(groups * max(len(known), 1) + agency)
    return np.bincount(pairs // max(len(known), 1), minlength=size)


def _sum(values: Array, kind: Kind, groups: Array, size: int) -> Array:
    given = ~np.isnan(values)
    add = _whole_sums if kind is Kind.COUNT else _exact_sums
    return _tidy(add(values[given], groups[given], size))


def _whole_sums(values: Array, groups: Array, size: int) -> Array:
    return np.bincount(groups, weights=values, minlength=size)


def _exact_sums(values: Array, groups: Array, size: int) -> Array:
    """Sums without the noise of floating point, whatever the order of the rows."""
    order = np.argsort(groups, kind="stable")
    ends = np.searchsorted(groups[order], np.arange(size + 1))
    numbers = values[order].tolist()
    sums = [math.fsum(numbers[first:last]) for first, last in pairwise(ends)]
    return np.array([round(amount, DECIMALS) for amount in sums])


def _tidy(sums: Array) -> Array:
    """Whole numbers as integers, as long as they fit."""
    whole = bool((sums == np.rint(sums)).all()) and bool((np.abs(sums) < 2**53).all())
    return sums.astype("int64") if whole else sums


@dataclass(frozen=True)
class Crossing:
    """Sums by two dimensions with their totals.

    ``values``: by measure (and ``rows``), an array of ``down.size`` + 1 by ``across.size`` + 1: positions of the two
    dimensions, the total last.
    """

    spec: TableSpec
    down: Dimension
    across: Dimension
    values: Mapping[str, Array]

    @property
    def across_used(self) -> list[int]:
        """Positions across that are shown: all entries, the place for none only where it has rows."""
        return used(self.across, self.values[ROWS][-1, :-1])

    @property
    def down_used(self) -> list[int]:
        """Positions down that are shown, as ``across_used``."""
        return used(self.down, self.values[ROWS][:-1, -1])


def used(by: Dimension, rows: Array) -> list[int]:
    """The positions of a dimension that are shown: all entries, the place for none only where it has rows."""
    return [at for at in range(by.size) if at < by.size - 1 or rows[at]]


def cross(consolidation: Consolidation, spec: TableSpec, down: Dimension, across: Dimension) -> Crossing:
    """The measures of a table by two dimensions and the agencies with rows, each total reckoned from the rows themselves."""
    rows = consolidation.tables[spec.key]
    first, second, nothing = down.positions(rows), across.positions(rows), np.zeros(len(rows), dtype="int64")

    def sums(one: Array, ones: int, other: Array, others: int) -> dict[str, Array]:
        frame = _with_agencies(rows, spec, consolidation.round_, one * others + other, ones * others)
        return {str(key): frame[key].to_numpy().reshape(ones, others) for key in frame}

    cells, right = sums(first, down.size, second, across.size), sums(first, down.size, nothing, 1)
    below, corner = sums(nothing, 1, second, across.size), sums(nothing, 1, nothing, 1)
    values = {key: np.block([[cells[key], right[key]], [below[key], corner[key]]]) for key in cells}
    return Crossing(spec, down, across, values)


def monthly(crossing: Crossing, averages: Sequence[Measure]) -> Crossing:
    """The crossing with averages of a month, where one of its dimensions is the periods: a sum divided by the months it is of.

    A total is divided by the months of all periods; NaN where rows have no period.
    """
    lengths, along = month_days(crossing)
    if lengths is None:
        return crossing
    months = np.where(lengths > 0, lengths / MONTH, np.nan)
    months = months[:, None] if along == 0 else months[None, :]
    return replace(crossing, values={**crossing.values, **{each.key: rounded(crossing.values[each.spread] / months) for each in averages}})


def month_days(crossing: Crossing) -> tuple[Array | None, int]:
    """Days of each position of the dimension that is the periods, the total last, and its axis (0 down, 1 across); none without one."""
    for axis, by in enumerate((crossing.down, crossing.across)):
        if is_time(crossing.spec, by):
            lengths = days(by)
            return np.array([*lengths, 0, sum(lengths)]), axis
    return None, 0


def table_with(round_: Round, *keys: str) -> TableSpec | None:
    """The table that counts by all these dimensions: the round's default one if it can, else the first that can."""
    default = round_.by_key[round_.settings.figures.default_table]
    able = [spec for spec in (default, *round_.row_tables) if spec.measures and set(keys) <= set(dimensions(round_, spec))]
    return able[0] if able else None
