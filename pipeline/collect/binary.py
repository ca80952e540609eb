"""Workbooks of Excel's binary kinds (.xls, .xlsb), read by two readers that must agree.

calamine reads the values, but shows errors as blanks and can panic, abort or never end on damaged files: only a reading
process with limits may come here. A witness (``xls``, ``xlsb``) sees the same cells with their errors. Where the two
see something different the file is held, not guessed.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from pipeline.collect import limits
from pipeline.collect.cells import Area, ErrorValue, Grid, UnreadableError, Value, letters

Cells = dict[str, dict[int, Value]]
"""Values by column letters and row."""

ANY_TEXT = "\x00"
"""What a witness says of a cell that holds a text which it doesn't read."""


class Witness(Protocol):
    """Another reader of the same workbook."""

    @property
    def properties(self) -> Mapping[str, str]:
        """The document's custom properties, where they can be read."""

    @property
    def modified(self) -> str:
        """The document's own modified time, ISO, or blank."""

    @property
    def active(self) -> tuple[str, ...]:
        """Which of ``macros``, ``links`` and ``objects`` it carries."""

    def cells(self, name: str) -> Cells:
        """The filled cells of one sheet, errors among them."""

    def merged(self, name: str) -> tuple[Area, ...]:
        """The merged ranges of one sheet, as far as the witness knows them."""


class Workbook:
    """An open workbook of a binary kind."""

    def __init__(self, data: bytes, witness: Witness) -> None:
        self._witness = witness
        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        except PasswordError as error:
            raise UnreadableError("encrypted") from error
        except CalamineError as error:
            raise UnreadableError("damaged") from error
        if len(self._book.sheet_names) > limits.SHEETS:
            raise UnreadableError("hostile")
        self.properties, self.modified, self.active = witness.properties, witness.modified, witness.active

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the worksheets, hidden ones too, in order."""
        return tuple(sheet.name for sheet in self._book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet)

    def grid(self, name: str) -> Grid:
        """The filled cells of one sheet."""
        try:
            sheet = self._book.get_sheet_by_name(name)
            top, left = sheet.start or (0, 0)
            rows = sheet.to_python()
        except CalamineError as error:
            raise UnreadableError("damaged") from error
        seen = _by_column(rows, top, left)
        merged = {Area(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()}
        areas = sorted(merged.union(self._witness.merged(name)), key=lambda area: (area.top, area.left))
        return Grid(agreed(name, seen, self._witness.cells(name)), merged=tuple(areas))


def _by_column(rows: Iterable[Iterable[Any]], top: int, left: int) -> Cells:
    columns: Cells = {}
    for position, column in enumerate(zip(*rows, strict=True)):
        found = {top + number + 1: _value(cell) for number, cell in enumerate(column)}
        columns[letters(left + position + 1)] = {row: value for row, value in found.items() if value is not None}
    return columns


def agreed(sheet: str, seen: Cells, witnessed: Cells) -> Cells:
    """The cells of a sheet on which both readers agree; raises ``UnreadableError`` that names the first on which they don't."""
    columns: Cells = {}
    for column in sorted({*seen, *witnessed}):
        ours, theirs = seen.get(column, {}), witnessed.get(column, {})
        for row in sorted({*ours, *theirs}):
            value, other = ours.get(row), theirs.get(row)
            if isinstance(other, ErrorValue) and value is None:
                value = other
            elif not _same(value, other):
                raise UnreadableError("differs", sheet=sheet, cell=f"{column}{row}")
            if value is not None:
                columns.setdefault(column, {})[row] = value
    return columns


def _same(value: Value, other: Value) -> bool:
    if other == ANY_TEXT:
        return value is None or isinstance(value, (str, dt.date))
    if isinstance(value, float) and isinstance(other, float):
        return math.isclose(value, other, rel_tol=1e-14)
    if isinstance(value, str) and isinstance(other, str):
        return value.strip() == other.strip()
    if isinstance(value, dt.date) or _is_time(value):
        return isinstance(other, float) or value == other or _is_time(value)
    return (value or None) == (other or None)


def _is_time(value: Value) -> bool:
    return isinstance(value, str) and value.count(":") == 2  # noqa: PLR2004 h:mm:ss, as calamine's times of day read


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
