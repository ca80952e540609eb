"""What xlrd sees in a workbook of Excel 97–2003 (.xls): the witness of what calamine reads, with the errors that it hides."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import olefile
import xlrd

from pipeline.collect import limits
from pipeline.collect.binary import Cells
from pipeline.collect.cells import Area, ErrorValue, UnreadableError, Value, day_of, letters

_MACINTOSH_SHIFT = 1462
"""Days between the two ways to count, from 1900 and from 1904."""


class Witness:
    """A workbook as xlrd reads it. It raises whatever it likes on damaged files."""

    properties: Mapping[str, str] = {}
    """Custom properties can't be read from this kind; the hidden sheet has the stamp too."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._book = xlrd.open_workbook(file_contents=data, on_demand=False, ragged_rows=True, logfile=io.StringIO())
        except Exception as error:
            raise UnreadableError("encrypted" if "encrypted" in str(error) else "damaged") from error

    def cells(self, name: str) -> Cells:
        """The filled cells of one sheet."""
        sheet = self._book.sheet_by_name(name)
        columns: Cells = {}
        count = 0
        for row in range(sheet.nrows):
            for position, cell in enumerate(sheet.row(row)):
                value = self._value(cell)
                if value is not None:
                    columns.setdefault(letters(position + 1), {})[row + 1] = value
                    count += 1
        if count > limits.CELLS:
            raise UnreadableError("too_large", limit=f"{limits.CELLS:,}".replace(",", "."))
        return columns

    def merged(self, name: str) -> tuple[Area, ...]:
        """Nothing: calamine knows the merged ranges."""
        return ()

    def _value(self, cell: Any) -> Value:
        if cell.ctype == xlrd.XL_CELL_TEXT:
            return str(cell.value) or None
        if cell.ctype == xlrd.XL_CELL_NUMBER:
            return float(cell.value)
        if cell.ctype == xlrd.XL_CELL_DATE:
            return day_of(float(cell.value), _MACINTOSH_SHIFT if self._book.datemode else 0)
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        return ErrorValue(xlrd.error_text_from_code.get(cell.value, "#ERR!")) if cell.ctype == xlrd.XL_CELL_ERROR else None

    @cached_property
    def _streams(self) -> list[str]:
        with self._container() as container:
            return ["/".join(path) for path in container.listdir()]

    @property
    def modified(self) -> str:
        """The document's own modified time, ISO, or blank."""
        with self._container() as container:
            try:
                saved = container.get_metadata().last_saved_time
            except Exception:  # noqa: BLE001 damaged properties are no reason to refuse the cells
                return ""
        return f"{saved.isoformat()}Z" if saved else ""

    @property
    def active(self) -> tuple[str, ...]:
        """Which of ``macros`` and ``objects`` the workbook carries; none is ever run."""
        marks = {"_VBA_PROJECT_CUR": "macros", "MBD": "objects"}
        return tuple(sorted({what for mark, what in marks.items() if any(stream.startswith(mark) for stream in self._streams)}))

    def _container(self) -> Any:
        try:
            return olefile.OleFileIO(self._data)
        except OSError as error:
            raise UnreadableError("damaged") from error
