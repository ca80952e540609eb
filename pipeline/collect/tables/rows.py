"""Read one declared table from its sheet: data rows, typed cells, and what else is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipeline.collect.formats.cells import Area, Grid, Value, is_blank, shown
from pipeline.collect.tables.added import above_table
from pipeline.collect.tables.collectives import Collectives, recounted
from pipeline.collect.tables.content import with_columns_by_content
from pipeline.collect.tables.days import USUAL, calendar_of
from pipeline.collect.tables.heading_rows import (
    Repeated,
    declared_otherwise,
    first_row_after,
    numbered_after,
    repeated_after,
)
from pipeline.collect.tables.headings import Header, Matched, header_of, nearest
from pipeline.collect.tables.nothing import said_to_be_empty
from pipeline.collect.tables.stray import aside, stray, unknown_columns
from pipeline.collect.tables.tidy import MISSING, Codes, Tidied, tidy, without_doubtful
from pipeline.collect.tables.totals import is_group_heading, row_of_sums, total_rows, totals_of
from pipeline.model import Aside, Finding, Match, Severity, TableReading
from pipeline.office.addresses import address, index
from pipeline.text.printed import NOTHING_KNOWN, Printed
from schemas.columns import READABLE, Column, Kind, State, TableSpec

_FEW = 2
"""A row with at most this many filled cells may be a remark: see ``_remarks``."""
_WIDE = 3
"""A cell merged across at least this many columns is a heading or a remark, not a value."""
_BLANK = np.uint8(State.BLANK)

CodesByColumn = Mapping[str, Codes]
"""How each code column is read, by column key."""


@dataclass(frozen=True)
class Read:
    """A table as read: findings (S06, S07, S10, S11), column matches, texts outside of it."""

    table: TableReading
    findings: tuple[Finding, ...]
    matches: tuple[Match, ...]
    aside: tuple[Aside, ...] = ()


def read_table(
    grid: Grid,
    spec: TableSpec,
    sheet: str,
    codes: CodesByColumn,
    collectives: Collectives | None = None,
    printed: Printed = NOTHING_KNOWN,
) -> Read:
    """Read the data rows of one table. ``printed``: the texts that the form itself has."""
    header = header_of(grid, spec)
    if header is None:
        return Read(
            _table(sheet, {}, [], {}),
            (Finding("S06", Severity.ERROR, "column_missing.header", {}, sheet=sheet),),
            (),
        )
    # each step takes out rows that the next would mistake, so the order matters
    first = first_row_after(header, grid)
    if header.unknown and len(header.matched) < len(spec.columns):
        header = with_columns_by_content(header, grid, spec, first, codes)
    letters = {
        column.key: header.matched[column.key].letters
        for column in spec.columns
        if column.key in header.matched
    }
    prepared = _prepared_rows(grid, spec, letters, first, codes)
    totals = (
        total_rows(
            grid, first, {letters[column.key] for column in spec.measures if column.key in letters}
        )
        - prepared
    )
    repeated = repeated_after(header, grid)
    totals = frozenset(
        row for row in totals if repeated.otherwise is None or row < repeated.otherwise
    )
    numbered = numbered_after(header, grid, first) - prepared - repeated.rows
    skipped = totals | repeated.rows | numbered
    rows = [
        row
        for row in _data_rows(grid, spec, letters, first, skipped)
        if repeated.otherwise is None or row < repeated.otherwise
    ]
    empty = said_to_be_empty(grid, spec, letters, rows, codes)
    rows, skipped = [row for row in rows if row not in empty], skipped | empty
    summed = row_of_sums(grid, spec, letters, rows) - prepared
    rows, skipped = [row for row in rows if row not in summed], skipped | summed
    columns = {
        key: _column(grid, spec.by_key[key], column, rows, codes.get(key))
        for key, column in letters.items()
    }
    columns = recounted(
        columns,
        spec,
        collectives,
        lambda column: _column(grid, column, letters[column.key], rows, None),
    )
    is_data, remarks = _data_or_remark(grid, spec, letters, rows, columns, prepared)
    kept = [row for row, keep in zip(rows, is_data, strict=True) if keep]
    columns = (
        {key: _kept(column, is_data) for key, column in columns.items()}
        if len(kept) < len(rows)
        else columns
    )
    columns, covered = _without_covered(grid.merged, letters, kept, columns, spec)
    outside = _outside(grid, header, first, skipped, remarks, sheet, printed)
    findings = (
        *column_findings(spec, header.matched.values(), header.unknown.values(), sheet),
        *_merged(covered, spec, letters, sheet),
        *_without_data(grid, summed, numbered, empty, sheet),
        *_headed_otherwise(repeated, grid, sheet),
        *declared_otherwise(header, first, grid, sheet),
        *outside,
    )
    table = replace(
        _table(sheet, letters, kept, columns),
        totals=totals_of(grid, spec, letters, totals | summed),
    )
    return Read(
        table, findings, column_matches(header.matched.values(), sheet), aside(grid, outside)
    )


def _without_data(
    grid: Grid, summed: Iterable[int], numbered: Iterable[int], empty: frozenset[int], sheet: str
) -> Iterator[Finding]:
    """Yield notes on rows that aren't counted: sums, column numbers, "nothing to report"."""
    yield from (_no_data("sums", grid, [row], sheet) for row in summed)
    yield from (_no_data("numbers", grid, [row], sheet) for row in sorted(numbered))
    if empty:
        yield _no_data("nothing", grid, sorted(empty), sheet)


