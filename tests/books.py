"""Issued workbooks filled in for tests: blank copies made once, rows written as small text tables of codes; copies of folders."""

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

from pipeline.collect.read import open_workbook
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
    """A round by name or folder, loaded once a process."""
    return load_round(name)


_CENTRAL = {"BNV", "BNG", "BTC", "BYT"}
_PROVINCES = {"T01", "T02", "T04", "T06", "T08", "T10", "T12", "T14", "T15", "T48", "T52", "T54", "T64", "T66", "T79", "T96"}
KEPT = _CENTRAL | _PROVINCES
"""The agencies of the small round; those of provinces have the codes of their places."""


def small(folder: Path) -> Round:
    """The round of dispatch 4874 with a fifth of its agencies and places: what each of 94 takes alike is tried on these."""
    shutil.copytree(ROOT / "schemas" / "cv4874", folder, ignore=shutil.ignore_patterns("__pycache__"))
    lists = folder / "codelists"
    _keep(lists / "agencies.csv", lambda row: row["code"] in KEPT)
    for name, place in (("localities", "code"), ("provinces_2025", "old"), ("tile_map", "locality")):
        _keep(lists / f"{name}.csv", lambda row, place=place: row[place] in {*KEPT, "", "TW"})
    return load_round(folder)


def plain(folder: Path, like: Path = ROOT / "schemas" / "cv4874") -> Round:
    """The round of dispatch 4874, or one like it, with the smallest of summaries: what returns are and become is the same, and commands end three times as soon."""
    shutil.copytree(like, folder, ignore=shutil.ignore_patterns("__pycache__", "words_en.toml"))
    declared = folder / "round.toml"
    before, first, *rest = declared.read_text(encoding="utf-8").split("[[summaries]]\n")
    first = re.sub(r"crossings = .*", 'crossings = ["behaviour"]', first)
    behind = rest[-1][rest[-1].index("\n[") :]
    declared.write_text(f"{before}[[summaries]]\n{first}{behind}", encoding="utf-8")
    return load_round(folder)


def _keep(path: Path, is_kept: Callable[[Mapping[str, str]], bool]) -> None:
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = csv.DictReader([head, *lines])
    path.write_text(head + "".join(line for line, row in zip(lines, rows, strict=True) if is_kept(row)), encoding="utf-8")


def issued(round_: Round, agency: str) -> bytes:
    """The workbook issued to an agency, made once a process."""
    return _all_issued(str(round_.folder))[agency]


@cache
def _all_issued(folder: str) -> dict[str, bytes]:
    round_ = round_of(Path(folder))
    return dict(issue.workbooks(round_, round_.in_scope))


def filled(round_: Round, agency: str, info: Mapping[str, Any] | None = None, more: CellValues | None = None, **tables: str) -> bytes:
    """The agency's workbook with ``tables`` (text tables of codes) and ``more`` cells anywhere filled in."""
    rows = {table: [named(round_, table, row) for row in read(round_, table, text)] for table, text in tables.items()}
    return _filler(str(round_.folder), agency).fill(placed(round_, named(round_, round_.info.key, info or {}), rows, more))


@cache
def _filler(folder: str, agency: str) -> Filler:
    return Filler(_all_issued(folder)[agency])


def opened(whole: bytes, **options: Any) -> openpyxl.Workbook:
    """A form as openpyxl opens it, without the self-check's workings: a hundred thousand cells, which it takes two seconds to read and write."""
    light, workings = io.BytesIO(), open_workbook(whole)._parts.get(round_of("cv4874").sheets.workings)
    with zipfile.ZipFile(io.BytesIO(whole)) as package, zipfile.ZipFile(light, "w") as other:
        for name in package.namelist():
            part = package.read(name)
            if name == workings:
                part = re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", part, flags=re.DOTALL)
            other.writestr(name, part)
    return openpyxl.load_workbook(light, **options)


def read(round_: Round, table: str, text: str) -> list[dict[str, Any]]:
    """Rows of a text table: column keys in its first line, cells between bars, a blank cell left out, dates ISO."""
    head, *rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    columns = [round_.by_key[table].by_key[key] for key in head]
    return [{c.key: _value(c, cell) for c, cell in zip(columns, row, strict=True) if cell} for row in rows]


def copied(home: Home, folder: Path) -> Home:
    """All that lies in ``home``, in an empty ``folder``: what took long to make is made once, and each test changes its own."""
    shutil.copytree(home.root, folder, dirs_exist_ok=True)
    return Home(folder)


def _value(column: Column, cell: str) -> Any:
    if column.kind is Kind.COUNT:
        return int(cell)
    if column.kind is Kind.DECIMAL:
        return float(cell)
    return dt.date.fromisoformat(cell) if column.kind is Kind.DATE else cell
