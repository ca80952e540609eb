"""Feedback end to end: marked, corrected, returned, accepted, with answers kept."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from pipeline import run
from pipeline.collect.intake.archive import archived
from pipeline.home import Home
from pipeline.model import Choice, Verdict
from pipeline.stages import deciding
from pipeline.store.decisions import Grounds
from pipeline.terminal.commands import main
from schemas.round.round import Round
from tests.books import MINI, round_of
from tests.exchange import RIGHT, copy_of, received, send
from tests.hazards import Workbook, macro_sheet
from tests.marking import parts_of
from tests.office import convert, needs_office
from tests.workbooks import filled, saved


@pytest.fixture(scope="module")
def round_(plain_round: Round) -> Round:
    """What replies say doesn't depend on summaries."""
    return plain_round


def test_a_marked_copy_is_corrected_sent_again_and_accepted(home: Home, round_: Round) -> None:
    send(home, round_, "a.xlsx", cases="nhiều", handled=None)
    received(home, round_, 1)
    replied = run.feedback(home, round_)
    assert (replied.replies, replied.alone) == (1, 0)
    path = copy_of(home, round_)
    book = openpyxl.load_workbook(path)
    spec = round_.by_key["manifestations"]
    sheet, letters = book[spec.sheet], spec.keys.index("cases") + 1
    wrong = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "nhiều")
    assert (wrong.comment.text[:9], wrong.comment.author, wrong.column) == (
        "[CẦN SỬA]",
        "BỘ NỘI VỤ",
        letters,
    )
    wrong.value = 2
    page = book[round_.sheets.feedback]
    warning = next(row for row in page.iter_rows() if row[2].value == "R01")
    warning[9].value = "Số liệu đúng"
    book.save(home.incoming / "b.xlsx")
    received(home, round_, 2)
    found = run.findings(home, round_)
    assert not [each for each in found if each.severity == "E"]
    assert not [
        each
        for each in found
        if each.sheet == round_.sheets.feedback or each.rule in ("S07", "S11")
    ]
    assert [each.answer for each in found if each.rule == "R01"] == ["Số liệu đúng"]
    assert run.feedback(home, round_).replies == 0
    assert not path.exists(), "a reply that is due no more is taken away"


@pytest.mark.slow
def test_answers_stand_in_the_next_list_and_with_all_warnings_are_replied_to(
    home: Home, round_: Round
) -> None:
    send(home, round_, "a.xlsx", handled=None)
    received(home, round_, 1)
    assert run.feedback(home, round_).replies == 0
    assert run.feedback(home, round_, everything=True).replies == 1
    book = openpyxl.load_workbook(copy_of(home, round_))
    page = book[round_.sheets.feedback]
    assert any(
        str(row[0].value).startswith("Không còn lỗi phải sửa;") for row in page.iter_rows(max_row=8)
    )
    row = next(row for row in page.iter_rows() if row[2].value == "R01")
    row[9].value = "Đang rà soát"
    book.save(home.incoming / "b.xlsx")
    received(home, round_, 2)
    run.feedback(home, round_, everything=True)
    page = openpyxl.load_workbook(copy_of(home, round_)).worksheets[0]
    assert "Đang rà soát" in [cell.value for row in page.iter_rows() for cell in row]


def test_the_same_ledger_gives_the_same_files_and_others_files_stay(
    home: Home, round_: Round
) -> None:
    send(home, round_, "a.xlsx", cases="nhiều")
    received(home, round_, 1)
    run.feedback(home, round_)
    first = {path.name: path.read_bytes() for path in home.replies.iterdir()}
    for path in home.replies.iterdir():
        path.unlink()
    (home.replies / "cua-toi.txt").write_text("x", encoding="utf-8")
    run.feedback(home, round_)
    assert {
        path.name: path.read_bytes()
        for path in home.replies.iterdir()
        if path.name != "cua-toi.txt"
    } == first
    assert {path.suffix for path in home.replies.iterdir() if path.name != "cua-toi.txt"} == {
        ".xlsx",
        ".docx",
        ".txt",
    }
    deciding.on_submission(home, round_, Choice.EXCLUDE, "a.xlsx", Grounds("thử", "ai"))
    run.feedback(home, round_)
    assert sorted(path.name for path in home.replies.iterdir()) == ["cua-toi.txt"]


def test_what_an_older_program_wrote_is_taken_away_when_it_is_out_of_date(
    home: Home, round_: Round
) -> None:
    send(home, round_, "a.xlsx", cases="nhiều")
    received(home, round_, 1)
    run.feedback(home, round_)
    names = sorted(path.name for path in home.replies.iterdir())
    home.outputs_record.unlink()
    (home.replies / ".da-ghi").write_text("\n".join([*names, "T99.docx"]), encoding="utf-8")
    (home.replies / "cua-toi.txt").write_text("x", encoding="utf-8")
    run.feedback(
        home,
        round_,
        [next(agency.code for agency in round_.in_scope if f"{agency.code}.xlsx" not in names)],
    )
    assert sorted(path.name for path in home.replies.iterdir()) == sorted([*names, "cua-toi.txt"])
    deciding.on_submission(home, round_, Choice.EXCLUDE, "a.xlsx", Grounds("thử", "ai"))
    run.feedback(home, round_)
    assert [path.name for path in home.replies.iterdir()] == ["cua-toi.txt"]


