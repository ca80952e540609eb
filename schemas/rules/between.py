"""Rules between the tables of one return.

``judge`` takes the typed frames of many returns at once and gives one row per thing compared, with
a boolean ``holds`` that pandera checks. ``rows`` turns what failed into rows of a table. As in row
rules, ``broken`` is the Excel expression (over the rows of ``table``); ``words`` fill sentences.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.columns import DECIMALS
from schemas.rules import formula as x
from schemas.rules.base import CrossRule, Frames, Place, Words, number, titles
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
    if (
        math.prod([int(frame["submission"].max()) + 1 if len(frame) else 1, *sizes])
        > np.iinfo("int64").max
    ):
        raise OverflowError(f"{sizes} codes")
    numbers: np.ndarray[Any, Any] = frame["submission"].to_numpy()
    missing = np.zeros(len(frame), dtype=bool)
    for codes in (frame[key].cat for key in keys):
        numbers = numbers * len(codes.categories) + codes.codes.to_numpy()
        missing |= codes.codes.to_numpy() < 0
    return np.where(missing, MISSING, numbers)


def sums(groups_: np.ndarray[Any, Any], values: pd.Series[Any]) -> pd.Series[Any]:
    """The sum per group; blanks add nothing. Rounded, so that 0.1 + 0.2 is 0.3 in any order."""
    known = groups_ != MISSING
    total: pd.Series[Any] = values[known].groupby(groups_[known]).sum().round(DECIMALS)
    return total


@dataclass(frozen=True, kw_only=True)
class Compared(CrossRule):
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

    def needs(self, facts: Facts) -> set[Place]:
        return {
            (self.table, self.at),
            *((table, key) for table in self.tables(facts) for key in self.by),
        }

    def explained_by(self, facts: Facts) -> set[Place]:
        specs = [facts.by_key[key] for key in self.tables(facts)]
        return {
            (spec.key, column.key)
            for spec in specs
            for column in spec.columns
            if column.is_key or column.is_measure
        }

    def has_decimals(self, facts: Facts) -> bool:
        """Whether its sums have decimals, and must be rounded before they are compared."""
        return self.column(facts).has_decimals

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


def _rows_of(
    table: pd.DataFrame, keys: tuple[str, ...], failed: pd.DataFrame, by: str = GROUP
) -> pd.DataFrame:
    """The rows whose group failed, with submission and keys; ``by``: the column of the group."""
    rows = (
        table[["submission", *keys]]
        .assign(**{by: groups(table, keys)})
        .reset_index(names="row_index")
    )
    return rows.merge(failed[[name for name in failed.columns if name != "submission"]], on=by)


@dataclass(frozen=True, kw_only=True)
class CoveredBy(Compared):
    """X01, X02: in each group, a measure of the small table stays within a measure of the large one.

    ``each``: a column that splits the groups of the small table further; each part has to fit.
    ``together`` = (column, attribute, value): add up only the rows whose entry in this column has
    this attribute, and report the sum only if no single entry is too large already.
    ``limits``: the large table's measure, then the measures to take where it is blank.
    """

    limits: tuple[str, ...]
    each: str = ""
    together: tuple[str, str, str] | None = None
    message: str = "covered_by"

    def names(self) -> Iterator[Name]:
        yield from Compared.names(self)
        yield from columns("each", self.each, self.table, What.CODE)
        yield from columns("limits", self.limits, self.large, What.NUMBER)
        if self.together:
            column, attribute, value = self.together
            yield from columns("together", column, self.table, What.CODE)
            yield Name("together", What.ATTRIBUTE, attribute, self.table, column)
            yield Name("together", What.ENTRY, value, self.table, column, attribute)

    def needs(self, facts: Facts) -> set[Place]:
        """Of ``limits`` only the last is needed: it replaces those that an older form lacks."""
        split = {(self.table, self.each)} if self.each else set()
        return Compared.needs(self, facts) | split | {(self.large, self.limits[-1])}

    def judge(self, frames: Frames, facts: Facts) -> pd.DataFrame:
        large, small = frames[self.large], self._small(frames[self.table], facts)
        limits = sums(groups(large, self.by), self._limit(large))
        single = (
            sums(groups(small, (*self.by, *self._split)), small[self.at])
            .rename("amount")
            .rename_axis(PART)
            .reset_index()
        )
        group = single[PART] // (len(small[self.each].cat.categories) if self.each else 1)
        judged = single.assign(**{GROUP: group}, limit=group.map(limits)).dropna(subset="limit")
        if self.together:
            whole = judged.groupby(GROUP, as_index=False).agg(
                amount=("amount", "sum"), most=("amount", "max"), limit=("limit", "first")
            )
            return whole.assign(
                holds=(whole["amount"] <= whole["limit"]) | (whole.pop("most") > whole["limit"])
            )
        return judged.assign(holds=judged["amount"] <= judged["limit"])

    def rows(self, failed: pd.DataFrame, frames: Frames, facts: Facts) -> pd.DataFrame:
        small = self._small(frames[self.table], facts)
        keys = (*self.by, *(() if self.together else self._split))
        return _rows_of(
            small[small[self.at].notna()], keys, failed, GROUP if self.together else PART
        )

    @property
    def _split(self) -> tuple[str, ...]:
        return (self.each,) if self.each else ()

    def _limit(self, large: pd.DataFrame) -> pd.Series[Any]:
        limit = large[self.limits[0]]
        for other in self.limits[1:]:
            limit = limit.fillna(large[other])
        return limit

    def _small(self, small: pd.DataFrame, facts: Facts) -> pd.DataFrame:
        return small[small[self.each].isin(self._codes(facts))] if self.together else small

    def _codes(self, facts: Facts) -> list[str]:
        column, attribute, value = self.together or (self.each, "", "")
        group = self.codes(facts, column).attribute(attribute)
        return [code for code, its in group.items() if its == value]

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        own, large = cells.group(self.table, self.by), cells.group(self.large, self.by)
        measure, single = (
            cells.grouped(self.table, self.at),
            cells.group(self.table, (*self.by, *self._split)),
        )
        known = f"({own}>0)*{cells.found(own, large)}"
        limit = self._rounded(
            cells.sums(own, large, cells.grouped(self.large, *self.limits)), facts
        )
        amount = self._rounded(cells.sums(single, single, measure), facts)
        if not self.together:
            return f"{known}*({single}>0)*({amount}>{limit})"
        inside = cells.group(self.table, self.by, {self.each: self._codes(facts)})
        whole = self._rounded(cells.sums(inside, inside, measure), facts)
        at_fault = f"({inside}>0)*({amount}>{limit})*{known}"
        alone = f"(MMULT(--({inside}=TRANSPOSE({inside})),IFERROR({at_fault},0)*ROW({inside})^0)=0)"
        return (
            f"{known}*({inside}>0)*({whole}>{limit})*IF(SUM(IFERROR({at_fault},0))=0,1,--{alone})"
        )

    def _rounded(self, amount: str, facts: Facts) -> str:
        return x.rounded(amount, decimals=self.has_decimals(facts))

    def words(self, facts: Facts) -> Words:
        small, large = facts.by_key[self.table], facts.by_key[self.large]
        more = {
            "each": small.by_key[self.each or self.by[-1]].title,
            "limit_title": large.by_key[self.limits[0]].title,
        }
        if self.together:
            _, attribute, value = self.together
            more["each"] = facts.attribute_list(small.by_key[self.each].codes, attribute).name(
                value
            )
        return {**Compared.words(self, facts), **more}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        group = self.group_name(row, facts)
        if self.each and not self.together:
            group += " · " + self.codes(facts, self.each).name(row[self.each])
        return {"group": group, "amount": number(row["amount"]), "limit": number(row["limit"])}


@dataclass(frozen=True, kw_only=True)
class Explained(Compared):
    """X01, a warning: in each group, ``measure`` of ``large`` covers all that ``table`` counts."""

    measure: str
    severity: str = "W"
    message: str = "explained"

    def names(self) -> Iterator[Name]:
        yield from Compared.names(self)
        yield from columns("measure", self.measure, self.large, What.NUMBER)

    def needs(self, facts: Facts) -> set[Place]:
        return Compared.needs(self, facts) | {(self.large, self.measure)}

    def judge(self, frames: Frames, facts: Facts) -> pd.DataFrame:
        table, large = frames[self.table], frames[self.large]
        judged = (
            sums(groups(table, self.by), table[self.at])
            .rename("limit")
            .rename_axis(GROUP)
            .reset_index()
        )
        amount = judged[GROUP].map(sums(groups(large, self.by), large[self.measure])).fillna(0)
        return judged.assign(amount=amount, holds=amount >= judged["limit"])

    def rows(self, failed: pd.DataFrame, frames: Frames, facts: Facts) -> pd.DataFrame:
        table = frames[self.table]
        return _rows_of(table[table[self.at] > 0], self.by, failed)

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        group, own = cells.group(self.table, self.by), cells.grouped(self.table, self.at)
        claimed = cells.sums(group, group, own)
        found = cells.sums(
            group, cells.group(self.large, self.by), cells.grouped(self.large, self.measure)
        )
        claimed, found = (
            x.rounded(amount, decimals=self.has_decimals(facts)) for amount in (claimed, found)
        )
        return f"({group}>0)*IF(ISNUMBER({own}),--({own}>0),0)*({claimed}>{found})"

    def words(self, facts: Facts) -> Words:
        other = facts.by_key[self.large].by_key[self.measure]
        return {**Compared.words(self, facts), "other": other.title}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        return {
            "group": self.group_name(row, facts),
            "amount": number(row["amount"]),
            "limit": number(row["limit"]),
        }


@dataclass(frozen=True, kw_only=True)
class KnownIn(Compared):
    """X03, a warning: each combination of codes in ``table`` occurs in the ``large`` table too."""

    severity: str = "W"
    message: str = "known_in"
    announced: bool = False

    def explained_by(self, facts: Facts) -> set[Place]:
        return {(self.large, key) for key in self.by}

    def judge(self, frames: Frames, facts: Facts) -> pd.DataFrame:
        table = frames[self.table]
        group = groups(table, self.by)
        known = np.isin(group, groups(frames[self.large], self.by)) | (group == MISSING)
        return table[["submission"]].assign(**{GROUP: group}, holds=known).drop_duplicates(GROUP)

    def rows(self, failed: pd.DataFrame, frames: Frames, facts: Facts) -> pd.DataFrame:
        return _rows_of(frames[self.table], self.by, failed)

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        own = cells.group(self.table, self.by)
        return f"({own}>0)*(1-{cells.found(own, cells.group(self.large, self.by))})"

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        return {"group": self.group_name(row, facts)}
