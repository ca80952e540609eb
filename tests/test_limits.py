"""A workbook's cost: pictures and blank cells only their bytes; too much is explained."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.collect.formats import limits
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.containers import ZipPackage
from pipeline.collect.formats.xlsx import XlsxWorkbook
from tests.hostile import rezipped
from tests.often import thorough
from tests.packages import MAIN, SHEET, packed
from tests.single import GOOD, book_of, brief, only, taken
from tests.workbooks import saved

FORM_SHEET = "xl/worksheets/sheet3.xml"
"""The sheet of the single row of a return that these tests fill in."""


def right(tmp_path: Path) -> bytes:
    return saved(book_of(GOOD), tmp_path / "right.xlsx").read_bytes()


def reread(data: bytes, tmp_path: Path) -> None:
    """The return is read as it was before something was added that nobody counts."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    reading = taken(path)
    assert (reading.agency, reading.findings) == ("T01", ())
    assert reading.tables["manifestations"].values["cases"].tolist() == [2]


def test_a_white_picture_is_no_matter(tmp_path: Path) -> None:
    """n14 of reading.md: a picture that packs 876 : 1."""
    bitmap = b"BM" + bytes(52) + b"\xff" * 1_440_000
    reread(rezipped(right(tmp_path), {"xl/media/image1.bmp": bitmap}, level=9), tmp_path)


def test_pictures_larger_than_all_that_may_be_opened_are_no_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INFLATED_BYTES", 2_000_000)
    reread(
        rezipped(
            right(tmp_path),
            {f"xl/media/image{n}.png": random.Random(n).randbytes(900_000) for n in range(3)},
        ),
        tmp_path,
    )


def with_styles(data: bytes, count: int) -> bytes:
    """The workbook with so many more number formats and cell styles."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        text = package.read("xl/styles.xml").decode()
    formats = "".join(
        f'<numFmt numFmtId="{200 + n}" formatCode="#,##0.00\\ &quot;đơn vị {n}&quot;;[Red]\\-#,##0.00"/>'
        for n in range(count)
    )
    styles = "".join(
        f'<xf numFmtId="{200 + n}" fontId="0" fillId="0" borderId="0" applyNumberFormat="1"/>'
        for n in range(count)
    )
    start = text.index(">", text.index("<styleSheet")) + 1
    head = text[start:].partition("<fonts")[2]
    text = f"{text[:start]}<numFmts>{formats}</numFmts><fonts{head}".replace(
        "</cellXfs>", f"{styles}</cellXfs>"
    )
    return rezipped(data, {"xl/styles.xml": text.encode()}, level=9)


@pytest.mark.parametrize("count", [4000, pytest.param(64_000, marks=thorough)])
def test_thousands_of_styles_are_read(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """n15b of reading.md: 64,000 formats, as copying between workbooks leaves them."""
    monkeypatch.setattr(limits, "SMALL_PART_BYTES", min(limits.SMALL_PART_BYTES, 100 * count))
    reread(with_styles(right(tmp_path), count), tmp_path)


BLANK_WAYS: dict[str, Callable[[int, str], str]] = {
    "Excel": lambda row, column: f'<c r="{column}{row}" s="1"/>',
    "openpyxl": lambda row, column: f'<c r="{column}{row}" s="1" />',
    "closed by a tag": lambda row, column: f'<c r="{column}{row}" s="1"></c>',
    "with a type": lambda row, column: f'<c r="{column}{row}" s="1" t="n"/>',
}


def with_blank_rows(
    data: bytes, count: int, cell: Callable[[int, str], str], columns: str = "ABCDEFGHIJKLMN"
) -> bytes:
    """The workbook with so many formatted rows below its data."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        head, _, tail = package.read(FORM_SHEET).decode().rpartition("</sheetData>")

    def pieces() -> Iterator[bytes]:
        yield head.encode()
        for first in range(100, 100 + count, 1000):
            numbers = range(first, min(first + 1000, 100 + count))
            rows = (
                f'<row r="{n}" spans="1:14" ht="18">{"".join(cell(n, column) for column in columns)}</row>'
                for n in numbers
            )
            yield "".join(rows).encode()
        yield f"</sheetData>{tail}".encode()

    return rezipped(data, {FORM_SHEET: pieces()})


