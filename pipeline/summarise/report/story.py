"""The report from its first line to its last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.model import Standing
from pipeline.office.grid import Cell
from pipeline.office.letter import recipients
from pipeline.office.paper import Paper
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.lines import is_provisional
from pipeline.summarise.figures.wording import number
from pipeline.summarise.pictures.raster import png
from pipeline.summarise.report.digest import MOST_NAMED, Digest, Extract, digests
from pipeline.summarise.report.tables import Figures, tables
from pipeline.summarise.sheets.sheet import coverage
from pipeline.summarise.texts.passages import OUTLINE, Count, Passages
from pipeline.text.wording import told
from schemas.round.outline import DeclaredReport
from schemas.round.settings import CONTENT_FILE
from schemas.words import formal_day, ui

_LEFT_SHARE = 0.38
"""Of the head's width, for the issuer; the rest is for the national heading."""
_LINE_SPACING = 1.1
"""Lines; the decree allows 1 to 1.5."""
_WHO = {
    Standing.NIL: "nil",
    Standing.CORRECTING: "correcting",
    Standing.UNREADABLE: "unreadable",
    Standing.MISSING: "missing",
    Standing.EXCUSED: "excused",
}


def report(consolidation: Consolidation, outline: DeclaredReport, found: Sequence[Passages], lang: str) -> bytes:
    """The report as .docx; the same consolidation gives the same bytes."""
    return Report(consolidation, outline, found, lang).content()


