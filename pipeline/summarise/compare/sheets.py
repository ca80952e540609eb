"""The sheets of changes: each measure by entry, then and now, and the difference.

Causes beside it add up to the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.summarise.compare.change import CAUSES, RoundChange
from pipeline.summarise.compare.editions import editions, in_edition
from pipeline.summarise.compare.members import Members
from pipeline.summarise.compare.wording import head, say, side_heads
from pipeline.summarise.figures.crossing import used
from pipeline.summarise.figures.dimensions import Dimension, dimension, dimensions
from pipeline.summarise.figures.lines import TableLine, lines, parent_of
from pipeline.summarise.figures.measures import (
    Measure,
    Rate,
    crossed,
    crossed_rates,
    measures,
    with_terms,
)
from pipeline.summarise.figures.rounding import plain_alike, rounded
from pipeline.summarise.figures.sums import Array
from pipeline.summarise.figures.tables import borrowed, main_table
from pipeline.summarise.figures.totals import NILS, ROWS
from pipeline.summarise.sheets.cells import LiveCell, Span
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet
from pipeline.summarise.workbook.entry_table import CODE_WIDTH, NAME_WIDTH
from pipeline.summarise.workbook.figure_column import with_unit
from pipeline.summarise.workbook.live import BLANK, Live
from schemas.columns import DECIMALS, TableSpec
from schemas.round.settings import Summary

WIDTHS = (CODE_WIDTH, NAME_WIDTH, 14.0, 14.0, 14.0, 12.0, *[14.0] * len(CAUSES))
_MEMBERS = 34.0
"""Width of the column that names who isn't counted."""
BEFORE, NOW, DIFFERENCE = 2, 3, 4
"""Columns of the figure then, of today's, and of the difference."""


def change_sheets(book: SummaryBook, summary: Summary, change: RoundChange) -> None:
    """The sheet by the summary's own dimension, then one for each later edition of its list."""
    round_ = book.consolidation.round_
    spec = main_table(round_, summary.dimension)
    by = dimension(round_, spec, summary.dimension)
    parent = parent_of(round_, spec, by, summary.parent)
    _sheet(
        book,
        change,
        say(book, "sheets.change"),
        say(book, "title", title=summary.title),
        (by, parent),
    )
    for edition in editions(round_):
        if edition.dimension == by.key:
            name = say(book, "sheets.edition", edition=edition.edition)
            _sheet(
                book,
                change,
                name,
                say(book, "edition_title", title=summary.title, edition=edition.title.upper()),
                (in_edition(by, edition), None),
                edition.title,
            )


def figure_columns(change: RoundChange, key: str) -> list[tuple[TableSpec, Measure]]:
    """What is compared: what crossings of the main table show, and what it borrows of others."""
    round_ = change.now.round_
    spec = main_table(round_, key)
    shown = with_terms(round_, spec, [*crossed(round_, spec), *crossed_rates(round_, spec)])
    found = [(spec, each) for each in change.measures(spec, shown)]
    for table, borrowed_key in borrowed(round_, spec):
        if key in dimensions(round_, table):
            columns = [each for each in measures(round_, table) if each.key == borrowed_key]
            found += [(table, each) for each in change.measures(table, columns)]
    return found


def _sheet(
    book: SummaryBook,
    change: RoundChange,
    name: str,
    title: str,
    sides: tuple[Dimension, Dimension | None],
    edition: str = "",
) -> None:
    by, parent = sides
    members = Members(change, main_table(change.now.round_, by.column), by)
    beside = [say(book, "columns.not_counted")] if members.any_known else []
    widths = [*WIDTHS, *[_MEMBERS] * len(beside)]
    sheet = book.sheet(name, title, widths, fixed=2)
    sheet.answers("comparison", "edition" if edition else "change", edition=edition)
    head(sheet, change)
    known = dimensions(change.now.round_, main_table(change.now.round_, by.column))
    columns = figure_columns(change, by.key if by.key in known else by.column)
    if not columns or not change.can_compare(columns[0][0], by.column):
        sheet.line(say(book, "not_comparable"), "subtitle")
        return
    _heading(sheet, [book.say("code"), by.title, *side_heads(change, book)], beside)
    for spec, measure in columns:
        _Block(book, sheet, change, spec, measure, by, parent, members).write()


