"""The total rows that an agency added to a table: recognised by their label, read for comparison, never counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pipeline.collect.cells import Grid, is_blank, shown
from pipeline.collect.tidy import tidy
from pipeline.model import Total
from pipeline.text import normalise
from schemas.columns import READABLE, TableSpec

_LABEL = re.compile(
    r"(?:tổng(?: cộng| số)?|cộng(?: chung| dồn)?|(?:grand )?total)"
    r"(?: (?:toàn|cả) \w+(?: \w+)?| (?:mục|phần|nhóm) [\w.]+)?(?:\([^()]*\))?"
)
"""A label of a total row, normalised: "Tổng cộng", "Cộng mục I", "Tổng số toàn tỉnh (1+2)"."""


def total_rows(grid: Grid, first: int) -> frozenset[int]:
    """Rows from ``first`` on whose first text says that they are the agency's own totals."""
    found: set[int] = set()
    left = {row for row in grid.rows if row >= first}
    for column in grid.letters:
        texts = {
            row: value for row, value in grid.columns[column].items() if row in left and isinstance(value, str) and not is_blank(value)
        }
        totals = {text for text in set(texts.values()) if _LABEL.fullmatch(normalise(text))}
        found |= {row for row, text in texts.items() if text in totals}
        left -= texts.keys()
        if not left:
            break
    return frozenset(found)


def totals_of(grid: Grid, spec: TableSpec, letters: Mapping[str, str], rows: Iterable[int]) -> tuple[Total, ...]:
    """The numbers of total rows, by the columns of the table that may be added up."""
    return tuple(Total(row, _label(grid, row), _numbers(grid, spec, letters, row)) for row in sorted(rows))


def _label(grid: Grid, row: int) -> str:
    return next(shown(value).strip() for value in grid.values(row).values() if isinstance(value, str) and not is_blank(value))


def _numbers(grid: Grid, spec: TableSpec, letters: Mapping[str, str], row: int) -> dict[str, float]:
    found = {each.key: tidy(each, grid.column(letters[each.key], (row,))) for each in spec.measures if each.key in letters}
    return {key: float(cell.values[0]) for key, cell in found.items() if cell.states[0] in READABLE}
