"""What the page for a leader says, as sentences and figures ready to be set out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.model import Standing
from pipeline.summarise.brief.outcomes import LONGEST_NAME, MOST_NAMED, OutcomeSentences
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import dimension
from pipeline.summarise.figures.doubts import doubtful
from pipeline.summarise.figures.figures import by_entry, select
from pipeline.summarise.figures.lines import named_by_standing
from pipeline.summarise.figures.measures import lowered
from pipeline.summarise.figures.origins import own_column
from pipeline.summarise.figures.periods import time_of
from pipeline.summarise.figures.tables import table_spec
from pipeline.summarise.figures.totals import AGENCIES
from pipeline.summarise.figures.wording import marks, share
from pipeline.summarise.report.amounts import cut, inside
from pipeline.summarise.report.facts import ItemFacts
from pipeline.summarise.report.saying import Sentences
from schemas.round.outline import DeclaredBrief, DeclaredFigures, Mentions, Ranking
from schemas.round.settings import CONTENT_FILE
from schemas.words import Language, formal_day

MOST_RANKED = 3
_MOST_SAID = 4
"""Sentences of what all rows come to."""
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
        count, room = 1, _LONGEST_LIST - len(names[0])
        while count < len(names) and room >= len(names[count]) + 2:
            room -= len(names[count]) + 2
            count += 1
        listed, more = "; ".join(names[:count]), len(names) - count
        return self._say("and_others", names=listed, count=more) if more else listed

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
                "name": cut(facts.by.names[alike[0]], LONGEST_NAME),
                "kind": inside(facts.by.title),
                "count": len(alike) - 1,
            }
            yield self._say("unclear" if len(alike) == 1 else "unclear_more", **words)

    def _entry(self, facts: ItemFacts, at: int) -> str:
        value = facts.say(facts.measures[0], float(facts.values[at]))
        part = share(facts.values[at], np.nansum(facts.values), self.lang)
        return self.consolidation.say(
            "report.entry",
            name=cut(facts.by.names[at], LONGEST_NAME),
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

    @property
    def done(self) -> list[str]:
        """What was done about what is counted, and by whom."""
        declared = self.declared.done
        return OutcomeSentences(self.consolidation, declared).sentences if declared else []

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
                "named", number=number, name=cut(by.names[at], 2 * LONGEST_NAME), count=counts[at]
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


def block(brief: Brief) -> list[tuple[str, str]]:
    """The main sentences, each below what it is about: for those who show no charts."""
    say = brief.consolidation.say
    sentences = [(say("brief.coverage"), brief.sure), (say("brief.whole"), brief.whole)]
    sentences += [(cell.title, cell.sentence) for cell in brief.cells]
    if brief.done:
        sentences.append((say("brief.handled"), " ".join(brief.done)))
    sentences += [(named.title, "; ".join(named.entries) + ".") for named in brief.named]
    return sentences


def _names(agencies: pd.DataFrame) -> list[str]:
    return [
        cut(short or name, LONGEST_NAME)
        for short, name in zip(agencies["short_name"], agencies["name"], strict=True)
    ]
