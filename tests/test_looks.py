"""Fonts change what people see: struck out, raised or lowered, or a legacy encoding."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from pipeline.collect.formats.containers import ZipPackage
from pipeline.collect.formats.seen import RichText
from pipeline.collect.formats.xlsx import XlsxWorkbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRUCK, RAISED, LOWERED = (
    InlineFont(strike=True),
    InlineFont(vertAlign="superscript"),
    InlineFont(vertAlign="subscript"),
)
PLAIN, TCVN3 = InlineFont(rFont="Times New Roman"), InlineFont(rFont=".VnTime")


def workbook(
    *cells: object, fonts: dict[str, Font] | None = None, shared: bool = True
) -> XlsxWorkbook:
    """A workbook of one column, with its texts as shared strings or inline."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row, value in enumerate(cells, 1):
        book.active.cell(row, 1, value)
    for cell, font in (fonts or {}).items():
        book.active[cell].font = font
    book.save(file)
    data = file.getvalue()
    return XlsxWorkbook(ZipPackage(_shared(data) if shared else data))


def _shared(data: bytes) -> bytes:
    """The workbook with shared strings, as Excel keeps them; openpyxl writes inline ones."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    sheet, links = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
    texts = re.findall("<is>(.*?)</is>", parts[sheet])
    for number in range(len(texts)):
        parts[sheet] = re.sub(
            r't="inlineStr"><is>.*?</is>', f't="s"><v>{number}</v>', parts[sheet], count=1
        )
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{MAIN}">{"".join(f"<si>{text}</si>" for text in texts)}</sst>'
    )
    link = f'<Relationship Id="strings" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    parts[links] = parts[links].replace("</Relationships>", f"{link}</Relationships>")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def rich(*pieces: tuple[InlineFont, str] | str) -> CellRichText:
    return CellRichText(
        *(piece if isinstance(piece, str) else TextBlock(*piece) for piece in pieces)
    )


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(
    ("text", "seen", "plain", "marked"),
    [
        (rich((STRUCK, "3"), (PLAIN, "4")), "4", "4", True),
        (rich("12", (RAISED, "1")), "121", "12", True),
        (rich("12", (LOWERED, "(a)")), "12(a)", "12", True),
        (rich("5 m", (RAISED, "2")), "5 m2", "5 m2", False),
        (rich("5 km", (RAISED, "2")), "5 km2", "5 km2", False),
        (rich("Số vụ việc", (RAISED, "1")), "Số vụ việc1", "Số vụ việc", True),
        (rich((STRUCK, " "), (PLAIN, "4")), "4", "4", False),
        (rich("Mua thu", (TCVN3, "èc")), "Mua thuốc", "Mua thuốc", False),
        (rich((TCVN3, "§Êt "), (PLAIN, "đai")), "Đất đai", "Đất đai", False),
    ],
)
def test_what_is_seen_of_a_text_in_several_fonts(
    text: CellRichText, seen: str, plain: str, *, marked: bool, shared: bool
) -> None:
    value = workbook(text, shared=shared).grid("Sheet").value(1, "A")
    assert isinstance(value, RichText)
    assert (str(value), value.plain, value.is_marked) == (seen, plain, marked)
    assert value.full == str(text)


@pytest.mark.parametrize("shared", [True, False])
def test_fonts_that_say_nothing_make_plain_texts(*, shared: bool) -> None:
    off, base = InlineFont(strike=False, b=True), InlineFont(vertAlign="baseline")
    grid = workbook(
        rich((off, "3"), (base, "4")), rich("a", (InlineFont(i=True), "b")), shared=shared
    ).grid("Sheet")
    assert [type(value) for value in grid.columns["A"].values()] == [str, str]
    assert grid.columns["A"] == {1: "34", 2: "ab"}


@pytest.mark.parametrize("shared", [True, False])
def test_cells_that_are_struck_out_whole_are_told_by_their_place(*, shared: bool) -> None:
    struck, plain = Font(strike=True), Font(strike=False)
    both = rich((STRUCK, "3"), (STRUCK, "4"))
    grid = workbook(
        "a",
        5,
        both,
        "b",
        rich("c", (PLAIN, "d")),
        fonts={"A1": struck, "A2": struck, "A4": plain, "A5": struck},
        shared=shared,
    ).grid("Sheet")
    assert grid.struck == {(1, "A"), (2, "A"), (3, "A")}
    assert grid.columns["A"] == {
        1: "a",
        2: 5.0,
        3: grid.value(3, "A"),
        4: "b",
        5: grid.value(5, "A"),
    }
    assert (str(grid.value(3, "A")), str(grid.value(5, "A"))) == ("34", "d")


def test_a_run_without_a_font_looks_as_its_cell_does() -> None:
    grid = workbook(
        rich("thu", (PLAIN, "c")),
        "thuèc",
        fonts={"A1": Font(name=".VnTime"), "A2": Font(name=".VnTime")},
    ).grid("Sheet")
    assert str(grid.value(1, "A")) == "thuc"
    assert (
        str(
            workbook(rich("§Êt ", (PLAIN, "đai")), fonts={"A1": Font(name=".VnTime")})
            .grid("Sheet")
            .value(1, "A")
        )
        == "Đất đai"
    )


def test_a_workbook_without_such_fonts_is_scanned_without_looking_for_them() -> None:
    grid = workbook("a", 5, fonts={"A1": Font(b=True)}).grid("Sheet")
    assert grid.struck == frozenset()
