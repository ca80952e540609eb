"""Which rows and columns of a worksheet's XML nobody sees. A sheet without a sign of such is never parsed for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.surroundings import NOTHING_HIDDEN, Hidden, Span, merged
from pipeline.collect.formats.xml import walk
from pipeline.office.hiding import is_hidden_column, is_hidden_row

_SHOWN, _SIZE = "(?:0|false)", r"[1-9][0-9]*+(?:\.[0-9]++)?"
"""What says of a row or column that it is seen, as programs write it: LibreOffice says so everywhere. All else may hide."""
_IN_ROW = re.compile(rf' hidden="(?!{_SHOWN}")| ht="(?!{_SIZE}")')
"""How an attribute of a row begins that may hide it, in a sheet whose rows are written as usual."""
_SIGN = re.compile(rf"""(?:hidden\s*+=\s*+["'](?!{_SHOWN}["'])|(?:width|\sht)\s*+=\s*+["'](?!{_SIZE}["']))""".encode())
"""The same of rows and columns that are written in whatever way."""


def may_hide_columns(head: bytes) -> bool:
    """True if a column, or every row that doesn't say otherwise, may be hidden, by what stands before the rows."""
    return _SIGN.search(head) is not None


def may_hide_rows(tags: Iterable[str]) -> bool:
    """True if a row may be hidden, by the tags of the rows down to the last filled one."""
    return any(map(_IN_ROW.search, tags))


def hidden_in(data: bytes) -> Hidden:
    """The hidden rows and columns of a sheet; none where its XML can't be told."""
    if b"\0" not in data and not _SIGN.search(data):  # with such bytes its letters have two each
        return NOTHING_HIDDEN
    events = _Events()
    try:
        walk(data, events.start, events.end, lambda _text: None)
    except UnreadableError:  # what reads its cells says so
        return NOTHING_HIDDEN
    return Hidden(merged(events.rows), merged(events.columns))


_ROW, _COLUMN = ["worksheet", "sheetData", "row"], ["worksheet", "cols", "col"]
"""Where rows and columns stand; the same names elsewhere are something else."""


class _Events:
    """What the parser tells of rows and columns."""

    def __init__(self) -> None:
        self.rows: list[Span] = []
        self.columns: list[Span] = []
        self._row = 0
        self._path: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name.rpartition(" ")[2])
        if self._path == _ROW:
            self._row = _whole(attributes.get("r", ""), self._row + 1)
            if is_hidden_row(attributes):
                self.rows.append((self._row, self._row))
        elif self._path == _COLUMN and is_hidden_column(attributes):
            first = _whole(attributes.get("min", ""), 1)
            self.columns.append((first, min(_whole(attributes.get("max", ""), first), limits.COLUMNS)))

    def end(self, _name: str) -> None:
        self._path.pop()


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else otherwise  # noqa: PLR2004 more than any sheet has
