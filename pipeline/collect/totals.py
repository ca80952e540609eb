"""The total rows that an agency added to a table: recognised by their label or as sums, read for comparison, never counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pipeline.collect.cells import Grid, Value, is_blank, shown
from pipeline.collect.tidy import tidy
from pipeline.model import Total
from pipeline.text import normalise
from schemas.columns import DECIMALS, READABLE, TableSpec

_LABEL = re.compile(
    r"(?:tổng(?: cộng| số)?|cộng(?: chung| dồn| tổng)?|(?:grand )?total|[σ∑])(?: (?:vụ(?:[ ,]việc)?|người|đối tượng|trường hợp))?"
    r"(?: (?:toàn|cả) \w+(?: \w+)?| (?:mục|phần|nhóm|năm|quý|kỳ) [\w./]+| [ivx]+)?(?:\([^()]*\))?"
)
"""A label of a total row, normalised: "Tổng cộng", "Cộng mục I", "Tổng số vụ toàn tỉnh (1+2)"."""
MIN_SUMMED = 2
"""Rows from which another may be their sum."""


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


def row_of_sums(grid: Grid, spec: TableSpec, letters: Mapping[str, str], rows: Sequence[int]) -> frozenset[int]:
    """The last of the data ``rows`` where it can be no data and holds nothing but the sums of those above: a total row without a label."""
    *above, last = rows or (0,)
    measures = {letters[column.key] for column in spec.measures if column.key in letters}
    numbers = {column: value for column, value in grid.values(last).items() if not is_blank(value)}
    may_be_data = not any(column.required and not column.is_number for column in spec.columns)
    is_merged_into = any(area.top < last <= area.bottom for area in grid.merged)
    if len(above) < MIN_SUMMED or may_be_data or is_merged_into or not numbers or not numbers.keys() <= measures:
        return frozenset()
    is_sum = any(numbers.values()) and all(_is_sum(value, grid.column(column, above)) for column, value in numbers.items())
    return frozenset({last} if is_sum else ())


def _is_sum(total: Value, values: Sequence[Value]) -> bool:
    """Whether a number is the sum of cells; of such as must be repaired first it isn't said to be."""
    numbers = [value for value in values if not is_blank(value)]
    return isinstance(total, float) and all(isinstance(value, float) for value in numbers) and not round(sum(numbers) - total, DECIMALS)  # type: ignore[arg-type]


def totals_of(grid: Grid, spec: TableSpec, letters: Mapping[str, str], rows: Iterable[int]) -> tuple[Total, ...]:
    """The numbers of total rows, by the columns of the table that may be added up."""
    return tuple(Total(row, _label(grid, row), _numbers(grid, spec, letters, row)) for row in sorted(rows))


def _label(grid: Grid, row: int) -> str:
    """The label of a total row; its number where it has none."""
    texts = (shown(value).strip() for value in grid.values(row).values() if isinstance(value, str) and not is_blank(value))
    return next(texts, str(row))


def _numbers(grid: Grid, spec: TableSpec, letters: Mapping[str, str], row: int) -> dict[str, float]:
    found = {each.key: tidy(each, grid.column(letters[each.key], (row,))) for each in spec.measures if each.key in letters}
    return {key: float(cell.values[0]) for key, cell in found.items() if cell.states[0] in READABLE}
