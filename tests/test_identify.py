"""Who sent a file."""

from __future__ import annotations

import unicodedata

import pytest

from pipeline.collect.sender.book import NameBook
from pipeline.collect.sender.identify import Identification, Signs, StatedSender, identify
from pipeline.model import Stamp
from tests.books import round_of

ROUND = round_of("cv4874")
BOOK = NameBook(ROUND)
SILENT = StatedSender()


def who(
    stamps: str = "",
    code: str = "",
    name: str = "",
    file: str = "bao-cao.xlsx",
    assigned: str = "",
    *,
    form: bool = True,
) -> Identification:
    info = StatedSender(code, name, "THÔNG TIN", ("B8", "B9"))
    signs = Signs(
        tuple(Stamp(agency=agency) for agency in stamps.split()), info, file, lambda: form
    )
    return identify(signs, BOOK, assigned)


def told(sender: Identification) -> list[tuple[str, str, str]]:
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
        ({"file": "Báo cáo - UBND thành phố Hà Nội (1).xlsx"}, "T01", "file_name"),
        ({"stamps": "T01", "assigned": "T01"}, "T01", "assigned"),
        ({"assigned": "T02", "file": "T01.xlsx", "form": False}, "T02", "assigned"),
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
        ({"file": "Sở Y tế.xlsx"}, "S02", "unknown_agency"),
        ({"file": "T01.xlsx", "form": False}, "S02", "unknown_agency.no_form"),
        (
            {"file": "Phụ lục kèm công văn UBND thành phố Hà Nội.xlsx", "form": False},
            "S02",
            "unknown_agency.no_form",
        ),
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
    "4874_BNV-CCVC_UBND TP Hà Nội.xlsx": "T01",
    "T08.xlsx": "T08",
    "t08.XLSX": "T08",
    "Phu luc 3 - T10 (lan 2).xlsx": "T10",
    "Đại học Quốc gia Hà Nội.xlsx": "DHQGHN",
    "dai hoc quoc gia ha noi.xlsx": "DHQGHN",
    "Đại học Quốc gia TP. Hồ Chí Minh.xlsx": "DHQGHCM",
    "UBND tỉnh Bà Rịa – Vũng Tàu.xlsx": "T77",
    "BR-VT.xlsx": "",
    "hanoi.xlsx": "",
    "Bo Noi vu.xlsx": "BNV",
    "Bộ Lao động - Thương binh và Xã hội.xlsx": "BLDTBXH",
    "tỉnh Hoà Bình.xlsx": "T17",
    "T01_TP Hà Nội.xlsx": "T01",
    unicodedata.normalize("NFD", "UBND tỉnh Thừa Thiên Huế.xlsx"): "T46",
    "T01.xlsx.xlsx": "T01",
    "": "",
    "....": "",
    "Y tế.xlsx": "",
    "Xây dựng.xlsx": "",
    "Hà Nội.xlsx": "",
    "HN.xlsx": "",
    "Sở Y tế.xlsx": "",
    "Sở Xây dựng.xlsx": "",
    "So Noi vu tinh Ca Mau.xlsx": "",
    "Sở Nội vụ tỉnh Cà Mau.xlsx": "",
    "UBND tỉnh Cà Mau - Sở Nội vụ.xlsx": "",
    "Vụ Tư pháp.xlsx": "",
    "Vụ Tổ chức cán bộ Bộ Y tế.xlsx": "",
    "Thanh tra Bộ Y tế.xlsx": "",
    "Chi cuc thue - Bo Tai chinh.xlsx": "",
    "UBND huyện Vĩnh Long.xlsx": "",
    "UBND thành phố Vĩnh Long.xlsx": "",
    "Bộ Chỉ huy quân sự tỉnh Cà Mau.xlsx": "",
    "Thanh tra Chính phủ.xlsx": "TTCP",
    "Văn phòng Chính phủ.xlsx": "VPCP",
    "Bao cao so 12 cua Bo Y te.xlsx": "BYT",
    "Báo cáo kết quả thực hiện nhiệm vụ năm 2023 - Bộ Y tế.xlsx": "BYT",
    "UBND thành phố Hải Phòng.xlsx": "T31",
    "UBND tinh Dac Lac.xlsx": "T66",
    "Bộ NN&PTNT.xlsx": "BNNPTNT",
    "BNN&PTNT.xlsx": "BNNPTNT",
    "UBND TP. HCM.xlsx": "T79",
    "Bộ LĐTBXH.xlsx": "BLDTBXH",
}


