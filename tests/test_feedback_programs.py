"""Marked copies of files from other programs, and marked copies saved by other programs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.model import Severity
from tests.books import issued, round_of
from tests.marking import NAME, changed, finding, load, marked, marks_on, packed, parts_of, rich
from tests.office import convert, needs_office
from tests.often import thorough
from tests.programs import PROGRAMS, needs_node, write

ROUND = round_of("cv4874")
SPEC = ROUND.row_tables[1]
AGENCY = "T96"
EVERYWHERE = {
    "[Content_Types].xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
}
XLSX = [each for each in PROGRAMS if each.values[1] in ("xlsx", "xlsm", "inline.xlsx")]


@pytest.fixture(scope="module")
def written_by(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], bytes]:
    """An issued workbook filled and saved by a program under a suffix; made once per session."""

    @cache
    def written(program: str, ending: str) -> bytes:
        folder = tmp_path_factory.mktemp("written")
        source = folder / "nguon.xlsx"
        source.write_bytes(issued(ROUND, AGENCY))
        return write(
            program,
            source,
            folder / f"tra-loi.{ending}",
            {SPEC.sheet: {"A9": "Năm 2022", "I9": "nhiều"}},
        ).read_bytes()

    return written


def values(sheet: Worksheet) -> dict[str, str]:
    return {
        c.coordinate: str(getattr(c.value, "text", c.value))
        for row in sheet.iter_rows()
        for c in row
        if c.value is not None
    }


@pytest.mark.parametrize(("program", "ending"), XLSX)
@pytest.mark.slow
def test_only_what_must_change_does_whoever_wrote_the_file(
    program: str, ending: str, written_by: Callable[[str, str], bytes]
) -> None:
    whole = written_by(program, ending)
    after = marked(whole, finding("A9", "I9", "B500", sheet=SPEC.sheet))
    touched = changed(whole, after) - EVERYWHERE
    pages = {name for name in touched if re.fullmatch(r"xl/worksheets/[^/]*\.xml", name)}
    links = {name for name in touched if name.startswith("xl/worksheets/_rels/")}
    assert len(pages) <= 2, "the marked sheet, and the one that was open"
    assert len(links) <= 1
    assert touched <= pages | links
    before, book = load(whole), load(after)
    sheet = book[SPEC.sheet]
    assert book.sheetnames == [NAME, *before.sheetnames]
    assert marks_on(sheet) == dict.fromkeys(("A9", "I9", "B500"), Severity.ERROR)
    assert all(sheet[each].comment.text.startswith(f"[{NAME}]") for each in ("A9", "I9", "B500"))
    for name in before.sheetnames:
        assert len(book[name].data_validations.dataValidation) == len(
            before[name].data_validations.dataValidation
        )
        assert len(book[name].conditional_formatting) == len(
            before[name].conditional_formatting
        ) + (name == SPEC.sheet)
        assert values(book[name]) == values(before[name])


@pytest.mark.slow
@pytest.mark.parametrize(("program", "ending"), XLSX)
def test_feeding_back_twice_is_the_same_as_once(
    program: str, ending: str, written_by: Callable[[str, str], bytes]
) -> None:
    found = finding("A9", "I9", "B500", sheet=SPEC.sheet)
    once = marked(written_by(program, ending), found)
    twice = marked(once, found)
    assert parts_of(twice) == parts_of(once)
    clean = load(marked(once, finding("D9", sheet=SPEC.sheet)))[SPEC.sheet]
    assert clean["A9"].comment is None
    assert list(marks_on(clean)) == ["D9"]


# --- what a program keeps of a marked copy -------------------------------------------------------


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_libreoffice_opens_a_marked_copy_with_everything_alive(form: str, tmp_path: Path) -> None:
    source = tmp_path / "rich.xlsx"
    source.write_bytes(marked(rich(), finding("B2", "C9", "C30")))
    opened = convert(source, form, tmp_path / "saved")
    workbook = opened if form == "xlsx" else convert(opened, "xlsx", tmp_path / "again")
    book = openpyxl.load_workbook(workbook)
    sheet, page = book["Sheet1"], book[NAME]
    assert book.sheetnames[0] == NAME
    assert "ghi chú của người khác" in sheet["B2"].comment.text
    assert all(f"[{NAME}]" in sheet[each].comment.text for each in ("B2", "C9", "C30"))
    assert marks_on(sheet) == dict.fromkeys(("B2", "C9", "C30"), Severity.ERROR)
    assert sheet.data_validations.dataValidation[0].type == "list"
    assert "C9" in str(sheet.data_validations.dataValidation[0].sqref)
    assert [name for name in parts_of(workbook.read_bytes()) if name.startswith("xl/media/")] == [
        "xl/media/image1.png"
    ]
    assert len(sheet.conditional_formatting) == 2
    assert openpyxl.load_workbook(workbook, data_only=True)["Sheet1"]["B2"].value == 2
    there = [cell.hyperlink.location for row in page.iter_rows() for cell in row if cell.hyperlink]
    assert [re.sub(r"[#'$]", "", target).replace(".", "!") for target in there] == ["Sheet1!B2"]
    back = sheet["A1"].hyperlink.location
    assert re.sub(r"[#'$]", "", back).replace(".", "!") == f"{NAME}!A1"
    assert page.column_dimensions["K"].hidden


@pytest.fixture(scope="module")
def saved_by(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """A marked copy saved by a program; "ods": by LibreOffice as .ods, then as .xlsx again."""
    folder = tmp_path_factory.mktemp("saved")
    source = folder / "danh-dau.xlsx"
    source.write_bytes(marked(issued(ROUND, AGENCY), finding("A9", "I9", "B500", sheet=SPEC.sheet)))

    def saved(program: str) -> bytes:
        if program == "ods":
            return convert(
                convert(source, "ods", folder / "ods"), "xlsx", folder / "again"
            ).read_bytes()
        return write(
            program, source, folder / f"{program}.xlsx", {SPEC.sheet: {"I9": 3}}
        ).read_bytes()

    return saved


@pytest.mark.parametrize(
    "program",
    [
        "openpyxl",
        pytest.param("libreoffice", marks=[pytest.mark.office, needs_office, thorough]),
        pytest.param("ods", marks=[pytest.mark.office, needs_office]),
        pytest.param("exceljs", marks=needs_node),
        pytest.param("sheetjs", marks=[needs_node, thorough]),
    ],
)
@pytest.mark.slow
def test_marks_come_off_after_any_program_saved_the_copy(
    program: str, saved_by: Callable[[str], bytes]
) -> None:
    between = saved_by(program)
    kept = marks_on(load(between)[SPEC.sheet])
    assert kept == (
        {} if program == "sheetjs" else dict.fromkeys(("A9", "I9", "B500"), Severity.ERROR)
    ), "SheetJS keeps no looks at all"
    book = load(marked(between, finding("D40", sheet=SPEC.sheet)))
    sheet = book[SPEC.sheet]
    assert marks_on(sheet) == {"D40": Severity.ERROR}
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment] == ["D40"]
    if program != "sheetjs":
        samples = [
            cell.fill.fgColor.rgb
            for row in book[ROUND.sheets.instructions].iter_rows()
            for cell in row
            if cell.fill.fill_type
        ]
        assert "FFFFC7CE" in samples, "the sample of what is red is no mark"


COLOUR = re.compile(rb' rgb="FF([0-9A-F]{2})[0-9A-F]{4}"')


@pytest.mark.parametrize(
    ("colour", "formula"),
    [
        (rb' indexed="10"', rb"<formula>"),
        (rb' theme="5" tint="0.3999"', rb"<formula>"),
        (rb' rgb="FF\g<1>C7CE"', rb"<formula>"),
        (rb' rgb="FF\g<1>C7CE"', rb"<formula>="),
    ],
    ids=["old palette", "theme", "near colours", "formula with its sign"],
)
def test_marks_come_off_in_whatever_colours_a_program_saved_them(
    colour: bytes, formula: bytes
) -> None:
    """WPS and web programs rewrite colours; a mark is known by its formula alone."""
    parts = parts_of(marked(issued(ROUND, AGENCY), finding("A9", "B500", sheet=SPEC.sheet)))
    parts["xl/styles.xml"] = COLOUR.sub(colour, parts["xl/styles.xml"])
    changed = {
        name: content.replace(b"<formula>", formula) if "worksheets/" in name else content
        for name, content in parts.items()
    }
    sheet = load(marked(packed(changed), finding("D40", sheet=SPEC.sheet)))[SPEC.sheet]
    assert marks_on(sheet) == {"D40": Severity.ERROR}


# --- unusual files -------------------------------------------------------------------------------


def strict(whole: bytes) -> bytes:
    """The same workbook in the strict kind of OOXML."""
    swaps = (
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
    )
    parts = parts_of(whole)
    for old, new in swaps:
        parts = {name: content.replace(old, new) for name, content in parts.items()}
    return packed(parts)


def with_conversation(whole: bytes) -> bytes:
    """Cell B2's note is what Excel shows older programs of a conversation."""
    parts = parts_of(whole)
    thread = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="B2" dT="2023-09-01T00:00:00.00" personId="{1}" id="{2}"><text>Hỏi lại</text></threadedComment></ThreadedComments>'
    )
    link = (
        '<Relationship Id="rIdTalk" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
        'Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    changed_links = parts[rels].replace(b"</Relationships>", link.encode())
    return packed(
        {**parts, rels: changed_links, "xl/threadedComments/threadedComment1.xml": thread.encode()}
    )


@pytest.mark.parametrize("make", [strict, with_conversation])
def test_unusual_files_keep_their_parts(make: Callable[[bytes], bytes]) -> None:
    whole = make(rich())
    after = marked(whole, finding("B2", "C9", "C30"))
    sheets = {
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }
    assert changed(whole, after) <= EVERYWHERE | sheets
    again = marked(after, finding("B2", "C9", "C30"))
    assert parts_of(again) == parts_of(after)


def test_a_conversation_is_not_written_into() -> None:
    sheet = load(marked(with_conversation(rich()), finding("B2", "C9")))["Sheet1"]
    assert sheet["B2"].comment.text.startswith("ghi chú của người khác")
    assert f"[{NAME}]" not in sheet["B2"].comment.text
    assert set(marks_on(sheet)) == {"B2", "C9"}
    assert f"[{NAME}]" in sheet["C9"].comment.text


def named(names: Sequence[str]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in names:
        book.create_sheet(name)["B2"] = 5
    book.worksheets[1].sheet_state = "hidden"
    book.worksheets[0].protection.sheet = True
    book.security.lockStructure = True
    from io import BytesIO

    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_names_of_sheets_with_quotes_and_signs_of_formulas() -> None:
    names = ["I.1 'BIỂU' & HIỆN", "=1+1", "+A1 <b>", "a;b,c (2)"]
    after = marked(named(names), *(finding("B2", sheet=name) for name in names))
    book = load(after)
    assert book.sheetnames == [NAME, *names]
    targets = [
        cell.hyperlink.location for row in book[NAME].iter_rows() for cell in row if cell.hyperlink
    ]
    assert targets == ["'" + name.replace("'", "''") + "'!B2" for name in names]
    assert all(book[name]["B2"].comment is not None for name in names)
    assert book.security.lockStructure
    assert book[names[0]].protection.sheet
    assert book[names[1]].sheet_state == "visible", "what is marked is shown"


def test_thousands_of_findings_are_marked_in_a_file_not_much_larger() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    for row in range(1, 5010):
        book.active.append([f"a{row}", f"b{row}", row])
    from io import BytesIO

    buffer = BytesIO()
    book.save(buffer)
    found = [finding(f"B{row}", value=f"b{row}") for row in range(5, 5005)]
    after = marked(buffer.getvalue(), *found)
    assert len(after) < 10 * len(buffer.getvalue())
    page = load(after)[NAME]
    assert [row[4].value for row in page.iter_rows() if row[2].value == "V01"] == ["B5:B5004"]
