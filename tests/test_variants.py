"""Only texts that mean the same are one; near ones are variants; attributes stay apart."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.masking import masked
from pipeline.summarise.report.digest import digests
from pipeline.summarise.texts.content import content_book
from pipeline.summarise.texts.passages import Passages, passages
from pipeline.text.wording import told
from schemas.round.round import Round
from tests.consolidations import consolidation, random_consolidation
from tests.often import some

WHY = "biên chế cho các sở, phòng để giải quyết hồ sơ tồn đọng trong năm 2024"
SAID = {
    "BTC": (f"Đề nghị tăng {WHY}.", None, None),
    "BCT": (f"Đề nghị giảm {WHY}.", None, None),
    "BXD": (f"Không đề nghị tăng {WHY}.", "Nghị định A", "Đã đủ người"),
    "BNV": (f"đề nghị  TĂNG {WHY}", None, None),
    "BYT": ("Bổ sung 50 biên chế cho Thanh tra tỉnh", None, None),
    "BTP": ("Bổ sung 500 biên chế cho Thanh tra tỉnh", None, None),
    "T01": ("Sửa đổi Luật Đất đai 2013 cho phù hợp với thực tiễn", None, None),
    "T02": ("Sửa đổi Luật Đầu tư 2020 cho phù hợp với thực tiễn", None, None),
    "T04": ("Địa phương đã có quy định về việc này", None, None),
    "T06": ("Địa phương chưa có quy định về việc này", None, None),
    "T08": ("Đã xử lý xong", None, None),
    "T10": ("Chưa xử lý xong", None, None),
}
"""What agencies wrote, which law it is about, and why."""


def asked(round_: Round, said: dict[str, tuple[str, str | None, str | None]]) -> Consolidation:
    heads = ("content", "legal_text", "reason")
    rows = [
        {"agency": code, "addressee": "CP", **dict(zip(heads, each, strict=True))}
        for code, each in said.items()
    ]
    return consolidation(round_, {"recommendations": rows})


@cache
def asked_once(round_: Round) -> Consolidation:
    return asked(round_, SAID)


def of(made: Consolidation, table: str) -> Passages:
    return next(each for each in passages(made) if each.source.table == table)


def lines(book: openpyxl.Workbook, sheet: str) -> list[dict[str, Any]]:
    page = book[sheet]
    first = int(page.auto_filter.ref.split(":")[0].lstrip("A"))
    heads = [cell.value for cell in page[first]]
    return [
        dict(zip(heads, (cell.value for cell in row), strict=True))
        for row in page.iter_rows(min_row=first + 1)
    ]


def book_of(made: Consolidation, lang: str = "vi") -> openpyxl.Workbook:
    made = made.in_language(lang)
    return openpyxl.load_workbook(io.BytesIO(content_book(made, passages(made))), rich_text=True)


# --- one or two ----------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=20)
@given(st.permutations(list(SAID)))
def test_no_agency_is_credited_with_what_another_wrote(round_: Round, order: Sequence[str]) -> None:
    """Opposite or differing statements are never folded, in any order of rows and agencies."""
    made = asked_once(round_)
    rows = made.tables["recommendations"].sort_values("file")
    rows = rows.assign(agency=[order[list(SAID).index(code)] for code in rows["agency"]])
    found = of(
        replace(made, tables={**made.tables, "recommendations": rows}), "recommendations"
    ).folded
    credited = {frozenset(agencies) for agencies in found["agencies"]}
    assert credited == {
        frozenset([order[0], order[3]]),
        *(frozenset([code]) for at, code in enumerate(order) if at not in (0, 3)),
    }
    assert len(found) == len(SAID) - 1


def test_variants_stand_side_by_side_with_the_words_that_differ(round_: Round) -> None:
    found = of(asked(round_, SAID), "recommendations")
    shown = [
        (
            found.number[index],
            row["agencies"],
            told(found.variants[index].changes) if index in found.variants else "",
        )
        for index, row in found.folded.iterrows()
    ]
    assert shown == [
        ("1", ("BNV", "BTC"), ""),
        ("1.1", ("BXD",), "“đề nghị” → “Không đề nghị”"),
        ("1.2", ("BCT",), "“TĂNG” → “giảm”"),
        ("2", ("T01",), ""),
        ("2.1", ("T02",), "“Đất đai 2013” → “Đầu tư 2020”"),
        ("3", ("BTP",), ""),
        ("3.1", ("BYT",), "“500” → “50”"),
        ("4", ("T06",), ""),
        ("4.1", ("T04",), "“chưa” → “đã”"),
        ("5", ("T10",), ""),
        ("5.1", ("T08",), "“Chưa” → “Đã”"),
    ]


def test_counts_add_up_and_never_over_variants(round_: Round) -> None:
    found = of(asked(round_, SAID), "recommendations")
    assert list(found.counts.values()) == [(len(SAID), len(SAID) - 1, len(SAID))]
    assert found.folded["size"].sum() == len(SAID)


def test_the_words_that_differ_are_bold_and_underlined(round_: Round) -> None:
    rows = lines(book_of(asked(round_, SAID)), "IV KIẾN NGHỊ")
    marked = [
        (
            "".join(map(str, row["Nội dung kiến nghị"])),
            [
                each.text
                for each in row["Nội dung kiến nghị"]
                if isinstance(each, TextBlock) and each.font.b and each.font.u == "single"
            ],
        )
        for row in rows
        if isinstance(row["Nội dung kiến nghị"], CellRichText)
    ]
    assert marked[:3] == [
        (SAID["BNV"][0], ["TĂNG"]),
        (SAID["BXD"][0], ["Không"]),
        (SAID["BCT"][0], ["giảm"]),
    ]
    assert len(marked) == len(SAID) - 1
    assert [row["Biến thể"] for row in rows[:3]] == [
        "Có 2 biến thể ngay dưới",
        "Biến thể của 1, khác ở: “đề nghị” → “Không đề nghị”",
        "Biến thể của 1, khác ở: “TĂNG” → “giảm”",
    ]
    beside = {
        row["Các cơ quan"]: (row["Văn bản cần sửa đổi, bổ sung"], row["Lý do"]) for row in rows
    }
    assert beside.pop("BXD") == ("Nghị định A", "Đã đủ người")
    assert set(beside.values()) == {(None, None)}


def test_marks_fall_on_each_piece_of_a_long_text(round_: Round) -> None:
    long = " ".join(f"Câu thứ {n} của một bài dài nói một điều khác." for n in range(400))
    other = long.replace("thứ 7 của", "thứ bảy của").replace("thứ 399 của", "thứ cuối của")
    rows = lines(
        book_of(asked(round_, {"BTC": (long, None, None), "BCT": (other, None, None)})),
        "IV KIẾN NGHỊ",
    )
    by_number = pd.DataFrame(rows).groupby("Số thứ tự nội dung gộp")["Nội dung kiến nghị"].agg(list)
    assert {
        "".join(
            "".join(map(str, piece)) if isinstance(piece, CellRichText) else piece
            for piece in pieces
        )
        for pieces in by_number
    } == {
        long,
        other,
    }
    bold = [
        [
            each.text
            for piece in pieces
            if isinstance(piece, CellRichText)
            for each in piece
            if isinstance(each, TextBlock)
        ]
        for pieces in by_number
    ]
    assert sorted(map(tuple, bold)) == [("7", "399"), ("bảy", "cuối")]


def test_the_contrary_is_told_before_what_differs_otherwise(round_: Round) -> None:
    """Of many variants, those that differ by a negation are always shown in the report."""
    numbers = {
        "T01": "hai mươi",
        "T02": "hai mươi",
        "T04": "ba mươi",
        "T06": "ba mươi",
        "T08": "bốn mươi",
        "T10": "bốn mươi",
    }
    said = {code: (f"Đề nghị tăng {count} {WHY}", None, None) for code, count in numbers.items()}
    said |= dict.fromkeys(("BTC", "BNV", "BTP"), (f"Đề nghị tăng {WHY}", None, None)) | {
        "BXD": (f"Không đề nghị tăng {WHY}", None, None)
    }
    ((digest,),) = digests(of(asked(round_, said), "recommendations")).values()
    (extract, *_) = digest.extracts
    assert (extract.agencies, extract.near) == (("BNV", "BTP", "BTC"), 4)
    assert extract.variants[0].agencies == ("BXD",)


# --- what stands beside a text -------------------------------------------------------------------

STORY = "Đơn vị giả định chậm trả lời văn bản lấy ý kiến, phải đôn đốc nhiều lần."


@pytest.fixture(scope="module")
def beside(round_: Round) -> Consolidation:
    """Four agencies' text in rows that share only the sector; a document of three numbers."""
    stories: list[tuple[str, str | None, str | None, str | None]] = [
        ("BNV", "T40", "2023H1", "Đã kiểm điểm"),
        ("BGTVT", None, None, None),
        ("BTNMT", "T01", "2021", None),
        ("T01", "T01", "2022", None),
    ]
    examples = [
        {
            "agency": code,
            "behaviour": "HV1",
            "story": STORY,
            "sector": "LV01",
            "locality": place,
            "period": period,
            "outcome": outcome,
        }
        for code, place, period, outcome in stories
    ]
    days = [
        ("BNV", "1/CT-BNV", "2022-01-05"),
        ("BYT", "2/CT-BYT", "2022-02-05"),
        ("T02", None, None),
    ]
    actions = [
        {
            "agency": code,
            "action": "CT01",
            "content": "Ban hành chỉ thị",
            "doc_number": number,
            "issued_on": day and pd.Timestamp(day),
        }
        for code, number, day in days
    ]
    causes = [
        {
            "agency": code,
            "side": "KQ",
            "group": "NN01",
            "content": "Quy định chồng chéo",
            "influence": influence,
        }
        for code, influence in (("BTP", 4), ("BVHTTDL", 5), ("T01", 4), ("T02", None))
    ]
    return consolidation(round_, {"examples": examples, "actions": actions, "causes": causes})


