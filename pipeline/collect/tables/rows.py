"""Tell which rows below a table's headings are data."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.collect.formats.cells import Value, is_blank, shown
from pipeline.collect.tables.codes import CodesByColumn
from pipeline.collect.tables.heading_rows import RepeatedHeadings, numbered_after, repeated_after
from pipeline.collect.tables.layout import Layout
from pipeline.collect.tables.nothing import said_to_be_empty
from pipeline.collect.tables.tidy import ColumnReading, Mask
from pipeline.collect.tables.totals import is_group_heading, row_of_sums, total_rows
from pipeline.model import Finding, Severity
from pipeline.office.addresses import index
from schemas.columns import READABLE, Kind, State

_FEW = 2
"""A row with at most this many filled cells may be a remark: see ``_is_remark``."""
_WIDE = 3
"""A cell merged across at least this many columns is a heading or a remark, not a value."""
_BLANK = np.uint8(State.BLANK)


@dataclass(frozen=True)
class RowKinds:
    """The rows below a table's headings, each in one of these, and ``prepared`` ones beside.

    ``filled``: data, and remarks between or below it, which only typed cells tell (``remarks_in``).
    ``sums``: the last row, if it is a total without a label.
    """

    filled: Sequence[int]
    totals: frozenset[int]
    sums: frozenset[int]
    numbers: frozenset[int]
    nothing: frozenset[int]
    repeated: RepeatedHeadings
    prepared: frozenset[int]

    @property
    def skipped(self) -> frozenset[int]:
        """The rows that hold no data."""
        return self.totals | self.sums | self.numbers | self.nothing | self.repeated.rows


def rows_of(layout: Layout, codes: CodesByColumn) -> RowKinds:
    """Sort the rows below a table's headings by what they are.

    Each step looks only at rows that those before it left: the order matters.
    """
    grid, header, first = layout.grid, layout.header, layout.first
    # Prepared rows come first: an entry of their list may be called "Total", or "1".
    prepared = _prepared(layout, codes)
    # Below headings in another order nothing is read: cells there belong to other columns.
    repeated = repeated_after(header, grid)
    end = repeated.otherwise or sys.maxsize
    totals = {row for row in total_rows(grid, first, layout.measures) if row < end} - prepared
    numbers = numbered_after(header, grid, first) - prepared - repeated.rows
    filled = sorted(
        row
        for row in _filled(layout) - totals - repeated.rows - numbers
        if layout.first <= row < end
    )
    # The last two look at all rows that are left, so rows without data must be gone: "Total" beside
    # a 0 would be more than nothing, and a row with subtotals above it no sum of them all.
    nothing = said_to_be_empty(layout, filled, codes)
    filled = [row for row in filled if row not in nothing]
    sums = row_of_sums(layout, filled) - prepared
    filled = [row for row in filled if row not in sums]
    return RowKinds(filled, frozenset(totals), sums, numbers, nothing, repeated, prepared)


def _prepared(layout: Layout, codes: CodesByColumn) -> frozenset[int]:
    """Return rows whose pre-filled cell names an entry of the list behind the prepared rows."""
    spec, cells_by_column = layout.spec, layout.grid.columns
    if not spec.prepared:
        return frozenset()
    return frozenset(
        row
        for column in spec.code_columns
        if column.prefilled and column.codes == spec.prepared and column.key in codes
        for row, value in cells_by_column.get(layout.column_letters.get(column.key, ""), {}).items()
        if row >= layout.first
        and not is_blank(value)
        and codes[column.key].read(value)[1] in READABLE
    )


def _filled(layout: Layout) -> set[int]:
    """Return rows filled in a column that the agency fills in (in any, if there is no such)."""
    letters = [layout.column_letters[key] for key in layout.filled_in or layout.column_letters]
    return set().union(*(layout.grid.columns.get(letter, ()) for letter in letters))


# --- remarks, which only typed cells tell --------------------------------------------------------


def has_values(layout: Layout, rows: RowKinds, columns: Mapping[str, ColumnReading]) -> Mask:
    """Return which of the filled rows have a cell that isn't blank, once it is typed."""
    return _any_cell(columns, layout.filled_in, np.not_equal, len(rows.filled))


