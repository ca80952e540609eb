"""Rows, columns and sheets that are counted though nobody sees them (S11, a note)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pipeline.collect.formats.cells import Grid
from pipeline.model import Finding, Severity, TableReading
from schemas.columns import State, TableSpec
from schemas.round.round import Round


def unseen(
    tables: Mapping[str, TableReading], hidden_sheets: frozenset[str], round_: Round, grid: Callable[[str], Grid]
) -> Iterator[Finding]:
    """One note for each hidden sheet that counts, else one for its hidden rows and one for each hidden column; ``grid`` opens a sheet."""
    for key, table in tables.items():
        if not _counts(table):
            continue
        if table.sheet in hidden_sheets:
            yield _note("hidden_sheet", table, {"found_name": table.sheet})
        elif grid(table.sheet).hidden.rows or grid(table.sheet).hidden.columns:
            yield from _of_sheet(table, round_.by_key[key], grid(table.sheet))


def _counts(table: TableReading) -> bool:
    return any((states != State.BLANK).any() for states in table.states.values())


def _of_sheet(table: TableReading, spec: TableSpec, grid: Grid) -> Iterator[Finding]:
    filled = {row: cells for row, cells in _filled(table, spec).items() if grid.hidden.has_row(row)}
    if filled:
        cells = tuple(next(iter(cells.values())) for cells in filled.values())
        yield _note("hidden_rows", table, {"rows": numbers(list(filled))}, cells)
    shown = {row: cells for row, cells in _filled(table, spec).items() if row not in filled}
    for column in spec.columns:
        cells = tuple(each[column.key] for each in shown.values() if column.key in each)
        if cells and grid.hidden.has_column(cells[0].rstrip("0123456789")):
            yield _note("hidden_columns", table, {"title": column.title}, cells[:1], column.title)


def _filled(table: TableReading, spec: TableSpec) -> dict[int, dict[str, str]]:
    """The addresses of the filled cells, by row and column key; a label-value sheet has each cell in a row of its own."""
    found: dict[int, dict[str, str]] = {}
    for column in spec.columns:
        if column.key not in table.states or column.key not in table.letters:
            continue
        for row, state in zip(table.rows.tolist(), table.states[column.key].tolist(), strict=True):
            if state != State.BLANK:
                cell = table.address(column.key, row)
                found.setdefault(int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), {})[column.key] = cell
    return {row: found[row] for row in sorted(found)}


def _note(what: str, table: TableReading, words: Mapping[str, str], cells: tuple[str, ...] = (), column: str = "") -> Finding:
    return Finding("S11", Severity.NOTE, f"stray.{what}", words, sheet=table.sheet, cells=cells, column=column)


_MOST_NUMBERS = 20
"""Runs of rows that a note names; its cells tell all."""


def numbers(rows: list[int]) -> str:
    """Rows as people write them: "10–12, 15"."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and runs[-1][-1] == row - 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    texts = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return ", ".join(texts[:_MOST_NUMBERS]) + (", …" if len(texts) > _MOST_NUMBERS else "")
