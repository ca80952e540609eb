"""The first sheet of every workbook: links, ways back, hidden sheets, and pages printed."""

from __future__ import annotations

import io
import math
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from pipeline.summarise.books import summary_book
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.progress import progress_book
from pipeline.summarise.sheets import printing
from pipeline.summarise.sheets.lists import ListColumn, list_sheet
from pipeline.summarise.sheets.sheet import SummaryBook
from pipeline.summarise.texts.content import content_book
from pipeline.summarise.texts.passages import passages
from schemas.round.round import Round
from tests.consolidations import consolidation, random_consolidation, tiny_round

HELPERS = {"SỐ LIỆU BIỂU ĐỒ", "TRA CỨU CÔNG THỨC"}


@pytest.fixture(scope="module")
def made(small_round: Round) -> Consolidation:
    earlier = random_consolidation(small_round, rows=30, seed=3)
    return replace(random_consolidation(small_round, rows=60, invented=True), earlier=earlier)


@pytest.fixture(scope="module")
def books(made: Consolidation) -> dict[str, Workbook]:
    # the others are sheets of the same kind
    few = (replace(each, crossings=each.crossings[:3]) for each in made.round_.settings.summaries)
    summaries = {each.dimension: summary_book(made, each) for each in few}
    others = {
        "progress": progress_book(made),
        "content": content_book(made, passages(made)),
    }
    return {
        name: openpyxl.load_workbook(io.BytesIO(content))
        for name, content in {**summaries, **others}.items()
    }


def test_the_contents_list_every_sheet_in_its_order_with_what_it_answers(
    books: dict[str, Workbook],
) -> None:
    for name, book in books.items():
        page, *others = book.worksheets
        assert page.title == "MỤC LỤC"
        links = [
            (row[0].value, row[0].hyperlink.location, row[1].value)
            for row in page.iter_rows(max_col=2)
            if row[0].hyperlink
        ]
        visible = [each.title for each in others if each.sheet_state == "visible"]
        assert [text for text, _, _ in links] == visible, name
        assert [target for _, target, _ in links] == [f"'{title}'!A1" for title in visible]
        answers = [answer for _, _, answer in links]
        assert all(len(answer) > 20 and "{" not in answer for answer in answers)
        assert len(set(answers)) == len(answers), "no two sheets answer the same"


def test_titles_below_pages_leave_room_for_the_marks(books: dict[str, Workbook]) -> None:
    below = [page.oddFooter.left.text for book in books.values() for page in book.worksheets]
    assert [title for title in below if len(title) > 66] == []
    assert [title for title in below if title.endswith("…")], "some are longer"


def test_every_sheet_leads_back_and_the_way_back_is_not_printed(books: dict[str, Workbook]) -> None:
    for book in books.values():
        for page in book.worksheets[1:]:
            assert (page["A1"].value, page["A1"].hyperlink.location) == (
                "← MỤC LỤC",
                "'MỤC LỤC'!A1",
            )
            if page.sheet_state == "visible":
                assert re.search(r"\$A\$2:", page.print_area), page.title
                assert (
                    not page.print_title_rows
                    or int(page.print_title_rows.strip("$").split(":")[0].strip("$")) > 1
                )


def test_only_helpers_are_hidden_and_can_be_shown(books: dict[str, Workbook]) -> None:
    for name, book in books.items():
        states = {page.title: page.sheet_state for page in book if page.sheet_state != "visible"}
        assert states == (
            dict.fromkeys(HELPERS, "hidden") if name not in ("progress", "content") else {}
        )
        told = " ".join(str(row[0].value) for row in book.worksheets[0].iter_rows(max_col=1))
        assert all(helper in told for helper in states)
        assert all(not page.print_area for page in book if page.sheet_state != "visible"), (
            "programs print the areas of hidden sheets too"
        )


def test_a_summary_opens_on_its_overview(books: dict[str, Workbook]) -> None:
    opened = {name: book.active.title for name, book in books.items()}
    assert opened == {
        **dict.fromkeys(("sector", "locality", "behaviour"), "TỔNG QUAN"),
        **dict.fromkeys(("progress", "content"), "MỤC LỤC"),
    }
    selected = [page.title for page in books["sector"] if page.sheet_view.tabSelected]
    assert selected == ["TỔNG QUAN"], "two selected sheets would be written into together"


def test_no_two_names_of_sheets_are_taken_for_one_another(
    books: dict[str, Workbook], made: Consolidation
) -> None:
    forms = {spec.sheet for spec in made.round_.tables}
    for book in books.values():
        names = [page.title for page in book]
        assert len({name.casefold() for name in names}) == len(names)
        inside = {(one, other) for one in names for other in forms if other != one and one in other}
        assert not inside, "a part of a form's name is no name"


