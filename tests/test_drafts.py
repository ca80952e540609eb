"""Drafts of mails beside letters, and the address book that says to whom they go."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline import run
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.model import Standing
from pipeline.office.draft import MailDraft
from pipeline.store.addresses import Contact, address_book
from pipeline.summarise.board import facts
from schemas.round.round import Round
from tests.books import MINI, filled, issued, round_of
from tests.commands import tonghop
from tests.consolidations import consolidation
from tests.posted import posted


@pytest.fixture(scope="module")
def round_() -> Round:
    return round_of(MINI)


def booked(home: Home, *lines: str) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    (home.root / "dia-chi.csv").write_text(
        "agency,to,cc,name,phone\n" + "\n".join(lines), encoding="utf-8"
    )


def read(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def attached(message: EmailMessage) -> dict[str | None, bytes]:
    return {part.get_filename(): part.get_content() for part in message.iter_attachments()}


def text(message: EmailMessage) -> str:
    body = message.get_body()
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


# --- the address book ----------------------------------------------------------------------------


def test_the_address_book_knows_agencies_by_code_and_name(home: Home, round_: Round) -> None:
    booked(
        home,
        "nor,a@x.example; b@x.example,c@x.example,Bà A,024 1",
        '"South office","d@y.example, e@y.example",,,',
    )
    assert address_book(home, round_) == {
        "NOR": Contact(("a@x.example", "b@x.example"), ("c@x.example",), "Bà A", "024 1"),
        "SOU": Contact(("d@y.example", "e@y.example")),
    }


def test_the_address_book_may_lie_beside_the_data_and_come_from_excel(
    home: Home, round_: Round
) -> None:
    home.data.mkdir(parents=True)
    (home.data / "dia-chi.csv").write_bytes(
        "\ufeffAgency;To;Phone\r\nHQ;h@q.example;1\r\n".encode()
    )
    assert address_book(home, round_) == {"HQ": Contact(("h@q.example",), phone="1")}


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("NOWHERE,a@x.example,,,", "addresses_agency", "NOWHERE"),
        ("NOR,a at x,,,", "addresses_address", "a at x"),
        ('NOR,"a', "addresses_quotes", ""),
    ],
)
def test_a_mistake_in_the_address_book_is_told_by_its_line(
    line: str, key: str, value: str, home: Home, round_: Round
) -> None:
    booked(home, "HQ,h@q.example,,,", line)
    with pytest.raises(OperatorError) as told:
        address_book(home, round_)
    assert told.value.key == key
    assert told.value.words["line"] == 3
    assert value in told.value.text("vi")


def test_without_its_head_it_is_refused(home: Home, round_: Round) -> None:
    home.root.joinpath("dia-chi.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(OperatorError, match="addresses_header"):
        address_book(home, round_)


def test_in_the_folder_of_returns_it_is_no_return(home: Home, round_: Round) -> None:
    (home.incoming / "dia-chi.csv").write_text("agency,to\n", encoding="utf-8")
    assert [each.reason for each in run.collect(home, round_).ignored] == ["address_book"]


def test_the_board_calls_whom_the_address_book_names(round_: Round) -> None:
    made = consolidation(round_, {}, {"NOR": Standing.CORRECTING})
    object.__setattr__(
        made,
        "contacts",
        {"SOU": Contact(("s@x.example", "t@x.example"), name="Bà B", phone="024 3825 1234")},
    )
    people = {call.name: call.person for call in facts.calls(made)}
    assert (
        people["South office"].name,
        people["South office"].call,
        people["South office"].write,
    ) == (
        "Bà B",
        "tel:02438251234",
        "mailto:s@x.example,t@x.example",
    )
    assert not people["North office"].known


# --- drafts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject",
    [
        "V/v đôn đốc gửi báo cáo theo Công văn 4874/BNV-CCVC ngày 29/8/2023",
        "Plain",
        "đ" * 300,
        "đ " * 200 + "đ",
    ],
)
def test_a_long_subject_keeps_its_spaces(subject: str) -> None:
    written = MailDraft(subject, "x").eml()
    assert email.message_from_bytes(written, policy=email.policy.default)["Subject"] == subject
    assert max(map(len, written.split(b"\r\n"))) <= 78


def test_a_draft_is_ready_to_be_sent_and_always_the_same() -> None:
    draft = MailDraft(
        "V/v báo cáo",
        "Kính gửi.\n",
        ("a@x.example", "b@x.example"),
        ("c@x.example",),
        {"T01.xlsx": b"PK\x00", "T01.docx": b"PK\x01"},
    )
    assert draft.eml() == draft.eml()
    message = email.message_from_bytes(draft.eml(), policy=email.policy.default)
    assert [message[title] for title in ("X-Unsent", "Subject", "To", "Cc", "Date")] == [
        "1",
        "V/v báo cáo",
        "a@x.example, b@x.example",
        "c@x.example",
        None,
    ]
    assert isinstance(message, EmailMessage)
    assert attached(message) == {"T01.xlsx": b"PK\x00", "T01.docx": b"PK\x01"}
    assert all(len(line) <= 998 for line in draft.eml().split(b"\r\n"))


def test_issued_workbooks_get_drafts(home: Home, round_: Round) -> None:
    booked(home, "NOR,a@x.example,,,")
    done = tonghop("--home", home.root, "--round", MINI, "distribute", "--eml", "NOR", "SOU")
    assert done.exit_code == 0
    message = read(home.issued / "NOR.eml")
    assert (message["To"], attached(message)["NOR.xlsx"]) == ("a@x.example", issued(round_, "NOR"))
    assert "North office" in text(message)
    assert "SOU" in done.stderr
    assert read(home.issued / "SOU.eml")["To"] is None


def test_reminders_bring_the_form_again_and_drafts_follow_their_letters(
    home: Home, round_: Round
) -> None:
    words = ("--home", home.root, "--round", MINI)
    run.collect(home, round_)
    assert tonghop(*words, "remind", "--eml", "--as-of", "2031-07-01").exit_code == 0
    message = read(home.reminders / "SOU.eml")
    assert attached(message)["SOU.xlsx"] == issued(round_, "SOU")
    assert (
        text(message).split()
        == (home.reminders / "SOU.txt").read_text(encoding="utf-8-sig").split()
    )
    posted(
        home.incoming / "a.eml",
        ("a.xlsx", filled(round_, "SOU", inspections="quarter|building|inspected\n2030|SCH|1")),
    )
    run.collect(home, round_)
    assert tonghop(*words, "remind", "--as-of", "2031-07-02").exit_code == 0
    assert sorted(path.name for path in home.reminders.glob("*.eml")) == ["HQ.eml", "NOR.eml"]
    assert "02/7/2031" in text(read(home.reminders / "NOR.eml"))


@pytest.mark.slow
def test_replies_go_to_the_sender_of_the_mail_where_the_address_book_is_silent(
    home: Home, round_: Round
) -> None:
    wrong = filled(round_, "NOR", inspections="quarter|building|inspected\n2030|SCH|1\n2030|SCH|2")
    posted(home.incoming / "a.eml", ("a.xlsx", wrong))
    words = ("--home", home.root, "--round", MINI)
    assert tonghop(*words, "collect").exit_code == 0
    done = tonghop(*words, "feedback", "--eml")
    message = read(home.replies / "NOR.eml")
    assert (message["To"], sorted(map(str, attached(message)))) == (
        "vp@boxd.example",
        ["NOR.docx", "NOR.xlsx"],
    )
    assert "NOR vp@boxd.example" in done.stderr
    booked(home, "NOR,n@x.example,,,")
    assert tonghop(*words, "consolidate").exit_code == 0
    assert read(home.replies / "NOR.eml")["To"] == "n@x.example"
