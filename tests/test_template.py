"""The template: same bytes every time, formulas of Excel 2010, valid defined names."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.distribute import issue
from pipeline.distribute.layout import FIRST_ROW, HEADER_ROW
from pipeline.distribute.page import NATION_WIDTH
from schemas.round.round import Round
from tests.books import MINI, opened, round_of

DAY = dt.date(2023, 9, 5)
ROOT = Path(__file__).parents[1]
SHORT_ENOUGH = 40
"""Letters of a name that a dropdown in a narrow column can still tell apart."""
NEW_FUNCTIONS = re.compile(r"\b(LET|XLOOKUP|TEXTJOIN|FILTER|UNIQUE|IFS|CONCAT|SEQUENCE)\(|_xlfn")


@pytest.fixture(scope="module")
def standard(round_: Round) -> bytes:
    return issue.standard_template(round_)


def members(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_committed_template_is_what_the_declarations_say(standard: bytes) -> None:
    committed = (ROOT / "templates" / "xlsx" / "cv4874.xlsx").read_bytes()
    assert members(committed) == members(standard), "run: make docs"


def test_the_same_bytes_every_time(round_: Round, standard: bytes) -> None:
    assert issue.standard_template(round_) == standard
    first, again = (
        [
            (code, book, letter(DAY))
            for code, book, letter in issue.issue_all(round_, round_.in_scope[:2])
        ]
        for _ in range(2)
    )
    assert again == first


def test_sheets_titles_and_numbers_are_the_declared_ones(round_: Round, standard: bytes) -> None:
    book = opened(standard)
    s = round_.sheets
    assert book.sheetnames == [
        s.instructions,
        *(t.sheet for t in round_.tables),
        s.selfcheck,
        s.lists,
        s.helpers,
        s.meta,
        s.workings,
    ]
    for spec in round_.row_tables:
        titles = [cell.value for cell in book[spec.sheet][HEADER_ROW]]
        assert titles == [column.title for column in spec.columns]
        assert [cell.value for cell in book[spec.sheet][HEADER_ROW + 1]] == [
            f"({i + 1})" for i in range(len(titles))
        ]
        assert not book[spec.sheet].cell(FIRST_ROW, 2).protection.locked
        assert book[spec.sheet].cell(HEADER_ROW, 1).protection.locked
        assert book[spec.sheet].protection.sheet
    assert {book[name].sheet_state for name in (s.helpers, s.meta, s.workings)} == {"veryHidden"}


def test_the_nations_name_fits_one_line_on_each_sheet(standard: bytes) -> None:
    widths = {}
    for sheet in opened(standard).worksheets:
        for span in sheet.merged_cells.ranges:
            if str(sheet.cell(span.min_row, span.min_col).value).startswith("CỘNG HÒA XÃ HỘI"):
                letters = map(get_column_letter, range(span.min_col, span.max_col + 1))
                widths[sheet.title] = sum(width_of(sheet, each) for each in letters)
    assert len(widths) > 8
    assert min(widths.values()) >= NATION_WIDTH, widths


def width_of(sheet: Worksheet, letters: str) -> float:
    """The width of a column, which may be written together with its neighbours'."""
    number = column_index_from_string(letters)
    return next(
        each.width for each in sheet.column_dimensions.values() if each.min <= number <= each.max
    )


def test_formulas_are_of_excel_2010_and_short_enough(standard: bytes) -> None:
    parts = members(standard)
    formulas = [
        f
        for name, part in parts.items()
        if "worksheets" in name
        for f in re.findall(r"<f[^>]*>(.*?)</f>", part.decode())
    ]
    formulas += re.findall(
        r"<formula>(.*?)</formula>",
        "".join(part.decode() for name, part in parts.items() if "worksheets" in name),
    )
    formulas += re.findall(
        r"<definedName[^>]*>(.*?)</definedName>", parts["xl/workbook.xml"].decode()
    )
    assert len(formulas) > 100
    for formula in formulas:
        assert len(formula) < 8192
        assert not NEW_FUNCTIONS.search(formula)
        assert "#REF!" not in formula
    for name in re.findall(r'<definedName name="([^"]+)"', parts["xl/workbook.xml"].decode()):
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*", name), name


def test_validations_fit_excels_limits(standard: bytes) -> None:
    book = opened(standard)
    seen = 0
    for sheet in book.worksheets:
        for each in sheet.data_validations.dataValidation:
            seen += 1
            assert len(each.promptTitle or "") <= 32
            assert len(each.prompt or "") <= 255
            assert len(each.error or "") <= 255
            assert each.errorStyle in (None, "stop")
            assert len(each.formula1 or "") <= 255
    assert seen > 60


