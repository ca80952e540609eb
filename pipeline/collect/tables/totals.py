"""Find total rows that an agency added to a table, by label or as sums.

They are read for comparison and never counted.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from functools import lru_cache

from pipeline.collect.formats.cells import Grid, Value, is_blank, shown
from pipeline.collect.tables.layout import Layout
from pipeline.collect.tables.tidy import tidy
from pipeline.model import Total
from pipeline.office.addresses import index
from pipeline.text.legacy import readings_of
from pipeline.text.names import normalise
from schemas.columns import DECIMALS, READABLE
from schemas.counting import TOTALLED_WORDS

_LABEL = re.compile(
    r"(?:[σ∑] ?)?(?:tổng(?: cộng| số| hợp chung)?|t\.? ?c(?:ộng)?"
    r"|cộng(?: chung| dồn| tổng| mang sang)?|(?:grand |sub[- ]?)?total"
    r"|grand (?:sum|count|average|max|min)|tiểu (?:cộng|tổng|kết)|gesamtergebnis|total général|[σ∑]"
    r"|tong(?: cong| so)|合计|合計|总计|總計|小计|小計)"
    rf"(?: (?:{'|'.join(map(re.escape, map(normalise, TOTALLED_WORDS)))}))?"
    r"(?: (?:toàn|cả) \w+(?: \w+)?| (?:tỉnh|thành phố) \w+(?: \w+){0,3}"
    r"| (?:mục|phần|nhóm|năm|quý|kỳ|trang) [\w./]+| [ivx]+)?(?:[ +]?\([^()]*\))*"
)
"""A label of a total row, normalised: "Tổng cộng", "Cộng mục I", "Tổng số toàn tỉnh (1+2)"."""
_BEGINNING = re.compile(
    r"(?:tổng|cộng|luỹ kế|toàn (?:tỉnh|thành phố|huyện|ngành)|tong|sum|total)\b"
)
"""The start of a label that is a total's only if its row holds sums and nothing else: "Tổng cộng
các huyện", "Lũy kế"."""
_ENDING = re.compile(
    r"(.{1,200}?) (?:total|sum|count|average|max|min|result|tổng(?: cộng| số)?|cộng"
    r"|ergebnis|汇总|小计)"
)
"""How Excel and others label a group's subtotal: the group's name, then the kind of subtotal."""
_OF_GROUP = re.compile(r"(?:tổng(?: cộng| số)?|cộng|total)[ :]{1,3}(.{1,200})")
"""How others label it: "Total Schools", "Cộng: Trường học"."""
_NO_SUM = re.compile(r"(?:.{1,200} )?(?:count|average|max|min)")
"""Labels of subtotals that are no sums."""
_ROW_NUMBER = re.compile(r"(?:[0-9]{1,4}|[IVX]{1,5}|[A-Za-z])[.)]?|\*+")
"""A row number before a label: "1.", "II", "a)"."""
_GROUP_HEADING = re.compile(r"(?:[IVX]+|[A-Z]|[0-9]{1,2})[.)/:-] *[^\W0-9]")
MIN_SUMMED = 2
"""The least number of rows of which another may be the sum."""


def total_rows(grid: Grid, first: int, measures: Container[str]) -> frozenset[int]:
    """Find the rows from ``first`` on that are the agency's own totals.

    Their first text is a total's label, or a numbered heading with sums beside it. ``measures``:
    letters of the columns that may be added up.
    """
    totals: set[int] = set()
    left = {row for row in grid.rows if row >= first}
    for column in grid.letters:
        # a row is judged by its first text from the left that is no row number, and by no other
        texts = {
            row: value
            for row, value in grid.columns[column].items()
            if row in left and isinstance(value, str) and not is_blank(value)
        }
        distinct = set(texts.values())
        numbers = {text for text in distinct if _ROW_NUMBER.fullmatch(text.strip())}
        labels = {text for text in distinct - numbers if _is_label(text)}
        likely = {text for text in distinct - labels if _may_be_label(text)}
        likely = _without_strangers(likely, grid, column)
        totals |= {
            row
            for row, text in texts.items()
            if text in labels or (text in likely and _has_sums(grid, row, column, measures))
        }
        left -= {row for row, text in texts.items() if text not in numbers}
        if not left:
            break
    return frozenset(totals)


def is_group_heading(text: str) -> bool:
    """True if a text may be the numbered heading of a group of rows: "II. Schools"."""
    return _GROUP_HEADING.match(text.strip()) is not None


