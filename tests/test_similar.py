from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.similar import candidates, families

LONG = "Một số quy định còn chồng chéo, thiếu hướng dẫn thống nhất nên cán bộ e ngại khi quyết định những việc mới, việc khó."


@pytest.mark.parametrize(
    "same",
    [
        LONG,
        LONG.upper(),
        LONG.replace("khó", "khó  "),
        LONG.replace("e ngại", "ngần ngại"),
        LONG.replace("Một số", "Nhiều"),
    ],
)
def test_nearly_the_same(same: str) -> None:
    assert families([LONG, same]) == [0, 0]


@pytest.mark.parametrize(
    "other",
    [LONG[: len(LONG) // 2], "Phân công, phân cấp chưa rõ người, rõ việc, rõ trách nhiệm.", ""],
)
def test_something_else(other: str) -> None:
    assert families([LONG, other]) == [0, 1]


def test_one_changed_word_in_a_short_text_is_found() -> None:
    assert families(
        ["Chậm trình hồ sơ giao đất cho dân", "Chậm trình hồ sơ giao đất cho hộ dân"]
    ) == [0, 0]


def test_family_is_that_of_the_nearest_text() -> None:
    first, second = (
        LONG,
        LONG.replace("e ngại", "lo sợ, e dè, chần chừ, ngại").replace(
            "việc khó", "việc rất khó và phức tạp"
        ),
    )
    assert families([first, second]) == [0, 1], "far enough apart to be two"
    assert families([first, second, second.replace("rất ", "")]) == [0, 1, 1]


def test_half_a_character_hurts_nobody() -> None:
    assert families(["một hai ba \ud800", "một hai ba \ud800."]) == [0, 0]


def test_blank_texts_are_one_family() -> None:
    assert families(["", " ", "\n"]) == [0, 0, 0]
    assert families([]) == []


@given(st.lists(st.text(max_size=40), max_size=12))
def test_a_family_is_named_after_its_first_member(texts: list[str]) -> None:
    found = families(texts)
    assert all(found[family] == family and family <= at for at, family in enumerate(found))


def test_each_of_five_thousand_texts_finds_its_double() -> None:
    chance = random.Random(1)
    words = LONG.split()
    texts = [" ".join(chance.sample(words, len(words))) for _ in range(5_000)]
    found = families([*texts, *texts])
    assert found[5_000:] == found[:5_000]


def test_long_texts_with_a_sentence_added() -> None:
    chance = random.Random(2)
    long = " ".join(f"{chance.choice(LONG.split())}{chance.randint(0, 99)}" for _ in range(5_000))
    assert families([long, f"{long} Thêm một câu ở cuối bài.", "Câu đầu. " + long]) == [0, 0, 0]


def test_the_letters_that_a_text_is_compared_with_have_a_bound() -> None:
    texts = [f"{number:05} " + LONG * 250 for number in range(40)]
    by_hash = {7: texts}
    assert candidates(texts[0], [7], by_hash) == texts[:3], "those of 30,000 letters are three"
    assert candidates(LONG, [7], {7: [LONG[:-1], *texts, LONG[1:]]}) == [LONG[:-1], LONG[1:]], (
        "none is compared whose length alone tells that it is another"
    )
    assert candidates("a" * 200_000, [7], {7: ["b" * 200_000]}) == ["b" * 200_000]
