"""Text written into a form outside its cells is told with its place and kept."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.collect.formats.opening import open_workbook
from pipeline.collect.read import read
from pipeline.model import Reading
from pipeline.text.printed import Printed, joined, packed, parts_of
from tests.books import ROOT, issued, opened, round_of
from tests.office import convert, needs_office
from tests.often import MANY, some
from tests.programs import PROGRAMS, write
from tests.returns import right

ROUND = round_of("cv4874")
HELP, CHECK, LISTS = ROUND.sheets.instructions, ROUND.sheets.selfcheck, ROUND.sheets.lists
INFO, TABLE = ROUND.info.sheet, ROUND.by_key["manifestations"].sheet
SENTENCE = "Cơ quan còn 3 vụ việc chưa đưa vào biểu"


def reading_of(path: Path) -> Reading:
    return read(path, path.name, ROUND, path.parent / "definitions")


def changed(tmp_path: Path, *changes: tuple[str, str, object]) -> Path:
    """A right return with some cells written into."""
    book = opened(right(1).workbook())
    for sheet, cell, value in changes:
        book[sheet][cell].value = value
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def told(reading: Reading) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(each.rule, str(each.severity), each.sheet, each.cells) for each in reading.findings]


@pytest.mark.slow
def test_added_text_is_told_at_its_cell_and_kept(tmp_path: Path) -> None:
    """A text that stands in several places is told once: each place has its own here."""
    added = [
        (HELP, "E5", SENTENCE),
        (HELP, "B40", "còn 2 hồ sơ"),
        (CHECK, "J4", f"{SENTENCE} nào"),
        (LISTS, "B300", "Ngành khác: khoáng sản"),
        (LISTS, "A2", "thiếu hành vi “đùn đẩy lên cấp trên”"),
        (TABLE, "A3", f"{SENTENCE} này"),
        (TABLE, "P3", "chưa tính 3 vụ"),
        (TABLE, "Q8", "ghi chú thêm của phòng"),
        (TABLE, "P9", "bên phải, trong vùng số liệu"),
        (INFO, "B30", "Số liệu đến ngày 30/6"),
        (INFO, "E9", "số này là của văn phòng"),
        (INFO, "C9", "gõ đè lên hướng dẫn 12"),
    ]
    reading = reading_of(changed(tmp_path, *added))
    assert {each[:2] for each in told(reading)} == {("S11", "W")}
    assert sorted(
        (sheet, cell) for _, _, sheet, cells in told(reading) for cell in cells
    ) == sorted(place[:2] for place in added)
    assert sorted((each.sheet, each.cell, each.value) for each in reading.aside) == sorted(added)


def test_names_offices_days_and_marks_are_not_told(tmp_path: Path) -> None:
    reading = reading_of(
        changed(
            tmp_path,
            (INFO, "A25", "Nguyễn Văn An"),
            (INFO, "C21", "Cà Mau, ngày 5 tháng 9 năm 2023"),
            (INFO, "C25", "(Đã ký)"),
            (INFO, "C22", "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"),
            (TABLE, "A2", "PHỤ LỤC I"),
            (ROUND.by_key["consequences"].sheet, "H6", "ĐVT: vụ việc, dự án, triệu đồng"),
            (CHECK, "J4", "x"),
            (HELP, "E5", 15),
            (HELP, "E6", "   "),
        )
    )
    assert reading.findings == ()


def test_nothing_is_said_of_forms_whose_own_texts_are_not_known(tmp_path: Path) -> None:
    book = opened(changed(tmp_path, (HELP, "E5", SENTENCE), (TABLE, "P3", SENTENCE)).read_bytes())
    for name, text in book[ROUND.sheets.meta].iter_rows():
        text.value = None if name.value.startswith("printed") else text.value
    book.save(tmp_path / "a.xlsx")
    assert reading_of(tmp_path / "a.xlsx").findings == ()


@pytest.mark.slow
def test_returns_on_forms_of_version_0_3_1(tmp_path: Path) -> None:
    home = ROOT / "tests" / "homes" / "0.3.1" / "data"
    for path in sorted((home / "archive").iterdir())[: None if MANY else 6]:
        if (
            not zipfile.is_zipfile(path)
            or "xl/workbook.xml" not in zipfile.ZipFile(path).namelist()
        ):
            continue
        before = read(path, "a.xlsx", ROUND, home / "definitions")
        if before.agency and before.tables:
            assert not [each for each in before.findings if each.message == "stray"]
            book = opened(path.read_bytes())
            book[HELP]["E5"].value = SENTENCE
            book.save(tmp_path / "a.xlsx")
            after = read(tmp_path / "a.xlsx", "a.xlsx", ROUND, home / "definitions")
            assert [each.value for each in after.aside][len(before.aside) :] == [SENTENCE]


def inlined(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts of a workbook whose texts stand in its cells."""
    strings = re.findall(rb"<si>(.*?)</si>", parts["xl/sharedStrings.xml"], re.DOTALL)
    cell = re.compile(rb't="s"([^>]*)><v>([0-9]+)</v>')
    text = {
        name: cell.sub(
            lambda found: b't="inlineStr"%b><is>%b</is>' % (found[1], strings[int(found[2])]), part
        )
        for name, part in parts.items()
    }
    link = re.compile(rb"<(?:Relationship|Override) [^>]*sharedStrings[^>]*/>")
    return {
        name: link.sub(b"", part) for name, part in text.items() if name != "xl/sharedStrings.xml"
    }


