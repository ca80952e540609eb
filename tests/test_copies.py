"""N03 finds long texts that other agencies have too, and names the words that differ."""

from __future__ import annotations

import random
import sys
from types import FrameType

import pandas as pd
import pytest

from pipeline.check import copies as check
from pipeline.check.copies import copies
from pipeline.model import Finding, Severity
from pipeline.text.wording import meaning
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
    told: dict[str, list[Finding]] = {}
    for number, finding in copies(held(round_, list(texts.items())), round_):
        told.setdefault(list(texts)[number], []).append(finding)
    return told


def held(round_: Round, texts: list[tuple[str, str]]) -> Held:
    """Return narratives, each with its agency, in rows from 9 on; one return per agency."""
    agencies = list(dict.fromkeys(agency for agency, _ in texts))
    rows = [
        {
            "submission": agencies.index(agency),
            "agency": agency,
            "row": 9 + index,
            "sheet": "ĐÁNH GIÁ",
            "content": text,
        }
        for index, (agency, text) in enumerate(texts)
    ]
    tables = {
        spec.key: pd.DataFrame(columns=["submission", "agency", *(c.key for c in spec.columns)])
        for spec in round_.row_tables
    }
    return Held({**tables, "narratives": pd.DataFrame(rows)}, "B")


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


def test_texts_beyond_what_a_return_may_have_are_told_as_not_compared(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "MOST_LETTERS", len(TEXT) + check._FEWEST_LETTERS)
    other = f"Một nội dung khác hẳn, dài hơn nhiều. {TEXT[::-1]} " * 2
    rows = [("BTC", TEXT), ("BTC", other), ("BTC", TEXT), ("BCT", other), ("BCT", TEXT)]
    told = [
        (number, each.severity, each.message, each.cells)
        for number, each in copies(held(round_, rows), round_)
    ]
    assert told == [
        (0, Severity.NOTE, "alike.not_compared", ("B10",)),
        (1, Severity.NOTE, "alike.not_compared", ("B13",)),
    ], "what stands twice counts once; BTC's other text is as long as BCT's, which came first"


LETTERS = 30_000
"""What a return may have in these tests, for counting lines is slow."""
WORDS = f"{WHY} Ông Lê Văn Hà".split()


def hostile(letters: int, length: int, *, alike: bool) -> list[str]:
    """Texts of some length: each of words by chance, or all nearly the same."""
    chance = random.Random(length)
    first = [chance.choice(WORDS) for _ in range(length // 5)]
    texts = []
    for _ in range(letters // length):
        words = list(first) if alike else [chance.choice(WORDS) for _ in first]
        for _ in range(len(words) // 25):
            words[chance.randrange(len(words))] = chance.choice(WORDS)
        texts.append(" ".join(words).ljust(length, ".")[:32_000])
    return texts


def lines_run(round_: Round, texts: list[str]) -> int:
    """Count the lines of Python that comparing runs.

    The returns are one with these texts and one with the first two.
    """
    current = held(
        round_, [*(("BTC", text) for text in texts), *(("BCT", text) for text in texts[:2])]
    )
    meaning.cache_clear()
    count = 0

    def counting(frame: FrameType, event: str, _: object) -> object:
        nonlocal count
        count += event == "line"
        return counting if "/pipeline/" in frame.f_code.co_filename else None

    sys.settrace(counting)
    try:
        list(copies(current, round_))
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize("alike", [False, True])
@pytest.mark.parametrize("length", [250, 1_000, 15_000])
def test_a_return_with_much_text_costs_the_others_no_more_than_one_with_as_much_as_may_be(
    round_: Round, length: int, *, alike: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "MOST_LETTERS", LETTERS)
    texts = hostile(6 * LETTERS, length, alike=alike)
    usual = lines_run(round_, texts[: LETTERS // length])
    assert lines_run(round_, texts) < 1.2 * usual + 10 * len(texts)


def test_time_grows_no_faster_than_the_letters_of_texts_that_are_all_alike(round_: Round) -> None:
    texts = hostile(30_000, 300, alike=True)
    assert lines_run(round_, texts) < 2.3 * lines_run(round_, texts[::2])
