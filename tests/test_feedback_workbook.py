"""Marked copies: untouched parts stay byte for byte; marks come off without a trace."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.table import Table

from pipeline.feedback.reply import Case, Correspondent
from pipeline.feedback.workbook import list_alone
from pipeline.model import Severity, Verdict
from pipeline.office.xmltree import UnpreservableError
from tests.books import issued, round_of
from tests.marking import (
    NAME,
    by_openpyxl,
    changed,
    finding,
    load,
    marked,
    marking,
    marks_on,
    packed,
    parts_of,
    rich,
)


def nothing(_: openpyxl.Workbook) -> None:
    """Add nothing."""


def test_only_the_parts_that_must_change_do() -> None:
    whole = rich()
    after = marked(whole, finding("B2", "C9", "C30", "E40"))
    allowed = {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
    }
    sheet = {"xl/worksheets/sheet1.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"}
    chosen = {"xl/worksheets/sheet2.xml"}
    assert changed(whole, after) <= allowed | sheet | chosen


def test_notes_pictures_tables_controls_and_dropdowns_stay() -> None:
    whole = rich()
    after = marked(whole, finding("B2", "C9", "C30"))
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        page, drawing = (
            archive.read(name).decode()
            for name in ("xl/worksheets/sheet1.xml", "xl/drawings/vmlDrawing1.vml")
        )
        before = zipfile.ZipFile(io.BytesIO(whole)).read("xl/worksheets/sheet1.xml").decode()
    tail = before[before.index("<conditionalFormatting") : before.index("<pageMargins")].split(
        "<hyperlinks"
    )[0]
    assert tail.replace('priority="1"', 'priority="2"') in page
    assert before[before.rindex("<extLst") :] in page
    assert "<v>2</v>" in page
    assert drawing.count('ObjectType="Button"') == 1
    assert drawing.count('ObjectType="Note"') == 3
    sheet = load(after)["Sheet1"]
    assert sheet["B2"].comment.text.startswith("ghi chú của người khác")
    assert "[CẦN SỬA]" in sheet["B2"].comment.text
    assert list(sheet.tables) == ["Table1"]
    assert "<drawing r:id=" in page
    assert "xl/media/image1.png" not in changed(whole, after)
    assert sheet.data_validations.dataValidation[0].formula1 == "'Danh sách'!$A$1:$A$3"


def test_names_of_sheets_move_with_them() -> None:
    book = load(marked(rich(), finding("C9")))
    assert book.sheetnames == [NAME, "Sheet1", "Danh sách"]
    assert book["Sheet1"].print_area == "'Sheet1'!$A$1:$H$30"
    assert list(book["Danh sách"].defined_names) == ["rieng"]
    assert book.active.title == NAME
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [NAME]


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.WARNING])
def test_a_marked_cell_keeps_its_style(severity: Severity) -> None:
    def style(book: openpyxl.Workbook) -> None:
        book.active["B2"].number_format = "#,##0.00"
        book.active["B2"].fill = PatternFill("solid", "FF123456")

    whole = by_openpyxl(style)
    once = marked(whole, finding("B2", severity=severity))
    for after, marks in (
        (once, {"B2": severity}),
        (marked(once, finding("A1")), {"A1": Severity.ERROR}),
    ):
        sheet = load(after)["Sheet1"]
        assert marks_on(sheet) == marks
        assert (sheet["B2"].value, sheet["B2"].number_format, sheet["B2"].fill.fgColor.rgb) == (
            5,
            "#,##0.00",
            "FF123456",
        )


@pytest.mark.parametrize(
    ("second", "before"), [("FF123456", "FF123456"), ("FFFFB3B0", None), ("FFFFB3B1", None)]
)
def test_fills_that_were_marks_until_0_5_come_off(second: str, before: str | None) -> None:
    """LibreOffice writes the first colour as the second too, one bit off."""

    def style(book: openpyxl.Workbook) -> None:
        book.active["B2"].fill = PatternFill("solid", "FFFFB3B1", second)
        book.active["B3"].fill = PatternFill("solid", "FFFFC7CE", "FFFFB3B1")

    sheet = load(marked(by_openpyxl(style), finding("A1")))["Sheet1"]
    assert (sheet["B2"].fill.fgColor.rgb if sheet["B2"].fill.fill_type else None) == before
    assert sheet["B3"].fill.fgColor.rgb == "FFFFC7CE"


def test_marks_lie_over_the_forms_own_colours_and_move_with_their_cells() -> None:
    def coloured(book: openpyxl.Workbook) -> None:
        for address in ("B1:B9", "A1:C3"):
            book.active.conditional_formatting.add(
                address, FormulaRule(["TRUE"], fill=PatternFill(bgColor="FFFFF9DB"))
            )

    once = load(
        marked(by_openpyxl(coloured), finding("B2", "B3"), finding("C1", severity=Severity.WARNING))
    )
    sheet = once["Sheet1"]
    assert marks_on(sheet) == {"B2": Severity.ERROR, "B3": Severity.ERROR, "C1": Severity.WARNING}
    (area,) = (each for each in sheet.conditional_formatting if str(each.sqref) == "B2:B3")
    sheet.conditional_formatting.add("D7", area.rules[0])
    buffer = io.BytesIO()
    once.save(buffer)
    clean = load(marked(buffer.getvalue(), finding("A1")))["Sheet1"]
    assert list(marks_on(clean)) == ["A1"]
    assert sum(len(each.rules) for each in clean.conditional_formatting) == 3


def test_errors_win_over_warnings_and_notes_mark_nothing() -> None:
    listed = (
        finding("B2"),
        finding("B2", severity=Severity.WARNING),
        finding("A1", severity=Severity.NOTE),
    )
    sheet = load(marked(by_openpyxl(nothing), *listed))["Sheet1"]
    assert marks_on(sheet) == {"B2": Severity.ERROR}
    assert sheet["B2"].comment.text.count("V01") == 2
    assert sheet["A1"].comment is None


def test_cells_that_the_sheet_lacks_are_marked_too() -> None:
    wanted = {"A2", "C2", "A1", "D1", "B7", "AA3"}
    sheet = load(marked(by_openpyxl(nothing), finding(*wanted)))["Sheet1"]
    assert (
        {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
        == wanted
        == set(marks_on(sheet))
    )
    assert (sheet["A1"].value, sheet["B2"].value) == ("Tiêu đề", 5)


def test_a_cell_inside_a_merged_range_is_marked_where_it_shows() -> None:
    sheet = load(marked(by_openpyxl(lambda book: book.active.merge_cells("B2:C3")), finding("C3")))[
        "Sheet1"
    ]
    assert sheet["B2"].comment is not None


def test_marks_come_off_and_what_is_of_others_stays() -> None:
    def note(book: openpyxl.Workbook) -> None:
        book.active["B2"].comment = Comment("của cơ quan", "clerk")
        book.active.add_table(Table(displayName="T", ref="D1:E2"))
        book.active["D1"], book.active["E1"] = "a", "b"

    once = marked(by_openpyxl(note), finding("B2", "C5"))
    twice = marked(once, finding("C6"))
    book = load(twice)
    assert book.sheetnames == [NAME, "Sheet1"]
    sheet = book["Sheet1"]
    assert sheet["B2"].comment.text == "của cơ quan"
    assert sheet["C5"].comment is None
    assert sheet["C6"].comment.text.startswith("[CẦN SỬA]")
    assert list(marks_on(sheet)) == ["C6"]
    assert list(sheet.tables) == ["T"]


def test_the_list_links_to_cells_and_the_sheets_title_links_back() -> None:
    book = load(marked(by_openpyxl(nothing), finding("B2", "B3"), finding(sheet="Sheet1")))
    links = {cell.ref: cell.location for cell in book[NAME]._hyperlinks} or {
        cell.coordinate: cell.hyperlink.location
        for row in book[NAME].iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert set(links.values()) == {"'Sheet1'!B2", "'Sheet1'!A1"}
    assert book["Sheet1"]["A1"].hyperlink.location == f"'{NAME}'!A1"


def test_the_heading_of_the_list_stands_on_every_printed_page_and_other_sheets_keep_theirs() -> (
    None
):
    def titled(book: openpyxl.Workbook) -> None:
        book.active.print_title_rows = "1:2"

    once = marked(by_openpyxl(titled), finding("B2"))
    for whole in (once, marked(once, finding("B3")), list_alone(marking(finding("B2")))):
        book = load(whole)
        top = int(book[NAME].print_title_rows.split(":")[0].strip("$"))
        assert book[NAME].print_title_rows == f"${top}:${top}"
        assert [cell.value for cell in book[NAME][top]][1:3] == ["Loại", "Mã"]
        if "Sheet1" in book.sheetnames:
            assert book["Sheet1"].print_title_rows == "$1:$2"


def test_the_list_fits_a_usual_screen_and_its_rows_grow_with_what_is_typed() -> None:
    whole = list_alone(marking(finding("B2")))
    page = load(whole)[NAME]
    wide = [each.width * 7 + 5 for each in page.column_dimensions.values() if not each.hidden]
    assert sum(wide) <= 1366 - 60, "the program's own bars need some of 1,366 pixels"
    rows = re.findall(rb"<row [^>]*>", parts_of(whole)["xl/worksheets/sheet1.xml"])
    assert [b"customHeight" in row for row in (rows[0], rows[-1])] == [True, False]
    assert page.oddFooter.center.text == "Trang &P/&N"


def test_the_same_findings_give_the_same_bytes() -> None:
    whole = by_openpyxl(nothing)
    assert marked(whole, finding("B2")) == marked(whole, finding("B2"))
    again = marked(marked(whole, finding("B2")), finding("B2"))
    assert len(load(again).sheetnames) == 2


@pytest.mark.parametrize(
    "whole", [b"", b"PK\x03\x04abc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)]
)
def test_what_is_no_packed_workbook_is_not_marked(whole: bytes) -> None:
    with pytest.raises(UnpreservableError):
        marked(whole, finding("B2"))


def test_the_list_alone_is_a_workbook() -> None:
    book = load(list_alone(marking(finding("B2", value="=1+1<&>"))))
    assert book.sheetnames == [NAME]
    values = [cell.value for row in book[NAME].iter_rows() for cell in row]
    assert "=1+1<&>" in values
    assert "B2" in values


def prefixed(whole: bytes, part: str, root: str) -> bytes:
    """The workbook with the elements of one part written with a prefix, as some programs do."""
    parts = parts_of(whole)
    text = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", parts[part].decode())
    return packed(
        {**parts, part: text.replace(f"<x:{root} xmlns=", f"<x:{root} xmlns:x=").encode()}
    )


@pytest.mark.parametrize(
    ("part", "root"), [("xl/worksheets/sheet1.xml", "worksheet"), ("xl/styles.xml", "styleSheet")]
)
def test_names_with_a_prefix(part: str, root: str) -> None:
    sheet = load(marked(prefixed(by_openpyxl(nothing), part, root), finding("B2", "D9")))["Sheet1"]
    assert set(marks_on(sheet)) == {"B2", "D9"}
    assert (sheet["B2"].value, sheet["D9"].comment is not None) == (5, True)


def altered(whole: bytes, part: str, *swaps: tuple[str, str]) -> bytes:
    """The workbook with pieces of one part replaced, each of which stands there."""
    parts = parts_of(whole)
    text = parts[part].decode()
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    return packed({**parts, part: text.encode()})


@pytest.mark.parametrize(
    "swaps",
    [
        [
            (
                "<sheetData>",
                '<!-- <sheetData><row r="9"><c r="B9"/></row></sheetData> --><sheetData>',
            )
        ],
        [
            ('<c r="B2"', '<!--<c r="B2" s="9"><v>6</v></c>--><c r="B2"'),
            ("</sheetData>", "<?note <row?></sheetData>"),
        ],
        [
            (
                "</worksheet>",
                '<extLst><ext uri="{A}"><a xmlns="urn:a"><![CDATA[</worksheet><mergeCell ref="B2:B9"/>]]></a></ext></extLst></worksheet>',
            )
        ],
        [('<c r="B2"', "<c\n r='B2'"), ('<row r="2"', "<row spans='1:2' r='2'")],
        [("<worksheet", "<worksheet xmlns:zz='urn:z' zz:b='a>b'")],
    ],
)
def test_comments_cdata_quotes_and_order_mislead_nobody(swaps: list[tuple[str, str]]) -> None:
    whole = altered(by_openpyxl(nothing), "xl/worksheets/sheet1.xml", *swaps)
    sheet = load(marked(whole, finding("B2", "D9")))["Sheet1"]
    assert (sheet["B2"].value, sheet["A1"].value) == (5, "Tiêu đề")
    assert set(marks_on(sheet)) == {"B2", "D9"}
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {
        "B2",
        "D9",
    }
    clean = load(marked(marked(whole, finding("B2", "D9")), finding("A1")))["Sheet1"]
    assert list(marks_on(clean)) == ["A1"]


def test_prefixes_that_other_attributes_name_stay_declared() -> None:
    page = "xl/worksheets/sheet1.xml"
    names = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:x14ac="urn:x14ac" xmlns:xr="urn:xr" mc:Ignorable="x14ac xr"'
    whole = altered(by_openpyxl(nothing), page, ("<worksheet ", f"<worksheet {names} "))
    top = parts_of(marked(whole, finding("C9")))[page].decode().split("<sheetData")[0]
    assert all(name in top for name in names.split(' mc:Ignorable="', maxsplit=1)[0].split())
    assert 'mc:Ignorable="x14ac xr"' in top


@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"],
)
@pytest.mark.parametrize("swap", ["entity", "cut", "utf-16"])
def test_parts_with_entities_or_damage_are_not_changed(part: str, swap: str) -> None:
    parts = parts_of(by_openpyxl(nothing))
    content = parts[part]
    root = content.index(b"<", content.index(b"?>")) if content.startswith(b"<?xml") else 0
    changes = {
        "entity": b'<!DOCTYPE x [<!ENTITY a "5">]>' + content[root:],
        "cut": content[:-5],
        "utf-16": content[root:].decode().encode("utf-16"),
    }
    with pytest.raises(UnpreservableError):
        marked(packed({**parts, part: changes[swap]}), finding("B2"))


def test_a_changed_part_keeps_its_declaration() -> None:
    whole = rich()
    after = marked(whole, finding("C9"))
    for part in changed(whole, after) - {"xl/drawings/vmlDrawing1.vml"}:
        assert parts_of(after)[part].startswith(
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<'
        ), part


def test_line_breaks_of_html_in_the_text_of_a_button_are_no_damage() -> None:
    """Excel writes such comments; Apache POI has ``EvilUnclosedBRFixingInputStream`` for them."""
    drawing = "xl/drawings/vmlDrawing1.vml"
    after = marked(altered(rich(), drawing, (">Nút<", ">Nút<br>hai<")), finding("C9"))
    text = parts_of(after)[drawing].decode()
    assert "hai" in text
    assert text.count('ObjectType="Note"') == 2


def test_an_issued_workbook_keeps_its_stamp_and_every_other_sheet() -> None:
    round_ = round_of("cv4874")
    whole, spec = issued(round_, "T01"), round_of("cv4874").row_tables[1]
    after = marked(whole, finding("A9", "I9", sheet=spec.sheet))
    pages = {name for name in changed(whole, after) if name.startswith("xl/worksheets/")}
    assert len(pages) <= 2, "the marked sheet, and the one that was open"
    assert "docProps/custom.xml" not in changed(whole, after)
    assert load(after).sheetnames == [NAME, *load(whole).sheetnames]


def test_the_list_says_how_the_place_is_reached_that_it_goes_back_to() -> None:
    """The letter's foot says it too, but a clerk may have only the workbook."""
    round_ = round_of("cv4874")
    publisher = replace(round_.settings.publisher, phone="024 3976 0000", email="vu@example.vn")
    asked = replace(round_, settings=replace(round_.settings, publisher=publisher))
    case = Case(
        asked.by_agency["T01"], "T01.xlsx", dt.date(2023, 9, 1), Verdict.TO_CORRECT, [finding("A9")]
    )
    sheet = load(Correspondent(asked).enclosed(case, None).content).active
    said = [str(cell.value) for row in sheet.iter_rows(max_row=8) for cell in row if cell.value]
    assert any(f"{publisher.send_to} (024 3976 0000; vu@example.vn)" in text for text in said)
