"""What the page for a leader says, as sentences and figures ready to be set out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.model import Standing
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import dimension
from pipeline.summarise.figures.doubts import doubtful
from pipeline.summarise.figures.figures import by_entry, select
from pipeline.summarise.figures.lines import named_by_standing
from pipeline.summarise.figures.measures import Measure, Rate, lowered
from pipeline.summarise.figures.origins import own_column
from pipeline.summarise.figures.periods import time_of
from pipeline.summarise.figures.tables import table_spec
from pipeline.summarise.figures.totals import AGENCIES
from pipeline.summarise.figures.wording import marks, share
from pipeline.summarise.report.amounts import cut, inside
from pipeline.summarise.report.facts import ItemFacts
from pipeline.summarise.report.saying import Sentences
from schemas.round.outline import DeclaredBrief, DeclaredFigures, Mentions, Outcomes, Ranking
from schemas.round.settings import CONTENT_FILE
from schemas.words import Language, formal_day

MOST_RANKED = 3
_MOST_SAID = 4
"""Sentences of what all rows come to."""
MOST_NAMED = 3
"""Entries that most agencies name."""
_LONGEST_NAME = 80
_LONGEST_LIST = 260
"""Letters of names of agencies, from which the rest are counted."""
_ABSENT = {
    Standing.MISSING: "missing",
    Standing.UNREADABLE: "unreadable",
    Standing.CORRECTING: "correcting",
}
"""Standings of agencies that are named, with their words."""


@dataclass(frozen=True)
class BriefCell:
    """A finding with its chart: what it is about, what it says, the figures behind it."""

    title: str
    sentence: str
    facts: ItemFacts


@dataclass(frozen=True)
class NamedEntries:
    """Entries below a title."""

    title: str
    entries: tuple[str, ...]


@dataclass(frozen=True)
class Brief:
    """The page's content."""

    consolidation: Consolidation

    @property
    def lang(self) -> Language:
        """The language that it is written in."""
        return self.consolidation.lang

    def _say(self, key: str, **words: object) -> str:
        return self.consolidation.say(f"brief.{key}", **words)

    @property
    def declared(self) -> DeclaredBrief:
        """What the round declares of it."""
        return self.consolidation.round_.outline.brief

    @property
    def title(self) -> str:
        """What the page is called."""
        return self.declared.title or self._say("title")

    @property
    def marks(self) -> str:
        """What must be said of all its figures."""
        return " · ".join(marks(self.consolidation))

    # --- how sure
    # ----------------------------------------------------------------------------------

    @property
    def sure(self) -> str:
        """Say in one sentence on how many agencies all figures rest.

        Then how many wait for a decision or look like slips, if any do.
        """
        known, round_ = self.consolidation.coverage, self.consolidation.round_
        counts = {
            name: getattr(known, name)
            for name in ("agencies", "counted", "nil", "late", "correcting", "provisional")
        }
        counts["missing"] = len(self.consolidation.standing_of(Standing.MISSING))
        days = {"start": formal_day(round_.start), "end": formal_day(round_.end)}
        key = "sure_provisional" if known.provisional else "sure"
        said = [
            self._say(key, share=share(known.counted, known.agencies, self.lang), **counts, **days)
        ]
        if known.pending:
            said.append(self._say("sure_pending", count=known.pending))
        if names := doubtful(self.consolidation):
            said.append(self._say("sure_doubtful", count=len(names), names=self._few(names)))
        return " ".join(said)

    @property
    def absent(self) -> list[str]:
        """Who has not reported, and whose return isn't counted yet, by name."""
        return [
            self._say(f"absent.{key}", count=len(agencies), names=self._few(_names(agencies)))
            for key, agencies in named_by_standing(self.consolidation, _ABSENT)
            if len(agencies)
        ]

    def _few(self, names: Sequence[str]) -> str:
        """Names as far as there is room, and how many more there are."""
        shown, room = 1, _LONGEST_LIST - len(names[0])
        while shown < len(names) and room >= len(names[shown]) + 2:
            room -= len(names[shown]) + 2
            shown += 1
        listed = "; ".join(names[:shown])
        return (
            listed
            if shown == len(names)
            else self._say("and_others", names=listed, count=len(names) - shown)
        )

    @property
    def whole(self) -> str:
        """What all rows come to."""
        spec, report = (
            table_spec(self.consolidation.round_, self._table),
            self.consolidation.round_.outline.report,
        )
        facts = ItemFacts(
            self.consolidation, DeclaredFigures("", spec.key, "agency", says=self.declared.says)
        )
        if facts.nothing:
            return self._say("nothing" if self.consolidation.coverage.counted else "no_figures")
        told = Sentences(facts, report.parts, report.settled) if report else Sentences(facts)
        return " ".join(told.all[:_MOST_SAID] if self.declared.says else [told.totals])

    # --- what is worst, is it getting worse
    # --------------------------------------------------------

    @cached_property
    def cells(self) -> list[BriefCell]:
        """The largest entries of each dimension, and the change over time, if there are figures."""
        found = [*map(self._ranked, self._asked()[:MOST_RANKED]), self._trend()]
        return [cell for cell in found if cell is not None and cell.facts.ranked]

    @property
    def _table(self) -> str:
        return self.consolidation.round_.settings.figures.default_table

    def _asked(self) -> Sequence[Ranking]:
        """The dimensions that are ranked: those declared, else those of the summaries.

        Own returns alone count where entries have agencies.
        """
        if self.declared.ranked:
            return self.declared.ranked
        round_ = self.consolidation.round_
        spec = table_spec(round_, self._table)
        keys = dict.fromkeys(each.dimension for each in round_.settings.summaries)
        return [
            Ranking(key, own=own_column(round_, spec) == key)
            for key in keys
            if spec.has(key) or key in round_.settings.dimensions
        ]

    def _ranked(self, ranked: Ranking) -> BriefCell | None:
        facts = ItemFacts(
            self.consolidation,
            DeclaredFigures("", self._table, ranked.by, own=ranked.own, chart="bars"),
        )
        places = facts.largest(1)[:2]
        if not places:
            return None
        entries = "; ".join(self._entry(facts, at) for at in places)
        sentence = self._say("largest", entries=entries, measure=lowered(facts.measures[0].title))
        return BriefCell(
            ranked.title or facts.by.title,
            " ".join([sentence, *self._unclear(facts, places)]),
            facts,
        )

    def _unclear(self, facts: ItemFacts, named: Sequence[int]) -> Iterator[str]:
        """Say which entries can't be told from the first, for chance may have put them behind."""
        alike = facts.alike_beside(named)
        if alike:
            words = {
                "name": cut(facts.by.names[alike[0]], _LONGEST_NAME),
                "kind": inside(facts.by.title),
                "count": len(alike) - 1,
            }
            yield self._say("unclear" if len(alike) == 1 else "unclear_more", **words)

    def _entry(self, facts: ItemFacts, at: int) -> str:
        value = facts.say(facts.measures[0], float(facts.values[at]))
        part = share(facts.values[at], np.nansum(facts.values), self.lang)
        return self.consolidation.say(
            "report.entry",
            name=cut(facts.by.names[at], _LONGEST_NAME),
            value=value,
            share=part,
        )

    def _trend(self) -> BriefCell | None:
        time = time_of(
            self.consolidation.round_, table_spec(self.consolidation.round_, self._table)
        )
        if time is None:
            return None
        facts = ItemFacts(
            self.consolidation,
            DeclaredFigures("", self._table, time.key, monthly=True, chart="columns"),
        )
        change = Sentences(facts).word("change")
        measure = lowered(facts.measures[0].title)
        key = "trend" if change else "trend_alone"
        return BriefCell(
            self._say("change"),
            self._say(key, change=change[:1].upper() + change[1:], measure=measure),
            facts,
        )

    # --- what was done
    # -----------------------------------------------------------------------------

    @property
    def done(self) -> list[str]:
        """How what is counted falls into what was done about it, and by whom."""
        declared = self.declared.done
        if declared is None:
            return []
        facts = ItemFacts(
            self.consolidation,
            DeclaredFigures(
                "", declared.table, declared.by or "agency", measures=(declared.whole,)
            ),
        )
        whole, measures = (
            float(facts.total[declared.whole]),
            {each.key: each for each in facts.every_measure},
        )
        told = {
            key: float(facts.total[key]) for key in declared.parts if not np.isnan(facts.total[key])
        }
        if not told or not whole > 0:
            return []
        left, rate = facts.rest, _rate(declared, measures)
        # a share of all would pass for a lower rate
        hides_rate = rate is not None and float(facts.total[rate.whole_key]) < whole
        parts = [
            self._part(
                facts, measures[key], value, "" if hides_rate else share(value, whole, self.lang)
            )
            for key, value in told.items()
        ]
        if left > 0:
            unknown = facts.say(measures[declared.whole], left)
            parts.append(
                self._say(
                    "part",
                    title=self._say("unknown"),
                    value=unknown,
                    share=share(left, whole, self.lang),
                )
            )
        said = self._say(
            "done", whole=facts.say(measures[declared.whole], whole), parts="; ".join(parts)
        )
        return [said, *self._by_whom(facts, declared, rate, with_all=hides_rate)]

    def _part(self, facts: ItemFacts, measure: Measure, value: float, share_: str) -> str:
        words = {"title": lowered(measure.title), "value": facts.say(measure, value)}
        return (
            self._say("part", **words, share=share_) if share_ else self._say("part_alone", **words)
        )

    def _by_whom(
        self, facts: ItemFacts, declared: Outcomes, rate: Rate | None, *, with_all: bool
    ) -> Iterator[str]:
        """The first part of what the largest entries have, each beside its whole.

        ``with_all``: and of all together.
        """
        if not declared.by:
            return
        keys = (rate.part_key, rate.whole_key) if rate else (declared.parts[0], declared.whole)
        part, whole = (facts.entries[key].to_numpy(dtype="float64") for key in keys)
        places = [at for at in facts.ranked if not np.isnan(part[at])]
        if not places:
            return
        shown, others = places[:MOST_NAMED], places[MOST_NAMED:]
        listed: list[tuple[str, float, float]] = []
        if with_all:
            listed.append(
                (self._say("all"), float(facts.total[keys[0]]), float(facts.total[keys[1]]))
            )
        listed += [(facts.by.names[at], part[at], whole[at]) for at in shown]
        listed += [(self._say("others"), part[others].sum(), whole[others].sum())] if others else []
        measures = {each.key: each for each in facts.every_measure}
        first, counted = measures[declared.parts[0]], measures[declared.whole]
        said = [
            self._say(
                "of",
                name=cut(name, _LONGEST_NAME),
                part=facts.say(first, some).split(" ")[0],
                whole=facts.say(counted, all_),
                share=share(some, all_, self.lang),
            )
            for name, some, all_ in listed
        ]
        key = "by_whom_known" if with_all else "by_whom"
        yield self._say(key, title=first.title, by=facts.by.title.lower(), entries="; ".join(said))

    # --- what most agencies name
    # -------------------------------------------------------------------

    @cached_property
    def named(self) -> list[NamedEntries]:
        """The entries that most agencies name, with how many do."""
        found = [NamedEntries(each.title, tuple(self._named(each))) for each in self.declared.named]
        return [each for each in found if each.entries]

    def _named(self, named: Mentions) -> Iterator[str]:
        round_ = self.consolidation.round_
        spec = table_spec(round_, named.table)
        by = dimension(round_, spec, named.by)
        counts = by_entry(
            self.consolidation,
            spec,
            by,
            select(self.consolidation, spec, tuple(named.where.items())),
        )[AGENCIES].tolist()
        places = [at for at, entry in enumerate(by.entries) if counts[at] and not entry.is_residual]
        for number, at in enumerate(
            sorted(places, key=lambda at: (-counts[at], at))[:MOST_NAMED], 1
        ):
            yield self._say(
                "named", number=number, name=cut(by.names[at], 2 * _LONGEST_NAME), count=counts[at]
            )

    # --- where there is more
    # -----------------------------------------------------------------------

    @property
    def files(self) -> list[str]:
        """The files that tell more, beside the page."""
        round_ = self.consolidation.round_
        report = [round_.outline.report.file] if round_.outline.report else []
        return [
            *(each.file for each in round_.settings.summaries),
            *([CONTENT_FILE] if round_.outline.texts else []),
            *report,
        ]


def _rate(declared: Outcomes, measures: Mapping[str, Measure]) -> Rate | None:
    """The rate that the round declares of the first part."""
    return next(
        (
            each
            for each in measures.values()
            if isinstance(each, Rate)
            and (each.part, each.whole) == (declared.parts[0], declared.whole)
        ),
        None,
    )


def block(brief: Brief) -> list[tuple[str, str]]:
    """The main sentences, each below what it is about: for those who show no charts."""
    found: list[tuple[str, str]] = [
        (brief.consolidation.say("brief.coverage"), brief.sure),
        (brief.consolidation.say("brief.whole"), brief.whole),
    ]
    found += [(cell.title, cell.sentence) for cell in brief.cells]
    found += (
        [(brief.consolidation.say("brief.handled"), " ".join(brief.done))] if brief.done else []
    )
    found += [(each.title, "; ".join(each.entries) + ".") for each in brief.named]
    return found


def _names(agencies: pd.DataFrame) -> list[str]:
    return [
        cut(short or name, _LONGEST_NAME)
        for short, name in zip(agencies["short_name"], agencies["name"], strict=True)
    ]
