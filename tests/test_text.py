"""Vietnamese text: names that are the same, names shown safely, names that are near."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.names import normalise, safe_name, strip_accents
from pipeline.text.near import suggest
from tests.books import round_of

ROUND = round_of("cv4874")
VIETNAMESE = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
)
WORDS = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " -,", max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("HÓA ", "hoá"),
        ("khỏe", "khoẻ"),
        ("thủy", "thuỷ"),
        ("Ủy ban", "Uỷ  ban"),
        ("quý", "qúy"),
        ("quả", "qủa"),
        ("quế", "qúê"),
        ("hoàn", "hòan"),
        ("Bà Rịa – Vũng Tàu", "bà rịa-vũng tàu"),
        ("Đất đai , tài nguyên", "đất đai,tài\u00a0nguyên"),
        ("“nhạy cảm”", '"nhạy cảm"'),
        ("Né tránh.", "né tránh"),
        (unicodedata.normalize("NFD", "Sợ trách nhiệm"), "sợ trách nhiệm"),
        ("Zero\u200bwidth", "zero width"),
        ("Xử lí", "xử lý"),
        ("XỬ LÍ", "Xử lý"),
        ("kĩ thuật", "kỹ thuật"),
        ("Bộ Y tế, Hi vọng", "bộ y tế, hy vọng"),
        ("quí", "quý"),
        ("mĩ, tỉ, sĩ", "mỹ, tỷ, sỹ"),
        *(
            ("của", "cuả"),
            ("nghĩa", "nghiã"),
            ("giúp", "gíup"),
            ("già", "gìa"),
            ("mùa", "muà"),
            ("tài", "taì"),
            ("giữa", "giưã"),
        ),
        *(
            ("ngoài", "ngòai"),
            ("nghiệp", "nghịêp"),
            ("người", "ngừơi"),
            ("khuỷu", "khủyu"),
            ("tuyển", "tuỷên"),
            ("giếng", "gíêng"),
        ),
        *(
            ("Đùn đẩy", "Ðùn ðẩy"),
            ("Đất đai", "Ɖất đai"),
            ("Hà Nội", "Hà Nộі"),
            ("CA MAU", "СА МАU"),
            ("năm", "nǎm"),
        ),
        *(
            ("cán bộ", "c\u00adán\u200d b\u2060ộ\ufeff"),
            ("cán bộ", "\u200ecán\u202c bộ\u200f"),
            ("cán bộ", "c\u034fán bộ"),
            ("cán bộ", "cán\U000e0001 bộ"),
        ),
        ("NÉ TRÁNH", "\N{GREEK CAPITAL LETTER NU}É TRÁNH"),
    ],
)
def test_the_same_name(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("mùa", "mua"), ("hoa", "hòa"), ("tài", "tai"), ("Bộ Y tế", "Bộ Y"), ("I.1", "I.2")),
        *(
            ("tai", "tay"),
            ("mùi", "mùy"),
            ("bí", "bý"),
            ("lính", "lýnh"),
            ("lí", "lì"),
            ("xử lí", "xử lị"),
        ),
    ],
)
def test_another_name(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    "text",
    [
        "người gửi lại của mùa này",
        "tài liệu giữa kỳ",
        "nghĩa vụ",
        "khuỷu tay",
        "giúp đỡ",
        "gì",
        "quý",
        "hoà giải",
        "thuỷ lợi",
    ],
)
def test_what_is_spelled_right_is_its_own_key(text: str) -> None:
    assert normalise(text) == text


@given(WORDS)
def test_forms_of_letters_and_case_make_no_other_name(text: str) -> None:
    assert (
        normalise(unicodedata.normalize("NFD", text)) == normalise(text) == normalise(text.upper())
    )
    assert strip_accents(text).isascii()


def test_names_of_one_list_stay_apart() -> None:
    for codelist in ROUND.codelists.values():
        assert len({normalise(entry.name) for entry in codelist.entries}) == len(
            codelist.entries
        ), codelist.key


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\u202eb.xlsx", "a\\u202eb.xlsx"),
        ("a\nb", "a\\u000ab"),
        ("\udcff.xls", "\\xff.xls"),
        ("\ud800", "\\ud800"),
        (unicodedata.normalize("NFD", "Báo cáo"), "Báo cáo"),
        ("\U000e0041", "\\U000e0041"),
        ("Bộ Nội vụ.xlsx", "Bộ Nội vụ.xlsx"),
    ],
)
def test_names_are_shown_safely(name: str, shown: str) -> None:
    assert safe_name(name) == shown


@pytest.mark.parametrize(
    ("text", "codes", "first"),
    [
        ("Đầu tư cong", "sectors", "Đầu tư công, giải ngân vốn đầu tư công"),
        ("dau tu cong", "sectors", "Đầu tư công, giải ngân vốn đầu tư công"),
        ("giao duc", "sectors", "Giáo dục và đào tạo"),
        ("Né trách", "behaviours", "Né tránh"),
        ("Ha noi", "localities", "Hà Nội"),
        ("Khiển tráchh", "handlings", "Khiển trách"),
        ("6 tháng 2023 ", "periods", "6 tháng đầu năm 2023"),
        ("Nghiêm trọng lắm", "severities", "Nghiêm trọng"),
    ],
)
def test_near_names(text: str, codes: str, first: str) -> None:
    listed = ROUND.codelists[codes]
    assert suggest(text, listed)[0] == listed.offered(listed.names[first]), (
        "what the dropdown shows"
    )


@pytest.mark.parametrize("text", ["", "xyzzy", "123", "?"])
def test_nothing_is_near(text: str) -> None:
    assert suggest(text, ROUND.codelists["sectors"]) == []


@given(st.sampled_from([entry.name for entry in ROUND.codelists["sectors"].entries]), st.data())
def test_a_name_with_one_letter_wrong_is_the_first_suggestion(
    name: str, data: st.DataObject
) -> None:
    if len(name) < 8:
        return
    at = data.draw(st.integers(1, len(name) - 1))
    listed = ROUND.codelists["sectors"]
    assert listed.offered(listed.names[name]) in suggest(name[:at] + "x" + name[at + 1 :], listed)


@given(st.text(max_size=40))
def test_any_text_can_be_normalised_and_shown(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert safe_name(text).isprintable() or any(
        unicodedata.category(letter) == "Zs" for letter in text
    )
