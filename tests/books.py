"""Fill in issued workbooks for tests, from small text tables of codes; and copy folders."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from pipeline.collect.formats.opening import open_workbook
from pipeline.distribute import issue
from pipeline.distribute.fill import CellValues, Filler, named, placed
from pipeline.home import Home
from schemas.columns import Column, Kind
from schemas.round.load import load_round
from schemas.round.round import Round

ROOT = Path(__file__).parents[1]
MINI = ROOT / "tests" / "rounds" / "mini"


@cache
def round_of(name: str | Path) -> Round:
    """Load a round by name or folder, once per process."""
    return load_round(name)


_CENTRAL = {"BNV", "BNG", "BTC", "BYT"}
_PROVINCES = {
    "T01",
    "T02",
    "T04",
    "T06",
    "T08",
    "T10",
    "T12",
    "T14",
    "T15",
    "T48",
    "T52",
    "T54",
    "T64",
    "T66",
    "T79",
    "T96",
}
KEPT = _CENTRAL | _PROVINCES
"""The agencies of the small round; provinces have the codes of their localities."""


def small(folder: Path) -> Round:
    """Make the round of dispatch 4874 with a fifth of its agencies and localities.

    For what works alike for each of the 94 agencies.
    """
    shutil.copytree(
        ROOT / "schemas" / "cv4874", folder, ignore=shutil.ignore_patterns("__pycache__")
    )
    lists = folder / "codelists"
    _keep(lists / "agencies.csv", lambda row: row["code"] in KEPT)
    for name, place in (
        ("localities", "code"),
        ("provinces_2025", "old"),
        ("tile_map", "locality"),
    ):
        _keep(lists / f"{name}.csv", lambda row, place=place: row[place] in {*KEPT, "", "TW"})
    return load_round(folder)


def plain(folder: Path, like: Path = ROOT / "schemas" / "cv4874") -> Round:
    """Make the round of dispatch 4874, or one ``like`` it, with one small summary and report.

    Returns are treated the same, and commands end in a fifth of the time.
    """
    shutil.copytree(like, folder, ignore=shutil.ignore_patterns("__pycache__", "words_en.toml"))
    declared = folder / "round.toml"
    before, first, *rest = declared.read_text(encoding="utf-8").split("[[summaries]]\n")
    first = re.sub(r"crossings = .*", 'crossings = ["behaviour"]', first)
    behind = rest[-1][rest[-1].index("\n[") :]
    declared.write_text(f"{before}[[summaries]]\n{first}{behind}", encoding="utf-8")
    outline = folder / "outline.toml"
    text = _TEXTS_AND_FIGURES.sub("", outline.read_text(encoding="utf-8"))
    outline.write_text(text, encoding="utf-8")
    return load_round(folder)


def crossed_once(folder: Path) -> Round:
    """Make the round of dispatch 4874 with one crossing per summary.

    All files are written, the summaries in a third of the time.
    """
    shutil.copytree(
        ROOT / "schemas" / "cv4874", folder, ignore=shutil.ignore_patterns("__pycache__")
    )
    declared = folder / "round.toml"
    text = declared.read_text(encoding="utf-8")
    declared.write_text(
        re.sub(r'^(crossings = \["\w+").*$', r"\1]", text, flags=re.MULTILINE), encoding="utf-8"
    )
    return load_round(folder)


_TEXTS_AND_FIGURES = re.compile(
    r"^\[\[(?:texts|report\.figures)\]\]\n.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL
)


def _keep(path: Path, is_kept: Callable[[Mapping[str, str]], bool]) -> None:
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = csv.DictReader([head, *lines])
    path.write_text(
        head + "".join(line for line, row in zip(lines, rows, strict=True) if is_kept(row)),
        encoding="utf-8",
    )


def issued(round_: Round, agency: str) -> bytes:
    """Return the workbook issued to an agency, made once per process."""
    return _issued(str(round_.folder), agency)


@cache
def _issued(folder: str, agency: str) -> bytes:
    round_ = round_of(Path(folder))
    ((_, workbook),) = issue.workbooks(round_, [round_.by_agency[agency]])
    return workbook


def filled(
    round_: Round,
    agency: str,
    info: Mapping[str, Any] | None = None,
    more: CellValues | None = None,
    **tables: str,
) -> bytes:
    """Fill in an agency's workbook with ``tables`` (text tables of codes) and ``more`` cells."""
    rows = {
        table: [named(round_, table, row) for row in read(round_, table, text)]
        for table, text in tables.items()
    }
    return _filler(str(round_.folder), agency).fill(
        placed(round_, named(round_, round_.info.key, info or {}), rows, more)
    )


@cache
def _filler(folder: str, agency: str) -> Filler:
    return Filler(_issued(folder, agency))


def opened(whole: bytes, **options: Any) -> openpyxl.Workbook:
    """Open a form by openpyxl without the self-check's workings.

    They are 100,000 cells: reading and writing them takes openpyxl two seconds.
    """
    light, workings = (
        io.BytesIO(),
        open_workbook(whole)._parts.get(round_of("cv4874").sheets.workings),
    )
    with zipfile.ZipFile(io.BytesIO(whole)) as package, zipfile.ZipFile(light, "w") as other:
        for name in package.namelist():
            part = package.read(name)
            if name == workings:
                part = re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", part, flags=re.DOTALL)
            other.writestr(name, part)
    return openpyxl.load_workbook(light, **options)


def read(round_: Round, table: str, text: str) -> list[dict[str, Any]]:
    """Read the rows of a text table.

    Column keys are in the first line, bars between cells, dates in ISO; blank cells are left out.
    """
    head, *rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    columns = [round_.by_key[table].by_key[key] for key in head]
    return [
        {c.key: _value(c, cell) for c, cell in zip(columns, row, strict=True) if cell}
        for row in rows
    ]


def copied(home: Home, folder: Path) -> Home:
    """Copy a folder to an empty one, so that each test changes its own copy."""
    shutil.copytree(home.root, folder, dirs_exist_ok=True)
    return Home(folder)


def _value(column: Column, cell: str) -> Any:
    if column.kind is Kind.COUNT:
        return int(cell)
    if column.kind is Kind.DECIMAL:
        return float(cell)
    return dt.date.fromisoformat(cell) if column.kind is Kind.DATE else cell
