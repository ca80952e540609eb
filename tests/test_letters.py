"""Replies say what is wrong and what to do; reminders go to agencies without a return."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import io
import re
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from pipeline import run
from pipeline.distribute import issue
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.machine.clock import NOW
from pipeline.office.letter import subject_of
from pipeline.stages import deciding
from pipeline.store.decisions import Grounds
from pipeline.store.outputs import Outputs
from schemas.round.round import Round
from schemas.round.settings import RulePolicy, RuleState
from tests.books import MINI, copied, opened, round_of
from tests.commands import tonghop
from tests.exchange import received, send
from tests.workbooks import filled, saved


@pytest.fixture(scope="module")
def round_(small_round: Round) -> Round:
    """A letter to a few agencies is a letter to 94."""
    return small_round


def dates(text: str) -> set[str]:
    """All days that a letter names but that of the dispatch."""
    return set(re.findall(r"\d\d?/\d\d?/\d{4}", text)) - {"29/8/2023"}


def text_of(folder: Path, code: str) -> str:
    return (folder / f"{code}.txt").read_text(encoding="utf-8-sig")


def test_the_letter_names_the_first_errors_and_where_they_are(home: Home, round_: Round) -> None:
    send(home, round_, "a.xlsx", cases="nhiều", period=None, level="Cấp gì đó")
    received(home, round_, 1)
    run.feedback(home, round_)
    text = text_of(home.replies, "T01")
    assert "- Trang tính I.1 BIỂU HIỆN, ô I9: Ô “Số vụ việc” có “nhiều” không phải là số." in text
    assert "0 cảnh báo" not in text
    paper = docx.Document(io.BytesIO((home.replies / "T01.docx").read_bytes()))
    assert [line for line in (each.text for each in paper.paragraphs) if "ô I9" in line]


def test_a_letter_about_warnings_alone_asks_for_no_correction(home: Home, round_: Round) -> None:
    send(home, round_, "a.xlsx", handled=None)
    received(home, round_, 1)
    run.feedback(home, round_, everything=True)
    subject = "V/v xem lại, giải trình số liệu báo cáo theo Công văn số 4874/BNV-CCVC"
    assert text_of(home.replies, "T01").splitlines()[0] == subject
    assert subject_of(home.replies / "T01.docx") == subject, "drafts of mails take it from there"


def test_a_letter_about_one_of_several_files_says_so(home: Home, round_: Round) -> None:
    send(home, round_, "a.xlsx", cases="nhiều")
    send(home, round_, "b.xlsx", cases="rất nhiều")
    received(home, round_, 1)
    run.feedback(home, round_)
    assert "1 tệp còn lại không được tổng hợp" in text_of(home.replies, "T01")


@pytest.mark.parametrize("name", ["T12.xlsx", "UBND tỉnh Lai Châu nộp lại.xls"])
def test_whoever_sent_a_file_that_cant_be_read_is_told_what_to_do(
    home: Home, round_: Round, name: str
) -> None:
    (home.incoming / name).write_bytes(b"chi la chu")
    received(home, round_, 1)
    replied = run.feedback(home, round_)
    assert (replied.replies, replied.alone, replied.blank, list(replied.unidentified)) == (
        1,
        0,
        1,
        [],
    )
    assert (home.replies / "T12.xlsx").read_bytes() == dict(
        issue.workbooks(round_, [round_.by_agency["T12"]])
    )["T12"]
    text = text_of(home.replies, "T12")
    assert "tuy nhiên tệp không sử dụng được. Tệp là văn bản thuần" in text
    assert "Điền trên biểu mẫu .xlsx đã phát hành" in text
    assert "Tệp gửi kèm (T12.xlsx) là biểu mẫu Excel trống" in text
    assert "Chi tiết nêu trong" not in text
    assert run.status(home, round_)[1].set_index("agency")["standing"]["T12"] == "unreadable"


@pytest.mark.slow
def test_reminders_go_to_the_silent_alone(home: Home, round_: Round) -> None:
    send(home, round_, "a.xlsx")
    (home.incoming / "T12.xlsx").write_bytes(b"chi la chu")
    received(home, round_, 1)
    deciding.excuse(home, round_, "T14", Grounds("mới sáp nhập", "ai"))
    count = run.remind(home, round_, as_of=dt.date(2023, 9, 15))
    reminded = {path.stem for path in home.reminders.glob("*.docx")}
    silent = {agency.code for agency in round_.in_scope} - {"T01", "T12", "T14"}
    assert count == len(silent)
    assert reminded == silent
    text = text_of(home.reminders, "T10")
    assert "quá thời hạn 8 ngày" in text
    # its deadline and the day of the reminder: nobody set another
    assert dates(text) == {"08/9/2023", "15/9/2023"}
    assert "trong thời gian sớm nhất" in text
    run.remind(home, round_, ["T10"], as_of=dt.date(2023, 9, 15), deadline=dt.date(2023, 9, 20))
    assert dates(text_of(home.reminders, "T10")) == {"08/9/2023", "15/9/2023", "20/9/2023"}


def test_before_the_deadline_nobody_is_called_late(home: Home, round_: Round) -> None:
    assert run.remind(home, round_, ["T10"], as_of=dt.date(2023, 9, 5)) == 1
    text = text_of(home.reminders, "T10")
    assert "quá hạn" not in text
    # the letter grants no other deadline than it names
    assert text.count("trước ngày 08/9/2023") == 2
    with pytest.raises(OperatorError, match="asked_too_early"):
        run.remind(home, round_, ["T10"], as_of=dt.date(2023, 9, 5), deadline=dt.date(2023, 9, 7))
    run.remind(home, round_, ["T10"], as_of=dt.date(2023, 9, 5), deadline=dt.date(2023, 9, 17))
    assert dates(text_of(home.reminders, "T10")) == {"08/9/2023", "05/9/2023"}


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
def test_files_of_a_run_that_was_killed_are_still_known_as_ours(
    home: Home, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    deciding.excuse(home, round_, "T02", Grounds("thử", "ai"))
    run.remind(home, round_, as_of=dt.date(2023, 9, 5))
    assert not list(home.reminders.glob("T02.*"))


def test_a_round_of_another_kind_reminds_too(home: Home) -> None:
    mini = round_of(MINI)
    assert run.remind(home, mini, as_of=mini.deadline, lang="en") == len(mini.in_scope)
    assert "Re: reminder" in text_of(home.reminders, mini.in_scope[0].code)


# --- the day that a letter bears -----------------------------------------------------------------


def day_of(path: Path) -> str:
    paper = docx.Document(str(path))
    return next(
        each.text
        for row in paper.tables[0].rows
        for cell in row.cells
        for each in cell.paragraphs
        if each.text.startswith("Hà Nội, ")
    )


def on(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NOW, f"{day}T09:00:00+07:00")


@pytest.mark.slow
def test_a_letter_bears_the_day_it_was_written_until_more_than_dates_change(
    home: Home, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    on("2023-09-05", monkeypatch)
    send(home, round_, "a.xlsx", cases="nhiều")
    received(home, round_, 5)
    run.feedback(home, round_)
    run.distribute(home, round_, ["T01"])
    run.remind(home, round_, ["T10"], as_of=dt.date(2023, 9, 5))
    assert (
        day_of(home.replies / "T01.docx")
        == day_of(home.issued / "T01.docx")
        == "Hà Nội, ngày 05 tháng 9 năm 2023"
    )
    # no day that nobody set, like a week after its receipt
    assert "trước ngày 08/9/2023" in text_of(home.replies, "T01")
    letters = [home.replies / "T01.docx", home.issued / "T01.docx", home.reminders / "T10.docx"]
    before = [path.read_bytes() for path in letters]
    on("2023-09-06", monkeypatch)
    run.feedback(home, round_)
    run.distribute(home, round_, ["T01"])
    run.remind(home, round_, ["T10"], as_of=dt.date(2023, 9, 5))
    assert [path.read_bytes() for path in letters] == before
    on("2024-01-09", monkeypatch)
    run.feedback(home, round_)
    assert day_of(home.replies / "T01.docx") == "Hà Nội, ngày 09 tháng 01 năm 2024"
    assert "trong thời gian sớm nhất" in text_of(home.replies, "T01")


def test_a_reminder_without_a_day_of_its_own_keeps_its_day_too(
    home: Home, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    on("2023-09-06", monkeypatch)
    run.remind(home, round_, ["T10"])
    before = text_of(home.reminders, "T10")
    on("2023-09-07", monkeypatch)
    run.remind(home, round_, ["T10"])
    assert text_of(home.reminders, "T10") == before
    on("2023-09-08", monkeypatch)
    run.remind(home, round_, ["T10"])
    assert "Đến hết ngày 08/9/2023, quá thời hạn 1 ngày" in text_of(home.reminders, "T10")


@pytest.mark.slow
def test_the_day_by_which_somebody_was_asked_stays_asked(home: Home, round_: Round) -> None:
    send(home, round_, "a.xlsx", cases="nhiều")
    received(home, round_, 5)
    run.feedback(home, round_, deadline=dt.date(2023, 9, 20))
    before = (home.replies / "T01.docx").read_bytes()
    run.consolidate(home, round_)
    assert (home.replies / "T01.docx").read_bytes() == before
    with pytest.raises(OperatorError, match="asked_too_early"):
        run.feedback(home, round_, deadline=dt.date(2023, 9, 1))


# --- letters that no longer hold -----------------------------------------------------------------


def lying(home: Home) -> set[str]:
    folders = [home.letters(command) for command in ("feedback", "remind")]
    return {
        f"{path.parent.name}/{path.name}"
        for folder in folders
        if folder.is_dir()
        for path in folder.iterdir()
    }


@pytest.fixture(scope="module")
def replied_once(tmp_path_factory: pytest.TempPathFactory, round_: Round) -> Home:
    """A reply to T01 (one error), one to T12 (a text), a reminder to T10, each with its draft."""
    home = Home(tmp_path_factory.mktemp("replied"))
    send(home, round_, "a.xlsx", persons=3, pending=1)
    (home.incoming / "T12.txt").write_bytes(b"chi la chu")
    received(home, round_, 5)
    words = ("--home", home.root)
    assert tonghop(*words, "feedback", "--eml").exit_code == 0
    assert tonghop(*words, "remind", "T10", "--eml", "--as-of", "2023-09-15").exit_code == 0
    assert lying(home) == {*of("phan-hoi", "T01"), *of("phan-hoi", "T12"), *of("don-doc", "T10")}
    return home


@pytest.fixture
def replied(replied_once: Home, tmp_path: Path) -> Home:
    """The same for each test, in a folder of its own."""
    return copied(replied_once, tmp_path)


def of(folder: str, code: str) -> set[str]:
    return {
        f"{folder}/{code}.{ending}"
        for ending in ("docx", "txt", "eml", *(["xlsx"] if folder == "phan-hoi" else []))
    }


T01, T12, T10 = of("phan-hoi", "T01"), of("phan-hoi", "T12"), of("don-doc", "T10")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "left"),
    [
        (["waive", "T01", "R01"], T12 | T10),
        (["excuse", "T10"], T01 | T12),
        (["excuse", "T01"], T01 | T12 | T10),
        (["dismiss", "T12.txt"], T01 | T10),
        (["exclude", "a.xlsx"], T12 | T10),
        (["assign", "a.xlsx", "T10"], T12),
        (["extend", "--until", "2023-09-30"], set()),
        (["extend", "T10", "--until", "2023-09-30"], T01 | T12),
        (["waive", "T01", "N04"], T01 | T12 | T10),
    ],
)
def test_a_decision_takes_away_the_letters_that_it_makes_untrue(
    replied: Home, command: list[str], left: set[str]
) -> None:
    done = tonghop("--home", replied.root, *command, "--reason", "x")
    assert (done.exit_code, lying(replied)) == (0, left)
    gone = {
        name.removesuffix(".docx") for name in (T01 | T12 | T10) - left if name.endswith(".docx")
    }
    assert all(f"data/output/{name}.docx" in done.stderr for name in gone)


@pytest.mark.slow
def test_what_comes_takes_away_the_letters_that_it_makes_untrue(
    replied: Home, round_: Round
) -> None:
    send(replied, round_, "b.xlsx")
    saved(filled(round_, "T10", info={"nil": "Có"}), replied.incoming / "c.xlsx")
    (replied.replies / "T01.docx").write_bytes(b"signed by hand")
    received(replied, round_, 6)
    assert lying(replied) == T12 | {"phan-hoi/T01 (đã sửa).docx"}


@pytest.mark.slow
def test_letters_of_an_older_program_hold_as_long_as_there_is_something_to_say(
    replied: Home, round_: Round
) -> None:
    lines = replied.outputs_record.read_text(encoding="utf-8").splitlines(keepends=True)
    replied.outputs_record.write_text(
        "".join(line for line in lines if '"grounds"' not in line), encoding="utf-8"
    )
    deciding.excuse(replied, round_, "T14", Grounds("x", "ai"))
    assert lying(replied) == T01 | T12 | T10
    deciding.excuse(replied, round_, "T10", Grounds("x", "ai"))
    assert lying(replied) == T01 | T12


# --- letters by what was decided -----------------------------------------------------------------


@pytest.mark.slow
def test_what_is_issued_after_an_extension_names_the_later_deadline(
    home: Home, round_: Round
) -> None:
    run.collect(home, round_)
    deciding.extend(home, round_, [], dt.date(2023, 9, 14), Grounds("x", "ai"))
    deciding.extend(home, round_, ["T10"], dt.date(2023, 9, 29), Grounds("x", "ai"))
    tonghop("--home", home.root, "distribute", "T01", "T10", "--eml")
    for code, day in (("T01", "15/9/2023"), ("T10", "30/9/2023")):
        paper = docx.Document(str(home.issued / f"{code}.docx"))
        assert f"trước ngày {day}" in " ".join(each.text for each in paper.paragraphs)
        sheet = opened((home.issued / f"{code}.xlsx").read_bytes()).worksheets[0]
        assert any(
            f"Gửi trước ngày {day}" in str(cell.value) for row in sheet.iter_rows() for cell in row
        )
        mail = email.message_from_bytes(
            (home.issued / f"{code}.eml").read_bytes(), policy=email.policy.default
        )
        assert f"trước ngày {day}" in " ".join(mail.get_body().get_content().split())
    tonghop("--home", home.root, "remind", "T10", "--eml", "--as-of", "2023-09-20")
    assert "trước ngày 30/9/2023" in text_of(home.reminders, "T10")
    assert (
        next(
            part.get_content()
            for part in email.message_from_bytes(
                (home.reminders / "T10.eml").read_bytes(), policy=email.policy.default
            ).iter_attachments()
            if part.get_filename() == "T10.xlsx"
        )
        == (home.issued / "T10.xlsx").read_bytes()
    )


@pytest.mark.slow
@pytest.mark.parametrize("state", ["retired", "draft"])
def test_a_round_that_does_not_speak_of_lateness_tells_nobody_that_it_is_late(
    home: Home, round_: Round, state: str
) -> None:
    quiet = replace(
        round_, settings=replace(round_.settings, rules={"D01": RulePolicy(state=RuleState(state))})
    )
    send(home, round_, "a.xlsx", cases="nhiều")
    received(home, round_, 20)
    assert [each.rule for each in run.findings(home, round_) if each.rule == "D01"] == ["D01"]
    with_note = run.status(home, round_)[1].set_index("agency").loc["T01", "notes"]
    assert [each.rule for each in run.findings(home, quiet) if each.rule == "D01"] == []
    assert run.status(home, quiet)[1].set_index("agency").loc["T01", "notes"] == with_note - 1
    run.feedback(home, quiet)
    assert "chậm" not in text_of(home.replies, "T01")
