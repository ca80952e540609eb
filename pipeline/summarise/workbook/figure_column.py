"""One column of figures: what its cells show, in which format, and how wide it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.office.textfit import column_for
from pipeline.summarise.figures.lines import TableLine
from pipeline.summarise.figures.measures import Measure, Rate
from pipeline.summarise.figures.totals import AGENCIES, NILS, ROWS, agencies_of
from pipeline.summarise.sheets.sheet import SummaryBook
from schemas.columns import TableSpec

RATE_WIDTH = 11.0
"""Width of a column of rates."""
_STANDING, _PROVISIONAL = 16.0, 19.0


@dataclass(frozen=True)
class FigureColumn:
    """One column of figures: a measure of a table by entry, by entry of the parent, and in total.

    ``entries`` and ``parents`` have ``rows``, ``nils`` and the measures by position.
    """

    spec: TableSpec
    measure: Measure
    entries: pd.DataFrame
    parents: pd.DataFrame | None
    total: Mapping[str, Any]

    @cached_property
    def kind(self) -> str:
        """The format of its cells: with decimals where some value has any."""
        return self.measure.format_of(*(frame[self.measure.key] for frame in self._frames))

    @property
    def _frames(self) -> list[pd.DataFrame]:
        return [frame for frame in (self.entries, self.parents) if frame is not None]

    @property
    def width(self) -> float:
        """Wide enough for its total and for the longest word of its title and unit."""
        if isinstance(self.measure, Rate):
            return max(RATE_WIDTH, figure_width(self.measure.title, [0], "count"))
        return figure_width(with_unit(self.measure), [self.total[self.measure.key]], self.kind)

    def value(self, line: TableLine | None, nothing: str | int) -> Any:
        """The figure of a line, of the total without one; ``nothing`` where nobody gave it."""
        return self.measure.cell(self.known(line), nothing)

    def agencies(self, line: TableLine | None) -> int:
        """How many agencies gave it in a line, or in total."""
        return int(self.known(line)[agencies_of(self.measure.given_as)])

    def known(self, line: TableLine | None) -> Mapping[str, Any]:
        """All that is known of a line: rows, nil returns, measures, agencies."""
        if line is None:
            return self.total
        return self._lists[line.is_parent and self.parents is not None][line.at]

    @cached_property
    def _lists(self) -> list[list[dict[str, Any]]]:
        """The lines of the entries and of the parent's: a frame is slow to ask cell by cell."""
        agencies = agencies_of(self.measure.given_as)
        needed = [ROWS, NILS, AGENCIES, agencies, *self.measure.needed]
        return [
            [
                dict(zip(needed, values, strict=True))
                for values in zip(*(frame[key].tolist() for key in needed), strict=True)
            ]
            for frame in self._frames
        ]


def figure_width(title: str, values: Sequence[float], kind: str) -> float:
    """Characters that a column needs for its largest figure and its title's longest word."""
    numbers = [f"{value:,.2f}" if kind == "amount" else f"{value:,.0f}" for value in values]
    return max(
        10.0,
        *(column_for(number, bold=True) + 2 for number in numbers),
        *(column_for(word, bold=True) for word in title.split()),
    )


def with_unit(measure: Measure) -> str:
    """A measure's title with its unit, unless it says so already."""
    return (
        f"{measure.title}\n({measure.unit})"
        if measure.unit and measure.unit.casefold() not in measure.title.casefold()
        else measure.title
    )


def standing_width(book: SummaryBook) -> float:
    """The width of a column of standings: usual ones, and "provisional", take one line."""
    return _PROVISIONAL if book.consolidation.provisional else _STANDING
