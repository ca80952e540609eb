"""Scan a sheet's XML quickly, as Excel, LibreOffice, openpyxl, SheetJS and exceljs write it.

One pattern checks that all rows follow the usual grammar; another then picks the filled cells.
Anything else (a comment, rich text in a cell, another attribute order, a formula without a value,
two cells of one address…) is left to the parser. So the result is exactly what the parser would
give.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipeline.collect.formats import limits, xlsx_parse
from pipeline.collect.formats.cells import Area, UnreadableError, Value
from pipeline.collect.formats.large import too_many_cells
from pipeline.collect.formats.xlsx_hidden import may_hide_columns, may_hide_rows
from pipeline.collect.formats.xml import MOST_SHARED, begins_in_utf8, is_plain, ooxml_text, unescape
from pipeline.office.addresses import index

_STYLE, _EXTRA = r'(?: s="[0-9]++")?+', r'(?: cm="[0-9]++")?+(?: vm="[0-9]++")?+'
"""Attributes of a cell in their usual order: style; cell and value metadata."""
_TYPE, _IN_CELL = rf'(?: t="(?!inlineStr")[A-Za-z]++")?+{_EXTRA}', rf' t="inlineStr"{_EXTRA}'
_ATTRIBUTES, _INLINE = f"{_STYLE}{_TYPE}", f"{_STYLE}{_IN_CELL}"
"""Attributes of a cell with a value, and of one with text inside."""
_TEXT = r"[^<>\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*+"
_QUOTED = r'="[^"<>&\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*+"'
"""An attribute's value without references."""
_FORMULA_ATTRIBUTES = rf"(?: (?!xmlns)[A-Za-z][A-Za-z0-9]*+{_QUOTED})*+"
_FORMULA_TEXT = (
    r"(?:[^<>&\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]++"
    r"|&(?:amp|lt|gt|quot|apos|#[0-9]++|#x[0-9A-Fa-f]++);)*+"
)
_FORMULA = rf"(?:<f{_FORMULA_ATTRIBUTES}(?:/>|>{_FORMULA_TEXT}</f>))?+"
_EACH_ONCE = rf'(?: (?!xmlns)(?P<name>[A-Za-z][A-Za-z0-9]*+){_QUOTED}(?![^<>]*+ (?P=name)="))*+'
_SURE_FORMULA = _FORMULA.replace(_FORMULA_ATTRIBUTES, _EACH_ONCE)
"""A formula that has each of its attributes once, as a parser demands."""
_INLINE_TEXT = rf'<is><t(?: xml:space="preserve")?+>{_TEXT}'
_CELL = re.compile(
    r'<c r="([A-Z]++)([1-9][0-9]*+)"'
    r'(?:(?: s="[0-9]++")?+ t="s"><v>([0-9]{1,9}+)</v></c>'
    rf"|({_ATTRIBUTES}>{_FORMULA}<v>{_TEXT}(?=</v>)|{_INLINE}>{_INLINE_TEXT}(?=</t></is>))"
    r"(?:</v>|</t></is>)</c>)"
)
"""A filled cell: column letter, row, and either the position of its shared string or all else that
its value depends on."""
_ROWS = re.compile(
    r'(?:<row r="([1-9][0-9]*+)"'
    rf"(?: (?!r=|xmlns)(?:[A-Za-z]++|x14ac:dyDescent){_QUOTED})*+"
    rf'(?:/>|>(?:<c r="[A-Z]++\1"{_STYLE}'
    r'(?:/>| t="s"><v>[0-9]++</v></c>'
    rf"|{_TYPE}(?:/>|>(?:{_SURE_FORMULA}<v>{_TEXT}</v>)?+</c>)"
    rf"|{_IN_CELL}(?:/>|>(?:{_INLINE_TEXT}</t></is>)?+</c>)))*+</row>))*+"
)
"""Rows as programs usually write them: cells of that row, formulas with a value, nothing between.
Blank cells and shared strings are tried first: most cells are such."""
_ROW_START = '<row r="'
_NAME = re.compile(r' ([A-Za-z0-9:]++)="[^"]*+"')
"""The name of an attribute."""
_ATTRIBUTE = re.compile(r'(?<![A-Za-z])([A-Za-z]+)="([^"]*)"')
_START, _END = b"<sheetData>", b"</sheetData>"
_Cell = tuple[str, str, str, str]
"""Column letter, row, position of a shared string, or all else that a value depends on; as
written."""


