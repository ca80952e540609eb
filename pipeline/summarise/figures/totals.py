"""Sums of a table's rows by group: arrays in, a frame out.

Missing, nil and zero are three things: a sum is NaN where no row of its group gave the measure, and
0 where a row said 0 or where an agency that belongs to the group confirmed that it has nothing to
report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from pipeline.summarise.figures.measures import (
    Rate,
    apart_keys,
    collectives,
    rates,
)
from pipeline.summarise.figures.rounding import rounded
from pipeline.summarise.figures.sums import Array, GroupSums, group_sums
from schemas.columns import Kind, TableSpec
from schemas.round.round import Round

ROWS, AGENCIES, NILS = "rows", "agencies", "nils"
"""Columns beside the measures.

The rows of a group, the agencies that gave any measure in it, and those of them that confirmed a
nil.
"""
AT_ONCE = 200_000
"""Rows that are added up at one time."""

NOWHERE: Array = np.zeros(0, dtype="int64")
"""The groups of no nil return."""


def agencies_of(key: str) -> str:
    """The column that counts the agencies that gave a measure; of a rate, both part and whole."""
    return f"{AGENCIES}_{key}"


def totals(
    rows: pd.DataFrame,
    spec: TableSpec,
    round_: Round,
    groups: Array,
    size: int,
    nils: Array = NOWHERE,
) -> pd.DataFrame:
    """The sums for the groups 0 to ``size`` - 1, a row per group, columns as :meth:`Addends.by`."""
    return pd.DataFrame(Addends.of(rows, spec, round_).by(groups, size, nils))


@dataclass(frozen=True)
class Addends:
    """What rows have to be added up by whatever groups."""

    values: Mapping[str, Array]
    """What each row says of each measure; NaN for nothing."""
    among: Mapping[str, Array]
    """Which rows may give a measure: persons and collectives have each their own rows."""
    kinds: Mapping[str, Kind]
    rates: Sequence[Rate]
    agency: Array
    agencies: int

    @classmethod
    def of(cls, rows: pd.DataFrame, spec: TableSpec, round_: Round) -> Addends:
        """Take the measures of a table's rows."""
        kinds = {column.key: column.kind for column in spec.measures}
        kinds |= {key: kinds[measure] for measure, key in apart_keys(round_, spec).items()}
        agency, known = pd.factorize(rows["agency"])
        return cls(
            *_values(rows, spec, round_),
            kinds,
            rates(round_, spec),
            agency.astype("int32"),
            max(len(known), 1),
        )

    def by(self, groups: Array, size: int, nils: Array = NOWHERE) -> dict[str, Array]:
        """The sums for the groups 0 to ``size`` - 1, by column.

        ``groups`` has each row's group, ``nils`` the group of each nil return.

        ``rows``, ``nils``, each measure (float64, NaN where nobody gave it), then what is counted
        apart from persons, then each rate behind its part and whole, ``agencies``, and the agencies
        of each of these. A measure that counts persons leaves collectives out, and so do rates. A
        rate is made of the rows that give both its part and its whole; NaN where the whole is 0.
        """
        return self.added(groups, size).told(nils)

    def added(self, groups: Array, size: int) -> GroupFigures:
        """The same before it is told, so that it can be added to that of other agencies' rows."""
        given = {
            key: ~np.isnan(each) & self.among.get(key, True) for key, each in self.values.items()
        }
        sums = {
            key: group_sums(each, given[key], self.kinds[key], groups, size)
            for key, each in self.values.items()
        }
        for rate in self.rates:
            both = given[rate.key] = given[rate.part] & given[rate.whole]
            for term, key in rate.terms.values():
                sums[term] = group_sums(self.values[key], both, self.kinds[key], groups, size)
        return GroupFigures(
            np.bincount(groups, minlength=size),
            sums,
            self._agencies(given, groups, size),
            self.rates,
        )

    def _agencies(self, given: Mapping[str, Array], groups: Array, size: int) -> dict[str, Array]:
        """How many agencies gave any measure in each group, and how many gave each.

        Of a table without measures: how many have rows.
        """
        pairs, place = np.unique(groups * self.agencies + self.agency, return_inverse=True)
        group = pairs // self.agencies

        def distinct(gave: Array) -> Array:
            """The agencies of each group among the rows that gave something."""
            seen = np.zeros(len(pairs), dtype=bool)
            seen[place[gave]] = True
            return np.bincount(group[seen], minlength=size)

        anything = (
            np.logical_or.reduce(list(given.values()))
            if given
            else np.ones(len(groups), dtype=bool)
        )
        return {
            AGENCIES: distinct(anything),
            **{agencies_of(key): distinct(gave) for key, gave in given.items()},
        }


