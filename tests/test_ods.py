"""Workbooks of OpenDocument: what an attribute, a value and a list of sheets may be."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.collect.formats.cells import ErrorValue, NoValue, UnreadableError, Value
from pipeline.collect.formats.containers import ZipPackage
from pipeline.collect.formats.kinds import kind_of
from pipeline.collect.formats.ods import OdsWorkbook
from tests.hostile import ods
from tests.opendocument import content
from tests.packages import manifest, written


def sheet(cells: str, name: str = "S") -> str:
    return (
        f'<table:table table:name="{name}"><table:table-row>{cells}</table:table-row></table:table>'
    )


def first(cell: str) -> Value:
    return OdsWorkbook(ZipPackage(ods(content(sheet(cell)).encode()))).grid("S").value(1, "A")


def refused(text: str) -> str:
    with pytest.raises(UnreadableError) as caught:
        OdsWorkbook(ZipPackage(ods(text.encode()))).grid("S")
    return caught.value.reason


CELLS: dict[str, tuple[str, Value]] = {
    "number": ('office:value-type="float" office:value="12.5"', 12.5),
    "power": ('office:value-type="float" office:value="1.5E+3"', 1500.0),
    "percentage": ('office:value-type="percentage" office:value="0.5"', 0.5),
    "day": (
        'office:value-type="date" office:date-value="2023-06-30T10:00:00"',
        dt.datetime.fromisoformat("2023-06-30T10:00:00"),
    ),
    "boolean": ('office:value-type="boolean" office:boolean-value="true"', "TRUE"),
    "text": ('office:value-type="string" office:string-value="ế"', "ế"),
    "error": (
        'office:value-type="string" calcext:value-type="error" office:string-value=""',
        ErrorValue(""),
    ),
    "formula without a value": ('table:formula="of:=1"', NoValue()),
}


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize(
    "foreign",
    [
        "",
        ' x:value="9" x:value-type="string" x:string-value="y"',
        ' x:number-columns-repeated="5" loext:value-type="float"',
        ' value="9"',
    ],
)
def test_an_attribute_of_a_foreign_namespace_changes_nothing(name: str, foreign: str) -> None:
    attributes, value = CELLS[name]
    for cell in (
        f"<table:table-cell {attributes}{foreign}/>",
        f"<table:table-cell{foreign} {attributes}/>",
    ):
        assert first(cell) == value


def test_an_attribute_of_a_foreign_namespace_moves_no_row_or_cell() -> None:
    row = '<table:table-cell x:number-columns-repeated="7"/><table:table-cell office:value-type="float" office:value="1" x:number-rows-spanned="3"/>'
    table = f'<table:table table:name="S" x:name="T"><table:table-row x:number-rows-repeated="9">{row}</table:table-row></table:table>'
    book = OdsWorkbook(ZipPackage(ods(content(table).encode())))
    assert book.names == ("S",)
    assert (dict(book.grid("S").columns), book.grid("S").merged) == ({"B": {1: 1.0}}, ())


@pytest.mark.parametrize("value", ["1_0", "٣", "１", "nan", "inf", "", " 1", "0x1", "1,5", "1e"])
def test_a_number_is_written_in_plain_digits_or_the_file_is_damaged(value: str) -> None:
    assert (
        refused(
            content(sheet(f'<table:table-cell office:value-type="float" office:value="{value}"/>'))
        )
        == "damaged"
    )


@pytest.mark.parametrize("names", [("S", "S"), ("S", "s"), ("Biểu", "BIỂU")])
def test_two_sheets_of_one_name_hold_the_file(names: tuple[str, str]) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    assert refused(content(*(sheet(cell, name) for name in names))) == "irregular"
    other = content(*(sheet(cell, name) for name in ("S", "T")))
    assert OdsWorkbook(ZipPackage(ods(other.encode()))).names == ("S", "T")


def test_a_workbook_without_its_first_part_is_read() -> None:
    text = content(sheet('<table:table-cell office:value-type="float" office:value="1"/>'))
    kind, package = kind_of(
        written(**{"content.xml": text, "META-INF__manifest.xml": manifest("spreadsheet")})
    )
    assert package is not None
    assert (kind, OdsWorkbook(package).grid("S").value(1, "A")) == ("ods", 1.0)
