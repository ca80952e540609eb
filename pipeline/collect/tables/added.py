"""What somebody wrote into a form where it has no cell for that (S11): above and beside its headings, around its labels, into its sheets of help."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping

from pipeline.collect.formats.cells import Grid, shown
from pipeline.collect.tables.headings import Header
from pipeline.text.legacy import readings_of
from pipeline.text.printed import Printed
from pipeline.text.units import declared_money

Place = tuple[int, str]
"""Row and column letters of a cell."""

_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_DATED = re.compile(r"\bngày\b.{0,20}\btháng\b.{0,20}\bnăm\b|\(?đã ký\b", re.IGNORECASE)
"""The line of place and day above a signature, and what stands for one."""


def above_table(grid: Grid, header: Header, first: int, told: Collection[str], printed: Printed) -> list[Place]:
    """Cells above the first row of data that say what the form doesn't; ``told`` are columns of which is told already."""
    texts = _texts(grid, grid.rows[: bisect_left(grid.rows, first)], printed)
    ours = {each.letters for each in header.matched.values()}
    left_out = {(row, column) for row in range(header.row, first) for column in ours} if texts else set()
    return _strange_of({place: text for place, text in texts.items() if place not in left_out and place[1] not in told}, printed)


def around_labels(grid: Grid, taken: Iterable[Place], printed: Printed) -> list[Place]:
    """Cells of a label-value sheet that say what the form doesn't; ``taken`` are those of labels and values."""
    left_out = set(taken)
    return _strange_of({place: text for place, text in _texts(grid, grid.rows, printed).items() if place not in left_out}, printed)


def added_to(grid: Grid, texts: set[str]) -> Iterator[Place]:
    """The cells of a sheet of help that hold one of the texts that are known to be added."""
    for row in grid.rows:
        for column, value in grid.values(row).items():
            if isinstance(value, str) and (str(value) in texts or shown(value) in texts):
                yield row, column


def strange(texts: Iterable[str], printed: Printed) -> set[str]:
    """Those of some texts that the form doesn't say in any letters, and that aren't just what people put there: a name, an office, a day."""
    return {text for text in printed.added(texts) if not _is_usual(text) and not _is_printed(text, printed)}


def _texts(grid: Grid, rows: Iterable[int], printed: Printed) -> dict[Place, str]:
    """The texts of these rows that the form doesn't say, by place."""
    values = {(row, column): value for row in rows for column in grid.filled(row) if isinstance(value := grid.columns[column][row], str)}
    texts = {place: shown(value) for place, value in values.items()}
    added = printed.added(texts.values())
    return {place: text for place, text in texts.items() if text in added} if added else {}


def _strange_of(texts: Mapping[Place, str], printed: Printed) -> list[Place]:
    found = strange(texts.values(), printed) if texts else ()
    return [place for place, text in texts.items() if text in found]


def _is_printed(text: str, printed: Printed) -> bool:
    return not text.isascii() and len(printed.added(readings := list(readings_of(text)))) < len(set(readings))


def _is_usual(text: str) -> bool:
    words = _WORD.findall(text)
    if declared_money(text):  # another unit than the form's is told by itself (S06)
        return True
    if _DATED.search(text) or sum(map(len, words)) < 2:  # noqa: PLR2004 "A", "x", "(1)"
        return True
    return not _DIGIT.search(text) and (len(words) == 1 or all(word[0].isupper() for word in words))
