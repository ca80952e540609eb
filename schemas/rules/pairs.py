"""R03, R04: which entries of two columns may stand in one row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.codelists import Pair, forbidden
from schemas.rules import formula as x
from schemas.rules.base import Mask, RowRule, Rule, Words, excel_day, lookup, readable
from schemas.rules.days import days_of_row, decided_days, period_bounds
from schemas.rules.facts import Facts
from schemas.rules.names import Name, What, columns

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Allowed(RowRule):
    """R03: a list of pairs allows the entry ``at`` beside the entry ``given``.

    Pairs hold from day to day: the row's date decides, or else its period. A ``firm`` rule rests on
    legal texts that were read (an error), any other on memory (a warning). The message suggests
    other entries only if they are surely allowed: those of the same ``group``, else those that the
    code list's column ``instead`` names.
    """

    given: str
    pairs: str
    day: str = ""
    period: str = ""
    firm: bool = True
    message: str = "allowed"

    def names(self) -> Iterator[Name]:
        yield from columns("at", self.at, self.table, What.CODE)
        yield from columns("given", self.given, self.table, What.CODE)
        yield from columns("day", self.day, self.table, What.DATE)
        yield from columns("period", self.period, self.table, What.CODE)
        yield Name(
            "pairs",
            What.PAIRS,
            self.pairs,
            self.table,
            columns={"first": self.given, "second": self.at},
        )

    @property
    def beside(self) -> tuple[str, ...]:
        return (self.given,)

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        doubtful = np.flatnonzero(
            self._ever_forbidden(frame, facts) & readable(frame, self.given, self.at)
        )
        # dates matter to few rows: only these are compared pair by pair
        rows = frame.iloc[doubtful]
        first, last = decided_days(rows, self.day, self.period, facts)
        given, entry = rows[self.given].to_numpy(object), rows[self.at].to_numpy(object)
        bad = np.zeros(len(rows), dtype=bool)
        for pair in self.forbidden(facts) if len(rows) else ():
            is_pair = (given == pair.first) & (entry == pair.second)
            bad |= (
                is_pair
                & (first >= np.datetime64(pair.valid_from))
                & (last <= np.datetime64(pair.valid_to))
            )
        holds: Mask = np.ones(len(frame), dtype=bool)
        holds[doubtful[bad]] = False
        return holds

    def _ever_forbidden(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        """True for each row whose two entries are forbidden together on at least one day."""
        given, entry = frame[self.given].cat, frame[self.at].cat
        places = [
            {code: place for place, code in enumerate(each.categories)} for each in (given, entry)
        ]
        # the last row and column are for missing codes
        table = np.zeros((len(places[0]) + 1, len(places[1]) + 1), dtype=bool)
        for pair in self.forbidden(facts):
            table[places[0][pair.first], places[1][pair.second]] = True
        mask: Mask = table[given.codes.to_numpy(), entry.codes.to_numpy()]
        return mask

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        pairs, first, last = cells.pairs(self.pairs, firm=self.firm)
        low, high = str(excel_day(facts.start)), str(excel_day(facts.end))
        if self.period:
            low, high = period_bounds(cells, self.codes(facts, self.period).key, self.period)
        if self.day:
            day = cells.cell(self.day)
            low, high = (f"IF(ISNUMBER({day}),INT({day}),{bound})" for bound in (low, high))
        pair = x.pair(cells.entry(self.given), cells.entry(self.at))
        return f'COUNTIFS({pairs},{pair},{first},"<="&{low},{last},">="&{high})'

    def forbidden(self, facts: Facts) -> list[Pair]:
        """The pairs that this rule forbids on some day of the window."""
        return [
            pair
            for pair in forbidden(facts.pairs[self.pairs], facts.start, facts.end)
            if pair.firm == self.firm
        ]

    def words(self, facts: Facts) -> Words:
        return {**Rule.words(self, facts), "other": self.column(facts, self.given).title}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        names = {key: self.codes(facts, key) for key in (self.given, self.at)}
        first, last = days_of_row(row, self.day, self.period, facts)
        found = [
            pair
            for pair in self.forbidden(facts)
            if (pair.first, pair.second) == (row[self.given], row[self.at])
            and pair.valid_from <= first
            and last <= pair.valid_to
        ]
        return {
            "given": names[self.given].name(row[self.given]),
            "entry": names[self.at].name(row[self.at]),
            "basis": found[0].basis if found else "",
            "allowed": "; ".join(
                names[self.at].name(code) for code in self._alike(row, first, last, facts)
            ),
        }

    def row_variant(self, row: Mapping[str, Any], facts: Facts) -> str:
        return (
            ""
            if self._alike(row, *days_of_row(row, self.day, self.period, facts), facts)
            else "alone"
        )

    def _alike(
        self, row: Mapping[str, Any], first: dt.date, last: dt.date, facts: Facts
    ) -> list[str]:
        """Entries to suggest instead: of the same group, and surely allowed on all these days."""
        entries = self.codes(facts).by_code
        sure = {
            pair.second: None
            for pair in facts.pairs[self.pairs]
            if pair.first == row[self.given]
            and pair.allowed
            and pair.firm
            and pair.valid_from <= first
            and last <= pair.valid_to
        }
        own = entries[row[self.at]].extra
        alike = [
            code for code in sure if "group" in own and entries[code].extra["group"] == own["group"]
        ]
        return alike or [code for code in own.get("instead", "").split("|") if code in sure]


@dataclass(frozen=True, kw_only=True)
class BelongsTo(RowRule):
    """R04: an entry belongs to the entry of column ``parent``; ``*`` in its list fits all."""

    parent: str
    attribute: str
    any_parent: tuple[str, ...] = ()
    severity: str = "W"
    message: str = "belongs_to"

    def names(self) -> Iterator[Name]:
        yield from columns("at", self.at, self.table, What.CODE)
        yield from columns("parent", self.parent, self.table, What.CODE)
        yield Name("attribute", What.ATTRIBUTE, self.attribute, self.table, self.at)
        yield from (
            Name("any_parent", What.ENTRY, code, self.table, self.parent)
            for code in self.any_parent
        )

    @property
    def beside(self) -> tuple[str, ...]:
        return (self.parent,)

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        parent = lookup(frame[self.at], self.codes(facts).attribute(self.attribute), "*")
        actual = frame[self.parent].to_numpy(object)
        fits = (
            (parent == "*")
            | (parent == actual)
            | frame[self.parent].isin(self.any_parent).to_numpy()
        )
        holds: Mask = fits | ~readable(frame, self.at, self.parent)
        return holds

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        pairs, _, _ = cells.pairs(f"{self.table}.{self.at}", firm=True)
        parent, entry = (cells.entry(key) for key in (self.parent, self.at))
        return f"({parent}>0)*({entry}>0)*ISNA(MATCH({x.pair(parent, entry)},{pairs},0))"

    def fitting(self, facts: Facts) -> list[tuple[str, str]]:
        """All pairs of codes (parent, entry) that fit together."""
        parents, entries = self.codes(facts, self.parent), self.codes(facts)
        belongs = entries.attribute(self.attribute)
        return [
            (parent.code, entry.code)
            for parent in parents.entries
            for entry in entries.entries
            if parent.code in self.any_parent or belongs.get(entry.code, "*") in ("*", parent.code)
        ]

    def words(self, facts: Facts) -> Words:
        return {**Rule.words(self, facts), "other": self.column(facts, self.parent).title}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        parents, entries = self.codes(facts, self.parent), self.codes(facts)
        owner = entries.attribute(self.attribute)[row[self.at]]
        return {
            "given": parents.name(row[self.parent]),
            "entry": entries.name(row[self.at]),
            "owner": parents.name(owner),
        }
