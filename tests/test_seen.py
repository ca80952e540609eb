"""What people see is read or told: faults built into a right workbook (public bug reports)."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.worksheet import Worksheet

from pipeline import run
from pipeline.collect.formats.numberformats import format_of
from pipeline.collect.formats.seen import SeenNumber
from pipeline.collect.tables.days import read_date
from pipeline.collect.tables.tidy import tidy
from pipeline.home import Home
from schemas.columns import Column, Kind, State
from tests.books import opened, round_of
from tests.returns import right

ROUND = round_of("cv4874")
I1, I2, I3B, INFO = "I.1 BIỂU HIỆN", "I.2 HẬU QUẢ", "I.3b XỬ LÝ", "THÔNG TIN"
PEOPLE = Column("Số người", Kind.COUNT, minimum=0, unit="người")
MONEY = Column("Tiền", Kind.DECIMAL, minimum=0, unit="triệu đồng")
RATE = Column("Tỷ lệ", Kind.DECIMAL, minimum=0, unit="%")
DATE, TEXT = Column("Ngày", Kind.DATE), Column("Chữ", Kind.TEXT)


def read(column: Column, value: float) -> tuple[object, str, str]:
    """What a cell is read as, its state, and what was found."""
    cells = tidy(column, [value])
    taken = cells.values[0]
    return (
        None if str(taken) == "nan" else taken,
        State(int(cells.states[0])).name,
        cells.found.get(0, ""),
    )


def formatted(number: float, code: str) -> float:
    """A number under a format of a workbook's own."""
    found = format_of("170", {"170": code})
    return found.seen(number) if found else number


@pytest.mark.parametrize(
    ("number", "code", "column", "expected"),
    [
        (150_500_000.0, "#,##0.0,,", MONEY, (None, "SEEN_OTHERWISE", "150,5 ≠ 150500000")),
        (1.005e6, "0.00,,", MONEY, (None, "SEEN_OTHERWISE", "1,01 ≠ 1005000")),
        (1e300, "0%", MONEY, (None, "SEEN_OTHERWISE", f"1{'0' * 302}% ≠ 1e+300")),
        (1e308, "0%", MONEY, (None, "SEEN_OTHERWISE", "NaN% ≠ 1e+308")),
        (150_500.0, "#,##0,", MONEY, (None, "SEEN_OTHERWISE", "151 ≠ 150500")),
        (0.5, "0%", MONEY, (None, "SEEN_OTHERWISE", "50% ≠ 0.5")),
        (0.5, "0%", RATE, (50.0, "REPAIRED", "50%")),
        (5.0, ";;;", PEOPLE, (None, "SEEN_OTHERWISE", "[ ] ≠ 5")),
        (5.0, '0"000"', PEOPLE, (None, "SEEN_OTHERWISE", "5000 ≠ 5")),
        (2500.0, '[>=1000]#,##0,"K";0', PEOPLE, (None, "SEEN_OTHERWISE", "3K ≠ 2500")),
        (25.0, '[>=1000]#,##0,"K";0', PEOPLE, (25.0, "OK", "")),
        (2.0, "[h]:mm", PEOPLE, (None, "SEEN_OTHERWISE", "48:00 ≠ 2")),
        (5.0, '0" vụ"', PEOPLE, (None, "OTHER_UNIT", "5 vụ")),
        (5.0, '0" người"', PEOPLE, (5.0, "OK", "")),
        (5.0, '0 "(ước)"', PEOPLE, (5.0, "OK", "")),
        (15.0, "#,##0 [$₫-42A]", MONEY, (None, "OTHER_UNIT", "15 ₫")),
        (5.0, "000", PEOPLE, (5.0, "OK", "")),
        (5.0, "000", TEXT, ("005", "REPAIRED", "5")),
        (12.0, '0"/QĐ-UBND"', TEXT, ("12/QĐ-UBND", "REPAIRED", "12")),
        (12_000.0, "0.00E+00", TEXT, ("1,20E+04", "REPAIRED", "12000")),
        (12_000.0, "0.00E+00", PEOPLE, (12_000.0, "OK", "")),
        (0.5, "# ?/?", MONEY, (0.5, "OK", "")),
        (0.0, '_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)', PEOPLE, (0.0, "OK", "")),
        (5.0, '_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)', PEOPLE, (5.0, "OK", "")),
        (0.0, "0;-0;;@", PEOPLE, (0.0, "OK", "")),
        (0.0, "#,##0.0,,", MONEY, (0.0, "OK", "")),
    ],
)
def test_numbers_under_formats_that_show_something_else(
    number: float, code: str, column: Column, expected: tuple[object, str, str]
) -> None:
    assert read(column, formatted(number, code)) == expected


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "0",
        "#,##0",
        "#,##0.##",
        "0.00",
        "@",
        "[Red]0;[Blue]-0",
        "#\\ ##0",
        "0.0?",
        "#,##0_);(#,##0)",
    ],
)
def test_usual_formats_leave_numbers_as_they_are(code: str) -> None:
    assert type(formatted(1234.5, code)) is float


