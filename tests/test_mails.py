"""Mails: what is taken, what is left and why, when they came; none does harm."""

from __future__ import annotations

import email.policy
import multiprocessing
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline.collect.formats import limits
from pipeline.collect.intake.archive import archived
from pipeline.collect.intake.opening import opener
from pipeline.model import Mail
from tests.incoming import WORKBOOK, Found, found, put, take, zipped
from tests.posted import (
    CAME,
    PICTURE,
    SENT,
    attachment,
    compound,
    embedded,
    mail,
    outlook,
    posted,
    raw,
)


def names(result: Found) -> list[str]:
    return [file.name for file in result.received]


def left(result: Found) -> list[tuple[str, str]]:
    return [(each.name, each.reason) for each in result.ignored]


def dated(result: Found) -> list[tuple[str, str]]:
    return [(file.received.isoformat(), file.received_by) for file in result.received]


def written(path: Path, message: EmailMessage | bytes) -> Path:
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    return path


# --- what is taken -------------------------------------------------------------------------------


def test_a_mail_gives_its_files_and_says_who_sent_them_when(tmp_path: Path) -> None:
    path = posted(
        tmp_path / "thư.eml",
        ("Bộ Xây dựng.xlsx", WORKBOOK),
        ("phụ lục.pdf", b"%PDF-1"),
        received=(CAME, SENT),
    )
    result = found(path)
    assert names(result) == ["thư.eml/Bộ Xây dựng.xlsx", "thư.eml/phụ lục.pdf"]
    assert dated(result) == [("2023-09-06T08:30:00+07:00", "mail")] * 2
    brought = result.received[0].mail
    assert brought == Mail(
        "vp@boxd.example",
        "Văn phòng",
        "V/v báo cáo",
        "2023-09-06T08:30:00+07:00",
        brought.text if brought else "",
    )
    assert (
        archived(tmp_path / "archive", brought.text).read_text(encoding="utf-8")
        == "Kính gửi Bộ Nội vụ."
    )
    assert result.received[0].path.read_bytes() == WORKBOOK


@pytest.mark.parametrize(
    ("received", "sent", "came"),
    [
        ((), SENT, ("2023-09-05T08:00:00+07:00", "mail")),
        (("hôm qua",), SENT, ("2023-09-05T08:00:00+07:00", "mail")),
        ((), "Mon, 04 Sep 2023 20:00:00 -0000", ("2023-09-05T03:00:00+07:00", "mail")),
        ((), "Mon, 04 Sep 2023 20:00:00", ("2023-09-04T20:00:00+07:00", "mail")),
        ((), "", ("2023-09-01T08:00:00+07:00", "mtime")),
        ((), "Tue, 05 Sep 2099 08:00:00 +0700", ("2031-08-01T00:00:00+07:00", "collected")),
        ((), "Sat, 05 Sep 1874 08:00:00 +0700", ("2031-08-01T00:00:00+07:00", "collected")),
        ((), "Tue, 45 Sep 2023 48:00:00 +9999", ("2023-09-01T08:00:00+07:00", "mtime")),
    ],
)
def test_a_mail_came_when_its_topmost_server_says_or_it_was_sent(
    received: tuple[str, ...], sent: str, came: tuple[str, str], tmp_path: Path
) -> None:
    sent_then = (
        mail(("a.xlsx", WORKBOOK), received=received)
        .as_bytes()
        .replace(f"Date: {SENT}".encode(), f"Date: {sent}".encode())
    )
    assert dated(found(put(tmp_path / "a.eml", sent_then))) == [came]


def test_a_register_and_the_command_line_count_more_than_a_mail_and_a_mail_more_than_an_archive(
    tmp_path: Path,
) -> None:
    packed = zipped(
        tmp_path / "b.zip", ("b.xlsx", WORKBOOK), time=(2023, 8, 1, 8, 0, 0)
    ).read_bytes()
    sent = mail(("a.xlsx", b"PK a"), ("b.zip", packed)).as_bytes()
    folder = tmp_path / "in"
    written(
        zipped(folder.parent / "x.zip", ("thư.eml", sent)),
        zipped(tmp_path / "y.zip", ("thư.eml", sent)).read_bytes(),
    )
    assert dated(found(tmp_path / "x.zip")) == [("2023-09-05T08:00:00+07:00", "mail")] * 2
    put(folder / "thư.eml", sent)
    (folder / "nhan.csv").write_text("file,date\nthư.eml,2023-09-02\n", encoding="utf-8")
    assert dated(found(folder)) == [("2023-09-02T00:00:00+07:00", "nhan.csv")] * 2