def test_a_folded_text_has_what_all_its_writers_say_and_names_who_says_what_else(
    round_: Round, beside: Consolidation
) -> None:
    book = book_of(beside)
    (row,) = lines(book, "VÍ DỤ")
    sector = round_.codelists["sectors"].name("LV01")
    assert (row["Lĩnh vực"], row["Địa phương"], row["Kỳ số liệu"], row["Kết quả xử lý"]) == (
        sector,
        "khác nhau",
        "khác nhau",
        "khác nhau",
    )
    assert row["Đặc điểm khác nhau giữa các cơ quan"].split("\n") == [
        "Địa phương: Hà Nội (BTNMT; Hà Nội); Nghệ An (BNV); để trống (BGTVT)",
        "Kỳ số liệu: 6 tháng đầu năm 2023 (BNV); để trống (BGTVT); Năm 2021 (BTNMT); Năm 2022 (Hà Nội)",
        "Kết quả xử lý: để trống (BGTVT; BTNMT; Hà Nội); Đã kiểm điểm (BNV)",
    ]
    assert (row["Tệp (của cơ quan nêu đầu tiên)"], row["Các cơ quan"].split("; ")[0]) == (
        "thu/BNV.xlsx",
        "BNV",
    )
    (row,) = lines(book, "I.3a BIỆN PHÁP")
    assert (row["Số, ký hiệu văn bản"], row["Ngày ban hành"]) == ("khác nhau", None)
    assert (
        "Ngày ban hành: 05/01/2022 (BNV); 05/02/2022 (BYT); để trống (Hà Giang)"
        in row["Đặc điểm khác nhau giữa các cơ quan"]
    )
    (row,) = lines(book, "II NGUYÊN NHÂN")
    grade = "Mức độ ảnh hưởng (1–5)"
    assert (row[f"{grade}: bình quân"], row[f"{grade}: từ – đến"]) == (4.33, "4–5")
    assert (
        row["Đặc điểm khác nhau giữa các cơ quan"]
        == f"{grade}: 4 (BTP; Hà Nội); 5 (BVHTTDL); để trống (Hà Giang)"
    )


