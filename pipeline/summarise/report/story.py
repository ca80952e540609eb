"""The report from its first line to its last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.model import Standing
from pipeline.office.paper import Paper
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.doubts import MOST_NAMED, doubtful, doubts
from pipeline.summarise.figures.measures import Rate
from pipeline.summarise.figures.rests import nils_explained
from pipeline.summarise.figures.tables import table_spec
from pipeline.summarise.figures.wording import marked, marks
from pipeline.summarise.pictures.raster import png
from pipeline.summarise.report.charts import chart
from pipeline.summarise.report.digest import Digest, digests
from pipeline.summarise.report.facts import ItemFacts
from pipeline.summarise.report.head import foot, head
from pipeline.summarise.report.quoting import Quoting
from pipeline.summarise.report.saying import Sentences
from pipeline.summarise.report.sources import Sources
from pipeline.summarise.report.tables import table
from pipeline.summarise.report.who import who
from pipeline.summarise.texts.passages import OUTLINE, Passages
from schemas.columns import Kind
from schemas.round.outline import DeclaredReport, ReportSection
from schemas.round.settings import CONTENT_FILE
from schemas.words import formal_day

_LINE_SPACING = 1.1
"""Lines; the decree allows 1 to 1.5."""
_WITH_SIGNATURE = 3
"""Paragraphs of the text that stay with the signature: it stands on no page of its own."""


def report(
    consolidation: Consolidation, outline: DeclaredReport, found: Sequence[Passages]
) -> bytes:
    """The report as .docx; the same consolidation gives the same bytes."""
    return Report(consolidation, outline, found).content()


@dataclass(frozen=True)
class Report:
    """What the report is written from."""

    consolidation: Consolidation
    outline: DeclaredReport
    passages: Sequence[Passages]

    def content(self) -> bytes:
        """Write it all."""
        paper = Paper(
            title=f"{self.outline.kind}. {self.outline.subject}",
            author=self.outline.issuer,
            day=self.consolidation.round_.deadline,
            lang=self.consolidation.lang,
            labels={name: self.say(name) for name in ("table", "picture", "continued")},
            line_spacing=_LINE_SPACING,
        )
        marks = " · ".join(self.marks)
        paper.foot(marks)
        head(paper, self.outline, marks, self.consolidation.round_)
        self._scope(paper)
        for section in self.outline.sections:
            self._section(paper, section)
        paper.keep_last(_WITH_SIGNATURE)
        foot(paper, self.outline, self.consolidation.round_)
        self._annexes(paper)
        return paper.content()

    def say(self, key: str, **words: object) -> str:
        """A word of the report."""
        return self.consolidation.say(f"report.{key}", **words)

    @cached_property
    def sources(self) -> Sources:
        """The extracts that are quoted."""
        return Sources(self.consolidation.round_)

    @cached_property
    def digests(self) -> list[tuple[Passages, Mapping[str, list[Digest]]]]:
        """What was written, by source and outline item; grouped texts first.

        The rest says the same at length.
        """
        return sorted(
            ((passages, digests(passages)) for passages in self.passages),
            key=lambda each: not each[0].source.group,
        )

    @property
    def marks(self) -> list[str]:
        """What every page says of the report."""
        return [self.say("draft"), *marks(self.consolidation)]

    # --- what it rests on
    # --------------------------------------------------------------------------

    def _scope(self, paper: Paper) -> None:
        """Add what the report rests on, and the place for the author's own judgement."""
        round_ = self.consolidation.round_
        if self.outline.preamble:
            paper.text((self.outline.preamble, ""))
        paper.text(
            (self.say("scope_title") + " ", "b"),
            (
                self.say(
                    "scope",
                    start=formal_day(round_.start),
                    end=formal_day(round_.end),
                    **self._standing_counts,
                ),
                "",
            ),
            *(
                (" " + self.say(f"scope_{name}", count=count, all=self._counted_at_all), "")
                for name, count in self._further_counts
            ),
        )
        if warned := doubts(self.consolidation):
            paper.text((warned, "b"))
        for mark in marked(self.consolidation):
            paper.text((self.consolidation.say(f"summary.notes.{mark}_text"), "b"))
        caveats = [self.outline.caveat, self.say("missing_is_not_zero")]
        caveats += nils_explained(
            self.consolidation, table_spec(round_, round_.settings.figures.default_table)
        )
        caveats += [self.say("rule_of_extracts", file=CONTENT_FILE)] if self.passages else []
        paper.text((self.say("caveat_title") + " ", "b"), (" ".join(filter(None, caveats)), ""))
        paper.text((self.say("judgement.whole"), "m"))

    @property
    def _standing_counts(self) -> dict[str, int]:
        """How many agencies stand how."""
        known = self.consolidation.coverage
        counts = {
            name: getattr(known, name)
            for name in ("agencies", "counted", "nil", "late", "correcting")
        }
        return counts | {"missing": len(self.consolidation.standing_of(Standing.MISSING))}

    @property
    def _counted_at_all(self) -> int:
        """How many agencies figures may hold, those that count provisionally among them."""
        return self.consolidation.coverage.counted + self.consolidation.coverage.provisional

    @property
    def _further_counts(self) -> list[tuple[str, int]]:
        """Further counts of agencies, where there are any.

        Those that count provisionally, are unreadable, are excused, or have a version that waits.
        """
        known = self.consolidation.coverage
        return [
            (name, getattr(known, name))
            for name in ("provisional", "unreadable", "excused", "pending")
            if getattr(known, name)
        ]

    # --- items
    # -------------------------------------------------------------------------------------

    def _section(self, paper: Paper, section: ReportSection) -> None:
        paper.heading(section.heading, 1)
        paper.text((self.say("judgement.section"), "m"))
        for item in section.items:
            self._item(paper, item)

    def _item(self, paper: Paper, code: str) -> None:
        entry = self.consolidation.round_.codelists[OUTLINE].by_code[code]
        heading = entry.extra.get("heading", entry.name)
        if heading:
            paper.heading(heading, 2)
        shown = [
            ItemFacts(self.consolidation, asked)
            for asked in self.outline.figures
            if asked.item == code
        ]
        for facts in shown:
            self._figures(paper, facts)
        texts = [(passages, found[code]) for passages, found in self.digests if code in found]
        for passages, listed in texts:
            Quoting(passages, code, listed, self.sources).write(paper)
        if not texts and all(facts.nothing for facts in shown):
            paper.text((self.say("nothing_written"), "i"))

    def _figures(self, paper: Paper, facts: ItemFacts) -> None:
        """Sentences, a table with its notes and a chart, of some figures."""
        if facts.asked.title:
            paper.subheading(facts.asked.title)
        if facts.nothing or not facts.shown:
            key = "no_figures_yet" if not self.consolidation.coverage.counted else "no_figures"
            paper.text((self.say(key, by=facts.by.title.lower()), "i"))
            return
        sentences = Sentences(facts, self.outline.parts, self.outline.settled).all
        made = table(facts, self.outline.parts) if facts.asked.tabled else None
        notes = [*(made.notes if made else []), *self._doubted(facts)]
        if sentences or notes:
            paper.text((" ".join(sentences), ""), (" ".join(["", *notes]) if notes else "", "i"))
        if made:
            paper.table(
                made.caption,
                made.heads,
                made.lines,
                made.widths,
                totals=made.totals,
                size=made.size,
            )
        drawn = chart(facts)
        if drawn:
            paper.picture(drawn.caption, png(drawn.svg), drawn.words)

    def _doubted(self, facts: ItemFacts) -> Iterator[str]:
        """Say whose amounts in a total look like slips.

        It is told where the total is, and not on the first page alone.
        """
        if any(
            each.kind is Kind.DECIMAL and not isinstance(each, Rate) for each in facts.measures
        ) and (names := doubtful(self.consolidation, facts.spec.sheet)):
            yield self.say("doubted", count=len(names), names="; ".join(names[:MOST_NAMED]))

    # --- annexes
    # -----------------------------------------------------------------------------------

    def _annexes(self, paper: Paper) -> None:
        """Who is not in the figures, and where extracts stand."""
        of = self.say("annex.of", kind=self.outline.kind.capitalize(), symbol=self.outline.symbol)
        quoted = bool(self.sources.quoted)
        paper.annex(self.say("annex.first" if quoted else "annex.only"), self.say("annex.who"), of)
        who(paper, self.consolidation)
        if quoted:
            paper.annex(self.say("annex.second"), self.say("annex.sources"), of)
            self.sources.table(paper)
