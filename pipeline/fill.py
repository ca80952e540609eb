"""Fills an issued workbook as a clerk would: values go into its cells, everything else stays byte for byte.

Texts become shared strings and dates serial numbers, as Excel saves them. Meant for invented rounds, tests and
benchmarks: it knows the template's own layout and nothing of workbooks saved by other programs.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from pipeline.distribute.layout import FIRST_ROW, INFO_FIRST_ROW
from pipeline.distribute.names import letter
from pipeline.distribute.parts import Envelope
from schemas.columns import TableSpec
from schemas.invention import ErrorCell, FormulaCell
from schemas.round import Round
from schemas.rules import excel_day

STRINGS = "xl/sharedStrings.xml"
_ROW = re.compile(rb'<row r="(\d+)"[^>]*?(?:/>|>(.*?)</row>)', re.DOTALL)
_CELL = re.compile(rb'<c r="([A-Z]+)\d+"( s="\d+")?(?: t="\w+")?(?:/>|>.*?</c>)', re.DOTALL)


CellValues = Mapping[str, Mapping[str, object]]
"""objects by sheet name and A1 address."""


class Filler:
    """An issued workbook taken apart once, to be filled any number of times."""

    def __init__(self, workbook: bytes) -> None:
        self._whole = workbook
        with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
            listing = archive.read("xl/workbook.xml").decode()
            sheets = re.findall(r'<sheet name="([^"]*)" sheetId="(\d+)"', listing)
            self._paths = {_unescaped(name): f"xl/worksheets/sheet{number}.xml" for name, number in sheets}
            self._parts = {name: archive.read(name) for name in (*self._paths.values(), STRINGS)}

    def fill(self, cells: CellValues) -> bytes:
        """The workbook with ``cells`` written in."""
        strings = _Strings(self._parts[STRINGS])
        changed = {}
        for sheet, values in cells.items():
            path = self._paths[sheet]
            changed[path] = _with_values(self._parts[path], _by_row(values), strings)
        changed[STRINGS] = strings.part()
        return Envelope.around(self._whole, tuple(changed)).with_parts(changed)


def fill(
    workbook: bytes,
    round_: Round,
    info: Mapping[str, object],
    tables: Mapping[str, Sequence[Mapping[str, object]]],
    more: CellValues | None = None,
) -> bytes:
    """Fill the info sheet by column key, tables row by row from the first data row on, and ``more`` cells anywhere."""
    return Filler(workbook).fill(placed(round_, info, tables, more))


def placed(
    round_: Round, info: Mapping[str, object], tables: Mapping[str, Sequence[Mapping[str, object]]], more: CellValues | None = None
) -> dict[str, dict[str, object]]:
    """Where the values of a return stand: by sheet and address."""
    form = round_.info
    cells: dict[str, dict[str, object]] = {form.sheet: {f"B{INFO_FIRST_ROW + form.keys.index(key)}": value for key, value in info.items()}}
    for key, rows in tables.items():
        spec = round_.by_key[key]
        cells[spec.sheet] = {cell: value for offset, row in enumerate(rows) for cell, value in _row_cells(spec, FIRST_ROW + offset, row)}
    for sheet, values in (more or {}).items():
        cells.setdefault(sheet, {}).update(values)
    return cells


def _row_cells(spec: TableSpec, row: int, values: Mapping[str, object]) -> list[tuple[str, object]]:
    return [(f"{letter(spec, key)}{row}", value) for key, value in values.items() if value is not None]


class _Strings:
    """The shared strings of a workbook, to which new ones are added."""

    def __init__(self, part: bytes) -> None:
        self._part = part
        self._first = part.count(b"<si>")
        self._added: dict[str, int] = {}

    def index(self, text: str) -> int:
        """The number of ``text`` among the strings added here."""
        return self._added.setdefault(text, self._first + len(self._added))

    def part(self) -> bytes:
        """The part with what was added."""
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self._added)
        total = self._first + len(self._added)
        part = re.sub(rb' count="\d+" uniqueCount="\d+"', f' count="{total}" uniqueCount="{total}"'.encode(), self._part, count=1)
        return part.replace(b"</sst>", items.encode() + b"</sst>")


def _by_row(values: Mapping[str, object]) -> dict[int, dict[str, object]]:
    rows: dict[int, dict[str, object]] = {}
    for address, value in values.items():
        letters = address.rstrip("0123456789")
        rows.setdefault(int(address[len(letters) :]), {})[letters] = value
    return rows


def _with_values(part: bytes, rows: Mapping[int, Mapping[str, object]], strings: _Strings) -> bytes:
    """A sheet's XML with the cells of ``rows`` written; rows that it lacks are added at its end."""
    left = dict(rows)

    def change(match: re.Match[bytes]) -> bytes:
        number = int(match[1])
        return _row(match, number, left.pop(number), strings) if number in left else match[0]

    start, end = part.index(b"<sheetData"), part.index(b"</sheetData>")
    body = _ROW.sub(change, part[start:end])
    added = b"".join(_new_row(number, left[number], strings) for number in sorted(left))
    return part[:start] + body + added + part[end:]


def _row(match: re.Match[bytes], number: int, values: Mapping[str, object], strings: _Strings) -> bytes:
    cells = {m[1].decode(): (m[2] or b"", m[0]) for m in _CELL.finditer(match[2] or b"")}
    head = match[0][: match[0].index(b">")].rstrip(b"/")
    written = {name: _cell(f"{name}{number}", cells.get(name, (b"", b""))[0], value, strings) for name, value in values.items()}
    order = sorted({*cells, *written}, key=lambda name: (len(name), name))
    inside = b"".join(written[name] if name in written else cells[name][1] for name in order)
    return head + b">" + inside + b"</row>"


def _new_row(number: int, values: Mapping[str, object], strings: _Strings) -> bytes:
    cells = (_cell(f"{name}{number}", b"", values[name], strings) for name in sorted(values, key=lambda name: (len(name), name)))
    return f'<row r="{number}">'.encode() + b"".join(cells) + b"</row>"


def _cell(address: str, style: bytes, value: object, strings: _Strings) -> bytes:
    kind, inside = "", ""
    if isinstance(value, ErrorCell):
        kind, inside = ' t="e"', f"<v>{escape(value.text)}</v>"
    elif isinstance(value, FormulaCell):
        inside = f"<f>{escape(value.formula)}</f>"
    elif isinstance(value, str):
        kind, inside = ' t="s"', f"<v>{strings.index(value)}</v>"
    elif isinstance(value, dt.date):
        inside = f"<v>{excel_day(value)}</v>"
    elif value is not None:
        inside = f"<v>{value!r}</v>"
    return f'<c r="{address}"'.encode() + style + f"{kind}>{inside}</c>".encode()


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
