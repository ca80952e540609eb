"""Tell what is counted though people don't see it or meant to delete it (S11).

Hidden rows, columns and sheets give a note, struck-out rows and cells a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from pipeline.collect.formats.cells import Grid
from pipeline.collect.formats.surroundings import NOTHING_HIDDEN
from pipeline.model import Finding, Severity, TableReading
from schemas.columns import State, TableSpec
from schemas.round.round import Round


def unseen(
    tables: Mapping[str, TableReading],
    hidden_sheets: frozenset[str],
    round_: Round,
    grid: Callable[[str], Grid],
) -> Iterator[Finding]:
    """Yield findings about hidden and struck-out content that counts.

    One note per hidden sheet, else one for its hidden rows and one per hidden column. One warning
    for struck-out rows and one per column of other struck-out cells. ``grid`` opens a sheet by
    name.
    """
    for key, table in tables.items():
        spec, sheet = round_.by_key[key], grid(table.sheet)
        is_plain = (
            table.sheet not in hidden_sheets and sheet.hidden == NOTHING_HIDDEN and not sheet.struck
        )
        if is_plain or not _counts(table):
            continue
        if table.sheet in hidden_sheets:
            yield _said("hidden_sheet", table, {"found_name": table.sheet})
        elif sheet.hidden != NOTHING_HIDDEN:
            yield from _of_sheet(table, spec, sheet)
        if sheet.struck:
            yield from _struck(table, spec, sheet)


def _counts(table: TableReading) -> bool:
    return any((states != State.BLANK).any() for states in table.states.values())


def _of_sheet(table: TableReading, spec: TableSpec, grid: Grid) -> Iterator[Finding]:
    """Yield notes on a sheet's hidden rows, and on each hidden column."""
    filled = _filled(table, spec)
    hidden = {row: cells for row, cells in filled.items() if grid.hidden.has_row(row)}
    if hidden:
        yield _said("hidden_rows", table, {"rows": numbers(list(hidden))}, _firsts(hidden))
    visible = {row: cells for row, cells in filled.items() if row not in hidden}
    for column in spec.columns:
        cells = tuple(
            row_cells[column.key] for row_cells in visible.values() if column.key in row_cells
        )
        if cells and grid.hidden.has_column(cells[0].rstrip("0123456789")):
            yield _said("hidden_columns", table, {"title": column.title}, cells[:1], column.title)


def _struck(table: TableReading, spec: TableSpec, grid: Grid) -> Iterator[Finding]:
    """Warn of struck-out content, which was usually meant to be deleted.

    One finding for rows whose every filled-in cell is struck out, one per column for cells of other
    rows.
    """
    struck = {f"{letters}{row}" for row, letters in grid.struck}
    own = {
        row: {key: cell for key, cell in cells.items() if not spec.by_key[key].prefilled}
        for row, cells in _filled(table, spec).items()
    }
    whole = {
        row: cells for row, cells in own.items() if cells and struck.issuperset(cells.values())
    }
    if whole:
        yield replace(
            _said("struck", table, {"rows": numbers(list(whole))}, _firsts(whole)),
            severity=Severity.WARNING,
        )
    for column in spec.columns:
        others = (cells.get(column.key, "") for row, cells in own.items() if row not in whole)
        cells = tuple(cell for cell in others if cell in struck)
        if cells:
            said = _said("struck_cells", table, {"title": column.title}, cells, column.title)
            yield replace(said, severity=Severity.WARNING)


def _firsts(rows: Mapping[int, Mapping[str, str]]) -> tuple[str, ...]:
    """Return the first cell of each row."""
    return tuple(next(iter(cells.values())) for cells in rows.values())


def _filled(table: TableReading, spec: TableSpec) -> dict[int, dict[str, str]]:
    """Return the addresses of filled cells, by row and column key.

    On a label-value sheet each cell has a row of its own.
    """
    by_row: dict[int, dict[str, str]] = {}
    for column in spec.columns:
        key = column.key
        if key not in table.states or key not in table.letters:
            continue
        for row, state in zip(table.rows.tolist(), table.states[key].tolist(), strict=True):
            if state != State.BLANK:
                cell = table.address(key, row)
                row_of_cell = int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
                by_row.setdefault(row_of_cell, {})[key] = cell
    return {row: by_row[row] for row in sorted(by_row)}


def _said(
    what: str,
    table: TableReading,
    words: Mapping[str, str],
    cells: tuple[str, ...] = (),
    column: str = "",
) -> Finding:
    return Finding(
        "S11", Severity.NOTE, f"stray.{what}", words, sheet=table.sheet, cells=cells, column=column
    )


_MOST_NUMBERS = 20
"""The most runs of rows that a note names in words; its cells list all."""


def numbers(rows: list[int]) -> str:
    """Return rows as people write them: "10–12, 15"."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and runs[-1][-1] == row - 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    texts = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return ", ".join(texts[:_MOST_NUMBERS]) + (", …" if len(texts) > _MOST_NUMBERS else "")
