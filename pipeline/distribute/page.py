"""What all sheets of the template share: heading, page setup, protection."""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.distribute import gaps
from pipeline.distribute.formats import Formats
from pipeline.distribute.names import Names
from schemas.round.round import Round
from schemas.words import formal_day, ui

A4 = 9
LOOKS = {"format_cells": True, "format_columns": True, "format_rows": True}
ROWS = {"insert_rows": True, "delete_rows": True, "sort": True, "autofilter": True}
"""Options of protection that Excel grants only if every cell concerned is unlocked."""
LAST_COLUMN = 16_383
"""The last column of a sheet in Excel, counted from 0."""
ONE_LINE, TWO_LINES = 16, 32
NAME_WIDTH = 62
"""Width in characters that the longest agency name needs in capitals on one line."""
NATION_WIDTH = 46
"""Width in characters that the nation's name needs on one line."""


@dataclass(frozen=True)
class Page:
    """The workbook being written, with its formats, names, round and language."""

    book: Workbook
    formats: Formats
    names: Names
    round_: Round
    lang: str

    def say(self, key: str, **words: object) -> str:
        """Return a text of the form's part of the catalogue."""
        return ui(f"form.{key}", self.lang, **words)

    def number(self, value: float) -> str:
        """Format a number as people write it in the form's language."""
        digits = f"{value:,.10g}"
        return digits.translate(str.maketrans(",.", ".,")) if self.lang == "vi" else digits

    def heading(
        self, sheet: Worksheet, title: str, columns: int, half: int = 0, height: int = TWO_LINES
    ) -> None:
        """Write rows 1–5: agency and national heading, form number, title, window.

        Behind the window comes the mark of invented data. The national heading begins at column
        ``half`` + 1. ``height``: of the agency's name, in points. Formats of whole rows lock the
        cells beside the heading, even in open columns.
        """
        half = half or max(1, columns // 2)
        for row, points in enumerate((height, 15, 4, 18, 15)):
            sheet.set_row(row, points, self.formats["plain"])
        self.span(sheet, 1, 1, half, gaps.HEADING, "left_head")
        self.span(sheet, 2, 1, half, self.round_.settings.form_number, "form_number")
        self.span(sheet, 1, half + 1, columns, self.say("national"), "right_head")
        self.span(sheet, 2, half + 1, columns, self.say("motto"), "motto")
        self.span(sheet, 4, 1, columns, title, "title")
        self.span(sheet, 5, 1, columns, "", "subtitle")
        mark = (self.formats["invented"], gaps.INVENTED)
        sheet.write_rich_string(
            4, 0, self.formats["subtitle"], f"{self.window()}   ", *mark, self.formats["subtitle"]
        )

    def window(self) -> str:
        """Return the reporting window in words."""
        return self.say(
            "window", start=formal_day(self.round_.start), end=formal_day(self.round_.end)
        )

    def span(
        self, sheet: Worksheet, row: int, first: int, last: int, text: str, style: str
    ) -> None:
        """Write ``text`` over columns ``first`` to ``last`` of ``row``, counted from 1."""
        if last > first:
            sheet.merge_range(row - 1, first - 1, row - 1, last - 1, "", self.formats[style])
        sheet.write_string(row - 1, first - 1, text, self.formats[style])

    def setup(self, sheet: Worksheet, *, landscape: bool = True, rows: bool = False) -> None:
        """Set paper, margins, footer, and protection without a password.

        A4, one page wide. With ``rows``, clerks may insert, delete, sort and filter rows.
        """
        sheet.set_paper(A4)
        (sheet.set_landscape if landscape else sheet.set_portrait)()
        sheet.set_margins(left=0.6, right=0.5, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f'&C&"{"Times New Roman"}"&9{self.say("footer")}')
        if not rows:
            sheet.hide_gridlines(2)
        sheet.protect("", LOOKS | ROWS if rows else LOOKS)
