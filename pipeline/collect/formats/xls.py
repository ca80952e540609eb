"""Read workbooks of Excel 97–2003 (.xls) by xlrd, which sees errors, and compare with calamine."""

from __future__ import annotations

import io
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import olefile
import xlrd

from pipeline.collect.formats import limits
from pipeline.collect.formats.binary import BinaryWorkbook, Calamine, Cells, agreed
from pipeline.collect.formats.cells import (
    MACINTOSH_SHIFT,
    ErrorValue,
    Grid,
    UnreadableError,
    Value,
    by_name,
    day_of,
)
from pipeline.collect.formats.large import too_many_cells
from pipeline.collect.formats.looks import CellLooks, looks_by
from pipeline.collect.formats.runs import cut
from pipeline.collect.formats.seen import Font
from pipeline.collect.formats.surroundings import NOTHING_HIDDEN, Beside, BesideKind
from pipeline.collect.formats.xls_mended import mended
from pipeline.collect.formats.xls_records import Surroundings, has_remarkable_fonts, surroundings
from pipeline.errors import is_of_foreign_bytes
from pipeline.office.addresses import letters

_ACTIVE = {"_VBA_PROJECT_CUR": "macros", "MBD": "objects"}
"""Active content of an .xls, by the start of its storage's name."""


def _opened(data: bytes, *, styled: bool = False) -> Any:
    """Open a workbook with xlrd; if that fails, from its records as ``mended`` changes them.

    That is safe: calamine must see the same cells anyway. ``styled``: with fonts and the style of
    each cell, which takes twice as long.
    """
    try:
        return _by_xlrd(data, styled=styled)
    except Exception as error:
        if not is_of_foreign_bytes(error) or "encrypted" in str(error):
            raise
        stream = _stream_of(data)
        if not stream:
            raise
        return _by_xlrd(mended(stream), styled=styled)


def _by_xlrd(data: bytes, *, styled: bool) -> Any:
    return xlrd.open_workbook(
        file_contents=data,
        on_demand=False,
        ragged_rows=True,
        logfile=io.StringIO(),
        formatting_info=styled,
    )


