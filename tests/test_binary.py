"""Binary workbooks: two readers that must agree, and what records say."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import xlrd
from xlrd.formula import FormulaError
from xlwt import CompoundDoc, Workbook, easyxf

from pipeline.collect.formats import binary
from pipeline.collect.formats.binary import agreed
from pipeline.collect.formats.cells import ErrorValue, UnreadableError, Value
from pipeline.collect.formats.opening import open_workbook
from pipeline.collect.formats.seen import SeenNumber
from pipeline.collect.formats.xlsb import inside
from pipeline.collect.formats.xlsb_records import packed_real, records
from tests.hostile import record, rezipped, wide, xlsb
from tests.single import taken


@pytest.mark.parametrize(
    ("value", "seen", "blanks_count", "same"),
    [
        (1.0, 1.0, True, True),
        (0.1 + 0.2, 0.3, True, True),
        (1.0, 2.0, True, False),
        (1.0, None, True, False),
        (1.0, None, False, True),
        (None, 1.0, False, False),
        (ErrorValue("#REF!"), None, True, True),
        (ErrorValue("#REF!"), 1.0, False, False),
        ("a ", "a", True, True),
        ("ab", "a\0b\0", True, True),
        ("ab", "a\0c\0", True, False),
        ("a\0b", "ab", True, False),
        ("a", "b", False, False),
        ("1", 1.0, True, False),
        (dt.date(2023, 6, 30), dt.date(2023, 6, 30), True, True),
        (dt.date(2023, 6, 30), dt.date(2023, 6, 29), True, False),
        (0.5, "12:00:00", True, True),
        (45107.0, dt.date(2023, 6, 30), True, True),
        (dt.date(2023, 6, 30), 45107.5, True, True),
        (45107.0, dt.date(2023, 6, 29), True, False),
        (SeenNumber(45107.5, "12:00"), dt.date(2023, 6, 30), True, True),
        (SeenNumber(45107.5, "12:00"), dt.date(2023, 6, 29), True, False),
        ("a" * 4_000 + "b", "a" * 4_000, True, True),
        ("a" * 4_000, "a" * 4_000 + "b", True, False),
        ("a" * 3_000 + "b", "a" * 3_000, True, False),
    ],
)
def test_readers_that_see_different_things_have_the_file_held(
    value: Value, seen: Value, *, blanks_count: bool, same: bool
) -> None:
    cells = {"C": {} if value is None else {7: value}}
    others = {"C": {} if seen is None else {7: seen}}
    if same:
        assert agreed("S", cells, others, blanks_count=blanks_count) == cells
        return
    with pytest.raises(UnreadableError) as raised:
        agreed("S", cells, others, blanks_count=blanks_count)
    assert (raised.value.reason, raised.value.words) == ("differs", {"sheet": "S", "cell": "C7"})


@pytest.mark.parametrize(
    "number", [0.0, 1.0, -1.0, 536870911.0, -536870912.0, 0.01, 123.45, -0.5, 1.5]
)
def test_packed_numbers(number: float) -> None:
    hundredfold = number != int(number) and number * 100 == int(number * 100)
    whole = round(number * 100) if hundredfold else int(number)
    assert packed_real((whole & 0x3FFFFFFF) << 2 | 2 | hundredfold) == number
    upper = struct.unpack("<Q", struct.pack("<d", number))[0]
    if upper & 0x3FFFFFFFF == 0:
        assert packed_real(upper >> 32) == number


def test_records_cut_short_are_damage() -> None:
    assert list(records(b"\x00\x04\x01\x00\x00\x00\x93\x01\x00")) == [
        (0, b"\x01\x00\x00\x00"),
        (147, b""),
    ]
    for data in (b"\x00\x04\x01", b"\x80", b"\x00\x85"):
        with pytest.raises(UnreadableError):
            list(records(data))


def test_cells_stand_between_the_beginning_and_the_end_of_the_rows() -> None:
    row, cell = (0, bytes(4)), (2, bytes(12))
    assert inside([cell, (145, b""), row, cell, (146, b""), cell]) == (1, 4)
    assert inside([row, cell]) == (0, 0)


def old_workbook(text: str = "chữ") -> Workbook:
    book = Workbook()
    book.add_sheet("Trang").write(0, 0, text)
    return book


def in_container(stream: bytes) -> bytes:
    result = io.BytesIO()
    CompoundDoc.XlsDoc().save(result, stream)
    return result.getvalue()


def with_record(kind: int, body: bytes, *, in_sheet: bool) -> bytes:
    """A workbook with one more record, among its own or those of its sheet."""
    stream, added = old_workbook().get_biff_data(), struct.pack("<HH", kind, len(body)) + body
    if in_sheet:
        return stream[:-4] + added + stream[-4:]
    at = stream.index(struct.pack("<H", 0x85))
    while struct.unpack_from("<HHI", stream, at)[2] >= len(stream):
        at = stream.index(struct.pack("<H", 0x85), at + 1)
    start = struct.unpack_from("<I", stream, at + 4)[0]
    return (
        stream[:at]
        + added
        + stream[at : at + 4]
        + struct.pack("<I", start + len(added))
        + stream[at + 8 :]
    )


NAME = struct.pack("<HBBHHHBBBB", 0, 0, 1, 9, 0, 1, 0, 0, 0, 0) + b"\x00n" + b"\x2d" + bytes(8)
"""A defined name with relative cells, which Excel writes and xlrd calls impossible."""


@pytest.mark.parametrize(
    "stream",
    [
        with_record(0x18, NAME, in_sheet=False),
        with_record(
            0x1C, struct.pack("<HHHHHB", 0, 0, 0, 1, 1, 0) + b"a" + bytes(9), in_sheet=True
        ),
    ],
    ids=["name", "note"],
)
def test_what_holds_no_cell_may_be_as_it_likes(stream: bytes) -> None:
    with pytest.raises((AssertionError, FormulaError)):
        xlrd.open_workbook(file_contents=in_container(stream), logfile=io.StringIO())
    assert open_workbook(in_container(stream)).grid("Trang").value(1, "A") == "chữ"


def test_more_strings_are_promised_than_there_are() -> None:
    stream = bytearray(old_workbook().get_biff_data())
    at = stream.index(struct.pack("<HHII", 0xFC, 8 + 3 + 6, 1, 1))
    struct.pack_into("<II", stream, at + 4, 7, 7)
    assert open_workbook(in_container(bytes(stream))).grid("Trang").value(1, "A") == "chữ"


def test_what_is_no_number_is_shown_as_excel_shows_it() -> None:
    book = old_workbook()
    for row, number in enumerate((float("nan"), float("inf"), 0.1), 1):
        book.get_sheet(0).write(row, 0, number)
    grid = open_workbook(in_container(book.get_biff_data())).grid("Trang")
    assert [grid.value(row, "A") for row in (2, 3, 4)] == [
        ErrorValue("#NUM!"),
        ErrorValue("#NUM!"),
        0.1,
    ]


def test_one_cell_far_off_is_no_reason_to_look_at_all_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book, looked = old_workbook(), []
    book.get_sheet(0).write(9_999, 255, 7.0)
    monkeypatch.setattr(
        binary, "_value", lambda cell, of=binary._value: looked.append(cell) or of(cell)
    )
    assert (
        open_workbook(in_container(book.get_biff_data())).grid("Trang").value(10_000, "IV") == 7.0
    )
    assert looked == ["chữ", 7.0]


def test_a_stream_may_be_longer_than_its_container_says() -> None:
    book = old_workbook()
    for row in range(1, 300):
        book.get_sheet(0).write(row, 0, f"dòng {row}")
    data = bytearray(in_container(book.get_biff_data()))
    at = data.index("Workbook".encode("utf-16-le")) + 120
    struct.pack_into("<I", data, at, struct.unpack_from("<I", data, at)[0] // 512 * 512 - 512)
    assert open_workbook(bytes(data)).grid("Trang").value(300, "A") == "dòng 299"


def test_a_workbook_with_a_password_is_told_from_a_damaged_one() -> None:
    stream = old_workbook().get_biff_data()
    begin = 4 + struct.unpack_from("<H", stream, 2)[0]
    filepass = struct.pack("<HHHHH", 0x2F, 54, 1, 1, 1) + bytes(48)
    with pytest.raises(UnreadableError) as raised:
        open_workbook(in_container(stream[:begin] + filepass + stream[begin:]))
    assert raised.value.reason == "encrypted"


def test_a_container_is_known_by_its_streams_whatever_their_case_and_whatever_cells_say() -> None:
    data = in_container(old_workbook("EncryptedPackage WordDocument").get_biff_data())
    for each in (
        data,
        data.replace("Workbook".encode("utf-16-le"), "WORKBOOK".encode("utf-16-le")),
    ):
        assert open_workbook(each).grid("Trang").value(1, "A") == "EncryptedPackage WordDocument"


def old_with_sheets(first: str, second: str) -> bytes:
    """xlwt itself refuses two sheets of one name."""
    book = Workbook()
    for name in ("Trang1", "Trang2"):
        book.add_sheet(name).write(0, 0, 1)
    return in_container(
        book.get_biff_data().replace(b"Trang1", first.encode()).replace(b"Trang2", second.encode())
    )


def binary_with_sheets(*names: str) -> bytes:
    bundles = b"".join(
        record(156, struct.pack("<II", 0, number) + wide("rId1") + wide(name))
        for number, name in enumerate(names, start=1)
    )
    book = record(131) + record(143) + bundles + record(144) + record(132)
    return rezipped(xlsb([(0, 0)]), {"xl/workbook.bin": book})


@pytest.mark.parametrize("write", [old_with_sheets, binary_with_sheets])
@pytest.mark.parametrize(
    ("second", "is_read"), [("Thang2", True), ("Trang1", False), ("TRANG1", False)]
)
def test_two_sheets_of_one_name_hold_the_file(
    write: Callable[[str, str], bytes], second: str, *, is_read: bool
) -> None:
    data = write("Trang1", second)
    if is_read:
        assert open_workbook(data).names == ("Trang1", second)
        return
    with pytest.raises(UnreadableError) as raised:
        open_workbook(data).names  # noqa: B018 the names are what is asked for
    assert raised.value.reason == "irregular"


def test_bytes_that_only_begin_like_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + "Workbook\x00".encode("utf-16-le")
        + bytes(1024)
    )
    assert [(each.rule, each.message) for each in taken(path).findings] == [
        ("S01", "not_workbook.damaged")
    ]


def test_days_of_east_asia_in_an_xls_whose_format_has_a_number_alone() -> None:
    """Seen in a public test file of Apache POI (12561-1.xls)."""
    book, style = Workbook(), easyxf(num_format_str="D-MMM")
    book.add_sheet("S").write(0, 0, 45107, style)
    buffer = io.BytesIO()
    book.save(buffer)
    data = re.sub(
        rb"(\xe0\x00\x14\x00..)\x10\x00",
        lambda found: found[1] + b"\x1b\x00",
        buffer.getvalue(),
        flags=re.DOTALL,
    )
    assert data != buffer.getvalue()
    assert open_workbook(data).grid("S").value(1, "A") == dt.date(2023, 6, 30)