def test_of_a_forwarded_mail_the_outer_one_counts_and_the_inner_is_shown(tmp_path: Path) -> None:
    outer = mail(
        sender="vu@moha.example", subject="Fwd: báo cáo", sent="Thu, 07 Sep 2023 09:00:00 +0700"
    )
    outer.add_attachment(mail(("a.xlsx", WORKBOOK)))
    result = found(written(tmp_path / "f.eml", outer))
    assert names(result) == ["f.eml/V-v báo cáo/a.xlsx"]
    assert dated(result) == [("2023-09-07T09:00:00+07:00", "mail")]
    brought = result.received[0].mail
    assert brought
    assert brought.inner
    assert (brought.sender, brought.inner.sender, brought.inner.subject) == (
        "vu@moha.example",
        "vp@boxd.example",
        "V/v báo cáo",
    )


def test_files_of_mails_are_taken_out_of_archives_and_the_reverse(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "i.zip", ("a.xlsx", WORKBOOK)).read_bytes()
    as_file = mail(("i.zip", inner)).as_bytes()
    assert names(found(posted(tmp_path / "f.eml", ("thư.eml", as_file)))) == [
        "f.eml/thư.eml/i.zip/a.xlsx"
    ]


# --- what is left --------------------------------------------------------------------------------


def with_part(
    content: bytes, kind: str, name: str = "", disposition: str = "attachment", cid: str = ""
) -> EmailMessage:
    made = mail(("a.xlsx", WORKBOOK))
    maintype, _, subtype = kind.partition("/")
    made.add_attachment(
        content,
        maintype=maintype,
        subtype=subtype,
        filename=name or None,
        disposition=disposition,
        cid=cid or None,
    )
    return made


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (with_part(PICTURE, "image/png", "logo.png", "inline", "<l@x>"), "inline_picture"),
        (with_part(PICTURE, "application/octet-stream", "logo.png", "inline"), "inline_picture"),
        (with_part(PICTURE, "image/png"), "inline_picture"),
        (with_part(b"\x30\x82", "application/pkcs7-signature", "smime.p7s"), "mail_signature"),
        (with_part(b"BEGIN:VCARD", "application/octet-stream", "Ông Nguyễn.vcf"), "mail_signature"),
        (with_part(b"\x30\x82", "application/pkcs7-mime", "smime.p7m"), "sealed"),
        (with_part(b"\x78\x9f\x3e\x22", "application/octet-stream", "winmail.dat"), "tnef"),
        (with_part(b"", "application/ms-tnef", "winmail.dat"), "tnef"),
    ],
)
def test_what_belongs_to_the_mail_alone_is_left_with_a_reason(
    message: EmailMessage, reason: str, tmp_path: Path
) -> None:
    result = found(written(tmp_path / "a.eml", message))
    assert names(result) == ["a.eml/a.xlsx"]
    assert [each.reason for each in result.ignored] == [reason]


@pytest.mark.parametrize(
    "kind",
    [
        "image/png",
        "text/plain",
        "application/pkcs7-signature",
        "application/ms-tnef",
        "multipart-mixed/x",
    ],
)
def test_a_workbook_is_taken_whatever_the_mail_says_of_it(kind: str, tmp_path: Path) -> None:
    message = with_part(b"PK\x03\x04 another", kind, "b.png", "inline", "<x@y>")
    assert names(found(written(tmp_path / "a.eml", message))) == ["a.eml/a.xlsx", "a.eml/b.png"]


def test_a_picture_that_was_attached_is_taken(tmp_path: Path) -> None:
    assert names(
        found(written(tmp_path / "a.eml", with_part(PICTURE, "image/png", "bản quét.png")))
    ) == [
        "a.eml/a.xlsx",
        "a.eml/bản quét.png",
    ]


@pytest.mark.parametrize(
    "message",
    [
        mail(),
        with_part(PICTURE, "image/png", "logo.png", "inline")
        .as_bytes()
        .replace(b"PK\x03\x04", b""),
        raw("Subject: x", body=b"x"),
    ],
)
def test_a_mail_without_a_file_is_taken_itself(
    message: EmailMessage | bytes, tmp_path: Path
) -> None:
    if isinstance(message, EmailMessage) or b"xlsx" not in message:
        assert names(found(written(tmp_path / "a.eml", message))) == ["a.eml"]


