"""Read our list of corrections when it comes back without the return.

It goes out where a return can't be marked.
"""

from __future__ import annotations

from pipeline.collect.formats.cells import Grid
from pipeline.collect.sender.book import NameBook
from pipeline.collect.tables.answers import answers_in, named_in
from pipeline.model import OUR_LIST, Finding, Reading, Severity


def reading_of(grid: Grid, name: str, book: NameBook) -> Reading:
    """Return the reading of the list alone: no return, but answers, and the agency by its title."""
    answers = answers_in(grid)
    first_row = (text for row in list(grid.rows)[:1] for text in grid.values(row).values())
    title = str(next(first_row, ""))
    named = book.name(title.partition(":")[2].strip())
    is_in_scope = bool(named) and book.round.by_agency[named].in_scope
    not_a_return = Finding("S01", Severity.ERROR, f"not_workbook.{OUR_LIST}")
    return Reading(
        agency=named if is_in_scope else "",
        identified_by="info" if is_in_scope else "",
        findings=(not_a_return, *named_in(answers, name)),
        answers=answers,
    )
