"""What was done about what is counted, and by whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.measures import Measure, Rate, lowered
from pipeline.summarise.figures.wording import share
from pipeline.summarise.report.amounts import cut
from pipeline.summarise.report.facts import ItemFacts
from schemas.round.outline import DeclaredFigures, Outcomes

LONGEST_NAME = 80
MOST_NAMED = 3
"""Entries that a sentence names."""


@dataclass(frozen=True)
class OutcomeSentences:
    """How the measure ``declared.whole`` falls into its parts: handled, pending and so on."""

    consolidation: Consolidation
    declared: Outcomes

    @property
    def sentences(self) -> list[str]:
        """Two sentences: all together, and by whom; none if no outcome is known."""
        if not self._known or not self._whole > 0:
            return []
        parts = [
            self._part(self._measures[key], value, "" if self._hides_rate else self._share(value))
            for key, value in self._known.items()
        ]
        if (rest := self._facts.rest) > 0:
            value = self._facts.say(self._measures[self.declared.whole], rest)
            unknown = {"title": self._say("unknown"), "value": value, "share": self._share(rest)}
            parts.append(self._say("part", **unknown))
        whole = self._facts.say(self._measures[self.declared.whole], self._whole)
        return [self._say("done", whole=whole, parts="; ".join(parts)), *self._by_whom()]

    def _say(self, key: str, **words: object) -> str:
        return self.consolidation.say(f"brief.{key}", **words)

    def _share(self, value: float) -> str:
        return share(value, self._whole, self.consolidation.lang)

    # --- the numbers
    # -------------------------------------------------------------------------------

    @cached_property
    def _facts(self) -> ItemFacts:
        by, measures = self.declared.by or "agency", (self.declared.whole,)
        return ItemFacts(
            self.consolidation, DeclaredFigures("", self.declared.table, by, measures=measures)
        )

    @cached_property
    def _measures(self) -> Mapping[str, Measure]:
        return {measure.key: measure for measure in self._facts.every_measure}

    @property
    def _whole(self) -> float:
        return float(self._facts.total[self.declared.whole])

    @cached_property
    def _known(self) -> Mapping[str, float]:
        """The parts that anybody reported."""
        total = self._facts.total
        return {key: float(total[key]) for key in self.declared.parts if not np.isnan(total[key])}

    @cached_property
    def _rate(self) -> Rate | None:
        """The rate that the round declares of the first part."""
        quotient = (self.declared.parts[0], self.declared.whole)
        rates = (measure for measure in self._measures.values() if isinstance(measure, Rate))
        return next((rate for rate in rates if (rate.part, rate.whole) == quotient), None)

    @property
    def _hides_rate(self) -> bool:
        """Whether a part's share of all would pass for a rate, and a lower one.

        The rate is of those alone whose outcome is known.
        """
        rate = self._rate
        return rate is not None and float(self._facts.total[rate.whole_key]) < self._whole

    # --- the words
    # ---------------------------------------------------------------------------------

    def _part(self, measure: Measure, value: float, share_: str) -> str:
        words = {"title": lowered(measure.title), "value": self._facts.say(measure, value)}
        if not share_:
            return self._say("part_alone", **words)
        return self._say("part", **words, share=share_)

    def _by_whom(self) -> Iterator[str]:
        """Say the first part of what the largest entries have, each beside its whole."""
        quotients = self._quotients() if self.declared.by else []
        if not quotients:
            return
        facts = self._facts
        first, counted = (
            self._measures[key] for key in (self.declared.parts[0], self.declared.whole)
        )
        entries = [
            self._say(
                "of",
                name=cut(name, LONGEST_NAME),
                part=facts.say(first, part).split(" ")[0],
                whole=facts.say(counted, whole),
                share=share(part, whole, self.consolidation.lang),
            )
            for name, part, whole in quotients
        ]
        yield self._say(
            "by_whom_known" if self._hides_rate else "by_whom",
            title=first.title,
            by=facts.by.title.lower(),
            entries="; ".join(entries),
        )

    def _quotients(self) -> list[tuple[str, float, float]]:
        """Return name, part and whole of the largest entries, and of the others together.

        Those of all together come first, if the first sentence doesn't tell their rate.
        """
        facts, rate = self._facts, self._rate
        keys = (self.declared.parts[0], self.declared.whole)
        keys = (rate.part_key, rate.whole_key) if rate else keys
        part, whole = (facts.entries[key].to_numpy(dtype="float64") for key in keys)
        places = [place for place in facts.ranked if not np.isnan(part[place])]
        if not places:
            return []
        largest, others = places[:MOST_NAMED], places[MOST_NAMED:]
        quotients = [(facts.by.names[place], part[place], whole[place]) for place in largest]
        if self._hides_rate:
            all_part, all_whole = (float(facts.total[key]) for key in keys)
            quotients.insert(0, (self._say("all"), all_part, all_whole))
        if others:
            quotients.append((self._say("others"), part[others].sum(), whole[others].sum()))
        return quotients