def _outside(
    grid: Grid,
    header: Header,
    first: int,
    skipped: frozenset[int],
    remarks: Sequence[int],
    sheet: str,
    printed: Printed,
) -> tuple[Finding, ...]:
    """Return findings about content in no column or row of the table (S07, S11)."""
    unknown = tuple(unknown_columns(grid, header, first, skipped, sheet))
    above = (
        above_table(grid, header, first, [each.words["letters"] for each in unknown], printed)
        if printed
        else []
    )
    return (*unknown, *stray(grid, header, first, skipped, remarks, above, sheet))


def _table(
    sheet: str, letters: Mapping[str, str], rows: Sequence[int], columns: Mapping[str, Tidied]
) -> TableReading:
    return TableReading(
        sheet=sheet,
        letters=letters,
        rows=np.array(rows, dtype="int64"),
        values={key: column.values for key, column in columns.items()},
        states={key: column.states for key, column in columns.items()},
        found={
            (position, key): text
            for key, column in columns.items()
            for position, text in column.found.items()
        },
    )


# --- which rows are data -------------------------------------------------------------------------


def _prepared_rows(
    grid: Grid, spec: TableSpec, letters: Mapping[str, str], first: int, codes: CodesByColumn
) -> frozenset[int]:
    """Return rows whose pre-filled cell names an entry of the list behind the prepared rows.

    They are no totals, whatever the entry is called.
    """
    given = [
        key
        for key in codes
        if spec.prepared and spec.by_key[key].prefilled and spec.by_key[key].codes == spec.prepared
    ]
    found: set[int] = set()
    for key in given:
        cells = grid.columns.get(letters.get(key, ""), {})
        found |= {
            row
            for row, value in cells.items()
            if row >= first and not is_blank(value) and codes[key].read(value)[1] in READABLE
        }
    return frozenset(found)


def _data_rows(
    grid: Grid, spec: TableSpec, letters: Mapping[str, str], first: int, skipped: frozenset[int]
) -> list[int]:
    """Return rows filled in a column that isn't pre-filled, without ``skipped`` ones."""
    free = [column for key, column in letters.items() if not spec.by_key[key].prefilled] or list(
        letters.values()
    )
    filled = set().union(*(grid.columns[column] for column in free if column in grid.columns))
    return sorted({row for row in filled if row >= first} - skipped)


