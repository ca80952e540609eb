"""Right workbooks, written by openpyxl from the declarations, to be spoilt by tests of reading."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.distribute.layout import FIRST_ROW, HEADER_ROW, INFO_FIRST_ROW
from schemas.columns import TableSpec
from schemas.round.round import Round

Row = Mapping[str, Any]


def stamp_of(round_: Round, agency: str) -> dict[str, str]:
    return {
        "round": round_.key,
        "version": round_.version,
        "digest": round_.digest,
        "agency": agency,
        "issue": "1",
    }


def filled(
    round_: Round,
    agency: str = "",
    info: Row | None = None,
    stamp: Mapping[str, str] | None = None,
    **tables: Sequence[Row],
) -> Workbook:
    """Return a workbook on a round's form; its rows are raw values by column key.

    It is stamped for ``agency``, or as ``stamp`` says.
    """
    book = Workbook()
    book.remove(book.active)
    own = {"agency_code": agency, "agency_name": round_.by_agency[agency].name} if agency else {}
    period = {"period_from": round_.start, "period_to": round_.end}
    for spec in round_.tables:
        sheet = book.create_sheet(spec.sheet)
        sheet["A1"] = spec.title
        if spec.is_form:
            fill_form(
                sheet,
                spec,
                {
                    **own,
                    **{key: day for key, day in period.items() if spec.has(key)},
                    **(info or {}),
                },
            )
        else:
            fill_table(sheet, spec, tables.get(spec.key, ()))
    mark(book, round_, stamp_of(round_, agency) if stamp is None and agency else stamp or {})
    return book


def fill_form(sheet: Worksheet, spec: TableSpec, values: Row) -> None:
    for position, column in enumerate(spec.columns):
        sheet.cell(INFO_FIRST_ROW + position, 1, column.title)
        sheet.cell(INFO_FIRST_ROW + position, 2, values.get(column.key))


def fill_table(sheet: Worksheet, spec: TableSpec, rows: Sequence[Row]) -> None:
    for position, column in enumerate(spec.columns, start=1):
        sheet.cell(HEADER_ROW, position, column.title)
        sheet.cell(HEADER_ROW + 1, position, f"({position})")
        for number, row in enumerate(rows):
            if row.get(column.key) is not None:
                sheet.cell(FIRST_ROW + number, position, row[column.key])


def mark(book: Workbook, round_: Round, stamp: Mapping[str, str]) -> None:
    if not stamp:
        return
    meta = book.create_sheet(round_.sheets.meta)
    meta.sheet_state = "veryHidden"
    for number, (name, text) in enumerate(stamp.items(), start=1):
        meta.cell(number, 1, name)
        meta.cell(number, 2, text)
        book.custom_doc_props.append(StringProperty(name=f"tonghop_{name}", value=text))


def saved(book: Workbook, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def patched(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Change the content of one part of a zipped file."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    assert part in parts, sorted(parts)
    after = change(parts[part])
    assert after != parts[part], "the change must change something"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in {**parts, part: after}.items():
            new.writestr(name, content)
    return path
