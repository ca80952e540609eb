"""Workbooks as their readers see them: a cell of figures without a number shows the sign of its format."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import Cell

_SIGN = re.compile(r'[^;]+;[^;]+;[^;]+;(?:"([^"]+)"|\\(.))')
"""The format of positive, negative numbers and zero, then a text that stands for texts."""
_FIGURE = "_)"
"""What the formats of cells of figures have in common: room for a bracket on the right."""


def load(book: bytes | Path) -> openpyxl.Workbook:
    """Its values, with signs in place of what is no number. A cell of figures that holds a text is a mistake wherever it stands."""
    shown = openpyxl.load_workbook(io.BytesIO(book) if isinstance(book, bytes) else book, data_only=True)
    for page in shown:
        for row in page.iter_rows():
            for cell in row:
                assert not (isinstance(cell.value, str) and _FIGURE in cell.number_format), (page.title, cell.coordinate, cell.value)
                if cell.value is None and isinstance(cell, Cell):
                    cell.value = sign_of(cell)
    return shown


def sign_of(cell: Cell) -> Any:
    """What its format shows for an empty text; None for nothing."""
    found = _SIGN.match(cell.number_format)
    return (found.group(1) or found.group(2)) if found else None
