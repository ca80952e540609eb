"""Crossings: a dimension by another, one sheet each, for the measures that the round names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.model import Standing
from pipeline.summarise.dimensions import dimension
from pipeline.summarise.entries import Line, empty, lines, parent_of, reporters
from pipeline.summarise.figures import ROWS, Crossing, cross
from pipeline.summarise.measures import Measure, applies, crossed, is_occurrence
from pipeline.summarise.overview import CODE_WIDTH, NAME_WIDTH, STANDING_WIDTH, figure_width, legend, main_table, with_unit
from pipeline.summarise.sheet import Book, Sheet, Span
from pipeline.summarise.summaries import Summary
from schemas.words import ui

SIDE_BY_SIDE = 28
"""Columns of figures up to which measures stand beside one another; else one below the other under one heading."""
TOTAL = -1
"""The position of a total, as in ``Crossing.values``."""


def crossing_sheet(book: Book, summary: Summary, key: str) -> None:
    """The sheet of a summary's dimension by dimension ``key``."""
    Grid.of(book, summary, key).write(summary)


@dataclass(frozen=True)
class Grid:
    """A crossing as a sheet shows it.

    ``upper`` crosses the parent of the entries going down, if they have one. ``sections`` are groups of measures: those of
    one section stand beside one another, sections below one another.
    """

    book: Book
    key: str
    crossing: Crossing
    upper: Crossing | None
    sections: Sequence[Sequence[Measure]]
    reporters: Mapping[str, Standing]

    @classmethod
    def of(cls, book: Book, summary: Summary, key: str) -> Grid:
        """Cross the two dimensions in the first table that counts by both; the longer one goes down."""
        consolidation, lang = book.consolidation, book.lang
        spec = main_table(consolidation.round_, summary.dimension, key)
        own, other = (dimension(consolidation.round_, spec, each, lang) for each in (summary.dimension, key))
        down, across = (own, other) if own.size >= other.size else (other, own)
        parent = parent_of(consolidation.round_, spec, down, summary.parent if down is own else "", lang)
        crossing = cross(consolidation, spec, down, across)
        upper = cross(consolidation, spec, parent, across) if parent is not None else None
        measures = crossed(consolidation.round_, spec, lang)
        beside = (len(crossing.across_used) + 1) * len(measures) <= SIDE_BY_SIDE
        sections = [measures] if beside else [[measure] for measure in measures]
        return cls(book, key, crossing, upper, sections, reporters(consolidation, spec, down))

    # --- columns -----------------------------------------------------------------------------------

    @property
    def _first(self) -> int:
        """The first column of figures."""
        return 3 if self.reporters else 2

    def _across(self, measure: Measure) -> list[int]:
        """Positions across that a measure's block shows, the total last."""
        one_heading = len(self.sections) > 1  # for all sections: they have the same columns
        return [*(at for at in self.crossing.across_used if one_heading or self._applies(measure, None, at)), TOTAL]

    def _applies(self, measure: Measure, down: int | None, across: int | None) -> bool:
        round_, spec = self.book.consolidation.round_, self.crossing.spec
        places = ((self.crossing.down, down), (self.crossing.across, across))
        return all(applies(round_, spec, measure.key, by, by.codes[at]) for by, at in places if at is not None and at != TOTAL)

    def _columns(self, section: Sequence[Measure]) -> Iterator[tuple[Measure, int]]:
        return ((measure, at) for measure in section for at in self._across(measure))

    def _kind(self, measure: Measure) -> str:
        return "count" if np.issubdtype(self.crossing.values[measure.key].dtype, np.integer) else "amount"

    @property
    def _widths(self) -> list[float]:
        """Each column as wide as the widest that stands in it."""
        every = [
            [self._width(measure, at, [each for each in section if len(self.sections) == 1]) for measure, at in self._columns(section)]
            for section in self.sections
        ]
        figures = [max(widths) for widths in zip(*every, strict=True)]
        return [CODE_WIDTH, NAME_WIDTH, *([STANDING_WIDTH] if self.reporters else []), *figures]

    def _width(self, measure: Measure, at: int, beside: Sequence[Measure]) -> float:
        values = self.crossing.values[measure.key][:, at]
        alone = 16.0 if beside and len(self._across(measure)) == 1 else 0.0
        return max(alone, figure_width(self._head(at), [values.max()], self._kind(measure)))

    def _head(self, at: int) -> str:
        return self.book.say("total_column") if at == TOTAL else self.crossing.across.names[at]

    # --- writing -----------------------------------------------------------------------------------

    def write(self, summary: Summary) -> None:
        """Write the sheet."""
        title = dimension(self.book.consolidation.round_, self.crossing.spec, self.key, self.book.lang).title.upper()
        sheet = self.book.sheet(
            self.book.say("sheets.crossing", title=title),
            self.book.say("crossing_title", title=summary.title, other=title),
            self._widths,
        )
        sheet.line(self._legend(), "legend")
        top = sheet.row
        self._heading(sheet)
        sheet.keep_above(sheet.row - top, self._first)
        for section in self.sections:
            if len(self.sections) > 1:
                sheet.line(with_unit(section[0]).replace("\n", " "), "band")
            for line in lines(self.crossing.down_used, self.crossing.down, self.upper.down if self.upper else None):
                self._line(sheet, section, line)
            self._line(sheet, section, None)

    def _legend(self) -> str:
        say, spec = self.book.say, self.crossing.spec
        counted = [m for section in self.sections for m in section if is_occurrence(self.book.consolidation.round_, spec, m.key)]
        return legend(self.book, *([say("legend_occurrences")] if counted else []), say("source", sheet=spec.sheet))

    def _heading(self, sheet: Sheet) -> None:
        """Measures over their blocks where they stand beside one another; names; codes."""
        section, first = self.sections[0], self._first
        if len(self.sections) == 1:
            bands = [Span(with_unit(measure).replace("\n", " "), "head", len(self._across(measure))) for measure in section]
            sheet.spans([*(Span("", "head") for _ in range(first)), *bands])
        columns = list(self._columns(section))
        standing = [self.book.say("standing")] if self.reporters else []
        sheet.cells(["", self.crossing.down.title, *standing, *(self._head(at) for _, at in columns)], ["head"] * (first + len(columns)))
        codes = ["" if at == TOTAL else self.crossing.across.codes[at] for _, at in columns]
        sheet.cells([self.book.say("code"), *[""] * (first - 1), *codes], ["code_head"] * (first + len(columns)))

    def _line(self, sheet: Sheet, section: Sequence[Measure], line: Line | None) -> None:
        crossing = self.upper if line is not None and line.is_parent and self.upper is not None else self.crossing
        at = TOTAL if line is None else line.at
        code, name = ("", self.book.say("total")) if line is None else (crossing.down.codes[at], crossing.down.names[at])
        reporter = self.reporters.get(code) if crossing is self.crossing and line is not None else None
        values = [self._value(crossing, measure, at, across, reporter) for measure, across in self._columns(section)]
        kinds = ["symbol" if isinstance(v, str) else self._kind(m) for v, (m, _) in zip(values, self._columns(section), strict=True)]
        standing = [ui(f"screen.standing.{reporter}", self.book.lang) if reporter else ""] if self.reporters else []
        emphasis = "total" if line is None else "subtotal" if line.is_parent else ""
        sheet.cells([code, name, *standing, *values], ["code", "name", *["name" for _ in standing], *kinds], emphasis)

    def _value(self, crossing: Crossing, measure: Measure, down: int, across: int, reporter: Standing | None) -> Any:
        if not self._applies(measure, down if crossing is self.crossing else None, across):
            return self.book.say("not_applicable")
        if not crossing.values[ROWS][down, across]:
            return empty(self.book.consolidation, reporter, self.book.lang)
        return crossing.values[measure.key][down, across].item()