def remarks_in(
    layout: Layout, rows: RowKinds, columns: Mapping[str, ColumnReading], candidates: Mask
) -> Mask:
    """Return which of the filled rows are remarks or headings of groups, among ``candidates``.

    A prepared row is neither. Nor is a row with a readable cell in a required column.
    """
    required = [key for key in layout.column_letters if layout.spec.by_key[key].required]
    readable = _any_cell(columns, required, np.less, len(rows.filled))
    last = int(np.flatnonzero(readable)[-1]) if readable.any() else len(rows.filled)
    remarks = np.zeros(len(rows.filled), dtype=bool)
    for position in np.flatnonzero(candidates & ~readable).tolist():
        row = rows.filled[position]
        if row not in rows.prepared:
            remarks[position] = _is_remark(layout, row, is_below=position > last)
    return remarks


def _any_cell(
    columns: Mapping[str, ColumnReading], keys: Sequence[str], compare: np.ufunc, size: int
) -> Mask:
    """Return for each row whether ``compare`` holds between the state of a cell and BLANK."""
    states = [columns[key].states for key in keys]
    return compare(np.array(states), _BLANK).any(axis=0) if states else np.zeros(size, dtype=bool)


def _is_remark(layout: Layout, row: int, *, is_below: bool) -> bool:
    """True if a row without a readable required cell is a remark or the heading of a group.

    Such are merged across, numbered, or below the last row of data (``is_below``): short notes,
    names of who signs.
    """
    cells = layout.grid.cells(row)
    is_wide = any(
        area.top <= row <= area.bottom and area.right - area.left >= _WIDE - 1
        for area in layout.grid.merged
    )
    is_short = len(cells) <= _FEW and (is_below or is_wide)
    is_half_filled = 2 * len(cells) <= len(layout.column_letters)
    is_signed = is_below and is_half_filled and all(map(_is_words, cells.values()))
    return is_short or is_signed or _is_group_heading(layout, cells)


def _is_words(value: Value) -> bool:
    """True if a cell holds several words and no number: it is no mistyped code or count."""
    return isinstance(value, str) and len(value.split()) > 1 and not any(map(str.isdigit, value))


def _is_group_heading(layout: Layout, cells: Mapping[str, Value]) -> bool:
    """True if a row holds only a heading: "II. Schools", or words in a first column of codes."""
    if len(cells) != 1:
        return False
    [(column_letter, value)] = cells.items()
    letters = layout.column_letters
    first = min(letters, key=lambda key: index(letters[key]))
    in_codes = column_letter == letters[first] and layout.spec.by_key[first].kind is Kind.CODE
    return isinstance(value, str) and (is_group_heading(value) or (in_codes and _is_words(value)))


# --- what is told of rows without data -----------------------------------------------------------


def row_findings(layout: Layout, rows: RowKinds) -> Iterator[Finding]:
    """S11: note rows that aren't counted: sums, column numbers, "nothing to report"."""
    yield from (_no_data(layout, "sums", [row]) for row in rows.sums)
    yield from (_no_data(layout, "numbers", [row]) for row in sorted(rows.numbers))
    if rows.nothing:
        yield _no_data(layout, "nothing", sorted(rows.nothing))
    if rows.repeated.otherwise is not None:
        yield _headed_otherwise(layout, rows.repeated.otherwise)


def _headed_otherwise(layout: Layout, row: int) -> Finding:
    """S06: report repeated headings in another order: what is below isn't read."""
    return Finding(
        rule="S06",
        severity=Severity.ERROR,
        message="column_missing.moved",
        words={"row": str(row)},
        sheet=layout.sheet,
        cells=tuple(f"{letter}{row}" for letter in layout.grid.filled(row)),
    )


def _no_data(layout: Layout, what: str, rows: Sequence[int]) -> Finding:
    cells = [(row, *cell) for row in rows for cell in layout.grid.cells(row).items()]
    texts = (shown(value).strip() for row, _, value in cells if row == rows[0])
    value = ", ".join(dict.fromkeys(texts)) if what == "nothing" else ""
    return Finding(
        rule="S11",
        severity=Severity.NOTE,
        message=f"stray.{what}",
        words={"value": value} if value else {"row": str(rows[0])},
        sheet=layout.sheet,
        cells=tuple(f"{letter}{row}" for row, letter, _ in cells),
        value=value,
    )
