"""The sheet of causes of changes: by cause, then by agency.

Both add up to the change of each figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.summarise.compare.change import CAUSES, Cause, Reporter, RoundChange
from pipeline.summarise.compare.sheets import figure_columns
from pipeline.summarise.compare.wording import head, say
from pipeline.summarise.figures.measures import Measure, Rate
from pipeline.summarise.sheets.cells import Span
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet
from pipeline.summarise.workbook.figure_column import with_unit
from schemas.columns import DECIMALS, TableSpec
from schemas.round.settings import Summary

_SIDES = ("before", "now", "difference")
_WIDTH = 11.5


def cause_sheet(book: SummaryBook, summary: Summary, change: RoundChange) -> None:
    """Write the causes of changes of a summary's measures.

    Rates have none, for their changes don't add up.
    """
    columns = [
        (spec, each)
        for spec, each in figure_columns(change, summary.dimension)
        if not isinstance(each, Rate)
    ]
    widths = [12.0, 38.0, 24.0, 14.0, 14.0, 18.0, 18.0, *[_WIDTH] * (len(_SIDES) * len(columns))]
    sheet = book.sheet(
        say(book, "sheets.causes"), say(book, "causes_title", title=summary.title), widths, fixed=2
    )
    sheet.answers("comparison", "causes")
    head(sheet, change)
    if not columns:
        sheet.line(say(book, "not_comparable"), "subtitle")
        return
    by_agency = [change.by_agency(spec, measure.key) for spec, measure in columns]
    lines = _Lines(book, sheet, change, by_agency)
    _write_causes(sheet, columns, lines)
    sheet.row += 1
    _write_agencies(sheet, columns, lines)


def _write_causes(
    sheet: SummarySheet, columns: Sequence[tuple[TableSpec, Measure]], lines: _Lines
) -> None:
    book = sheet.book
    sheet.line(say(book, "by_cause"), "section")
    titles = [book.say("code"), say(book, "columns.cause"), book.say("agency_count"), *[""] * 4]
    _heading(sheet, columns, titles)
    for cause in CAUSES:
        lines.cause(cause)
    lines.total()


def _write_agencies(
    sheet: SummarySheet, columns: Sequence[tuple[TableSpec, Measure]], lines: _Lines
) -> None:
    book, keys = sheet.book, ("cause", "standing_before", "standing_now", "file_before", "file_now")
    sheet.line(say(book, "by_agency"), "section")
    top = sheet.row
    titles = [book.say("code"), book.say("agency"), *(say(book, f"columns.{key}") for key in keys)]
    _heading(sheet, columns, titles)
    sheet.page.repeat_rows(top, sheet.row - 1)
    for reporter in lines.change.reporters.values():
        lines.agency(reporter)
    lines.total()


def _heading(
    sheet: SummarySheet, columns: Sequence[tuple[TableSpec, Measure]], titles: Sequence[str]
) -> None:
    bands = [
        Span(with_unit(measure).replace("\n", " "), "head", len(_SIDES)) for _, measure in columns
    ]
    sheet.spans([*[Span("", "head")] * len(titles), *bands])
    heads = [*titles, *(say(sheet.book, f"columns.{side}") for _ in columns for side in _SIDES)]
    sheet.cells(heads, ["head"] * len(heads))


class _Lines:
    """The lines of the sheet; ``by_agency``: for each measure, then and now by agency."""

    def __init__(
        self, book: SummaryBook, sheet: SummarySheet, change: RoundChange, by_agency: Sequence[Any]
    ) -> None:
        self.book, self.sheet, self.change, self.by_agency = book, sheet, change, by_agency

    def cause(self, cause: Cause) -> None:
        """All agencies of one cause together."""
        members = [
            each
            for each in self.change.reporters.values()
            if each.cause is cause and self._changed(each)
        ]
        cells = [
            cell
            for known in self.by_agency
            for cell in _sums(known, [code for code in known if self._cause(code) is cause])
        ]
        self._write(
            ["", say(self.book, f"causes.{cause}"), len(members), *[""] * 4], "count", cells
        )

    def agency(self, reporter: Reporter) -> None:
        """One agency, if anything changed with it."""
        if not self._changed(reporter):
            return
        book, code = self.book, reporter.agency
        known = self.change.now.round_.by_agency.get(code)
        name = known.name if known else say(book, "other_agencies")
        standings = [
            book.consolidation.say(f"screen.standing.{each}")
            for each in (reporter.before, reporter.now)
        ]
        files = ["; ".join(each) for each in (reporter.files_before, reporter.files_now)]
        cells = [
            cell
            for known_figures in self.by_agency
            for cell in _then_and_now(known_figures.get(code, (None, None)), book)
        ]
        self._write(
            [code, name, say(book, f"details.{reporter.detail}"), *standings, *files], "name", cells
        )

    def total(self) -> None:
        """Everything together."""
        cells = [cell for known in self.by_agency for cell in _sums(known, list(known))]
        count = sum(self._changed(each) for each in self.change.reporters.values())
        self._write(["", self.book.say("total"), count, *[""] * 4], "count", cells, "total")

    def _write(
        self, before: Sequence[Any], third: str, cells: Sequence[Any], emphasis: str = ""
    ) -> None:
        kinds = [_kind(cell, at % len(_SIDES)) for at, cell in enumerate(cells)]
        self.sheet.cells(
            [*before, *cells], ["code", "name", third, *["name"] * 4, *kinds], emphasis
        )

    def _changed(self, reporter: Reporter) -> bool:
        """Whether its part in any figure changed, or how it stands, or by which return."""
        figures = any(
            then != now
            for known in self.by_agency
            for then, now in [known.get(reporter.agency, (None, None))]
        )
        return figures or reporter.cause is not Cause.OTHER or reporter.before != reporter.now

    def _cause(self, code: str) -> Cause:
        found = self.change.reporters.get(code)
        return found.cause if found else Cause.OTHER


def _then_and_now(pair: tuple[Any, Any], book: SummaryBook) -> list[Any]:
    then, now = pair
    nothing = book.say("nothing")
    return [
        nothing if then is None else then,
        nothing if now is None else now,
        round((now or 0) - (then or 0), DECIMALS),
    ]


def _sums(known: Any, codes: Sequence[str]) -> list[Any]:
    then, now = (round(sum(known[code][side] or 0 for code in codes), DECIMALS) for side in (0, 1))
    return [then, now, round(now - then, DECIMALS)]


def _kind(value: Any, side: int) -> str:
    kind = "amount" if isinstance(value, float) else "count"
    return f"change_{kind}" if _SIDES[side] == "difference" else kind
