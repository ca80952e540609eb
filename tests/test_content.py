"""The compendium: every text is there, whole, once with all who say it, and can be traced."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import run
from pipeline.home import Home
from pipeline.model import Standing
from pipeline.office.textfit import line_count
from pipeline.summarise.books import write_all
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.texts.content import content_book
from pipeline.summarise.texts.cut import TEXT_WIDTH
from pipeline.summarise.texts.passages import Count, passages
from pipeline.summarise.texts.pieces import MOST_LINES, pieces
from pipeline.summarise.texts.words import MOST_NAMED, Compendium
from schemas.round.round import Round
from schemas.round.settings import CONTENT_FILE
from tests.consolidations import consolidation, random_consolidation, tiny_round
from tests.workbooks import filled, saved

SHARED = (
    "Một số quy định còn chồng chéo, thiếu hướng dẫn thống nhất nên cán bộ e ngại khi quyết định."
)
OTHER = "Phân công, phân cấp chưa rõ người, rõ việc, rõ trách nhiệm giữa các đơn vị."
LONG = "\n".join(
    f"Đoạn {n}: " + " ".join(f"câu thứ {m} của đoạn này nói một điều khác." for m in range(40))
    for n in range(25)
)


def cause(agency: str, content: str, group: str = "NN01", side: str = "KQ") -> dict[str, Any]:
    return {"agency": agency, "side": side, "group": group, "content": content}


@pytest.fixture(scope="module")
def made(round_: Round) -> Consolidation:
    causes = [
        cause("BNV", OTHER),
        cause("T01", SHARED),
        cause("T02", SHARED.replace("e ngại", "ngần ngại")),
        cause("T02", SHARED),
        cause("BTP", SHARED, "NN02"),
        cause("T04", SHARED, side="CQ"),
    ]
    narratives = [
        {"agency": "T01", "item": "IV", "content": LONG},
        {"agency": "T02", "item": "I.1", "content": "  \n "},
    ]
    solutions = [
        {
            "agency": "T01",
            "group": "GP3",
            "content": '=HYPERLINK("http://x")',
            "status": "DX",
            "lead": "Bộ Nội vụ",
        }
    ]
    solutions += [
        {"agency": "T02", "group": "GP3", "content": "Đào tạo lại\x0b cán bộ", "lead": None}
    ]
    return consolidation(
        round_, {"causes": causes, "narratives": narratives, "solutions": solutions}
    )


@pytest.fixture(scope="module")
def book(made: Consolidation) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content_book(made, passages(made))))


def rows(book: openpyxl.Workbook, sheet: str) -> list[dict[str, Any]]:
    lines = [[cell.value for cell in line] for line in book[sheet].iter_rows()]
    at = int(book[sheet].auto_filter.ref.split(":")[0].lstrip("A")) - 1
    return [dict(zip(lines[at], line, strict=True)) for line in lines[at + 1 :]]


def test_what_means_the_same_is_one_row_the_most_shared_first_each_before_its_variants(
    book: openpyxl.Workbook,
) -> None:
    found = [
        (
            r["Mục đề cương"][:5],
            r["Nội dung"],
            r["Số cơ quan"],
            r["Số nội dung"],
            r["Các cơ quan"],
            r["Biến thể"],
        )
        for r in rows(book, "II NGUYÊN NHÂN")
    ]
    assert found == [
        ("II.1.", SHARED, 2, 2, "Hà Nội; Hà Giang", "Có 1 biến thể ngay dưới"),
        (
            "II.1.",
            SHARED.replace("e ngại", "ngần ngại"),
            1,
            1,
            "Hà Giang",
            "Biến thể của 1, khác ở: “e” → “ngần”",
        ),
        ("II.1.", OTHER, 1, 1, "BNV", None),
        ("II.1.", SHARED, 1, 1, "BTP", None),
        ("II.2.", SHARED, 1, 1, "Cao Bằng", None),
    ]


def test_counts_by_item_and_group(made: Consolidation, book: openpyxl.Workbook) -> None:
    causes = next(each for each in passages(made) if each.source.table == "causes")
    assert causes.counts["II.1", "Xây dựng, hoàn thiện thể chế, pháp luật"] == Count(
        texts=4, different=3, agencies=3
    )
    lines = [tuple(row.values()) for row in rows(book, "SỐ NỘI DUNG")]
    first = (
        "II.1. Nguyên nhân khách quan",
        "II NGUYÊN NHÂN: Nội dung",
        "Xây dựng, hoàn thiện thể chế, pháp luật",
        4,
        3,
        3,
    )
    assert first in lines
    assert ("I.2. Tính chất, mức độ, hậu quả, tác động tiêu cực", None, None, 0, 0, 0) in lines, (
        "an item that nobody wrote on is said"
    )


def test_a_long_text_goes_on_over_rows_and_nothing_is_cut(book: openpyxl.Workbook) -> None:
    found = rows(book, "ĐÁNH GIÁ")
    assert len(found) > 5
    assert "".join(row["Nội dung"] for row in found) == LONG
    assert [row["Phần"] for row in found] == [f"{n}/{len(found)}" for n in range(1, len(found) + 1)]
    assert {row["Mục đề cương"] for row in found} == {"IV. Đề xuất, kiến nghị"}, (
        "filters keep the pieces together"
    )
    heights = [
        book["ĐÁNH GIÁ"].row_dimensions[cell.row].height
        for cell in book["ĐÁNH GIÁ"]["A"][-len(found) :]
    ]
    assert max(heights) <= 409
    assert min(heights[:-1]) > 200


def test_every_text_is_listed_with_its_place(made: Consolidation, book: openpyxl.Workbook) -> None:
    found = rows(book, "TỪNG NỘI DUNG")
    whole = {(row["Mã"], row["Tệp"], row["Trang tính"], row["Dòng"]) for row in found}
    assert ("T02", "thu/T02.xlsx", "II NGUYÊN NHÂN", 10) in whole
    assert len(whole) == sum(len(each.frame) for each in passages(made)) == 9, (
        "the blank narrative is none"
    )
    numbers = {
        row["Số thứ tự nội dung gộp"] for row in found if row["Trang tính"] == "II NGUYÊN NHÂN"
    }
    assert numbers == {row["Số thứ tự nội dung gộp"] for row in rows(book, "II NGUYÊN NHÂN")}


def test_text_stays_text(book: openpyxl.Workbook) -> None:
    cells = [
        cell
        for page in book
        for line in page.iter_rows()
        for cell in line
        if cell.value is not None
    ]
    assert not [
        cell
        for cell in cells
        if cell.data_type == "f" or (cell.hyperlink and cell.hyperlink.target)
    ]
    assert {cell.row for cell in cells if cell.hyperlink and cell.parent.title != "MỤC LỤC"} == {
        1
    }, "the way back to the contents"
    texts = {cell.value for cell in cells}
    assert '=HYPERLINK("http://x")' in texts
    assert "Đào tạo lại\ufffd cán bộ" in texts


@pytest.mark.parametrize("count", [0, 1, 94])
def test_small_and_silent_rounds(round_: Round, count: int) -> None:
    standings = {agency.code: Standing.NIL for agency in round_.in_scope[:count]}
    made = consolidation(round_, {}, standings).in_language("en")
    book = openpyxl.load_workbook(io.BytesIO(content_book(made, passages(made))))
    assert book.sheetnames[:2] == ["CONTENTS", "TEXT COUNTS"]
    assert len(book.sheetnames) == len(round_.outline.texts) + 3


def test_a_round_that_asks_for_no_texts_has_no_compendium(tmp_path: Path) -> None:
    made = consolidation(
        tiny_round(tmp_path / "tiny"), {"trees": [{"agency": "A0", "kind": "OAK", "trees": 1}]}
    )
    write_all(made, tmp_path / "out")
    assert not (tmp_path / "out" / CONTENT_FILE).exists()


def test_more_texts_than_a_sheet_should_hold(
    made: Consolidation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.summarise.texts.content.MOST_ROWS", 3)
    book = openpyxl.load_workbook(io.BytesIO(content_book(made, passages(made))))
    said = {
        cell.value
        for page in ("II NGUYÊN NHÂN", "TỪNG NỘI DUNG")
        for line in book[page].iter_rows()
        for cell in line
    }
    assert (
        "Có 5 dòng, vượt quá 3 dòng của một trang tính. Xem toàn bộ tại tệp du-lieu/causes.parquet."
        in said
    )
    assert any(str(text).startswith("Có 9 dòng") for text in said)


def test_same_consolidation_same_bytes(round_: Round) -> None:
    made = [random_consolidation(round_, rows=60) for _ in range(2)]
    assert content_book(made[0], passages(made[0])) == content_book(made[1], passages(made[1]))


def test_more_agencies_than_a_cell_names(round_: Round) -> None:
    from pipeline.summarise.sheets.sheet import SummaryBook

    words = Compendium(SummaryBook(consolidation(round_), "x"))
    codes: Sequence[str] = [f"X{n}" for n in range(MOST_NAMED + 7)]
    assert words.named(codes).endswith(
        f"X{MOST_NAMED - 1}; và 7 cơ quan khác (xem trang tính cuối)"
    )
    assert words.named(codes[:MOST_NAMED]).endswith(f"X{MOST_NAMED - 1}")


@given(st.text(alphabet="ab \nÂ.", max_size=3000), st.integers(1, 5), st.integers(8, 40))
def test_pieces_are_the_text_and_fit(text: str, most: int, width: int) -> None:
    found = pieces(text, width, most)
    assert "".join(found) == text
    assert all(line_count(piece, width) <= most for piece in found if len(piece) > 60)


def test_pieces_end_at_sentences() -> None:
    found = pieces(LONG, TEXT_WIDTH)
    assert all(piece.rstrip().endswith(".") for piece in found)
    assert all(line_count(piece, TEXT_WIDTH) <= MOST_LINES for piece in found)


def test_what_stands_outside_the_form_is_shown_with_its_place(
    round_: Round, tmp_path: Path
) -> None:
    book = filled(
        round_, "T96", manifestations=[{"period": "Năm 2021", "sector": "Đất đai", "cases": 3}]
    )
    sheet = book[round_.by_key["manifestations"].sheet]
    header = next(
        cell.row
        for cell in sheet["A"]
        if str(cell.value).startswith(round_.by_key["manifestations"].columns[0].title)
    )
    first = header + 2
    sheet.cell(header, 30, "Ý kiến khác")
    sheet.cell(first, 30, "=1+1").value = "=không phải công thức"
    sheet.cell(first, 30).data_type = "s"
    sheet.cell(first + 1, 35, "ghi bên lề")
    (tmp_path / "vào").mkdir()
    saved(book, tmp_path / "vào" / "a.xlsx")
    run.collect(Home(tmp_path), round_, [tmp_path / "vào"])
    made = run.consolidated(Home(tmp_path), round_)
    shown = openpyxl.load_workbook(io.BytesIO(content_book(made, passages(made))))["NGOÀI BIỂU MẪU"]
    told = [[cell.value for cell in row] for row in shown.iter_rows() if row[0].value == "T96"]
    name, table = made.round_.by_agency["T96"].short_name, round_.by_key["manifestations"].sheet
    assert told == [
        ["T96", name, "Ý kiến khác", "=không phải công thức", "a.xlsx", table, f"AD{first}"],
        ["T96", name, None, "ghi bên lề", "a.xlsx", table, f"AI{first + 1}"],
    ]
    assert all(cell.data_type != "f" for row in shown.iter_rows() for cell in row)
