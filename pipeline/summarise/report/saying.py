"""Sentences that figures fill.

A sentence with an unknown figure is left out: what nobody reported is no zero.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pipeline.summarise.figures import intervals
from pipeline.summarise.figures.measures import Rate, lowered, rates
from pipeline.summarise.figures.rests import parted, rest_measure
from pipeline.summarise.figures.wording import fixed, number, share
from pipeline.summarise.report.amounts import amount, entry, inside
from pipeline.summarise.report.facts import ItemFacts
from schemas.columns import Kind
from schemas.round.outline import GAP, OPTIONAL, SHARE, STATES, TERMS, ReportPart, Settlement

_SAME = 0.05
"""Percent below which an average is called the same."""


@dataclass(frozen=True)
class Sentences:
    """What the figures under an item say.

    ``parts`` and ``settled`` are what gaps may name beside measures.
    """

    facts: ItemFacts
    parts: Mapping[str, ReportPart] = field(default_factory=dict)
    settled: Mapping[str, Settlement] = field(default_factory=dict)

    @property
    def all(self) -> list[str]:
        """The sentences that the round declares, else totals and the largest entries."""
        declared = self.facts.asked.says
        found = [self.fill(each) for each in declared] if declared else [self.totals, self.largest]
        return [sentence for sentence in found if sentence]

    def fill(self, sentence: str) -> str:
        """Fill the gaps of a sentence; blank if one can't be filled.

        A part in square brackets is left out alone.
        """
        return self._filled(OPTIONAL.sub(lambda part: self._filled(part[1]), sentence))

    def _filled(self, sentence: str) -> str:
        words = {name: self.word(name) for name in GAP.findall(sentence)}
        return GAP.sub(lambda gap: words[gap[1]], sentence) if all(words.values()) else ""

    def word(self, name: str) -> str:
        """What fills a gap; blank where it isn't known."""
        plain = {
            "agencies": self._agencies,
            "provisional": self._provisional,
            "largest": self._largest,
            "unclear": self._unclear,
            "left_over": self._left_over,
            "rest": self._rest,
        }
        plain |= {"every": self._every, "months": self._months, "change": self._change}
        if name in plain:
            return plain[name]()
        first, *rest = name.split(".")
        if rest == [TERMS]:
            return self._terms(first)
        if first in self.settled:
            return self._state(self.settled[first], *rest)
        return (
            self._of_part(self.parts[first], *rest)
            if first in self.parts
            else self._figure(name, self.facts.told)
        )

    def _say(self, key: str, **words: object) -> str:
        return self.facts.consolidation.say(f"report.{key}", **words)

    # --- without declared sentences
    # ----------------------------------------------------------------

    @property
    def totals(self) -> str:
        """What all rows come to; each figure by its unit, where that tells it from the others."""
        figures = [
            self.facts.say(each, float(self.facts.told[each.key])) for each in self.facts.measures
        ]
        units = Counter(each.unit for each in self.facts.measures)
        said = [
            figure
            if each.unit and units[each.unit] == 1 and not isinstance(each, Rate)
            else self._say("figure", title=lowered(each.title), value=figure)
            for each, figure in zip(self.facts.measures, figures, strict=True)
            if figure
        ]
        key, words = (
            ("totals_provisional", {"provisional": self._provisional()})
            if self.facts.provisional
            else ("totals", {})
        )
        return (
            self._say(key, agencies=self._agencies(), totals="; ".join(said), **words)
            if said
            else ""
        )

    @property
    def largest(self) -> str:
        """The entries with most of the first measure."""
        alone = len(self.facts.ranked) <= 1 or self.facts.asked.monthly
        entries = "" if alone else self._largest()
        return (
            self._say("largest", measure=lowered(self.facts.measures[0].title), entries=entries)
            if entries
            else ""
        )

    # --- gaps
    # --------------------------------------------------------------------------------------

    def _agencies(self) -> str:
        return number(self.facts.agencies, self.facts.lang) if self.facts.agencies else ""

    def _provisional(self) -> str:
        return number(self.facts.provisional, self.facts.lang) if self.facts.provisional else ""

    def _largest(self) -> str:
        return "; ".join(self._entry(at) for at in self.facts.largest())

    def _unclear(self) -> str:
        """That chance may have put the first entry first, and before which."""
        alike, by = self.facts.alike_beside(self.facts.largest()), self.facts.by
        words = (
            {"by": by.title, "kind": inside(by.title), "name": by.names[alike[0]]} if alike else {}
        )
        return (
            self._say(
                "unclear" if len(alike) == 1 else "unclear_more", count=len(alike) - 1, **words
            )
            if alike
            else ""
        )

    def _left_over(self) -> str:
        """What isn't ranked, and how much of the whole it is."""
        entries = "; ".join(map(self._entry, self.facts.left_over))
        return self._say("left_over", entries=entries) if entries else ""

    def _rest(self) -> str:
        """What declared parts leave of their whole."""
        done = parted(self.facts.consolidation.round_, self.facts.spec)
        return (
            self.facts.say(
                rest_measure(self.facts.consolidation.round_, self.facts.spec, done),
                self.facts.rest,
            )
            if done and self.facts.rest > 0
            else ""
        )

    def _every(self) -> str:
        return "; ".join(
            self._entry(at) for at in range(self.facts.by.size) if self.facts.values[at] > 0
        )

    def _entry(self, at: int) -> str:
        facts = self.facts
        part = share(facts.values[at], np.nansum(facts.values), facts.lang)
        value = facts.say(facts.measures[0], float(facts.values[at]))
        return entry(facts.consolidation.round_, facts.by, at, value, part)

    def _averages(self) -> list[tuple[int, float]]:
        averages = [(at, self.facts.a_month(at)) for at in range(len(self.facts.by.entries))]
        return [
            (at, average)
            for at, average in averages
            if average is not None and not math.isnan(average)
        ]

    def _months(self) -> str:
        facts = self.facts
        said = [
            (at, f"{fixed(average, 1, facts.lang)} {facts.measures[0].unit}".strip())
            for at, average in self._averages()
        ]
        round_ = facts.consolidation.round_
        return "; ".join(entry(round_, facts.by, at, value, "") for at, value in said)

    def _change(self) -> str:
        """How the last average differs from the one before."""
        if len(self._averages()) <= 1:
            return ""
        (earlier, before), (later, after) = self._averages()[-2:]
        if not before:
            return ""
        percent = 100 * (after - before) / before
        names = {
            "later": inside(self.facts.by.names[later]),
            "earlier": inside(self.facts.by.names[earlier]),
        }
        key = "same" if abs(percent) < _SAME else "more" if percent > 0 else "less"
        change = self._say(
            f"change.{key}", percent=fixed(abs(percent), 1, self.facts.lang), **names
        )
        return (
            change
            if key == "same" or self._is_clear(later, earlier)
            else self._say("change.unclear", change=change)
        )

    def _is_clear(self, later: int, earlier: int) -> bool:
        """Whether two monthly averages differ by more than chance.

        Of amounts, which are no counts, that can't be said.
        """
        facts, months = self.facts, [self.facts.months(at) or 1.0 for at in (later, earlier)]
        low, high = intervals.of_ratio(
            facts.values[later], facts.values[earlier], months[0] / months[1]
        )
        return facts.measures[0].kind is not Kind.COUNT or not low <= 1 <= high

    def _figure(self, key: str, figures: Mapping[str, float]) -> str:
        measure = next(each for each in self.facts.every_measure if each.key == key)
        return self.facts.say(measure, float(figures[key]))

    def _terms(self, key: str) -> str:
        """What a rate divides by what, over the rows that give both; blank where none does."""
        measures = {each.key: each for each in self.facts.every_measure}
        rate = next(
            rate
            for rate in rates(self.facts.consolidation.round_, self.facts.spec)
            if rate.key == key
        )
        part, whole = (float(self.facts.total[key]) for key in (rate.part_key, rate.whole_key))
        if math.isnan(part) or not whole > 0:
            return ""
        return f"{number(part, self.facts.lang)}/{self.facts.say(measures[rate.whole], whole)}"

    def _of_part(self, part: ReportPart, key: str, ending: str = "") -> str:
        figures = self.facts.part(part)
        if ending == SHARE:
            return share(figures[key], self.facts.total[key], self.facts.lang)
        return self._figure(key, figures)

    def _state(self, settled: Settlement, state: str, ending: str = "") -> str:
        counts = states(self.facts, settled)
        if ending == SHARE:
            return share(counts[state], sum(counts.values()), self.facts.lang)
        unit = self.facts.spec.by_key[settled.measure].unit
        return amount(counts[state], unit, self.facts.consolidation.round_, is_whole=True)


def states(facts: ItemFacts, settled: Settlement) -> dict[str, float]:
    """How much of a measure is in rows that are settled wholly, partly, not at all, unknown."""
    rows, is_count = facts.rows, facts.spec.by_key[settled.measure].kind is Kind.COUNT
    part, whole, counted = (
        rows[key].to_numpy(dtype="float64")
        for key in (settled.part, settled.whole, settled.measure)
    )
    known = ~np.isnan(part) & (whole > 0)
    masks = (
        known & (part >= whole),
        known & (part > 0) & (part < whole),
        known & (part == 0),
        ~known,
    )
    sums = [float(np.nansum(counted[mask])) for mask in masks]
    return dict(zip(STATES, map(round, sums) if is_count else sums, strict=True))
