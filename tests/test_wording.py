"""What changes a meaning always counts, other things never; differences word by word."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.wording import differences, meaning, tokens, told

WORDS = [
    "đề",
    "nghị",
    "tăng",
    "giảm",
    "biên",
    "chế",
    "cho",
    "các",
    "sở",
    "hoà",
    "giải",
    "thuý",
    "quý",
    "lý",
    "của",
    "khuỷu",
    "tay",
    "người",
    "việc",
    "rõ",
    "trách",
    "nhiệm",
    "xã",
    "tỉnh",
    "Nghệ",
    "An",
]
NEGATIONS = ("không", "chưa", "chẳng", "không phải", "chớ", "đừng")
NUMBERS = st.one_of(
    st.integers(0, 99_999).map(str),
    st.tuples(st.integers(0, 999), st.integers(0, 99)).map(lambda pair: f"{pair[0]},{pair[1]}"),
    st.integers(0, 100).map(lambda share: f"{share}%"),
    st.integers(-99, -1).map(str),
)
WORD = st.sampled_from(WORDS)
SENTENCE = st.lists(st.one_of(WORD, WORD, WORD, NUMBERS), min_size=1, max_size=25)


def alike(one: str, other: str) -> bool:
    return meaning(one) == meaning(other)


def said(one: str, other: str) -> list[tuple[str, str]]:
    return [(each.was, each.now) for each in differences(one, other, tokens(one), tokens(other))]


# --- what never counts ---------------------------------------------------------------------------

OLD_AND_NEW = {
    "hoà": "hòa",
    "thuý": "thúy",
    "khuỷu": "khủyu",
    "của": "cuả",
    "lý": "lí",
    "quý": "quí",
}


def tones_elsewhere(text: str) -> str:
    return " ".join(OLD_AND_NEW.get(word, word) for word in text.split(" "))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "capitals": str.upper,
    "small letters": str.lower,
    "other tone placement": tones_elsewhere,
    "line breaks": lambda text: text.replace(" ", "\r\n\t "),
    "hard spaces": lambda text: "\xa0" + text.replace(" ", "\u2003") + " ",
    "soft hyphens": lambda text: text.replace("ê", "ê\xad"),
    "full stop": lambda text: text + ".",
    "dots": lambda text: text + " …",
    "semicolon": lambda text: text + ";",
    "bullet": lambda text: f"\u2022 {text}",
    "dash before": lambda text: f"- {text}" if text[0].isalpha() else text,
    "full width": lambda text: text.translate({ord("%"): "％", ord("1"): "１"}),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@given(words=SENTENCE)
def test_a_spelling_means_nothing(spelling: Callable[[str], str], words: list[str]) -> None:
    text = " ".join(words)
    assert alike(text, spelling(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà giải ở cơ sở", "hòa giải ở cơ sở."),
        ("công ti", "Công ty"),
        ("Khuỷu", "Khủyu"),
        ("kinh tế - xã hội", "kinh tế – xã hội"),
        ("kinh tế - xã hội", "Kinh tế-xã hội"),
        ("giai đoạn 2021-2025", "giai đoạn 2021 – 2025"),
        ("cán bộ “né tránh” việc", 'cán bộ "né tránh" việc'),
        ("cán bộ, công chức ; viên chức", "cán bộ; công chức, viên chức"),
        ("Một.\n- Hai", "Một – Hai"),
        ("\u2022 -5%", "-5%"),
        ("+ Đề nghị", "* Đề nghị"),
        ("giảm −5%", "giảm -5 %"),
        ("A…", "A..."),
        ("Ðề nghị", "Đề nghị"),
        ("", " \n… "),
    ],
)
def test_what_differs_in_spelling_alone_is_one(one: str, other: str) -> None:
    assert alike(one, other)
    assert said(one, other) == []


# --- what always counts --------------------------------------------------------------------------


@given(
    words=SENTENCE,
    data=st.data(),
    number=NUMBERS,
    spelling=st.sampled_from(list(SPELLINGS.values())),
)
def test_another_word_or_number_is_another_text(
    words: list[str], data: st.DataObject, number: str, spelling: Callable[[str], str]
) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(
        st.one_of(WORD, st.just(number)).filter(
            lambda each: each.casefold() != words[place].casefold()
        )
    )
    changed = " ".join([*words[:place], other, *words[place + 1 :]])
    assert not alike(" ".join(words), spelling(changed))


@given(
    words=SENTENCE,
    data=st.data(),
    negation=st.sampled_from(NEGATIONS),
    spelling=st.sampled_from(list(SPELLINGS.values())),
)
def test_a_negation_is_another_text(
    words: list[str], data: st.DataObject, negation: str, spelling: Callable[[str], str]
) -> None:
    place = data.draw(st.integers(0, len(words)))
    changed = " ".join([*words[:place], negation, *words[place:]])
    assert not alike(spelling(" ".join(words)), changed)
    now = " ".join(now for _, now in said(" ".join(words), changed))
    assert negation in now, "the negation is among the words that are told"


@given(words=SENTENCE, data=st.data())
def test_a_word_less_is_another_text(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    assert not alike(" ".join(words), " ".join([*words[:place], *words[place + 1 :]]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đề nghị tăng biên chế", "Đề nghị giảm biên chế"),
        ("Đề nghị tăng biên chế", "Không đề nghị tăng biên chế"),
        ("Không, đề nghị tăng biên chế", "Không đề nghị tăng biên chế"),
        ("Chưa có quy định. Rõ ràng cần sửa", "Chưa có quy định rõ ràng. Cần sửa"),
        ("Bổ sung 50 biên chế", "Bổ sung 500 biên chế"),
        ("Luật Đất đai 2013", "Luật Đầu tư 2020"),
        ("đã có", "chưa có"),
        ("Đã xử lý xong", "Chưa xử lý xong"),
        ("Đã xử lý xong?", "Đã xử lý xong."),
        ("1,5 tỷ", "15 tỷ"),
        ("1,5 tỷ", "1.5 tỷ"),
        ("1.500", "1500"),
        ("Điều 1, 5", "Điều 1,5"),
        ("giảm 5%", "giảm -5%"),
        ("5%", "5"),
        ("- 5", "5"),
        (".5 tỷ", "5 tỷ"),
        (".5 tỷ", ".6 tỷ"),
        ("+ 5", "5"),
        ("10²", "10 2"),
        ("10:30", "10, 30"),
        ("5…10 vụ", "5, 10 vụ"),
        ("2021-2025", "2021, 2025"),
        ("ma túy", "mà túy"),
        ("bàn giao", "ban giao"),
        ("và/hoặc", "và hoặc"),
        ("02 năm", "2 năm"),
        ("1. Đề nghị", "2. Đề nghị"),
    ],
)
def test_what_may_mean_something_is_two(one: str, other: str) -> None:
    assert not alike(one, other)
    assert said(one, other)


# --- where they differ ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "changes"),
    [
        ("Đề nghị tăng biên chế.", "Đề nghị giảm  biên chế", [("tăng", "giảm")]),
        ("Đề nghị tăng biên chế", "Không đề nghị tăng biên chế", [("Đề nghị", "Không đề nghị")]),
        ("hỗ trợ 5 nghìn tỷ đồng", "hỗ trợ 5 tỷ đồng", [("nghìn tỷ đồng", "tỷ đồng")]),
        ("hỗ trợ các tỉnh", "hỗ trợ các tỉnh miền núi", [("các tỉnh", "các tỉnh miền núi")]),
        (
            "sửa Luật Đất đai 2013 ngay",
            "sửa Luật Đầu tư 2020 ngay",
            [("Đất đai 2013", "Đầu tư 2020")],
        ),
        ("một hai ba bốn năm", "một hài ba bốn nằm", [("hai", "hài"), ("năm", "nằm")]),
        ("", "mới", [("", "mới")]),
    ],
)
def test_differences_are_told_with_the_words_beside_them(
    one: str, other: str, changes: list[tuple[str, str]]
) -> None:
    assert said(one, other) == changes


@given(SENTENCE, SENTENCE)
def test_the_letters_that_differ_are_those_of_the_text(one: list[str], other: list[str]) -> None:
    first, second = " ".join(one), " ".join(other)
    found = differences(first, second, tokens(first), tokens(second))
    assert bool(found) is not alike(first, second)
    for text, spans in (
        (first, [each.one for each in found]),
        (second, [each.other for each in found]),
    ):
        filled = [span for span in spans if span != (0, 0)]
        assert filled == sorted(filled)
        assert all(0 <= start < end <= len(text) for start, end in filled)
        places = tokens(text)
        assert {start for start, _ in filled} <= {token.start for token in places}, "whole words"
        assert {end for _, end in filled} <= {token.end for token in places}
    left, right = (
        _without(text, spans)
        for text, spans in ((first, [e.one for e in found]), (second, [e.other for e in found]))
    )
    assert meaning(left) == meaning(right), "without them both say the same"


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]}¤{text[end:]}" if start < end else text
    return " ".join(part for part in text.replace("¤", " ").split())


def test_many_and_long_differences_are_told_shortly() -> None:
    one = " ".join(f"{word} chung chung" for word in "abcdefgh")
    other = " ".join(f"{word} chung chung" for word in "ijklmnop")
    assert told(differences(one, other, tokens(one), tokens(other))).endswith("“e” → “m”; … (+3)")
    long = "Thêm " + "nhiều chữ " * 40
    assert len(told(differences("", long, [], tokens(long)))) < 110


@given(st.text(max_size=60))
def test_any_text_has_a_meaning(text: str) -> None:
    assert meaning(text) == meaning(f"  {text} ") == " ".join(token.says for token in tokens(text))
    assert all(0 <= token.start < token.end <= len(text) for token in tokens(text))
