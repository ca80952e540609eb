"""An earlier state or round beside today's: what changed, by how much, and what caused it."""

from __future__ import annotations

from pipeline.summarise.compare.causes import cause_sheet
from pipeline.summarise.compare.change import RoundChange
from pipeline.summarise.compare.sheets import change_sheets
from pipeline.summarise.sheets.sheet import SummaryBook
from schemas.round.settings import Summary


def comparison_sheets(book: SummaryBook, summary: Summary) -> None:
    """The sheets of a comparison; none where there is nothing to compare with."""
    if book.consolidation.earlier is None:
        return
    change = RoundChange(book.consolidation, book.consolidation.earlier)
    change_sheets(book, summary, change)
    cause_sheet(book, summary, change)
