"""Find what somebody wrote into a form where it has no cell for that (S11).

Above and beside headings, around labels, on sheets of help.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping

from pipeline.collect.formats.cells import Grid, shown
from pipeline.collect.tables.layout import Layout
from pipeline.text.legacy import readings_of
from pipeline.text.printed import Printed
from pipeline.text.units import declared_money

Place = tuple[int, str]
"""Row and column letter of a cell."""

_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_DATED = re.compile(r"\bngày\b.{0,20}\btháng\b.{0,20}\bnăm\b|\(?đã ký\b", re.IGNORECASE)
"""The line of place and day above a signature, or a word for the signature."""


def above_table(layout: Layout, told: Collection[str], printed: Printed) -> list[Place]:
    """Return cells above the data that say what the form doesn't.

    ``told``: letters of columns that have a finding already.
    """
    grid, header, first = layout.grid, layout.header, layout.first
    texts = _texts(grid, grid.rows[: bisect_left(grid.rows, first)], printed)
    ours = header.column_letters
    outside = {
        (row, letter): text
        for (row, letter), text in texts.items()
        if letter not in told and not (letter in ours and header.row <= row < first)
    }
    return _strange_of(outside, printed)


def around_labels(grid: Grid, taken: Iterable[Place], printed: Printed) -> list[Place]:
    """Return cells of a label-value sheet that say what the form doesn't.

    ``taken``: cells of labels and values.
    """
    texts, our_places = _texts(grid, grid.rows, printed), set(taken)
    return _strange_of(
        {place: text for place, text in texts.items() if place not in our_places}, printed
    )


def added_to(grid: Grid, texts: set[str]) -> Iterator[Place]:
    """Yield the cells of a sheet of help that hold one of these added texts."""
    for row in grid.rows:
        for column, value in grid.values(row).items():
            if isinstance(value, str) and (str(value) in texts or shown(value) in texts):
                yield row, column


def strange(texts: Iterable[str], printed: Printed) -> set[str]:
    """Return the texts that the form doesn't say and that aren't usual there.

    The form's words count in any old encoding. Usual are a name, an office, a date.
    """
    return {
        text
        for text in printed.added(texts)
        if not _is_usual(text) and not _is_printed(text, printed)
    }


def _texts(grid: Grid, rows: Iterable[int], printed: Printed) -> dict[Place, str]:
    """Return the texts of these rows that the form doesn't say, by place."""
    values = {
        (row, column): value
        for row in rows
        for column in grid.filled(row)
        if isinstance(value := grid.columns[column][row], str)
    }
    texts = {place: shown(value) for place, value in values.items()}
    added = printed.added(texts.values())
    return {place: text for place, text in texts.items() if text in added} if added else {}


def _strange_of(texts: Mapping[Place, str], printed: Printed) -> list[Place]:
    new = strange(texts.values(), printed) if texts else ()
    return [place for place, text in texts.items() if text in new]


def _is_printed(text: str, printed: Printed) -> bool:
    """True if the form says the text, once it is read in one of the encodings before Unicode."""
    if text.isascii():
        return False
    readings = set(readings_of(text))
    return len(printed.added(readings)) < len(readings)


def _is_usual(text: str) -> bool:
    """True if a text is what people add to any form: a date line, a signature, a name, a mark."""
    words = _WORD.findall(text)
    if declared_money(text):  # S06 tells of other units than the form's
        return True
    if _DATED.search(text) or sum(map(len, words)) < 2:  # noqa: PLR2004 "A", "x", "(1)"
        return True
    return not _DIGIT.search(text) and (len(words) == 1 or all(word[0].isupper() for word in words))
