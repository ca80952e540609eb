"""The words of a comparison, and the lines that say what is compared with what."""

from __future__ import annotations

import pandas as pd

from pipeline.summarise.compare.change import RoundChange
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.wording import coverage
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet
from pipeline.summarise.workbook.sources import local_times
from schemas.words import formal_day


def say(book: SummaryBook, key: str, **gaps: object) -> str:
    """A word of the sheets of a comparison."""
    return book.consolidation.say(f"compare.{key}", **gaps)


def head(sheet: SummarySheet, change: RoundChange) -> None:
    """What is compared with what, how much each rests on, and how to read it."""
    book = sheet.book
    kind = "state" if change.same_round else "round"
    sheet.line(say(book, f"before_{kind}", **_said(change.before)), "subtitle")
    sheet.line(say(book, f"now_{kind}", **_said(change.now)), "subtitle")
    if not _differ(change):
        sheet.line(say(book, "same_files"), "subtitle")
    sheet.line(say(book, "legend", causes=say(book, "sheets.causes")), "legend")


def side_heads(change: RoundChange, book: SummaryBook) -> list[str]:
    """The headings of the figures then and now: since when they hold, and of how many agencies."""
    told = (
        (say(book, f"columns.{side}"), _said(state))
        for side, state in (("before", change.before), ("now", change.now))
    )
    return [
        say(
            book,
            "columns.side",
            side=side,
            day=words["last" if change.same_round else "end"],
            **words,
        )
        for side, words in told
    ]


def _differ(change: RoundChange) -> bool:
    """Whether what is said of both states tells them apart."""
    return _said(change.before) != _said(change.now)


def _said(state: Consolidation) -> dict[str, str]:
    moments = local_times(state.submissions["received"], state)
    last = "–" if moments.empty or pd.isna(moments.max()) else f"{moments.max():%d/%m/%Y %H:%M}"
    round_ = state.round_
    return {
        "name": round_.name,
        "last": last,
        "coverage": coverage(state),
        "end": formal_day(round_.end),
        "counted": str(state.coverage.counted),
    }
