"""Reads and checks a round's CSV files: code lists, lists of pairs, lists of expectations."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from schemas.codelists import (
    EVIDENCE,
    SURE,
    Codelist,
    Entry,
    Expectation,
    Pair,
    codelist,
    expectations_of,
    fold,
    inside,
    pairs_of,
    periods,
)
from schemas.round.faults import Fault, KeyPath, near
from schemas.round.outline import Outline
from schemas.round.round import language_of
from schemas.round.settings import Settings
from schemas.words import section

AGENCIES, PERIODS, OUTLINE, TILE_MAP = "agencies", "periods", "outline", "tile_map"
"""Two lists that every round has, the list of an outline's items, and the file of the map."""
_OF_LIST = ("code", "name")
_OF_AGENCIES = ("code", "name", "short_name", "group", "locality", "in_scope")
_OF_PAIRS = ("allowed", "basis_shown", "valid_from", "valid_to", "evidence")
_OF_EXPECTATIONS = ("basis_shown", "valid_from", "valid_to", "evidence")
_OF_EDITION = ("old", "new", "new_name")
_OF_TILES = ("locality", "name", "row", "column")
_DAYS = ("valid_from", "valid_to")
_FLAGS = {"allowed", "in_scope"}
"""Columns that hold yes or no."""


@dataclass(frozen=True)
class ListRows:
    """The rows of a CSV file, and the number of the line on which each ends."""

    place: KeyPath
    rows: list[dict[str, str]]
    lines: list[int]

    def of(self, column: str) -> Iterator[tuple[int, str]]:
        """Yield line and text of each cell of a column; nothing if the file lacks the column."""
        if self.rows and column in self.rows[0]:
            yield from (
                (line, row[column]) for line, row in zip(self.lines, self.rows, strict=True)
            )


@dataclass(frozen=True)
class Lists:
    """The contents of a round's CSV files."""

    codelists: dict[str, Codelist]
    pairs: dict[str, tuple[Pair, ...]]
    expectations: dict[str, tuple[Expectation, ...]]


def read_lists(folder: Path, settings: Settings, outline: Outline, faults: list[Fault]) -> Lists:
    """Read a round's lists. Faults are added to ``faults``; a faulty list is empty or shorter."""
    others = {
        *settings.pairs,
        *settings.expectations,
        *settings.references,
        *(edition.file for edition in settings.editions),
    }
    names = sorted(
        {AGENCIES, *(path.stem for path in (folder / "codelists").glob("*.csv"))} - others
    )
    lists = {name: _codelist(folder, name, faults) for name in names}
    lists[PERIODS] = _periods(folder, settings, lists.get(PERIODS))
    if outline.items:
        lists[OUTLINE] = _items(outline)
    pairs = {
        key: pairs_of(_legal(folder, key, (*columns, *_OF_PAIRS), faults).rows, *columns)
        for key, columns in settings.pairs.items()
    }
    expected = {
        key: expectations_of(
            _legal(folder, key, (*columns, *_OF_EXPECTATIONS), faults).rows, *columns
        )
        for key, columns in settings.expectations.items()
    }
    _read_references(folder, settings, faults)
    return Lists(lists, pairs, expected)


def _codelist(folder: Path, name: str, faults: list[Fault]) -> Codelist:
    found = _read(folder, name, _OF_AGENCIES if name == AGENCIES else _OF_LIST, faults)
    faults += chain(
        _not_names(found, "code"),
        _not_names(found, "name"),
        _not_succeeded(found),
        _not_short(found),
    )
    return codelist(name, found.rows)


def _legal(folder: Path, name: str, wanted: Sequence[str], faults: list[Fault]) -> ListRows:
    """Read a list of what the law allows or expects."""
    found = _read(folder, name, wanted, faults)
    faults += _not_evident(found)
    return found


def _periods(folder: Path, settings: Settings, own: Codelist | None) -> Codelist:
    """The periods: the round's own list, else the years of its window, named in its language."""
    start, end = settings.window.start, settings.window.end
    if own is not None:
        return inside(own, start, end)
    return periods(start, end, section(PERIODS, language_of(folder, settings)))


def _items(outline: Outline) -> Codelist:
    entries = []
    for item in outline.items:
        heading = {} if item.heading is None else {"heading": item.heading}
        entries.append(
            Entry(
                item.code,
                item.name,
                (item.code,),
                extra={"code": item.code, "name": item.name, **heading},
            )
        )
    return Codelist(OUTLINE, tuple(entries))


def _read_references(folder: Path, settings: Settings, faults: list[Fault]) -> None:
    """Check columns and cells of files that aren't code lists; their users read them later."""
    wanted = {edition.file: _OF_EDITION for edition in settings.editions} | {TILE_MAP: _OF_TILES}
    for name in dict.fromkeys(
        (*settings.references, *(edition.file for edition in settings.editions))
    ):
        found = _read(folder, name, wanted.get(name, ()), faults)
        if name == TILE_MAP:
            faults += chain(_not_whole(found, "row"), _not_whole(found, "column"))


