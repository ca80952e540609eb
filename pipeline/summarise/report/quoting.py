"""What agencies wrote: how many say what, and some of it in their own words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.office.grid import Cell
from pipeline.office.paper import Paper
from pipeline.summarise.figures.wording import fixed, number
from pipeline.summarise.report.amounts import inside
from pipeline.summarise.report.digest import MOST_SHORT, Digest, Extract
from pipeline.summarise.report.sources import Sources
from pipeline.summarise.texts.passages import Passages
from pipeline.text.wording import meaning, told
from schemas.round.settings import CONTENT_FILE
from schemas.words import formal_day

MOST = 6
"""Extracts of one source under one item."""
_MOST_OF_A_GROUP = 3
_MOST_VARIANTS = 3
"""Texts nearly the same that are told beside an extract."""
_FEW = 4
"""Groups that need no table of counts: their names say them."""


@dataclass(frozen=True)
class Quoting:
    """The texts of one source under one item of the outline."""

    passages: Passages
    item: str
    listed: Sequence[Digest]
    sources: Sources

    def _say(self, key: str, **words: object) -> str:
        return self.sources.round_.say(f"report.{key}", **words)

    def write(self, paper: Paper) -> None:
        """Add how many agencies name each group, and extracts of each, the most named first."""
        source = self.passages.source
        title = source.title or self._say(
            "wrote", column=self.passages.spec.by_key[source.text].title
        )
        paper.subheading(title)
        if source.short:
            self._phrases(paper)
            return
        ranked = sorted(self.listed, key=self._rank)
        if len(ranked) > _FEW:
            self._counts(paper, ranked)
        most = max(1, min(_MOST_OF_A_GROUP, MOST // len(ranked)))
        for digest in ranked[:MOST]:
            self._group(paper, digest, digest.extracts[:most])
        left = sum(digest.count.different for digest in ranked) - sum(
            len(digest.extracts[:most]) for digest in ranked[:MOST]
        )
        if left:
            paper.note(
                self._say(
                    "left",
                    count=number(left, self.sources.round_.lang),
                    file=CONTENT_FILE,
                    sheet=self.passages.spec.sheet,
                )
            )

    def _rank(self, digest: Digest) -> tuple[bool, int]:
        """Sort groups by how many agencies name them, residual ones last.

        Groups of a list with an order of its own keep that: digests come in it.
        """
        return self._is_rest(
            digest.group
        ), 0 if self.passages.source.ordered else -digest.count.agencies

    def _entries(self) -> dict[str, Any]:
        """The entries of the groups by name."""
        source, spec = self.passages.source, self.passages.spec
        codes = (
            self.sources.round_.codes_of(spec.by_key[source.group]).entries if source.group else ()
        )
        return {entry.name: entry for entry in codes}

    def _is_rest(self, group: str) -> bool:
        """Whether a group is residual, or of texts without a group: it comes last."""
        entry = self._entries().get(group)
        return bool(group) and (entry is None or entry.is_residual)

    # --- counts
    # ------------------------------------------------------------------------------------

    def _counts(self, paper: Paper, ranked: Sequence[Digest]) -> None:
        """How many agencies name each group, how often, and how it is graded on average."""
        source, spec = self.passages.source, self.passages.spec
        by = spec.by_key[source.group].title
        heads = [by, self._say("counted.agencies"), self._say("counted.texts")]
        heads += (
            [self._say("counted.average", title=spec.by_key[source.average].title)]
            if source.average
            else []
        )
        rows = [
            [Cell(each.group), *(Cell(text, figure=True) for text in self._figures(each))]
            for each in ranked
        ]
        paper.table(
            self._say("counts_caption", by=by.lower()), heads, rows, (88, 24, 24, 28)[: len(heads)]
        )

    def _figures(self, digest: Digest) -> list[str]:
        found = [
            number(count, self.sources.round_.lang)
            for count in (digest.count.agencies, digest.count.texts)
        ]
        return [*found, self._average(digest.group)] if self.passages.source.average else found

    def _average(self, group: str) -> str:
        """The mean of what rows of a group say; blank where none says anything."""
        frame, key = self.passages.frame, self.passages.source.average
        given = pd.to_numeric(
            frame.loc[(frame["item"] == self.item) & (frame["group"] == group), key],
            errors="coerce",
        ).dropna()
        return fixed(float(given.mean()), 1, self.sources.round_.lang) if len(given) else "–"

    # --- words
    # -------------------------------------------------------------------------------------

    def _phrases(self, paper: Paper) -> None:
        """Short texts in one sentence, with how many agencies write each, in whatever group."""
        writers: defaultdict[str, set[str]] = defaultdict(set)
        folded = self.passages.folded
        for said, agencies in folded.loc[
            folded["item"] == self.item, ["said", "agencies"]
        ].itertuples(index=False):
            writers[meaning(said)].update(agencies)
        first = {
            meaning(said): text
            for said, text in zip(folded["said"][::-1], folded["text"][::-1], strict=True)
        }
        shared = [text for text in writers if len(writers[text]) > 1] or list(writers)
        most = sorted(shared, key=lambda text: (-len(writers[text]), text))[:MOST_SHORT]
        said = [
            self._say(
                "phrase", text=inside(first[text].strip().rstrip(" .;")), count=len(writers[text])
            )
            for text in most
        ]
        paper.text((self._say("phrases", phrases="; ".join(said)), ""))

    def _group(self, paper: Paper, digest: Digest, extracts: Sequence[Extract]) -> None:
        alone = len(extracts) == 1
        if digest.group and not alone:
            paper.text(
                (self._say("group", group=digest.group, count=digest.count.agencies), "i"),
                keep=True,
            )
        for extract in extracts:
            begin = ((f"{digest.group}: ", "i"),) if digest.group and alone else ()
            paper.item(*begin, *self._extract(extract, digest.group))

    def _extract(self, extract: Extract, group: str) -> tuple[tuple[str, str], ...]:
        average = self.passages.source.average
        graded = self.passages.spec.by_key[average].title if average else ""
        beside = [
            (title, self._shown(value).rstrip(" .;"))
            for title, value in extract.more
            if title != graded
        ]
        more = "; ".join(
            self._say("beside", title=title, value=value) for title, value in beside if value
        )
        who = f" ({self._who(extract.agencies, group)}{'. ' if more else ''}{more})"
        near = [
            f"{told(each.changes)} ({self._who(each.agencies, group)})"
            for each in extract.variants[:_MOST_VARIANTS]
        ]
        more_near = extract.near - len(near)
        listed = self._say(
            "variants_more" if more_near else "variants", listed="; ".join(near), count=more_near
        )
        variants = ((f" {listed}", "i"),) if near else ()
        return (
            (self._say("quoted", text=extract.text), ""),
            (self.sources.number(extract), "^"),
            (who, ""),
            *variants,
        )

    def _who(self, agencies: Sequence[str], group: str) -> str:
        """How many agencies write it, or which one does."""
        if len(agencies) == 1:
            return self.sources.name(agencies[0])
        entry = self._entries().get(group)
        asks = entry is not None and entry.code in self.passages.source.proposed
        return self._say("proposed" if asks else "shared", count=len(agencies))

    def _shown(self, value: Any) -> str:
        """A value as it is read; nothing for a missing one."""
        if pd.isna(value):
            return ""
        if isinstance(value, dt.datetime):
            return formal_day(value)
        return value if isinstance(value, str) else number(value, self.sources.round_.lang)
