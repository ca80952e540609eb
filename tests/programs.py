"""Fill and save workbooks by other programs: openpyxl, LibreOffice, two libraries of Node."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from pipeline.distribute.fill import CellValues, Filler
from schemas.invention import ExcelError
from tests.office import convert, needs_office
from tests.often import thorough

NODE = Path(__file__).parent / "node"
needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (NODE / "node_modules").is_dir(),
    reason="exceljs and SheetJS are not installed: make programs (needs npm)",
)


@dataclass(frozen=True)
class Stored:
    """A formula with its stored value."""

    formula: str
    value: float


@dataclass(frozen=True)
class Rich:
    """A text in several fonts."""

    parts: tuple[str, ...]


Task = Mapping[str, Mapping[str, Any]]
"""What to write, by sheet and address; under "!" the ranges to merge."""


def by_openpyxl(source: Path, target: Path, task: Task) -> None:
    book = openpyxl.load_workbook(source)
    for sheet, cells in task.items():
        for address, value in cells.items():
            if address == "!":
                for area in value:
                    book[sheet].merge_cells(area)
            else:
                cell = book[sheet][address]
                cell.value = _as_openpyxl(value)
                cell.data_type = "s" if isinstance(value, str) else cell.data_type
    book.save(target)


def _as_openpyxl(value: Any) -> Any:
    if isinstance(value, ExcelError):
        return value.text
    if isinstance(value, Rich):
        return CellRichText(
            *(TextBlock(InlineFont(b=bool(at % 2)), part) for at, part in enumerate(value.parts))
        )
    return value


def by_office(source: Path, target: Path, task: Task) -> None:
    """Fill the values in first, as a clerk would; LibreOffice then opens and saves the file."""
    plain: CellValues = {
        sheet: {cell: _plain(value) for cell, value in cells.items() if cell != "!"}
        for sheet, cells in task.items()
    }
    filled = target.parent / f"{target.stem}-filled.xlsx"
    filled.write_bytes(Filler(source.read_bytes()).fill(plain))
    convert(filled, target.suffix[1:], target.parent / "saved").replace(target)


def _plain(value: Any) -> Any:
    return "".join(value.parts) if isinstance(value, Rich) else value


def by_node(library: str, source: Path, target: Path, task: Task) -> None:
    plain = {
        sheet: {cell: _as_json(value) for cell, value in cells.items()}
        for sheet, cells in task.items()
    }
    file = target.with_suffix(".json")
    file.write_text(json.dumps(plain), encoding="utf-8")
    command = ["node", str(NODE / "fill.cjs"), library, str(source), str(target), str(file)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr


def _as_json(value: Any) -> Any:
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    if isinstance(value, ExcelError):
        return {"error": value.text}
    if isinstance(value, Rich):
        return {"rich": value.parts}
    if isinstance(value, Stored):
        return {"formula": value.formula, "value": value.value}
    return {"merge": value} if isinstance(value, list) else value


def write(program: str, source: Path, target: Path, task: Task) -> Path:
    """Let ``program`` open ``source``, fill it, and save it in the format of ``target``."""
    if program == "openpyxl":
        by_openpyxl(source, target, task)
    elif program == "libreoffice":
        by_office(source, target, task)
    else:
        by_node(program, source, target, task)
    return target


SHEETJS = [
    ("xlsb", []),
    *((ending, [thorough]) for ending in ("xlsm", "inline.xlsx", "ods", "xlsx")),
]
"""The formats that SheetJS writes. Not .xls: with the form's lists it never finishes."""
OFFICE = [("ods", []), ("xls", []), ("xlsx", [thorough])]
"""The formats that LibreOffice saves."""
PROGRAMS = [
    pytest.param("openpyxl", "xlsx"),
    *(
        pytest.param("libreoffice", ending, marks=[pytest.mark.office, needs_office, *more])
        for ending, more in OFFICE
    ),
    pytest.param("exceljs", "xlsx", marks=needs_node),
    *(pytest.param("sheetjs", ending, marks=[needs_node, *more]) for ending, more in SHEETJS),
]
"""Programs with a file ending each; the gate takes those whose files differ most from Excel's."""
