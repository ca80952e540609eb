"""Match a file's sheets to the declared tables, by name, similar name or headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.collect.formats.cells import Grid, UnreadableError, shown
from pipeline.collect.tables.form import labels_of
from pipeline.collect.tables.heading_rows import repeated_after
from pipeline.collect.tables.headings import likely_tables
from pipeline.collect.tables.layout import Layout, layout_of
from pipeline.collect.tables.titles import CLOSE, closeness, nearest
from pipeline.collect.tables.totals import total_rows
from pipeline.model import Finding, Match, Severity
from pipeline.text.names import normalise
from schemas.columns import TableSpec

ENOUGH_WITH_NAME = 0.4
"""Share of a table's titles that a sheet with a similar name must have."""
ENOUGH_WITH_REQUIRED = 0.6
"""The same for a sheet of any name, if all required titles are among them …"""
ENOUGH = 0.8
"""… and if they aren't."""


@dataclass(frozen=True)
class TableSheets:
    """The sheet of each table found, by table key, with findings and inexact matches."""

    names: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    matches: tuple[Match, ...] = ()


def sheets_of(
    names: Iterable[str],
    tables: Sequence[TableSpec],
    own: Iterable[str],
    grid: Callable[[str], Grid],
) -> TableSheets:
    """Match every declared table to one of the sheets ``names``.

    ``own``: names of the form's sheets without a table. ``grid`` opens a sheet; it is called only
    in doubt.
    """
    free = list(names)
    matches: dict[str, Match] = {}
    for evidence, agrees in (("exact", str.__eq__), ("normalised", _same)):
        for spec in tables:
            name = next((name for name in free if agrees(name, spec.sheet)), None)
            if spec.key not in matches and name is not None:
                matches[spec.key] = Match("sheet", spec.sheet, name, evidence)
                free.remove(name)
    unclaimed = _unclaimed(free, own)
    matches |= _by_content([spec for spec in tables if spec.key not in matches], unclaimed, grid)
    matched = {match.found for match in matches.values()}
    left = [name for name in unclaimed if name not in matched]
    seconds = [second for name in left if (second := _second(name, tables, matches, grid))]
    inexact = [spec for spec in tables if not _is_exact(matches.get(spec.key))]
    return TableSheets(
        {key: match.found for key, match in matches.items()},
        (*(_finding(spec, matches.get(spec.key), free) for spec in inexact), *seconds),
        tuple(match for match in matches.values() if not _is_exact(match)),
    )


def _same(name: str, sheet: str) -> bool:
    return normalise(name) == normalise(sheet)


def _is_exact(match: Match | None) -> bool:
    return match is not None and match.evidence == "exact"


def _unclaimed(names: Iterable[str], own: Iterable[str]) -> list[str]:
    keys = {normalise(name) for name in own}
    return [name for name in names if normalise(name) not in keys]


def _by_content(
    missing: list[TableSpec], names: list[str], grid: Callable[[str], Grid]
) -> dict[str, Match]:
    """Match the remaining tables by content: best pair first, sheets with data first."""
    pairs = [pair for name in names for spec in missing if (pair := _pair(spec, name, grid(name)))]
    matches: dict[str, Match] = {}
    for *_, key, match in sorted(pairs, key=lambda pair: (-pair[0], not pair[1])):
        if key not in matches and all(other.found != match.found for other in matches.values()):
            matches[key] = match
    return matches


def _pair(spec: TableSpec, name: str, grid: Grid) -> tuple[float, bool, str, Match] | None:
    """Return how well a sheet fits a table, if well enough: share, has data, key, match."""
    layout = None if spec.is_form else layout_of(grid, spec, name)
    keys = labels_of(grid, spec).keys() if spec.is_form else layout.column_letters if layout else ()
    is_filled = layout is not None and _has_data(layout)
    part, score = len(keys) / len(spec.columns), closeness(name, spec.sheet)
    if score >= CLOSE and part >= ENOUGH_WITH_NAME:
        return part, is_filled, spec.key, Match("sheet", spec.sheet, name, "close", score)
    complete = all(column.key in keys for column in spec.columns if column.required)
    if part >= (ENOUGH_WITH_REQUIRED if complete else ENOUGH):
        return part, is_filled, spec.key, Match("sheet", spec.sheet, name, "headers", 100 * part)
    return None


def _has_data(layout: Layout) -> bool:
    letters = [layout.column_letters[key] for key in layout.filled_in]
    return any(
        row >= layout.first for letter in letters for row in layout.grid.columns.get(letter, ())
    )


def _second(
    name: str,
    tables: Iterable[TableSpec],
    matches: Mapping[str, Match],
    grid: Callable[[str], Grid],
) -> Finding | None:
    """Report an unmatched sheet that holds data of a table found elsewhere.

    An error (S05) unless all its rows are on the other sheet too (S11).
    """
    try:
        others = (spec for spec in tables if not spec.is_form and spec.key in matches)
        likely = likely_tables(grid(name), others)
        pairs = [pair for spec in likely if (pair := _pair(spec, name, grid(name)))]
    except UnreadableError:  # no sheet of the form, so its damage is no finding
        return None
    filled = [(part, key) for part, is_filled, key, _ in pairs if is_filled]
    if not filled:
        return None
    spec = next(spec for spec in tables if spec.key == max(filled)[1])
    counted = matches[spec.key].found
    words = {"found_name": name, "sheet": spec.sheet, "counted": counted}
    if _rows_of(spec, grid(name)) <= _rows_of(spec, grid(counted)):
        return Finding("S11", Severity.WARNING, "stray.sheet", words, sheet=name)
    return Finding("S05", Severity.ERROR, "sheet_matched.two", words, sheet=name)


def _rows_of(spec: TableSpec, grid: Grid) -> frozenset[tuple[str, ...]]:
    """Return the distinct rows of a table on a sheet, in the order of its declared columns."""
    layout = layout_of(grid, spec, spec.sheet)
    if layout is None:
        return frozenset()
    totals = total_rows(grid, layout.first, layout.measures)
    skipped = totals | repeated_after(layout.header, grid).rows
    rows = [row for row in grid.rows if row >= layout.first and row not in skipped]
    letters = [layout.column_letters.get(key, "") for key in spec.keys]
    columns = [map(shown, grid.column(letter, rows)) for letter in letters]
    return frozenset(row for row in zip(*columns, strict=True) if any(row))


def _finding(spec: TableSpec, match: Match | None, free: Iterable[str]) -> Finding:
    words = {"sheet": spec.sheet}
    if match is not None:
        words["found_name"] = match.found
        message = f"sheet_matched.{match.evidence}"
        return Finding("S05", Severity.NOTE, message, words, sheet=match.found)
    severity = Severity.ERROR if spec.essential else Severity.WARNING
    if near := nearest(spec.sheet, free):
        words["nearest"] = near
    message = "sheet_missing.near" if near else "sheet_missing"
    return Finding("S05", severity, message, words, sheet=spec.sheet)
