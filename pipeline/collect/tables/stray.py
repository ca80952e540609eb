"""Tell what is on a table's sheet outside its columns and rows (S07, S11), and keep it.

None of it is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import Grid, Value, is_blank, shown
from pipeline.collect.tables.layout import Layout
from pipeline.collect.tables.titles import is_row_number, key_of
from pipeline.model import Aside, Finding, Severity
from pipeline.office.addresses import index


def unknown_columns(layout: Layout, skipped: frozenset[int]) -> Iterator[Finding]:
    """S07: report filled columns under a heading that nothing declares."""
    headings = {key_of(heading.text): heading for heading in layout.header.matched.values()}
    for letter, title in layout.header.unknown.items():
        rows = () if is_row_number(title) else _filled(layout, letter, skipped)
        if not rows:
            continue
        counted = headings.get(key_of(title))  # two columns have this heading; one counts
        yield Finding(
            rule="S07",
            severity=Severity.WARNING,
            message="column_unknown.twice" if counted else "column_unknown",
            words={
                "found_name": title.strip(),
                "letters": letter,
                "counted": counted.column_letter if counted else "",
            },
            sheet=layout.sheet,
            cells=tuple(f"{letter}{row}" for row in rows),
            column=title.strip(),
        )


def _filled(layout: Layout, column_letter: str, skipped: frozenset[int]) -> list[int]:
    """Return the filled rows of a column below the headings, without those skipped."""
    return sorted(
        row
        for row, value in layout.grid.columns.get(column_letter, {}).items()
        if row >= layout.first and row not in skipped and not is_blank(value)
    )


def aside(grid: Grid, outside: Iterable[Finding]) -> tuple[Aside, ...]:
    """Return the texts of the cells that findings name, up to the limit."""
    cells = [(finding, cell) for finding in outside for cell in finding.cells]
    return tuple(
        Aside(finding.sheet, cell, finding.column, shown(_value_at(grid, cell)).strip())
        for finding, cell in cells[: limits.ASIDE_CELLS]
    )


def _value_at(grid: Grid, cell: str) -> Value:
    column_letter = cell.rstrip("0123456789")
    return grid.value(int(cell[len(column_letter) :]), column_letter)


def stray(
    layout: Layout,
    skipped: frozenset[int],
    remarks: Sequence[int],
    above: Iterable[tuple[int, str]],
) -> Iterator[Finding]:
    """S11: report content in no row or column of the table.

    Remarks between and below the data, columns without a heading, and cells added ``above`` the
    data.
    """
    grid = layout.grid
    headed = layout.header.column_letters | layout.header.unknown.keys()
    cells = list(above)
    for letter in grid.letters:
        if letter in headed:
            cells += [(row, letter) for row in remarks if row in grid.columns[letter]]
        else:
            cells += [(row, letter) for row in _filled(layout, letter, skipped)]
    yield from beside(grid, cells, layout.sheet)


def beside(grid: Grid, cells: Iterable[tuple[int, str]], sheet: str) -> Iterator[Finding]:
    """S11: yield one finding for all these cells of a sheet."""
    places = sorted(cells, key=lambda cell: (cell[0], index(cell[1])))
    if places:
        value = shown(grid.value(*places[0])).strip()
        yield Finding(
            rule="S11",
            severity=Severity.WARNING,
            message="stray",
            words={"value": value},
            sheet=sheet,
            cells=tuple(f"{letter}{row}" for row, letter in places),
            value=value,
        )