def _read(folder: Path, name: str, wanted: Sequence[str], faults: list[Fault]) -> ListRows:
    """Read the rows of a file; none if a column is missing or a row is longer or shorter."""
    place, path = KeyPath(f"codelists/{name}.csv"), folder / "codelists" / f"{name}.csv"
    known = len(faults)
    found = ListRows(place, [], [])
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            header = next(lines, [])
            faults += _of_headings(header, wanted, place)
            for cells in lines:
                if len(cells) == len(header):
                    found.rows.append(dict(zip(header, cells, strict=True)))
                    found.lines.append(lines.line_num)
                elif cells:
                    faults.append(
                        place.at(lines.line_num).fault(
                            "ragged_row", wanted=len(header), count=len(cells)
                        )
                    )
    except FileNotFoundError:
        faults.append(place.fault("no_file"))
    except UnicodeDecodeError:
        faults.append(place.fault("not_utf8"))
    if len(faults) == known:
        faults += chain(
            *(_not_days(found, day) for day in _DAYS),
            _not_in_order(found),
            *(_not_flags(found, flag) for flag in _FLAGS.intersection(wanted)),
        )
    return found if len(faults) == known else ListRows(place, [], [])


def _of_headings(header: Sequence[str], wanted: Sequence[str], place: KeyPath) -> Iterator[Fault]:
    """Yield the faults of headings: missing, blank, twice, or separated by semicolons."""
    if len(header) == 1 and ";" in header[0]:
        yield place.at(1).fault("semicolons")
        return
    yield from _missing(header, wanted, place)
    for position, name in enumerate(header):
        if not name.strip():
            yield place.at(1).fault("blank_heading", number=position + 1)
        elif name in header[:position]:
            yield place.at(1).fault("repeated_heading", name=name)


def _missing(header: Sequence[str], wanted: Sequence[str], place: KeyPath) -> Iterator[Fault]:
    for name in dict.fromkeys(wanted):
        if name not in header:
            yield place.at(1).fault(
                "missing_column",
                name=name,
                near=near(name, [each for each in header if each not in wanted]),
            )


def _not_names(found: ListRows, column: str) -> Iterator[Fault]:
    """Yield faults of cells that are blank or repeat an earlier one, without regard to case."""
    folded = [fold(text) for _, text in found.of(column)]
    if "" not in folded and len(set(folded)) == len(folded):
        return
    seen = {"": 0}
    for key, (line, text) in zip(folded, found.of(column), strict=True):
        first = seen.setdefault(key, line)
        if not key:
            yield found.place.at(line).fault("blank_cell", column=column)
        elif first != line:
            yield found.place.at(line).fault(f"repeated_{column}", name=text, first=first)


def _not_evident(found: ListRows) -> Iterator[Fault]:
    """Yield the faults of evidence: of an unknown kind, or too weak.

    Too weak: a row is cited as law, or makes an error, but names no text, or none that was read.
    """
    for row, line in zip(found.rows, found.lines, strict=True):
        place, sure = found.place.at(line), row["evidence"] == SURE
        if row["evidence"] not in EVIDENCE:
            yield place.fault("not_one_of", value=row["evidence"], known=", ".join(EVIDENCE))
        elif row["basis_shown"] and not sure:
            yield place.fault("unsure_basis", column="basis_shown")
        elif sure and not row["basis_shown"] and row.get("allowed", "no") == "no":
            yield place.fault("blank_cell", column="basis_shown")


def _not_succeeded(found: ListRows) -> Iterator[Fault]:
    """Yield faults of ``succeeds``: codes that are still in the list, or have two successors."""
    codes = {text for _, text in found.of("code")}
    first: dict[str, int] = {}
    for line, cell in found.of("succeeds"):
        for old in filter(None, map(str.strip, cell.split("|"))):
            if old in codes:
                yield found.place.at(line).fault("succeeds_itself", name=old)
            elif first.setdefault(old, line) != line:
                yield found.place.at(line).fault("repeated_code", name=old, first=first[old])


def _not_short(found: ListRows) -> Iterator[Fault]:
    """Yield faults of short names: not shorter than the name, or meaning another entry too."""
    rows = list(zip(found.lines, found.rows, strict=True))
    for line, text in found.of("short"):
        others = (other for other, row in rows if other != line and fold(text) in _meaning(row))
        first = next(others, None) if text else None
        if first is not None:
            yield found.place.at(line).fault("repeated_name", name=text, first=first)
    for line, row in rows:
        if (short := row.get("short", "")) and len(short) >= len(row["name"]):
            yield found.place.at(line).fault("short_is_long", name=short)


def _meaning(row: Mapping[str, str]) -> set[str]:
    """All names, folded, of a row's entry."""
    words = (row["name"], row["code"], row["short"], *row.get("aliases", "").split("|"))
    return {fold(word) for word in words}


def _not_days(found: ListRows, column: str) -> Iterator[Fault]:
    for line, text in found.of(column):
        if text and not _is_day(text):
            yield found.place.at(line).fault("not_a_day", column=column, value=text)


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _not_in_order(found: ListRows) -> Iterator[Fault]:
    """Yield faults of rows whose first day is after their last."""
    for row, line in zip(found.rows, found.lines, strict=True):
        start, end = (row.get(day, "") for day in _DAYS)
        if _is_day(start) and _is_day(end) and start > end:
            yield found.place.at(line).fault("days_in_order", start=start, end=end)


def _not_flags(found: ListRows, column: str) -> Iterator[Fault]:
    for line, text in found.of(column):
        if text not in ("yes", "no"):
            yield found.place.at(line).fault("not_one_of", value=text, known="yes, no")


def _not_whole(found: ListRows, column: str) -> Iterator[Fault]:
    for line, text in found.of(column):
        if not text.isdecimal():
            yield found.place.at(line).fault("not_whole", column=column, value=text)
