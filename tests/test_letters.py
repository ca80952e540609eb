"""Letters: replies say what is wrong and what to do, reminders go to those from whom nothing has come."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import docx
import pytest

from pipeline import run
from pipeline.home import Home
from pipeline.store.decisions import Grounds
from pipeline.store.outputs import Outputs
from schemas.nd30 import FONT, settings
from schemas.round.round import Round
from tests.books import MINI, round_of
from tests.exchange import received, send
from tests.workbooks import filled, saved


def text_of(folder: Path, code: str) -> str:
    return (folder / f"{code}.txt").read_text(encoding="utf-8-sig")


def test_the_letter_names_the_first_errors_and_where_they_are(home: Home, round_: Round) -> None:
    send(home, round_, "a.xlsx", cases="nhiều", period=None, level="Cấp gì đó")
    received(home, round_, 1)
    run.feedback(home, round_)
    text = text_of(home.replies, "T01")
    assert "- Sheet I.1 BIỂU HIỆN, ô I9: Ô “Số vụ việc” có “nhiều” không phải là số." in text
    assert "0 cảnh báo" not in text
    paper = docx.Document(io.BytesIO((home.replies / "T01.docx").read_bytes()))
    assert [line for line in (each.text for each in paper.paragraphs) if "ô I9" in line]


def test_a_letter_is_set_as_the_decree_says_from_its_head_to_its_page_numbers(home: Home, round_: Round) -> None:
    run.remind(home, round_, ["T10"], as_of=dt.date(2023, 9, 15))
    paper = docx.Document(str(home.reminders / "T10.docx"))
    publisher = round_.settings.publisher
    cells = [paragraph for row in paper.tables[0].rows for cell in row.cells for paragraph in cell.paragraphs]
    runs = {paragraph.text: paragraph.runs[0] for paragraph in [*cells, *paper.paragraphs] if paragraph.runs}
    elements = {
        publisher.parent: "co_quan_chu_quan",
        publisher.unit: "co_quan_ban_hanh",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM": "quoc_hieu",
        "Độc lập - Tự do - Hạnh phúc": "tieu_ngu",
        "NGƯỜI PHỤ TRÁCH TỔNG HỢP": "chuc_vu_ky",
    }
    for text, element in elements.items():
        wanted, run_ = settings()[element], runs[text]
        assert (wanted.smallest <= run_.font.size.pt <= wanted.largest, bool(run_.bold)) == (True, wanted.bold), text
    body = paper.styles["Normal"].font
    assert (body.name, body.size.pt, str(body.color.rgb)) == (FONT, settings()["noi_dung"].largest, "000000")
    section = paper.sections[0]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert "PAGE" not in section.first_page_header._element.xml


def test_a_letter_about_one_of_several_files_says_so(home: Home, round_: Round) -> None:
    send(home, round_, "a.xlsx", cases="nhiều")
    send(home, round_, "b.xlsx", cases="rất nhiều")
    received(home, round_, 1)
    run.feedback(home, round_)
    assert "1 tệp còn lại không được tính" in text_of(home.replies, "T01")


@pytest.mark.parametrize("name", ["T12.xlsx", "UBND tỉnh Lai Châu nộp lại.xls"])
def test_whoever_sent_a_file_that_cant_be_read_is_told_what_to_do(home: Home, round_: Round, name: str) -> None:
    (home.incoming / name).write_bytes(b"chi la chu")
    received(home, round_, 1)
    replied = run.feedback(home, round_)
    assert (replied.replies, replied.alone, list(replied.unidentified)) == (1, 1, [])
    text = text_of(home.replies, "T12")
    assert "không dùng được tệp này. Tệp là văn bản thuần" in text
    assert "Điền trên biểu mẫu .xlsx đã phát hành" in text
    assert run.status(home, round_)[1].set_index("agency")["standing"]["T12"] == "unreadable"


def test_reminders_go_to_the_silent_alone(home: Home, round_: Round) -> None:
    send(home, round_, "a.xlsx")
    (home.incoming / "T12.xlsx").write_bytes(b"chi la chu")
    received(home, round_, 1)
    run.excuse(home, round_, "T14", Grounds("mới sáp nhập", "ai"))
    count = run.remind(home, round_, as_of=dt.date(2023, 9, 15))
    reminded = {path.stem for path in home.reminders.glob("*.docx")}
    assert (count, len(reminded)) == (91, 91)
    assert not reminded & {"T01", "T12", "T14"}
    text = text_of(home.reminders, "T10")
    assert "đã quá hạn 8 ngày" in text
    assert "trước ngày 23/09/2023" in text


def test_before_the_deadline_nobody_is_called_late(home: Home, round_: Round) -> None:
    assert run.remind(home, round_, ["T10"], as_of=dt.date(2023, 9, 5)) == 1
    text = text_of(home.reminders, "T10")
    assert "quá hạn" not in text
    assert text.count("trước ngày 08/09/2023") == 2  # the letter grants no other deadline than it names
    run.remind(home, round_, ["T10"], as_of=dt.date(2023, 9, 5), deadline=dt.date(2023, 9, 7))
    assert "trước ngày 07/09/2023" in text_of(home.reminders, "T10")


@pytest.mark.slow
def test_a_reminder_is_taken_away_once_something_has_come(home: Home, round_: Round) -> None:
    run.remind(home, round_, as_of=dt.date(2023, 9, 5))
    (home.reminders / "cua-toi.txt").write_text("x", encoding="utf-8")
    saved(filled(round_, "T10", info={"nil": "Có"}), home.incoming / "a.xlsx")
    received(home, round_, 1)
    run.remind(home, round_, as_of=dt.date(2023, 9, 5))
    assert not list(home.reminders.glob("T10.*"))
    assert (home.reminders / "cua-toi.txt").exists()


@pytest.mark.slow
def test_files_of_a_run_that_was_killed_are_still_known_as_ours(home: Home, round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Outputs.write

    def killed(self: Outputs, path: Path, content: bytes) -> Path:
        if path.name == "T04.docx":
            raise KeyboardInterrupt
        return write(self, path, content)

    monkeypatch.setattr(Outputs, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        run.remind(home, round_, as_of=dt.date(2023, 9, 5))
    monkeypatch.undo()
    assert (home.reminders / "T02.docx").exists()
    run.excuse(home, round_, "T02", Grounds("thử", "ai"))
    run.remind(home, round_, as_of=dt.date(2023, 9, 5))
    assert not list(home.reminders.glob("T02.*"))


def test_a_round_of_another_kind_reminds_too(home: Home) -> None:
    mini = round_of(MINI)
    assert run.remind(home, mini, as_of=mini.deadline, lang="en") == len(mini.in_scope)
    assert "Re: reminder" in text_of(home.reminders, mini.in_scope[0].code)