def test_an_extract_says_what_all_its_writers_say_and_nothing_else(
    round_: Round, beside: Consolidation
) -> None:
    ((extract,),) = (
        [e for d in listed for e in d.extracts]
        for listed in digests(of(beside, "examples")).values()
    )
    assert extract.more == (("Lĩnh vực", round_.codelists["sectors"].name("LV01")),)
    assert [(place.agency, place.file, place.row) for place in extract.places] == [
        ("BNV", "thu/BNV.xlsx", 9),
        ("BGTVT", "thu/BGTVT.xlsx", 9),
        ("BTNMT", "thu/BTNMT.xlsx", 9),
        ("T01", "thu/T01.xlsx", 9),
    ]
    assert extract.agencies == tuple(place.agency for place in extract.places)
    ((extract,),) = (
        [e for d in listed for e in d.extracts] for listed in digests(of(beside, "causes")).values()
    )
    assert extract.more == ()


def test_an_extract_tells_its_variants(round_: Round) -> None:
    (listed,) = digests(of(asked(round_, SAID), "recommendations")).values()
    (digest,) = listed
    assert digest.extracts[0].agencies == ("BNV", "BTC")
    assert [(each.agencies, told(each.changes)) for each in digest.extracts[0].variants] == [
        (("BXD",), "“đề nghị” → “Không đề nghị”"),
        (("BCT",), "“TĂNG” → “giảm”"),
    ]
    assert digest.left == digest.count.different - sum(
        1 + len(each.variants) for each in digest.extracts
    )