@dataclass(frozen=True)
class ScannedSheet:
    """A scanned sheet: values by column letter and row.

    A scan can't tell which cells are struck out.
    """

    columns: Mapping[str, Mapping[int, Value]]
    ordered: bool
    merged: tuple[Area, ...]
    struck: frozenset[tuple[int, str]] = frozenset()
    may_hide: bool = False
    """True if a row or column may be hidden, which a scan can't tell for certain."""


def scan(
    data: bytes, strings: Mapping[str, Value], values: Mapping[str, Value]
) -> ScannedSheet | None:
    """Scan a sheet's filled cells; None if only the parser can tell.

    ``strings``: the shared string by its position's digits. ``values``: any other cell's value by
    its token, the XML from its address to the end of its value (see ``parts_of``).
    """
    start, end = data.find(_START), data.find(_END)
    if start < 0 or end < start:
        return None
    head, body, tail = data[:start], data[start:end], data[end:]
    if not begins_in_utf8(head) or not all(map(is_plain, (head, body, tail))):
        return None
    frame_of = _frame if len(head) + len(tail) <= MOST_SHARED else _frame.__wrapped__
    frame = frame_of(head, tail)
    if frame is None:
        return None
    filled = _filled_rows(body, knows_prefix=b"xmlns:x14ac=" in head)
    if filled is None:
        return None
    rows, tags = filled
    cells, numbers = _cells(rows), _RowNumbers()
    columns = _by_column(cells, numbers, strings, values)
    if columns is None:
        return None
    return ScannedSheet(
        columns,
        _are_ordered(cells, numbers, columns),
        frame.merged,
        may_hide=frame.may_hide or may_hide_rows(tags),
    )


def _filled_rows(body: bytes, *, knows_prefix: bool) -> tuple[str, frozenset[str]] | None:
    """Return the XML of the rows down to the last filled one, and their tags; None if unusual.

    ``knows_prefix``: True if the prefix x14ac, which rows may use, is declared.
    """
    try:
        text = body[len(_START) :].decode("utf-8")
    except UnicodeDecodeError:
        return None
    end = text.find("</row>", text.rfind("</c")) + len("</row>") if "</c" in text else 0
    filled, blank = text[:end], text[end:]
    tags_below = _tags_known if len(blank) <= MOST_SHARED else _tags
    tags = _tags(filled, knows_prefix=knows_prefix)
    if tags is None or tags_below(blank, knows_prefix=knows_prefix) is None:
        return None
    return filled, tags


def _cells(filled: str) -> list[_Cell]:
    """Return all filled cells."""
    cells = _CELL.findall(filled)
    if len(cells) > limits.CELLS:
        raise too_many_cells()
    return cells


def _are_ordered(cells: list[_Cell], rows: Mapping[str, int], columns: Iterable[str]) -> bool:
    """True if the cells come row by row, from left to right."""
    numbers = {column: index(column) for column in columns}
    places = [rows[row] * limits.COLUMNS + numbers[column] for column, row, _, _ in cells]
    return places == sorted(places)


def _tags(text: str, *, knows_prefix: bool) -> frozenset[str] | None:
    """Return the distinct tags of rows; None if the text is anything but usual rows."""
    if not _ROWS.fullmatch(text):
        return None
    tags = frozenset(row[: row.index(">")].partition('"')[2] for row in text.split(_ROW_START)[1:])
    are_plain = all(map(_are_attributes, tags)) and (
        knows_prefix or not any("x14ac:" in tag for tag in tags)
    )
    return tags if are_plain else None


