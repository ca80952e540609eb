"""The first sheet: purpose, how to fill in, what colours mean. It prints on one page."""

from __future__ import annotations

from collections.abc import Iterator

from xlsxwriter.worksheet import Worksheet

from pipeline.distribute import gaps
from pipeline.distribute.page import Page
from schemas.round.nil import nil_words
from schemas.round.round import Round
from schemas.words import formal_day

WIDTH = 104
"""Characters that fit one printed line."""
NIL_STEP = ("steps", 2)
"""The step for agencies with nothing to report; left out if the round has no nil returns."""


def write_instructions(page: Page, sheet: Worksheet) -> None:
    """Write purpose, deadline, steps, common mistakes, colours."""
    page.setup(sheet, landscape=False)
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 2, 49)
    page.heading(sheet, page.round_.settings.title, 3, half=2)
    sheet.set_row(3, 56)
    row = 6
    for number, text in _lines(page):
        if number:
            sheet.write_string(row, 0, number, page.formats["plain"])
        page.span(sheet, row + 1, 2 if number else 1, 3, text, "plain" if number else "bold")
        sheet.set_row(row, 16 * max(1, -(-len(text) // WIDTH)))
        row += 1
    for style, key in (
        ("red", "wrong"),
        ("amber", "doubtful"),
        ("missing", "missing"),
        ("given", "given"),
    ):
        sheet.write_blank(row, 0, None, page.formats[style])
        page.span(sheet, row + 1, 2, 3, page.say(f"instructions.colours.{key}"), "plain")
        row += 1


def _lines(page: Page) -> Iterator[tuple[str, str]]:
    """Yield (number, text) of each line; headings have no number."""
    round_, tables = page.round_, page.round_.row_tables
    words = {
        "deadline": gaps.DEADLINE,
        "send_to": round_.settings.publisher.destination,
        "dispatch": round_.settings.dispatch_or_name,
        "start": formal_day(round_.start),
        "end": formal_day(round_.end),
        "info": round_.info.sheet,
        "first": tables[0].sheet,
        "last": tables[-1].sheet,
        "selfcheck": round_.sheets.selfcheck,
        "lists": round_.sheets.lists,
        "passed": page.say("selfcheck.passed"),
        **nil_words(round_),
    }
    yield "", page.say("instructions.purpose_title")
    purpose = [page.say("instructions.dispatch", **words), *round_.settings.instructions.purpose]
    yield from ((f"{n}.", text) for n, text in enumerate(purpose, 1))
    for section, size in (("deadline", 2), ("steps", 8), ("mistakes", 5)):
        yield "", page.say(f"instructions.{section}_title")
        keys = [
            f"{section}_{n}" for n in range(1, size + 1) if words["nil"] or (section, n) != NIL_STEP
        ]
        yield from (
            (f"{n}.", page.say(f"instructions.{key}", **words)) for n, key in enumerate(keys, 1)
        )
        if section == "steps" and round_.settings.instructions.sample:
            yield "", page.say("instructions.sample", sheet=sample_sheet(round_))
            yield "–", sample_row(round_)
    yield "", page.say("instructions.colours_title")


def sample_sheet(round_: Round) -> str:
    """Return the sheet of the sample row."""
    return round_.by_key[round_.settings.instructions.sample["table"]].sheet


def sample_row(round_: Round) -> str:
    """Return the sample row as a clerk fills it in: titles with values."""
    sample = round_.settings.instructions.sample
    columns = [column for column in round_.by_key[sample["table"]].columns if column.key in sample]
    values = {
        column.key: round_.codes_of(column).offered(sample[column.key])
        if column.codes
        else sample[column.key]
        for column in columns
    }
    return " · ".join(f"{column.title}: {values[column.key]}" for column in columns)
