"""Workbooks and sheets of summaries: head, marks, printed pages, safe texts."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipeline.office.safety import plain
from pipeline.office.sheetnames import LONGEST_NAME, quoted, without_forbidden
from pipeline.office.textfit import SIZE
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.wording import coverage, marks
from pipeline.summarise.sheets import printing
from pipeline.summarise.sheets.cells import ContentsLine, Link, Span
from pipeline.summarise.sheets.pages import SheetPage
from pipeline.summarise.sheets.styles import FONT, CellStyles, height_of
from pipeline.summarise.sheets.writing import write_cell
from schemas.words import Language

ROW_HEIGHT = 15.0
"""Points of a row of one line."""
FOLDED = 9.0
"""The width of a folded column, once it is opened."""


class SummaryBook:
    """One workbook in the making; ``content`` ends it."""

    def __init__(self, consolidation: Consolidation, title: str) -> None:
        self.consolidation, self.title = consolidation, title
        self.contents = ""
        """The name of the sheet of contents, if there is one: later sheets lead back to it."""
        self.listed: list[ContentsLine] = []
        self._sheets: list[SummarySheet] = []
        self._buffer = io.BytesIO()
        self.workbook = xlsxwriter.Workbook(
            self._buffer, {"default_format_properties": {"font_name": FONT, "font_size": SIZE}}
        )
        self.styles = CellStyles(self.workbook)
        self.workbook.calc_on_load = False  # results are stored; opening changes nothing
        self._names: set[str] = set()
        self._reserved: dict[str, str] = {}
        self._made: dict[str, str] = {}
        deadline = consolidation.round_.deadline
        # no clock: same input, same bytes
        created = dt.datetime(deadline.year, deadline.month, deadline.day, tzinfo=dt.UTC)
        self.workbook.set_properties(
            {"title": plain(title), "subject": plain(consolidation.round_.name), "created": created}
        )

    @property
    def lang(self) -> Language:
        """The language that it is written in."""
        return self.consolidation.lang

    @property
    def marks(self) -> str:
        """What every sheet must say of its figures."""
        return " · ".join(marks(self.consolidation))

    def say(self, key: str, **words: object) -> str:
        """A word of the summaries."""
        return self.consolidation.say(f"summary.{key}", **words)

    @property
    def coverage(self) -> str:
        """How much of the round the figures rest on."""
        return coverage(self.consolidation)

    def sheet(
        self,
        name: str,
        title: str,
        widths: Sequence[float],
        *,
        fixed: int = 0,
        kind: type[Worksheet] = SheetPage,
        head: int = 0,
    ) -> SummarySheet:
        """A new sheet with its head: title, round, marks, coverage.

        ``fixed`` columns stay in view and stand on each page; below the scale ``SMALLEST`` it is
        printed on several side by side. A column of no width is folded. ``head``: how many columns
        the lines above the table take, if not as many as a page has.
        """
        made = self._reserved.pop(name, None) or self._unique(name)
        self._made[name] = made
        self._sheets.append(
            SummarySheet(
                self,
                self.workbook.add_worksheet(made, kind),
                title,
                widths,
                (fixed, head),
            )
        )
        return self._sheets[-1]

    def reserve(self, wanted: str) -> str:
        """The name that the sheet ``wanted`` will have when it is made."""
        if wanted not in self._reserved:
            self._reserved[wanted] = self._unique(wanted)
        return self._reserved[wanted]

    def taken(self, wanted: str) -> str:
        """The name that the sheet ``wanted`` has or will have."""
        return self._made.get(wanted) or self.reserve(wanted)

    @property
    def head_rows(self) -> int:
        """How many rows the head of a sheet takes."""
        return 3 + bool(self.marks) + bool(self.contents)

    @property
    def hidden(self) -> list[str]:
        """The names of the hidden sheets."""
        return [sheet.page.name for sheet in self._sheets if sheet.is_hidden]

    def _unique(self, wanted: str) -> str:
        """A name that Excel takes and no other sheet has."""
        name = plain(without_forbidden(wanted)).strip("' ") or "-"
        tries = (name[:LONGEST_NAME], *(f"{name[: LONGEST_NAME - 4]} ({n})" for n in range(2, 100)))
        name = next(each for each in tries if each.casefold() not in self._names)
        self._names.add(name.casefold())
        return name

    def content(self) -> bytes:
        """Finish the workbook and return its bytes."""
        for sheet in self._sheets:
            sheet.finish()
        self.workbook.close()
        return self._buffer.getvalue()


class SummarySheet:
    """One worksheet, written downwards; ``row`` is the next free one."""

    def __init__(
        self,
        book: SummaryBook,
        page: Worksheet,
        title: str,
        widths: Sequence[float],
        print_as: tuple[int, int],
    ) -> None:
        """``print_as``: columns that stand on each page, and columns of the lines above."""
        fixed, head = print_as
        self.book, self.page, self.widths, self.row = book, page, list(widths), 0
        self.is_hidden = False
        self._heights: dict[int, float] = {}
        self.printed: tuple[int, int] | None = None
        """How many rows and columns are printed, if not all."""
        self._pages, self._fixed = printing.side_by_side(widths), fixed
        self._head = head or (fixed if self._pages > 1 and fixed else len(self.widths))
        self._folds_rows = False
        self._set_columns()
        printing.set_up(self.page, title, book.marks, book.say("page"), self._pages)
        self._lead_back()
        self.line(title, "title")
        self.line(book.consolidation.round_.name, "subtitle")
        if book.marks:
            self.line(book.marks, "mark")
        self.line(book.coverage, "subtitle")

    def _set_columns(self) -> None:
        """Set the widths; a sign above the column after folded ones opens them."""
        for column, width in enumerate(self.widths):
            if width:
                is_after = column and not self.widths[column - 1]
                after_folded = {"collapsed": True} if is_after else None
                self.page.set_column(column, column, width, None, after_folded)
            else:
                self.page.set_column(column, column, FOLDED, None, {"level": 1, "hidden": True})

    def _lead_back(self) -> None:
        """A link to the contents in a row of its own, which isn't printed."""
        self._first_printed = 1 if self.book.contents else 0
        if self.book.contents:
            text = self.book.say("to_contents", name=self.book.contents)
            target = f"{quoted(self.book.contents)}!A1"
            self.spans([Span(Link(text, target, "to_contents_tip"), "link")])

    def answers(self, part: str, question: str, **words: object) -> None:
        """List the sheet in the contents, under ``part``.

        ``question``: the key of the line on what it answers.
        """
        answer = self.book.consolidation.say(f"contents.answers.{question}", **words)
        self.book.listed.append(ContentsLine(part, self.page.name, answer))

    def hide(self) -> None:
        """Hide the sheet: other sheets reckon or draw with it. Who wants to see it can show it."""
        self.is_hidden = True
        self.page.hide()

    def finish(self) -> None:
        """Set what is printed: all but the link to the contents, or what ``printed`` says."""
        first, (rows, columns) = self._first_printed, self.printed or (self.row, len(self.widths))
        if not self.is_hidden and rows > first:
            self.page.print_area(first, 0, rows - 1, columns - 1)
            heights = [self._heights.get(row, ROW_HEIGHT) for row in range(first, rows)]
            printing.choose_paper(self.page, self.widths[:columns], heights, self._fixed)

    def line(self, text: str, kind: str) -> None:
        """Write a line of text above the table, as high as it needs."""
        self.spans([Span(text, kind, self._head)])

    def cells(self, values: Sequence[Any], kinds: Sequence[str], emphasis: str = "") -> None:
        """One row of cells from the first column on; ``None`` is an empty cell with its format."""
        self.spans([Span(value, kind) for value, kind in zip(values, kinds, strict=True)], emphasis)

    def spans(self, spans: Sequence[Span], emphasis: str = "", *, is_folded: bool = False) -> None:
        """Write a row of cells, each over some columns, as high as its texts need.

        A folded row is opened by a sign beside the next.
        """
        column, height = 0, 0.0
        for span in spans:
            end = column + span.columns
            text = span.value.text if isinstance(span.value, Link) else span.value
            if isinstance(text, str) and (width := sum(self.widths[column:end])):
                height = max(height, height_of(plain(text), width, span.kind, emphasis))
            if span.columns > 1:
                self.page.merge_range(
                    self.row, column, self.row, end - 1, "", self.book.styles(span.kind, emphasis)
                )
            tip = self.book.say(span.value.tip) if isinstance(span.value, Link) else ""
            place = (self.row, column)
            write_cell(self.page, self.book.styles, place, span, emphasis, tip)
            column = end
        self._set_row(height, is_folded=is_folded)
        self.row += 1

    def _set_row(self, height: float, *, is_folded: bool) -> None:
        outline = (
            {"level": 1, "hidden": True}
            if is_folded
            else {"collapsed": True}
            if self._folds_rows
            else {}
        )
        self._heights[self.row] = max(height, ROW_HEIGHT)
        if outline or height > ROW_HEIGHT:
            self.page.set_row(self.row, height if height > ROW_HEIGHT else None, None, outline)
        self._folds_rows = is_folded

    def fit_short(self, most: int) -> None:
        """Print a sheet of at most so many rows on a single page."""
        rows, _ = self.printed or (self.row, 0)
        if rows <= most:
            self.page.fit_to_pages(1, 1)

    def pages_of(self, heights: Iterable[float]) -> int:
        """About how many pages rows of these heights take, side by side ones counted too."""
        return self._pages * printing.pages_of(heights, printing.scale_of(self.widths))

    def print_first_page(self, above: int, heights: Iterable[float] | None = None) -> None:
        """Print the ``above`` first rows and what fits below and beside them on one page.

        ``heights``: those of streamed rows.
        """
        if heights is None:
            heights = (self._heights.get(row, ROW_HEIGHT) for row in range(above, self.row))
        head = above * ROW_HEIGHT * 2  # its lines are higher than others
        rows, columns = printing.that_fit(
            self.widths, heights, printing.scale_of(self.widths), head
        )
        self.printed = above + rows, columns
        self.page.fit_to_pages(1, 1)

    def print_scaled(self, scale: float, breaks: Sequence[int], *, upright: bool) -> None:
        """Print at this scale, with a new page at each of the columns ``breaks``.

        Programs heed breaks only on sheets that needn't fit pages.
        """
        self.page.set_portrait() if upright else self.page.set_landscape()
        self.page.set_print_scale(round(100 * scale))
        self.page.set_v_pagebreaks(list(breaks))

    def keep_above(self, heading_rows: int, columns: int = 0) -> None:
        """Freeze what is above this row and left of ``columns``; repeat it on each printed page."""
        self.page.freeze_panes(self.row, columns)
        self.page.repeat_rows(self.row - heading_rows, self.row - 1)
        if columns:
            self.page.repeat_columns(0, columns - 1)
