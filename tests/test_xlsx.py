"""Both ways through a sheet's XML, against each other and against other readers."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import string
import weakref
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from pipeline.collect.formats import xlsx_parse, xlsx_scan, xlsx_strings
from pipeline.collect.formats.cells import (
    Area,
    ErrorValue,
    Grid,
    NoValue,
    OldText,
    UnreadableError,
    Value,
)
from pipeline.collect.formats.containers import ZipPackage
from pipeline.collect.formats.seen import SeenNumber
from pipeline.collect.formats.xlsx import XlsxWorkbook
from pipeline.office.addresses import index, letters
from pipeline.office.hiding import is_hidden_column, is_hidden_row
from tests.often import thorough
from tests.packages import MAIN, SHEET, book_xml, packed
from tests.workbooks import patched


def cells(grid: Grid) -> dict[str, Value]:
    return {
        f"{column}{row}": value for row in grid.rows for column, value in grid.values(row).items()
    }


def filled(found: Mapping[str, Value]) -> dict[str, Value]:
    return {address: value for address, value in found.items() if value != ""}


def both_ways(data: bytes) -> tuple[dict[str, Value], str]:
    """The cells of the first sheet, the same by scan and parser, and which way the reader took."""
    book = XlsxWorkbook(ZipPackage(data))
    part = ZipPackage(data).part(SHEET)
    parsed = xlsx_parse.parse_sheet(part, book.value)
    read = cells(book.grid(book.names[0]))
    assert filled(read) == filled(cells(Grid(parsed.columns)))
    return read, "scan" if xlsx_scan.scan(part, book._by_digits, book._by_token) else "parse"


CELLS: dict[str, tuple[str, str, Any]] = {
    "shared": ('<c r="B2" t="s"><v>0</v></c>', "scan", "một"),
    "spaces kept": ('<c r="B2" t="s"><v>1</v></c>', "scan", " hai "),
    "number": ('<c r="B2"><v>12.50</v></c>', "scan", 12.5),
    "power": ('<c r="B2"><v>1E+2</v></c>', "scan", 100.0),
    "typed number": ('<c r="B2" t="n"><v>3</v></c>', "scan", 3.0),
    "day": ('<c r="B2" s="1"><v>45107</v></c>', "scan", dt.date(2023, 6, 30)),
    "day and time": (
        '<c r="B2" s="2"><v>45107.75</v></c>',
        "scan",
        dt.datetime.fromisoformat("2023-06-30T18:00:00"),
    ),
    "the false leap day": ('<c r="B2" s="1"><v>59</v></c>', "scan", dt.date(1900, 2, 28)),
    "the day after it": ('<c r="B2" s="1"><v>61</v></c>', "scan", dt.date(1900, 3, 1)),
    "no day": ('<c r="B2" s="1"><v>-5</v></c>', "scan", -5.0),
    "elapsed time": ('<c r="B2" s="3"><v>1.5</v></c>', "scan", SeenNumber(1.5, "36:00")),
    "true": ('<c r="B2" t="b"><v>1</v></c>', "scan", "TRUE"),
    "error": ('<c r="B2" t="e"><v>#REF!</v></c>', "scan", ErrorValue("#REF!")),
    "new error": ('<c r="B2" t="e"><v>#SPILL!</v></c>', "scan", ErrorValue("#SPILL!")),
    "formula": ('<c r="B2"><f>A1&gt;1</f><v>4</v></c>', "scan", 4.0),
    "shared formula": ('<c r="B2"><f t="shared" si="0"/><v>4</v></c>', "scan", 4.0),
    "text formula": (
        '<c r="B2" t="str"><f>A1</f><v>a &lt;&#x1EBF;&gt; &amp;</v></c>',
        "scan",
        "a <ế> &",
    ),
    "escape": ('<c r="B2" t="str"><v>a_x000D_b_x005F_</v></c>', "scan", "a\rb_"),
    "formula without value": ('<c r="B2"><f>A1</f></c>', "parse", NoValue()),
    "formula with empty value": ('<c r="B2"><f>A1</f><v></v></c>', "scan", NoValue()),
    "formula with closed value": ('<c r="B2"><f>A1</f><v/></c>', "parse", NoValue()),
    "inline": (
        '<c r="B2" t="inlineStr"><is><r><t>m</t></r><r><t>ột</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>',
        "parse",
        "một",
    ),
    "plain inline": (
        '<c r="B2" t="inlineStr"><is><t xml:space="preserve"> m&#7897;t_x000A_</t></is></c>',
        "scan",
        " một\n",
    ),
    "unescaped sign": ('<c r="B2" t="str"><v>a>b</v></c>', "parse", "a>b"),
    "text formula with an empty value": ('<c r="B2" t="str"><f>""</f><v></v></c>', "scan", ""),
    "other order": ('<c t="s" r="B2"><v>0</v></c>', "parse", "một"),
    "extra attributes": ('<c r="B2" s="0" t="s" cm="1" vm="2"><v>0</v></c>', "scan", "một"),
    "a value of another namespace": ('<c r="B2"><v>1</v><v xmlns="urn:x">7</v></c>', "parse", 1.0),
    "comment": ('<!-- x --><c r="B2"><v>1</v></c>', "parse", 1.0),
    "cdata": (
        '<c r="B2" t="str"><v><![CDATA[<c r="A1"><v>1</v></c>]]></v></c>',
        "parse",
        '<c r="A1"><v>1</v></c>',
    ),
    "iso day": ('<c r="B2" t="d"><v>2023-06-30T00:00:00</v></c>', "scan", dt.date(2023, 6, 30)),
    "iso time of day": ('<c r="B2" t="d"><v>10:10:10</v></c>', "scan", "10:10:10"),
    "line ends": ('<c r="B2" t="str"><v>a\r\nb</v></c>', "scan", "a\nb"),
    "address in small letters": ('<c r="b2"><v>1</v></c>', "parse", 1.0),
    "spaced value": ('<c r="B2"><v> 7 </v></c>', "scan", 7.0),
}


@pytest.mark.parametrize("name", CELLS)
def test_every_way_of_writing_a_cell(name: str) -> None:
    xml, way, value = CELLS[name]
    assert both_ways(packed(f'<row r="2"><c r="A2" s="1"/>{xml}</row>')) == ({"B2": value}, way)


@pytest.mark.parametrize("value", ["<v></v>", "<v/>", ""])
def test_a_cell_of_no_shared_string_is_blank(value: str) -> None:
    book = XlsxWorkbook(ZipPackage(packed(f'<row r="2"><c r="B2" t="s">{value}</c></row>')))
    assert book.grid(book.names[0]).value(2, "B") is None


def test_rows_and_cells_without_addresses() -> None:
    found, way = both_ways(
        packed("<row><c><v>1</v></c><c/><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>")
    )
    assert (found, way) == ({"A1": 1.0, "C1": 2.0, "A3": 3.0}, "parse")


@pytest.mark.parametrize(
    ("places", "ordered"),
    [
        ("A1 B1 Z1 AA1 A2", True),
        ("A1 A3 A10 AB10", True),
        ("", True),
        ("B1 A1", False),
        ("AA1 Z1", False),
        ("A2 A1", False),
        ("A1 A2 B1", False),
    ],
)
def test_cells_out_of_order_are_read_and_told(places: str, *, ordered: bool) -> None:
    rows = "".join(
        f'<row r="{place.lstrip(string.ascii_uppercase)}"><c r="{place}"><v>1</v></c></row>'
        for place in places.split()
    )
    for sheet_data, way in ((rows, "scan"), (rows + "<!---->", "parse")):
        found, taken = both_ways(packed(sheet_data))
        assert (set(found), taken) == (set(places.split()), way)
        book = XlsxWorkbook(ZipPackage(packed(sheet_data)))
        assert book.grid(book.names[0]).ordered == ordered


def test_the_dimension_is_not_believed() -> None:
    head = f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/>'
    assert both_ways(packed('<row r="900"><c r="XFD900"><v>1</v></c></row>', head=head))[0] == {
        "XFD900": 1.0
    }


def test_far_cells_cost_nothing() -> None:
    data = packed(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    )
    assert both_ways(data)[0] == {"A1": 1.0, "XFD1048576": 2.0}


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="xfe1"><v>1</v></c></row>',
        '<row r="x"><c><v>1</v></c></row>',
        '<row r="2"><c r="B3"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><v>1</v><is><t>a</t></is></c></row>',
        '<row r="1"><c r="A1"><is><t>a</t></is></c></row>',
        '<row r="1"><c r="A1" t="s"><is><t>a</t></is></c></row>',
        '<row r="1"><c r="A1"><v>4</v><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>4<v>9</v>1</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is><is><t>b</t></is></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row></sheetData><sheetData><row r="2"><c r="A2"><v>1</v></c></row>',
    ],
)
def test_impossible_addresses_hold_the_file(xml: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        both_ways(packed(xml))
    assert caught.value.reason == "irregular"


@pytest.mark.parametrize(
    "xml",
    [
        '<c r="A1"><v>abc</v></c>',
        '<c r="A1"><v>1_0</v></c>',
        '<c r="A1"><v>nan</v></c>',
        '<c r="A1"><v>1e999</v></c>',
        '<c r="A1"><v>٣</v></c>',
        '<c r="A1" t="s"><v>2</v></c>',
        '<c r="A1" t="s"><v>-1</v></c>',
        '<c r="A1" t="s"><v>0.5</v></c>',
        '<c r="A1" t="s"><v>1_0</v></c>',
        '<c r="A1" t="s"><v>٠</v></c>',
        '<c r="A1" t="b"><v>2</v></c>',
        '<c r="A1" t="zz"><v>2</v></c>',
        '<c r="A1" t="str"><v>&nbsp;</v></c>',
        '<c r="A1" t="str"><v>&#0;</v></c>',
        '<c r="A1"><v>1</c>',
    ],
)
def test_damage_is_never_guessed_over(xml: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        cells(XlsxWorkbook(ZipPackage(packed(f'<row r="1">{xml}</row>'))).grid("S"))
    assert caught.value.reason == "damaged"


@pytest.mark.parametrize(
    "part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_refused(part: str, encoding: str) -> None:
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'.encode(
        encoding
    )
    with pytest.raises(UnreadableError) as caught:
        cells(
            XlsxWorkbook(
                ZipPackage(
                    packed(
                        '<row r="1"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1" s="1"><v>1</v></c></row>',
                        parts={part: bomb},
                    )
                )
            ).grid("S")
        )  # type: ignore[dict-item]
    assert caught.value.reason == "hostile"


@pytest.mark.parametrize(
    ("head", "way"),
    [
        (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<worksheet xmlns="{MAIN}" xmlns:r="urn:r">',
            "scan",
        ),
        ('<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main">', "scan"),
        ('<worksheet xmlns="urn:other">', "nothing"),
    ],
)
def test_namespaces(head: str, way: str) -> None:
    data = packed('<row r="1"><c r="A1"><v>1</v></c></row>', head=head)
    found, taken = both_ways(data)
    assert (found, taken) == (({"A1": 1.0}, way) if way == "scan" else ({}, "parse"))


def test_prefixes_and_utf_16() -> None:
    xml = f'<?xml version="1.0" encoding="UTF-16"?><x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>ế</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    assert both_ways(packed("", parts={SHEET: xml.encode("utf-16")})) == ({"A1": "ế"}, "parse")  # type: ignore[dict-item]


def test_strings_with_runs_and_guides() -> None:
    strings = f'<sst xmlns="{MAIN}"><si><r><rPr><b/></rPr><t>đậm</t></r><r><t xml:space="preserve"> nhạt</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si><si/><si><t/></si><si><t>_x0041_&amp;</t></si></sst>'
    rows = "".join(f'<c r="{letters(i + 1)}1" t="s"><v>{i}</v></c>' for i in range(4))
    found, _ = both_ways(
        packed(f'<row r="1">{rows}</row>', parts={"xl/sharedStrings.xml": strings})
    )
    assert found == {"A1": "đậm nhạt", "B1": "", "C1": "", "D1": "A&"}


def test_days_of_1904() -> None:
    book = packed('<row r="1"><c r="A1" s="1"><v>43645</v></c></row>')
    package = ZipPackage(book)
    text = (
        package.part("xl/workbook.xml")
        .decode()
        .replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    )
    assert both_ways(
        packed('<row r="1"><c r="A1" s="1"><v>43645</v></c></row>', parts={"xl/workbook.xml": text})
    )[0] == {"A1": dt.date(2023, 6, 30)}


def test_merged_ranges() -> None:
    tail = '<mergeCells count="2"><mergeCell ref="B2:C3"/><mergeCell ref="A5:A6"/></mergeCells>'
    for extra in ("", "<!-- so that the parser must read it -->"):
        book = XlsxWorkbook(
            ZipPackage(packed('<row r="2"><c r="B2"><v>1</v></c></row>', tail=tail + extra))
        )
        assert book.grid("S").merged == (Area(2, 2, 3, 3), Area(5, 1, 6, 1))


def test_column_letters() -> None:
    assert [letters(number) for number in (1, 26, 27, 702, 703, 16384)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
    assert all(index(letters(number)) == number for number in range(1, 16385))


# --- fonts from before Unicode -------------------------------------------------------------------

FONTS = (
    f'<styleSheet xmlns="{MAIN}"><fonts><font><name val="Calibri"/></font><font><sz val="12"/><name val=".VnTime"/></font>'
    '<font><name val=".VnTimeH"/></font><font><name val="VNI-Times"/></font></fonts>'
    '<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="0" fontId="1"/><xf numFmtId="0" fontId="2"/><xf numFmtId="0" fontId="3"/></cellXfs>'
    "</styleSheet>"
)
OLD = {
    "shared": ('<c r="A1" s="1" t="s"><v>0</v></c>', "Tõ", "Từ"),
    "inline": ('<c r="A1" s="1" t="inlineStr"><is><t>Tõ</t></is></c>', "Tõ", "Từ"),
    "of a formula": ('<c r="A1" s="1" t="str"><f>B1</f><v>Tõ</v></c>', "Tõ", "Từ"),
    "capitals": ('<c r="A1" s="2" t="s"><v>0</v></c>', "Tõ", "TỪ"),
    "VNI": ('<c r="A1" s="3" t="str"><v>Töø</v></c>', "Töø", "Từ"),
}


@pytest.mark.parametrize("name", OLD)
def test_text_in_a_font_from_before_unicode_knows_what_it_shows(name: str) -> None:
    cell, found, shown = OLD[name]
    strings = f'<sst xmlns="{MAIN}"><si><t>Tõ</t></si></sst>'
    book = XlsxWorkbook(
        ZipPackage(
            packed(
                f'<row r="1">{cell}</row>',
                parts={"xl/styles.xml": FONTS, "xl/sharedStrings.xml": strings},
            )
        )
    )
    value = book.grid("S").value(1, "A")
    assert isinstance(value, OldText)
    assert (str(value), value.modern(value)) == (found, shown)


@pytest.mark.parametrize(
    "cell", ['<c r="A1" s="0" t="str"><v>Tõ</v></c>', '<c r="A1" t="str"><v>Tõ</v></c>']
)
def test_text_in_another_font_is_plain(cell: str) -> None:
    value = (
        XlsxWorkbook(ZipPackage(packed(f'<row r="1">{cell}</row>', parts={"xl/styles.xml": FONTS})))
        .grid("S")
        .value(1, "A")
    )
    assert type(value) is str
    assert value == "Tõ"


def test_numbers_and_days_in_an_old_font_are_what_they_are() -> None:
    row = '<row r="1"><c r="A1" s="1"><v>7</v></c><c r="B1" s="1" t="e"><v>#N/A</v></c><c r="C1" s="1" t="s"><v/></c></row>'
    assert both_ways(packed(row, parts={"xl/styles.xml": FONTS}))[0] == {
        "A1": 7.0,
        "B1": ErrorValue("#N/A"),
    }


# --- held against other readers ------------------------------------------------------------------

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=12
).filter(lambda text: text.strip() != "")
VALUES = st.one_of(
    TEXTS.filter(lambda text: not text.startswith("=")),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: float(f"{number:.12g}")),
    st.dates(dt.date(1901, 1, 1), dt.date(2200, 1, 1)),
    st.booleans(),
)
SHEETS = st.dictionaries(st.tuples(st.integers(1, 60), st.integers(1, 40)), VALUES, max_size=30)


def plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        return value.date()
    return float(value) if isinstance(value, (int, float)) else value


@settings(max_examples=60)
@given(SHEETS)
def test_what_openpyxl_writes(sheet: dict[tuple[int, int], Any]) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for (row, column), value in sheet.items():
        book.active.cell(row, column, value)
    book.save(file)
    expected = {f"{letters(column)}{row}": plain(value) for (row, column), value in sheet.items()}
    assert both_ways(file.getvalue()) == (expected, "scan")


@settings(max_examples=60)
@given(SHEETS)
def test_what_xlsxwriter_writes_and_calamine_reads(sheet: dict[tuple[int, int], Any]) -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "dd/mm/yyyy"})
    page = book.add_worksheet()
    for (row, column), value in sheet.items():
        if isinstance(value, str):
            page.write_string(row - 1, column - 1, value)
        else:
            page.write(row - 1, column - 1, value)
    book.close()
    found, _ = both_ways(file.getvalue())
    assert found == {
        f"{letters(column)}{row}": plain(value) for (row, column), value in sheet.items()
    }
    other = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue())).get_sheet_by_index(0)
    top, left = other.start or (0, 0)
    theirs = {
        f"{letters(left + x + 1)}{top + y + 1}": plain(value)
        for y, row in enumerate(other.to_python())
        for x, value in enumerate(row)
        if value != ""
    }
    assert theirs == {
        key: value for key, value in found.items() if not isinstance(value, str) or value.strip()
    }


PIECES = (
    "<", ">", '"', "&", "&lt;", "</c>", "<v>", "</v>", '<c r="B2">', '<c r="B9"><v>3</v></c>', ' r="C3"', ' t="s"', ' t="str"', ' t="inlineStr"',
    "<f>1</f>", "<f/>", "<is><t>x</t></is>", "0", "-1", "<!--x-->", "<![CDATA[x]]>", " ", "e5", "<v/>", "\r\n", "'", "<?a b?>", "x:", "</row>", "<row>",
)  # fmt: skip
ROWS = "".join(
    f'<row r="{row}" spans="1:5" x14ac:dyDescent="0.25"><c r="A{row}" s="1"/><c r="B{row}" t="s"><v>1</v></c><c r="C{row}" s="1"><v>{45000 + row}</v></c>'
    f'<c r="D{row}" t="str"><f>B{row}&amp;""</f><v>một &amp; hai</v></c><c r="E{row}" t="inlineStr"><is><t>ba</t></is></c></row>'
    for row in range(1, 4)
)
HEAD = f'<worksheet xmlns="{MAIN}" xmlns:x14ac="urn:x">'


def mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 2)):
        at, kind = chance.randrange(len(text)), chance.random()
        if kind < 0.6:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif kind < 0.8:
            text = text[:at] + text[at + chance.randint(1, 20) :]
        else:
            other = chance.randrange(len(text))
            text = text[:at] + text[other : other + chance.randint(1, 60)] + text[at:]
    return text


TAIL = '<mergeCells count="2"><mergeCell ref="B2:C3"/><mergeCell ref="A5:A6"/></mergeCells><pageMargins left="1" right="1"/>'
COLUMNS = '<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="2" width="9" customWidth="1"/><col min="4" max="4" width="12.5" hidden="0"/></cols>'
WHOLE = f"{HEAD}{COLUMNS}<sheetData>{ROWS}</sheetData>{TAIL}</worksheet>"
TAGS = (
    "worksheet",
    "cols",
    "col",
    "sheetData",
    "row",
    "c",
    "f",
    "v",
    "is",
    "t",
    "mergeCells",
    "mergeCell",
)
WAYS = (
    lambda tag, chance: tag.replace(" ", chance.choice(("\n", "  ", "\t", "\r\n")), 1),
    lambda tag, _: tag.replace(">", " >").replace("/ >", " />"),
    lambda tag, chance: tag.replace("<", f"<{chance.choice(('x', 'x14ac', 'y'))}:", 1),
    lambda tag, chance: re.sub(r"(/?>)$", rf" {chance.choice(ATTRIBUTES)}\1", tag),
    lambda tag, chance: re.sub(r'(\w+)="[^"]*"', rf'\1="{chance.choice(CONTENTS)}"', tag, count=1),
    lambda tag, _: re.sub(r'"([^"]*)"', r"'\1'", tag, count=1),
    lambda tag, chance: tag + chance.choice(("<x/>", "<x>", "</x>", "<extLst><ext><sheetData/></ext></extLst>", "<v>5</v>", '<c r="E3"/>')),
    lambda tag, _: tag + tag,
    lambda tag, chance: re.sub(r"(/?>)$", rf" {chance.choice(HIDING)}\1", tag),
    lambda _tag, _chance: "",
)  # fmt: skip
"""Ways to write a tag otherwise: white space, prefixes, attributes, quotes, nesting."""
ATTRIBUTES = ('xmlns="urn:x"', f'xmlns="{MAIN}"', 'x="1"', 't=""', 't="str"', 't="inlineStr"', 't="n"', 's="1"', 'r="B2"', 'x:r="B2"', 'xmlns:x="urn:x"', f'xmlns:x="{MAIN}"', 'spans="1:1"', 'a="&lt;"', 'a="&nbsp;"', 'a="<"')  # fmt: skip
HIDING = (
    'hidden="1"', "hidden='1'", 'hidden="true"', 'hidden="0"', 'hidden="false"', 'hidden=" 1"', 'hidden="on"', 'hidden="&#49;"', 'hidden\n=\n"1"', 'x:hidden="1"',
    'ht="0"', 'ht="0.5"', 'ht=".5"', 'ht="15.75"', 'ht="-1"', 'ht="1e-3"', "ht = '0'", 'width="0"', "width='.1'", 'width="9.1"', 'width=" 0"', 'min="3"', 'max="5"',
)  # fmt: skip
"""Attributes that hide a row or a column, and such that don't."""
DECLARATIONS = ("", "\ufeff", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n', "<?xml version='1.0' encoding='utf-8'?>", '<?xml version="1.1"?>', ' <?xml version="1.0"?>', "<!-- x -->", "<?x y?>", '<?xml version="1.0" encoding="UTF-16"?>', '<?xml version="1.0" encoding="us-ascii"?>', "\n", "x")  # fmt: skip
CONTENTS = (
    "&#66;2",
    "s&#10;",
    "\n1",
    "in&#108;ineStr",
    "",
    "1",
    "0",
    "B2",
    "b2",
    "$B$2",
    "A1:B2",
    "str",
    "s",
    "inlineStr",
    "d",
    "e",
    "b",
    "zz",
    " 1",
    "007",
    "\u0663",
    "\uffff",
    "&#1;",
    MAIN,
)


def moved(text: str, chance: random.Random) -> str:
    """The part with a whole element doubled, put elsewhere or into another element."""
    found = list(re.finditer(r"<(row|c|mergeCell|col)\b[^<>]*(?:/>|>.*?</\1>)", text, re.DOTALL))
    if not found:
        return text
    element, other = chance.choice(found), chance.choice(found)
    wrapped = chance.choice(("{}", "<x>{}</x>", "<extLst><ext>{}</ext></extLst>", "<c>{}</c>", '<row r="9">{}</row>', '<y:z xmlns:y="urn:y">{}</y:z>')).format(element[0])  # fmt: skip
    kept = text if chance.random() < 0.5 else text[: element.start()] + text[element.end() :]
    at = (
        kept.find(other[0])
        if chance.random() < 0.7
        else kept.find("</sheetData>") + chance.choice((0, 12))
    )
    return kept[:at] + wrapped + kept[at:] if at > 0 else kept


def perverse(text: str, chance: random.Random) -> str:
    """The part with some of its tags written otherwise, an element moved, or another beginning."""
    text = moved(text, chance) if chance.random() < 0.2 else text
    text = chance.choice(DECLARATIONS) + text if chance.random() < 0.2 else text
    for _ in range(chance.randint(1, 2)):
        tags = list(re.finditer(rf"</?{chance.choice(TAGS)}\b[^<>]*>", text))
        if tags:
            tag = chance.choice(tags)
            text = text[: tag.start()] + chance.choice(WAYS)(tag[0], chance) + text[tag.end() :]
    return text


def seen(read: Callable[[], Any]) -> Any:
    """What one way sees of a sheet, or why it refuses it."""
    try:
        found = read()
    except UnreadableError as problem:
        return problem.reason
    return found and (filled(cells(Grid(found.columns))), found.ordered, found.merged)


def hidden_by_tree(data: bytes) -> tuple[set[int], set[int]]:
    """The hidden rows and columns, by somebody else's parser."""
    root, rows, columns, row = ET.fromstring(data), set[int](), set[int](), 0  # noqa: S314 our own
    sheet = {f"{{{MAIN}}}{name}" for name in ("sheetData", "cols")} | {"sheetData", "cols"}
    for each in (each for group in root if group.tag in sheet for each in group):
        name = each.tag.rpartition("}")[2]
        if name == "row":
            row = int(each.get("r") or row + 1)
            rows |= {row} if is_hidden_row(each.attrib) else set()
        elif name == "col" and is_hidden_column(each.attrib):
            first = int(each.get("min", "1"))
            columns |= set(range(first, int(each.get("max", first)) + 1))
    return rows, columns


@pytest.mark.parametrize("count", [2000, pytest.param(12_000, marks=pytest.mark.slow)])
def test_scan_and_parser_agree_on_perverse_sheets(count: int) -> None:
    chance, book, ways = (
        random.Random(count),
        XlsxWorkbook(ZipPackage(packed(ROWS, head=HEAD))),
        Counter[str](),
    )
    for _ in range(count):
        data = perverse(WHOLE, chance).encode()
        scanned = seen(lambda data=data: xlsx_scan.scan(data, book._by_digits, book._by_token))
        ways["scan" if scanned else "parse"] += 1
        if scanned:
            assert scanned == seen(lambda data=data: xlsx_parse.parse_sheet(data, book.value)), data
    assert min(ways["scan"], ways["parse"]) > count // 10, ways


@pytest.mark.parametrize("count", [1500, pytest.param(8_000, marks=thorough)])
def test_whatever_way_a_sheet_is_read_its_formulas_and_what_is_hidden_are_known(count: int) -> None:
    chance, ways = random.Random(count), Counter[str]()
    for _ in range(count):
        data = perverse(WHOLE, chance).encode("utf-16" if chance.random() < 0.1 else "utf-8")
        book = XlsxWorkbook(ZipPackage(packed("", parts={SHEET: data})))
        try:
            grid = book.grid("S")
            parsed = xlsx_parse.parse_sheet(data, book.value)
            rows, columns = hidden_by_tree(data)
        except (UnreadableError, ValueError):
            continue
        known = (
            {row for row in grid.rows if grid.hidden.has_row(row)},
            {letter for letter in grid.letters if grid.hidden.has_column(letter)},
        )
        assert known == (
            rows & set(grid.rows),
            {letter for letter in grid.letters if index(letter) in columns},
        ), data
        assert book.has_formulas("S") == bool(parsed.formulas), data
        ways["wide" if data[1:2] == b"\xfe" else "narrow"] += 1
        ways["hidden" if any(known) else "shown"] += 1
        ways["formulas" if parsed.formulas else "none"] += 1
    assert (
        min(ways[way] for way in ("hidden", "shown", "formulas", "none", "wide")) >= count // 500
    ), ways


STRINGS = f'<sst xmlns="{MAIN}" count="3"><si><t>một</t></si><si><t xml:space="preserve"> hai </t></si><si><t>ba &amp; bốn</t></si></sst>'
WITHIN = (
    "<si><t>zz</t></si>",
    "<ext><si><t>zz</t></si></ext>",
    "<extLst><ext><si><t>zz</t></si></ext></extLst>",
    "<t>x</t>",
    "]]>",
    "\uffff",
)


RICH = '<si><r><rPr><strike/><sz val="9"/></rPr><t>3</t></r><r><t xml:space="preserve">4 &lt; </t></r></si>'


@pytest.mark.parametrize(
    "strings",
    [
        STRINGS,
        STRINGS.replace("<si><t>ba", f"{RICH}<si><t>ba") + "\n",
        STRINGS.replace("</sst>", f"{RICH} {RICH}</sst>"),
    ],
)
def test_both_ways_count_the_same_strings(strings: str) -> None:
    chance, ways = random.Random(4874), Counter[str]()
    for _ in range(3000):
        text = strings
        for _ in range(chance.randint(1, 2)):
            tag = chance.choice(
                list(re.finditer("</?(?:sst|si|t|r|rPr|strike|sz)(?: [^<>]*)?/?>", text)) or [None]
            )
            if tag:
                other = (
                    tag[0] + chance.choice(WITHIN)
                    if chance.random() < 0.5
                    else chance.choice(WAYS)(tag[0], chance)
                )
                text = text[: tag.start()] + other + text[tag.end() :]
        try:
            read = xlsx_strings.shared_strings(text.encode(), keep_runs=True)
        except UnreadableError:
            ways["refused"] += 1
            continue
        assert read == xlsx_parse.parse_strings(text.encode(), keep_runs=True), text
        ways["read"] += 1
    assert min(ways.values()) > 100, ways


@pytest.mark.parametrize(
    ("strings", "expected"),
    [
        (
            "<si><t>a</t><extLst><ext><si><t>zz</t></si></ext></extLst></si><si><t>b</t></si>",
            ["a", "b"],
        ),
        ("<si><t>a</t></si><ext><si><t>zz</t></si></ext><si><t>b</t></si>", ["a", "b"]),
    ],
)
def test_a_string_within_another_element_is_none(strings: str, expected: list[str]) -> None:
    assert xlsx_strings.shared_strings(f'<sst xmlns="{MAIN}">{strings}</sst>'.encode()) == expected


@pytest.mark.parametrize(
    "tail",
    [
        '<mergeCells>\n<mergeCell\nref="B2:C3"/></mergeCells>',
        f'<x:mergeCells xmlns:x="{MAIN}"><x:mergeCell ref="B2:C3"/></x:mergeCells>',
        "<mergeCells><mergeCell ref='b2:c3' /></mergeCells>",
    ],
)
def test_merges_are_seen_however_their_tags_are_written(tail: str) -> None:
    assert XlsxWorkbook(ZipPackage(packed(ROWS, head=HEAD, tail=tail))).grid("S").merged == (
        Area(2, 2, 3, 3),
    )


def test_merges_of_something_else_are_none() -> None:
    tail = '<extLst><ext><mergeCells><mergeCell ref="B2:C3"/></mergeCells></ext></extLst>'
    assert XlsxWorkbook(ZipPackage(packed(ROWS, head=HEAD, tail=tail))).grid("S").merged == ()


@pytest.mark.parametrize("value", ["<f>1</f><v>7</v>", "<f>1</f><v>7</v><is><t>8</t></is>"])
def test_a_text_in_a_cell_whose_value_stands_elsewhere_is_not_guessed(value: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        both_ways(packed(f'<row r="2"><c r="B2" t="inlineStr">{value}</c></row>'))
    assert caught.value.reason == "irregular"


def test_a_list_of_strings_that_is_named_but_absent_is_empty() -> None:
    data = packed('<row r="1"><c r="A1"><v>1</v></c></row>')
    without = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(without, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in ("xl/sharedStrings.xml", "xl/styles.xml"):
                new.writestr(name, old.read(name))
    assert both_ways(without.getvalue()) == ({"A1": 1.0}, "scan")


def test_whatever_the_scan_reads_the_parser_reads_too() -> None:
    chance, book = random.Random(4874), XlsxWorkbook(ZipPackage(packed(ROWS, head=HEAD)))
    ways = Counter[str]()
    for _ in range(6000):
        data = f"{HEAD}<sheetData>{mutated(ROWS, chance)}</sheetData></worksheet>".encode()
        try:
            scanned = xlsx_scan.scan(data, book._by_digits, book._by_token)
            found = (cells(Grid(scanned.columns)), scanned.ordered) if scanned else None
        except UnreadableError:
            ways["refused"] += 1
            continue
        ways["scan" if scanned else "parse"] += 1
        if found is not None:
            try:
                parsed = xlsx_parse.parse_sheet(data, book.value)
            except UnreadableError:
                pytest.fail(f"only the scan reads {data!r}")
            assert (filled(found[0]), found[1]) == (
                filled(cells(Grid(parsed.columns))),
                parsed.ordered,
            ), data
    assert min(ways[way] for way in ("scan", "parse", "refused")) > 20, ways


# --- sheets that are cut or have something behind them -------------------------------------------

TWO = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in (1, 2))
RIGHT = f'<worksheet xmlns="{MAIN}"><sheetData>{TWO}</sheetData></worksheet>'


@pytest.mark.parametrize(
    "sheet",
    [
        RIGHT.removesuffix("</worksheet>"),
        RIGHT.removesuffix("worksheet>"),
        RIGHT.removesuffix(">"),
        RIGHT + "x",
        RIGHT + RIGHT,
        RIGHT + "</worksheet>",
        RIGHT + "<row/>",
        RIGHT.replace("<v>2</v>", "<v>\x01</v>"),
    ],
)
def test_a_sheet_that_is_cut_or_has_something_behind_it_is_damaged(sheet: str) -> None:
    book = XlsxWorkbook(ZipPackage(packed("", parts={SHEET: sheet})))
    assert scanned_or_refused(sheet.encode(), book) is None
    with pytest.raises(UnreadableError) as caught:
        book.grid("S")
    assert caught.value.reason == "damaged"


def scanned_or_refused(data: bytes, book: XlsxWorkbook) -> xlsx_scan.Scanned | None:
    """Cells scanned from a sheet; None if left to the parser or refused."""
    try:
        return xlsx_scan.scan(data, book._by_digits, book._by_token)
    except UnreadableError:
        return None


@pytest.mark.parametrize("end", ["", "\n", " \r\n\t"])
def test_spaces_behind_a_sheet_are_no_matter(end: str) -> None:
    assert both_ways(packed("", parts={SHEET: RIGHT + end})) == ({"A1": 1.0, "A2": 2.0}, "scan")


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x0b", "\x1f"])
@pytest.mark.parametrize("index_of_cell", [0, 1])
def test_signs_that_no_xml_may_hold_make_shared_strings_damaged(
    sign: str, index_of_cell: int
) -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>một</t></si><si><t>ha{sign}i</t></si></sst>'
    data = packed(
        f'<row r="1"><c r="A1" t="s"><v>{index_of_cell}</v></c></row>',
        parts={"xl/sharedStrings.xml": strings},
    )
    with pytest.raises(UnreadableError) as caught:
        XlsxWorkbook(ZipPackage(data)).grid("S")
    assert caught.value.reason == "damaged"


def test_line_ends_and_tabs_in_shared_strings_are_text() -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>a\tb\r\nc_x0007_</t></si></sst>'
    data = packed(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', parts={"xl/sharedStrings.xml": strings}
    )
    assert both_ways(data)[0] == {"A1": "a\tb\nc\x07"}


@pytest.mark.parametrize(
    ("code", "is_day"),
    [
        ("[h]:mm", False),
        ("[hh]:mm:ss", False),
        ("[m]", False),
        ("[mm]:ss", False),
        ("[s]", False),
        ("[Red]dd/mm/yyyy", True),
        ("[$-42A]dd mmmm yyyy", True),
        ("mmm", True),
        ("h:mm", False),
        ("General", False),
        ("Standard", False),
        ('0 "ngày"', False),
    ],
)
def test_which_formats_show_a_day(code: str, *, is_day: bool) -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="170" formatCode="{code.replace(chr(34), "&quot;")}"/></numFmts>'
        '<cellXfs><xf numFmtId="170"/></cellXfs></styleSheet>'
    )
    data = packed(
        '<row r="1"><c r="A1" s="0"><v>45107</v></c></row>', parts={"xl/styles.xml": styles}
    )
    value = both_ways(data)[0]["A1"]
    assert value.isoformat() == "2023-06-30" if is_day else float(value) == 45107.0


# --- the list of sheets --------------------------------------------------------------------------

LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"


@pytest.mark.parametrize("names", [("S", "S"), ("Sheet", "SHEET"), ("Biểu", "BIỂU"), ("ß", "SS")])
def test_two_sheets_of_one_name_hold_the_file(names: tuple[str, ...]) -> None:
    book = packed("<row/>", parts={"xl/workbook.xml": book_xml(*names)})
    with pytest.raises(UnreadableError) as caught:
        XlsxWorkbook(ZipPackage(book)).names  # noqa: B018 the names are what is asked for
    assert caught.value.reason == "irregular"


def test_sheets_of_other_names_are_listed_in_order() -> None:
    names = ("S", "S ", "Biểu", "Bieu")
    assert (
        XlsxWorkbook(
            ZipPackage(packed("<row/>", parts={"xl/workbook.xml": book_xml(*names)}))
        ).names
        == names
    )


@pytest.mark.parametrize("links", ["", f'<Relationships xmlns="{LINKS}"/>'])
def test_a_workbook_without_the_list_of_its_parts_is_damaged(links: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        XlsxWorkbook(  # noqa: B018
            ZipPackage(packed(TWO, parts={"xl/_rels/workbook.xml.rels": links or "<x/>"}))
        ).names
    assert caught.value.reason == "damaged"


# --- packages ------------------------------------------------------------------------------------


def test_a_changed_part_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed('<row r="1"><c r="A1"><v>1</v></c></row>' * 1))
    data = bytearray(path.read_bytes())
    at = data.find(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml") + 8
    data[at] ^= 0xFF
    with pytest.raises(UnreadableError) as caught:
        XlsxWorkbook(ZipPackage(bytes(data))).grid("S")
    assert caught.value.reason == "damaged"


def test_a_missing_part_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed('<row r="1"><c r="A1"><v>1</v></c></row>'))
    patched(
        path, "xl/_rels/workbook.xml.rels", lambda data: data.replace(b"sheet1.xml", b"sheet7.xml")
    )
    with pytest.raises(UnreadableError) as caught:
        XlsxWorkbook(ZipPackage(path.read_bytes())).grid("S")
    assert caught.value.reason == "damaged"


def test_a_workbook_that_was_read_is_gone_at_once() -> None:
    """In a reference cycle, it would stay in the worker until garbage collection."""
    book = XlsxWorkbook(ZipPackage(packed(ROWS, head=HEAD)))
    assert book.grid("S").rows
    known = weakref.ref(book)
    del book
    assert known() is None