def _without_strangers(texts: set[str], grid: Grid, column: str) -> set[str]:
    """Drop labels that end as subtotals do ("Schools Total") but name no group of the column."""
    endings = {text: _ending(text) for text in texts if not _begins_as_label(text)}
    group_of = {text: ending[1] for text, ending in endings.items() if ending}
    if not group_of:
        return texts
    values = grid.columns[column].values()
    groups = {normalise(value) for value in values if isinstance(value, str)}
    return {text for text in texts if text not in group_of or group_of[text] in groups}


@lru_cache(maxsize=20_000)
def _ending(text: str) -> re.Match[str] | None:
    return _ENDING.fullmatch(normalise(text))


@lru_cache(maxsize=20_000)
def _may_be_label(text: str) -> bool:
    return _ending(text) is not None or _begins_as_label(text)


@lru_cache(maxsize=20_000)
def _begins_as_label(text: str) -> bool:
    return is_group_heading(text) or any(
        _BEGINNING.match(normalise(way)) for way in (text, *readings_of(text))
    )


@lru_cache(maxsize=20_000)
def _is_label(text: str) -> bool:
    plain = text.strip()
    ways = (
        plain,
        _ROW_NUMBER.sub("", plain, count=1) if is_group_heading(plain) else plain,
        *readings_of(plain),
    )
    return any(_LABEL.fullmatch(normalise(way)) for way in ways)


def _has_sums(grid: Grid, row: int, heading: str, measures: Container[str]) -> bool:
    """True if a row has nothing but numbers in ``measures`` beside its heading.

    A row number before the heading may stand there too.
    """
    others = {
        column: value
        for column, value in grid.cells(row).items()
        if column != heading
        and (index(column) > index(heading) or not _ROW_NUMBER.fullmatch(shown(value)))
    }
    return bool(others) and all(
        column in measures and isinstance(value, float) for column, value in others.items()
    )


def row_of_sums(layout: Layout, rows: Sequence[int]) -> frozenset[int]:
    """Return the last data row if it is a total row without a label.

    That is: it holds nothing but sums of the rows above, and a row of data would need words.
    """
    grid, (*above, last) = layout.grid, rows or (0,)
    numbers = grid.cells(last)
    may_be_sums = (
        len(above) >= MIN_SUMMED
        and layout.spec.asks_for_words
        and not any(area.top < last <= area.bottom for area in grid.merged)
        and any(numbers.values())
        and numbers.keys() <= layout.measures
    )
    is_sum = may_be_sums and all(
        _is_sum(value, grid.column(column, above)) for column, value in numbers.items()
    )
    return frozenset({last} if is_sum else ())


def _is_sum(total: Value, values: Sequence[Value]) -> bool:
    """True if ``total`` is the sum of ``values``; False if any value would need repair."""
    numbers = [value for value in values if not is_blank(value)]
    return (
        isinstance(total, float)
        and all(isinstance(value, float) for value in numbers)
        and not round(sum(numbers) - total, DECIMALS)  # type: ignore[arg-type]
    )


def totals_of(layout: Layout, rows: Iterable[int]) -> tuple[Total, ...]:
    """Read the numbers of total rows, in the columns that may be added up."""
    grid = layout.grid
    labels = {row: _label(grid, row) for row in sorted(rows)}
    return tuple(
        Total(row, label, _numbers(layout, row), _group(grid, column, label))
        for row, (column, label) in labels.items()
        if not _NO_SUM.fullmatch(normalise(label))
    )


def _label(grid: Grid, row: int) -> tuple[str, str]:
    """Return a total row's column letter and label; its row number if it has no label."""
    texts = (
        (column, shown(value).strip())
        for column, value in grid.cells(row).items()
        if isinstance(value, str)
    )
    return next(texts, ("", str(row)))


def _group(grid: Grid, column: str, label: str) -> frozenset[int]:
    """Return the rows of the group that a total's label names.

    They hold that name in the column of the label.
    """
    wordings = (_ending(label), _OF_GROUP.fullmatch(normalise(label)))
    names = {named[1] for named in wordings if named and not _LABEL.fullmatch(named[1])}
    cells = grid.columns.get(column, {}).items() if names else ()
    return frozenset(
        row for row, value in cells if isinstance(value, str) and normalise(value) in names
    )


def _numbers(layout: Layout, row: int) -> dict[str, float]:
    numbers = {}
    for column in layout.spec.measures:
        if column.key in layout.column_letters:
            cell = tidy(column, layout.grid.column(layout.column_letters[column.key], (row,)))
            if cell.states[0] in READABLE:
                numbers[column.key] = float(cell.values[0])
    return numbers
