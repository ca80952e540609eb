"""Match a file's sheets to the declared tables, by name, similar name or headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.collect.formats.cells import Grid, UnreadableError, shown
from pipeline.collect.tables.form import labels_of
from pipeline.collect.tables.heading_rows import first_row_after, repeated_after
from pipeline.collect.tables.headings import (
    CLOSE,
    Header,
    closeness,
    header_of,
    likely_tables,
    nearest,
)
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
class Sheets:
    """The sheet of each table found, by table key, with findings and inexact matches."""

    names: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    matches: tuple[Match, ...] = ()


def sheets_of(
    names: Iterable[str],
    tables: Sequence[TableSpec],
    own: Iterable[str],
    grid: Callable[[str], Grid],
) -> Sheets:
    """Match every declared table to one of the sheets ``names``.

    ``own``: names of the form's sheets without a table. ``grid`` opens a sheet; it is called only
    in doubt.
    """
    free = list(names)
    found: dict[str, Match] = {}
    for evidence, agrees in (("exact", str.__eq__), ("normalised", _same)):
        for spec in tables:
            name = next((name for name in free if agrees(name, spec.sheet)), None)
            if spec.key not in found and name is not None:
                found[spec.key] = Match("sheet", spec.sheet, name, evidence)
                free.remove(name)
    unclaimed = _unclaimed(free, own)
    found |= _by_content([spec for spec in tables if spec.key not in found], unclaimed, grid)
    left = [name for name in unclaimed if all(name != match.found for match in found.values())]
    seconds = [second for name in left if (second := _second(name, tables, found, grid))]
    missing = (
        _finding(spec, found.get(spec.key), free)
        for spec in tables
        if not _is_exact(found.get(spec.key))
    )
    return Sheets(
        {key: match.found for key, match in found.items()},
        (*missing, *seconds),
        tuple(match for match in found.values() if not _is_exact(match)),
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
    pairs = [
        pair
        for name in names
        for spec in missing
        if (pair := _pair(spec, name, grid(name))) is not None
    ]
    found: dict[str, Match] = {}
    for *_, key, match in sorted(pairs, key=lambda pair: (-pair[0], not pair[1])):
        if key not in found and all(other.found != match.found for other in found.values()):
            found[key] = match
    return found


def _pair(spec: TableSpec, name: str, grid: Grid) -> tuple[float, bool, str, Match] | None:
    """Return how well a sheet fits a table, if well enough: share, has data, key, match."""
    header = None if spec.is_form else header_of(grid, spec)
    keys = set(labels_of(grid, spec)) if spec.is_form else set(header.matched) if header else set()
    is_filled = header is not None and _has_data(header, grid)
    part, score = len(keys) / len(spec.columns), closeness(name, spec.sheet)
    if score >= CLOSE and part >= ENOUGH_WITH_NAME:
        return part, is_filled, spec.key, Match("sheet", spec.sheet, name, "close", score)
    complete = all(column.key in keys for column in spec.columns if column.required)
    if part >= (ENOUGH_WITH_REQUIRED if complete else ENOUGH):
        return part, is_filled, spec.key, Match("sheet", spec.sheet, name, "headers", 100 * part)
    return None


def _has_data(header: Header, grid: Grid) -> bool:
    first = first_row_after(header, grid)
    letters = {each.letters for each in header.matched.values() if not each.column.prefilled}
    return any(row >= first for each in letters for row in grid.columns.get(each, ()))


def _second(
    name: str, tables: Iterable[TableSpec], found: Mapping[str, Match], grid: Callable[[str], Grid]
) -> Finding | None:
    """Report an unmatched sheet that holds data of a table found elsewhere.

    An error (S05) unless all its rows are on the other sheet too (S11).
    """
    try:
        likely = likely_tables(
            grid(name), (spec for spec in tables if not spec.is_form and spec.key in found)
        )
        pairs = [pair for spec in likely if (pair := _pair(spec, name, grid(name)))]
    except UnreadableError:  # no sheet of the form, so its damage is no finding
        return None
    filled = [(part, key) for part, is_filled, key, _ in pairs if is_filled]
    if not filled:
        return None
    spec = next(spec for spec in tables if spec.key == max(filled)[1])
    counted = found[spec.key].found
    words = {"found_name": name, "sheet": spec.sheet, "counted": counted}
    if _rows_of(spec, grid(name)) <= _rows_of(spec, grid(counted)):
        return Finding("S11", Severity.WARNING, "stray.sheet", words, sheet=name)
    return Finding("S05", Severity.ERROR, "sheet_matched.two", words, sheet=name)


def _rows_of(spec: TableSpec, grid: Grid) -> frozenset[tuple[str, ...]]:
    """Return the distinct rows of a table on a sheet, in the order of its declared columns."""
    header = header_of(grid, spec)
    if header is None:
        return frozenset()
    letters = [header.matched[key].letters if key in header.matched else "" for key in spec.keys]
    first = first_row_after(header, grid)
    measures = {
        header.matched[column.key].letters
        for column in spec.measures
        if column.key in header.matched
    }
    skipped = total_rows(grid, first, measures) | repeated_after(header, grid).rows
    rows = [row for row in grid.rows if row >= first and row not in skipped]
    return frozenset(
        row
        for row in zip(*(map(shown, grid.column(each, rows)) for each in letters), strict=True)
        if any(row)
    )


def _finding(spec: TableSpec, match: Match | None, free: Iterable[str]) -> Finding:
    if match is not None:
        words = {"sheet": spec.sheet, "found_name": match.found}
        return Finding(
            "S05", Severity.NOTE, f"sheet_matched.{match.evidence}", words, sheet=match.found
        )
    severity = Severity.ERROR if spec.essential else Severity.WARNING
    near = nearest(spec.sheet, free)
    if near:
        return Finding(
            "S05",
            severity,
            "sheet_missing.near",
            {"sheet": spec.sheet, "nearest": near},
            sheet=spec.sheet,
        )
    return Finding("S05", severity, "sheet_missing", {"sheet": spec.sheet}, sheet=spec.sheet)
