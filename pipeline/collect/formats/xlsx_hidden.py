"""Tell which rows and columns of a worksheet's XML are hidden.

A sheet without any sign of hiding is never parsed for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.surroundings import NOTHING_HIDDEN, HiddenRanges, Span, merged
from pipeline.collect.formats.xml import walk
from pipeline.office.hiding import is_hidden_column, is_hidden_row

_SHOWN, _SIZE = "(?:0|false)", r"[1-9][0-9]*+(?:\.[0-9]++)?"
"""Attribute values that mean "shown". LibreOffice writes them everywhere. Any other value may
hide."""
_IN_ROW = re.compile(rf' hidden="(?!{_SHOWN}")| ht="(?!{_SIZE}")')
"""An attribute that may hide a row, in a sheet whose rows are written as usual."""
_SIGN = re.compile(
    (
        rf"""hidden\s*+=\s*+["'](?!{_SHOWN}["'])"""
        rf"""|(?:width|\sht)\s*+=\s*+["'](?!{_SIZE}["'])"""
    ).encode()
)
"""The same for rows and columns written in any way."""


def may_hide_columns(head: bytes) -> bool:
    """True if a column, or each row by default, may be hidden. ``head``: the XML before rows."""
    return _SIGN.search(head) is not None


def may_hide_rows(tags: Iterable[str]) -> bool:
    """True if a row may be hidden. ``tags``: those of the rows down to the last filled one."""
    return any(map(_IN_ROW.search, tags))


def hidden_in(data: bytes) -> HiddenRanges:
    """Return a sheet's hidden rows and columns; none if its XML is damaged."""
    if b"\0" not in data and not _SIGN.search(data):  # UTF-16 has NUL bytes and fits no pattern
        return NOTHING_HIDDEN
    events = _HiddenEvents()
    try:
        walk(data, events.start, events.end, lambda _text: None)
    except UnreadableError:  # reading the cells reports it
        return NOTHING_HIDDEN
    return HiddenRanges(merged(events.rows), merged(events.columns))


_ROW, _COLUMN = ["worksheet", "sheetData", "row"], ["worksheet", "cols", "col"]
"""Paths of rows and columns; elements of these names elsewhere are something else."""


class _HiddenEvents:
    """Collects hidden rows and columns from the parser's events."""

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
            last = _whole(attributes.get("max", ""), first)
            self.columns.append((first, min(last, limits.COLUMNS)))

    def end(self, _name: str) -> None:
        self._path.pop()


def _whole(text: str, otherwise: int) -> int:
    # a number of more digits is more than any sheet has
    return int(text) if text.isdecimal() and len(text) < 9 else otherwise  # noqa: PLR2004
