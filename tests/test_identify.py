"""Who sent a file."""

from __future__ import annotations

import unicodedata

import pytest

from pipeline.collect.sender.identify import Book, Info, Sender, identify
from pipeline.model import Stamp
from tests.books import round_of

ROUND = round_of("cv4874")
BOOK = Book(ROUND)
SILENT = Info()


def who(stamps: str = "", code: str = "", name: str = "", file: str = "bao-cao.xlsx") -> Sender:
    info = Info(code, name, "THÔNG TIN", {"agency_code": "B8", "agency_name": "B9"})
    return identify(tuple(Stamp(agency=agency) for agency in stamps.split()), info, file, BOOK)


def told(sender: Sender) -> list[tuple[str, str, str]]:
    return [(finding.rule, str(finding.severity), finding.message) for finding in sender.findings]


@pytest.mark.parametrize(
    ("options", "agency", "by"),
    [
        ({"stamps": "T01"}, "T01", "stamp"),
        ({"stamps": "T01", "code": "T01", "name": "Hà Nội"}, "T01", "stamp"),
        ({"stamps": "T01", "name": "Sở Nội vụ"}, "T01", "stamp"),
        ({"code": "T01"}, "T01", "info"),
        ({"code": "t01 "}, "T01", "info"),
        ({"code": "t 01", "name": "UBND thành phố Hà Nội"}, "T01", "info"),
        ({"name": "Uỷ ban nhân dân Thành phố Hà Nội"}, "T01", "info"),
        ({"name": unicodedata.normalize("NFD", "Bộ Nội vụ")}, "BNV", "info"),
        ({"name": "Bộ NN&PTNT"}, "BNNPTNT", "info"),
        ({"code": "T01", "name": "Sở Nội vụ"}, "T01", "info"),
        ({"file": "T01.xlsx"}, "T01", "file_name"),
        ({"file": "Báo cáo - Hà Nội (1).xlsx"}, "T01", "file_name"),
        ({"file": "BC_BNV_final.xlsx"}, "BNV", "file_name"),
    ],
)
def test_known(options: dict[str, str], agency: str, by: str) -> None:
    sender = who(**options)
    assert (sender.agency, sender.by, sender.findings) == (agency, by, ())


@pytest.mark.parametrize(
    ("options", "rule", "message"),
    [
        ({}, "S02", "unknown_agency"),
        ({"code": "T99"}, "S02", "unknown_agency.stated"),
        ({"name": "Sở Nội vụ Hà Nội"}, "S02", "unknown_agency.stated"),
        ({"name": "Sở Y tế", "file": "T01.xlsx"}, "S02", "unknown_agency.stated"),
        ({"code": "T01", "name": "Bộ Nội vụ"}, "S02", "unknown_agency.two"),
        ({"code": "BQP"}, "S02", "unknown_agency.out_of_scope"),
        ({"stamps": "BCA"}, "S02", "unknown_agency.out_of_scope"),
        ({"file": "Bộ Công an.xlsx"}, "S02", "unknown_agency.out_of_scope"),
        ({"stamps": "T01", "code": "T02"}, "S03", "stamp_disagrees"),
        ({"stamps": "T01", "code": "T01", "name": "Bộ Nội vụ"}, "S03", "stamp_disagrees"),
        ({"stamps": "T01", "name": "Hải Phòng"}, "S03", "stamp_disagrees"),
        ({"stamps": "T01 T02"}, "S03", "stamp_disagrees"),
        ({"stamps": "XYZ"}, "S03", "stamp_disagrees"),
        ({"stamps": "XYZ", "code": "T01"}, "S03", "stamp_disagrees"),
    ],
)
def test_not_known_or_wrongly(options: dict[str, str], rule: str, message: str) -> None:
    sender = who(**options)
    assert (sender.agency, told(sender)) == ("", [(rule, "E", message)])


NAMES = {
    "bao cao T8.xlsx": "",
    "bao cao T8-2023.xlsx": "",
    "bao cao T08-2023.xlsx": "",
    "BC 2023 T10.xlsx": "",
    "Gửi Bộ Nội vụ - Hà Nội.xlsx": "",
    "Gửi Bộ Nội vụ.xlsx": "",
    "Hà Nội gửi Hải Phòng.xlsx": "",
    "báo cáo.xlsx": "",
    "Ha Nội.xlsx": "",
    "Hà Nộii.xlsx": "",
    "CV4874-BNV-CCVC.xlsx": "",
    "4874_BNV-CCVC_Hà Nội.xlsx": "T01",
    "T08.xlsx": "T08",
    "t08.XLSX": "T08",
    "Phu luc 3 - T10 (lan 2).xlsx": "T10",
    "Đại học Quốc gia Hà Nội.xlsx": "DHQGHN",
    "dai hoc quoc gia ha noi.xlsx": "DHQGHN",
    "Đại học Quốc gia TP. Hồ Chí Minh.xlsx": "DHQGHCM",
    "UBND tỉnh Bà Rịa – Vũng Tàu.xlsx": "T77",
    "BR-VT.xlsx": "T77",
    "hanoi.xlsx": "T01",
    "Bo Noi vu.xlsx": "BNV",
    "Bộ Lao động - Thương binh và Xã hội.xlsx": "BLDTBXH",
    "Hoà Bình.xlsx": "T17",
    "Hà Nội_Hà Nội.xlsx": "T01",
    unicodedata.normalize("NFD", "Thừa Thiên Huế.xlsx"): "T46",
    "T01.xlsx.xlsx": "T01",
    "": "",
    "....": "",
}


@pytest.mark.parametrize(("file", "agency"), NAMES.items())
def test_a_file_name_names_one_sender_or_none(file: str, agency: str) -> None:
    assert BOOK.only_sender(file) == agency


@pytest.mark.parametrize(
    ("file", "warned"),
    [
        ("Hải Phòng.xlsx", True),
        ("T02.xlsx", True),
        ("Hà Nội.xlsx", False),
        ("Gửi Bộ Nội vụ.xlsx", False),
        ("Hà Nội - Hải Phòng.xlsx", False),
    ],
)
def test_a_file_name_that_disagrees_is_a_warning(file: str, warned: bool) -> None:  # noqa: FBT001 parametrised
    sender = who("T01", file=file)
    assert (sender.agency, told(sender)) == ("T01", [("S03", "W", "file_name_disagrees")] if warned else [])


def test_every_agency_is_known_by_its_own_names() -> None:
    for agency in ROUND.agencies:
        assert BOOK.code(agency.code) == agency.code
        assert BOOK.name(agency.name) == agency.code
        assert BOOK.only_sender(f"{agency.code}.xlsx") == agency.code
        assert BOOK.only_sender(f"Báo cáo của {agency.name}.xlsx") == agency.code
