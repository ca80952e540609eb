"""Rules between the tables of one return.

``judge`` takes the typed frames of many returns at once and gives one row per thing compared, with
a boolean ``holds`` that pandera checks. ``rows`` turns what failed into rows of a table. As in row
rules, ``broken`` is the Excel expression (over the rows of ``table``); ``words`` fill sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.rules import formula as x
from schemas.rules.base import ColumnKey, Frames, Words, number
from schemas.rules.facts import Facts
from schemas.rules.groups import (
    GROUP,
    MISSING,
    PART,
    GroupRule,
    groups,
    rows_of,
    sums,
    table_of_sums,
)
from schemas.rules.names import Name, What, columns

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class CoveredBy(GroupRule):
    """X01, X02: in each group, a measure of the small table stays within one of the large table.

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
        yield from GroupRule.names(self)
        yield from columns("each", self.each, self.table, What.CODE)
        yield from columns("limits", self.limits, self.large, What.NUMBER)
        if self.together:
            column, attribute, value = self.together
            yield from columns("together", column, self.table, What.CODE)
            yield Name("together", What.ATTRIBUTE, attribute, self.table, column)
            yield Name("together", What.ENTRY, value, self.table, column, attribute)

    def needs(self, facts: Facts) -> set[ColumnKey]:
        """Of ``limits`` only the last is needed: it replaces those that an older form lacks."""
        split = {(self.table, self.each)} if self.each else set()
        return GroupRule.needs(self, facts) | split | {(self.large, self.limits[-1])}

    def judge(self, frames: Frames, facts: Facts) -> pd.DataFrame:
        large, small = frames[self.large], self._small(frames[self.table], facts)
        limits = sums(groups(large, self.by), self._limit(large))
        parts = groups(small, (*self.by, *self._split))
        single = table_of_sums(parts, small[self.at], name="amount", by=PART)
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
        given = small[small[self.at].notna()]
        if self.together:
            return rows_of(given, self.by, failed)
        return rows_of(given, (*self.by, *self._split), failed, PART)

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
        single = cells.group(self.table, (*self.by, *self._split))
        measure = cells.grouped(self.table, self.at)
        is_known = f"({own}>0)*{cells.found(own, large)}"
        limits = cells.grouped(self.large, *self.limits)
        limit = self.rounded(cells.sums(own, large, limits), facts)
        amount = self.rounded(cells.sums(single, single, measure), facts)
        if not self.together:
            return f"{is_known}*({single}>0)*({amount}>{limit})"
        inside = cells.group(self.table, self.by, {self.each: self._codes(facts)})
        whole = self.rounded(cells.sums(inside, inside, measure), facts)
        at_fault = f"IFERROR(({inside}>0)*({amount}>{limit})*{is_known},0)"
        alone = f"(MMULT(--({inside}=TRANSPOSE({inside})),{at_fault}*ROW({inside})^0)=0)"
        return f"{is_known}*({inside}>0)*({whole}>{limit})*IF(SUM({at_fault})=0,1,--{alone})"

    def words(self, facts: Facts) -> Words:
        small, large = facts.by_key[self.table], facts.by_key[self.large]
        more = {
            "each": small.by_key[self.each or self.by[-1]].title,
            "limit_title": large.by_key[self.limits[0]].title,
        }
        if self.together:
            _, attribute, value = self.together
            values = facts.attribute_list(small.by_key[self.each].codes, attribute)
            more["each"] = values.name(value)
        return {**GroupRule.words(self, facts), **more}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        group = self.group_name(row, facts)
        if self.each and not self.together:
            group += " · " + self.codes(facts, self.each).name(row[self.each])
        return {"group": group, **_amounts(row)}


@dataclass(frozen=True, kw_only=True)
class Explained(GroupRule):
    """X01, a warning: in each group, ``measure`` of ``large`` covers all that ``table`` counts."""

    measure: str
    severity: str = "W"
    message: str = "explained"

    def names(self) -> Iterator[Name]:
        yield from GroupRule.names(self)
        yield from columns("measure", self.measure, self.large, What.NUMBER)

    def needs(self, facts: Facts) -> set[ColumnKey]:
        return GroupRule.needs(self, facts) | {(self.large, self.measure)}

    def judge(self, frames: Frames, facts: Facts) -> pd.DataFrame:
        table, large = frames[self.table], frames[self.large]
        judged = table_of_sums(groups(table, self.by), table[self.at], name="limit")
        amount = judged[GROUP].map(sums(groups(large, self.by), large[self.measure])).fillna(0)
        return judged.assign(amount=amount, holds=amount >= judged["limit"])

    def rows(self, failed: pd.DataFrame, frames: Frames, facts: Facts) -> pd.DataFrame:
        table = frames[self.table]
        return rows_of(table[table[self.at] > 0], self.by, failed)

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        group, large = cells.group(self.table, self.by), cells.group(self.large, self.by)
        own, other = cells.grouped(self.table, self.at), cells.grouped(self.large, self.measure)
        claimed = self.rounded(cells.sums(group, group, own), facts)
        explained = self.rounded(cells.sums(group, large, other), facts)
        return f"({group}>0)*IF(ISNUMBER({own}),--({own}>0),0)*({claimed}>{explained})"

    def words(self, facts: Facts) -> Words:
        other = facts.by_key[self.large].by_key[self.measure]
        return {**GroupRule.words(self, facts), "other": other.title}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        return {"group": self.group_name(row, facts), **_amounts(row)}


def _amounts(row: Mapping[str, Any]) -> Words:
    return {name: number(row[name]) for name in ("amount", "limit")}


@dataclass(frozen=True, kw_only=True)
class KnownIn(GroupRule):
    """X03, a warning: each combination of codes in ``table`` occurs in the ``large`` table too."""

    severity: str = "W"
    message: str = "known_in"
    announced: bool = False

    def explained_by(self, facts: Facts) -> set[ColumnKey]:
        return {(self.large, key) for key in self.by}

    def judge(self, frames: Frames, facts: Facts) -> pd.DataFrame:
        table = frames[self.table]
        group = groups(table, self.by)
        holds = np.isin(group, groups(frames[self.large], self.by)) | (group == MISSING)
        return table[["submission"]].assign(**{GROUP: group}, holds=holds).drop_duplicates(GROUP)

    def rows(self, failed: pd.DataFrame, frames: Frames, facts: Facts) -> pd.DataFrame:
        return rows_of(frames[self.table], self.by, failed)

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        own = cells.group(self.table, self.by)
        return f"({own}>0)*(1-{cells.found(own, cells.group(self.large, self.by))})"

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        return {"group": self.group_name(row, facts)}