def _data_or_remark(
    grid: Grid,
    spec: TableSpec,
    letters: Mapping[str, str],
    rows: Sequence[int],
    columns: Mapping[str, Tidied],
    prepared: frozenset[int],
) -> tuple[list[bool], list[int]]:
    """Return for each row whether it is data; and the rows of remarks and group headings."""
    states = {key: column.states for key, column in columns.items()}
    filled = _any(
        [states[key] for key in letters if not spec.by_key[key].prefilled], np.not_equal, len(rows)
    )
    readable = _any(
        [states[key] for key in letters if spec.by_key[key].required], np.less, len(rows)
    )
    unreadable = np.flatnonzero(filled & ~readable).tolist()
    unreadable = [at for at in unreadable if rows[at] not in prepared]
    remark = _remarks(grid, spec, letters, rows, readable, unreadable) if unreadable else set()
    return [bool(keep) and at not in remark for at, keep in enumerate(filled.tolist())], [
        rows[at] for at in sorted(remark)
    ]


def _remarks(
    grid: Grid,
    spec: TableSpec,
    letters: Mapping[str, str],
    rows: Sequence[int],
    readable: np.ndarray[Any, Any],
    unreadable: Sequence[int],
) -> set[int]:
    """Return positions of rows that are remarks, among those with no readable required cell.

    Such are merged across, headings of groups, or below the last row of data: short notes, names of
    who signs.
    """
    last = int(np.flatnonzero(readable)[-1]) if readable.any() else len(rows)
    wide = [area for area in grid.merged if area.right - area.left >= _WIDE - 1]
    found = set()
    for at in unreadable:
        row, cells = rows[at], _cells(grid, rows[at])
        few, below = len(cells) <= _FEW, at > last
        is_wide = any(area.top <= row <= area.bottom for area in wide)
        signs = below and 2 * len(cells) <= len(letters) and all(map(_is_words, cells.values()))
        if (few and (below or is_wide)) or signs or _is_group_heading(cells, spec, letters):
            found.add(at)
    return found


def _cells(grid: Grid, row: int) -> dict[str, Value]:
    return {column: value for column, value in grid.values(row).items() if not is_blank(value)}


def _is_words(value: Value) -> bool:
    """True if a cell holds several words and no number: it is no mistyped code or count."""
    return isinstance(value, str) and len(value.split()) > 1 and not any(map(str.isdigit, value))


def _is_group_heading(
    cells: Mapping[str, Value], spec: TableSpec, letters: Mapping[str, str]
) -> bool:
    """True if a row holds only a heading: "II. Schools", or words in a first column of codes."""
    if len(cells) != 1:
        return False
    [(column, value)] = cells.items()
    first = min(letters, key=lambda key: index(letters[key]))
    in_codes = column == letters[first] and spec.by_key[first].kind is Kind.CODE
    return isinstance(value, str) and (is_group_heading(value) or (in_codes and _is_words(value)))


def _any(states: Sequence[np.ndarray[Any, Any]], than: np.ufunc, size: int) -> np.ndarray[Any, Any]:
    """Return for each row whether ``than`` holds between a cell's state and BLANK."""
    return than(np.array(states), _BLANK).any(axis=0) if states else np.zeros(size, dtype=bool)


def _column(
    grid: Grid, column: Column, letters: str, rows: Sequence[int], codes: Codes | None
) -> Tidied:
    read = tidy(
        column,
        grid.column(letters, rows),
        codes,
        calendar_of(grid) if column.kind is Kind.DATE else USUAL,
    )
    return (
        without_doubtful(read, column, grid.doubts[letters], rows)
        if letters in grid.doubts
        else read
    )


def _kept(column: Tidied, keep: Sequence[bool]) -> Tidied:
    new = {old: position for position, old in enumerate(np.flatnonzero(keep).tolist())}
    found = {new[old]: text for old, text in column.found.items() if old in new}
    return Tidied(column.values[keep], column.states[keep], found)


# --- merged cells --------------------------------------------------------------------------------


def _without_covered(
    merged: Iterable[Area],
    letters: Mapping[str, str],
    rows: Sequence[int],
    columns: dict[str, Tidied],
    spec: TableSpec,
) -> tuple[dict[str, Tidied], list[tuple[int, str]]]:
    """Mark cells covered by a merged one, and return them as (row, column key), in order."""
    covered = sorted(_covered(merged, letters, rows))
    columns = dict(columns)
    for key in {key for _, _, key in covered}:
        at = [position for position, _, other in covered if other == key]
        old, (missing, _) = columns[key], MISSING[spec.by_key[key].kind]
        values, states = old.values.copy(), old.states.copy()
        values[at], states[at] = missing, State.MERGED
        columns[key] = old._replace(
            values=values,
            states=states,
            found={p: text for p, text in old.found.items() if p not in at},
        )
    return columns, [(rows[position], key) for position, _, key in covered]


