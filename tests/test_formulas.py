"""Stored values that a formula cannot have (S09), and right ones, which are left alone."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from pipeline.collect.formats.containers import ZipPackage
from pipeline.collect.formats.ods import OdsWorkbook
from pipeline.collect.formats.ods_content import excel_formula
from pipeline.collect.formats.xlsx import XlsxWorkbook
from pipeline.collect.formulas import evaluating
from pipeline.collect.formulas.doubts import Calculation
from pipeline.collect.formulas.parsing import UnknownError, parse
from schemas.columns import State
from tests.hostile import ods
from tests.office import convert_all, needs_office
from tests.packages import MAIN, RELATIONS, packed
from tests.single import GOOD, SHEET, book_of, brief, only, reading_of, taken
from tests.workbooks import patched, saved

VALUES = (
    '<row r="1"><c r="A1"><v>3</v></c><c r="B1"><v>4.5</v></c><c r="C1" t="s"><v>0</v></c><c r="D1" t="b"><v>1</v></c><c r="F1" t="e"><v>#N/A</v></c>'
    '<c r="G1" s="1"><v>44731.75</v></c><c r="H1" t="str"><v>7</v></c><c r="I1"><v>0.1</v></c><c r="J1"><v>0.2</v></c></row>'
)
"""Row 1: 3, 4.5, "một", TRUE, blank, an error, a day with a time, the text "7", 0.1, 0.2."""
CALCULATION = "<calcPr {}/></workbook>"


def book(row: str, *, calculation: str = "", other: str = "") -> XlsxWorkbook:
    """A workbook of these values and one more row of cells; sheet "Tờ khác" has ``other``."""
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
        f'<sheet name="Tờ khác" sheetId="2" r:id="r4"/></sheets><calcPr calcId="191029" {calculation}/></workbook>',
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{other}</sheetData></worksheet>',
    }
    links = ZipPackage(packed("")).part("xl/_rels/workbook.xml.rels").decode()
    link = f'<Relationship Id="r4" Type="{RELATIONS}/worksheet" Target="worksheets/sheet2.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = links.replace("</Relationships>", link)
    return XlsxWorkbook(ZipPackage(packed(f'{VALUES}<row r="2">{row}</row>', parts=parts)))


def doubts_of(workbook: XlsxWorkbook | OdsWorkbook, sheet: str = "S") -> dict[str, tuple[str, str]]:
    """By cell: the state and what people read."""
    grid = Calculation(workbook).checked(workbook.grid(sheet), sheet)
    return {
        f"{column}{row}": (State(state).name, text)
        for column, cells in grid.doubts.items()
        for row, (state, text) in cells.items()
    }


def formula(text: str, stored: float | str, kind: str = "") -> str:
    written = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<c r="A2"{kind or (" t=" + chr(34) + "str" + chr(34) if isinstance(stored, str) else "")}><f>{written}</f><v>{stored}</v></c>'


STALE: dict[str, tuple[float | str, str]] = {
    "2+2": (0, "=2+2 = 4 ≠ 0"),
    "SUM(3,2)": (0, "=SUM(3,2) = 5 ≠ 0"),
    "sum(a1:b1)": (0, "=sum(a1:b1) = 7.5 ≠ 0"),
    "$A$1-B1": (1, "=$A$1-B1 = -1.5 ≠ 1"),
    "A1*B1": (13, "=A1*B1 = 13.5 ≠ 13"),
    "A1/2": (1, "=A1/2 = 1.5 ≠ 1"),
    "-A1^2": (-9, "=-A1^2 = 9 ≠ -9"),
    "2^3^2": (512, "=2^3^2 = 64 ≠ 512"),
    "A1%": (3, "=A1% = 0.03 ≠ 3"),
    "+A1": (4, "=+A1 = 3 ≠ 4"),
    "A1+E1": (0, "=A1+E1 = 3 ≠ 0"),
    "SUM(A1:E1)": (8.5, "=SUM(A1:E1) = 7.5 ≠ 8.5"),
    "PRODUCT(A1:E1)": (0, "=PRODUCT(A1:E1) = 13.5 ≠ 0"),
    "MAX(A1:E1)-MIN(A1:E1)": (0, "=MAX(A1:E1)-MIN(A1:E1) = 1.5 ≠ 0"),
    "AVERAGE(A1:B1)": (0, "=AVERAGE(A1:B1) = 3.75 ≠ 0"),
    "ROUND(B1,0)+ROUNDDOWN(B1,0)": (8, "=ROUND(B1,0)+ROUNDDOWN(B1,0) = 9 ≠ 8"),
    "IF(A1>2,A1,0)": (0, "=IF(A1>2,A1,0) = 3 ≠ 0"),
    'IF(C1="MỘT",10,20)': (20, '=IF(C1="MỘT",10,20) = 10 ≠ 20'),
    "SUM('Tờ khác'!A:A)": (0, "=SUM('Tờ khác'!A:A) = 11 ≠ 0"),
    "'tờ khác'!A1": (7, "='tờ khác'!A1 = 5 ≠ 7"),
    "C1": ("hai", "=C1 = “một” ≠ “hai”"),
    'C1&" "&A1': ("một", '=C1&" "&A1 = “một 3” ≠ “một”'),
    'C1&""': (0, '=C1&"" = “một” ≠ 0'),
    "A1+0": ("", "=A1+0 = 3 ≠ “”"),
    "G1+30": (44731.75, "=G1+30 = 44761.75 ≠ 44731.75"),
    "1E9+1": (1e9, "=1E9+1 = 1000000001 ≠ 1000000000"),
}  # fmt: skip
RIGHT: dict[str, float | str] = {
    "2+2": 4, "A1+B1": 7.5, "I1+J1": 0.3, "J1-I1-I1": -2.7e-17, "1/3": 0.333333333333333, "1E9*3+0.1": 3000000000.1, "SUM(A1:F1)": 0, "A1+F1": 3, "C1+1": 0, "H1+1": 8,
    "H1*1": 0, "SUM(H1,1)": 1, "SUM(C1)": 0, "E1": 0, 'E1&""': "", 'IF(E1="","",1)': "", "IF(A1,E1,1)": 0, "C1": "một", "D1+1": 2, "ROUND(2.675,2)": 2.68,
    "ROUND(-2.5,0)": -3, "INT(-1.5)": -2, "A1": "3", "SUM(E1:E9)": 0, "SUM(A1,,2)": 5, "1=1.0000000001": "TRUE", "A1>C1": 0,
    "G1+30": 44761.75, "G1-44000": 731.75, "50%": 0.5, "SUM(Z1:Z9)": 0, "SUM(B1:B1048576)": 4.5, "SUM($1:$1)": 44739.55, "A1/0": 0, "(-8)^(1/3)": -2, "A1 B1": 0,
    "SUM((A1,B1))": 0, "gia*2": 0, "SUM(Bảng1[Số])": 0, "[1]S!A1": 0, "S:T!A1": 0, "Không!A1": 0, "TODAY()": 45000, "RAND()*10": 4, "VLOOKUP(A1,A1:B1,2)": 0, "SUMPRODUCT(A1:B1*1)": 0,
    "A1:B1+1": 0, "#REF!+1": 0, "SUM(#REF!)": 0, "{1,2}": 1, "SUBTOTAL(9,A1:B1)": 0, 'INDIRECT("A1")': 0, "A1:INDEX(A1:A9,2)": 0, "_xlfn.SUM(A1)": 0, "(" * 200 + "1" + ")" * 200: 0, "-" * 200 + "1": 0,
}  # fmt: skip
"""Right, or nothing that can be said for sure."""
OTHER = '<row r="1"><c r="A1"><v>5</v></c></row><row r="9"><c r="A9"><v>6</v></c></row>'


@pytest.mark.parametrize("text", STALE)
def test_a_stored_value_that_is_not_the_result(text: str) -> None:
    stored, said = STALE[text]
    assert doubts_of(book(formula(text, stored), other=OTHER)) == {"A2": ("STALE", said)}


@pytest.mark.parametrize("text", RIGHT)
def test_nothing_is_said_of_what_is_right_or_not_sure(text: str) -> None:
    assert doubts_of(book(formula(text, RIGHT[text]), other=OTHER)) == {}


def test_a_right_sum_of_what_a_computer_can_not_hold_exactly() -> None:
    cells = "".join(
        f'<c r="{column}2"><v>{number}</v></c>'
        for column, number in zip("BCDEFG", (0.1, 0.2, 0.3, 1e6, -1e6, 7.7), strict=True)
    )
    assert doubts_of(book(formula("SUM(B2:G2)", 8.2999) + cells)) == {
        "A2": ("STALE", "=SUM(B2:G2) = 8.3 ≠ 8.2999")
    }
    assert doubts_of(book(formula("SUM(B2:G2)", 8.30000000004657) + cells)) == {}


def test_an_error_is_told_as_an_error() -> None:
    assert doubts_of(book(formula("2+2", "#VALUE!", ' t="e"'))) == {}


def test_a_formula_without_a_value_is_told_as_that() -> None:
    assert doubts_of(book('<c r="A2"><f>2+2</f></c><c r="B2"><f>2+2</f><v></v></c>')) == {}


def test_formulas_are_followed_where_their_own_value_is_stale() -> None:
    cells = '<c r="A2"><f>B2+1</f><v>1</v></c><c r="B2"><f>2+2</f><v>0</v></c><c r="C2"><f>D2+1</f><v>1</v></c><c r="D2"><f>RAND()</f><v>0</v></c>'
    assert {cell: said for cell, (_, said) in doubts_of(book(cells)).items()} == {
        "A2": "=B2+1 = 5 ≠ 1",
        "B2": "=2+2 = 4 ≠ 0",
    }


def test_formulas_without_a_value_are_worked_out_for_others() -> None:
    assert doubts_of(book('<c r="A2"><f>B2+1</f><v>1</v></c><c r="B2"><f>2+2</f></c>')) == {
        "A2": ("STALE", "=B2+1 = 5 ≠ 1")
    }
    assert doubts_of(book('<c r="A2"><f>B2+1</f><v>1</v></c><c r="B2"><f>RAND()</f></c>')) == {}


def shared(stored: tuple[float, float, float]) -> str:
    first, second, third = stored
    return (
        f'<c r="B2"><f t="shared" ref="B2:D2" si="3">B$1*$A1-C1</f><v>{first}</v></c><c r="C2"><f t="shared" si="3"/><v>{second}</v></c>'
        f'<c r="D2"><f t="shared" si="3"/><v>{third}</v></c><c r="E2"><f t="shared" si="8"/><v>5</v></c>'
    )


def test_copies_of_a_formula_look_from_their_own_cell() -> None:
    numbers = "".join(
        f'<c r="{column}1"><v>{number}</v></c>'
        for column, number in zip("ABCDE", (2, 3, 5, 7, 11), strict=True)
    )

    def doubts(*stored: float) -> Mapping[str, tuple[str, str]]:
        return doubts_of(
            XlsxWorkbook(
                ZipPackage(packed(f'<row r="1">{numbers}</row><row r="2">{shared(stored)}</row>'))
            )
        )  # type: ignore[arg-type]

    assert doubts(1, 3, 3) == {}
    assert doubts(1, 0, 3) == {"C2": ("STALE", "=C$1*$A1-D1 = 3 ≠ 0")}


def test_arrays() -> None:
    assert doubts_of(book('<c r="A2"><f t="array" ref="A2">SUM(A1:B1)</f><v>0</v></c>')) == {
        "A2": ("STALE", "=SUM(A1:B1) = 7.5 ≠ 0")
    }
    assert doubts_of(book('<c r="A2"><f t="array" ref="A2">SUM(A1:B1*2)</f><v>0</v></c>')) == {}
    assert (
        doubts_of(
            book('<c r="A2"><f t="array" ref="A2:B2">A1:B1</f><v>0</v></c><c r="B2"><v>9</v></c>')
        )
        == {}
    )
    assert doubts_of(book('<c r="A2"><f t="dataTable" ref="A2" r1="A1"/><v>0</v></c>')) == {}


@pytest.mark.parametrize(
    ("cells", "circular"),
    [
        ('<c r="A2"><f>A2+1</f><v>0</v></c>', {"A2": "=A2+1"}),
        ('<c r="A2"><f>SUM(A1:A5)</f><v>0</v></c>', {"A2": "=SUM(A1:A5)"}),
        (
            '<c r="A2"><f>B2</f><v>0</v></c><c r="B2"><f>C2+1</f><v>1</v></c><c r="C2"><f>A2+1</f><v>1</v></c>',
            {"A2": "=B2", "B2": "=C2+1", "C2": "=A2+1"},
        ),
        ("<c r=\"A2\"><f>'Tờ khác'!A1</f><v>0</v></c>", {"A2": "='Tờ khác'!A1"}),
        ('<c r="A2"><f>IF(A1=3,1,A2)</f><v>1</v></c>', {}),
        ('<c r="A2"><f>ROW(A2)</f><v>2</v></c>', {}),
    ],
)
def test_circles(cells: str, circular: dict[str, str]) -> None:
    found = doubts_of(book(cells, other='<row r="1"><c r="A1"><f>S!A2+1</f><v>0</v></c></row>'))
    assert found == {cell: ("CIRCULAR", said) for cell, said in circular.items()}


def test_what_only_looks_at_a_circle_counts_with_its_stored_value() -> None:
    cells = '<c r="A2"><f>B2+1</f><v>8</v></c><c r="B2"><f>B2+C2</f><v>7</v></c><c r="C2"><v>1</v></c><c r="D2"><f>B2+1</f><v>0</v></c>'
    assert doubts_of(book(cells)) == {
        "B2": ("CIRCULAR", "=B2+C2"),
        "D2": ("STALE", "=B2+1 = 8 ≠ 0"),
    }


def test_a_long_chain_is_followed_from_either_end() -> None:
    down = "".join(
        f'<row r="{n}"><c r="A{n}"><f>A{n - 1}+1</f><v>{n - 1}</v></c></row>'
        for n in range(2, 3000)
    )
    up = "".join(
        f'<row r="{n}"><c r="A{n}"><f>A{n + 1}+1</f><v>{3000 - n}</v></c></row>'
        for n in range(1, 3000)
    )
    for rows in (f'<row r="1"><c r="A1"><v>0</v></c></row>{down}', up):
        assert doubts_of(XlsxWorkbook(ZipPackage(packed(rows)))) == {}
    assert list(
        doubts_of(
            XlsxWorkbook(ZipPackage(packed(f'<row r="1"><c r="A1"><v>1</v></c></row>{down}')))
        )
    ) == [f"A{n}" for n in range(2, 3000)]


def test_only_so_many_cells_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "MOST_CELLS", 416)
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="B{n}"><f>SUM(A$1:A{n})</f><v>0</v></c></row>'
        for n in range(1, 50)
    )
    assert list(doubts_of(XlsxWorkbook(ZipPackage(packed(rows))))) == [
        f"B{n}" for n in range(1, 14)
    ]


def test_rounded_as_shown_nothing_can_be_said() -> None:
    assert doubts_of(book(formula("A1+B1", 8), calculation='fullPrecision="0"')) == {}


# --- workbooks that nobody calculated ------------------------------------------------------------

NEVER = '<c r="A2"><f>VLOOKUP(A1,A1:B1,2)</f><v>0</v></c>'


def test_noughts_of_a_program_that_can_not_calculate() -> None:
    assert doubts_of(book(NEVER, calculation='fullCalcOnLoad="1"')) == {
        "A2": ("UNCALCULATED", "=VLOOKUP(A1,A1:B1,2)")
    }
    assert doubts_of(book(NEVER)) == {}
    calculated = f'{NEVER}<c r="B2"><f>A1+1</f><v>4</v></c>'
    assert doubts_of(book(calculated, calculation='fullCalcOnLoad="1"')) == {}


@pytest.mark.parametrize(
    "calculation",
    [
        'calcMode="manual"',
        'calcCompleted="0"',
        'calcMode="manual" calcCompleted="0" calcOnSave="0"',
    ],
)
def test_a_workbook_that_is_calculated_by_hand_is_told(calculation: str) -> None:
    workbook = book(
        f'{formula("A1+1", 4)}<c r="C2"><f>1+1</f><v>2</v></c>', calculation=calculation
    )
    workbook.grid("S")
    assert brief(list(Calculation(workbook).findings(["S", "Tờ khác"]))) == [
        ("S09", "W", "not_calculated", ("A2", "C2"))
    ]


@pytest.mark.parametrize(
    "calculation",
    ['calcMode="auto"', 'calcMode="autoNoTable"', 'calcCompleted="1"', 'fullCalcOnLoad="1"'],
)
def test_other_ways_of_calculating_are_not(calculation: str) -> None:
    workbook = book(formula("A1+1", 4), calculation=calculation)
    workbook.grid("S")
    assert list(Calculation(workbook).findings(["S"])) == []


def test_without_formulas_it_does_not_matter_how_a_workbook_is_calculated() -> None:
    workbook = book("", calculation='calcMode="manual"')
    workbook.grid("S")
    assert list(Calculation(workbook).findings(["S"])) == []


# --- in a return ---------------------------------------------------------------------------------

SHEET_PART = "xl/worksheets/sheet3.xml"


def return_with(cells: Mapping[str, str], tmp_path: Path, calculation: str = "") -> Path:
    """A return whose cells of these columns hold formulas with a stored value: "2+2|0"."""
    path = saved(
        book_of({**GOOD, **{key: 7000 + n for n, key in enumerate(cells)}}), tmp_path / "a.xlsx"
    )

    def change(data: bytes) -> bytes:
        for number, written in enumerate(cells.values()):
            text, _, stored = written.partition("|")
            assert b't="n"><v>%d</v>' % (7000 + number) in data
            data = data.replace(
                b't="n"><v>%d</v>' % (7000 + number), f"><f>{text}</f><v>{stored}</v>".encode()
            )
        return data

    patched(path, SHEET_PART, change)
    if calculation:
        patched(
            path,
            "xl/workbook.xml",
            lambda data: data.replace(b"<calcPr ", f"<calcPr {calculation} ".encode()),
        )
    return path


def test_a_stale_formula_is_one_finding_and_no_number(tmp_path: Path) -> None:
    table = taken(return_with({"cases": "SUM(3,2)|0", "persons": "2+1|3"}, tmp_path)).tables[
        "manifestations"
    ]
    assert [State(table.states[key][0]).name for key in ("cases", "persons")] == ["STALE", "OK"]
    assert math.isnan(table.values["cases"][0])
    assert table.found[0, "cases"] == "=SUM(3,2) = 5 ≠ 0"


def test_a_circle_in_a_return(tmp_path: Path) -> None:
    table = taken(return_with({"cases": "I9+1|0"}, tmp_path)).tables["manifestations"]
    assert (State(table.states["cases"][0]).name, table.found[0, "cases"]) == ("CIRCULAR", "=I9+1")


def test_a_return_that_is_calculated_by_hand(tmp_path: Path) -> None:
    finding = only(taken(return_with({"cases": "1+1|2"}, tmp_path, 'calcMode="manual"')))
    assert (*brief([finding])[0], finding.sheet) == ("S09", "W", "not_calculated", ("I9",), SHEET)


def test_a_stale_agency_name_is_not_believed(tmp_path: Path) -> None:
    path = saved(book_of(GOOD, info={"agency_name": 7771}), tmp_path / "a.xlsx")
    patched(
        path,
        "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b't="n"><v>7771</v>', b't="str"><f>A1&amp;""</f><v>x</v>'),
    )
    reading = taken(path)
    assert State(reading.tables["info"].states["agency_name"][0]).name == "STALE"
    assert reading.findings == ()


def test_an_own_total_is_held_against_what_is_stored(tmp_path: Path) -> None:
    rows = [{**GOOD, "cases": n} for n in (2, 3)]
    book_ = book_of(*rows)
    book_[SHEET]["A11"], book_[SHEET]["I11"] = "Tổng cộng", 7770
    path = patched(
        saved(book_, tmp_path / "a.xlsx"),
        SHEET_PART,
        lambda data: data.replace(b't="n"><v>7770</v>', b"><f>SUM(I9:I10)</f><v>0</v>"),
    )
    [total] = taken(path).tables["manifestations"].totals
    assert total.numbers["cases"] == 0


def test_of_a_workbook_by_openpyxl_no_formula_is_stale(tmp_path: Path) -> None:
    reading = reading_of(book_of({**GOOD, "cases": "=1+1", "persons": "=SUM(K9:M9)"}), tmp_path)
    table = reading.tables["manifestations"]
    assert [State(table.states[key][0]).name for key in ("cases", "persons")] == [
        "NO_VALUE",
        "NO_VALUE",
    ]
    assert reading.findings == ()


# --- OpenDocument --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("of:=SUM([.A1:.B2];[.C3])", "SUM(A1:B2,C3)"),
        ("of:=[$Sheet1.$A$1]+[$'Tờ khác'.B2:.B9]", "Sheet1!$A$1+'Tờ khác'!B2:B9"),
        ('of:=IF([.A1]="a;[.B1]";1;2)', 'IF(A1="a;[.B1]",1,2)'),
        ("msoxl:=A1", "msoxl:"),
    ],
)
def test_formulas_of_opendocument(text: str, expected: str) -> None:
    assert excel_formula(text) == expected


def ods_book(formula_: str, value: str) -> OdsWorkbook:
    spaces = "urn:oasis:names:tc:opendocument:xmlns"
    cell = f'<table:table-cell table:formula="{formula_}" {value}/>'
    content = (
        f'<office:document-content xmlns:office="{spaces}:office:1.0" xmlns:table="{spaces}:table:1.0" xmlns:text="{spaces}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="S"><table:table-row><table:table-cell office:value-type="float" office:value="3"/>{cell}'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return OdsWorkbook(ZipPackage(ods(content.encode())))


@pytest.mark.parametrize(
    ("formula_", "value", "doubts"),
    [
        (
            "of:=[.A1]+1",
            'office:value-type="float" office:value="0"',
            {"B1": ("STALE", "=A1+1 = 4 ≠ 0")},
        ),
        ("of:=[.A1]+1", 'office:value-type="float" office:value="4"', {}),
        ("of:=[.A1]*10%", 'office:value-type="percentage" office:value="0.3"', {}),
        ("of:=[.A1]+1", 'office:value-type="date" office:date-value="2023-01-01"', {}),
        ("of:=[.A1]+1", 'office:value-type="time" office:time-value="PT1H"', {}),
        (
            "of:=[.B1]+1",
            'office:value-type="float" office:value="0"',
            {"B1": ("CIRCULAR", "=B1+1")},
        ),
        ("of:=[.A1]~[.B1]", 'office:value-type="float" office:value="0"', {}),
    ],
)
def test_formulas_in_an_opendocument_workbook(
    formula_: str, value: str, doubts: dict[str, tuple[str, str]]
) -> None:
    assert doubts_of(ods_book(formula_, value)) == doubts


# --- held against LibreOffice --------------------------------------------------------------------

OPERANDS = ("A{}", "$B${}", "C{}", "E{}", "2", "0.1", "1.5E1", "50%", "'Tờ khác'!A{}", "Sheet2!B{}", "SUM(A{}:B{})", "SUM(A:A)", "SUM($1:$3)", "MAX(A{}:D{})", "MIN(A1:A{})",
            "AVERAGE(A1:B{})", "ROUND(B{},1)", "ROUNDUP(C{},0)", "ABS(-A{})", "INT(B{})", "IF(A{}>B{},C{},1)", "PRODUCT(A1:B{})", "D{}", "SUM(D{},E{},F{})", "VLOOKUP(A1,A1:C9,2,0)", 'IF(D{}="",0,A{})')  # fmt: skip


def random_formula(chance: random.Random) -> str:
    text = chance.choice(OPERANDS)
    for _ in range(chance.randint(0, 3)):
        other = chance.choice(OPERANDS)
        text = chance.choice(
            ("{0}+{1}", "{0}-{1}", "({0})*{1}", "{0}*{1}", "-{0}+{1}", "{0}/{1}", "{0}-({1}-1)")
        ).format(text.replace("{}", "{{}}"), other.replace("{}", "{{}}"))
        text = text.replace("{{}}", "{}")
    while "{}" in text:
        text = text.replace("{}", str(chance.randint(1, 9)), 1)
    return f"={text}"


def random_book(chance: random.Random, path: Path) -> Path:
    """Columns A to F hold values; H to L hold formulas that refer to them and to each other."""
    made = openpyxl.Workbook()
    for name in ("Sheet", "Sheet2", "Tờ khác"):
        sheet = made[name] if name in made.sheetnames else made.create_sheet(name)
        for row in range(1, 10):
            for column in "ABCDEF":
                values = (
                    chance.randint(-50, 999),
                    round(chance.uniform(0, 9999), chance.randint(0, 6)),
                    chance.uniform(-1, 1),
                    None,
                )
                sheet[f"{column}{row}"] = (
                    chance.choice((*values, "chữ", "", 45000))
                    if column in "DEF"
                    else chance.choice(values)
                )
    sheet = made["Sheet"]
    for row in range(1, 40):
        for column in "HIJKL":
            sheet[f"{column}{row}"] = (
                random_formula(chance)
                if row == 1 or chance.random() < 0.8
                else f"={column}{row - 1}+$H$1"
            )
    made.save(path)
    return path


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_what_libreoffice_has_worked_out_is_never_doubted(form: str, tmp_path: Path) -> None:
    """195 random formulas a workbook: each is right, and most are looked at."""
    chance = random.Random(4874)
    made = convert_all(
        [random_book(chance, tmp_path / f"{n}.xlsx") for n in range(4)], form, tmp_path / form
    )
    for path in made:
        workbook = (XlsxWorkbook if form == "xlsx" else OdsWorkbook)(ZipPackage(path.read_bytes()))
        assert doubts_of(workbook, "Sheet") == {}, path
    calculation = Calculation(workbook)
    evaluator = calculation._evaluator
    cells = [
        evaluating.CellPlace("Sheet", row, column)
        for row, column in workbook.formula_view("Sheet").formulas
    ]  # type: ignore[union-attr]
    assert sum(_is_sure(evaluator, cell) for cell in cells) > len(cells) / 3


def _is_sure(evaluator: evaluating.Evaluator, cell: evaluating.Cell) -> bool:
    try:
        evaluator.result(cell)
    except UnknownError:
        return False
    return True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1+",
        "(1",
        "1)",
        "SUM(1",
        '"a',
        "A1:B",
        "A0",
        "ABCD1",
        "A1048577",
        "XFE1",
        "B2:A1",
        "=1",
        "1 2",
        "A1.5",
        "SUM(1,2",
        ",",
        "x" * 9000,
    ],
)
def test_what_is_no_formula_of_ours_is_unknown(text: str) -> None:
    with pytest.raises(UnknownError):
        parse(text)
