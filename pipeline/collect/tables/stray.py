"""Tell what is on a table's sheet outside its columns and rows (S07, S11), and keep it.

None of it is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import Grid, is_blank, shown
from pipeline.collect.tables.headings import Header, is_row_number, key_of
from pipeline.model import Aside, Finding, Severity
from pipeline.office.addresses import index


def unknown_columns(
    grid: Grid, header: Header, first: int, skipped: frozenset[int], sheet: str
) -> Iterator[Finding]:
    """S07: report filled columns under a heading that nothing declares."""
    for column, title in header.unknown.items():
        cells = (
            ()
            if is_row_number(title)
            else tuple(f"{column}{row}" for row in _filled(grid, column, first, skipped))
        )
        if cells:
            first_of_two = next(
                (
                    each.letters
                    for each in header.matched.values()
                    if key_of(each.found) == key_of(title)
                ),
                "",
            )
            words = {"found_name": title.strip(), "letters": column, "counted": first_of_two}
            message = "column_unknown.twice" if first_of_two else "column_unknown"
            yield Finding(
                "S07",
                Severity.WARNING,
                message,
                words,
                sheet=sheet,
                cells=cells,
                column=title.strip(),
            )


def _filled(grid: Grid, column: str, first: int, skipped: frozenset[int]) -> list[int]:
    """Return the filled rows of a column from ``first`` on, without those skipped."""
    rows = sorted(
        row for row in grid.columns.get(column, ()) if row >= first and row not in skipped
    )
    return [row for row in rows if not is_blank(grid.value(row, column))]


def aside(grid: Grid, outside: Iterable[Finding]) -> tuple[Aside, ...]:
    """Return the texts of the cells that findings name, up to the limit."""
    cells = [(finding, cell) for finding in outside for cell in finding.cells][: limits.ASIDE_CELLS]
    places = [(finding, cell, cell.rstrip("0123456789")) for finding, cell in cells]
    return tuple(
        Aside(
            finding.sheet,
            cell,
            finding.column,
            shown(grid.value(int(cell[len(column) :]), column)).strip(),
        )
        for finding, cell, column in places
    )


def stray(
    grid: Grid,
    header: Header,
    first: int,
    skipped: frozenset[int],
    remarks: Sequence[int],
    above: Iterable[tuple[int, str]],
    sheet: str,
) -> Iterator[Finding]:
    """S11: report content in no row or column of the table.

    Remarks between and below the data, columns without a heading, and cells added ``above`` the
    data.
    """
    headed = {*(each.letters for each in header.matched.values()), *header.unknown}
    cells = [
        (row, column)
        for row in remarks
        for column in grid.letters
        if column in headed and row in grid.columns[column]
    ]
    cells += [
        (row, column)
        for column in grid.letters
        if column not in headed
        for row in _filled(grid, column, first, skipped)
    ]
    yield from beside(grid, [*above, *cells], sheet)


def beside(grid: Grid, cells: Iterable[tuple[int, str]], sheet: str) -> Iterator[Finding]:
    """S11: yield one finding for all these cells of a sheet."""
    places = sorted(cells, key=lambda cell: (cell[0], index(cell[1])))
    if places:
        value = shown(grid.value(*places[0])).strip()
        addresses = tuple(f"{column}{row}" for row, column in places)
        yield Finding(
            "S11",
            Severity.WARNING,
            "stray",
            {"value": value},
            sheet=sheet,
            cells=addresses,
            value=value,
        )
