"""Rules between the cells of one row: what ``tables.py`` of a round declares beside its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.codelists import Pair, forbidden
from schemas.columns import DECIMALS, STATE, State
from schemas.rules import formula as x
from schemas.rules.base import Mask, RowRule, Rule, Words, excel_day, lookup, number, readable, readable_or_blank, titles
from schemas.rules.days import days_of_row, decided_days, period_bounds
from schemas.rules.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class OfParts(RowRule):
    """A rule about a total and the columns that add up to it."""

    parts: tuple[str, ...]

    def usable(self, cells: x.Cells, facts: Facts) -> tuple[str, list[str]]:
        """Expressions: the total and its parts are numbers or, the parts, blank; each part as a number."""
        own = [cells.cell(part) for part in self.parts]
        columns = [self.column(facts, part) for part in self.parts]
        read = [f"{x.blank(cell)}+{x.is_number(cell, column)}" for cell, column in zip(own, columns, strict=True)]
        total = x.is_number(cells.cell(self.at), self.column(facts))
        return x.all_of([total, *read]), [f"IF(ISNUMBER({cell}),{cell},0)" for cell in own]

    def has_decimals(self, facts: Facts) -> bool:
        """Whether a sum may be off in its last digit, so that it must be rounded before it is compared."""
        return any(self.column(facts, key).has_decimals for key in (self.at, *self.parts))


@dataclass(frozen=True, kw_only=True)
class SumOf(OfParts):
    """R01: the total is the sum of its parts where all are given, and the given ones never exceed it.

    Where a part may be negative, the given ones may well exceed the total: nothing is said until all are given.
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
        total, given = x.rounded(cells.cell(self.at), decimals=decimals), x.rounded("+".join(numbers), decimals=decimals)
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
    """R01, a warning: a total above 0 is broken down into all of its parts."""

    severity: str = "W"
    message: str = "breakdown"

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        missing = (frame[[part + STATE for part in self.parts]].to_numpy() == State.BLANK).any(axis=1)
        holds: Mask = ~(missing & readable(frame, self.at) & (frame[self.at].to_numpy() > 0))
        return holds

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        total = cells.cell(self.at)
        missing = "+".join(x.blank(cells.cell(part)) for part in self.parts)
        return f"{x.is_number(total, self.column(facts))}*IF(ISNUMBER({total}),--({total}>0),0)*(({missing})>0)"

    def words(self, facts: Facts) -> Words:
        return {**Rule.words(self, facts), "parts": titles(self.spec(facts), self.parts, ", ")}


@dataclass(frozen=True, kw_only=True)
class AtLeast(RowRule):
    """R02: the sum of some numbers of a row is at least ``minimum``."""

    of: tuple[str, ...]
    minimum: int = 1
    message: str = "at_least"

    def involves(self, facts: Facts) -> tuple[str, ...]:
        return self.of

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        total = np.nansum(frame[list(self.of)].to_numpy(), axis=1).round(DECIMALS)
        holds: Mask = (total >= self.minimum) | ~readable(frame, *self.of)
        return holds

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        columns = [self.column(facts, key) for key in self.of]
        read = x.all_of(x.is_number(cells.cell(column.key), column) for column in columns)
        total = x.rounded("+".join(cells.cell(key) for key in self.of), decimals=any(column.has_decimals for column in columns))
        return f"{read}*IF({total}<{self.minimum},1,0)"

    def words(self, facts: Facts) -> Words:
        return {**Rule.words(self, facts), "parts": titles(self.spec(facts), self.of, " + "), "minimum": str(self.minimum)}


