"""Saved by other programs, an issued workbook says exactly what was put in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from pipeline.collect.read import read
from pipeline.distribute.fill import placed
from pipeline.distribute.layout import FIRST_ROW
from pipeline.model import Reading, TableReading
from pipeline.office.addresses import index
from pipeline.stages.inventing import module_of
from schemas.columns import READABLE, Kind, State, TableSpec
from schemas.invention import ExcelError
from tests.books import issued, round_of
from tests.often import thorough
from tests.programs import PROGRAMS, Rich, Stored, write

ROUND = round_of("cv4874")
AGENCY = ROUND.in_scope[40]
HANDLINGS, MANIFESTATIONS = ROUND.by_key["handlings"], ROUND.by_key["manifestations"]
FAR = 400
"""A row below the prepared ones."""
TEXTS = ("  <&> “Ế” 'ư' \"x\"", "dòng 1\ndòng 2", "00123", "=1+1 là chữ", "1E5", "😀 𝐀", "TRUE")


def task(*, stored: bool) -> dict[str, dict[str, Any]]:
    """A return without any mistake, and cells that programs write in their own ways."""
    right = module_of(ROUND).right_return(ROUND, AGENCY)
    cells = placed(
        ROUND, {**right.info, "signed_on": dt.date(2023, 9, 1), "note": TEXTS[1]}, right.tables
    )
    notes = {f"N{FIRST_ROW + at}": text for at, text in enumerate(TEXTS)}
    notes[f"N{FIRST_ROW + len(TEXTS)}"] = Rich(("một ", "hai", " ba"))
    rows = {
        f"{letter}{FAR}": cells[MANIFESTATIONS.sheet][f"{letter}{FIRST_ROW}"] for letter in "ABCDEF"
    }
    cells[MANIFESTATIONS.sheet] |= {
        **notes,
        **rows,
        f"I{FAR}": Stored("2+3", 5) if stored else 5,
        f"J{FAR}": 123456789012345,
    }
    cells[HANDLINGS.sheet] |= {
        f"I{FAR}": ExcelError("#DIV/0!"),
        f"K{FAR}": dt.date(2022, 2, 28),
        f"A{FAR}": "Năm 2021",
    }
    return cells


def value(table: TableReading, spec: TableSpec, key: str, position: int) -> Any:
    """A value as it was put in, whatever its type in the reading."""
    found, column = table.values[key][position], spec.by_key[key]
    if table.states[key][position] not in READABLE:
        return State(int(table.states[key][position])).name
    if column.kind is Kind.CODE:
        return ROUND.codelists[column.codes].entries[found].name
    return found.astype(object) if column.kind is Kind.DATE else found


def read_back(reading: Reading) -> dict[str, dict[str, Any]]:
    """All values of a reading, by sheet and address; blanks and what was pre-filled left out."""
    cells: dict[str, dict[str, Any]] = {}
    for key, table in reading.tables.items():
        spec = ROUND.by_key[key]
        cells[table.sheet] = {
            table.address(column, int(row)): value(table, spec, column, position)
            for position, row in enumerate(table.rows)
            for column in table.letters
            if not spec.by_key[column].prefilled and table.states[column][position] != State.BLANK
        }
    return cells


FULL = {
    entry.short: entry.name
    for codes in ROUND.codelists.values()
    for entry in codes.entries
    if entry.short
}
"""What is read by what dropdowns say in short."""


def expected(task: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    def as_read(value: Any) -> Any:
        if isinstance(value, ExcelError):
            return "ERROR"
        if isinstance(value, Rich):
            return "".join(value.parts)
        return (
            value.value
            if isinstance(value, Stored)
            else FULL.get(value.strip(" "), value.strip(" "))
            if isinstance(value, str)
            else value
        )

    return {
        sheet: {cell: as_read(value) for cell, value in sorted(cells.items(), key=_place)}
        for sheet, cells in task.items()
    }


def _place(cell: tuple[str, Any]) -> tuple[int, int]:
    letters = cell[0].rstrip("0123456789")
    return int(cell[0][len(letters) :]), index(letters)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("issued") / f"{AGENCY.code}.xlsx"
    path.write_bytes(issued(ROUND, AGENCY.code))
    return path


@pytest.mark.parametrize(
    ("program", "ending"), [pytest.param("openpyxl", "xlsx", marks=thorough), *PROGRAMS[1:]]
)
@pytest.mark.slow
def test_every_value_at_every_address_and_merged_cells_told(
    program: str, ending: str, source: Path, tmp_path: Path
) -> None:
    written = task(stored=program in ("exceljs", "sheetjs"))
    if (program, ending) == ("sheetjs", "ods"):
        del written[HANDLINGS.sheet][f"I{FAR}"]  # SheetJS leaves error cells out of an .ods
    first, last = f"C{FIRST_ROW}", f"C{FIRST_ROW + 1}"
    # for it values are filled in before: test_read_office merges
    merged = {} if program == "libreoffice" else {"!": [f"{first}:{last}"]}
    path = write(
        program,
        source,
        tmp_path / f"T.{ending}",
        written | {MANIFESTATIONS.sheet: written[MANIFESTATIONS.sheet] | merged},
    )
    reading = read(path, path.name, ROUND, tmp_path)
    assert [(each.rule, each.message, each.cells) for each in reading.findings] == (
        [("S10", "merged_required", (last,))] if merged else []
    )
    assert (reading.agency, reading.identified_by) == (AGENCY.code, "stamp")
    assert reading.stamp is not None
    assert reading.stamp.digest == ROUND.digest
    found = read_back(reading)
    if merged:
        for cells in (written, found):
            cells[MANIFESTATIONS.sheet].pop(last, None)
    for sheet, cells in expected(written).items():
        assert {cell: found[sheet].get(cell) for cell in cells} == cells
        assert set(found[sheet]) == set(cells)