def test_the_list_opens_no_sheet_that_the_file_lacks(home: Home, round_: Round) -> None:
    path = send(home, round_, "a.xlsx")
    book = openpyxl.load_workbook(path)
    lost = round_.by_key["handlings"].sheet
    del book[lost]
    book.save(path)
    received(home, round_, 1)
    run.feedback(home, round_)
    page = openpyxl.load_workbook(copy_of(home, round_))[round_.sheets.feedback]
    row = next(row for row in page.iter_rows() if row[3].value == lost)
    assert (row[2].value, row[4].value, row[4].hyperlink) == ("S05", None, None)


def test_the_letter_says_how_many_errors_until_when_and_to_whom(home: Home, round_: Round) -> None:
    send(home, round_, "a.xlsx", cases="nhiều")
    received(home, round_, 1)
    run.feedback(home, round_, deadline=dt.date(2023, 9, 20))
    text = copy_of(home, round_).with_suffix(".txt").read_text(encoding="utf-8-sig")
    assert "1 lỗi phải sửa" in text
    assert "trước ngày 20/9/2023" in text
    assert round_.settings.publisher.send_to in text
    assert Verdict.TO_CORRECT not in text


def test_files_of_nobody_are_named_and_not_replied_to(home: Home, round_: Round) -> None:
    (home.incoming / "hong.xlsx").write_bytes(b"PK\x03\x04 broken")
    received(home, round_, 1)
    replied = run.feedback(home, round_)
    assert (replied.replies, list(replied.unidentified)) == (0, ["hong.xlsx"])


def test_a_round_of_another_kind(home: Home) -> None:
    mini = round_of(MINI)
    assert mini.sheets.feedback == "To correct"
    assert run.feedback(home, mini).replies == 0


def answered(home: Home, round_: Round, answers: dict[str, str], name: str = "b.xlsx") -> None:
    """Send the marked copy back, with answers beside the entries that hold a text."""
    book = openpyxl.load_workbook(copy_of(home, round_))
    for row in book[round_.sheets.feedback].iter_rows():
        for text, answer in answers.items():
            if any(text in str(cell.value) for cell in row[:9]):
                row[9].value = answer
    book.save(home.incoming / name)
    received(home, round_, 2)


def test_an_answer_to_a_long_value_is_kept(home: Home, round_: Round) -> None:
    send(home, round_, "a.xlsx", cases="rất nhiều vụ " * 40)
    received(home, round_, 1)
    run.feedback(home, round_)
    answered(home, round_, {"rất nhiều": "Sẽ sửa sau"})
    assert [each.answer for each in run.findings(home, round_) if each.rule == "V02"] == [
        "Sẽ sửa sau"
    ]


def test_an_answer_that_names_a_person_is_told(home: Home, round_: Round) -> None:
    send(home, round_, "a.xlsx", cases="rất nhiều vụ")
    received(home, round_, 1)
    run.feedback(home, round_)
    answered(home, round_, {"rất nhiều": "Do ông Phùng Gia Tường lập sai"})
    found = [each for each in run.findings(home, round_) if each.rule == "V09"]
    assert [(each.sheet, str(each.severity), each.words["named"]) for each in found] == [
        (round_.sheets.feedback, "W", "“Phùng Gia Tường”")
    ]
    run.feedback(home, round_)
    assert copy_of(home, round_).is_file(), "the finding on that sheet does the marked copy no harm"


@pytest.mark.slow
def test_one_answer_to_many_findings_alike_is_kept_with_each(home: Home, round_: Round) -> None:
    agency = next(each for each in round_.in_scope if each.own_locality)
    rows = [{**RIGHT, "sector": f"Không có {number}"} for number in range(20)]
    saved(filled(round_, agency.code, manifestations=rows), home.incoming / "a.xlsx")
    received(home, round_, 1)
    run.feedback(home, round_)
    answered(home, round_, {"Không có 0": "Tên cũ"})
    assert [each.answer for each in run.findings(home, round_) if each.rule == "V03"] == [
        "Tên cũ"
    ] * 20
    run.feedback(home, round_)
    page = openpyxl.load_workbook(copy_of(home, round_)).worksheets[0]
    assert [row[9].value for row in page.iter_rows() if row[2].value == "V03"] == ["Tên cũ"]


@pytest.mark.slow
def test_explanations_of_figures_that_count_stand_in_the_notes_of_the_summaries(
    home: Home, round_: Round
) -> None:
    send(home, round_, "a.xlsx", handled=None)
    received(home, round_, 1)
    run.feedback(home, round_, everything=True)
    answered(home, round_, {"R01": "Chưa có kết luận"})
    run.summarise(home, round_)
    notes = openpyxl.load_workbook(next(home.output.glob("tong-hop-*.xlsx")))["GHI CHÚ"]
    said = [
        str(text)
        for topic, text, *_ in notes.iter_rows(values_only=True)
        if str(topic).startswith("Giải trình của")
    ]
    assert len(said) == 1
    assert said[0].startswith("R01, I.1 BIỂU HIỆN J9")
    assert said[0].endswith("Giải trình: Chưa có kết luận")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["xls", "ods"])