def test_a_mail_that_came_back_is_no_return(tmp_path: Path) -> None:
    bounce = EmailMessage(policy=email.policy.default)
    bounce["From"], bounce["Subject"], bounce["Date"] = (
        "mailer-daemon@x.example",
        "Undelivered",
        SENT,
    )
    bounce["Content-Type"] = 'multipart/report; report-type="delivery-status"; boundary="b"'
    bounce.set_payload([mail(("T01.xlsx", WORKBOOK))])
    result = found(written(tmp_path / "a.eml", bounce))
    assert (names(result), left(result)) == (["a.eml"], [("a.eml/Undelivered", "bounce")])


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "shown", "encoding"),
    [
        ('attachment; filename="../../etc/a.xlsx"', "a.xlsx", "ascii"),
        ('attachment; filename="C:\\\\Users\\\\x\\\\a.xlsx"', "a.xlsx", "ascii"),
        ("attachment; filename*=UTF-8''B%E1%BB%99%20Y%20t%E1%BA%BF.xlsx", "Bộ Y tế.xlsx", "ascii"),
        ("attachment; filename*0*=UTF-8''B%E1%BB%99; filename*1=\" Y.xlsx\"", "Bộ Y.xlsx", "ascii"),
        ("attachment; filename*=x-none''B%E1%BB%99.xlsx", "Bộ.xlsx", "ascii"),
        ('attachment; filename="=?UTF-8?B?QuG7mSBZIHThur8ueGxzeA==?="', "Bộ Y tế.xlsx", "ascii"),
        (
            'attachment; filename="=?windows-1258?Q?B=F4=F2_Y_t=EA=EC.xlsx?="',
            "Bộ Y tế.xlsx",
            "ascii",
        ),
        ('attachment; filename="=?x-viet-tcvn5712?Q?B=E9_Y_t=D5.xlsx?="', "Bộ Y tế.xlsx", "ascii"),
        ('attachment; filename="=?no-such?Q?a.xlsx?="', "a.xlsx", "ascii"),
        ('attachment; filename="Bộ Y tế.xlsx"', "Bộ Y tế.xlsx", "utf-8"),
        ('attachment; filename="a\x07\tb.xlsx"', "a\\u0007 b.xlsx", "ascii"),
        ('attachment; filename=".."', "attachment-1", "ascii"),
        ("attachment", "attachment-1", "ascii"),
    ],
)
def test_names_are_read_in_every_way_that_they_are_written(
    header: str, shown: str, encoding: str, tmp_path: Path
) -> None:
    path = written(
        tmp_path / "a.eml",
        raw(
            f"Content-Disposition: {header}",
            "Content-Type: application/x",
            body=b"x",
            encoding=encoding,
        ),
    )
    assert names(found(path)) == [f"a.eml/{shown}"]


# --- other kinds of mails ------------------------------------------------------------------------


def test_each_mail_of_a_mailbox_is_opened(tmp_path: Path) -> None:
    text = "Kính gửi Bộ.\n\nFrom Hà Nội 2023 chúng tôi gửi.\n"
    some = [
        mail((f"{n}.xlsx", b"PK" + bytes([n])), subject=f"Thư {n}", text=text).as_bytes()
        for n in (1, 2)
    ]
    path = written(
        tmp_path / "hộp.mbox",
        b"".join(b"From x@y Tue Sep  5 08:00:00 2023\n" + each + b"\n\n" for each in some),
    )
    assert names(found(path)) == ["hộp.mbox/Thư 1/1.xlsx", "hộp.mbox/Thư 2/2.xlsx"]


def test_a_mail_of_outlook_is_opened(tmp_path: Path) -> None:
    inner = outlook(attachment("b.xlsx", b"PK b"), subject="Trong", offset=24)
    whole = outlook(
        attachment("Bộ Y tế.xlsx"),
        attachment("logo.png", PICTURE, hidden=True),
        embedded(inner),
        headers=f"Date: {SENT}\r\n",
    )
    result = found(written(tmp_path / "thư.msg", compound(whole)))
    assert names(result) == ["thư.msg/Bộ Y tế.xlsx", "thư.msg/Trong/b.xlsx"]
    assert left(result) == [("thư.msg/logo.png", "inline_picture")]
    assert dated(result) == [("2023-09-05T08:00:00+07:00", "mail")] * 2
    brought = result.received[1].mail
    assert brought
    assert brought.inner
    assert (brought.sender, brought.name, brought.subject, brought.inner.subject) == (
        "vp@boxd.example",
        "Văn phòng",
        "Báo cáo",
        "Trong",
    )


