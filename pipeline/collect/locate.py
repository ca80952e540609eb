"""Which sheet of a file is which declared table: by name, else by a close name or headings that bear it out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.collect.cells import Grid
from pipeline.collect.form import labels_of
from pipeline.collect.headings import CLOSE, closeness, first_row_after, header_of, nearest
from pipeline.model import Finding, Match, Severity
from pipeline.text import normalise
from schemas.columns import TableSpec

ENOUGH_WITH_NAME = 0.4
"""Part of a table's titles that must stand on a sheet of a close name."""
ENOUGH_WITH_REQUIRED = 0.6
"""The same on a sheet of any name, where all required titles are among them …"""
ENOUGH = 0.8
"""… and where they aren't."""

_COPY = re.compile(r" *(?:\([0-9]+\)|[_-] ?(?:copy|bản sao))$", re.IGNORECASE)
"""What programs put behind the name of a sheet that was copied."""


@dataclass(frozen=True)
class Sheets:
    """The sheet of each table found, by table key, and what was noticed on the way."""

    names: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    matches: tuple[Match, ...] = ()


def sheets_of(names: Iterable[str], tables: Sequence[TableSpec], own: Iterable[str], grid: Callable[[str], Grid]) -> Sheets:
    """Match every declared table to one of the sheets ``names``.

    ``own`` are the names of the form's sheets without a table. ``grid`` opens a sheet and is called only in doubt.
    """
    free = list(names)
    found: dict[str, Match] = {}
    for evidence, agrees in (("exact", str.__eq__), ("normalised", _same)):
        for spec in tables:
            name = next((name for name in free if agrees(name, spec.sheet)), None)
            if spec.key not in found and name is not None:
                found[spec.key] = Match("sheet", spec.sheet, name, evidence)
                free.remove(name)
    found |= _by_content([spec for spec in tables if spec.key not in found], _unclaimed(free, own), grid)
    left = [name for name in free if all(name != match.found for match in found.values())]
    missing = (_finding(spec, found.get(spec.key), free) for spec in tables if not _is_exact(found.get(spec.key)))
    return Sheets(
        {key: match.found for key, match in found.items()},
        (*missing, *(_copy(name, spec) for name in left for spec in tables if _is_filled_copy(name, spec, grid))),
        tuple(match for match in found.values() if not _is_exact(match)),
    )


def _same(name: str, sheet: str) -> bool:
    return normalise(name) == normalise(sheet)


def _is_exact(match: Match | None) -> bool:
    return match is not None and match.evidence == "exact"


def _unclaimed(names: Iterable[str], own: Iterable[str]) -> list[str]:
    keys = {normalise(name) for name in own}
    return [name for name in names if normalise(name) not in keys]


def _by_content(missing: list[TableSpec], names: list[str], grid: Callable[[str], Grid]) -> dict[str, Match]:
    """Match the remaining tables, the likeliest pair first."""
    pairs = [pair for name in names for spec in missing if (pair := _pair(spec, name, grid(name))) is not None]
    found: dict[str, Match] = {}
    for _, key, match in sorted(pairs, key=lambda pair: -pair[0]):
        if key not in found and all(other.found != match.found for other in found.values()):
            found[key] = match
    return found


def _pair(spec: TableSpec, name: str, grid: Grid) -> tuple[float, str, Match] | None:
    """How much of a table stands on a sheet of another name, where it is enough to take the sheet for it."""
    if spec.is_form:
        keys = set(labels_of(grid, spec))
    else:
        header = header_of(grid, spec)
        keys = set(header.matched) if header else set()
    part, score = len(keys) / len(spec.columns), closeness(name, spec.sheet)
    if score >= CLOSE and part >= ENOUGH_WITH_NAME:
        return part, spec.key, Match("sheet", spec.sheet, name, "close", score)
    complete = all(column.key in keys for column in spec.columns if column.required)
    if part >= (ENOUGH_WITH_REQUIRED if complete else ENOUGH):
        return part, spec.key, Match("sheet", spec.sheet, name, "headers", 100 * part)
    return None


def _is_filled_copy(name: str, spec: TableSpec, grid: Callable[[str], Grid]) -> bool:
    """Whether a sheet that is left is a copy of a table's sheet, as a program names it ("I.1 (2)"), with something below its headings."""
    plain, copies = _COPY.subn("", name)
    if not copies or spec.is_form or not _same(plain, spec.sheet):
        return False
    header = header_of(grid(name), spec)
    letters = {each.letters for each in header.matched.values() if not each.column.prefilled} if header else set()
    return header is not None and any(
        row >= first_row_after(header, grid(name)) for each in letters for row in grid(name).columns.get(each, ())
    )


def _copy(name: str, spec: TableSpec) -> Finding:
    """S11: a second sheet of the same table, which isn't read."""
    return Finding("S11", Severity.WARNING, "stray.sheet", {"found_name": name, "sheet": spec.sheet}, sheet=name)


def _finding(spec: TableSpec, match: Match | None, free: Iterable[str]) -> Finding:
    if match is not None:
        words = {"sheet": spec.sheet, "found_name": match.found}
        return Finding("S05", Severity.NOTE, f"sheet_matched.{match.evidence}", words, sheet=match.found)
    severity = Severity.ERROR if spec.essential else Severity.WARNING
    near = nearest(spec.sheet, free)
    if near:
        return Finding("S05", severity, "sheet_missing.near", {"sheet": spec.sheet, "nearest": near}, sheet=spec.sheet)
    return Finding("S05", severity, "sheet_missing", {"sheet": spec.sheet}, sheet=spec.sheet)