def _covered(
    merged: Iterable[Area], letters: Mapping[str, str], rows: Sequence[int]
) -> Iterator[tuple[int, int, str]]:
    """Yield position in ``rows``, column number and key of each covered cell."""
    if not rows:
        return
    numbers = {key: index(column) for key, column in letters.items()}
    for area in merged:
        if area.bottom < rows[0] or area.top > rows[-1]:
            continue
        keys = [
            (number, key) for key, number in numbers.items() if area.left <= number <= area.right
        ]
        for position, row in enumerate(rows):
            if area.top <= row <= area.bottom:
                yield from (
                    (position, number, key)
                    for number, key in keys
                    if (row, number) != (area.top, area.left)
                )


def _merged(
    covered: Sequence[tuple[int, str]], spec: TableSpec, letters: Mapping[str, str], sheet: str
) -> Iterator[Finding]:
    """S10: report covered cells; an error if a required column is among them."""
    if not covered:
        return
    required = any(spec.by_key[key].required for _, key in covered)
    titles = ", ".join(dict.fromkeys(spec.by_key[key].title for _, key in covered))
    yield Finding(
        rule="S10",
        severity=Severity.ERROR if required else Severity.WARNING,
        message="merged_required" if required else "merged",
        sheet=sheet,
        cells=tuple(dict.fromkeys(address(letters[key], row) for row, key in covered)),
        column=titles,
    )


# --- columns -------------------------------------------------------------------------------------


def column_findings(
    spec: TableSpec, matched: Iterable[Matched], others: Iterable[str], sheet: str
) -> Iterator[Finding]:
    """S06: report required columns that are missing, and columns matched inexactly."""
    by_key = {each.column.key: each for each in matched}
    for column in spec.columns:
        each = by_key.get(column.key)
        if each is None and column.required:
            near = nearest(column.title, others)
            words = {"title": column.title, **({"nearest": near} if near else {})}
            message = "column_missing.near" if near else "column_missing"
            yield Finding("S06", Severity.ERROR, message, words, sheet=sheet, column=column.title)
        elif each is not None and each.evidence != "exact":
            words = {"title": column.title, "found_name": each.found.strip()}
            yield Finding(
                "S06",
                Severity.NOTE,
                f"column_matched.{each.evidence}",
                words,
                sheet=sheet,
                column=column.title,
            )


def column_matches(matched: Iterable[Matched], sheet: str) -> tuple[Match, ...]:
    """Return how columns were matched, exact matches left out."""
    return tuple(
        Match("column", each.column.title, each.found, each.evidence, each.score, sheet)
        for each in matched
        if each.evidence != "exact"
    )


def _headed_otherwise(repeated: Repeated, grid: Grid, sheet: str) -> Iterator[Finding]:
    """S06: report repeated headings in another order: what is below isn't read."""
    if repeated.otherwise is not None:
        row = repeated.otherwise
        cells = tuple(f"{column}{row}" for column in grid.filled(row))
        yield Finding(
            "S06",
            Severity.ERROR,
            "column_missing.moved",
            {"row": str(row)},
            sheet=sheet,
            cells=cells,
        )


def _no_data(what: str, grid: Grid, rows: Sequence[int], sheet: str) -> Finding:
    """S11: note rows that are no data: sums, column numbers, or "nothing to report"."""
    cells = tuple(
        f"{column}{row}"
        for row in rows
        for column in grid.filled(row)
        if not is_blank(grid.value(row, column))
    )
    texts = (
        (shown(value).strip() for value in grid.values(rows[0]).values() if not is_blank(value))
        if what == "nothing"
        else ()
    )
    value = ", ".join(dict.fromkeys(texts))
    words = {"value": value} if value else {"row": str(rows[0])}
    return Finding(
        "S11", Severity.NOTE, f"stray.{what}", words, sheet=sheet, cells=cells, value=value
    )
