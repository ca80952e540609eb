"""Text from before Unicode: every letter there and back, and clean text never touched."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from pipeline.collect.formats.cells import OldText
from pipeline.collect.tables.codes import codes_for
from pipeline.collect.tables.tidy import tidy
from pipeline.text.legacy import (
    Convert,
    converted,
    encoding_of,
    from_1258,
    from_tcvn3,
    from_vni,
    of_font,
    readings_of,
    shown_by_font,
)
from schemas.columns import Column, Kind, State
from schemas.words import catalogue
from tests.books import round_of
from tests.encodings import tcvn3, vni, windows

ROUND = round_of("cv4874")
LOWER = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
STORY = "Một bộ phận cán bộ còn né tránh, đùn đẩy trách nhiệm; hồ sơ ứng dụng bị kéo dài, người dân phải chờ đợi nhiều lần. Tỷ lệ giảm nhẹ."


WAYS = pytest.mark.parametrize(
    ("write", "convert"), [(tcvn3, from_tcvn3), (vni, from_vni), (windows, from_1258)]
)


@WAYS
def test_every_letter_there_and_back(write: Convert, convert: Convert) -> None:
    capitals = "ĂÂÊÔƠƯĐ" if convert is from_tcvn3 else LOWER.upper()
    for letter in LOWER + capitals:
        assert convert(write(letter)) == letter


def test_known_words() -> None:
    assert from_tcvn3("Céng hoµ x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc") == (
        "Cộng hoà xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc"
    )
    assert from_vni(
        "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp - Töï do - Haïnh phuùc"
    ) == ("Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc")
    assert from_1258("Hà Nôòi") == "Hà Nội"


@WAYS
def test_a_column_in_an_old_encoding_is_recognised_and_converted(
    write: Convert, convert: Convert
) -> None:
    texts = [write(STORY), "Ha Noi 2023", write("Đã xử lý nghiêm")]
    assert encoding_of(texts) is convert
    assert [converted(text, convert) for text in texts] == [STORY, "Ha Noi 2023", "Đã xử lý nghiêm"]


DOUBTFUL = ("có", "tố tụng", "sú", "Có trụ", "cò")
"""Texts whose every word is a syllable as TCVN3 writes it, too: "cã", "tè tông", "só"…"""


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_text_that_may_be_clean_is_converted_where_all_others_of_its_column_are_not(
    text: str,
) -> None:
    column = Column("Chữ", Kind.TEXT)
    written = [tcvn3(STORY), tcvn3(text), "Ha Noi", tcvn3("giải quyết chậm")]
    assert written[1] != text
    read = tidy(column, written)
    assert read.values.tolist() == [STORY, text, "Ha Noi", "giải quyết chậm"]
    assert read.found[1] == tcvn3(text)
    assert tidy(column, [tcvn3(text)] * 3).values.tolist() == [tcvn3(text)] * 3


@pytest.mark.parametrize(
    "clean", ["Không có", "Công an xã", "Phó phòng", "có", "Đã xử lý", "Hà Nam là", "là", "Müller"]
)
def test_a_text_that_may_be_clean_stays_where_another_of_its_column_is_clean(clean: str) -> None:
    written = [tcvn3(STORY), clean, tcvn3("tố tụng"), tcvn3("giải quyết chậm")]
    assert tidy(Column("Chữ", Kind.TEXT), written).values.tolist() == [
        STORY,
        clean,
        tcvn3("tố tụng"),
        "giải quyết chậm",
    ]


@pytest.mark.parametrize(
    ("write", "clean"), [(vni, "có toàn"), (vni, "khó"), (vni, "hoàn toàn"), (windows, "Không có")]
)
def test_clean_texts_stay_beside_texts_in_the_other_encodings(write: Convert, clean: str) -> None:
    assert tidy(Column("Chữ", Kind.TEXT), [write(STORY), clean]).values.tolist() == [STORY, clean]


@WAYS
def test_cells_keep_what_was_found(write: Convert, convert: Convert) -> None:
    del convert
    read = tidy(Column("Chữ", Kind.TEXT), [write(STORY), STORY, "Hà Nam", None])
    assert read.values.tolist() == [STORY, STORY, "Hà Nam", None]
    assert [State(each).name for each in read.states] == ["REPAIRED", "OK", "OK", "BLANK"]
    assert read.found == {0: write(STORY)}


@WAYS
def test_codes_in_an_old_encoding(write: Convert, convert: Convert) -> None:
    del convert
    names = ["Hà Nội", "Quảng Ninh", "Thừa Thiên Huế"]
    places = ROUND.codelists["localities"]
    column = Column("Nơi", Kind.CODE, codes="localities")
    read = tidy(column, [write(name) for name in names], codes_for(places, places))
    assert [places.entries[position].name for position in read.values] == names
    assert {State(each).name for each in read.states} == {"REPAIRED"}


def clean_texts() -> list[str]:
    """Every Vietnamese text that the project has: code lists, messages, documents."""
    lists = [
        text
        for codes in ROUND.codelists.values()
        for e in codes.entries
        for text in (*e.exact, *e.aliases, *e.ambiguous, *map(str, e.extra.values()))
    ]
    root = Path(__file__).parents[1]
    pages = [
        line
        for path in (*root.glob("docs/*.md"), root / "README.md")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [*lists, *_strings(catalogue("vi")), *pages]


def _strings(entry: object) -> list[str]:
    if isinstance(entry, dict):
        return [text for each in entry.values() for text in _strings(each)]
    return [str(entry)]


def test_clean_text_is_never_touched() -> None:
    texts = clean_texts()
    words = sorted({word for text in texts for word in text.split()})
    assert len(words) > 3000
    for column in (
        texts,
        words,
        [word for word in words if word.isascii() or all(ord(letter) < 256 for letter in word)],
    ):
        assert encoding_of(column) is None
    for size in (2, 3, 5, 10):
        for some in (
            itertools.batched(words, size)
            if hasattr(itertools, "batched")
            else _batched(words, size)
        ):
            assert encoding_of(some) is None, some


def _batched(items: list[str], size: int) -> list[list[str]]:
    return [items[at : at + size] for at in range(0, len(items), size)]


@pytest.mark.parametrize(
    "texts",
    [
        ["5 µm", "6 µm"],
        ["· Một", "· Hai"],
        ["Müller", "Café", "São Paulo"],
        ["25°C", "m²", "½", "±3"],
        ["Không có", "Hà Nam", "là"],
        ["Ô Loan"],
    ],
)
def test_other_western_letters_prove_nothing(texts: list[str]) -> None:
    assert encoding_of(texts) is None


@pytest.mark.parametrize(
    "text",
    [
        "Xe goòng",
        "tàu choòng",
        "choàm ngoàm",
        "cái xoong",
        "soóc",
        "quần soóc",
        "khuya khoắt",
        "nguêu ngoao",
    ],
)
def test_rare_syllables_are_clean_text(text: str) -> None:
    for texts in ([text], [text, text.upper()], text.split()):
        assert encoding_of(texts) is None
    read = tidy(Column("Chữ", Kind.TEXT), [text])
    assert (read.values.tolist(), read.found) == ([text], {})


@WAYS
@pytest.mark.parametrize("name", ["Hà Nội", "Quảng Ninh", "Đắk Lắk"])
def test_one_code_alone_is_known_in_an_old_encoding(
    name: str, write: Convert, convert: Convert
) -> None:
    del convert
    places = ROUND.codelists["localities"]
    read = tidy(
        Column("Nơi", Kind.CODE, codes="localities"), [write(name)] * 3, codes_for(places, places)
    )
    assert [places.entries[position].name for position in read.values] == [name] * 3
    assert [State(each).name for each in read.states] == ["REPAIRED"] * 3
    assert read.found == dict.fromkeys(range(3), write(name))


def test_what_no_encoding_makes_a_code_of_is_not_listed() -> None:
    places = ROUND.codelists["localities"]
    for text in ("Hµ Néiii", "Café", "Ha Noi 1"):
        read = tidy(Column("Nơi", Kind.CODE, codes="localities"), [text], codes_for(places, places))
        assert (read.values.tolist(), [State(each).name for each in read.states], read.found) == (
            [-1],
            ["NOT_LISTED"],
            {0: text},
        )


# --- fonts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("font", "text", "shown"),
    [
        (".VnTime", "Tõ", "Từ"),
        (".VnTime", "286/Q§-G§172", "286/QĐ-GĐ172"),
        (".VnArial NarrowH", "céng hoµ", "CỘNG HOÀ"),
        (".VnTimeH", "Tõ", "TỪ"),
        ("VNI-Times", "Töø", "Từ"),
        ("VNI-Helve", "Ñoäc laäp", "Độc lập"),
        ("vni-times", "286/QÑ", "286/QĐ"),
    ],
)
def test_the_font_tells_what_its_letters_show(font: str, text: str, shown: str) -> None:
    convert = of_font(font)
    assert convert is not None
    assert shown_by_font(text, convert) == shown


@pytest.mark.parametrize(
    "font", ["Times New Roman", "Vnnovel", "VnTime", "Arial VNI", "Calibri", ""]
)
def test_other_fonts_are_of_unicode(font: str) -> None:
    assert of_font(font) is None


@pytest.mark.parametrize("font", [".VnTime", ".VnTimeH", "VNI-Times"])
@pytest.mark.parametrize("text", ["Từ ngày 1/6", "Đã xử lý", "Hà Nội", "là", "khó khăn"])
def test_unicode_under_an_old_font_is_left_as_it_is(font: str, text: str) -> None:
    convert = of_font(font)
    assert convert is not None
    assert shown_by_font(text, convert) == text


def test_a_cell_in_an_old_font_is_read_though_no_trial_could_decide() -> None:
    assert encoding_of(["Tõ", "286/Q§-G§172"]) is None
    read = tidy(
        Column("Chữ", Kind.TEXT),
        [OldText("Tõ", from_tcvn3), OldText("286/Q§-G§172", from_tcvn3), "Tô", None],
    )
    assert read.values.tolist() == ["Từ", "286/QĐ-GĐ172", "Tô", None]
    assert [State(each).name for each in read.states] == ["REPAIRED", "REPAIRED", "OK", "BLANK"]
    assert read.found == {0: "Tõ", 1: "286/Q§-G§172"}


@pytest.mark.parametrize(
    "texts", [(OldText("Tõ", from_tcvn3), "Tõ"), ("Tõ", OldText("Tõ", from_tcvn3))]
)
def test_the_same_letters_in_two_fonts_are_two_texts(texts: tuple[str, str]) -> None:
    read = tidy(Column("Chữ", Kind.TEXT), texts)
    assert read.values.tolist() == ["Từ" if isinstance(text, OldText) else "Tõ" for text in texts]


def test_codes_in_an_old_font() -> None:
    places = ROUND.codelists["localities"]
    capitals = of_font(".VnTimeH")
    assert capitals is not None
    values = [
        OldText("Hµ Néi", from_tcvn3),
        OldText("hµ néi", capitals),
        OldText("Hà Nội", from_tcvn3),
        OldText("Hà Nam", from_tcvn3),
    ]
    read = tidy(Column("Nơi", Kind.CODE, codes="localities"), values, codes_for(places, places))
    assert [places.entries[position].name for position in read.values] == [
        "Hà Nội",
        "Hà Nội",
        "Hà Nội",
        "Hà Nam",
    ]
    assert [State(each).name for each in read.states] == ["REPAIRED", "REPAIRED", "OK", "OK"]
    assert read.found == {0: "Hµ Néi", 1: "hµ néi"}


@WAYS
def test_readings_of_a_text_are_those_that_change_it(write: Convert, convert: Convert) -> None:
    assert "Đã xử lý" in list(readings_of(write("Đã xử lý")))
    assert list(readings_of("Đã xử lý")) == []
    assert list(readings_of("Ha Noi")) == []
    assert convert("Ha Noi") == "Ha Noi"
