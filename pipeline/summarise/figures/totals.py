"""Sums of a table's rows by group: what is given is added up, what nobody gave stays missing. Arrays in, a frame out.

Missing, nil and zero are three things: a sum is NaN where no row of its group gave the measure, and 0 where a row said 0 or where an
agency that belongs to the group confirmed that it has nothing to report.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from pipeline.summarise.figures.measures import apart_keys, collectives, part_of, rates, whole_of
from schemas.columns import Kind, TableSpec
from schemas.round.round import Round

ROWS, AGENCIES, NILS = "rows", "agencies", "nils"
"""Columns beside the measures: the rows of a group, the agencies that gave any measure in it, and those of them that confirmed a nil."""
DECIMALS = 6
"""Decimals of sums: more than any amount is reported with, fewer than floating point blurs."""
MOST_WHOLE = 2**53
"""From here on a number isn't known to be whole."""

Array = np.ndarray[Any, Any]
NOWHERE: Array = np.zeros(0, dtype="int64")
"""The groups of no nil return."""


def agencies_of(key: str) -> str:
    """The column with the number of agencies that gave a measure (of a rate: both its part and its whole)."""
    return f"{AGENCIES}_{key}"


def totals(rows: pd.DataFrame, spec: TableSpec, round_: Round, groups: Array, size: int, nils: Array = NOWHERE) -> pd.DataFrame:
    """The sums of each measure for the groups 0 to ``size`` - 1; ``groups`` has each row's group, ``nils`` those of each nil return.

    Columns, one row per group: ``rows``, ``nils``, each measure (float64, NaN where nobody gave it), then what is counted apart from
    persons, then each rate with its part and whole, ``agencies``, and the agencies of each of these. A measure that counts persons
    leaves collectives out, and so do rates. A rate is made of the rows that give both its part and its whole; NaN where the whole is 0.
    """
    values = _values(rows, spec, round_)
    kinds = {column.key: column.kind for column in spec.measures}
    kinds |= {key: kinds[measure] for measure, key in apart_keys(round_, spec).items()}
    zeros = np.bincount(nils, minlength=size)
    sums: dict[str, Array] = {ROWS: np.bincount(groups, minlength=size), NILS: zeros}
    sums |= {key: _sum(values[key], kinds[key], groups, size, zeros) for key in values}
    given = {key: ~np.isnan(each) for key, each in values.items()}
    for rate in rates(round_, spec, ""):
        both = given[rate.key] = given[rate.part] & given[rate.whole]
        part, whole = (_sum(np.where(both, values[key], np.nan), kinds[key], groups, size, zeros) for key in (rate.part, rate.whole))
        sums |= {part_of(rate.key): part, whole_of(rate.key): whole, rate.key: _ratio(part, whole)}
    return pd.DataFrame(sums | _agencies(rows, given, groups, size, zeros))


def _values(rows: pd.DataFrame, spec: TableSpec, round_: Round) -> dict[str, Array]:
    """What each row gives of each measure, NaN for nothing: persons without collectives, and collectives apart."""
    found = {column.key: rows[column.key].to_numpy(dtype="float64", na_value=np.nan) for column in spec.measures}
    apart = collectives(round_, spec)
    if apart is None:
        return found
    is_apart = (rows[apart.column] == apart.code).to_numpy()
    keys = apart_keys(round_, spec)
    held = {key: np.where(is_apart, found[measure], np.nan) for measure, key in keys.items()}
    return found | {measure: np.where(is_apart, np.nan, found[measure]) for measure in keys} | held


def _sum(values: Array, kind: Kind, groups: Array, size: int, zeros: Array) -> Array:
    """NaN for a group in which no row has a value and no nil return says 0."""
    given = ~np.isnan(values)
    add = _whole_sums if kind is Kind.COUNT else _exact_sums
    known = np.bincount(groups[given], minlength=size) + zeros
    return np.where(known > 0, add(values[given], groups[given], size), np.nan)


def _whole_sums(values: Array, groups: Array, size: int) -> Array:
    return np.bincount(groups, weights=values, minlength=size)


def _exact_sums(values: Array, groups: Array, size: int) -> Array:
    """Sums without the noise of floating point, whatever the order of the rows."""
    order = np.argsort(groups, kind="stable")
    ends = np.searchsorted(groups[order], np.arange(size + 1))
    numbers = values[order].tolist()
    sums = [math.fsum(numbers[first:last]) for first, last in pairwise(ends)]
    return np.array([round(amount, DECIMALS) for amount in sums])


def _ratio(part: Array, whole: Array) -> Array:
    """Rounded to ``DECIMALS``; NaN where there is nothing to divide by."""
    return rounded(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole != 0))  # type: ignore[no-any-return]


def rounded(quotient: Any) -> Any:
    """A positive quotient, or many, with ``DECIMALS``; halves go up, as in spreadsheets."""
    return np.floor(quotient * 10**DECIMALS + 0.5) / 10**DECIMALS


def _agencies(rows: pd.DataFrame, given: Mapping[str, Array], groups: Array, size: int, zeros: Array) -> dict[str, Array]:
    """How many agencies gave any measure in each group, and how many gave each; of a table without measures those that have rows."""
    agency, known = pd.factorize(rows["agency"])
    count = max(len(known), 1)
    pairs, place = np.unique(groups * count + agency, return_inverse=True)
    group = pairs // count

    def distinct(gave: Array) -> Array:
        """The agencies of each group among the rows that gave something."""
        seen = np.zeros(len(pairs), dtype=bool)
        seen[place[gave]] = True
        return np.bincount(group[seen], minlength=size) + zeros

    anything = np.logical_or.reduce(list(given.values())) if given else np.ones(len(rows), dtype=bool)
    return {AGENCIES: distinct(anything), **{agencies_of(key): distinct(gave) for key, gave in given.items()}}
