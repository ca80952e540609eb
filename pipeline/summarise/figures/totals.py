"""Sums of a table's rows by group: what is given is added up, what nobody gave stays missing. Arrays in, a frame out.

Missing, nil and zero are three things: a sum is NaN where no row of its group gave the measure, and 0 where a row said 0 or where an
agency that belongs to the group confirmed that it has nothing to report.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from pipeline.summarise.figures.measures import Measure, apart_keys, collectives, part_of, rates, whole_of
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
    """The sums of each measure for the groups 0 to ``size`` - 1, one row per group: the columns are those of :meth:`Addends.by`."""
    return pd.DataFrame(Addends.of(rows, spec, round_).by(groups, size, nils))


@dataclass(frozen=True)
class Addends:
    """What rows have to be added up by whatever groups."""

    values: Mapping[str, Array]
    """What each row gives of each measure, and of the part and the whole of each rate where it gives both; NaN for nothing."""
    kinds: Mapping[str, Kind]
    rates: Sequence[Measure]
    given: Mapping[str, Array]
    """Which rows give each measure; of a rate both its part and its whole."""
    agency: Array
    agencies: int

    @classmethod
    def of(cls, rows: pd.DataFrame, spec: TableSpec, round_: Round) -> Addends:
        """Take the measures of a table's rows."""
        values = _values(rows, spec, round_)
        kinds = {column.key: column.kind for column in spec.measures}
        kinds |= {key: kinds[measure] for measure, key in apart_keys(round_, spec).items()}
        given = {key: ~np.isnan(each) for key, each in values.items()}
        every = rates(round_, spec, "")
        for rate in every:
            both = given[rate.key] = given[rate.part] & given[rate.whole]
            for term, key in ((part_of(rate.key), rate.part), (whole_of(rate.key), rate.whole)):
                values[term], kinds[term] = np.where(both, values[key], np.nan), kinds[key]
        agency, known = pd.factorize(rows["agency"])
        return cls(values, kinds, every, given, agency, max(len(known), 1))

    def by(self, groups: Array, size: int, nils: Array = NOWHERE) -> dict[str, Array]:
        """The sums for the groups 0 to ``size`` - 1; ``groups`` has each row's group, ``nils`` those of each nil return.

        ``rows``, ``nils``, each measure (float64, NaN where nobody gave it), then what is counted apart from persons, then each rate
        behind its part and whole, ``agencies``, and the agencies of each of these. A measure that counts persons leaves collectives
        out, and so do rates. A rate is made of the rows that give both its part and its whole; NaN where the whole is 0.
        """
        zeros = np.bincount(nils, minlength=size)
        sums: dict[str, Array] = {ROWS: np.bincount(groups, minlength=size), NILS: zeros}
        added = {key: _sum(values, self.kinds[key], groups, size, zeros) for key, values in self.values.items()}
        terms = {key for rate in self.rates for key in (part_of(rate.key), whole_of(rate.key))}
        sums |= {key: each for key, each in added.items() if key not in terms}
        for rate in self.rates:
            part, whole = added[part_of(rate.key)], added[whole_of(rate.key)]
            sums |= {part_of(rate.key): part, whole_of(rate.key): whole, rate.key: _ratio(part, whole)}
        return sums | self._agencies(groups, size, zeros)

    def _agencies(self, groups: Array, size: int, zeros: Array) -> dict[str, Array]:
        """How many agencies gave any measure in each group, and how many gave each; of a table without measures those that have rows."""
        pairs, place = np.unique(groups * self.agencies + self.agency, return_inverse=True)
        group = pairs // self.agencies

        def distinct(gave: Array) -> Array:
            """The agencies of each group among the rows that gave something."""
            seen = np.zeros(len(pairs), dtype=bool)
            seen[place[gave]] = True
            return np.bincount(group[seen], minlength=size) + zeros

        anything = np.logical_or.reduce(list(self.given.values())) if self.given else np.ones(len(groups), dtype=bool)
        return {AGENCIES: distinct(anything), **{agencies_of(key): distinct(gave) for key, gave in self.given.items()}}


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
