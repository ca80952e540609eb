"""Receipts: what came and how it was found, to each agency whose return counts."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from pipeline import run
from pipeline.home import Home
from pipeline.machine.clock import NOW
from pipeline.stages import deciding
from pipeline.store.decisions import Grounds
from schemas.round.round import Round
from tests.commands import tonghop
from tests.exchange import received, send
from tests.workbooks import filled, saved


def text_of(home: Home, code: str) -> str:
    return (home.receipts / f"{code}.txt").read_text(encoding="utf-8-sig")


def lying(home: Home) -> list[str]:
    return sorted(path.name for path in home.receipts.iterdir())


@pytest.fixture
def came(home: Home, round_: Round, monkeypatch: pytest.MonkeyPatch) -> Home:
    """T01 is right, T02 has a warning and is late, T04 is nil, T06 is wrong, no others."""
    monkeypatch.setenv(NOW, "2023-09-20T09:00:00+07:00")
    send(home, round_, "a.xlsx")
    saved(filled(round_, "T04", info={"nil": "Có"}), home.incoming / "Báo cáo T04.xlsx")
    saved(filled(round_, "T06"), home.incoming / "d.xlsx")
    received(home, round_, 5)
    return home


def test_each_agency_whose_return_counts_is_told_what_came(came: Home, round_: Round) -> None:
    assert run.receipts(came, round_) == 2
    assert lying(came) == ["T01.docx", "T01.txt", "T04.docx", "T04.txt"]
    said = text_of(came, "T04")
    for line in (
        "- Tên tệp: Báo cáo T04.xlsx;",
        "- Ngày nhận: 05/9/2023;",
        "- Bản gửi: lần thứ 1;",
        "không phát sinh vụ việc;",
        "đã được tổng hợp",
    ):
        assert line in said
    assert "chậm" not in said
    paper = docx.Document(str(came.receipts / "T04.docx"))
    assert "- Ngày nhận: 05/9/2023;" in [each.text for each in paper.paragraphs]


@pytest.mark.slow
def test_a_later_return_is_the_second_and_late_by_the_first(came: Home, round_: Round) -> None:
    saved(filled(round_, "T10", manifestations=[{"period": "Năm 2022"}]), came.incoming / "e.xlsx")
    received(came, round_, 10)
    saved(filled(round_, "T10", info={"nil": "Có"}), came.incoming / "f.xlsx")
    received(came, round_, 12)
    assert run.receipts(came, round_, ["T10"]) == 1
    said = text_of(came, "T10")
    assert "- Ngày nhận: 12/9/2023;" in said
    assert "- Bản gửi: lần thứ 2;" in said
    assert "chậm 3 ngày, tính theo bản gửi đầu tiên" in said


def test_warnings_are_counted(came: Home, round_: Round) -> None:
    counted = run.findings(came, round_)
    warned = sum(each.severity == "W" for each in counted if each.agency == "T01")
    run.receipts(came, round_, ["T01"])
    assert warned > 0
    assert f"- Qua kiểm tra: đạt, có {warned} cảnh báo." in text_of(came, "T01")
    assert "gửi lại cả tệp về Bộ Nội vụ" in text_of(came, "T01")


@pytest.mark.slow
def test_a_receipt_goes_with_the_return_that_it_is_about(came: Home, round_: Round) -> None:
    run.receipts(came, round_)
    done = tonghop("--home", came.root, "exclude", "a.xlsx", "--reason", "x")
    assert "data/output/xac-nhan/T01.docx" in done.stderr
    assert lying(came) == ["T04.docx", "T04.txt"]
    send(came, round_, "g.xlsx", cases=3)
    received(came, round_, 7)
    saved(
        filled(round_, "T04", info={"nil": "Có"}, manifestations=[{"period": "Năm 2022"}]),
        came.incoming / "h.xlsx",
    )
    received(came, round_, 8)
    assert lying(came) == []  # a newer return waits, which the letter doesn't tell
    assert run.receipts(came, round_) == 2
    assert "Bản Quý cơ quan gửi sau, nhận ngày 08/9/2023, chưa thay thế bản nêu trên." in text_of(
        came, "T04"
    )


@pytest.mark.slow
def test_receipts_have_drafts_and_are_on_record(came: Home, round_: Round) -> None:
    words = ("--home", came.root)
    assert tonghop(*words, "feedback", "--receipts", "--eml", "T04").exit_code == 0
    assert lying(came) == ["T04.docx", "T04.eml", "T04.txt"]
    assert not came.letters("feedback").exists()
    assert tonghop(*words, "mail", "log", "--add-all", "--about", "receipt").exit_code == 0
    logged = tonghop(*words, "mail", "log", "--format", "csv").stdout.splitlines()
    assert {tuple(line.split(",")[3:5]) for line in logged[1:]} == {
        ("receipt", "written"),
        ("receipt", "sent"),
    }
    again = tonghop(*words, "mail", "log", "--add-all", "--about", "receipt")
    assert (again.exit_code, "tonghop feedback --receipts" in again.stderr) == (2, True)
    assert deciding.waive(
        came, round_, "T04", "V09", Grounds("x", "ai")
    )  # of no concern to the letter
    assert lying(came) == ["T04.docx", "T04.eml", "T04.txt"]


@pytest.mark.parametrize("option", [["--all"], ["--deadline", "2023-09-20"]])
def test_receipts_are_written_alone(home: Home, option: list[str]) -> None:
    done = tonghop("--home", home.root, "feedback", "--receipts", *option)
    assert done.exit_code == 2
    assert not Path(home.letters("receipt")).exists()