@lru_cache(maxsize=256)
def _tags_known(text: str, *, knows_prefix: bool) -> frozenset[str] | None:
    """Cache :func:`_tags` for blank rows below the last filled one: many books have the same."""
    return _tags(text, knows_prefix=knows_prefix)


def _by_column(
    cells: list[_Cell],
    rows: Mapping[str, int],
    strings: Mapping[str, Value],
    values: Mapping[str, Value],
) -> dict[str, dict[int, Value]] | None:
    """Return the cells by column and row; None if an address is impossible or occurs twice."""
    columns: dict[str, dict[int, Value]] = defaultdict(dict)
    for column, row, string, other in cells:
        columns[column][rows[row]] = strings[string] if string else values[other]
    if sum(map(len, columns.values())) != len(cells) or max(rows.values(), default=0) > limits.ROWS:
        return None
    if any(len(column) > 3 or index(column) > limits.COLUMNS for column in columns):  # noqa: PLR2004
        return None
    return {column: _present(filled) for column, filled in columns.items()}


def _present(cells: dict[int, Value]) -> dict[int, Value]:
    """Return the cells without empty values, which some programs write for blank cells."""
    if None not in cells.values():
        return cells
    return {row: value for row, value in cells.items() if value is not None}


class ValueCache(dict[str, Value]):
    """Caches values by their text in the XML, for one workbook."""

    def __init__(self, make: Callable[[str], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, token: str) -> Value:
        value = self[token] = self._make(token)
        return value


class _RowNumbers(dict[str, int]):
    """Caches row numbers by their digits."""

    def __missing__(self, digits: str) -> int:
        number = self[digits] = int(digits)
        return number


class _SheetFrame(NamedTuple):
    """What the XML around the rows says: merged ranges, and whether a column may be hidden."""

    merged: tuple[Area, ...]
    may_hide: bool


@lru_cache(maxsize=256)
def _frame(head: bytes, tail: bytes) -> _SheetFrame | None:
    """Parse the XML around a sheet's rows; None if it is damaged or the rows are misplaced.

    Cached: many workbooks have the same.
    """
    try:
        parsed = xlsx_parse.parse_sheet(head + _START + tail, lambda *_words, **_more: None)
    except UnreadableError:
        return None
    return _SheetFrame(parsed.merged, may_hide_columns(head)) if parsed.tables else None


@lru_cache(maxsize=1024)
def _are_attributes(written: str) -> bool:
    """True if a tag has each attribute once."""
    names = _NAME.findall(written)
    return len(names) == len(set(names))


def parts_of(token: str) -> tuple[str, str, str, bool]:
    """Return type, style and text of a scanned cell, and True if it has a formula."""
    head, _, raw = token.rpartition(">")
    (kind, style, has_formula), text = _head(head), unescape(raw)
    if kind in ("str", "inlineStr"):
        text = ooxml_text(text)
    return kind, style, text, has_formula


def picture_in(token: str) -> str:
    """Say why a scanned cell may be a picture (see ``xlsx_parse.picture_of``)."""
    attributes, _, rest = token.rpartition(">")[0].partition(">")
    by_name = dict(_ATTRIBUTE.findall(attributes))
    return xlsx_parse.picture_of(by_name.get("t", ""), "vm" in by_name, rest.rpartition("</f>")[0])


@lru_cache(maxsize=4096)
def _head(head: str) -> tuple[str, str, bool]:
    """Return type, style and True if there is a formula, from the XML before a cell's value."""
    attributes, _, rest = head.partition(">")
    by_name = dict(_ATTRIBUTE.findall(attributes))
    return by_name.get("t", ""), by_name.get("s", ""), rest.startswith("<f")
