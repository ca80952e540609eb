"""In a marked copy nothing can run, fetch or open; all else of the workbook stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openxml_audit import OpenXmlValidator

from pipeline.feedback.hazards import (
    LINKS,
    MACROS,
    OBJECTS,
    QUERIES,
    SIGNATURE,
    UnsafeError,
    is_hazardous,
)
from pipeline.feedback.marking import remarks_on
from pipeline.feedback.workbook import marked_copy
from schemas.words import ui
from tests.hazards import BOOK, OFFICE, OLE, OTHER_BOOK, SHEET, TYPES, Workbook, macro_sheet
from tests.marking import finding, load, marking, parts_of, rich
from tests.office import convert, needs_office

OURS = {
    "xl/worksheets/sheet2.xml",
    "xl/comments1.xml",
    "xl/drawings/vmlDrawing1.vml",
    "xl/worksheets/_rels/sheet1.xml.rels",
}


def everything(book: Workbook) -> None:
    """All hazards that can be taken out, in one file."""
    book.macros()
    book.link(OTHER_BOOK)
    book.objects()
    book.query()
    book.web()


TAKEN: dict[str, tuple[Callable[[Workbook], None], set[str]]] = {
    "macros": (Workbook.macros, {MACROS}),
    "dde": (Workbook.link, {LINKS}),
    "workbook": (lambda book: book.link(OTHER_BOOK), {LINKS}),
    "object": (Workbook.objects, {OBJECTS}),
    "control": (Workbook.control, {OBJECTS}),
    "query": (Workbook.query, {QUERIES}),
    "web": (Workbook.web, {LINKS, MACROS, OBJECTS}),
    "signature": (Workbook.sign, {SIGNATURE}),
    "all": (everything, {MACROS, LINKS, OBJECTS, QUERIES}),
}
MARKS = (
    b"vbaProject",
    b"macroEnabled",
    b"externalLink",
    b"externalReference",
    b"oleObject",
    b"activeX",
    b"connections",
    b"queryTable",
    b"xmlsignatures",
)
MORE_MARKS = (b"ddeLink", b"webextension", b"extensibility", b"may-chu", b"[1]", b"file:", OLE[:8])


def made(add: Callable[[Workbook], None]) -> bytes:
    book = Workbook()
    add(book)
    return book.packed()


def faults(whole: bytes, folder: Path) -> list[str]:
    path = folder / "marked.xlsx"
    path.write_bytes(whole)
    return [
        re.sub(r"has \d+ inline", "has inline", str(error))
        for error in OpenXmlValidator().validate(str(path)).errors
    ]


@pytest.mark.parametrize("name", TAKEN)
def test_hazards_are_taken_out_and_the_rest_stays(name: str, tmp_path: Path) -> None:
    add, taken = TAKEN[name]
    copy = marked_copy(made(add), marking(finding("B2")))
    parts = parts_of(copy.content)
    assert copy.taken == taken
    assert set(parts) - {"xl/drawings/vmlDrawing1.vml"} - OURS == set(Workbook().parts)
    assert [
        (part, mark)
        for part, content in parts.items()
        for mark in (*MARKS, *MORE_MARKS)
        if mark in content or mark.decode("latin-1") in part
    ] == []
    assert load(copy.content)["Sheet1"]["B2"].value == 5
    assert faults(copy.content, tmp_path) == faults(
        marked_copy(Workbook().packed(), marking(finding("B2"))).content, tmp_path
    )


@pytest.mark.parametrize(
    ("add", "remarks"),
    [
        (Workbook.sign, ("unsigned",)),
        (Workbook.macros, ("disarmed",)),
        (lambda book: (book.sign(), book.macros()), ("disarmed", "unsigned")),
    ],
)
def test_the_list_says_what_is_no_longer_there(
    add: Callable[[Workbook], None], remarks: tuple[str, ...]
) -> None:
    copy = marked_copy(made(add), marking(finding("B2")))
    assert remarks_on(copy.taken) == remarks
    lines = [
        cell.value for row in load(copy.content).worksheets[0].iter_rows(max_row=12) for cell in row
    ]
    for remark in ("disarmed", "unsigned"):
        assert (ui(f"feedback.letter.{remark}", "vi", hazards="macro") in lines) == (
            remark in remarks
        )


@pytest.mark.parametrize(
    "kind",
    [
        "openxmlformats-officedocument.spreadsheetml.template",
        "ms-excel.template.macroEnabled",
        "ms-excel.sheet.macroEnabled",
    ],
)
def test_a_copy_of_a_template_is_a_workbook(kind: str) -> None:
    """n36b of reading.md: Excel refuses a file whose name and type differ."""
    book = Workbook()
    book.swap(
        TYPES, "openxmlformats-officedocument.spreadsheetml.sheet.main+xml", f"{kind}.main+xml"
    )
    types = parts_of(marked_copy(book.packed(), marking(finding("B2"))).content)[TYPES]
    assert types.count(b"spreadsheetml.sheet.main+xml") == 1
    assert b"template" not in types


def test_a_harmless_workbook_is_left_alone() -> None:
    assert marked_copy(rich(), marking(finding("C9"))).taken == frozenset()


def test_cells_keep_the_values_of_formulas_that_go_and_other_formulas_stay() -> None:
    whole = marked_copy(made(lambda book: book.link(OTHER_BOOK)), marking(finding("B2"))).content
    assert [load(whole)["Sheet1"][each].value for each in ("A3", "A4", "B3")] == [8, 9, "=B2*2"]
    assert b'<c r="A4"><v>9</v></c>' in parts_of(whole)[SHEET]


def test_the_list_of_calculated_cells_goes_with_a_formula() -> None:
    """Excel offers a repair where it names a cell without a formula."""
    book = Workbook()
    book.link()
    chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A3" i="1"/></calcChain>'
    book.put(
        "xl/calcChain.xml",
        chain,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml",
    )
    book.lead(BOOK, "rIdL", "calcChain", "calcChain.xml")
    parts = parts_of(marked_copy(book.packed(), marking(finding("B2"))).content)
    assert "xl/calcChain.xml" not in parts
    assert b"calcChain" not in parts[TYPES] + parts["xl/_rels/workbook.xml.rels"]


def test_pages_and_addresses_stay_and_shares_go() -> None:
    parts = parts_of(marked_copy(made(Workbook.web), marking(finding("B2"))).content)
    assert parts[SHEET].count(b"<hyperlink ") == 1
    assert b"https://example.org" in parts["xl/worksheets/_rels/sheet1.xml.rels"]


@pytest.mark.parametrize(
    ("part", "target"),
    [
        ("xl/VBAPROJECT.BIN", "vbaProject.bin"),
        ("xl/vbaProject.bin", "/XL/vbaproject.BIN"),
        ("xl\\vbaProject.bin", "vbaProject.bin"),
        ("xl/vbaProject.bin", "..\\xl\\vbaProject.bin"),
        ("anh/hinh1.png", "/anh/hinh1.png"),
        ("xl/vba Project.bin", "vba%20Project.bin"),
    ],
)
def test_a_hazard_is_found_whatever_its_name(part: str, target: str) -> None:
    copy = marked_copy(made(lambda book: book.macros(part, target)), marking(finding("B2")))
    assert copy.taken == {MACROS}
    assert set(parts_of(copy.content)) - OURS == set(Workbook().parts)


def by_default_type(book: Workbook) -> None:
    book.put("xl/x.bin", OLE)
    book.swap(
        TYPES,
        "</Types>",
        '<Default Extension="BIN" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
    )
    book.lead(BOOK, "rIdV", "image", "x.bin")


def without_relationship(book: Workbook) -> None:
    book.put("xl/vbaProject.bin", OLE)


@pytest.mark.parametrize("add", [by_default_type, without_relationship])
def test_a_hazard_is_found_by_its_type_or_though_nothing_leads_to_it(
    add: Callable[[Workbook], None],
) -> None:
    copy = marked_copy(made(add), marking(finding("B2")))
    assert copy.taken == {MACROS}
    assert set(parts_of(copy.content)) - OURS == set(Workbook().parts)
    assert b"vbaProject" not in parts_of(copy.content)[TYPES]


# --- what can't be taken out surely: no copy is sent ---------------------------------------------


def used_name(book: Workbook) -> None:
    book.swap(
        BOOK,
        "<definedNames/>",
        '<definedNames><definedName name="nguon">[1]A!$A$1</definedName></definedNames>',
    )
    book.rows('<row r="3"><c r="A3"><f>nguon*2</f><v>8</v></c></row>')


def rule_on_another_workbook(book: Workbook) -> None:
    rule = '<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>[1]A!A1&gt;0</formula></cfRule></conditionalFormatting>'
    book.swap(SHEET, "<pageMargins", f"{rule}<pageMargins")


def unknown(book: Workbook) -> None:
    book.put("xl/la.bin", b"abc", "application/octet-stream")
    book.lead(BOOK, "rIdX", "http://example.org/relationships/somethingNew", "la.bin")


def program_as_picture(book: Workbook) -> None:
    book.put("xl/media/image1.png", b"MZ" + bytes(100), "image/png")
    book.lead(SHEET, "rIdX", "image", "../media/image1.png")


def remote_picture(book: Workbook) -> None:
    blip = "http://schemas.openxmlformats.org/drawingml/2006/main"
    drawing = f'<a:x xmlns:a="{blip}" xmlns:r="{OFFICE}"><a:blip r:link="rId1"/></a:x>'
    book.put(
        "xl/drawings/drawing1.xml",
        drawing,
        "application/vnd.openxmlformats-officedocument.drawing+xml",
    )
    book.lead("xl/drawings/drawing1.xml", "rId1", "image", "http://example.org/a.png", outside=True)
    book.lead(SHEET, "rIdX", "drawing", "../drawings/drawing1.xml")


def macro_elsewhere(book: Workbook) -> None:
    drawing = '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"><xdr:sp macro="\'\\\\may\\x.xlsm\'!chay"/></xdr:wsDr>'
    book.put(
        "xl/drawings/drawing1.xml",
        drawing,
        "application/vnd.openxmlformats-officedocument.drawing+xml",
    )
    book.lead(SHEET, "rIdX", "drawing", "../drawings/drawing1.xml")


@pytest.mark.parametrize(
    ("add", "what"),
    [
        (macro_sheet, MACROS),
        (used_name, LINKS),
        (rule_on_another_workbook, LINKS),
        (unknown, OBJECTS),
        (program_as_picture, OBJECTS),
        (remote_picture, LINKS),
        (macro_elsewhere, MACROS),
    ],
)
def test_what_cant_be_taken_out_surely_keeps_the_copy_back(
    add: Callable[[Workbook], None], what: str
) -> None:
    with pytest.raises(UnsafeError) as refused:
        marked_copy(made(add), marking(finding("B2")))
    assert refused.value.what == what


def test_a_name_for_another_workbook_that_nothing_uses_goes() -> None:
    book = Workbook()
    book.swap(
        BOOK,
        "<definedNames/>",
        '<definedNames><definedName name="nguon">[1]A!$A$1</definedName></definedNames>',
    )
    copy = marked_copy(book.packed(), marking(finding("B2")))
    assert copy.taken == {LINKS}
    assert b"nguon" not in parts_of(copy.content)[BOOK]


@pytest.mark.parametrize(
    "formula",
    [
        *(
            "[1]Nguồn!A1",
            "SUM(A1,'[1]Biểu 1'!A1)",
            "[1]!ten",
            "'C:\\nguon\\[a.xlsx]S'!A1",
            "cmd|'/c calc'!A0",
            "[1]!'!A0'",
        ),
        *(
            "WEBSERVICE(A1)",
            '_xlfn.IMAGE("http://a")',
            'HYPERLINK("\\\\may\\x.exe")',
            'RTD("a",,"b")',
            'CALL("k","w","J")',
        ),
    ],
)
def test_formulas_that_reach_outside(formula: str) -> None:
    assert is_hazardous(formula)


@pytest.mark.parametrize(
    "formula",
    [
        *(
            "SUM(A1:A3)",
            "Bang1[[#This Row],[số]]",
            "SUM(Bang1[1])",
            'IF(A1="[1]x!","a|b","")',
            "'a|b'!A1",
            "'Biểu 1'!A1",
        ),
        *(
            'HYPERLINK("https://example.org")',
            'HYPERLINK("#Biểu!A1","x")',
            "MYCALL(1)",
            "SUM(Bang1[a],Bieu!B2)",
        ),
    ],
)
def test_formulas_that_stay(formula: str) -> None:
    assert not is_hazardous(formula)


HIDDEN = {
    "cdata": "<f><![CDATA[[1]S!A1]]></f>",
    "a comment": "<f><!-- x -->[1]S!A1</f>",
    "numbers of signs": "<f>cmd&#124;'/c calc'!A0</f>",
    "of many cells": '<f t="array" ref="A3:A4">[1]S!A1:A2</f>',
}


@pytest.mark.parametrize("formula", HIDDEN.values(), ids=HIDDEN)
def test_a_formula_is_found_however_it_is_written(formula: str) -> None:
    copy = marked_copy(
        made(lambda book: book.rows(f'<row r="3"><c r="A3">{formula}<v>8</v></c></row>')),
        marking(finding("B2")),
    )
    assert copy.taken == {LINKS}
    assert b'<c r="A3"><v>8</v></c>' in parts_of(copy.content)[SHEET]


def test_a_formula_that_misleads_a_search_keeps_the_copy_back() -> None:
    with pytest.raises(UnsafeError):
        marked_copy(
            made(
                lambda book: book.rows(
                    '<row r="3"><c r="A3"><f aca=">">[1]S!A1</f><v>8</v></c></row>'
                )
            ),
            marking(finding("B2")),
        )


@pytest.mark.parametrize("target", ["file:///c:/x.exe", "\\\\may-chu\\x.exe", "//may-chu/x.exe"])
def test_a_target_outside_that_is_not_marked_as_one_goes_too(target: str) -> None:
    def add(book: Workbook) -> None:
        book.lead(SHEET, "rIdH", "hyperlink", target)
        links = f'<hyperlinks xmlns:r="{OFFICE}"><hyperlink ref="B2" r:id="rIdH"/></hyperlinks>'
        book.swap(SHEET, "<pageMargins", f"{links}<pageMargins")

    copy = marked_copy(made(add), marking(finding("B2")))
    assert copy.taken == {LINKS}
    assert b"rIdH" not in b"".join(parts_of(copy.content).values())


@pytest.mark.parametrize(
    "sign", ["'", '"', "[a]", "[", "]!", "'[a", "_xl", "GET.", "CALL ", "HYPERLINK "]
)
def test_a_long_formula_is_looked_at_in_linear_steps(sign: str) -> None:
    """A quadratic search of so long a text would take hours, and the test run would be ended."""
    assert is_hazardous(sign * 200_000) in (True, False)


@needs_office
@pytest.mark.slow
def test_libreoffice_opens_what_is_left(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    source.write_bytes(marked_copy(made(everything), marking(finding("B2"))).content)
    book = openpyxl.load_workbook(convert(source, "xlsx", tmp_path / "saved"), data_only=True)
    assert [book["Sheet1"][each].value for each in ("B2", "A3", "A4")] == [5, 8, 9]
