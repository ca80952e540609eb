"""Recognise tables that an agency left empty and said so: "Không", dashes, zeros as data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from pipeline.collect.formats.cells import Value, shown
from pipeline.collect.tables.codes import Codes, CodesByColumn
from pipeline.collect.tables.layout import Layout
from pipeline.text.legacy import readings_of
from pipeline.text.names import normalise
from schemas.columns import READABLE, Column, Kind

_MORE = """
có|co|phát sinh|phat sinh|xảy ra|thực hiện|ghi nhận|phát hiện|báo cáo|bao cao|thuộc|đối tượng
số liệu|so lieu|dữ liệu|thông tin|nội dung|trường hợp|vụ|việc|gì|nào|trong kỳ|kỳ này
đến nay|tại đơn vị|tại cơ quan|tại địa phương|tại tỉnh|hồ sơ|nêu trên
""".strip().replace("\n", "|")
"""Words that may follow "không" without saying more."""
_NOTHING = re.compile(
    r"(?:không|khong|ko|k|kg|chưa|chua|no|none|nil|n/a|na|kps|kpsinh|không ps|k ps|ko ps)"
    rf"(?: (?:{'|'.join(map(normalise, _MORE.split('|')))})){{0,9}}"
    r"|[-/.=*~x0…]{1,20}|0[.,]0{1,9}|0 (?:vụ(?: việc)?|việc|người|hồ sơ|trường hợp)"
)
"""Words for "nothing", normalised: "Không phát sinh trường hợp nào", "KPS", "-", "//", "0", "0
vụ"."""
_BRACKETS = "()[] "
_ROW_NUMBER = re.compile(r"(?:[0-9]{1,3}|[IVX]{1,4})[.)]?")
_SIGNS = "-–—−‐―/.…=*~x0 "
"""Signs that people put into blank cells too: without words they say nothing."""
_SHORT = 80
"""A longer text says more than "nothing"."""


def said_to_be_empty(layout: Layout, rows: Sequence[int], codes: CodesByColumn) -> frozenset[int]:
    """Return all data rows if each says only that there is nothing; none if one may be data."""
    columns = {letter: layout.spec.by_key[key] for key, letter in layout.column_letters.items()}
    return frozenset(
        rows if all(_says_nothing(layout, row, columns, codes) for row in rows) else ()
    )


def _says_nothing(
    layout: Layout, row: int, columns: Mapping[str, Column], codes: CodesByColumn
) -> bool:
    """True if a row says only that there is nothing. ``columns``: by column letter."""
    cells = [
        (columns[letter], value)
        for letter, value in layout.grid.cells(row).items()
        if letter in columns
    ]
    more = [
        (column, value) for column, value in cells if not _is_nothing(value, codes.get(column.key))
    ]
    if more:
        only_first = more == cells[:1] and _only_names_the_row(*more[0], codes)
        if not only_first or not _says_so_in_words(cells[1:]):
            return False
    # zeros alone are data, unless a row of the table needs words
    return layout.spec.asks_for_words or not all(column.is_number for column, _ in cells)


def _only_names_the_row(column: Column, value: Value, codes: CodesByColumn) -> bool:
    """True for a row number or an entry in a code column."""
    listed = codes.get(column.key)
    return listed is not None and (
        _ROW_NUMBER.fullmatch(shown(value)) is not None or listed.read(value)[1] in READABLE
    )


def _says_so_in_words(cells: Sequence[tuple[Column, Value]]) -> bool:
    """True if words like "Không" are in a required code column."""
    return any(
        column.kind is Kind.CODE and column.required and shown(value).strip(_SIGNS)
        for column, value in cells
    )


def _is_nothing(value: Value, codes: Codes | None) -> bool:
    if isinstance(value, float):
        return value == 0
    if not isinstance(value, str) or len(value) > _SHORT:
        return False
    return _means_nothing(str(value)) and (codes is None or codes.read(value)[1] not in READABLE)


@lru_cache(maxsize=4096)
def _means_nothing(text: str) -> bool:
    return any(
        _NOTHING.fullmatch(normalise(way).strip(_BRACKETS) or way.strip())
        for way in (text, *readings_of(text))
    )
