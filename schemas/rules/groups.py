"""Groups of rows of two tables, which rules between them compare."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.columns import DECIMALS
from schemas.rules import formula as x
from schemas.rules.base import ColumnKey, CrossRule, Words, titles
from schemas.rules.facts import Facts
from schemas.rules.names import Name, What, columns

if TYPE_CHECKING:
    import pandas as pd

MISSING = -1
"""The group number of a row that lacks a code of the group."""
GROUP, PART = "__group", "__part"
"""Columns for the number of a group and of a part of it. A declared column may be called "group",
but none begins with an underscore."""


def groups(frame: pd.DataFrame, keys: Sequence[str]) -> np.ndarray[Any, Any]:
    """One number per row for its submission and codes of ``keys``; ``MISSING`` if it lacks a code.

    Grouping and comparing numbers is many times faster than several columns. The numbers agree
    between tables whose columns ``keys`` have the same code lists.
    Raises ``OverflowError`` if the codes have more combinations than 64 bits can number.
    """
    sizes = [len(frame[key].cat.categories) for key in keys]
    submissions = int(frame["submission"].max()) + 1 if len(frame) else 1
    if math.prod([submissions, *sizes]) > np.iinfo("int64").max:
        raise OverflowError(f"{sizes} codes")
    numbers: np.ndarray[Any, Any] = frame["submission"].to_numpy()
    missing = np.zeros(len(frame), dtype=bool)
    for codes in (frame[key].cat for key in keys):
        numbers = numbers * len(codes.categories) + codes.codes.to_numpy()
        missing |= codes.codes.to_numpy() < 0
    return np.where(missing, MISSING, numbers)


def sums(groups_: np.ndarray[Any, Any], values: pd.Series[Any]) -> pd.Series[Any]:
    """The sum per group; blanks add nothing. Rounded, so that 0.1 + 0.2 is 0.3 in any order."""
    is_whole = groups_ != MISSING
    total: pd.Series[Any] = values[is_whole].groupby(groups_[is_whole]).sum().round(DECIMALS)
    return total


def table_of_sums(
    groups_: np.ndarray[Any, Any], values: pd.Series[Any], *, name: str, by: str = GROUP
) -> pd.DataFrame:
    """The sums in a column ``name``, beside the number of their group in a column ``by``."""
    return sums(groups_, values).rename(name).rename_axis(by).reset_index()


def rows_of(
    table: pd.DataFrame, keys: tuple[str, ...], failed: pd.DataFrame, by: str = GROUP
) -> pd.DataFrame:
    """The rows whose group failed, with submission and keys; ``by``: the column of the group."""
    numbered = table[["submission", *keys]].assign(**{by: groups(table, keys)})
    told = failed.drop(columns="submission", errors="ignore")
    return numbered.reset_index(names="row_index").merge(told, on=by)


@dataclass(frozen=True, kw_only=True)
class GroupRule(CrossRule):
    """A rule that compares groups of rows of a small table with the same groups of a large one."""

    large: str
    by: tuple[str, ...]

    def names(self) -> Iterator[Name]:
        """Groups can be compared only if both tables use the same code lists for them."""
        yield from CrossRule.names(self)
        yield Name("large", What.TABLE, self.large)
        yield from columns("by", self.by, self.table, What.CODE)
        yield from (Name("by", What.CODE, key, self.large, like=self.table) for key in self.by)

    def tables(self, facts: Facts) -> tuple[str, ...]:
        return (self.table, self.large)

    def needs(self, facts: Facts) -> set[ColumnKey]:
        grouped = {(table, key) for table in self.tables(facts) for key in self.by}
        return {(self.table, self.at)} | grouped

    def explained_by(self, facts: Facts) -> set[ColumnKey]:
        return {
            (table, column.key)
            for table in self.tables(facts)
            for column in facts.by_key[table].columns
            if column.is_key or column.is_measure
        }

    def rounded(self, amount: str, facts: Facts) -> str:
        """An Excel expression for a sum, rounded if it has decimals: else it may be off a bit."""
        return x.rounded(amount, decimals=self.column(facts).has_decimals)

    def words(self, facts: Facts) -> Words:
        large = facts.by_key[self.large]
        return {
            **CrossRule.words(self, facts),
            "other_sheet": large.sheet,
            "by": titles(large, self.by, " × "),
        }

    def group_name(self, row: Mapping[str, Any], facts: Facts) -> str:
        """The names of a group's entries."""
        large = facts.by_key[self.large]
        return " · ".join(facts.codes_of(large.by_key[key]).name(row[key]) for key in self.by)