@dataclass(frozen=True, kw_only=True)
class Allowed(RowRule):
    """R03: an entry may go with another by a list of pairs, on the row's date or else in its period.

    ``firm`` rules rest on texts that were read (errors); the others on what is only remembered (warnings).
    """

    given: str
    pairs: str
    day: str = ""
    period: str = ""
    firm: bool = True
    message: str = "allowed"

    @property
    def beside(self) -> tuple[str, ...]:
        return (self.given,)

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        doubtful = np.flatnonzero(self._ever_forbidden(frame, facts) & readable(frame, self.given, self.at))
        rows = frame.iloc[doubtful]  # dates decide of few rows, so that only those are compared pair by pair
        first, last = decided_days(rows, self.day, self.period, facts)
        given, entry = rows[self.given].to_numpy(object), rows[self.at].to_numpy(object)
        bad = np.zeros(len(rows), dtype=bool)
        for pair in self.forbidden(facts) if len(rows) else ():
            is_pair = (given == pair.first) & (entry == pair.second)
            bad |= is_pair & (first >= np.datetime64(pair.valid_from)) & (last <= np.datetime64(pair.valid_to))
        holds: Mask = np.ones(len(frame), dtype=bool)
        holds[doubtful[bad]] = False
        return holds

    def _ever_forbidden(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        """Rows whose two entries are forbidden together on some day."""
        given, entry = frame[self.given].cat, frame[self.at].cat
        places = [{code: place for place, code in enumerate(each.categories)} for each in (given, entry)]
        table = np.zeros((len(places[0]) + 1, len(places[1]) + 1), dtype=bool)  # the last row and column are for missing codes
        for pair in self.forbidden(facts):
            table[places[0][pair.first], places[1][pair.second]] = True
        mask: Mask = table[given.codes.to_numpy(), entry.codes.to_numpy()]
        return mask

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        pairs, first, last = cells.pairs(self.pairs, firm=self.firm)
        given, entry = cells.cell(self.given), cells.cell(self.at)
        low, high = str(excel_day(facts.start)), str(excel_day(facts.end))
        if self.period:
            low, high = period_bounds(cells, self.codes(facts, self.period).key, cells.cell(self.period))
        if self.day:
            day = cells.cell(self.day)
            low, high = (f"IF(ISNUMBER({day}),INT({day}),{bound})" for bound in (low, high))
        known = "*".join(x.listed(cells.cell(key), cells.joined(self.codes(facts, key).key)) for key in (self.given, self.at))
        return f'{known}*COUNTIFS({pairs},{x.pair(given, entry)},{first},"<="&{low},{last},">="&{high})'

    def forbidden(self, facts: Facts) -> list[Pair]:
        """The pairs that this rule forbids on some day of the window."""
        return [pair for pair in forbidden(facts.pairs[self.pairs], facts.start, facts.end) if pair.firm == self.firm]

    def words(self, facts: Facts) -> Words:
        return {**Rule.words(self, facts), "other": self.column(facts, self.given).title}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        names = {key: self.codes(facts, key) for key in (self.given, self.at)}
        first, last = days_of_row(row, self.day, self.period, facts)
        found = [
            pair
            for pair in self.forbidden(facts)
            if (pair.first, pair.second) == (row[self.given], row[self.at]) and pair.valid_from <= first and last <= pair.valid_to
        ]
        allowed = [
            pair.second
            for pair in facts.pairs[self.pairs]
            if pair.first == row[self.given] and pair.allowed and pair.valid_from <= last and pair.valid_to >= first
        ]
        group = names[self.at].by_code[row[self.at]].extra.get("group")
        alike = [c for c in dict.fromkeys(allowed) if names[self.at].by_code[c].extra.get("group") == group]
        return {
            "given": names[self.given].name(row[self.given]),
            "entry": names[self.at].name(row[self.at]),
            "basis": found[0].basis if found else "",
            "allowed": "; ".join(names[self.at].name(code) for code in alike) or "—",
        }


@dataclass(frozen=True, kw_only=True)
class BelongsTo(RowRule):
    """R04: an entry belongs to the entry of another column; ``*`` in the list belongs to all."""

    parent: str
    attribute: str
    any_parent: tuple[str, ...] = ()
    severity: str = "W"
    message: str = "belongs_to"

    @property
    def beside(self) -> tuple[str, ...]:
        return (self.parent,)

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        parent = lookup(frame[self.at], self.codes(facts).attribute(self.attribute), "*")
        actual = frame[self.parent].to_numpy(object)
        fits = (parent == "*") | (parent == actual) | frame[self.parent].isin(self.any_parent).to_numpy()
        holds: Mask = fits | ~readable(frame, self.at, self.parent)
        return holds

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        entry, parent = cells.cell(self.at), cells.cell(self.parent)
        pairs, _, _ = cells.pairs(f"{self.table}.{self.at}", firm=True)
        known = "*".join(x.listed(cells.cell(key), cells.joined(self.codes(facts, key).key)) for key in (self.at, self.parent))
        return f"{known}*ISNA(MATCH({x.pair(parent, entry)},{pairs},0))"

    def fitting(self, facts: Facts) -> list[tuple[str, str]]:
        """All pairs of names (parent, entry) that fit."""
        parents, entries = self.codes(facts, self.parent), self.codes(facts)
        belongs = entries.attribute(self.attribute)
        return [
            (parent.name, entry.name)
            for parent in parents.entries
            for entry in entries.entries
            if parent.code in self.any_parent or belongs.get(entry.code, "*") in ("*", parent.code)
        ]

    def words(self, facts: Facts) -> Words:
        return {**Rule.words(self, facts), "other": self.column(facts, self.parent).title}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        parents, entries = self.codes(facts, self.parent), self.codes(facts)
        owner = entries.attribute(self.attribute)[row[self.at]]
        return {"given": parents.name(row[self.parent]), "entry": entries.name(row[self.at]), "owner": parents.name(owner)}


@dataclass(frozen=True, kw_only=True)
class OwnLocality(RowRule):
    """R05: an agency with a locality of its own reports only that one."""

    message: str = "own_locality"

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        own, actual = frame["own_locality"], frame[self.at]
        is_free = (own == "").to_numpy()
        holds: Mask = is_free | (own.to_numpy(object) == actual.to_numpy(object)) | ~readable(frame, self.at)
        return holds

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        cell = cells.cell(self.at)
        known = x.listed(cell, cells.joined(self.codes(facts).key))
        return f"{known}*(LEN({cells.own_locality})>0)*({cell}<>{cells.own_locality})"

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        codes = self.codes(facts)
        return {"entry": codes.name(row[self.at]), "own": codes.name(row["own_locality"])}