def test_dropdowns_offer_short_names_and_the_sheet_of_lists_tells_the_full_ones(
    round_: Round, standard: bytes
) -> None:
    book = opened(standard)
    lists = book[round_.sheets.lists]
    for key in {
        column.codes
        for spec in round_.tables
        for column in spec.code_columns
        if not column.prefilled
    }:
        entries = round_.codelists[key].entries
        ((sheet, area),) = book.defined_names[f"dm_{key}"].destinations
        cells = [cell for (cell,) in book[sheet][area]]
        assert [cell.value for cell in cells] == [entry.short or entry.name for entry in entries]
        assert all(len(cell.value) <= SHORT_ENOUGH for cell in cells)
        assert all(
            entry.name in lists.cell(cell.row, 3).value
            for cell, entry in zip(cells, entries, strict=True)
            if entry.short
        )


def test_dropdowns_that_depend_on_another_column_offer_short_names_too(
    round_: Round, standard: bytes
) -> None:
    book = opened(standard)
    blocks = {
        name: key
        for position, spec in enumerate(round_.tables)
        for key in spec.keys
        if (name := f"pt_{position}_{key}")
    }
    seen = 0
    for name, key in blocks.items():
        if name in book.defined_names:
            ((sheet, area),) = book.defined_names[name].destinations
            (codes,) = {
                column.codes
                for spec in round_.tables
                for column in spec.columns
                if column.key == key
            }
            offered = {cell.value for row in book[sheet][area] for cell in row} - {None}
            assert offered <= {
                entry.short or entry.name for entry in round_.codelists[codes].entries
            }
            seen += any(
                entry.short in offered for entry in round_.codelists[codes].entries if entry.short
            )
    assert seen == 2


def test_issued_copies_are_pre_filled_and_stamped(round_: Round) -> None:
    code, workbook, letter = next(issue.issue_all(round_, [round_.by_agency["T96"]]))
    book = opened(workbook)
    stamp = {row[0]: row[1] for row in book[round_.sheets.meta].iter_rows(values_only=True)}
    assert stamp["tonghop_agency"] == code == "T96"
    assert stamp["own_locality"] == "Cà Mau"
    assert {p.name: p.value for p in book.custom_doc_props.props}["tonghop_digest"] == round_.digest
    assert book[round_.info.sheet]["B8"].value == "T96"
    assert book[round_.info.sheet]["B9"].value == "Ủy ban nhân dân tỉnh Cà Mau"
    assert "Cà Mau" in members(letter(DAY))["word/document.xml"].decode()
    assert "{{" not in "".join(
        part.decode("utf-8", "ignore") for part in members(workbook).values()
    )
    assert "{{" not in "".join(
        part.decode("utf-8", "ignore") for part in members(letter(DAY)).values()
    )


def test_who_signs_for_a_peoples_committee_signs_for_all_of_it(round_: Round) -> None:
    """Decree 30/2020/NĐ-CP, Annex I, II.7: "TM." before the name of the body."""
    signers = {}
    for code, workbook in issue.workbooks(
        round_, [round_.by_agency["BNV"], round_.by_agency["T01"]]
    ):
        sheet = opened(workbook)[round_.info.sheet]
        (hint,) = (cell for cell in sheet["C"] if cell.value == "(Ký, đóng dấu)")
        signers[code] = sheet.cell(hint.row - 1, hint.column).value
    assert signers == {"BNV": "THỦ TRƯỞNG CƠ QUAN", "T01": "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"}


@pytest.mark.parametrize("invented", [False, True])
def test_the_mark_of_invented_data_alone_makes_texts_of_several_fonts(
    round_: Round, *, invented: bool
) -> None:
    (_, workbook) = next(issue.workbooks(round_, round_.in_scope[:1], invented=invented))
    strings = zipfile.ZipFile(io.BytesIO(workbook)).read("xl/sharedStrings.xml").decode()
    assert ("DỮ LIỆU GIẢ ĐỊNH" in strings, "<r>" in strings) == (invented, invented)
    assert strings.count("(Số liệu từ ngày") == 1


def test_a_round_that_names_no_nation_has_no_national_heading() -> None:
    mini = round_of(MINI)
    _, _, letter = next(issue.issue_all(mini, mini.in_scope[:1]))
    heading = Document(io.BytesIO(letter(DAY))).tables[0].rows[0].cells[1]
    assert [paragraph.text for paragraph in heading.paragraphs] == [""]
    with zipfile.ZipFile(io.BytesIO(letter(DAY))) as archive:
        # the rule below the sender, none below a nation
        assert archive.read("word/document.xml").count(b"<w:pBdr") == 1


def test_a_round_without_nil_returns_says_nothing_of_them() -> None:
    mini = replace(round_of(MINI), cross_rules=())
    _, workbook, letter = next(issue.issue_all(mini, mini.in_scope[:1]))
    lines = [row[1] for row in opened(workbook)["Read me"].iter_rows(min_row=7, values_only=True)]
    steps = lines[
        lines.index("Trang tính “Office”: kiểm tra các ô đã điền sẵn, điền các ô còn lại.") :
    ]
    assert steps[1].startswith("Các biểu từ “Inspections” đến “Fines”")
    letters = [paragraph.text for paragraph in Document(io.BytesIO(letter(DAY))).paragraphs]
    assert not [
        text for text in (*filter(None, lines), *letters) if "không có gì để báo cáo" in text
    ]
