"""Workbooks of Excel 97–2003 (.xls): read by xlrd, which sees errors, and held against what calamine sees."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import olefile
import xlrd
from xlrd.compdoc import CompDocError

from pipeline.collect.formats import limits
from pipeline.collect.formats.binary import Calamine, Cells, agreed
from pipeline.collect.formats.cells import MACINTOSH_SHIFT, ErrorValue, Grid, UnreadableError, Value, Written, by_name, day_of
from pipeline.collect.formats.large import too_many_cells
from pipeline.collect.formats.surroundings import NOTHING_HIDDEN, Beside, Kind
from pipeline.collect.formats.xls_records import Surroundings, surroundings
from pipeline.errors import is_of_foreign_bytes
from pipeline.office.addresses import letters

_ACTIVE = {"_VBA_PROJECT_CUR": "macros", "MBD": "objects"}


def _opened(data: bytes, *, carefully: bool) -> Any:
    """The workbook by xlrd, which stumbles over some right files: then without its checks, for calamine must see the same anyway."""
    try:
        return xlrd.open_workbook(
            file_contents=data, on_demand=False, ragged_rows=True, logfile=io.StringIO(), ignore_workbook_corruption=not carefully
        )
    except CompDocError:
        if not carefully:
            raise
        return _opened(data, carefully=False)


class Workbook:
    """An open workbook."""

    properties: Mapping[str, str] = {}
    """Custom properties can't be read from this kind; the hidden sheet has the stamp too."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._book = _opened(data, carefully=True)
        except Exception as error:
            if not is_of_foreign_bytes(error):
                raise
            raise UnreadableError("encrypted" if "encrypted" in str(error) else "damaged") from error
        self._second = Calamine(data)
        by_name((name, name) for name in self._second.names)
        self._shift = MACINTOSH_SHIFT if self._book.datemode else 0

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the worksheets, hidden ones too, in order."""
        return self._second.names

    drawn_sheets: tuple[str, ...] = ()
    """Sheets without cells aren't looked for in this kind."""

    @property
    def hidden_sheets(self) -> frozenset[str]:
        """Names of the sheets that nobody sees."""
        return frozenset(sheet.name for sheet in self._book.sheets() if sheet.visibility)

    def beside(self, name: str) -> tuple[Beside, ...]:
        """What stands on a sheet, but in no cell."""
        if name not in self._book.sheet_names():
            return ()
        notes = sorted(self._book.sheet_by_name(name).cell_note_map.items())
        told = [Beside(Kind.NOTE, note.text.strip(), f"{letters(column + 1)}{row + 1}") for (row, column), note in notes]
        return (*told, *(self._around[name].beside if name in self._around else ()))

    @cached_property
    def _around(self) -> Mapping[str, Surroundings]:
        with self._container() as container:
            name = next((path[0] for path in container.listdir() if path[0].lower() in ("workbook", "book")), "")
            try:
                return surroundings(container.openstream(name).read()) if name else {}
            except Exception as error:  # nothing else rests on it
                if not is_of_foreign_bytes(error):
                    raise
                return {}

    calculation: Mapping[str, str] = {}
    """How it is calculated isn't looked at."""

    def has_formulas(self, _name: str) -> bool:
        """Never: formulas of this kind are packed, and not looked at."""
        return False

    def written(self, _name: str) -> Written | None:
        """Nothing: see ``has_formulas``."""
        return None

    def grid(self, name: str) -> Grid:
        """The filled cells of one sheet."""
        if name not in self._book.sheet_names():
            raise UnreadableError("damaged")
        seen, merged = self._second.sheet(name)
        hidden = self._around[name].hidden if name in self._around else NOTHING_HIDDEN
        cells = agreed(name, self._cells(name), seen, blanks_count=True)
        return Grid(cells, merged=merged, epoch_shift=self._shift, hidden=hidden)

    def _cells(self, name: str) -> Cells:
        sheet = self._book.sheet_by_name(name)
        columns: Cells = {}
        for row in range(sheet.nrows):
            for position, cell in enumerate(sheet.row(row)):
                value = self._value(cell)
                if value is not None:
                    columns.setdefault(letters(position + 1), {})[row + 1] = value
        if sum(map(len, columns.values())) > limits.CELLS:
            raise too_many_cells()
        return columns

    def _value(self, cell: Any) -> Value:
        if cell.ctype == xlrd.XL_CELL_TEXT:
            return str(cell.value) or None
        if cell.ctype == xlrd.XL_CELL_NUMBER:
            return float(cell.value)
        if cell.ctype == xlrd.XL_CELL_DATE:
            return day_of(float(cell.value), self._shift)
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        return ErrorValue(xlrd.error_text_from_code.get(cell.value, "#ERR!")) if cell.ctype == xlrd.XL_CELL_ERROR else None

    @property
    def modified(self) -> str:
        """The document's own modified time, ISO, or blank."""
        with self._container() as container:
            try:
                saved = container.get_metadata().last_saved_time
            except Exception as error:  # damaged properties are no reason to refuse the cells
                if not is_of_foreign_bytes(error):
                    raise
                return ""
        return f"{saved.isoformat()}Z" if saved else ""

    @cached_property
    def active(self) -> tuple[str, ...]:
        """Which of ``macros`` and ``objects`` the workbook carries; none is ever run."""
        with self._container() as container:
            streams = ["/".join(path) for path in container.listdir()]
        return tuple(sorted({what for mark, what in _ACTIVE.items() if any(stream.startswith(mark) for stream in streams)}))

    @contextmanager
    def _container(self) -> Iterator[Any]:
        try:
            container = olefile.OleFileIO(io.BytesIO(self._data))
        except OSError as error:
            raise UnreadableError("damaged") from error
        with container:
            yield container
