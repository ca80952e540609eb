"""Helpers for tests of marked copies: mark a workbook, tell which of its parts changed."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping

import openpyxl
import xlsxwriter
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.feedback.listing import ListHeading
from pipeline.feedback.marking import Marking
from pipeline.feedback.marks import LOOKS
from pipeline.feedback.workbook import marked_copy
from pipeline.model import Finding, Severity
from tests.books import opened

NAME = "CẦN SỬA"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def finding(
    *cells: str, sheet: str = "Sheet1", severity: Severity = Severity.ERROR, value: str = "x"
) -> Finding:
    words = {"title": "Số vụ việc", "value": value, "column": "Số vụ việc"}
    return Finding(
        "V01",
        severity,
        "required",
        words,
        sheet=sheet,
        cells=cells,
        column="Số vụ việc",
        value=value,
    )


def marking(*findings: Finding) -> Marking:
    return Marking(findings, ListHeading("CẦN SỬA: X", ["hướng dẫn"]), NAME)


def marked(whole: bytes, *findings: Finding) -> bytes:
    return marked_copy(whole, marking(*findings)).content


def raw_members(whole: bytes) -> dict[str, bytes]:
    """Return the compressed bytes of each member."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        for info in archive.infolist():
            name, extra = struct.unpack_from("<2H", whole, info.header_offset + 26)
            start = info.header_offset + 30 + name + extra
            found[info.filename] = whole[start : start + info.compress_size]
    return found


def changed(before: bytes, after: bytes) -> set[str]:
    old, new = raw_members(before), raw_members(after)
    assert old.keys() <= new.keys(), "no part is lost"
    return {name for name in old if old[name] != new[name]}


def load(whole: bytes) -> openpyxl.Workbook:
    return opened(whole)


def marks_on(sheet: Worksheet) -> dict[str, Severity]:
    """Return the marked cells of a sheet; assert that the rules of marks precede all others."""
    found: dict[str, Severity] = {}
    rules = [(rule, area) for area in sheet.conditional_formatting for rule in area.rules]
    colours = {fill: severity for severity, (fill, _) in LOOKS.items()}
    ours = [(rule, area) for rule, area in rules if f'"[{NAME}]"' in "".join(rule.formula)]
    for rule, area in ours:
        assert rule.priority < min(
            (other.priority for other, _ in rules if other.formula != rule.formula),
            default=rule.priority + 1,
        )
        cells = [cell for span in area.sqref.ranges for row in span.rows for cell in row]
        found |= {
            f"{get_column_letter(column)}{row}": colours[rule.dxf.fill.bgColor.rgb]
            for row, column in cells
        }
    return found


def by_openpyxl(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    book.active["A1"] = "Tiêu đề"
    book.active["B2"] = 5
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rich() -> bytes:
    """Make a workbook with controls, a picture, a table, notes, dropdowns (x14), sparklines."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet, other = book.add_worksheet("Sheet1"), book.add_worksheet("Danh sách")
    sheet.write("A1", "Tiêu đề")
    sheet.write_formula("B2", "=1+1", None, 2)
    sheet.write_number("C9", 7)
    sheet.write_comment("B2", "ghi chú của người khác")
    sheet.insert_button("E5", {"caption": "Nút"})
    sheet.insert_image("G1", "p.png", {"image_data": io.BytesIO(PIXEL)})
    sheet.add_table("A20:B22", {"columns": [{"header": "A"}, {"header": "B"}]})
    sheet.data_validation("C9:C12", {"validate": "list", "source": "='Danh sách'!$A$1:$A$3"})
    sheet.add_sparkline("H1", {"range": "Sheet1!A1:C1"})
    sheet.conditional_format("C9:C12", {"type": "data_bar", "data_bar_2010": True})
    sheet.write_url("A2", "https://example.org")
    sheet.print_area("A1:H30")
    other.write_column("A1", ["x", "y", "z"])
    other.activate()
    book.define_name("'Danh sách'!rieng", "='Danh sách'!$A$1")
    book.close()
    return buffer.getvalue()


def parts_of(whole: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
