"""What people see outside the form's cells is told with its place, and kept."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment

from pipeline import run
from pipeline.collect.formats import limits
from pipeline.home import Home
from pipeline.model import Aside, Reading
from pipeline.stages.rebuilding import rebuild
from pipeline.summarise.masking import masked
from pipeline.summarise.texts.content import content_book
from pipeline.summarise.texts.passages import passages
from tests import office
from tests.drawn import (
    CHART,
    DIAGRAM,
    FILLED,
    PICTURE,
    STRUCK_BOX,
    STRUCK_NOTE,
    alternatives,
    anchored,
    box,
    control,
    conversation,
    drawing,
    group,
    notes,
    plain,
    titled,
    with_parts,
)
from tests.often import some
from tests.single import GOOD, MANIFESTATIONS, ROUND, SHEET, book_of, brief, only, reading_of, taken
from tests.workbooks import fill_table, filled, patched, saved

PART = f"xl/worksheets/sheet{[spec.sheet for spec in ROUND.tables].index(SHEET) + 1}.xml"
DRAWING, CHART_PART, NOTES, TALK, VML = (
    *(
        "xl/drawings/drawing1.xml",
        "xl/charts/chart1.xml",
        "xl/comments1.xml",
        "xl/threadedComments/talk1.xml",
        "xl/drawings/old1.vml",
    ),
)


def read_with(
    tmp_path: Path, parts: Mapping[str, str], links: Mapping[str, Mapping[str, str]]
) -> Reading:
    """The reading of a right return with parts of other programs."""
    return taken(with_parts(saved(book_of(GOOD), tmp_path / "a.xlsx"), parts, links))


def drawn(tmp_path: Path, *anchors: str, chart: str = "", kind: str = "chart") -> Reading:
    parts = {DRAWING: drawing(*anchors), **({CHART_PART: titled(chart)} if chart else {})}
    links = {PART: {DRAWING: "drawing"}, **({DRAWING: {CHART_PART: kind}} if chart else {})}
    return read_with(tmp_path, parts, links)


# --- shapes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (box("15 hồ sơ quá hạn"), "15 hồ sơ quá hạn"),
        (box("Dòng một", "dòng hai"), "Dòng một\ndòng hai"),
        (group(box("trong nhóm")), "trong nhóm"),
        (group(group(box("trong nhóm của nhóm"))), "trong nhóm của nhóm"),
        (alternatives(box("bản mới"), box("bản cũ")), "bản mới"),
        (box(STRUCK_BOX), "còn 3 vụ"),
    ],
)
def test_text_in_a_shape_is_told_at_its_cell_and_kept(
    shape: str, text: str, tmp_path: Path
) -> None:
    reading = drawn(tmp_path, anchored(shape))
    assert brief([only(reading)]) == [("S11", "W", "stray.box", ("B9",))]
    assert reading.aside == (Aside(SHEET, "B9", "[box]", text),)


@pytest.mark.parametrize(("frame", "kind"), [(CHART, "chart"), (DIAGRAM, "diagramData")])
def test_titles_of_charts_and_texts_of_diagrams_are_kept(
    frame: str, kind: str, tmp_path: Path
) -> None:
    reading = drawn(tmp_path, anchored(frame), chart="Số vụ chưa đưa vào biểu", kind=kind)
    assert brief([only(reading)]) == [("S11", "W", "stray.box", ("B9",))]
    assert [each.value for each in reading.aside] == ["Số vụ chưa đưa vào biểu"]


WHITE = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
BY_THEME = '<xdr:style><a:fillRef idx="1"/></xdr:style>'


@pytest.mark.parametrize(
    "shape", [PICTURE, FILLED, group(PICTURE), plain(WHITE), plain("", more=BY_THEME)]
)
def test_a_picture_is_named_with_the_cells_it_covers(shape: str, tmp_path: Path) -> None:
    told = only(drawn(tmp_path, anchored(shape, (1, 8), (4, 12))))
    assert brief([told]) == [("S11", "W", "stray.picture", ("B9",))]
    assert told.words["places"] == "B9:D12"


def test_a_shape_that_hides_nothing_is_not_told(tmp_path: Path) -> None:
    shapes = (plain(""), plain("<a:noFill/>", more=BY_THEME), plain(WHITE, about=' hidden="1"'))
    assert drawn(tmp_path, *map(anchored, shapes)).findings == ()


def test_one_finding_for_all_boxes_of_a_sheet(tmp_path: Path) -> None:
    reading = drawn(
        tmp_path, anchored(box("một")), anchored(box("hai"), (3, 20), (4, 21)), anchored(box(""))
    )
    assert brief([only(reading)]) == [("S11", "W", "stray.box", ("B9", "D21"))]
    assert [(each.cell, each.value) for each in reading.aside] == [("B9", "một"), ("D21", "hai")]


def test_a_drawing_that_nobody_can_read_costs_nothing(tmp_path: Path) -> None:
    assert read_with(tmp_path, {DRAWING: "<xdr"}, {PART: {DRAWING: "drawing"}}).findings == ()


def test_text_of_a_control_of_the_older_kind_is_kept_and_the_box_of_a_note_is_not(
    tmp_path: Path,
) -> None:
    reading = read_with(
        tmp_path, {VML: control("Label", "Xem phụ lục", 2, 8)}, {PART: {VML: "vmlDrawing"}}
    )
    assert [(each.cell, each.title, each.value) for each in reading.aside] == [
        ("C9", "[box]", "Xem phụ lục")
    ]
    assert (
        read_with(tmp_path, {VML: control("Note", "x", 2, 8)}, {PART: {VML: "vmlDrawing"}}).findings
        == ()
    )


def test_a_chart_that_fills_a_sheet_is_an_extra_sheet(tmp_path: Path) -> None:
    book = book_of(GOOD)
    chart = BarChart()
    chart.title = "Số vụ việc theo tháng"
    book.create_chartsheet("Biểu đồ").add_chart(chart)
    reading = reading_of(book, tmp_path)
    assert [(finding.message, finding.sheet) for finding in reading.findings] == [
        ("stray.extra", "Biểu đồ")
    ]
    assert [each.value for each in reading.aside] == ["Số vụ việc theo tháng"]


# --- notes ---------------------------------------------------------------------------------------


def test_a_note_is_told_at_its_cell_and_kept(tmp_path: Path) -> None:
    book = book_of(GOOD)
    book[SHEET]["I12"].comment = Comment("Chưa tính 3 vụ", "ai đó")
    book[SHEET]["A8"].comment = Comment("ở tiêu đề", "ai đó")
    book[ROUND.info.sheet]["C3"].comment = Comment("ở sheet khác", "ai đó")
    reading = reading_of(book, tmp_path)
    assert brief(reading.findings) == [
        ("S11", "W", "stray.note", ("C3",)),
        ("S11", "W", "stray.note", ("A8", "I12")),
    ]
    assert {(each.sheet, each.cell, each.value) for each in reading.aside} == {
        (ROUND.info.sheet, "C3", "ở sheet khác"),
        (SHEET, "A8", "ở tiêu đề"),
        (SHEET, "I12", "Chưa tính 3 vụ"),
    }


def test_of_a_note_what_is_struck_out_is_not_kept_and_a_blank_one_is_not_told(
    tmp_path: Path,
) -> None:
    """Excel begins a new note with the name of who writes it."""
    listed = notes(author="An", I12=STRUCK_NOTE, I13="An:\n")
    reading = read_with(tmp_path, {NOTES: listed}, {PART: {NOTES: "comments"}})
    assert [(each.cell, each.value) for each in reading.aside] == [("I12", "còn 3 vụ")]


@pytest.mark.parametrize(
    ("text", "kept"),
    [("{sign}\nLỗi V01: …", []), ("Của cơ quan\n{sign}\nLỗi V01: …", ["Của cơ quan"])],
)
def test_our_own_notes_are_not_told(text: str, kept: list[str], tmp_path: Path) -> None:
    book = book_of(GOOD)
    book[SHEET]["I12"].comment = Comment(text.format(sign=f"[{ROUND.sheets.feedback}]"), "tonghop")
    assert [each.value for each in reading_of(book, tmp_path).aside] == kept


PREFACE = "[Chuỗi chú thích]\n\nPhiên bản Excel này …: https://go.microsoft.com/fwlink/?linkid=870924\n\nChú thích:\n    "


def test_a_conversation_is_kept_once_without_what_excel_says_of_it(tmp_path: Path) -> None:
    parts = {
        NOTES: notes(I12=f"{PREFACE}Còn 3 vụ", J12=f"{PREFACE}chỉ còn ở đây"),
        TALK: conversation(I12="Còn 3 vụ"),
    }
    reading = read_with(tmp_path, parts, {PART: {NOTES: "comments", TALK: "threadedComment"}})
    assert brief([only(reading)]) == [("S11", "W", "stray.note", ("J12", "I12"))]
    assert [each.value for each in reading.aside] == ["chỉ còn ở đây", "Còn 3 vụ"]


# --- page margins --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Trang &P/&N", "Page &P of &N", "&A", "&D &T", "&F", ""])
def test_what_programs_print_by_themselves_is_not_told(text: str, tmp_path: Path) -> None:
    book = book_of(GOOD)
    book[SHEET].oddFooter.center.text = text
    assert reading_of(book, tmp_path).findings == ()


def test_text_in_page_margins_is_told_once_for_all_sheets_and_kept(tmp_path: Path) -> None:
    book = book_of(GOOD)
    for name in (SHEET, ROUND.info.sheet):
        book[name].oddHeader.right.text = "Số liệu chưa gồm 2 huyện"
        book[name].oddHeader.right.size = 9
    told = only(reading := reading_of(book, tmp_path))
    assert (told.message, told.words["names"]) == ("stray.margin", f"{ROUND.info.sheet}, {SHEET}")
    assert [(each.title, each.value) for each in reading.aside] == [
        ("[margin]", "Số liệu chưa gồm 2 huyện")
    ]


# --- extra sheets --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("visible", "stray.extra"),
        ("hidden", "stray.extra_hidden"),
        ("veryHidden", "stray.extra_hidden"),
    ],
)
def test_an_extra_sheet_is_told_and_its_cells_are_kept(
    state: str, message: str, tmp_path: Path
) -> None:
    book = book_of(GOOD)
    extra = book.create_sheet("Phụ lục")
    extra["A1"], extra["B3"], extra["A4"] = "3 vụ việc chưa đưa vào biểu", 3, "  "
    extra.sheet_state = state
    reading = reading_of(book, tmp_path)
    assert brief([only(reading)]) == [("S11", "W", message, ())]
    assert reading.aside == (
        Aside("Phụ lục", "A1", "[sheet]", "3 vụ việc chưa đưa vào biểu"),
        Aside("Phụ lục", "B3", "[sheet]", "3"),
    )


def test_extra_sheets_that_are_blank_or_the_form_s_own_are_not_told(tmp_path: Path) -> None:
    book = book_of(GOOD)
    book.create_sheet("Sheet1")
    book.create_sheet(ROUND.sheets.instructions)["A1"] = "MỤC ĐÍCH"
    book.create_sheet("HUONG DAN")["A1"] = "MỤC ĐÍCH"
    book.create_sheet(f"{ROUND.sheets.instructions} (2)")["A1"] = "MỤC ĐÍCH"
    fill_table(book.create_sheet(f"{SHEET} (2)"), MANIFESTATIONS, [])
    assert reading_of(book, tmp_path).findings == ()


def test_of_a_large_extra_sheet_cells_are_kept_up_to_the_limit(tmp_path: Path) -> None:
    book = book_of(GOOD)
    extra = book.create_sheet("Chi tiết")
    for row in range(limits.ASIDE_CELLS // 3 + 50):
        extra.append([f"vụ {row}", row, "x", "y"])
    reading = reading_of(book, tmp_path)
    assert only(reading).message == "stray.extra"
    assert len(reading.aside) == limits.ASIDE_CELLS


def test_things_on_an_extra_sheet_belong_to_its_one_finding(tmp_path: Path) -> None:
    book = book_of(GOOD)
    extra = book.create_sheet("Phụ lục")
    extra["A1"] = "chữ"
    extra["A1"].comment = Comment("ghi chú", "ai đó")
    reading = reading_of(book, tmp_path)
    assert only(reading).message == "stray.extra"
    assert [each.value for each in reading.aside] == ["chữ", "ghi chú"]


# --- from the archive to the summaries -----------------------------------------------------------


@pytest.mark.slow
def test_all_of_it_stands_in_the_summaries_with_persons_masked_and_survives_a_rebuild(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    long = "Một câu dài về tình hình né tránh trách nhiệm. " * 60
    book = filled(ROUND, "T96", manifestations=[GOOD])
    book[SHEET]["I9"].comment = Comment("Vụ của ông Nguyễn Văn An", "ai đó")
    book.create_sheet("Phụ lục")["A1"] = long
    book[SHEET].oddHeader.center.text = "Chưa đủ"
    saved(book, home.incoming / "a.xlsx")
    run.collect(home, ROUND)
    before = _aside_sheet(home)
    assert list(dict.fromkeys((row[2], *row[-2:]) for row in before)) == [
        ("Ghi chú của ô", SHEET, "I9"),
        ("Trang tính thêm", "Phụ lục", "A1"),
        ("Đầu trang, chân trang", SHEET, None),
    ]
    assert "".join(str(row[3]) for row in before if row[-2] == "Phụ lục").count("Một câu dài") == 60
    texts = " ".join(str(cell) for row in before for cell in row)
    assert "Nguyễn Văn An" not in texts
    assert "[tên riêng 1]" in texts
    rebuild(home, ROUND, lambda _done, _total: None)
    assert _aside_sheet(home) == before


def _aside_sheet(home: Home) -> list[list[object]]:
    made = masked(run.consolidated(home, ROUND))
    shown = openpyxl.load_workbook(io.BytesIO(content_book(made, passages(made))))["NGOÀI BIỂU MẪU"]
    return [[cell.value for cell in row] for row in shown.iter_rows() if row[0].value == "T96"]


# --- other kinds of workbooks --------------------------------------------------------------------


@pytest.mark.slow
@office.needs_office
@pytest.mark.parametrize("form", some(1, ["ods", "xlsx", "xls"]))
def test_the_same_is_told_of_workbooks_that_libreoffice_saves(form: str, tmp_path: Path) -> None:
    book = book_of(GOOD)
    book[SHEET]["I12"].comment = Comment("Chưa tính 3 vụ", "ai đó")
    book[SHEET].row_dimensions[9].hidden = True
    book.create_sheet("Phụ lục")["A1"] = "3 vụ việc"
    path = saved(book, tmp_path / "a.xlsx")
    boxed = with_parts(
        path,
        {DRAWING: drawing(anchored(box("15 hồ sơ")))},
        {f"xl/worksheets/sheet{len(book.sheetnames)}.xml": {}, _FIRST: {DRAWING: "drawing"}},
    )
    patched(
        boxed,
        _FIRST,
        lambda data: data.replace(
            b"</worksheet>", b'<drawing xmlns:r="%s" r:id="rIdX0"/></worksheet>' % _LINKS
        ),
    )
    reading = taken(office.convert(boxed, form, tmp_path / form))
    assert sorted((f.message, f.cells) for f in reading.findings if f.rule == "S11") == [
        ("stray.box", ("B9",)),
        ("stray.extra", ()),
        ("stray.hidden_rows", ("A9",)),
        ("stray.note", ("I12",)),
    ]
    assert {each.value for each in reading.aside} == {"Chưa tính 3 vụ", "3 vụ việc", "15 hồ sơ"}


_FIRST = "xl/worksheets/sheet1.xml"
_LINKS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
