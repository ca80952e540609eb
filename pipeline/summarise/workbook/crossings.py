"""Crossings: a dimension by another, one sheet each, a table per measure.

What can be compared stands first: averages of a month before sums of periods that are longer or
shorter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.summarise.figures.dimensions import Dimension, dimension
from pipeline.summarise.figures.measures import is_occurrence
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet
from pipeline.summarise.workbook.crossing_grid import CrossingGrid
from pipeline.summarise.workbook.drill import Drill
from pipeline.summarise.workbook.entry_table import legend
from schemas.round.settings import Summary


def crossing_sheet(book: SummaryBook, summary: Summary, key: str, drill: Drill) -> CrossingSheet:
    """The sheet of a summary's dimension by dimension ``key``."""
    grid = CrossingGrid.of(book, summary, key, drill)
    shape, spec, pages = grid.shape, grid.crossing.spec, grid.shape.pages
    title = dimension(book.consolidation.round_, spec, key).title.upper()
    headline = book.say("crossing_title", title=summary.title, other=title)
    head = shape.first + (0 if shape.printed > pages.first_end + shape.first else pages.first_end)
    sheet = book.sheet(
        book.say("sheets.crossing", title=title),
        headline,
        shape.widths,
        fixed=shape.first,
        head=head,
    )
    titles = ", ".join(each.title for each in grid.measures)
    sheet.answers(
        "crossings",
        "crossing",
        down=grid.crossing.down.title,
        across=grid.crossing.across.title,
        measures=titles,
    )
    counted = [
        each for each in grid.measures if is_occurrence(book.consolidation.round_, spec, each.key)
    ]
    said = [
        book.say("legend_links"),
        *([book.say("legend_occurrences")] if counted else []),
        book.say("source", sheet=spec.sheet),
    ]
    sheet.line(legend(book, *said, *_not_printed(grid)), "legend")
    crossed = CrossingSheet(
        grid, grid.crossing.down.key != key, bool(counted), sheet.page.name, grid.write(sheet)
    )
    sheet.print_scaled(
        pages.scale, [shape.first + at for at in pages.breaks], upright=pages.upright
    )
    sheet.printed = sheet.row, shape.printed
    _say_folded(sheet, grid)
    return crossed


def _not_printed(grid: CrossingGrid) -> list[str]:
    """Which tables are printed, where not all are."""
    printed = grid.measures[: grid.shape.tables_printed]
    if len(printed) == len(grid.measures):
        return []
    return [grid.book.say("tables_printed", titles=", ".join(each.title for each in printed))]


def _say_folded(sheet: SummarySheet, grid: CrossingGrid) -> None:
    """Name the entries of folded lines and columns, below what is printed: they can be opened."""
    down, across = grid.crossing.down, grid.crossing.across
    for key, names in (
        ("folded_lines", [down.names[at] for at in sorted(grid.shape.folded[0])]),
        ("folded_columns", [across.names[at] for at in sorted(grid.shape.folded[1])]),
    ):
        if names:
            sheet.line(grid.book.say(key, names="; ".join(names)), "legend")


@dataclass(frozen=True)
class CrossingSheet:
    """A crossing on its sheet; ``cells``: row and column by measure and positions."""

    grid: CrossingGrid
    own_is_down: bool
    occurrences: bool
    """Whether it counts occurrences."""
    sheet: str
    cells: Mapping[tuple[str, int, int], tuple[int, int]]

    @property
    def other(self) -> Dimension:
        """What the summary's own dimension is crossed with."""
        return self.grid.crossing.across if self.own_is_down else self.grid.crossing.down

    @property
    def title(self) -> str:
        """The other dimension as a line names it."""
        return (
            self.grid.book.say("occurrences", title=self.other.title)
            if self.occurrences
            else self.other.title
        )