@pytest.mark.parametrize("way", BLANK_WAYS)
def test_blank_formatted_rows_are_left_out_while_a_sheet_is_unpacked(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LARGE_SHEET_BYTES", 100_000)
    monkeypatch.setattr(limits, "PART_BYTES", 400_000)
    reread(with_blank_rows(right(tmp_path), 3000, BLANK_WAYS[way]), tmp_path)


@pytest.mark.slow
def test_600_000_blank_formatted_rows_are_read(tmp_path: Path) -> None:
    """n17b of reading.md: more than 150 MB of XML that says nothing."""
    data = with_blank_rows(right(tmp_path), 600_000, BLANK_WAYS["Excel"], "ABCDEFGHIJK")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.getinfo(FORM_SHEET).file_size > limits.PART_BYTES
    reread(data, tmp_path)


ROWS = "".join(
    f'<row r="{n}" s="1" customFormat="1" hidden="1"><c r="A{n}" s="1"/><c r="B{n}"><v>{n}</v></c><c r="C{n}" s="2"></c></row><row r="{n + 1}" ht="15"/>'
    for n in range(1, 4000, 2)
)


def test_what_is_left_of_a_large_sheet_is_what_the_whole_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = packed(ROWS)
    whole = XlsxWorkbook(ZipPackage(data)).grid("S")
    monkeypatch.setattr(limits, "LARGE_SHEET_BYTES", 1000)
    monkeypatch.setattr("pipeline.collect.formats.large._PIECE", 777)
    package = ZipPackage(data)
    assert len(package.sheet(SHEET)) < len(package.part(SHEET)) * 0.6
    assert XlsxWorkbook(package).grid("S") == whole


def test_a_cell_without_an_address_keeps_its_place_in_a_large_sheet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" s="1"/><c><v>{n}</v></c></row>' for n in range(1, 500)
    )
    monkeypatch.setattr(limits, "LARGE_SHEET_BYTES", 1000)
    assert XlsxWorkbook(ZipPackage(packed(rows))).grid("S").value(3, "B") == 3


def test_a_large_sheet_whose_bytes_were_changed_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGE_SHEET_BYTES", 1000)
    data = bytearray(packed(ROWS))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        at = package.getinfo(SHEET).header_offset
    directory = data.rfind(SHEET.encode()) - 46
    data[directory + 16] ^= 1  # its check
    assert at < directory
    with pytest.raises(UnreadableError) as caught:
        XlsxWorkbook(ZipPackage(bytes(data))).grid("S")
    assert caught.value.reason == "damaged"


# --- what is really too large --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "size", "large", "words"),
    [
        ("SHEET_BYTES", 2_000_000, 1000, {"limit": "2 MB"}),
        ("PART_BYTES", 1_000_000, 1000, {"limit": "1 MB"}),
        ("PART_BYTES", 1_000_000, 10**9, {"limit": "1 MB"}),
    ],
)
def test_a_sheet_that_is_too_large_is_named(
    limit: str,
    size: int,
    large: int,
    words: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cell = (
        BLANK_WAYS["Excel"]
        if limit == "SHEET_BYTES"
        else lambda row, column: f'<c r="{column}{row}"><v>{row}</v></c>'
    )
    data = with_blank_rows(right(tmp_path), 8000, cell)
    monkeypatch.setattr(limits, limit, size)
    monkeypatch.setattr(limits, "LARGE_SHEET_BYTES", large)
    monkeypatch.setattr(ZipPackage.part, "__defaults__", (limits.PART_BYTES,))
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    finding = only(taken(path))
    assert brief([finding]) == [("S01", "E", "not_workbook.large_sheet", ())]
    assert {key: finding.words[key] for key in ("sheet", "limit")} == {
        "sheet": "I.1 BIỂU HIỆN",
        **words,
    }


def reason_of(strings: str) -> UnreadableError:
    """Why a workbook with this list of strings is refused."""
    data = packed(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', parts={"xl/sharedStrings.xml": strings}
    )
    with pytest.raises(UnreadableError) as caught:
        XlsxWorkbook(ZipPackage(data)).grid("S")
    return caught.value


def test_a_list_of_strings_that_is_too_large_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ZipPackage.part, "__defaults__", (200_000,))
    problem = reason_of(
        f'<sst xmlns="{MAIN}"><si><t>{random.Random(1).randbytes(200_000).hex()}</t></si></sst>'
    )
    assert (problem.reason, problem.words["part"]) == ("large_part", "xl/sharedStrings.xml")


def test_what_is_opened_must_not_be_packed_too_tightly() -> None:
    assert reason_of(" " * 3_000_000).reason == "hostile"


@pytest.mark.parametrize(
    "reason",
    ["large_sheet", "large_part", "many_cells", "many_sheets", "many_parts", "too_large", "slow"],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_only_hostile_files_are_said_to_need_a_virus_scan(reason: str, lang: str) -> None:
    from schemas.words import say

    words = dict.fromkeys(("part", "size", "limit", "sheet", "count"), "x")
    text = " ".join(
        say(f"not_workbook.{reason}", part, lang, words) for part in ("found", "fix")
    ).lower()
    assert not any(word in text for word in ("vi-rút", "virus", "scan", "nguy hiểm", "abnormal"))
