"""Workbooks and sheets as all summaries have them: the head, the marks, the printed page, and safe text."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipeline.office.safety import is_like_formula, plain
from pipeline.office.sheetnames import LONGEST_NAME, quoted, without_forbidden
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.sheets import printing
from pipeline.summarise.sheets.pages import Page
from pipeline.summarise.sheets.styles import FONT, Styles, font, wraps
from pipeline.summarise.sheets.textfit import SIZE, line_count, line_height
from schemas.words import ui

PAGE_WIDTH = 140
"""Characters across a landscape A4 page at full size."""
SMALLEST = 0.45
"""How far a page may be shrunk before a wide table is printed on several pages side by side."""
ROW_HEIGHT = 15.0
"""Points of a row of one line."""


class Book:
    """One workbook in the making; ``content`` ends it."""

    def __init__(self, consolidation: Consolidation, title: str, lang: str) -> None:
        self.consolidation, self.title, self.lang = consolidation, title, lang
        self.contents = ""
        """The name of the sheet of contents, once there is one: sheets made after it lead back to it."""
        self.listed: list[Listed] = []
        self._sheets: list[Sheet] = []
        self._buffer = io.BytesIO()
        self.workbook = xlsxwriter.Workbook(self._buffer, {"default_format_properties": {"font_name": FONT, "font_size": SIZE}})
        self.styles = Styles(self.workbook)
        self.workbook.calc_on_load = False  # results are stored; opening changes nothing
        self._names: set[str] = set()
        self._reserved: dict[str, str] = {}
        self._made: dict[str, str] = {}
        deadline = consolidation.round_.deadline
        created = dt.datetime(deadline.year, deadline.month, deadline.day, tzinfo=dt.UTC)  # no clock: same input, same bytes
        self.workbook.set_properties({"title": plain(title), "subject": plain(consolidation.round_.name), "created": created})

    @property
    def marks(self) -> str:
        """What every sheet must say of its figures: invented, provisional, with persons in clear."""
        said = [name for name in ("invented", "provisional", "names") if getattr(self.consolidation, name)]
        return " · ".join(ui(f"summary.{name}", self.lang) for name in said)

    def say(self, key: str, **words: object) -> str:
        """A word of the summaries."""
        return ui(f"summary.{key}", self.lang, **words)

    @property
    def coverage(self) -> str:
        """How much of the round the figures rest on."""
        return coverage(self.consolidation, self.lang)

    def sheet(
        self,
        name: str,
        title: str,
        widths: Sequence[float],
        *,
        fixed: int = 0,
        kind: type[Worksheet] = Page,
        smallest: float = SMALLEST,
    ) -> Sheet:
        """A new sheet with its head: title, round, marks, coverage.

        ``fixed`` columns stay in view and stand on each page; below the scale ``smallest`` it is printed on several side by side.
        """
        made = self._reserved.pop(name, None) or self._unique(name)
        self._made[name] = made
        self._sheets.append(Sheet(self, self.workbook.add_worksheet(made, kind), title, widths, (fixed, smallest)))
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


def coverage(consolidation: Consolidation, lang: str) -> str:
    """How much of the round figures rest on, in one sentence: those that count and the others add up to all agencies."""
    known = consolidation.coverage
    counts = {name: getattr(known, name) for name in ("agencies", "counted", "nil", "late", "correcting")}
    further = ("missing", "unreadable", "excused", "pending")
    more = [ui(f"summary.coverage_{name}", lang, count=getattr(known, name)) for name in further if getattr(known, name)]
    return ", ".join([ui("summary.coverage", lang, **counts), *more])


@dataclass(frozen=True)
class Formula:
    """A live cell: its formula, and the result that it has today."""

    text: str
    value: Any


@dataclass(frozen=True)
class Marked:
    """A text of a list with some of its letters in bold and underlined: from where to where, in order."""

    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Link:
    """A text that leads to cells of the same workbook, as ``'SHEET'!A1:B2``; ``tip``: a key of the words of what it leads to."""

    text: str
    target: str
    tip: str = "to_rows"


@dataclass(frozen=True)
class Listed:
    """A sheet as the contents list it: the key of the part of the workbook that it belongs to, its name, what it answers."""

    part: str
    name: str
    answer: str


@dataclass(frozen=True)
class Span:
    """A cell over some columns. A number, a text, a link, a formula, or ``None`` for an empty one."""

    value: Any
    kind: str
    columns: int = 1


class Sheet:
    """One worksheet, written downwards; ``row`` is the next free one."""

    def __init__(self, book: Book, page: Worksheet, title: str, widths: Sequence[float], print_as: tuple[int, float]) -> None:
        """``print_as``: columns that stand on each page, and the smallest scale."""
        fixed, smallest = print_as
        self.book, self.page, self.widths, self.row = book, page, list(widths), 0
        self.is_hidden = False
        self.printed: tuple[int, int] | None = None
        """How many rows and columns are printed, if not all."""
        self._pages = max(1, math.ceil(sum(widths) * smallest / PAGE_WIDTH))
        self._head = fixed if self._pages > 1 and fixed else len(self.widths)
        for column, width in enumerate(widths):
            self.page.set_column(column, column, width)
        self._print_setup(title)
        self._lead_back()
        self.line(title, "title")
        self.line(book.consolidation.round_.name, "subtitle")
        if book.marks:
            self.line(book.marks, "mark")
        self.line(book.coverage, "subtitle")

    def _print_setup(self, title: str) -> None:
        small = f'&"{FONT},Regular"&9'
        page, marks = self.page, self.book.marks
        page.set_paper(9)
        page.set_landscape()
        page.set_margins(left=printing.LEFT_AND_RIGHT, right=printing.LEFT_AND_RIGHT, top=printing.TOP, bottom=printing.BOTTOM)
        page.fit_to_pages(self._pages, 0)
        name = plain(title).replace("&", "&&")
        page.set_footer(f"&L{small}{name[:100]}&C{small}{marks}&R{small}{self.book.say('page')} &P/&N")

    def _lead_back(self) -> None:
        """A link to the contents in a row of its own, which isn't printed."""
        self._first_printed = 1 if self.book.contents else 0
        if self.book.contents:
            text, target = self.book.say("to_contents", name=self.book.contents), f"{quoted(self.book.contents)}!A1"
            self.spans([Span(Link(text, target, "to_contents_tip"), "link")])

    def answers(self, part: str, question: str, **words: object) -> None:
        """Have the sheet listed in the contents, under ``part``; ``question``: the key of the line on what it answers."""
        self.book.listed.append(Listed(part, self.page.name, ui(f"contents.answers.{question}", self.book.lang, **words)))

    def hide(self) -> None:
        """Hide the sheet: other sheets reckon or draw with it. Who wants to see it can show it."""
        self.is_hidden = True
        self.page.hide()

    def finish(self) -> None:
        """Set what is printed: all but the link to the contents, or what ``printed`` says. Of a hidden sheet nothing is."""
        rows, columns = self.printed or (self.row, len(self.widths))
        if not self.is_hidden and rows > self._first_printed:
            self.page.print_area(self._first_printed, 0, rows - 1, columns - 1)

    def line(self, text: str, kind: str) -> None:
        """A line of text above the table, as high as it needs: over its width, or over what all pages side by side repeat."""
        self.spans([Span(text, kind, self._head)])

    def cells(self, values: Sequence[Any], kinds: Sequence[str], emphasis: str = "") -> None:
        """One row of cells from the first column on; ``None`` is an empty cell with its format."""
        self.spans([Span(value, kind) for value, kind in zip(values, kinds, strict=True)], emphasis)

    def spans(self, spans: Sequence[Span], emphasis: str = "") -> None:
        """One row of cells, each over some columns, as high as its texts need."""
        column, height = 0, 0.0
        for span in spans:
            end = column + span.columns
            text = span.value.text if isinstance(span.value, Link) else span.value
            if isinstance(text, str):
                height = max(height, _height(plain(text), sum(self.widths[column:end]), span.kind, emphasis))
            if span.columns > 1:
                self.page.merge_range(self.row, column, self.row, end - 1, "", self.book.styles(span.kind, emphasis))
            self._cell(column, span.value, span.kind, emphasis)
            column = end
        if height > ROW_HEIGHT:
            self.page.set_row(self.row, height)
        self.row += 1

    def _cell(self, column: int, value: Any, kind: str, emphasis: str) -> None:
        """One cell of the current row: a text is never anything but a text."""
        if value is None:
            self.page.write_blank(self.row, column, None, self.book.styles(kind, emphasis))
        elif isinstance(value, str):
            quoted = is_like_formula(value)
            self.page.write_string(self.row, column, plain(value), self.book.styles(kind, emphasis, quoted=quoted))
        elif isinstance(value, Link):
            style = self.book.styles(kind, emphasis, linked=True)
            self.page.write_url(self.row, column, f"internal:{value.target}", style, plain(value.text), self.book.say(value.tip))
        elif isinstance(value, Formula):
            self.page.write_formula(self.row, column, value.text, self.book.styles(kind, emphasis), value.value)
        else:
            self.page.write_number(self.row, column, value, self.book.styles(kind, emphasis))

    def fit_short(self, most: int) -> None:
        """Print a sheet of at most so many rows on a single page."""
        if self.row <= most:
            self.page.fit_to_pages(1, 1)

    def pages_of(self, heights: Iterable[float]) -> int:
        """About how many pages rows of these heights take, side by side ones counted too."""
        return self._pages * printing.pages_of(heights, printing.scale_of(self.widths, SMALLEST))

    def print_first_page(self, above: int, heights: Iterable[float]) -> None:
        """Print the ``above`` first rows and as many of those below, of these heights, and as many columns, as fit on one page."""
        scale = printing.scale_of(self.widths, SMALLEST)
        room = printing.down() / scale - above * ROW_HEIGHT * 2  # lines of the head are higher than others
        fitting = sum(1 for taken in accumulate(heights) if taken <= room)
        self.printed = above + max(1, fitting), printing.columns_that_fit(self.widths, scale)
        self.page.fit_to_pages(1, 1)

    def keep_above(self, heading_rows: int, columns: int = 0) -> None:
        """Freeze what stands above the current row (and left of ``columns``), and repeat its last rows on each printed page."""
        self.page.freeze_panes(self.row, columns)
        self.page.repeat_rows(self.row - heading_rows, self.row - 1)
        if columns:
            self.page.repeat_columns(0, columns - 1)


def _height(text: str, width: float, kind: str, emphasis: str) -> float:
    size, bold = font(kind, emphasis)
    lines = line_count(text, width, bold=bold, size=size) if wraps(kind) else 1
    return line_height(lines, size)
