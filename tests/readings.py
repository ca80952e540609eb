"""Build readings from rows of codes, for tests of what follows reading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from openpyxl.utils import get_column_letter

from pipeline.model import Reading, TableReading
from schemas.columns import READABLE, Column, Kind, State, TableSpec
from schemas.round.round import Round

FIRST_ROW = 9
INFO_FIRST_ROW = 8
_MISSING: Mapping[Kind, tuple[Any, str]] = {
    Kind.CODE: (-1, "int16"),
    Kind.COUNT: (np.nan, "float64"),
    Kind.DECIMAL: (np.nan, "float64"),
    Kind.DATE: (np.datetime64("NaT", "D"), "datetime64[D]"),
    Kind.TEXT: (None, "object"),
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """A cell that wasn't simply read: state, original text, and value if there is one."""

    state: State
    found: str = ""
    value: Any = None


def reading(
    round_: Round, agency: str, info: Row | None = None, **tables: Sequence[Row]
) -> Reading:
    """Return a reading of all sheets; rows map keys to codes, numbers, dates, texts or Cells."""
    known = {"agency_code": agency, "agency_name": round_.by_agency[agency].name}
    contact = {
        c.key: dt.date(2023, 9, 1) if c.kind is Kind.DATE else "x"
        for c in round_.info.columns
        if c.expected
    }
    read = {round_.info.key: table(round_, round_.info, [{**known, **contact, **(info or {})}])}
    read |= {spec.key: table(round_, spec, tables.get(spec.key, [])) for spec in round_.row_tables}
    return Reading(agency=agency, identified_by="stamp", tables=read)


def table(round_: Round, spec: TableSpec, rows: Sequence[Row]) -> TableReading:
    """Return one table of a reading, with rows from FIRST_ROW and columns from A on."""
    cells = {column.key: [_cell(row.get(column.key)) for row in rows] for column in spec.columns}
    return TableReading(
        sheet=spec.sheet,
        letters={
            c.key: f"B{INFO_FIRST_ROW + i}" if spec.is_form else get_column_letter(i + 1)
            for i, c in enumerate(spec.columns)
        },
        rows=np.arange(FIRST_ROW, FIRST_ROW + len(rows)),
        values={column.key: _values(round_, column, cells[column.key]) for column in spec.columns},
        states={
            column.key: np.array([cell.state for cell in cells[column.key]], dtype="uint8")
            for column in spec.columns
        },
        found={
            (i, key): c.found
            for key, column in cells.items()
            for i, c in enumerate(column)
            if c.state not in (State.OK, State.BLANK)
        },
    )


def _cell(value: Any) -> Cell:
    if isinstance(value, Cell):
        return value
    return Cell(State.BLANK) if value is None else Cell(State.OK, value=value)


def _values(round_: Round, column: Column, cells: Sequence[Cell]) -> np.ndarray[Any, Any]:
    missing, dtype = _MISSING[column.kind]
    codes = round_.codes_of(column).codes if column.codes else []
    plain = [cell.value if cell.state in READABLE else None for cell in cells]
    return np.array(
        [missing if v is None else codes.index(v) if codes else v for v in plain], dtype=dtype
    )