@pytest.mark.parametrize("cut", [600, 2000, 5000])
def test_a_damaged_mail_of_outlook_is_taken_itself(cut: int, tmp_path: Path) -> None:
    whole = compound(outlook(attachment("a.xlsx")))
    result = found(written(tmp_path / "a.msg", whole[:cut] + whole[-512:]))
    assert names(result) == ["a.msg"]


def test_a_text_that_looks_like_headers_is_no_mail(tmp_path: Path) -> None:
    result = found(written(tmp_path / "a.txt", b"Note: x\nX-Y: z\nTo: you\n\nbody"))
    assert (names(result), left(result)) == (["a.txt"], [])


# --- hostile ones --------------------------------------------------------------------------------


def nested(depth: int) -> EmailMessage:
    made = mail(("a.xlsx", WORKBOOK))
    for _ in range(depth):
        outer = mail(subject="Fwd")
        outer.add_attachment(made)
        made = outer
    return made


def test_mails_are_opened_to_a_depth(tmp_path: Path) -> None:
    assert len(found(written(tmp_path / "a.eml", nested(limits.MAIL_DEPTH))).received) == 1
    deep = found(written(tmp_path / "b.eml", nested(100)))
    assert (names(deep), [each.reason for each in deep.ignored]) == (["b.eml"], ["too_deep"])


def test_mails_as_files_in_mails_are_opened_to_a_depth(tmp_path: Path) -> None:
    made = mail(("a.xlsx", WORKBOOK)).as_bytes()
    for _ in range(limits.MAIL_DEPTH + 2):
        made = mail(("a.eml", made)).as_bytes()
    result = found(written(tmp_path / "a.eml", made))
    assert [each.reason for each in result.ignored] == ["too_deep"]


def test_too_many_parts_are_not_opened(tmp_path: Path) -> None:
    many = b"".join(
        b"--b\r\nContent-Disposition: attachment; filename=a.xlsx\r\n\r\nx\r\n"
        for _ in range(10_000)
    )
    path = written(
        tmp_path / "a.eml", raw('Content-Type: multipart/mixed; boundary="b"', body=many + b"--b--")
    )
    result = found(path)
    assert (names(result), left(result)) == (["a.eml"], [("a.eml", "too_many")])


def test_parts_in_parts_without_end_cost_the_mail_alone(tmp_path: Path) -> None:
    opening = b"".join(
        b'--%d\r\nContent-Type: multipart/mixed; boundary="%d"\r\n\r\n' % (n, n + 1)
        for n in range(5_000)
    )
    put(
        tmp_path / "in" / "a.eml",
        raw('Content-Type: multipart/mixed; boundary="0"', body=b"\r\n" + opening),
    )
    posted(tmp_path / "in" / "b.eml", ("b.xlsx", WORKBOOK))
    result = found(tmp_path / "in", tmp_path / "archive")
    assert names(result) == ["a.eml", "b.eml/b.xlsx"]


def test_what_takes_too_long_is_ended_and_the_next_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WORKER_WALL", 0)
    path = posted(tmp_path / "a.eml", ("a.xlsx", WORKBOOK))
    result = found(path)
    assert (names(result), left(result)) == (["a.eml"], [("a.eml", "unpacking_failed")])
    monkeypatch.setattr(limits, "WORKER_WALL", 60)
    assert names(found(path)) == ["a.eml/a.xlsx"]


def test_too_large_a_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # a forked process knows the limits set here
    monkeypatch.setattr(opener, "context", multiprocessing.get_context)
    monkeypatch.setattr(limits, "FILE_BYTES", 100)
    result = found(posted(tmp_path / "a.eml", ("a.xlsx", bytes(101)), ("b.xlsx", bytes(100))))
    assert (names(result), left(result)) == (["a.eml/b.xlsx"], [("a.eml/a.xlsx", "too_large")])


def test_no_process_is_left(tmp_path: Path) -> None:
    import psutil

    before = {child.pid for child in psutil.Process().children(recursive=True)}
    take([posted(tmp_path / "a.eml", ("a.xlsx", WORKBOOK))], tmp_path / "archive")
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before