@pytest.mark.parametrize("stored", [dict, inlined])
def test_no_sheet_of_help_need_be_read_where_all_texts_are_known(
    stored: Callable[[dict[str, bytes]], dict[str, bytes]], tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(right(2).workbook())
    with zipfile.ZipFile(path) as package:
        kept = stored({name: package.read(name) for name in package.namelist()})
    workbook = open_workbook(path.read_bytes())
    for name in (HELP, CHECK, LISTS):
        kept[workbook._parts[name]] = b"<damaged"
    with zipfile.ZipFile(path, "w") as package:
        for name, content in kept.items():
            package.writestr(name, content)
    assert reading_of(path).findings == ()


@pytest.mark.parametrize(
    ("program", "ending"),
    [each for each in PROGRAMS if each.values[0] != "openpyxl"],
)
@pytest.mark.slow
def test_the_same_is_told_of_what_other_programs_save(
    program: str, ending: str, tmp_path: Path
) -> None:
    source = tmp_path / "source.xlsx"
    source.write_bytes(right(1).workbook())
    added = {HELP: {"E5": SENTENCE}, TABLE: {"P3": "chưa tính 3 vụ"}}
    reading = reading_of(write(program, source, tmp_path / f"T.{ending}", added))
    assert [each for each in told(reading) if each[0] == "S11"] == [
        ("S11", "W", TABLE, ("P3",)),
        ("S11", "W", HELP, ("E5",)),
    ]


@pytest.mark.slow
@pytest.mark.office
@needs_office
@pytest.mark.parametrize("form", some(1, ["ods", "xlsx", "xls"]))
def test_an_issued_form_that_libreoffice_has_calculated_says_nothing_new(
    form: str, tmp_path: Path
) -> None:
    """Its results of formulas are texts in other kinds of workbooks."""
    (tmp_path / "T96.xlsx").write_bytes(issued(ROUND, "T96"))
    assert not [
        each
        for each in reading_of(convert(tmp_path / "T96.xlsx", form, tmp_path / form)).findings
        if each.rule == "S11"
    ]


# --- the marks -----------------------------------------------------------------------------------


def test_texts_are_known_whatever_a_program_does_to_their_spaces_and_letters() -> None:
    form = Printed(packed(["Một dòng\ndài  ", "Hạn: 15/9"], ["BỘ Y TẾ"]), ["T96"])
    assert form.added(
        [
            "một dòng dài",
            "Một\u0323 do\u0300ng da\u0300i",
            "Hạn:\r\n15/9",
            "Bộ Y tế",
            "T96",
            "Hạn: 16/9",
        ]
    ) == {
        "Một\u0323 do\u0300ng da\u0300i",
        "Hạn: 16/9",
    }
    assert form.added(["Hạn: 16/9", "BỘ Y TẾ"]) == {"Hạn: 16/9"}


@pytest.mark.parametrize("written", ["", "không phải base64", "====", "A"])
def test_marks_that_cannot_be_read_say_nothing(written: str) -> None:
    assert not Printed(written)


def test_marks_that_a_program_cut_short_say_nothing() -> None:
    """SheetJS keeps 255 letters of a cell in an .xls."""
    parts = parts_of(packed(f"Mục {number}" for number in range(900)))
    assert not joined({name: part[:255] for name, part in parts.items()})
    assert not joined({**parts, "printed_2": ""})


def test_more_texts_than_the_sheet_holds_are_not_marked() -> None:
    whole = packed(f"Mục {number}" for number in range(3_900))
    assert joined(parts_of(whole)) == whole
    assert max(map(len, parts_of(whole).values())) <= 1_000
    assert packed(f"Mục {number}" for number in range(5_000)) == ""
    assert Printed(packed(f"Mục {number}" for number in range(3_900)))
