"""Fonts, struck-out text and number formats look the same in .xlsx, .xls, .ods and .xlsb."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font as CellFont

from pipeline.collect.formats.cells import Grid, OldText, UnreadableError, Value, shown
from pipeline.collect.formats.opening import open_workbook
from pipeline.collect.formats.seen import RichText, SeenNumber
from tests import binaries
from tests.hostile import ods, rezipped
from tests.office import convert, needs_office
from tests.opendocument import content
from tests.single import GOOD, SHEET, book_of, brief, strike, taken
from tests.workbooks import saved

STRUCK, RAISED, TCVN3, PLAIN = "struck", "raised", "tcvn3", "plain"
Runs = tuple[tuple[str, str], ...]
"""Pieces of a text, each in a font; blank: as the cell."""
CELLS: tuple[tuple[str | float | Runs, str, str], ...] = (
    (((STRUCK, "3"), (PLAIN, "4")), "", ""),
    ((("", "12"), (RAISED, "1")), "", ""),
    ((("", "5 m"), (RAISED, "2")), "", ""),
    ((("", "Mua thu"), (TCVN3, "èc")), "", ""),
    ((("", "😀 a"), (STRUCK, "bỏ"), (PLAIN, "c")), "", ""),
    ((("", "3"), (PLAIN, "4")), STRUCK, ""),
    (((STRUCK, "34"), (STRUCK, "5")), "", ""),
    (5.0, STRUCK, ""),
    ("a", STRUCK, ""),
    ("Tõ", TCVN3, ""),
    (150_500_000.0, "", "#,##0.0,,"),
    (0.5, "", "0%"),
    (5.0, "", ";;;"),
    (7.0, "", "000"),
    (5.0, "", '0" vụ"'),
    (5.0, "", '"không"'),
    (44905.0, "", "m/d/yyyy"),
    (44905.0, "", "dd/mm/yyyy"),
    (5.0, "", "0"),
    ("chữ", "", ""),
)
"""Values with the font and the number format of their cells."""
SEEN = (
    "4 of 34 marked", "121 of 121 marked", "5 m2 of 5 m2", "Mua thuốc of Mua thuèc", "😀 ac of 😀 abỏc marked", "4 of 34 marked", "345 struck",
    "5 struck", "a struck", "Tõ old", "seen 150500000 differs", "seen 0.5 differs", "seen 5 differs", "seen 7", "seen 5", "seen 5 differs", "12/10/2022", "10/12/2022",
    "5", "chữ",
)  # fmt: skip


def looks(grid: Grid) -> tuple[str, ...]:
    """What is seen of the cells of the first column."""
    return tuple(
        _look(grid.value(row, "A")) + " struck" * ((row, "A") in grid.struck)
        for row in range(1, len(CELLS) + 1)
    )


def _look(value: Value) -> str:
    if isinstance(value, RichText):
        return (
            str(value)
            if value.is_struck
            else f"{value} of {value.full}{' marked' * value.is_marked}"
        )
    if isinstance(value, SeenNumber):
        return f"seen {shown(float(value))}{' differs' * value.differs}"
    return shown(value) + " old" * isinstance(value, OldText)


def by_openpyxl() -> bytes:
    fonts = {
        STRUCK: {"strike": True},
        RAISED: {"vertAlign": "superscript"},
        TCVN3: {"rFont": ".VnTime"},
        PLAIN: {"rFont": "Arial"},
    }
    book = openpyxl.Workbook()
    for row, (value, font, code) in enumerate(CELLS, 1):
        cell = book.active.cell(row, 1)
        cell.value = CellRichText(*(TextBlock(InlineFont(**fonts[look]), text) if look else text for look, text in value)) if isinstance(value, tuple) else value  # fmt: skip
        cell.font = CellFont(strike=font == STRUCK, name=".VnTime" if font == TCVN3 else "Arial")
        cell.number_format = code or "General"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_xlwt() -> bytes:
    def font(look: str) -> xlwt.Font:
        made = xlwt.Font()
        made.struck_out, made.escapement, made.name = (
            look == STRUCK,
            int(look == RAISED),
            ".VnTime" if look == TCVN3 else "Arial",
        )
        return made

    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row, (value, look, code) in enumerate(CELLS):
        style = xlwt.XFStyle()
        style.font, style.num_format_str = font(look), code or "General"
        if isinstance(value, tuple):
            sheet.write_rich_text(
                row, 0, [(text, font(each)) if each else text for each, text in value], style
            )
        else:
            sheet.write(row, 0, value, style)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_records(*, in_cells: bool) -> bytes:
    kinds = ["", STRUCK, RAISED, TCVN3, PLAIN]
    fonts = [
        binaries.Font(
            ".VnTime" if kind == TCVN3 else "Arial", 8 * (kind == STRUCK), int(kind == RAISED)
        )
        for kind in kinds
    ]
    codes = sorted({code for _, _, code in CELLS} - {"", "0%"})
    numbers = {"": 0, "0%": 9, **{code: 164 + at for at, code in enumerate(codes)}}
    styles = sorted({(numbers[code], kinds.index(look)) for _, look, code in CELLS})
    cells = [
        (_in_units(value, kinds), styles.index((numbers[code], kinds.index(look))))
        for value, look, code in CELLS
    ]
    return binaries.styled(cells, fonts, codes, styles, in_cells=in_cells)


def _in_units(value: str | float | Runs, kinds: list[str]) -> float | str | binaries.Rich:
    if not isinstance(value, tuple):
        return value
    runs, at = [], 0
    for look, text in value:
        runs += [(at, kinds.index(look))] if look else []
        at += len(text.encode("utf-16-le")) // 2
    return "".join(text for _, text in value), tuple(runs)


@pytest.mark.parametrize(
    "write",
    [by_openpyxl, by_xlwt, lambda: by_records(in_cells=False), lambda: by_records(in_cells=True)],
    ids=["xlsx", "xls", "xlsb", "xlsb with texts in cells"],
)
def test_every_format_shows_the_same(write: Callable[[], bytes]) -> None:
    book = open_workbook(write())
    assert looks(book.grid(book.names[0])) == SEEN


@needs_office
@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("form", ["xls", "ods"])
def test_what_libreoffice_saves_shows_the_same(form: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(by_openpyxl())
    book = open_workbook(convert(tmp_path / "a.xlsx", form, tmp_path / form).read_bytes())
    assert looks(book.grid(book.names[0])) == SEEN


def test_a_workbook_of_plain_cells_is_not_opened_again_for_its_styles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[dict[str, Any]] = []
    import xlrd

    original = xlrd.open_workbook
    monkeypatch.setattr(
        xlrd, "open_workbook", lambda **options: opened.append(options) or original(**options)
    )
    book = xlwt.Workbook()
    book.add_sheet("S").write(0, 0, "a")
    file = io.BytesIO()
    book.save(file)
    assert open_workbook(file.getvalue()).grid("S").value(1, "A") == "a"
    open_workbook(by_xlwt())
    assert [each["formatting_info"] for each in opened] == [False, False, True]


# --- OpenDocument, as other programs may write it ------------------------------------------------


def opened(styles: str, body: str, named: str = "") -> Grid:
    """A sheet under styles of its own, and some with names in the part of styles."""
    data = ods(
        content(f'<table:table table:name="S">{body}</table:table>')
        .replace("<office:body>", f"{styles}<office:body>")
        .encode()
    )
    return open_workbook(
        rezipped(data, {"styles.xml": content(named).encode()}) if named else data
    ).grid("S")


def style(name: str, family: str, properties: str, more: str = "") -> str:
    space = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    return f'<style:style {space} style:name="{name}" style:family="{family}" {more}><style:text-properties {properties}/></style:style>'


STRIKE, NOT = 'style:text-line-through-style="solid"', 'style:text-line-through-type="none"'
TEXT = '<table:table-cell {} office:value-type="string"><text:p>{}</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("styles", "row", "seen"),
    [
        (style("c", "table-cell", STRIKE), TEXT.format('table:style-name="c"', "a"), "a struck"),
        (style("p", "table-cell", STRIKE) + style("c", "table-cell", "", 'style:parent-style-name="p"'), TEXT.format('table:style-name="c"', "a"), "a struck"),
        (style("p", "table-cell", STRIKE) + style("c", "table-cell", NOT, 'style:parent-style-name="p"'), TEXT.format('table:style-name="c"', "a"), "a"),
        (style("c", "table-cell", STRIKE, 'style:parent-style-name="c"'), TEXT.format('table:style-name="c"', "a"), "a struck"),
        (style("t", "text", STRIKE), TEXT.format("", 'a<text:span text:style-name="t"> b <text:s/></text:span>c'), "ac of a b  c marked"),
        (style("t", "text", STRIKE) + style("u", "text", NOT), TEXT.format("", '<text:span text:style-name="t">a<text:span text:style-name="u">b</text:span></text:span>'), "b of ab marked"),
        (style("p", "paragraph", STRIKE), TEXT.format("", 'a</text:p><text:p text:style-name="p">b'), "a\n of a\nb marked"),
        (style("t", "text", 'style:text-position="super 58%"'), TEXT.format("", '12<text:span text:style-name="t">1</text:span>'), "121 of 121 marked"),
        (style("t", "text", 'style:text-position="0% 100%"') + style("x", "text", STRIKE), TEXT.format("", '12<text:span text:style-name="t">1</text:span>'), "121"),
        (style("c", "table-cell", "fo:font-family=\"'.VnTime'\""), TEXT.format('table:style-name="c"', "Tõ"), "Tõ old"),
    ],
)  # fmt: skip
def test_styles_of_opendocument(styles: str, row: str, seen: str) -> None:
    for own, named in ((styles, ""), (style("x", "table-cell", STRIKE), styles)):
        grid = opened(own, f"<table:table-row>{row}</table:table-row>", named)
        assert _look(grid.value(1, "A")) + " struck" * ((1, "A") in grid.struck) == seen


def test_a_cell_without_a_style_has_that_of_its_row_or_column() -> None:
    column = '<table:table-column/><table:table-column table:number-columns-repeated="2" table:default-cell-style-name="c"/>'
    plain, own = TEXT.format("", "a"), TEXT.format('table:style-name="d"', "a")
    rows = f'<table:table-row>{plain * 4}</table:table-row><table:table-row>{own * 3}</table:table-row><table:table-row table:number-rows-repeated="2" table:default-cell-style-name="c">{plain}</table:table-row>'
    grid = opened(style("c", "table-cell", STRIKE) + style("d", "table-cell", NOT), column + rows)
    assert grid.struck == {(1, "B"), (1, "C"), (3, "A"), (4, "A")}


NUMBER = '<table:table-cell office:value-type="float" office:value="{}">{}</table:table-cell>'


@pytest.mark.parametrize(
    ("value", "shown_as", "seen"),
    [
        ("5", "<text:p>5</text:p>", "5"),
        ("5", "", "5"),
        ("5", "<text:p/>", "seen 5 differs"),
        ("0", "<text:p/>", "0"),
        ("5", "<text:p>###</text:p>", "5"),
        ("5", "<text:p>không</text:p>", "seen 5 differs"),
        ("0", "<text:p>-</text:p>", "0"),
        ("0", "<text:p>không</text:p>", "seen 0"),
        ("912345678", "<text:p>0912-345-678</text:p>", "seen 912345678 differs"),
        ("12.5", "<text:p>12 1/2</text:p>", "12.5"),
        ("1000000", "<text:p>1.00E+06</text:p>", "1000000"),
        ("7", "<text:p>007</text:p>", "seen 7"),
        ("0.5", "<text:p>0,5</text:p>", "0.5"),
        ("-5", "<text:p>(5)</text:p>", "-5"),
    ],
)
def test_what_a_number_of_opendocument_shows(value: str, shown_as: str, seen: str) -> None:
    grid = opened("", f"<table:table-row>{NUMBER.format(value, shown_as)}</table:table-row>")
    assert _look(grid.value(1, "A")) == seen


DAY, MONTH, WORD, YEAR = (
    f"<number:{part}/>" for part in ("day", "month", 'month number:textual="true"', "year")
)


@pytest.mark.parametrize(
    ("order", "more", "parts"),
    [
        (f"{MONTH}<number:text>/</number:text>{DAY}{YEAR}", "", "mdy"),
        (f'<number:month number:style="long"/>{DAY}{YEAR}', "", "mdy"),
        (f"{DAY}<number:text>/</number:text>{MONTH}{YEAR}", "", ""),
        (f"{WORD}<number:text> </number:text>{DAY}{YEAR}", "", ""),
        (f"{MONTH}<number:text>/</number:text>{DAY}{YEAR}", 'number:automatic-order="true"', ""),
        (f"{DAY}<number:text>-</number:text>{WORD}", 'number:automatic-order="true"', "dM"),
        (f"{MONTH}<number:text>/</number:text>{YEAR}", "", "my"),
    ],
)
def test_days_of_opendocument_as_they_are_seen(order: str, more: str, parts: str) -> None:
    space = 'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    styles = (
        f'<number:date-style {space} style:name="N1" {more}>{order}</number:date-style>'
        + style("c", "table-cell", "", 'style:data-style-name="N1"')
    )
    cell = '<table:table-cell table:style-name="c" office:value-type="date" office:date-value="2022-12-10"/>'
    for written in (styles, styles.replace('"', "'")):
        value = opened(written, f"<table:table-row>{cell}</table:table-row>").value(1, "A")
        assert value.parts == parts if parts else type(value) is dt.date


# --- rows and columns without height or width ----------------------------------------------------


@pytest.mark.parametrize(
    ("size", "is_hidden"),
    [
        ("0in", True),
        ("0.01cm", True),
        ("0.5pt", True),
        ("0.2083in", False),
        ("", False),
        ("x", False),
    ],
)
def test_rows_and_columns_of_opendocument_without_size_are_hidden(
    size: str, *, is_hidden: bool
) -> None:
    space = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    styles = "".join(
        f'<style:style {space} style:name="{name}" style:family="table-{what}"><style:table-{what}-properties style:{attribute}="{size}"/></style:style>'
        for name, what, attribute in (("ro", "row", "row-height"), ("co", "column", "column-width"))
    )
    row = TEXT.format("", "a") * 2
    grid = opened(styles, f'<table:table-column/><table:table-column table:style-name="co"/><table:table-row>{row}</table:table-row><table:table-row table:style-name="ro">{row}</table:table-row>')  # fmt: skip
    assert (grid.hidden.rows, grid.hidden.columns) == (
        (((2, 2),), ((2, 2),)) if is_hidden else ((), ())
    )


def test_rows_and_columns_of_xls_without_size_are_hidden() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row, height in enumerate((300, 10, 0, 300), 0):
        sheet.write(row, 0, 1)
        sheet.row(row).height_mismatch, sheet.row(row).height = bool(height), height or 255
    sheet.row(2).hidden = True
    for column, width in enumerate((3000, 50, 0, 3000)):
        sheet.col(column).width = width
    sheet.col(3).hidden = True
    file = io.BytesIO()
    book.save(file)
    hidden = open_workbook(file.getvalue()).grid("S").hidden
    assert (hidden.rows, hidden.columns) == (((2, 3),), ((2, 4),))


@pytest.mark.parametrize(
    ("height", "flags", "is_hidden"),
    [(300, 0, False), (10, 0, True), (0, 0, False), (300, 0x10, True)],
)
def test_rows_of_xlsb_without_size_are_hidden(height: int, flags: int, *, is_hidden: bool) -> None:
    data = by_records(in_cells=False)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheet = package.read("xl/worksheets/sheet1.bin")
    head = struct.pack("<IIHBB", 3, 0, 300, 0, 0)
    assert sheet.count(head) == 1
    changed = sheet.replace(head, struct.pack("<IIHBB", 3, 0, height, 0, flags))
    book = open_workbook(rezipped(data, {"xl/worksheets/sheet1.bin": changed}))
    assert book.grid(book.names[0]).hidden.rows == (((4, 4),) if is_hidden else ())


# --- whole returns -------------------------------------------------------------------------------


@needs_office
@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_what_is_told_of_a_return_is_the_same_in_every_format(form: str, tmp_path: Path) -> None:
    book = book_of(*({**GOOD, "period": f"Năm {year}"} for year in (2020, 2021, 2022)))
    strike(book, "A10:N10")
    strike(book, "I9:I9")
    sheet = book[SHEET]
    sheet["I11"].value = CellRichText(
        TextBlock(InlineFont(strike=True), "3"), TextBlock(InlineFont(rFont="Arial"), "2")
    )
    sheet["N9"].value = CellRichText(
        "Có ",
        TextBlock(InlineFont(strike=True), "bỏ"),
        TextBlock(InlineFont(rFont="Arial"), " hồ sơ"),
    )
    sheet["J11"].number_format = '0" vụ"'
    sheet.row_dimensions[11].hidden = True
    source = saved(book, tmp_path / "a.xlsx")
    found = taken(source if form == "xlsx" else convert(source, form, tmp_path / form))
    assert brief(found.findings) == [
        ("S11", "N", "stray.hidden_rows", ("A11",)),
        ("S11", "W", "stray.struck", ("A10",)),
        ("S11", "W", "stray.struck_cells", ("I9",)),
    ]
    table = found.tables["manifestations"]
    assert [int(table.states[key][2]) for key in ("cases", "persons")] == [26, 25]
    assert (table.values["note"][0], table.found[0, "note"]) == ("Có  hồ sơ", "Có bỏ hồ sơ")


# --- cut short -----------------------------------------------------------------------------------


def test_a_binary_workbook_that_is_cut_short_is_damaged_wherever_it_is_cut() -> None:
    data = by_records(in_cells=False)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name.endswith(".bin")}
    cuts = [data[:size] for size in range(8, len(data), 97)]
    cuts += [
        rezipped(data, {name: part[:size]})
        for name, part in parts.items()
        for size in range(0, len(part) - 8, 13)
    ]
    assert {refusal(each) for each in cuts} == {"damaged"}


def test_a_list_that_says_to_be_longer_than_it_is_makes_a_binary_workbook_damaged() -> None:
    data = by_records(in_cells=False)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        strings = package.read("xl/sharedStrings.bin")
    at = strings.index(struct.pack("<I", 2) + "34".encode("utf-16-le"))
    assert (
        refusal(
            rezipped(
                data,
                {"xl/sharedStrings.bin": strings[:at] + b"\xff\xff\xff\x7f" + strings[at + 4 :]},
            )
        )
        == "damaged"
    )


def refusal(data: bytes) -> str:
    """Why a workbook isn't read; blank where it is."""
    try:
        book = open_workbook(data)
        for name in book.names:
            book.grid(name)
    except UnreadableError as problem:
        return problem.reason
    return ""