def test_contents_in_another_round_and_language(tmp_path: Path) -> None:
    round_ = tiny_round(tmp_path / "tiny")
    content = summary_book(
        consolidation(round_, {"trees": [{"agency": "A0", "kind": "OAK", "trees": 3}]}).in_language(
            "en"
        ),
        round_.settings.summaries[0],
    )
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    lines = {row[0].value: row[1].value for row in page.iter_rows(max_col=2)}
    assert lines["SOURCES"].startswith("Which files do figures come from?")


# --- print ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "whole"), [(200, True), (2_000, False)])
def test_of_a_long_list_the_first_page_is_printed(
    small_round: Round, count: int, *, whole: bool
) -> None:
    book = SummaryBook(consolidation(small_round), "t")
    list_sheet(
        book,
        "x",
        "x",
        [
            ListColumn("a", [f"dòng {n}" for n in range(count)]),
            ListColumn("b", list(range(count)), "whole"),
        ],
    )
    page = openpyxl.load_workbook(io.BytesIO(book.content())).worksheets[0]
    last = int(page.print_area.rsplit("$", 1)[1])
    said = any("chỉ in trang đầu" in str(row[0].value) for row in page.iter_rows(max_row=8))
    assert (last == page.max_row, said) == (whole, not whole)
    assert whole or last * 15 * printing.scale_of([7, 7], printing.SMALLEST) < 842, (
        "no more than an A4 page is high"
    )


def test_high_lines_of_a_printed_first_page_are_reckoned_with(small_round: Round) -> None:
    """Otherwise a page of lines that take two each is shrunk to half, and read by nobody."""
    book = SummaryBook(consolidation(small_round), "t")
    sheet = book.sheet("x", "x", [20.0, 20.0])
    top = sheet.row
    for _ in range(200):
        sheet.cells(["một tên dài hơn một dòng của cột này", "b"], ["name", "name"])
    sheet.print_first_page(top)
    assert sheet.printed is not None
    assert (sheet.printed[0] - top) * 30 <= printing.down()


def test_lines_above_a_wide_list_end_on_its_first_page(small_round: Round) -> None:
    """A list that needs two pages side by side is printed larger than one squeezed onto one."""
    book = SummaryBook(consolidation(small_round), "t")
    fields = [ListColumn(f"cột {n}", ["chữ " * 12] * 9) for n in range(16)]
    list_sheet(book, "x", "x", fields, legend="dài " * 200)
    page = openpyxl.load_workbook(io.BytesIO(book.content())).worksheets[0]
    spans = {each.max_col for each in page.merged_cells.ranges}
    widths = [page.column_dimensions[letter].width for letter in "ABCDEFGHIJKLMNOP"]
    (columns,) = spans
    scale = (
        page.page_setup.scale or 100 * printing.scale_of(widths, int(page.page_setup.fitToWidth))
    ) / 100
    assert 11 * scale >= 8, "on pages side by side"
    assert sum(map(printing.pixels, widths[:columns])) * scale <= printing.across()


def test_a_list_of_texts_is_printed_no_smaller_than_eight_points(small_round: Round) -> None:
    """Its texts take more lines instead, and their columns less room; numbers keep theirs."""
    book = SummaryBook(consolidation(small_round), "t")
    texts = [ListColumn(f"cột {n}", ["chữ " * 40] * 3, widest=60) for n in range(5)]
    list_sheet(book, "x", "x", [*texts, ListColumn("số", [123_456_789] * 3, "whole")])
    list_sheet(book, "y", "y", [*texts[:2], ListColumn("số", [123_456_789] * 3, "whole")])
    narrowed, wide = openpyxl.load_workbook(io.BytesIO(book.content())).worksheets
    widths = [narrowed.column_dimensions[letter].width for letter in "ABCDEF"]
    assert 11 * math.sqrt(2) * printing.across() / sum(map(printing.pixels, widths)) >= 8
    assert narrowed.page_setup.fitToWidth in (None, 1)
    assert widths[5] == wide.column_dimensions["C"].width
    assert widths[0] < wide.column_dimensions["A"].width


def test_what_fits_on_a_page() -> None:
    assert printing.scale_of([10] * 3) == 1
    assert printing.scale_of([60] * 3) == pytest.approx(10.69 * 96 * 0.97 / 1335)
    assert printing.scale_of([100] * 30) == printing.SMALLEST
    assert printing.that_fit([100, 20, 21], [15] * 99, 1, 15) == (31, 2), (
        "738, 890 and 1,049 pixels"
    )
    assert printing.that_fit([300, 20], [900], 1, 0) == (1, 1)
    assert [printing.pages_of([15] * count, 1) for count in (30, 60)] == [1, 2]
