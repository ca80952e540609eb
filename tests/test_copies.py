"""N03 finds long texts that other agencies have too, and names the words that differ."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.check.copies import copies
from pipeline.model import Finding
from schemas.round.round import Round
from schemas.words import LANGUAGES, PARTS, say
from tests.current import Held

WHY = (
    "biên chế cho các phòng chuyên môn của huyện để giải quyết hồ sơ đất đai còn tồn đọng, vì số hồ sơ mỗi năm một nhiều; các cuộc họp "
    "liên ngành kéo dài mà không có kết luận, văn bản xin ý kiến đi lại nhiều vòng giữa các sở, người dân phải chờ nhiều tháng."
)
TEXT = f"Đề nghị tăng {WHY}"


def found(round_: Round, texts: dict[str, str]) -> dict[str, list[Finding]]:
    """What is told of the narratives of some agencies."""
    rows = [
        {"submission": number, "agency": code, "row": 9, "sheet": "ĐÁNH GIÁ", "content": text}
        for number, (code, text) in enumerate(texts.items())
    ]
    tables = {
        spec.key: pd.DataFrame(columns=["submission", "agency", *(c.key for c in spec.columns)])
        for spec in round_.row_tables
    }
    current = Held({**tables, "narratives": pd.DataFrame(rows)}, "B")
    told: dict[str, list[Finding]] = {}
    for number, finding in copies(current, round_):
        told.setdefault(list(texts)[number], []).append(finding)
    return told


def said(round_: Round, texts: dict[str, str]) -> dict[str, list[tuple[str, str, str]]]:
    return {
        code: [
            (each.message, each.words["others"], each.words.get("differences", ""))
            for each in listed
        ]
        for code, listed in found(round_, texts).items()
    }


def test_the_same_text_is_told_as_the_same(round_: Round) -> None:
    assert said(
        round_, {"BTC": TEXT, "BCT": TEXT.upper(), "BXD": "Một nội dung khác hẳn. " * 12}
    ) == {
        "BTC": [("alike", "BCT", "")],
        "BCT": [("alike", "BTC", "")],
    }


@pytest.mark.parametrize(
    ("other", "here", "there"),
    [
        (TEXT.replace("tăng", "giảm"), "“tăng” → “giảm”", "“giảm” → “tăng”"),
        (f"Không đề nghị tăng {WHY}", "“Đề nghị” → “Không đề nghị”", "“Không đề nghị” → “Đề nghị”"),
        (TEXT.replace("nhiều tháng", "3 tháng"), "“nhiều” → “3”", "“3” → “nhiều”"),
        (
            TEXT.replace(" của huyện", ""),
            "“của huyện để giải” → “để giải”",
            "“để giải” → “của huyện để giải”",
        ),
    ],
)
def test_what_is_nearly_the_same_is_never_told_as_the_same(
    round_: Round, other: str, here: str, there: str
) -> None:
    told = said(round_, {"BTC": TEXT, "BCT": other})
    assert told == {"BTC": [("alike.near", "BCT", there)], "BCT": [("alike.near", "BTC", here)]}


def test_both_are_told_each_with_its_agencies_and_the_nearest_is_compared(round_: Round) -> None:
    texts = {
        "BTC": TEXT,
        "BCT": TEXT,
        "BXD": TEXT.replace("tăng", "giảm"),
        "BYT": TEXT.replace("tăng", "giảm"),
    }
    texts["BNV"] = texts["BXD"].replace("nhiều vòng", "vài vòng")
    told = found(round_, texts)
    assert [(each.message, each.words) for each in told["BTC"]] == [
        ("alike", {"others": "BCT"}),
        (
            "alike.near",
            {"others": "BXD, BYT, BNV", "nearest": "BXD", "differences": "“giảm” → “tăng”"},
        ),
    ]
    assert told["BNV"][0].words == {
        "others": "BTC, BCT, BXD, … (+1)",
        "nearest": "BXD",
        "differences": "“nhiều” → “vài”",
    }
    assert all(
        say(each.message, part, lang, each.words)
        for each in told["BNV"] + told["BTC"]
        for part in PARTS
        for lang in LANGUAGES
    )


def test_persons_of_another_agency_are_not_told(round_: Round) -> None:
    texts = {
        "BTC": f"{TEXT} Ông Nghiêm Bá Lộc phụ trách.",
        "BCT": f"{TEXT} Bà Quách Thị Xuyến phụ trách.",
    }
    told = found(round_, texts)
    assert "Lộc" not in told["BCT"][0].words["differences"]
    assert "Xuyến" not in told["BTC"][0].words["differences"]
    assert "Lộc" in told["BTC"][0].words["differences"], "an agency is told its own words"
