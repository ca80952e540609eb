"""Each kind of content that looks otherwise than it is stored is told, and nothing else is.

Kinds after public bug reports of readers of workbooks; each is written into a right return here, so
that one mistake is one finding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from copy import copy

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from pipeline import run
from pipeline.home import Home
from tests.books import opened, round_of
from tests.returns import right

ROUND = round_of("cv4874")
I1, I2, I3B, INFO = (
    *(ROUND.by_key[key].sheet for key in ("manifestations", "consequences", "handlings")),
    ROUND.info.sheet,
)
Change = Callable[[Workbook], None]
Told = list[tuple[str, str, str, tuple[str, ...]]]


def put(sheet: str, cell: str, value: object, number_format: str = "") -> Change:
    def change(book: Workbook) -> None:
        book[sheet][cell].value = value
        book[sheet][cell].number_format = number_format or book[sheet][cell].number_format

    return change


def look(sheet: str, cell: str, number_format: str) -> Change:
    def change(book: Workbook) -> None:
        assert book[sheet][cell].value is not None
        book[sheet][cell].number_format = number_format

    return change


def empty(sheet: str, **cells: object) -> Change:
    """A table with nothing but these cells."""

    def change(book: Workbook) -> None:
        for row in book[sheet].iter_rows(min_row=9):
            for cell in row:
                cell.value = cells.get(cell.coordinate)

    return change


def strike(book: Workbook) -> None:
    for cell in book[I1][10]:
        cell.font = copy(cell.font) + Font(strike=True)


def filtered(book: Workbook) -> None:
    book[I1].row_dimensions[10].hidden = True


def hidden(book: Workbook) -> None:
    book[I2].sheet_state = "hidden"


def noted(book: Workbook) -> None:
    book[I1]["I10"].comment = Comment("Chưa tính 3 vụ", "ai đó")


def extra(book: Workbook) -> None:
    book.create_sheet("Phụ lục kèm theo")["B2"] = "3 vụ việc chưa đưa vào biểu"


def margin(book: Workbook) -> None:
    book[I1].oddHeader.right.text = "Chưa gồm 2 huyện"


def manual(book: Workbook) -> None:
    book.calculation.calcMode = "manual"
    book[I1]["J9"].value = f"={book[I1]['J9'].value}+0"


STRUCK, PLAIN, RAISED, OLD = (
    InlineFont(strike=True),
    InlineFont(),
    InlineFont(vertAlign="subscript"),
    InlineFont(rFont=".VnTime"),
)
CASES: dict[str, tuple[Change, Told]] = {
    "as it was": (lambda _: None, []),
    "a digit struck out": (
        put(I1, "I9", CellRichText(TextBlock(STRUCK, "3"), TextBlock(PLAIN, "4"))),
        [("V07", "E", "several.struck", ("I9",))],
    ),
    "a digit set low": (
        put(I1, "I9", CellRichText("4", TextBlock(RAISED, "2"))),
        [("V07", "E", "several.struck", ("I9",))],
    ),
    "a row struck out": (strike, [("S11", "W", "stray.struck", ("A10",))]),
    "a hidden row": (filtered, [("S11", "N", "stray.hidden_rows", ("A10",))]),
    "a hidden sheet": (hidden, [("S11", "N", "stray.hidden_sheet", ())]),
    "two lines": (put(I2, "I9", "15\r\n120"), [("V07", "E", "several", ("I9",))]),
    "a scaled format": (
        put(I2, "J9", 150_500_000, '[Blue]#,##0.0,,"";[Red]-0'),
        [("V02", "E", "number.seen_otherwise", ("J9",))],
    ),
    "money of another country": (
        put(I2, "J9", 1200, "[$€-2] #,##0.00"),
        [("V02", "E", "number.other_unit", ("J9",))],
    ),
    "a day without its year": (look(I3B, "K9", "d-mmm"), [("V04", "W", "part_of_day", ("K9",))]),
    "a month without its day": (look(I3B, "K9", "mm/yyyy"), [("V04", "W", "part_of_day", ("K9",))]),
    "a day that nobody sees": (look(I3B, "K9", ";;;"), [("V04", "W", "part_of_day", ("K9",))]),
    "a day with its weekday": (look(I3B, "K9", '[$-42A]dddd, dd "tháng" mm, yyyy'), []),
    "another unit": (
        put(I2, "H6", "Đơn vị tính: vụ việc, dự án, hồ sơ, nghìn đồng"),
        [("S06", "E", "column_missing.other_unit", ("H6",))],
    ),
    "đồng for millions": (put(I2, "J9", 150_500_000), [("V10", "W", "in_proportion", ("J9",))]),
    "a year in a date cell": (
        put(INFO, "B19", 2023, "dd/mm/yyyy"),
        [("V04", "E", "not_date", ("B19",))],
    ),
    "a number made a day": (
        put(I3B, "J9", dt.date(2022, 5, 12), "d-mmm"),
        [("V08", "W", "made_day", ("J9",))],
    ),
    "a run in an old font": (
        put(I1, "N9", CellRichText(TextBlock(OLD, "Mua thuèc"), TextBlock(PLAIN, " mới"))),
        [("V08", "N", "repaired", ("N9",))],
    ),
    "a note": (noted, [("S11", "W", "stray.note", ("I10",))]),
    "an extra sheet": (extra, [("S11", "W", "stray.extra", ())]),
    "a page header": (margin, [("S11", "W", "stray.margin", ())]),
    "text in the help": (
        put(ROUND.sheets.instructions, "F9", "còn 3 vụ chưa đưa vào"),
        [("S11", "W", "stray", ("F9",))],
    ),
    "text above a table": (
        put(I1, "Q2", "còn 3 vụ chưa đưa vào"),
        [("S11", "W", "stray", ("Q2",))],
    ),
    "a picture by WPS": (
        put(I1, "N9", '=_xlfn.DISPIMG("ID_1",1)'),
        [("S08", "E", "error_cell.picture", ("N9",))],
    ),
    "never calculated": (put(I1, "I9", "=SUM(3,2)"), [("S09", "E", "no_value", ("I9",))]),
    "an empty table that says so": (
        empty(I2, A9="Không phát sinh"),
        [("S11", "N", "stray.nothing", ("A9",))],
    ),
    "dashes": (
        empty(I2, A9="-", B9="–", C9="—"),
        [("S11", "N", "stray.nothing", ("A9", "B9", "C9"))],
    ),
    "KPS and noughts": (empty(I2, A9="KPS", G9=0), [("S11", "N", "stray.nothing", ("A9", "G9"))]),
}

_FOLLOWS = "not_compared"
"""What is said of tables that can't be compared, for a number of theirs isn't known."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """What is told of each file, beside what is told of the return as it was."""
    folder = tmp_path_factory.mktemp("seen")
    draft = next(
        each
        for each in map(right, range(100))
        if len(each.tables.get("handlings", ())) > 2 and each.tables.get("consequences")
    )
    paths = {}
    for number, (case, (change, _)) in enumerate(CASES.items()):
        book = opened(draft.workbook(), rich_text=True)
        change(book)
        paths[case] = folder / f"{number}.xlsx"
        book.save(paths[case])
    checked = {
        each.name: each.findings for each in run.check(Home(folder), ROUND, list(paths.values()))
    }
    brief = {
        case: [
            (f.rule, str(f.severity), f.message, f.cells)
            for f in checked[path.name]
            if f.message != _FOLLOWS
        ]
        for case, path in paths.items()
    }
    before = brief["as it was"]
    return {case: [each for each in found if each not in before] for case, found in brief.items()}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_one_finding_for_what_is_seen_otherwise(case: str, told: dict[str, Told]) -> None:
    assert told[case] == CASES[case][1]
