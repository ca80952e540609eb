"""Letters by Nghị định 30/2020, Phụ lục I, and what an official sets in ``[letter]``."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.text.paragraph import Paragraph

from pipeline import run
from pipeline.home import Home
from pipeline.machine.clock import NOW
from pipeline.office.typefaces import line_width
from schemas.nd30 import FONT, settings
from schemas.round.round import Round
from schemas.round.senders import DeclaredLetter
from tests.commands import tonghop
from tests.exchange import received, send
from tests.office import convert_all, needs_office
from tests.workbooks import filled, saved

DOTS = "……………………"
OF_ALL = {
    "BỘ NỘI VỤ": "co_quan_ban_hanh",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM": "quoc_hieu",
    "Độc lập - Tự do - Hạnh phúc": "tieu_ngu",
    "Số:          /BNV-CCVC": "so_ky_hieu",
    "Hà Nội, ngày 05 tháng 9 năm 2023": "dia_danh_ngay",
    "TL. BỘ TRƯỞNG": "chuc_vu_ky",
    "VỤ TRƯỞNG VỤ CÔNG CHỨC - VIÊN CHỨC": "chuc_vu_ky",
    DOTS: "ho_ten_ky",
    "Nơi nhận:": "noi_nhan_tieu_de",
    "- Như trên;": "noi_nhan_danh_sach",
    "- Lưu: VT, Vụ CCVC.": "noi_nhan_danh_sach",
    f"Địa chỉ: {DOTS}; điện thoại: {DOTS}; thư điện tử: {DOTS}": "dia_chi",
}
"""What stands in every letter to others, and as which element of the decree."""


@pytest.fixture
def letters(home: Home, round_: Round, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """A letter of each kind of 5 September 2023, and those to the Ministry itself."""
    monkeypatch.setenv(NOW, "2023-09-05T09:00:00+07:00")
    send(home, round_, "a.xlsx", cases="nhiều")
    received(home, round_, 5)
    run.feedback(home, round_)
    run.distribute(home, round_, ["T01", "BNV"])
    run.remind(home, round_, ["T10", "BNV"])
    saved(filled(round_, "T02", info={"nil": "Có"}), home.incoming / "b.xlsx")
    received(home, round_, 5)
    run.receipts(home, round_)
    to_others = {
        "issue": home.issued / "T01.docx",
        "reply": home.replies / "T01.docx",
        "reminder": home.reminders / "T10.docx",
    }
    to_others["receipt"] = home.receipts / "T02.docx"
    return {
        **to_others,
        "issue within": home.issued / "BNV.docx",
        "reminder within": home.reminders / "BNV.docx",
    }


def paragraphs(paper: Document) -> list[Paragraph]:
    cells = [
        each
        for table in paper.tables
        for row in table.rows
        for cell in row.cells
        for each in cell.paragraphs
    ]
    return [*cells, *paper.paragraphs, *paper.sections[0].first_page_footer.paragraphs]


def said(path: Path) -> list[str]:
    return [each.text for each in paragraphs(docx.Document(str(path))) if each.text]


def reminder_of(home: Home, round_: Round, declared: DeclaredLetter, **publisher: str) -> list[str]:
    """What a reminder says where an official set this in ``round.toml``."""
    of = replace(
        round_.settings, letter=declared, publisher=replace(round_.settings.publisher, **publisher)
    )
    run.remind(home, replace(round_, settings=of), ["T10"], as_of=dt.date(2023, 9, 15))
    return said(home.reminders / "T10.docx")


@pytest.mark.slow
def test_every_letter_has_the_parts_of_the_decree_set_as_it_says(letters: dict[str, Path]) -> None:
    to = {
        "issue": "Ủy ban nhân dân thành phố Hà Nội",
        "reply": "Ủy ban nhân dân thành phố Hà Nội",
        "reminder": "Ủy ban nhân dân tỉnh Lào Cai",
        "receipt": "Ủy ban nhân dân tỉnh Hà Giang",
    }
    for kind, name in to.items():
        paper = docx.Document(str(letters[kind]))
        runs = {each.text: each.runs[0] for each in paragraphs(paper) if each.runs}
        for text, element in {**OF_ALL, f"Kính gửi: {name}": "kinh_gui"}.items():
            wanted, shown = settings()[element], runs[text]
            assert wanted.smallest <= shown.font.size.pt <= wanted.largest, (kind, text)
            assert (bool(shown.bold), bool(shown.italic)) == (wanted.bold, wanted.italic), (
                kind,
                text,
            )
        body = paper.styles["Normal"].font
        assert (body.name, body.size.pt, str(body.color.rgb)) == (
            FONT,
            settings()["noi_dung"].largest,
            "000000",
        )
        section = paper.sections[0]
        assert section.different_first_page_header_footer
        assert "PAGE" in section.header.paragraphs[0]._p.xml
        assert "PAGE" not in section.first_page_header._element.xml
        # where answers go stands on the first page alone
        assert not section.footer.paragraphs[0].text


@pytest.mark.slow
def test_a_letter_is_about_something_in_small_letters_and_cites_the_dispatch_in_full(
    letters: dict[str, Path],
) -> None:
    subjects = {
        "issue": "V/v báo cáo theo biểu mẫu thực hiện Công văn số 4874/BNV-CCVC",
        "reply": "V/v sửa, gửi lại báo cáo theo Công văn số 4874/BNV-CCVC",
        "reminder": "V/v đôn đốc gửi báo cáo theo Công văn số 4874/BNV-CCVC",
        "receipt": "V/v xác nhận đã nhận báo cáo theo Công văn số 4874/BNV-CCVC",
    }
    cited = "Thực hiện Công văn số 4874/BNV-CCVC ngày 29/8/2023 của Bộ Nội vụ về báo cáo thực trạng, nhiệm vụ, giải pháp"
    for kind, subject in subjects.items():
        assert subject in said(letters[kind])
    assert all(
        any(text.startswith(cited) for text in said(letters[kind]))
        for kind in ("issue", "reminder")
    )


@pytest.mark.slow
def test_days_are_written_as_the_decree_writes_them(letters: dict[str, Path]) -> None:
    for path in letters.values():
        assert "/09/" not in " ".join(said(path))
    text = " ".join(said(letters["issue"]))
    assert "từ ngày 25/01/2021 đến hết ngày 30/6/2023" in text
    assert "trước ngày 08/9/2023" in text


@pytest.mark.slow
def test_the_ministry_does_not_write_to_itself(letters: dict[str, Path], home: Home) -> None:
    for kind in ("issue within", "reminder within"):
        text = said(letters[kind])
        assert text[:2] == ["BỘ NỘI VỤ", "VỤ CÔNG CHỨC - VIÊN CHỨC"]
        assert {
            "Số:          /CCVC",
            "Kính gửi: Các đơn vị thuộc, trực thuộc Bộ Nội vụ",
            "VỤ TRƯỞNG",
            "- Lưu: Vụ CCVC.",
        } <= set(text)
        assert not {"Kính gửi: Bộ Nội vụ", "TL. BỘ TRƯỞNG", "Số:          /BNV-CCVC"} & set(text)
    assert tonghop("--home", home.root, "distribute", "BNV", "--eml").exit_code == 0
    mail = email.message_from_bytes(
        (home.issued / "BNV.eml").read_bytes(), policy=email.policy.default
    )
    assert "Kính gửi: Các đơn vị thuộc, trực thuộc Bộ Nội vụ" in mail.get_body().get_content()
    assert "Kính gửi: Các đơn vị thuộc" in (home.reminders / "BNV.txt").read_text(
        encoding="utf-8-sig"
    )


def test_what_an_official_sets_stands_in_the_letters(home: Home, round_: Round) -> None:
    declared = DeclaredLetter(
        parent="CƠ QUAN TRÊN",
        symbol="AB-CD",
        signed_for=("KT. A", "B"),
        signer="Người Ký",
        recipients=("Như trên", "Nơi khác", "Lưu: VT"),
        place="Huế",
    )
    text = reminder_of(home, round_, declared, address="Số 1", phone="012", email="a@b.vn")
    wanted = [
        "CƠ QUAN TRÊN",
        "BỘ NỘI VỤ",
        "Số:          /AB-CD",
        "KT. A",
        "B",
        "Người Ký",
        "- Như trên;",
        "- Nơi khác;",
        "- Lưu: VT.",
    ]
    assert [each for each in wanted if each not in text] == []
    assert any(each.startswith("Huế, ngày ") for each in text)
    contacts = "Địa chỉ: Số 1; điện thoại: 012; thư điện tử: a@b.vn"
    assert text[-1] == contacts
    assert (home.reminders / "T10.txt").read_text(encoding="utf-8-sig").rstrip().endswith(contacts)


def test_what_nobody_set_stands_as_dots_on_paper_and_not_in_mails(
    home: Home, round_: Round
) -> None:
    text = reminder_of(home, round_, DeclaredLetter())
    assert text[0] == "BỘ NỘI VỤ"
    assert f"Số:          /{DOTS}" in text
    assert any(each.startswith(f"{DOTS}, ngày ") for each in text)
    assert text.count(DOTS) == 2  # office and name of who signs
    assert {"- Như trên;", "- Lưu: ……………."} <= set(text)
    assert "…" not in (home.reminders / "T10.txt").read_text(encoding="utf-8-sig")
    phone_alone = reminder_of(home, round_, DeclaredLetter(), phone="012")
    assert phone_alone[-1] == f"Địa chỉ: {DOTS}; điện thoại: 012; thư điện tử: {DOTS}"
    assert (
        (home.reminders / "T10.txt")
        .read_text(encoding="utf-8-sig")
        .rstrip()
        .endswith("\nĐiện thoại: 012")
    )


def test_the_head_bears_the_year_of_writing(
    home: Home, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NOW, "2026-11-29T09:00:00+07:00")
    run.remind(home, round_, ["T10"], as_of=dt.date(2023, 9, 15))
    assert "Hà Nội, ngày 29 tháng 11 năm 2026" in said(home.reminders / "T10.docx")


@pytest.mark.slow
@needs_office
@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed"
)
def test_neither_the_offices_name_nor_who_signs_breaks_over_two_lines(
    letters: dict[str, Path], tmp_path: Path
) -> None:
    for number, path in enumerate(letters.values()):
        shutil.copy(path, tmp_path / f"{number}.docx")
    for printed, kind in zip(
        convert_all(sorted(tmp_path.glob("?.docx")), "pdf", tmp_path), letters, strict=True
    ):
        text = subprocess.run(
            ["pdftotext", "-layout", printed, "-"], check=True, capture_output=True, timeout=60
        ).stdout.decode()
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
        assert (
            "VỤ CÔNG CHỨC - VIÊN CHỨC" if "within" in kind else "VỤ TRƯỞNG VỤ CÔNG CHỨC - VIÊN CHỨC"
        ) in text
        assert "4874/BNV-CCVC" in text.split("Kính gửi")[0]
        assert "\f" not in text.rstrip("\f")  # one page


def test_lines_below_sender_and_motto_are_as_long_as_the_decree_says(
    letters: dict[str, Path],
) -> None:
    """The lines under sender and motto have the lengths of Phụ lục I for names of any length."""
    paper = docx.Document(str(letters["issue"]))
    head = paper.tables[0].rows[0].cells
    for cell, (least, most) in zip(head, ((1 / 3, 1 / 2), (0.95, 1.05)), strict=True):
        *_, text, rule = cell.paragraphs
        form, width = rule.paragraph_format, line_width(text)
        assert form.left_indent == form.right_indent
        assert least < (cell.width.mm - 2 * form.left_indent.mm) / width < most