def test_a_number_that_looks_otherwise_is_another_value() -> None:
    assert len({5.0, SeenNumber(5.0, "05"), SeenNumber(5.0, "5 vụ", "vụ")}) == 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            dt.datetime.fromisoformat("2022-06-19T23:59:17"),
            ("2022-06-20", "REPAIRED", "19/06/2022 23:59:17"),
        ),
        (
            dt.datetime.fromisoformat("2022-06-20T00:00:43"),
            ("2022-06-20", "REPAIRED", "20/06/2022 00:00:43"),
        ),
        (
            dt.datetime.fromisoformat("2022-06-20T14:30:00"),
            ("2022-06-20", "REPAIRED", "20/06/2022 14:30:00"),
        ),
        (
            dt.datetime.fromisoformat("2022-06-19T17:00:00"),
            ("2022-06-19", "MOMENT", "19/06/2022 17:00:00"),
        ),
        (
            dt.datetime.fromisoformat("2022-06-20T00:00:00Z"),
            ("2022-06-20", "REPAIRED", "20/06/2022 00:00:00Z"),
        ),
        (dt.date(1905, 7, 15), ("NaT", "NOT_DATE", "2023 → 15/07/1905")),
        (dt.date(2300, 1, 1), ("NaT", "NOT_DATE", "146099 → 01/01/2300")),
        (dt.date(1985, 3, 2), ("1985-03-02", "OK", "")),
    ],
)
def test_moments_and_numbers_in_cells_for_days(
    value: dt.date, expected: tuple[str, str, str]
) -> None:
    day, state, found = read_date(value)
    assert (str(day), State(state).name, found) == expected


Spoil = Callable[[Worksheet], None]
STRUCK, RAISED, PLAIN = (
    InlineFont(strike=True),
    InlineFont(vertAlign="superscript"),
    InlineFont(rFont="Times New Roman"),
)


def rich(font: InlineFont, text: str, other: str) -> CellRichText:
    return CellRichText(TextBlock(font, text), TextBlock(PLAIN, other))


def cell(address: str, value: object, number_format: str = "") -> Spoil:
    def put(sheet: Worksheet) -> None:
        sheet[address].value = value
        if number_format:
            sheet[address].number_format = number_format

    return put


def dates(sheet: Worksheet) -> None:
    """A day-first text that a US computer kept, beside one that it misread."""
    for row, value in ((9, "20/6/2022"), (11, "15/2/2023")):
        sheet[f"K{row}"].value = value
    cell("K10", dt.date(2022, 12, 10), "m/d/yyyy")(sheet)


@cache
def a_return() -> bytes:
    """A right return with rows on all sheets that are spoilt."""
    return next(
        each.workbook()
        for each in map(right, range(100))
        if len(each.tables.get("handlings", ())) > 2 and each.tables.get("consequences")
    )


def spoilt(path: Path, spoils: Mapping[str, Spoil]) -> Path:
    """Save the return with its sheets spoilt."""
    book = opened(a_return(), rich_text=True)
    for sheet, spoil in spoils.items():
        spoil(book[sheet])
    book.save(path)
    return path


