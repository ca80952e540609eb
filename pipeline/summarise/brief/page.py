"""The page for a leader as .docx: exactly one A4 page, whatever the round."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from pipeline.office.paper import CENTRE, LEFT, Paper
from pipeline.summarise.brief.facts import Brief, BriefCell
from pipeline.summarise.brief.fit import ROOM, SCALES, Scale, height, picture_height, rows
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.pictures.raster import png
from pipeline.summarise.report.amounts import cut, inside
from pipeline.summarise.report.charts import Chart, chart
from schemas.nd30 import PageFormat

_DRAWN = 420.0
"""Width of a chart in its own units: a letter of 15 then has 8 points."""
_PICTURE = 76.0
_CELL = PageFormat().text / 2
_GAP = 4.0
_LONGEST_LABEL = 48
_TITLE = 14.0
_LONGEST_SUBJECT = 260
_HEIGHT = re.compile(r'viewBox="0 0 [\d.]+ ([\d.]+)"')


def brief_page(consolidation: Consolidation) -> bytes:
    """The page; the same consolidation gives the same bytes."""
    brief = Brief(consolidation)
    pages = (BriefLayout(brief, scale) for scale in SCALES)
    smallest = BriefLayout(brief, SCALES[-1])
    return next((page for page in pages if page.height <= ROOM), smallest).content()


@dataclass(frozen=True)
class BriefLayout:
    """The page set in a scale."""

    brief: Brief
    scale: Scale

    def _say(self, key: str) -> str:
        return self.brief.consolidation.say(f"brief.{key}")

    @property
    def _size(self) -> float:
        return self.scale.size

    @property
    def _subject(self) -> str:
        round_ = self.brief.consolidation.round_
        subject = round_.settings.subject
        return cut(
            f"{subject[:1].upper()}{subject[1:]} ({inside(round_.name)})"
            if subject
            else round_.name,
            _LONGEST_SUBJECT,
        )

    @cached_property
    def charts(self) -> list[Chart | None]:
        """The chart of each cell."""
        return [
            chart(cell.facts, self.scale.bars, _DRAWN, _LONGEST_LABEL) for cell in self.brief.cells
        ]

    @cached_property
    def paragraphs(self) -> list[tuple[str, str, float]]:
        """The texts below the charts: (heading, text, points below), in their order."""
        brief = self.brief
        found = [(self._say("handled"), " ".join(brief.done), 4.0)] if brief.done else []
        found += [(each.title, "; ".join(each.entries) + ".", 4.0) for each in brief.named]
        return [
            *found,
            (self._say("absent_title"), " ".join(brief.absent) or self._say("nobody_absent"), 4.0),
        ]

    # --- how high
    # ----------------------------------------------------------------------------------

    @property
    def height(self) -> float:
        """Millimetres of all that stands on the page."""
        text = PageFormat().text
        found = height(self.brief.title, _TITLE, text, 2, bold=True) + height(
            self._subject, self._size + 1, text, 4, bold=True
        )
        found += height(self.brief.marks, self._size, text, 4, bold=True)
        found += height(f"{self._say('coverage')}. {self.brief.sure}", self._size, text, 4)
        found += height(f"{self._say('whole')}. {self.brief.whole}", self._size, text, 6)
        found += rows(
            [
                self._cell_height(cell, drawn)
                for cell, drawn in zip(self.brief.cells, self.charts, strict=True)
            ]
        )
        found += sum(
            height(f"{title}. {said}", self._size, text, after)
            for title, said, after in self.paragraphs
        )
        return found + height(
            self._say("more") + " " + " · ".join(self.brief.files), self._size - 1, text
        )

    def _cell_height(self, cell: BriefCell, drawn: Chart | None) -> float:
        width = _CELL - _GAP
        found = height(cell.title, self._size, width, 0, bold=True) + height(
            self._beside(cell, drawn), self._size, width, 2
        )
        match = _HEIGHT.search(drawn.svg) if drawn else None
        return found + (picture_height(_DRAWN, float(match[1]), _PICTURE) if match else 0) + 3

    def _beside(self, cell: BriefCell, drawn: Chart | None) -> str:
        """The lines above a chart, which has no caption: they explain hatched columns too."""
        return (
            f"{cell.sentence} {self._say('hatched')}"
            if drawn and drawn.is_hatched
            else cell.sentence
        )

    # --- on paper
    # ----------------------------------------------------------------------------------

    def content(self) -> bytes:
        """Write it."""
        round_ = self.brief.consolidation.round_
        paper = Paper(
            title=f"{self.brief.title}. {self._subject}",
            author=round_.settings.publisher.parent,
            day=round_.deadline,
            lang=self.brief.lang,
        )
        if self.brief.marks:
            paper.foot(self.brief.marks)
        paper.small((self.brief.title, "b"), size=_TITLE, after=2, alignment=CENTRE)
        paper.small((self._subject, "b"), size=self._size + 1, after=4, alignment=CENTRE)
        if self.brief.marks:
            paper.small((self.brief.marks, "b"), size=self._size, after=4, alignment=CENTRE)
        self._paragraph(paper, self._say("coverage"), self.brief.sure, 4)
        self._paragraph(paper, self._say("whole"), self.brief.whole, 6)
        self._cells(paper)
        for title, said, after in self.paragraphs:
            self._paragraph(paper, title, said, after)
        self._links(paper)
        return paper.content()

    def _paragraph(self, paper: Paper, title: str, said: str, after: float) -> None:
        paper.small((f"{title}. ", "b"), (said, ""), size=self._size, after=after)

    def _cells(self, paper: Paper) -> None:
        made = [
            self._cell(paper, cell, drawn)
            for cell, drawn in zip(self.brief.cells, self.charts, strict=True)
        ]
        pairs = [
            (made[at], made[at + 1] if at + 1 < len(made) else []) for at in range(0, len(made), 2)
        ]
        if pairs:
            paper.columns(*pairs, share=0.5)

    def _cell(self, paper: Paper, cell: BriefCell, drawn: Chart | None) -> list[Paragraph]:
        found = [
            paper.small((cell.title, "b"), size=self._size, alignment=LEFT),
            paper.small((self._beside(cell, drawn), ""), size=self._size, after=2, alignment=LEFT),
        ]
        for paragraph in found:
            paragraph.paragraph_format.right_indent = Mm(_GAP)
        if drawn:
            picture = paper.image(png(drawn.svg), drawn.words, _PICTURE)
            picture.alignment = LEFT
            found.append(picture)
        return found

    def _links(self, paper: Paper) -> None:
        line = paper.small((self._say("more") + " ", "b"), size=self._size - 1, alignment=LEFT)
        for at, file in enumerate(self.brief.files):
            paper.link(line, file, file, self._size - 1)
            if at + 1 < len(self.brief.files):
                line.add_run(" · ").font.size = Pt(self._size - 1)