@needs_office
def test_returns_of_other_kinds_get_the_list_alone(
    home: Home, round_: Round, form: str, tmp_path: Path
) -> None:
    source = send(home, round_, "a.xlsx", cases="nhiều")
    convert(source, form, tmp_path / "saved").replace(home.incoming / f"a.{form}")
    source.unlink()
    received(home, round_, 1)
    assert run.feedback(home, round_).alone == 1
    book = openpyxl.load_workbook(copy_of(home, round_))
    assert book.sheetnames == [round_.sheets.feedback]
    assert "Không thể đánh dấu vào tệp" in copy_of(home, round_).with_suffix(".txt").read_text(
        encoding="utf-8-sig"
    )


# --- safe to send --------------------------------------------------------------------------------


def two_agencies(home: Home, round_: Round) -> list[str]:
    """Two agencies with a wrong return each; the second holds "của cơ quan khác"."""
    first, second = [each.code for each in round_.in_scope if each.own_locality][:2]
    for code, cases in ((first, "nhiều"), (second, "của cơ quan khác")):
        saved(
            filled(round_, code, manifestations=[{**RIGHT, "cases": cases}]),
            home.incoming / f"{code}.xlsx",
        )
    received(home, round_, 1)
    return [first, second]


def kept(home: Home, name: str) -> Path:
    """Where the archive keeps a file that lies in incoming."""
    return archived(home.archive, hashlib.sha256((home.incoming / name).read_bytes()).hexdigest())


@pytest.mark.parametrize("damage", ["missing", "of another agency", "a folder"])
def test_a_lost_file_costs_its_own_agency_the_marked_copy_and_nobody_else_anything(
    home: Home, round_: Round, damage: str
) -> None:
    first, second = two_agencies(home, round_)
    run.feedback(home, round_)
    whole = (home.replies / f"{second}.xlsx").read_bytes()
    path = kept(home, f"{first}.xlsx")
    path.unlink()
    if damage == "of another agency":
        path.write_bytes(kept(home, f"{second}.xlsx").read_bytes())
    elif damage == "a folder":
        path.mkdir()
    replied = run.feedback(home, round_)
    assert (replied.replies, replied.alone, list(replied.lost)) == (
        2,
        1,
        [(first, f"{first}.xlsx")],
    )
    book = openpyxl.load_workbook(home.replies / f"{first}.xlsx")
    assert book.sheetnames == [round_.sheets.feedback]
    assert "của cơ quan khác" not in str(
        [cell.value for row in book.active.iter_rows() for cell in row]
    )
    assert "bị thiếu hoặc hỏng nên chỉ gửi danh sách" in (home.replies / f"{first}.txt").read_text(
        encoding="utf-8-sig"
    )
    assert (home.replies / f"{second}.xlsx").read_bytes() == whole


@pytest.mark.slow
@pytest.mark.parametrize("command", ["feedback", "consolidate"])
def test_the_operator_is_told_which_file_is_lost_and_what_to_do(
    home: Home, round_: Round, command: str
) -> None:
    first, _ = two_agencies(home, round_)
    kept(home, f"{first}.xlsx").unlink()
    for path in home.incoming.iterdir():
        path.unlink()
    done = CliRunner().invoke(main, ["--home", str(home.root), command], catch_exceptions=False)
    assert done.exit_code == 0
    line = next(line for line in done.stderr.splitlines() if f"{first}.xlsx" in line)
    assert f"cơ quan {first}" in line
    assert "tonghop doctor" in line


@pytest.mark.slow
def test_the_letter_says_what_was_taken_out_and_why_a_file_is_not_sent(
    home: Home, round_: Round
) -> None:
    first, second = two_agencies(home, round_)
    hazards = {first: Workbook.macros, second: macro_sheet}
    for code, add in hazards.items():
        book = Workbook((home.incoming / f"{code}.xlsx").read_bytes())
        add(book)
        (home.incoming / f"{code}.xlsx").write_bytes(book.packed())
    received(home, round_, 2)
    replied = run.feedback(home, round_)
    assert (replied.replies, replied.alone) == (2, 1)
    taken, refused = (
        (home.replies / f"{code}.txt").read_text(encoding="utf-8-sig") for code in (first, second)
    )
    assert "tệp gửi kèm đã bỏ macro" in taken
    assert "mọi nội dung giữ nguyên" not in taken.replace("mọi nội dung khác giữ nguyên", "")
    assert "có macro, không thể bỏ ra" in refused
    assert not [
        name
        for name in parts_of((home.replies / f"{first}.xlsx").read_bytes())
        if "vba" in name.lower()
    ]
    page = openpyxl.load_workbook(home.replies / f"{first}.xlsx")[round_.sheets.feedback]
    assert any(
        "đã bỏ macro" in str(cell.value) for row in page.iter_rows(max_row=12) for cell in row
    )
