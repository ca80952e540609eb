"""Fill an issued workbook as a clerk would: values go into cells, all else stays byte for byte.

Texts become shared strings and dates serial numbers, as Excel saves them. For invented rounds,
tests and benchmarks only: it knows the template's layout, not workbooks of other programs.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import unescape

from pipeline.distribute.filled_sheet import SharedStrings, taken_apart
from pipeline.distribute.layout import FIRST_ROW, info_row, letter
from pipeline.office.parts import Envelope
from schemas.columns import TableSpec
from schemas.round.round import Round

STRINGS = "xl/sharedStrings.xml"
_SHEET = re.compile(r'<sheet name="([^"]*)" sheetId="(\d+)"')

CellValues = Mapping[str, Mapping[str, object]]
"""Cell values by sheet name, then by A1 address."""


class Filler:
    """An issued workbook, taken apart once, to be filled many times."""

    def __init__(self, workbook: bytes) -> None:
        self._whole = workbook
        with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
            listed = _SHEET.findall(archive.read("xl/workbook.xml").decode())
            self._paths = {
                unescape(name, {"&quot;": '"'}): f"xl/worksheets/sheet{number}.xml"
                for name, number in listed
            }
            self._sheets = {
                name: taken_apart(archive.read(path)) for name, path in self._paths.items()
            }
            self._strings = archive.read(STRINGS)

    def fill(self, cells: CellValues) -> bytes:
        """Return the workbook with ``cells`` written in; None empties a cell.

        Raises KeyError for a sheet that it lacks.
        """
        strings = SharedStrings(self._strings)
        parts = {
            self._paths[name]: self._sheets[name].filled(values, strings)
            for name, values in cells.items()
            if values
        }
        parts[STRINGS] = strings.part()
        return Envelope.around(self._whole, tuple(parts)).with_parts(parts)


def fill(
    workbook: bytes,
    round_: Round,
    info: Mapping[str, object],
    tables: Mapping[str, Sequence[Mapping[str, object]]],
    more: CellValues | None = None,
) -> bytes:
    """Fill the info sheet by column key, tables from the first data row on, and ``more`` cells."""
    return Filler(workbook).fill(placed(round_, info, tables, more))


def placed(
    round_: Round,
    info: Mapping[str, object],
    tables: Mapping[str, Sequence[Mapping[str, object]]],
    more: CellValues | None = None,
) -> dict[str, dict[str, object]]:
    """Return a return's values by sheet and address. Raises ValueError for an unknown key."""
    form = round_.info
    cells: dict[str, dict[str, object]] = {
        form.sheet: {f"B{info_row(form, key)}": value for key, value in info.items()}
    }
    for key, rows in tables.items():
        spec = round_.by_key[key]
        cells[spec.sheet] = {
            cell: value
            for offset, row in enumerate(rows)
            for cell, value in _row_cells(spec, FIRST_ROW + offset, row)
        }
    for sheet, values in (more or {}).items():
        cells.setdefault(sheet, {}).update(values)
    return cells


def named(round_: Round, table: str, row: Mapping[str, object]) -> dict[str, object]:
    """Return a row of codes with the names of the dropdowns.

    Raises KeyError for an unknown code.
    """
    lists = {
        column.key: round_.codelists[column.codes]
        for column in round_.by_key[table].columns
        if column.codes
    }
    return {
        key: lists[key].offered(value) if key in lists and isinstance(value, str) else value
        for key, value in row.items()
    }


def _row_cells(spec: TableSpec, row: int, values: Mapping[str, object]) -> list[tuple[str, object]]:
    return [
        (f"{letter(spec, key)}{row}", value) for key, value in values.items() if value is not None
    ]


# --- shared strings ------------------------------------------------------------------------------


# --- sheets --------------------------------------------------------------------------------------


# --- cells ---------------------------------------------------------------------------------------
