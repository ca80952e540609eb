"""Returns with rows of one table, which tests spoil, and their readings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from pipeline.collect.read import read
from pipeline.model import Finding, Reading
from schemas.words import LANGUAGES, say
from tests.books import round_of
from tests.workbooks import Row, filled, saved

ROUND = round_of("cv4874")
MANIFESTATIONS = ROUND.by_key["manifestations"]
SHEET = MANIFESTATIONS.sheet
GOOD = {
    "period": "Năm 2021",
    "sector": "Giáo dục và đào tạo",
    "locality": "Hà Nội",
    "level": "Cấp tỉnh",
    "subject": "Viên chức quản lý",
    "behaviour": "Né tránh",
    "cases": 2,
    "persons": 3,
    "handled": 1,
    "pending": 1,
    "unhandled": 1,
}


def taken(path: Path, name: str = "bao-cao.xlsx", definitions: Path | None = None) -> Reading:
    """Read a file; assert that each finding has a sentence in both languages."""
    reading = read(path, name, ROUND, definitions or path.parent / "definitions")
    for finding in reading.findings:
        for lang in LANGUAGES:
            assert say(finding.message, "found", lang, finding.words)
            assert say(finding.message, "fix", lang, finding.words)
    return reading


def book_of(*rows: Row, agency: str = "T01", **more: Any) -> Workbook:
    """Return a return with these rows of manifestations."""
    return filled(ROUND, agency, manifestations=rows, **more)


def reading_of(book: Workbook, tmp_path: Path, **options: Any) -> Reading:
    """Save a workbook and read it."""
    return taken(saved(book, tmp_path / "a.xlsx"), **options)


def brief(findings: Sequence[Finding]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Return rule, severity, message and cells of findings."""
    return [
        (finding.rule, str(finding.severity), finding.message, finding.cells)
        for finding in findings
    ]


def only(reading: Reading) -> Finding:
    """Return the only finding of a reading."""
    assert len(reading.findings) == 1, brief(reading.findings)
    return reading.findings[0]


def moved(change: Callable[[Any], object], tmp_path: Path, *rows: Row) -> Reading:
    """Read a return whose sheet was changed after it was filled in."""
    book = book_of(*(rows or (GOOD,)))
    change(book[SHEET])
    return reading_of(book, tmp_path)


def strike(book: Workbook, cells: str) -> None:
    """Strike out cells of a workbook's sheet, a range within one row."""
    for cell in book[SHEET][cells][0]:
        cell.font = copy(cell.font) + Font(strike=True)