@pytest.mark.slow
def test_every_agencys_own_values_stand_in_the_sheet_of_all_texts(round_: Round) -> None:
    made = random_consolidation(round_, rows=120, seed=7)
    shown = {
        (row["Trang tính"], row["Tệp"], row["Dòng"]): row
        for row in lines(book_of(made), "TỪNG NỘI DUNG")
    }
    compared = 0
    for source in round_.outline.texts:
        spec = round_.by_key[source.table]
        for row in made.tables[source.table].to_dict("records"):
            if not str(row[source.text] or "").strip() or pd.isna(row[source.text]):
                continue
            own = shown[row["sheet"], row["file"], row["row"]]
            for key in source.more:
                column, value = spec.by_key[key], row[key]
                wanted = (
                    None
                    if pd.isna(value)
                    else round_.codes_of(column).name(value)
                    if column.codes
                    else value
                )
                assert own.get(column.title) == wanted, (source.table, key, row)
                compared += 1
    assert compared > 100


# --- persons -------------------------------------------------------------------------------------


def test_masks_neither_part_what_is_the_same_nor_join_what_is_not(round_: Round) -> None:
    """Numbers of masks are given within a return: BTC's 1 isn't BCT's 1, and may be BXD's 2."""
    texts = {
        "BTC": ("Ông Nghiêm Bá Lộc còn chậm trình hồ sơ giao đất cho dân", None, None),
        "BCT": ("Ông Quách Văn Tuyến còn chậm trình hồ sơ giao đất cho dân", None, None),
        "BXD": (
            "Ông NGHIÊM BÁ LỘC còn chậm trình hồ sơ giao đất cho dân.",
            None,
            "Bà Quách Thị Xuyến xin ý kiến",
        ),
    }
    made = masked(asked(round_, texts))
    found = of(made, "recommendations")
    assert {frozenset(agencies) for agencies in found.folded["agencies"]} == {
        frozenset(["BTC", "BXD"]),
        frozenset(["BCT"]),
    }
    assert "Lộc" not in "".join(found.frame["text"]) + "".join(found.frame["said"])
    (variant,) = found.variants.values()
    assert told(variant.changes) == "“[tên riêng 1]” ≠ “[tên riêng 1]”", (
        "another person under the same mask"
    )
    book = book_of(made)
    written = "\n".join(
        str(cell.value)
        for page in book
        for line in page.iter_rows()
        for cell in line
        if cell.value is not None
    )
    assert not [
        name for name in ("Lộc", "LỘC", "Tuyến", "Xuyến", "1000001", "1000002") if name in written
    ]


# --- speed ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("near", some(1, [True, False]))
def test_ten_thousand_texts_take_seconds(round_: Round, *, near: bool) -> None:
    chance = random.Random(3)
    words = [word for text, *_ in SAID.values() for word in text.split()]
    codes = [agency.code for agency in round_.in_scope]
    texts = [
        f"Bổ sung {n} {WHY} và {n}" if near else " ".join(chance.choices(words, k=30))
        for n in range(10_000)
    ]
    rows = [
        {"agency": codes[n % len(codes)], "addressee": "CP", "content": text}
        for n, text in enumerate(texts)
    ]
    made = consolidation(round_, {"recommendations": rows})
    start = time.process_time()
    found = of(made, "recommendations")
    assert len(found.folded) == len(set(texts))
    assert len(found.variants) == 9_999 or not near
    assert time.process_time() - start < 12