def _stream_of(data: bytes) -> bytes:
    """Return the workbook's records; empty if they can't be reached (reading the cells says so)."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            names = (path[0] for path in container.listdir())
            name = next((name for name in names if name.lower() in ("workbook", "book")), "")
            return bytes(container.openstream(name).read()) if name else b""
    except Exception as error:  # no value depends on it
        if not is_of_foreign_bytes(error):
            raise
        return b""


class XlsWorkbook(BinaryWorkbook):
    """An open .xls workbook."""

    properties: Mapping[str, str] = {}
    """Empty: custom properties of this format aren't read. The hidden sheet has the stamp too."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._book = _opened(data)
        except Exception as error:
            if not is_of_foreign_bytes(error):
                raise
            reason = "encrypted" if "encrypted" in str(error) else "damaged"
            raise UnreadableError(reason) from error
        self._second = Calamine(data)
        by_name((name, name) for name in self._second.names)
        self._shift = MACINTOSH_SHIFT if self._book.datemode else 0
        self._looks, self._fonts = self._styled()

    def _styled(self) -> tuple[CellLooks, list[Font]]:
        """Return how cells look, and the fonts of runs; nothing if all is plain.

        If something is remarkable, the workbook is opened again with the style of each cell.
        """
        # formats of East Asian days have no code
        codes = {
            str(number): declared.format_str
            for number, declared in self._book.format_map.items()
            if declared.format_str
        }
        plain = looks_by(self._styles(), (), codes)
        if not (plain.formats or plain.seen_days or has_remarkable_fonts(self._stream)):
            return CellLooks(), []
        try:
            self._book = _opened(self._data, styled=True)
        except Exception as error:  # cells can be read without styles
            if not is_of_foreign_bytes(error):
                raise
            return CellLooks(), []
        fonts = [
            Font(bool(font.struck_out), bool(font.escapement), font.name)
            for font in self._book.font_list
        ]
        return looks_by(self._styles(), fonts, codes), fonts

    def _styles(self) -> list[tuple[str, int]]:
        """Return the number of format and of font of each style.

        Styles that only serve as a base for others have no format.
        """
        return [
            ("" if style.is_style else str(style.format_key), style.font_index)
            for style in self._book.xf_list
        ]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all worksheets, hidden ones too, in order."""
        return self._second.names

    @property
    def hidden_sheets(self) -> frozenset[str]:
        """Names of the hidden sheets."""
        return frozenset(sheet.name for sheet in self._book.sheets() if sheet.visibility)

    def beside(self, name: str) -> tuple[Beside, ...]:
        """Return what a sheet shows outside its cells."""
        if name not in self._book.sheet_names():
            return ()
        notes = sorted(self._book.sheet_by_name(name).cell_note_map.items())
        told = [
            Beside(BesideKind.NOTE, note.text.strip(), f"{letters(column + 1)}{row + 1}")
            for (row, column), note in notes
        ]
        return (*told, *(self._around[name].beside if name in self._around else ()))

    @cached_property
    def _around(self) -> Mapping[str, Surroundings]:
        try:
            return surroundings(self._stream)
        except Exception as error:  # no value depends on it
            if not is_of_foreign_bytes(error):
                raise
            return {}

    @cached_property
    def _stream(self) -> bytes:
        return _stream_of(self._data)

    @property
    def strings(self) -> Collection[str]:
        """The texts of all cells without a formula.

        Those of a sheet whose records can't be read are left out: which cells have one isn't known.
        """
        return {
            str(cell.value)
            for sheet in self._book.sheets()
            if sheet.name in self._around
            for row in range(sheet.nrows)
            for column, cell in enumerate(sheet.row(row))
            if cell.ctype == xlrd.XL_CELL_TEXT
            and (row + 1, letters(column + 1)) not in self._around[sheet.name].formulas
        }

    def grid(self, name: str) -> Grid:
        """Return the filled cells of one sheet.

        Raises ``UnreadableError`` if xlrd has no such sheet, or sees other cells than calamine.
        """
        if name not in self._book.sheet_names():
            raise UnreadableError("damaged")
        seen, merged = self._second.sheet(name)
        hidden = self._around[name].hidden if name in self._around else NOTHING_HIDDEN
        cells, struck = self._cells(name)
        return Grid(
            agreed(name, cells, seen, blanks_count=True),
            merged=merged,
            epoch_shift=self._shift,
            struck=struck,
            hidden=hidden,
        )

    def _cells(self, name: str) -> tuple[Cells, frozenset[tuple[int, str]]]:
        """Return the filled cells, and those that are struck out whole."""
        sheet = self._book.sheet_by_name(name)
        columns: Cells = {}
        struck: set[tuple[int, str]] = set()
        for row in range(sheet.nrows):
            for position, cell in enumerate(sheet.row(row)):
                value = self._value(cell, sheet.rich_text_runlist_map.get((row, position), ()))
                if value is not None:
                    columns.setdefault(letters(position + 1), {})[row + 1] = value
                    if self._looks.strikes(value, str(cell.xf_index)):
                        struck.add((row + 1, letters(position + 1)))
        if sum(map(len, columns.values())) > limits.CELLS:
            raise too_many_cells()
        return columns, frozenset(struck)

    def _value(self, cell: Any, runs: Sequence[tuple[int, int]]) -> Value:
        if cell.ctype == xlrd.XL_CELL_TEXT:
            text = cut(cell.value, runs, self._fonts) if runs and self._fonts else str(cell.value)
            return self._looks.text(text, str(cell.xf_index)) or None
        if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            return self._number(cell)
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return ErrorValue(xlrd.error_text_from_code.get(cell.value, "#ERR!"))
        return None

    def _number(self, cell: Any) -> Value:
        number = float(cell.value)
        if not math.isfinite(number):
            return ErrorValue("#NUM!")  # as Excel shows it
        if self._fonts:
            return self._looks.number(number, str(cell.xf_index), self._shift)
        return day_of(number, self._shift) if cell.ctype == xlrd.XL_CELL_DATE else number

    @property
    def modified(self) -> str:
        """The document's own time of last change, ISO; blank if it has none."""
        with self._container() as container:
            try:
                saved = container.get_metadata().last_saved_time
            except Exception as error:  # damaged properties don't matter for the cells
                if not is_of_foreign_bytes(error):
                    raise
                return ""
        return f"{saved.isoformat()}Z" if saved else ""

    @cached_property
    def active(self) -> tuple[str, ...]:
        """Which of ``macros`` and ``objects`` the workbook has; none is ever run."""
        with self._container() as container:
            streams = ["/".join(path) for path in container.listdir()]
        return tuple(
            kind
            for start, kind in _ACTIVE.items()
            if any(stream.startswith(start) for stream in streams)
        )

    @contextmanager
    def _container(self) -> Iterator[Any]:
        try:
            container = olefile.OleFileIO(io.BytesIO(self._data))
        except OSError as error:
            raise UnreadableError("damaged") from error
        with container:
            yield container