@dataclass(frozen=True)
class Report:
    """What the report is written from."""

    consolidation: Consolidation
    outline: DeclaredReport
    passages: Sequence[Passages]
    lang: str

    def content(self) -> bytes:
        """Write it all."""
        round_ = self.consolidation.round_
        paper = Paper(
            title=f"{self.outline.kind}. {self.outline.subject}",
            author=self.outline.issuer,
            day=round_.deadline,
            lang=self.lang,
            labels={kind: self.say(kind) for kind in ("table", "picture")},
            line_spacing=_LINE_SPACING,
        )
        paper.foot(" · ".join(self.marks))
        self._head(paper)
        self._scope(paper)
        for section in self.outline.sections:
            paper.heading(section.heading, 1)
            for item in section.items:
                self._item(paper, item)
        self._foot(paper)
        self._who(paper)
        return paper.content()

    def say(self, key: str, **words: object) -> str:
        """A word of the report."""
        return ui(f"report.{key}", self.lang, **words)

    @cached_property
    def digests(self) -> list[tuple[Passages, Mapping[str, list[Digest]]]]:
        """What was written, by source and outline item."""
        return [(passages, digests(passages)) for passages in self.passages]

    @property
    def marks(self) -> list[str]:
        """What every page says of the report."""
        said = [name for name in ("provisional", "invented", "names") if getattr(self.consolidation, name)]
        return [self.say("draft"), *(ui(f"summary.{name}", self.lang) for name in said)]

    # --- head --------------------------------------------------------------------------------------

    def _head(self, paper: Paper) -> None:
        outline = self.outline
        left = [paper.line(outline.parent, "co_quan_chu_quan", largest=False)] if outline.parent else []
        issuer = paper.line(outline.issuer, "co_quan_ban_hanh", largest=False)
        left += [issuer, paper.rule(issuer, 0.16 / _LEFT_SHARE, of=_LEFT_SHARE)]
        left += [paper.line(self.say("number", symbol=outline.symbol), "so_ky_hieu")]
        right = self._nation(paper)
        year = self.consolidation.round_.deadline.year
        right += [paper.line(self.say("place_and_day", place=outline.place, year=year), "dia_danh_ngay", largest=False)]
        paper.columns((left, right), share=_LEFT_SHARE)
        paper.line(" · ".join(self.marks), "ten_loai", after=6, before=10)
        paper.line(outline.kind, "ten_loai")
        paper.rule(paper.line(outline.subject, "trich_yeu", after=2), 0.35)
        if outline.to:
            paper.line(ui("letter.to", self.lang) + " " + outline.to, "kinh_gui", before=6, after=12)

    def _nation(self, paper: Paper) -> list[Any]:
        """The national heading and motto over a rule, where the round has one."""
        national, motto = (ui(f"form.{key}", self.consolidation.round_.language) for key in ("national", "motto"))
        if not national:
            return []
        below = paper.line(motto, "tieu_ngu", largest=False)
        return [paper.line(national, "quoc_hieu", largest=False), below, paper.rule(below, 0.62, of=1 - _LEFT_SHARE)]

    def _scope(self, paper: Paper) -> None:
        """What the report rests on, before any figure."""
        round_ = self.consolidation.round_
        if self.outline.preamble:
            paper.text((self.outline.preamble, ""))
        paper.text(
            (self.say("scope_title") + " ", "b"),
            (self.say("scope", start=formal_day(round_.start), end=formal_day(round_.end), **self._standing_counts), ""),
            *((" " + self.say(f"scope_{name}", count=count), "") for name, count in self._further_counts),
        )
        for mark in ("invented", "provisional", "names"):
            if getattr(self.consolidation, mark):
                paper.text((ui(f"summary.notes.{mark}_text", self.lang), "b"))
        paper.text((self.say("missing_is_not_zero"), "i"))
        if self.passages:
            paper.text((self.say("rule_of_extracts", file=CONTENT_FILE), "i"))

    @property
    def _standing_counts(self) -> dict[str, int]:
        """How many agencies stand how."""
        known = self.consolidation.coverage
        counts = {name: getattr(known, name) for name in ("agencies", "counted", "nil", "late", "correcting")}
        return counts | {"missing": len(self.consolidation.standing_of(Standing.MISSING))}

    @property
    def _further_counts(self) -> list[tuple[str, int]]:
        """Agencies of which nothing could be read, that needn't report, with a version that waits, where there are any."""
        known = self.consolidation.coverage
        return [(name, getattr(known, name)) for name in ("unreadable", "excused", "pending") if getattr(known, name)]

    # --- items -------------------------------------------------------------------------------------

    def _item(self, paper: Paper, code: str) -> None:
        entry = self.consolidation.round_.codelists[OUTLINE].by_code[code]
        heading = entry.extra.get("heading", entry.name)
        if heading:
            paper.heading(heading, 2)
        shown = tables(self.consolidation, self.outline.figures, code, self.lang)
        said: set[str] = set()
        for figures in shown:
            self._figures(paper, figures, said)
        texts = [(passages, found[code]) for passages, found in self.digests if code in found]
        for passages, listed in texts:
            self._texts(paper, passages, listed)
        if not texts and not any(not figures.nothing for figures in shown):
            paper.text((self.say("nothing_written"), "i"))

    def _figures(self, paper: Paper, figures: Figures, said: set[str]) -> None:
        """A table with its leading sentence, notes and chart; ``said``: totals that need not be said again under this item."""
        if figures.nothing:
            key = "no_figures_yet" if not self.consolidation.coverage.counted else "no_figures"
            paper.text((self.say(key, caption=figures.caption), "i"))
            return
        lead = [sentence for sentence in (figures.totals, figures.largest) if sentence and sentence not in said]
        said.add(figures.totals)
        if lead:
            paper.text((" ".join(lead), ""))
        paper.table(figures.caption, figures.heads, figures.lines, figures.widths, total=True)
        for note in [
            *figures.notes,
            ui("summary.source", self.lang, sheet=figures.spec.sheet) + " " + coverage(self.consolidation, self.lang) + ".",
        ]:
            paper.note(note)
        drawing = figures.drawing
        if drawing:
            svg, words = drawing
            paper.picture(words, png(svg), words)

    def _texts(self, paper: Paper, passages: Passages, listed: Sequence[Digest]) -> None:
        """What agencies wrote, a group after another."""
        title = passages.spec.by_key[passages.source.text].title
        paper.text((self.say("wrote", sheet=passages.spec.sheet, column=title), "b"), keep=True)
        grouped = len(listed) > 1
        if grouped:
            self._counts(paper, passages, listed)
        for digest in listed:
            count = self.say("group_count", texts=digest.count.texts, different=digest.count.different, agencies=digest.count.agencies)
            paper.text((f"{digest.group}: " if digest.group else "", "bi"), ("" if grouped else count, "i"), keep=True)
            for extract in digest.extracts:
                paper.item(*self._extract(extract))
            if digest.left:
                paper.note(self.say("left", count=digest.left, file=CONTENT_FILE, sheet=passages.spec.sheet))

    def _counts(self, paper: Paper, passages: Passages, listed: Sequence[Digest]) -> None:
        """How much was written in each group."""
        by = passages.spec.by_key[passages.source.group].title
        rows = [[Cell(each.group), *(Cell(number(count, self.lang), figure=True) for count in each.count)] for each in listed]
        heads = [by, *(self.say(f"counted.{name}") for name in Count._fields)]
        paper.table(self.say("counts_caption", by=by.lower()), heads, rows, (88, 24, 24, 24))

    def _extract(self, extract: Extract) -> tuple[tuple[str, str], ...]:
        beside = [(title, self._shown(value).rstrip(" .;")) for title, value in extract.more]
        more = "; ".join(self.say("beside", title=title, value=value) for title, value in beside if value)
        source = self.say("source", agencies=self._agencies(extract.agencies), file=extract.file, sheet=extract.sheet, row=extract.row)
        near = "; ".join(f"{told(each.changes)} ({self._agencies(each.agencies)})" for each in extract.variants)
        variants = " " + self.say("variants", listed=near) if near else ""
        return (self.say("quoted", text=extract.text), ""), (f" – {more}" if more else "", ""), (f" {source}", "i"), (variants, "")

    def _shown(self, value: Any) -> str:
        """A value as it is read; nothing for a missing one."""
        if pd.isna(value):
            return ""
        if isinstance(value, dt.datetime):
            return formal_day(value)
        return value if isinstance(value, str) else number(value, self.lang)

    def _agencies(self, codes: Sequence[str]) -> str:
        known = self.consolidation.round_.by_agency
        names = "; ".join((known[code].short_name or known[code].name) if code in known else code for code in codes[:MOST_NAMED])
        return names if len(codes) <= MOST_NAMED else self.say("and_others", names=names, count=len(codes) - MOST_NAMED)

    # --- foot --------------------------------------------------------------------------------------

    def _foot(self, paper: Paper) -> None:
        if not self.outline.recipients:
            return
        left = recipients(paper, self.say("recipients"), self.outline.recipients)
        right = [paper.line(self.outline.signer, "chuc_vu_ky"), paper.line(self.say("unsigned"), "dia_danh_ngay")]
        paper.columns((left, right), share=0.5)

    def _who(self, paper: Paper) -> None:
        """The agencies behind the coverage: nothing happened, not counted yet, not heard from."""
        paper.new_page()
        paper.line(self.say("annex"), "phu_luc")
        paper.line(self.say("annex_title"), "ten_phu_luc", after=8)
        for standing, said_of in _WHO.items():
            key = f"{said_of}_provisional" if is_provisional(self.consolidation, standing) else said_of
            names = self.consolidation.standing_of(standing)["name"].tolist()
            if standing in (Standing.EXCUSED, Standing.UNREADABLE) and not names:
                continue
            paper.text(
                (self.say(f"who.{key}", count=len(names)) + " ", "b"), ("; ".join(names) + "." if names else self.say("who.nobody"), "")
            )
        waiting = self.consolidation.agencies.loc[self.consolidation.agencies["pending"] != "", "name"].tolist()
        if waiting:
            paper.text((self.say("who.pending", count=len(waiting)) + " ", "b"), ("; ".join(waiting) + ".", ""))
        late = self.consolidation.agencies[self.consolidation.agencies["late_days"] > 0]
        said = [self.say("who.late_one", name=name, days=days) for name, days in zip(late["name"], late["late_days"], strict=True)]
        paper.text((self.say("who.late", count=len(said)) + " ", "b"), ("; ".join(said) + "." if said else self.say("who.nobody"), ""))
