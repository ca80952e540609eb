"""What stands on the sheet of a table, but in none of its columns or rows (S07, S11): told, kept, not counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import Grid, is_blank, shown
from pipeline.collect.tables.headings import Header, is_row_number, key_of
from pipeline.model import Aside, Finding, Severity
from pipeline.office.addresses import index


def unknown_columns(grid: Grid, header: Header, first: int, skipped: frozenset[int], sheet: str) -> Iterator[Finding]:
    """S07: columns under a heading that nothing declares, where they hold something."""
    for column, title in header.unknown.items():
        cells = () if is_row_number(title) else tuple(f"{column}{row}" for row in _filled(grid, column, first, skipped))
        if cells:
            first_of_two = next((each.letters for each in header.matched.values() if key_of(each.found) == key_of(title)), "")
            words = {"found_name": title.strip(), "letters": column, "counted": first_of_two}
            message = "column_unknown.twice" if first_of_two else "column_unknown"
            yield Finding("S07", Severity.WARNING, message, words, sheet=sheet, cells=cells, column=title.strip())


def _filled(grid: Grid, column: str, first: int, skipped: frozenset[int]) -> list[int]:
    """Rows from ``first`` on with something in a column, but for total rows and repeated headings."""
    rows = sorted(row for row in grid.columns.get(column, ()) if row >= first and row not in skipped)
    return [row for row in rows if not is_blank(grid.value(row, column))]


def aside(grid: Grid, outside: Iterable[Finding]) -> tuple[Aside, ...]:
    """The cells that findings of content outside the form stand on."""
    cells = [(finding, cell) for finding in outside for cell in finding.cells][: limits.ASIDE_CELLS]
    places = [(finding, cell, cell.rstrip("0123456789")) for finding, cell in cells]
    return tuple(
        Aside(finding.sheet, cell, finding.column, shown(grid.value(int(cell[len(column) :]), column)).strip())
        for finding, cell, column in places
    )


def stray(
    grid: Grid, header: Header, first: int, skipped: frozenset[int], remarks: Sequence[int], above: Iterable[tuple[int, str]], sheet: str
) -> Iterator[Finding]:
    """S11: remarks between and below the data, content in columns without a heading, and what was added ``above`` the data."""
    headed = {*(each.letters for each in header.matched.values()), *header.unknown}
    cells = [(row, column) for row in remarks for column in grid.letters if column in headed and row in grid.columns[column]]
    cells += [(row, column) for column in grid.letters if column not in headed for row in _filled(grid, column, first, skipped)]
    yield from beside(grid, [*above, *cells], sheet)


def beside(grid: Grid, cells: Iterable[tuple[int, str]], sheet: str) -> Iterator[Finding]:
    """S11: one finding for all cells of a sheet that belong to no table."""
    places = sorted(cells, key=lambda cell: (cell[0], index(cell[1])))
    if places:
        value = shown(grid.value(*places[0])).strip()
        addresses = tuple(f"{column}{row}" for row, column in places)
        yield Finding("S11", Severity.WARNING, "stray", {"value": value}, sheet=sheet, cells=addresses, value=value)
