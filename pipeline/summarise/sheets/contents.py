"""The first sheet of a workbook: every sheet with a link and what it answers."""

from __future__ import annotations

from itertools import groupby

from pipeline.office.sheetnames import quoted
from pipeline.summarise.sheets.cells import Link, Span
from pipeline.summarise.sheets.sheet import SummaryBook, SummarySheet

WIDTHS = (36.0, 104.0)


def contents_sheet(book: SummaryBook) -> SummarySheet:
    """The first sheet, empty yet: what it lists is made after it."""
    name = _say(book, "sheet")
    sheet = book.sheet(name, _say(book, "title", title=book.title), WIDTHS)
    book.contents = sheet.page.name
    sheet.page.fit_to_pages(1, 1)
    return sheet


def list_contents(sheet: SummarySheet, *advice: str) -> None:
    """List all sheets made since, by part; below them the ``advice`` of these keys."""
    book = sheet.book
    sheet.cells([_say(book, "name"), _say(book, "answer")], ["head", "head"])
    for part, listed in groupby(book.listed, key=lambda each: each.part):
        sheet.spans([Span(_say(book, f"parts.{part}"), "band", len(WIDTHS))])
        for each in listed:
            link = Link(each.name, f"{quoted(each.name)}!A1", "to_sheet")
            sheet.cells([link, each.answer], ["name", "name"])
    sheet.row += 1
    for number, key in enumerate((*advice, "printing"), start=1):
        sheet.line(f"{number}. {_say(book, f'advice.{key}')}", "remark")
    if book.hidden:
        sheet.line(
            f"{len(advice) + 2}. {_say(book, 'advice.hidden', names=', '.join(book.hidden))}",
            "remark",
        )


def _say(book: SummaryBook, key: str, **words: object) -> str:
    return book.consolidation.say(f"contents.{key}", **words)
