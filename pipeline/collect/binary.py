"""Workbooks of Excel's binary kinds (.xls, .xlsb), read by calamine.

calamine shows errors and formulas without a value as blanks, and its reader can panic, abort or never end on
damaged files: only a reading process with limits may come here.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from pipeline.collect import limits
from pipeline.collect.cells import Area, Grid, UnreadableError, Value, letters


class Workbook:
    """An open workbook of a binary kind."""

    def __init__(self, data: bytes) -> None:
        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        except PasswordError as error:
            raise UnreadableError("encrypted") from error
        except CalamineError as error:
            raise UnreadableError("damaged") from error
        if len(self._book.sheet_names) > limits.SHEETS:
            raise UnreadableError("hostile")

    properties: Mapping[str, str] = {}
    """Custom properties can't be read from these kinds; the hidden sheet has the stamp too."""
    modified = ""
    active: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the worksheets, hidden ones too, in order."""
        return tuple(sheet.name for sheet in self._book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet)

    def grid(self, name: str) -> Grid:
        """The filled cells of one sheet."""
        try:
            sheet = self._book.get_sheet_by_name(name)
            top, left = sheet.start or (0, 0)
            cells = sheet.to_python()
        except CalamineError as error:
            raise UnreadableError("damaged") from error
        columns: dict[str, dict[int, Value]] = {}
        for position, column in enumerate(zip(*cells, strict=True)):
            found = {top + number + 1: _value(cell) for number, cell in enumerate(column)}
            columns[letters(left + position + 1)] = {row: value for row, value in found.items() if value is not None}
        merged = (Area(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ())
        return Grid({column: cells for column, cells in columns.items() if cells}, merged=tuple(merged))


def _value(cell: Any) -> Value:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, (dt.time, dt.timedelta)):
        return str(cell)
    if isinstance(cell, str):
        return cell or None
    return float(cell) if isinstance(cell, (int, float)) else cell
