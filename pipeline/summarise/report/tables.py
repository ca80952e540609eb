"""Figures of the report: a table, its leading sentence and its chart, all from the same numbers as the workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pipeline.office.grid import TABLE_SIZE, Cell
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import Dimension, dimension
from pipeline.summarise.figures.figures import AGENCIES, ROWS, by_entry, table_spec, used, whole
from pipeline.summarise.figures.lines import empty
from pipeline.summarise.figures.measures import Measure, adds_collectives, applies, collectives, crossed, is_occurrence, measures
from pipeline.summarise.figures.periods import MONTH, days
from pipeline.summarise.figures.wording import fixed, number, share
from pipeline.summarise.pictures.drawing import Bar, bars, columns
from pipeline.summarise.pictures.raster import FONT
from pipeline.summarise.sheets.textfit import text_width
from schemas.columns import Kind, TableSpec
from schemas.nd30 import Page
from schemas.round.outline import Asked
from schemas.words import ui

SLIMMEST = 17.0
"""Millimetres of a column of figures."""
NARROWEST = 40.0
"""Millimetres of the column of names."""
AMOUNT_DECIMALS = 2
"""Decimals of amounts, where any has decimals."""
MOST_BARS = 10
"""Bars that a chart shows."""
LONG = 12
"""Entries from which a table leaves those out that nothing was reported of."""
FIRST = 3
"""Entries that the leading sentence names, more where they are equal."""
_MOST_NAMED = 6
_DRAWN = {"bars": bars, "columns": columns}


@dataclass(frozen=True)
class Figures:
    """One table of the report."""

    consolidation: Consolidation
    asked: Asked
    lang: str

    @cached_property
    def spec(self) -> TableSpec:
        """The declared table that it counts."""
        return table_spec(self.consolidation.round_, self.asked.table)

    @cached_property
    def by(self) -> Dimension:
        """What it counts by."""
        return dimension(self.consolidation.round_, self.spec, self.asked.by, self.lang)

    @cached_property
    def measures(self) -> list[Measure]:
        """What it counts; rows, where the declared table has nothing to add up."""
        round_ = self.consolidation.round_
        named = self.asked.measures
        found = (
            [each for each in measures(round_, self.spec, self.lang) if each.key in named]
            if named
            else crossed(round_, self.spec, self.lang)
        )
        return found or [Measure(ROWS, self._say("rows"), "", Kind.COUNT)]

    @cached_property
    def _rows(self) -> pd.DataFrame:
        return self.consolidation.tables[self.spec.key]

    @cached_property
    def entries(self) -> pd.DataFrame:
        """``rows``, measures and ``agencies`` by position of the dimension."""
        return by_entry(self._rows, self.spec, self.by, self.consolidation.round_)

    @cached_property
    def total(self) -> dict[str, Any]:
        """The same of all rows."""
        return dict(whole(self._rows, self.spec, self.consolidation.round_))

    @property
    def nothing(self) -> bool:
        """Whether no row stands behind it."""
        return not len(self._rows)

    def _say(self, key: str, **words: object) -> str:
        return ui(f"report.{key}", self.lang, **words)

    # --- words -------------------------------------------------------------------------------------

    @property
    def caption(self) -> str:
        """What the table shows."""
        titles = ", ".join(each.title if at == 0 else each.title.lower() for at, each in enumerate(self.measures))
        return self._say("caption", measures=titles, by=self.by.title.lower())

    @property
    def totals(self) -> str:
        """What all rows come to."""
        said = [self._say("figure", title=each.title.lower(), value=number(self.total[each.key], self.lang)) for each in self.measures]
        return self._say("totals", agencies=number(self.total[AGENCIES], self.lang), totals="; ".join(said))

    @property
    def largest(self) -> str:
        """The entries with most of the first measure; as many more as are equal to the last of them."""
        ranked = [at for at in self._ranked() if not self._is_rest(at)]
        if len(ranked) <= 1 or self.asked.monthly:
            return ""
        values = self._values
        last = values[ranked[min(FIRST, len(ranked)) - 1]]
        named = [at for at in ranked if values[at] >= last][:_MOST_NAMED]
        words = [
            self._say(
                "entry", name=self.by.names[at], value=number(values[at], self.lang), share=share(values[at], values.sum(), self.lang)
            )
            for at in named
        ]
        return self._say("largest", measure=self.measures[0].title.lower(), entries="; ".join(words))

    @cached_property
    def _values(self) -> np.ndarray[Any, Any]:
        """The first measure by position."""
        return self.entries[self.measures[0].key].to_numpy()

    def _ranked(self) -> list[int]:
        """Entries with more than nothing of the first measure, the largest first; the place of rows without an entry is none."""
        return sorted((at for at in range(self.by.size - 1) if self._values[at] > 0), key=lambda at: (-self._values[at], at))

    def _is_rest(self, at: int) -> bool:
        """Whether the list declares an entry to be what is left over (``residual``): no headline, however much it is."""
        return self.by.entries[at].extra.get("residual") == "yes"

    @property
    def notes(self) -> list[str]:
        """What must be said below the table."""
        round_, found = self.consolidation.round_, []
        apart = collectives(round_, self.spec)
        if any(is_occurrence(round_, self.spec, each.key) for each in self.measures):
            found.append(ui("summary.legend_occurrences", self.lang))
        if any(adds_collectives(self.spec, apart, each.key) for each in self.measures):
            found.append(ui("summary.notes.together", self.lang))
        if self.asked.monthly:
            found.append(self._say("monthly_note"))
        left_out = len(used(self.by, self.entries[ROWS].to_numpy())) - len(self.shown)
        if left_out:
            found.append(self._say("left_out", count=left_out))
        return found

    # --- table -------------------------------------------------------------------------------------

    @cached_property
    def shown(self) -> list[int]:
        """Positions that have a line: all, those without rows left out of a long table."""
        rows = self.entries[ROWS].to_numpy()
        every = used(self.by, rows)
        return every if len(every) <= LONG else [at for at in every if rows[at]]

    @property
    def heads(self) -> list[str]:
        """Headings of all columns."""
        first, *others = [_with_unit(each) for each in self.measures]
        monthly = [self._say("monthly")] if self.asked.monthly else []
        return [self.by.title, first, self._say("share"), *monthly, *others, self._say("agencies")]

    @property
    def widths(self) -> list[float]:
        """Millimetres that figures and the longest word of their headings need; names get the rest of the page."""
        columns = list(zip(self.heads, *([cell.text for cell in line] for line in self.lines), strict=True))[1:]
        figures = [max(SLIMMEST, *(_needs(word) for text in column for word in text.split())) for column in columns]
        return [max(NARROWEST, Page().text - sum(figures)), *figures]

    @cached_property
    def lines(self) -> list[list[Cell]]:
        """A line an entry, and the total."""
        nothing = empty(self.consolidation, None, self.lang)
        lines = [self._line(self.by.names[at], self._entry(at), self._months(at), nothing, at) for at in self.shown]
        months = sum(filter(None, (self._months(at) for at in range(self.by.size))))
        return [*lines, self._line(ui("summary.total", self.lang), self.total, months, nothing, None)]

    def _entry(self, at: int) -> dict[str, Any]:
        return {str(key): self.entries[key].iloc[at].item() for key in self.entries}

    def _line(self, name: str, row: dict[str, Any], months: float | None, nothing: str, at: int | None) -> list[Cell]:
        first, *others = self.measures
        value = row[first.key]
        cells = [self._cell(first, row, nothing, at), share(value, self.total[first.key], self.lang) if row[ROWS] else nothing]
        if self.asked.monthly:
            cells.append(fixed(value / months, 1, self.lang) if months and row[ROWS] else nothing)
        cells += [self._cell(each, row, nothing, at) for each in others]
        cells.append(number(row[AGENCIES], self.lang) if row[AGENCIES] else nothing)
        return [Cell(name), *(Cell(text, figure=True) for text in cells)]

    def _cell(self, measure: Measure, row: dict[str, Any], nothing: str, at: int | None) -> str:
        if at is not None and not applies(self.consolidation.round_, self.spec, measure.key, self.by, self.by.codes[at]):
            return ui("summary.not_applicable", self.lang)
        if not row[ROWS]:
            return nothing
        is_amount = measure.kind is Kind.DECIMAL and bool((self.entries[measure.key] % 1).any())
        return fixed(row[measure.key], AMOUNT_DECIMALS, self.lang) if is_amount else number(row[measure.key], self.lang)

    def _months(self, at: int) -> float | None:
        """Months of an entry that is a stretch of time."""
        if not self.asked.monthly or at >= len(self.by.entries):
            return None
        return self._lengths[at] / MONTH or None

    @cached_property
    def _lengths(self) -> list[int]:
        return days(self.by)

    # --- chart -------------------------------------------------------------------------------------

    @property
    def drawing(self) -> tuple[str, str] | None:
        """The chart as SVG and what it shows, if one is asked for and there is anything to draw."""
        draw = _DRAWN.get(self.asked.chart)
        ranked = self._ranked()
        if draw is None or not ranked:
            return None
        shown = [self._bar(at) for at in (self.shown if self.asked.chart == "columns" else ranked[:MOST_BARS])]
        first = self.measures[0].title
        measure = ui("summary.charts.trend", self.lang, measure=first) if self.asked.monthly else first
        words = self._say(
            "chart_first" if len(ranked) > len(shown) else "chart", measure=measure, by=self.by.title.lower(), count=len(shown)
        )
        spoken = f"{words}: " + "; ".join(f"{bar.label} {bar.figure}" for bar in shown)
        return draw(shown, title=spoken, font=FONT), words

    def _bar(self, at: int) -> Bar:
        months = self._months(at)
        value = float(self._values[at]) / months if months else float(self._values[at])
        return Bar(self.by.names[at], value, fixed(value, 1, self.lang) if months else number(value, self.lang))


def _needs(word: str) -> float:
    """Millimetres of a bold word in a cell."""
    return text_width(word, bold=True) * TABLE_SIZE * 0.353 + 4


def _with_unit(measure: Measure) -> str:
    return f"{measure.title} ({measure.unit})" if measure.unit and measure.unit.lower() not in measure.title.lower() else measure.title


def tables(consolidation: Consolidation, asked: Sequence[Asked], item: str, lang: str) -> list[Figures]:
    """The figures of one outline item."""
    return [Figures(consolidation, each, lang) for each in asked if each.item == item]