def _heading(sheet: SummarySheet, titles: Sequence[str], beside: Sequence[str]) -> None:
    """Two rows of headings, repeated on each page: the lower ones of causes stand under one."""
    top, book = sheet.row, sheet.book
    titles = [*titles, *(say(book, f"columns.{key}") for key in ("difference", "relative"))]
    causes = [say(book, f"causes.{cause}") for cause in CAUSES]
    above, behind = ([Span("", "head")] * len(side) for side in (titles, beside))
    sheet.spans([*above, Span(say(book, "columns.causes"), "head", len(causes)), *behind])
    heads = [*titles, *causes, *beside]
    sheet.cells(heads, ["head"] * len(heads))
    sheet.keep_above(sheet.row - top, 2)


@dataclass(frozen=True)
class _Block:
    """One measure by the entries of ``by``, under those of ``parent``."""

    book: SummaryBook
    sheet: SummarySheet
    change: RoundChange
    spec: TableSpec
    measure: Measure
    by: Dimension
    parent: Dimension | None
    members: Members

    def write(self) -> None:
        """Write the measure's band, its lines and the total."""
        self.sheet.spans(
            [Span(with_unit(self.measure).replace("\n", " "), "band", len(self.sheet.widths))]
        )
        for line in self._lines(self._entries):
            self._entry_line(line)
        self._total_line()

    def _entry_line(self, line: TableLine) -> None:
        side = self.parent if line.is_parent and self.parent else self.by
        frames = self._parents if line.is_parent else self._entries
        causes = self._causes[line.is_parent]
        code, name = self._named(side, line.at)
        signs = self._signs(frames, line.at, self.members.signs(code, is_entry=not line.is_parent))
        values = [
            self._value(frame, line.at, sign) for frame, sign in zip(frames, signs, strict=True)
        ]
        today = values[1]
        if self._live and line.at < side.size:
            name_cell = xl_rowcol_to_cell(self.sheet.row, 1, col_abs=True)
            where = [(side.key, name_cell if code else BLANK)]
            today = self._live.cell(self.measure, where, signs[1], values[1])
        added = [] if causes is None else plain_alike(causes[line.at].tolist())
        missing = "" if line.is_parent else self.members.not_counted(code)
        emphasis = "subtotal" if line.is_parent else ""
        self._row([code, name, missing], (*values, today), added, emphasis)

    def _total_line(self) -> None:
        frames, causes = self.change.whole(self.spec), self._causes[0]
        signs = self._signs(frames, 0, self.members.signs("", is_entry=False))
        values = [self._value(frame, 0, sign) for frame, sign in zip(frames, signs, strict=True)]
        added = [] if causes is None else plain_alike(causes.sum(axis=0).round(DECIMALS).tolist())
        today = values[1]
        if self._live:
            today = self._live.cell(self.measure, [], signs[1], values[1])
        self._row(["", self.book.say("total"), ""], (*values, today), added, "total")

    @cached_property
    def _parents(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return self.change.by_entry(self.spec, self.parent) if self.parent else self._entries

    @cached_property
    def _causes(self) -> Sequence[Array | None]:
        """The change by position and cause, of entries and of parents.

        None for rates, for their changes don't add up.
        """
        if isinstance(self.measure, Rate):
            return None, None
        sides = (self.by, self.parent or self.by)
        return [self.change.by_cause(self.spec, side, self.measure.key) for side in sides]

    @cached_property
    def _entries(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return self.change.by_entry(self.spec, self.by)

    @cached_property
    def _sort(self) -> str:
        """The format of its figures: with decimals where some has any."""
        return self.measure.format_of(*(frame[self.measure.key] for frame in self._entries))

    def _lines(self, entries: Sequence[pd.DataFrame]) -> Iterator[TableLine]:
        rows = sum(frame[ROWS].to_numpy() for frame in entries)
        yield from lines(used(self.by, rows), self.by, self.parent)  # type: ignore[arg-type]
        if rows[-1]:  # type: ignore[index]
            yield TableLine(self.by.size)

    def _named(self, side: Dimension, at: int) -> tuple[str, str]:
        return (
            (side.codes[at], side.names[at])
            if at < side.size
            else ("", say(self.book, "other_entries"))
        )

    @cached_property
    def _live(self) -> Live | None:
        """Formulas of today's figures; none by a later edition, which the rows don't carry."""
        known = dimensions(self.change.now.round_, self.spec)
        sides = [side for side in (self.by, self.parent) if side is not None]
        return (
            Live.of(self.change.now, self.spec, *sides)
            if all(side.key in known for side in sides)
            else None
        )

    def _signs(
        self, frames: Sequence[pd.DataFrame], at: int, signs: Sequence[str]
    ) -> list[str | int]:
        """The signs for figures without rows: the zero of a confirmed nil, or another sign."""
        return [
            0 if frame[NILS].iloc[at] else sign for frame, sign in zip(frames, signs, strict=True)
        ]

    def _value(self, frame: pd.DataFrame, at: int, nothing: str | int) -> Any:
        figures = {key: frame[key].iloc[at].item() for key in self.measure.needed}
        return self.measure.cell(figures, nothing)

    def _row(
        self, named: Sequence[str], values: Sequence[Any], causes: Sequence[Any], emphasis: str
    ) -> None:
        """Write one line: figures, difference, share, causes (none for a rate), who is missing.

        ``named``: code, name, those; ``values``: then, now, and the cell of today's figure.
        """
        (code, name, out), (then, now, today) = named, values
        row, sign, kind = self.sheet.row, self.book.say("nothing"), self._sort
        share = relative(then, now)
        cells = [
            then,
            today,
            difference(row, (then, now), is_rate=isinstance(self.measure, Rate), sign=sign),
            LiveCell(_relative(row), share),
        ]
        barred = [self.book.say("not_applicable")] * len(CAUSES)
        kinds = ["code", "name", kind, kind, "change_" + kind, "change_rate"]
        beside = [out or None] if self.members.any_known else []
        kinds += [*["change_" + kind] * len(CAUSES), *["remark_cell"] * len(beside)]
        self.sheet.cells([code, name, *cells, *(causes or barred), *beside], kinds, emphasis)


# --- differences ----------------------------------------------------------------------------------


def difference(row: int, values: Sequence[Any], *, is_rate: bool, sign: str) -> LiveCell:
    """Today's figure less the earlier one; nothing reported adds nothing.

    Of rates, only if both are known.
    """
    then, now = (xl_rowcol_to_cell(row, column) for column in (BEFORE, NOW))
    numbers = [value for value in values if not isinstance(value, str)]
    if len(numbers) < (2 if is_rate else 1):
        value: Any = sign
    else:
        value = round(
            sum(n for n in values[1:] if not isinstance(n, str))
            - sum(n for n in values[:1] if not isinstance(n, str)),
            DECIMALS,
        )
    least = 2 if is_rate else 1
    return LiveCell(
        f'=IF(COUNT({then}:{now})<{least},"",ROUND(SUM({now})-SUM({then}),{DECIMALS}))', value
    )


def relative(then: Any, now: Any) -> Any:
    """The difference as a share of the earlier figure; blank if that is 0 or missing."""
    if isinstance(then, str) or isinstance(now, str) or not then:
        return ""
    share = now / then - 1
    return float(rounded(share)) if share >= 0 else -float(rounded(-share))


def _relative(row: int) -> str:
    then, now = (xl_rowcol_to_cell(row, column) for column in (BEFORE, NOW))
    return f'=IF(COUNT({then}:{now})<2,"",IF({then}=0,"",ROUND({now}/{then}-1,{DECIMALS})))'