CASES: list[tuple[str, Spoil, tuple[str, str, str, tuple[str, ...]]]] = [
    (I1, cell("I9", rich(STRUCK, "3", "4")), ("V07", "E", "several.struck", ("I9",))),
    (
        I1,
        cell("I9", CellRichText("4", TextBlock(RAISED, "1"))),
        ("V07", "E", "several.struck", ("I9",)),
    ),
    (I2, cell("J9", 150_500_000, "#,##0.0,,"), ("V02", "E", "number.seen_otherwise", ("J9",))),
    (I2, cell("J9", 150_500_000), ("V10", "W", "in_proportion", ("J9",))),
    (
        I2,
        cell("H6", "Đơn vị tính: vụ việc, dự án, hồ sơ, nghìn đồng"),
        ("S06", "E", "column_missing.other_unit", ("H6",)),
    ),
    (I2, cell("I9", "15\n120"), ("V07", "E", "several", ("I9",))),
    (I2, cell("H9", "1\n200"), ("V07", "E", "several", ("H9",))),
    (I3B, dates, ("V04", "W", "month_first", ("K10",))),
    (I3B, cell("J9", dt.date(2022, 5, 12), "d-mmm"), ("V08", "W", "made_day", ("J9",))),
    (INFO, cell("B19", 2023, "dd/mm/yyyy"), ("V04", "E", "not_date", ("B19",))),
    (I3B, cell("K9", 44731.9995, "dd/mm/yyyy"), ("V08", "N", "repaired", ("K9",))),
    (
        I1,
        cell("H9", rich(InlineFont(rFont=".VnTime"), "Mua thuèc", " mới")),
        ("V08", "N", "repaired", ("H9",)),
    ),
    (I1, cell("F9", "Ðùn đẩy"), ("V08", "N", "repaired", ("F9",))),
    (I1, cell("F9", "Đ\u00adùn đ\u200dẩy\u200e"), ("V08", "N", "repaired", ("F9",))),
]
"""A sheet, how it is spoilt, and the finding."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[set[object]]:
    """The findings of each case. A workbook is spoilt once per sheet."""
    folder = tmp_path_factory.mktemp("spoilt")
    books: list[dict[str, Spoil]] = []
    places: list[tuple[int, str]] = []
    for sheet, spoil, _ in CASES:
        number = sum(earlier == sheet for _, earlier in places)
        if number == len(books):
            books.append({})
        books[number][sheet] = spoil
        places.append((number, sheet))
    files = [spoilt(folder / f"{at}.xlsx", spoils) for at, spoils in enumerate(books)]
    checked = run.check(Home(folder), ROUND, files)
    findings = [
        {(each.sheet, each.rule, str(each.severity), each.message, each.cells) for each in findings}
        for findings in (file.findings for file in checked)
    ]
    return [
        {finding[1:] for finding in findings[number] if finding[0] == sheet}
        for number, sheet in places
    ]


@pytest.mark.parametrize(
    ("number", "sheet", "expected"),
    [(number, sheet, expected) for number, (sheet, _, expected) in enumerate(CASES)],
)
def test_what_people_see_is_read_or_told(
    number: int, sheet: str, expected: object, told: list[set[object]]
) -> None:
    assert expected in told[number], sheet


@pytest.mark.slow
def test_a_moment_with_a_zone_of_its_own_is_read_on_the_rounds_clock(tmp_path: Path) -> None:
    spoilt(tmp_path / "a.xlsx", {I3B: cell("K9", dt.date(2022, 6, 20))})
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as package:
        for name, content in parts.items():
            changed = re.sub(
                rb'(<c r="K9"[^>]*?) t="n"><v>44732</v>',
                rb'\1 t="d"><v>2022-06-19T17:00:00Z</v>',
                content,
            )
            package.writestr(name, changed)
    (found,) = run.check(Home(tmp_path), ROUND, [tmp_path / "b.xlsx"])
    told = {
        (each.rule, each.cells, each.value, each.words.get("taken"))
        for each in found.findings
        if each.rule == "V08"
    }
    assert ("V08", ("K9",), "19/06/2022 17:00:00Z", "20/06/2022") in told