@dataclass(frozen=True)
class RowParts:
    """Rows of a table that are added up in parts, so that memory doesn't grow with them."""

    rows: pd.DataFrame
    parts: Sequence[tuple[slice, Addends]]

    @classmethod
    def of(cls, rows: pd.DataFrame, spec: TableSpec, round_: Round) -> RowParts:
        """Cut them where there are enough, the rows of an agency together."""
        return cls(rows, [(at, Addends.of(rows.iloc[at], spec, round_)) for at in _cut(rows)])

    def added(
        self, groupings: Callable[[pd.DataFrame], Sequence[tuple[Array, int]]]
    ) -> list[GroupFigures]:
        """Add them up by each grouping that ``groupings`` gives for a part's rows."""
        parts = (
            [addends.added(*each) for each in groupings(self.rows.iloc[at])]
            for at, addends in self.parts
        )
        return reduce(
            lambda some, more: [one + other for one, other in zip(some, more, strict=True)], parts
        )


def _cut(rows: pd.DataFrame) -> list[slice]:
    """Cut rows into parts of about ``AT_ONCE``, the rows of an agency together.

    One part if the rows of some agency don't stand together.
    """
    if len(rows) <= AT_ONCE:
        return [slice(None)]
    agency, known = pd.factorize(rows["agency"])
    firsts = np.flatnonzero(np.diff(agency, prepend=-1))
    if len(firsts) != len(known):
        return [slice(None)]
    cuts = [
        0,
        *dict.fromkeys(
            firsts[np.searchsorted(firsts, range(AT_ONCE, firsts[-1] + 1, AT_ONCE))].tolist()
        ),
        len(rows),
    ]
    return [slice(first, last) for first, last in pairwise(cuts)]


def _values(
    rows: pd.DataFrame, spec: TableSpec, round_: Round
) -> tuple[dict[str, Array], dict[str, Array]]:
    """What rows say of each measure, and which rows may give it."""
    found = {column.key: _numbers(rows[column.key]) for column in spec.measures}
    apart = collectives(round_, spec)
    if apart is None:
        return found, {}
    is_apart = (rows[apart.column] == apart.code).to_numpy()
    keys = apart_keys(round_, spec)
    among = {**dict.fromkeys(keys, ~is_apart), **dict.fromkeys(keys.values(), is_apart)}
    return found | {key: found[measure] for measure, key in keys.items()}, among


def _numbers(values: pd.Series[Any]) -> Array:
    """The numbers of a column, without a copy if it holds floats already."""
    return (
        values.to_numpy()
        if values.dtype == "float64"
        else values.to_numpy(dtype="float64", na_value=np.nan)
    )


@dataclass(frozen=True)
class GroupFigures:
    """What rows add up to by group; figures of other agencies' rows can be added to it."""

    rows: Array
    sums: Mapping[str, GroupSums]
    agencies: Mapping[str, Array]
    rates: Sequence[Rate]

    def __add__(self, other: GroupFigures) -> GroupFigures:
        sums = {key: each + other.sums[key] for key, each in self.sums.items()}
        agencies = {key: each + other.agencies[key] for key, each in self.agencies.items()}
        return GroupFigures(self.rows + other.rows, sums, agencies, self.rates)

    def told(self, nils: Array = NOWHERE) -> dict[str, Array]:
        """What :meth:`Addends.by` gives."""
        zeros = np.bincount(nils, minlength=len(self.rows))
        added = {key: each.told(zeros) for key, each in self.sums.items()}
        terms = {key for rate in self.rates for key in (rate.part_key, rate.whole_key)}
        told: dict[str, Array] = {
            ROWS: self.rows,
            NILS: zeros,
            **{key: each for key, each in added.items() if key not in terms},
        }
        for rate in self.rates:
            part, whole = added[rate.part_key], added[rate.whole_key]
            told |= {
                rate.part_key: part,
                rate.whole_key: whole,
                rate.key: _ratio(part, whole),
            }
        return told | {key: each + zeros for key, each in self.agencies.items()}


def _ratio(part: Array, whole: Array) -> Array:
    """Rounded to ``DECIMALS``; NaN where there is nothing to divide by."""
    nothing = np.full(len(part), np.nan)
    ratio: Array = rounded(np.divide(part, whole, out=nothing, where=whole != 0))
    return ratio
