"""Compare two readers of Excel's binary formats (.xls, .xlsb), which must agree.

The leading reader is ``xls`` or ``xlsb``; calamine is the second. calamine shows errors as blanks
and knows not all records. On damaged files it can panic, abort or never end, so it may run only in
a reading process, which has limits. Where the two differ, the file is refused: nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import (
    MACINTOSH_SHIFT,
    Area,
    ErrorValue,
    FormulaView,
    UnreadableError,
    Value,
    day_of,
)
from pipeline.collect.formats.large import too_many_sheets
from pipeline.collect.formats.seen import RichText
from pipeline.office.addresses import letters

Cells = dict[str, dict[int, Value]]
"""Values by column letters and row."""
_LETTERS_OF_RECORD = 4_000
"""Letters from which a text may be continued in another record: one holds 8,224 bytes, at one or
two bytes per letter."""


class BinaryWorkbook:
    """What readers of Excel's binary formats leave out, so that it is empty for each workbook."""

    drawn_sheets: tuple[str, ...] = ()
    """Empty: sheets without cells (charts) aren't looked for in these formats."""
    calculation: Mapping[str, str] = {}
    """Empty: calculation settings of these formats aren't read."""

    def has_formulas(self, _name: str) -> bool:
        """Return False: formulas of these formats are packed, and not read."""
        return False

    def formula_view(self, _name: str) -> FormulaView | None:
        """Return None: see ``has_formulas``."""
        return None


@contextmanager
def _told() -> Iterator[None]:
    """Turn what calamine raises on damaged bytes into ``UnreadableError``.

    Bytes that end too early raise ``OSError`` or a Rust panic, whose class can't be imported.
    """
    try:
        yield
    except PasswordError as error:
        raise UnreadableError("encrypted") from error
    except (CalamineError, OSError) as error:
        raise UnreadableError("damaged") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableError("damaged") from error


class Calamine:
    """A workbook as calamine reads it."""

    def __init__(self, data: bytes) -> None:
        with _told():
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if len(self._book.sheet_names) > limits.SHEETS:
            raise too_many_sheets(len(self._book.sheet_names))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the worksheets, hidden ones too, in order."""
        return tuple(
            sheet.name
            for sheet in self._book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        )

    def sheet(self, name: str) -> tuple[Cells, tuple[Area, ...]]:
        """Return the filled cells and the merged ranges of one sheet."""
        with _told():
            sheet = self._book.get_sheet_by_name(name)
            top, left = sheet.start or (0, 0)
            rows = sheet.to_python()
        columns: Cells = {}
        for position, column in enumerate(zip(*rows, strict=True)):
            # skip blanks first: a single cell far off makes nearly all of them blank
            cells = ((row, _value(cell)) for row, cell in enumerate(column, top + 1) if cell != "")
            columns[letters(left + position + 1)] = {
                row: value for row, value in cells if value is not None
            }
        merged = (
            Area(top + 1, left + 1, bottom + 1, right + 1)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        )
        return columns, tuple(merged)


def agreed(sheet: str, cells: Cells, seen: Cells, *, blanks_count: bool) -> Cells:
    """Return ``cells`` of the leading reader if calamine has ``seen`` the same.

    Raises ``UnreadableError`` ("differs") with sheet and cell of the first difference.
    ``blanks_count``: a cell that is blank for calamine is a difference too, except an error, which
    calamine never shows.
    """
    for column in sorted({*cells, *seen}):
        ours, theirs = cells.get(column, {}), seen.get(column, {})
        for row in sorted({*ours, *theirs}):
            value, other = ours.get(row), theirs.get(row)
            unseen = other is None and (isinstance(value, ErrorValue) or not blanks_count)
            if not unseen and not _same(value, other):
                raise UnreadableError("differs", sheet=sheet, cell=f"{column}{row}")
    return {column: values for column, values in cells.items() if values}


def _same(value: Value, other: Value) -> bool:
    """True if both readers gave the same value, each in its own way of giving it."""
    if isinstance(value, dt.date):  # calamine's values come without time of day
        value = dt.date(value.year, value.month, value.day)
    if isinstance(value, float) and isinstance(other, float):
        return math.isclose(value, other, rel_tol=1e-14)
    value = value.full if isinstance(value, RichText) else value
    if isinstance(value, str) and isinstance(other, str):
        # calamine takes some one-byte letters for two bytes: NULs are ignored
        texts = (other.strip(), other.replace("\0", "").strip())
        return value.strip() in texts or _is_cut(value, other)
    if _is_time(other):
        return isinstance(value, (float, dt.date))
    number, day = (value, other) if isinstance(value, float) else (other, value)
    # only one reader's list of formats may show this number as a day
    if isinstance(number, float) and isinstance(day, dt.date):
        return day in (day_of(int(number), 0), day_of(int(number), MACINTOSH_SHIFT))
    return value == other


def _is_cut(value: str, other: str) -> bool:
    """True if calamine gives only the first record of a formula's text."""
    return len(other) >= _LETTERS_OF_RECORD and value.startswith(other)


def _is_time(value: Value) -> bool:
    return isinstance(value, str) and value.count(":") == 2  # noqa: PLR2004 calamine's h:mm:ss


def _value(cell: Any) -> Value:
    """Return calamine's value as a cell's ``Value``: no time of day, truth values as text."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, (dt.time, dt.timedelta)):
        return str(cell)
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, (int, float)) and not math.isfinite(cell):
        return None
    return float(cell) if isinstance(cell, (int, float)) else cell
