"""R07: the form of discipline is the one that a decree foresees for the gravity of the fault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.codelists import Expectation
from schemas.rules import formula as x
from schemas.rules.base import Mask, RowRule, Rule, Words, readable
from schemas.rules.days import days_of_row, decided_days
from schemas.rules.facts import Facts
from schemas.rules.names import Name, What, columns

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Expected(RowRule):
    """R07, a warning: an entry is neither heavier nor lighter than a list leads one to expect.

    The list ``expectations`` says which entries of ``at`` go with a ``given`` and a ``grade``; its
    rows hold from day to day. The order of the code list says what is heavier.

    * Only entries that the list has for that ``given`` are compared: R03 says what can't be
      applied at all.
    * A ``given`` and ``grade`` without a firm row (one read in its source) are not judged.
    * Rows that aren't firm widen what is expected.
    """

    given: str
    grade: str
    expectations: str
    day: str = ""
    period: str = ""
    severity: str = "W"
    message: str = "expected_form"

    def names(self) -> Iterator[Name]:
        for field in ("at", "given", "grade", "period"):
            yield from columns(field, getattr(self, field), self.table, What.CODE)
        yield from columns("day", self.day, self.table, What.DATE)
        of_rows = {"given": self.given, "grade": self.grade, "entry": self.at}
        yield Name(
            "expectations", What.EXPECTATIONS, self.expectations, self.table, columns=of_rows
        )

    @property
    def beside(self) -> tuple[str, ...]:
        return (self.given, self.grade)

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        judged = readable(frame, self.at, self.given, self.grade)
        bad = np.zeros(len(frame), dtype=bool)
        if not judged.any():
            return ~bad
        first, last = decided_days(frame, self.day, self.period, facts)
        given, grade, entry = (
            frame[key].cat.codes.to_numpy() for key in (self.given, self.grade, self.at)
        )
        rank = self._ranks(facts)[entry]
        positions = [
            {code: n for n, code in enumerate(frame[key].cat.categories)}
            for key in (self.given, self.grade, self.at)
        ]
        for start, end in sorted(
            {(each.valid_from, each.valid_to) for each in self._listed(facts)}
        ):
            inside = judged & (first >= np.datetime64(start)) & (last <= np.datetime64(end))
            if inside.any():
                low, high, known = self._bounds(start, end, positions, facts)
                at = given, grade
                bad |= inside & known[given, entry] & ((rank < low[at]) | (rank > high[at]))
        return ~bad

    def _listed(self, facts: Facts) -> tuple[Expectation, ...]:
        return facts.expectations[self.expectations]

    def _ranks(self, facts: Facts) -> np.ndarray[Any, Any]:
        """The rank of each entry: its place in the code list. The last element is for "missing"."""
        return np.arange(len(self.codes(facts).codes) + 1)

    def _bounds(
        self, start: dt.date, end: dt.date, positions: list[dict[str, int]], facts: Facts
    ) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Lowest and highest expected rank by given and grade; the entries known by given.

        Where nothing is expected the bounds let everything pass.
        """
        givens, grades, entries = positions
        low = np.full((len(givens) + 1, len(grades) + 1), -1)
        high = np.full_like(low, len(entries) + 1)
        known = np.zeros((len(givens) + 1, len(entries) + 1), dtype=bool)
        listed = [
            each for each in self._listed(facts) if (each.valid_from, each.valid_to) == (start, end)
        ]
        firm = {(each.given, each.grade) for each in listed if each.firm}
        for each in listed:
            known[givens[each.given], entries[each.entry]] = True
            if (each.given, each.grade) not in firm:
                continue
            at, place = (givens[each.given], grades[each.grade]), entries[each.entry]
            low[at] = place if low[at] < 0 else min(low[at], place)
            high[at] = place if high[at] > len(entries) else max(high[at], place)
        return low, high, known

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        return None

    def words(self, facts: Facts) -> Words:
        titles = {
            "other": self.column(facts, self.given).title,
            "grade_title": self.column(facts, self.grade).title,
        }
        return {**Rule.words(self, facts), **titles}

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        names = {key: self.codes(facts, key) for key in (self.given, self.grade, self.at)}
        first, last = days_of_row(row, self.day, self.period, facts)
        found = [
            each
            for each in self._listed(facts)
            if each.firm
            and (each.given, each.grade) == (row[self.given], row[self.grade])
            and each.valid_from <= first
            and last <= each.valid_to
        ]
        return {
            "entry": names[self.at].name(row[self.at]),
            "given": names[self.given].name(row[self.given]),
            "grade": names[self.grade].name(row[self.grade]),
            "expected": ", ".join(dict.fromkeys(names[self.at].name(each.entry) for each in found)),
            "basis": "; ".join(dict.fromkeys(each.basis for each in found)),
        }
