"""Rules between the cells of one row, which ``tables.py`` of a round declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.columns import DECIMALS, STATE, State
from schemas.rules import formula as x
from schemas.rules.base import (
    Mask,
    RowRule,
    Rule,
    Words,
    number,
    readable,
    readable_or_blank,
    titles,
)
from schemas.rules.facts import Facts
from schemas.rules.names import Name, What, columns

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class OfParts(RowRule):
    """A rule about a total and the columns that add up to it."""

    parts: tuple[str, ...]

    def names(self) -> Iterator[Name]:
        yield from columns("at", self.at, self.table, What.NUMBER)
        yield from columns("parts", self.parts, self.table, What.NUMBER)

    def usable(self, cells: x.Cells, facts: Facts) -> tuple[str, list[str]]:
        """Expressions: total and parts can be compared (a part may be blank); parts as numbers."""
        own = [cells.cell(part) for part in self.parts]
        columns = [self.column(facts, part) for part in self.parts]
        read = [
            f"{x.blank(cell)}+{x.is_number(cell, column)}"
            for cell, column in zip(own, columns, strict=True)
        ]
        total = x.is_number(cells.cell(self.at), self.column(facts))
        return x.all_of([total, *read]), [f"IF(ISNUMBER({cell}),{cell},0)" for cell in own]

    def has_decimals(self, facts: Facts) -> bool:
        """Whether sums of decimals occur, which must be rounded before they are compared."""
        return any(self.column(facts, key).has_decimals for key in (self.at, *self.parts))


@dataclass(frozen=True, kw_only=True)
class SumOf(OfParts):
    """R01: the total is the sum of its parts; while some are blank, the others don't exceed it.

    Where parts may be negative they may well exceed the total: only complete rows are judged.
    """

    message: str = "sum_of"

    def involves(self, facts: Facts) -> tuple[str, ...]:
        return (self.at, *self.parts)

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        parts = frame[list(self.parts)].to_numpy()
        total = frame[self.at].to_numpy().round(DECIMALS)
        given = np.nansum(parts, axis=1).round(DECIMALS)
        complete = ~np.isnan(parts).any(axis=1)
        judged = readable(frame, self.at) & readable_or_blank(frame, self.parts)
        may_fit = self._may_be_negative(facts) | (given <= total)
        holds: Mask = np.where(complete, given == total, may_fit) | ~judged
        return holds

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        usable, numbers = self.usable(cells, facts)
        decimals = self.has_decimals(facts)
        total, given = (
            x.rounded(cells.cell(self.at), decimals=decimals),
            x.rounded("+".join(numbers), decimals=decimals),
        )
        complete = x.all_of(x.given(cells.cell(part)) for part in self.parts)
        too_much = "0" if self._may_be_negative(facts) else f"--({given}>{total})"
        return f"{usable}*IF({complete}>0,--({given}<>{total}),{too_much})"

    def _may_be_negative(self, facts: Facts) -> bool:
        return any(self.column(facts, part).may_be_negative for part in self.parts)

    def words(self, facts: Facts) -> Words:
        return {**Rule.words(self, facts), "parts": titles(self.spec(facts), self.parts, " + ")}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        values = [row[part] for part in self.parts if not np.isnan(row[part])]
        added = f"{' + '.join(map(number, values))} = " if len(values) > 1 else ""
        return {"detail": f" ({added}{number(sum(values))} ≠ {number(row[self.at])})"}


@dataclass(frozen=True, kw_only=True)
class Breakdown(OfParts):
    """R01, a warning: no part of a total above 0 is left blank."""

    severity: str = "W"
    message: str = "breakdown"

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        missing = (frame[[part + STATE for part in self.parts]].to_numpy() == State.BLANK).any(
            axis=1
        )
        holds: Mask = ~(missing & readable(frame, self.at) & (frame[self.at].to_numpy() > 0))
        return holds

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        total = cells.cell(self.at)
        missing = "+".join(x.blank(cells.cell(part)) for part in self.parts)
        is_number = x.is_number(total, self.column(facts))
        return f"{is_number}*IF(ISNUMBER({total}),--({total}>0),0)*(({missing})>0)"

    def words(self, facts: Facts) -> Words:
        return {**Rule.words(self, facts), "parts": titles(self.spec(facts), self.parts, ", ")}


@dataclass(frozen=True, kw_only=True)
class AtLeast(RowRule):
    """R02: the sum of the columns ``of`` is at least ``minimum``."""

    of: tuple[str, ...]
    minimum: int = 1
    message: str = "at_least"

    def names(self) -> Iterator[Name]:
        yield from Rule.names(self)
        yield from columns("of", self.of, self.table, What.NUMBER)

    def involves(self, facts: Facts) -> tuple[str, ...]:
        return self.of

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        total = np.nansum(frame[list(self.of)].to_numpy(), axis=1).round(DECIMALS)
        holds: Mask = (total >= self.minimum) | ~readable(frame, *self.of)
        return holds

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        columns = [self.column(facts, key) for key in self.of]
        read = x.all_of(x.is_number(cells.cell(column.key), column) for column in columns)
        total = x.rounded(
            "+".join(cells.cell(key) for key in self.of),
            decimals=any(column.has_decimals for column in columns),
        )
        return f"{read}*IF({total}<{self.minimum},1,0)"

    def words(self, facts: Facts) -> Words:
        return {
            **Rule.words(self, facts),
            "parts": titles(self.spec(facts), self.of, " + "),
            "minimum": str(self.minimum),
        }


@dataclass(frozen=True, kw_only=True)
class OwnLocality(RowRule):
    """R05: an agency with a locality of its own reports only that one."""

    message: str = "own_locality"

    def names(self) -> Iterator[Name]:
        yield from columns("at", self.at, self.table, What.CODE)

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        own, actual = frame["own_locality"], frame[self.at]
        is_free = (own == "").to_numpy()
        holds: Mask = (
            is_free | (own.to_numpy(object) == actual.to_numpy(object)) | ~readable(frame, self.at)
        )
        return holds

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        entry, own = (
            cells.entry(self.at),
            x.entry_or_none(cells.own_locality, cells.numbered(self.codes(facts).key)),
        )
        return f"({entry}>0)*(LEN({cells.own_locality})>0)*({entry}<>{own})"

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        codes = self.codes(facts)
        return {"entry": codes.name(row[self.at]), "own": codes.name(row["own_locality"])}
