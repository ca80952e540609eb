"""Values shown on the sheets of a workbook, read by calamine in a twentieth of openpyxl's time."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

Lines = list[list[Any]]


def values(source: Path | bytes, *sheets: str) -> dict[str, Lines]:
    """Return each sheet's rows from A1 on; numbers are floats, a blank cell is an empty text."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in sheets or book.sheet_names
    }