@pytest.mark.parametrize(("file", "agency"), NAMES.items())
def test_a_file_name_names_one_sender_or_none(file: str, agency: str) -> None:
    assert BOOK.only_sender(file) == agency


@pytest.mark.parametrize(
    ("file", "warned"),
    [
        ("UBND thành phố Hải Phòng.xlsx", True),
        ("T02.xlsx", True),
        ("Hải Phòng.xlsx", False),
        ("Sở Tài chính Hải Phòng.xlsx", False),
        ("Hà Nội.xlsx", False),
        ("Gửi Bộ Nội vụ.xlsx", False),
        ("Hà Nội - Hải Phòng.xlsx", False),
    ],
)
def test_a_file_name_that_disagrees_is_a_warning(file: str, warned: bool) -> None:  # noqa: FBT001 parametrised
    sender = who("T01", file=file)
    assert (sender.agency, sender.is_doubted, told(sender)) == (
        "T01",
        warned,
        [("S03", "W", "file_name_disagrees")] if warned else [],
    )


def test_every_agency_is_known_by_its_own_names() -> None:
    for agency in ROUND.agencies:
        assert BOOK.code(agency.code) == agency.code
        assert BOOK.name(agency.name) == agency.code
        assert BOOK.only_sender(f"{agency.code}.xlsx") == agency.code
        assert BOOK.only_sender(f"Báo cáo của {agency.name}.xlsx") == agency.code


@pytest.mark.parametrize(
    ("name", "agency"),
    {
        "Bộ Nông nghiệp và PTNT": "BNNPTNT",
        "Bộ NN và PTNT": "BNNPTNT",
        "BNN&PTNT": "BNNPTNT",
        "Bộ LĐ-TBXH": "BLDTBXH",
        "Bộ Lao động - TB và XH": "BLDTBXH",
        "UBND tỉnh Thừa Thiên-Huế": "T46",
        "UBND tỉnh Đắc Lắc": "T66",
        "Uỷ ban nhân dân tỉnh Bắc Cạn": "T06",
        "Ủy ban nhân dân tỉnh Bắc Cạn": "T06",
        "UBND TP.HCM": "T79",
        "UBND TP Hồ Chí Minh": "T79",
        "UBND tỉnh Hoà Bình": "T17",
        "Đại học Quốc gia HN": "DHQGHN",
        "ĐHQG Hà Nội": "DHQGHN",
        "Viện Hàn lâm KH&CN Việt Nam": "VHLKHCN",
        "NHNN Việt Nam": "NHNN",
        "Y tế": "BYT",
        "UBND tỉnh HG": "",
        "Sở Y tế": "",
        "UBND thành phố Vĩnh Long": "",
        "Bộ": "",
    }.items(),
)
def test_names_as_people_write_them(name: str, agency: str) -> None:
    assert BOOK.name(name) == agency


@pytest.mark.parametrize(
    ("file", "agency"),
    [
        ("Hà Nội.xlsx", "T01"),
        ("phu luc hanoi.xlsx", "T01"),
        ("Sở Nội vụ tỉnh Cà Mau.xlsx", "T96"),
        ("Sở Y tế.xlsx", ""),
        ("danh sách.xlsx", ""),
        ("Bộ Công an.xlsx", ""),
    ],
)
def test_whose_an_unassigned_file_may_be_is_said(file: str, agency: str) -> None:
    sender = who(file=file, form=False)
    assert (sender.agency, sender.likely) == ("", agency)


def test_a_stamp_and_a_stated_name_that_disagree_leave_it_open() -> None:
    assert (who("T01", "T02").agency, who("T01", "T02").likely) == ("", "T01")


@pytest.mark.parametrize("options", [{"stamps": "BCT"}, {"code": "BCT"}])
def test_a_body_of_another_agency_in_the_name_is_doubted(options: dict[str, str]) -> None:
    sender = who(**options, name="Cục A của Bộ Xây dựng")
    assert (sender.agency, sender.is_doubted, told(sender)) == (
        "BCT",
        True,
        [("S03", "W", "name_disagrees")],
    )


def test_an_assignment_outranks_the_stamp_and_tells_it() -> None:
    sender = who("T01", "T01", assigned="T02")
    assert (sender.agency, sender.by, told(sender)) == (
        "T02",
        "assigned",
        [("S03", "W", "assignment_disagrees")],
    )
