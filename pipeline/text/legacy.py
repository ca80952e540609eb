"""Convert Vietnamese text of three encodings older than Unicode: TCVN3, VNI and Windows-1258.

Such text shows as Western letters. The cell's font (.VnTime…, VNI-Times…) tells the encoding. If it
doesn't, each encoding is tried on all texts of the column. A word speaks for an encoding if it is a
Vietnamese syllable only once converted. A text without such a word stays as it is, as does one
with a letter that none of the three can have left.
TCVN3 (TCVN 5712:1993, third set) has no accented capitals: its fonts draw them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

Convert = Callable[[str], str]

_TONED = [
    "àảãáạ",
    "ằẳẵắặ",
    "ầẩẫấậ",
    "èẻẽéẹ",
    "ềểễếệ",
    "ìỉĩíị",
    "òỏõóọ",
    "ồổỗốộ",
    "ờởỡớợ",
    "ùủũúụ",
    "ừửữứự",
    "ỳỷỹýỵ",
]
_TCVN3 = str.maketrans(
    "¡¢£¤¥¦§¨©ª«¬\xad®" + "µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
    "ĂÂÊÔƠƯĐăâêôơưđ" + "".join(_TONED),
)
_VNI_MARKS = {
    **dict(zip("øûõùï", "\u0300\u0309\u0303\u0301\u0323", strict=True)),
    **dict(
        zip(
            "âàåãáä",
            ("\u0302" + tone for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")),
            strict=True,
        )
    ),
    **dict(
        zip(
            "êèúüéë",
            ("\u0306" + tone for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")),
            strict=True,
        )
    ),
}
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI = re.compile("([aeiouyôö])([âàåãáäêèúüéëøûõùï])|[ôöñæóòî]", re.IGNORECASE)


def from_tcvn3(text: str) -> str:
    """Convert text typed in TCVN3 to Unicode."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """Convert text typed in VNI to Unicode.

    In VNI a mark follows its vowel; some letters stand alone.
    """
    return unicodedata.normalize("NFC", _VNI.sub(_vni_letter, text))


def _vni_letter(found: re.Match[str]) -> str:
    base, mark = found[1] or found[0], found[2] or ""
    letter = _VNI_LETTERS.get(base.lower(), base)
    return (letter.upper() if base.isupper() else letter) + _VNI_MARKS.get(mark.lower(), "")


def from_1258(text: str) -> str:
    """Convert text in Windows-1258 whose bytes were decoded as Windows-1252."""
    try:
        return unicodedata.normalize("NFC", text.encode("cp1252").decode("cp1258"))
    except UnicodeError:
        return text


ENCODINGS: tuple[Convert, ...] = (from_tcvn3, from_vni, from_1258)


def of_font(name: str) -> Convert | None:
    """Return the conversion for text in a font, or None for a Unicode font.

    TCVN3 fonts whose name ends in H draw capitals.
    """
    if name.startswith(".Vn"):
        return _capitals if name.endswith("H") else from_tcvn3
    return from_vni if name.upper().startswith("VNI-") else None


def _capitals(text: str) -> str:
    return from_tcvn3(text).upper()


def _is_in_tcvn3(text: str) -> bool:
    return all(letter.isascii() or not letter.isalpha() or ord(letter) in _TCVN3 for letter in text)


def shown_by_font(text: str, convert: Convert) -> str:
    """Convert a text as its font shows it.

    If that leaves fewer Vietnamese words, the text was typed in Unicode: it is returned unchanged.
    """
    if not _WESTERN.fullmatch(text) or (convert is not from_vni and not _is_in_tcvn3(text)):
        return text
    new = convert(text)
    before, after = (sum(map(_is_syllable, _WORD_OR_LATER.findall(each))) for each in (text, new))
    return new if after >= before else text


def readings_of(text: str) -> Iterator[str]:
    """Yield what a text says in each encoding.

    For callers that look the results up in a closed list.
    """
    if not text.isascii() and _WESTERN.fullmatch(text):
        yield from (new for convert in ENCODINGS if (new := convert(text)) != text)


# --- Vietnamese syllables -------------------------------------------------------------------------

_ONSETS = "b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x"
_RIMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng
eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oa oac
oach oai oan oang oanh oat oay oăc oăm oăn oăng oăt oe oen oeo oet oc oi om on ong oong ooc oam oao
oap oem op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut uân uâng uât uây
uê uêch uênh uêu uơ uôc uôi uôm uôn uông uôt uy uya uych uyên uyêt uynh uym uyn uyp uyt uyu ư ưa ưc
ưi ưm ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu
"""
_SYLLABLE = re.compile(f"(?:{_ONSETS})?(?:{'|'.join(_RIMES.split())})")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile("[A-Za-z\xa1-\xff]+")
_WORD_OR_LATER = re.compile(r"[^\W\d_]+")
_WESTERN = re.compile("[\x00-\xff\u2010-\u2026]*")


@lru_cache(maxsize=50_000)
def _is_syllable(word: str) -> bool:
    plain, tones = _TONES.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", plain)) is not None


# --- the trial ------------------------------------------------------------------------------------

LEAST = 2
"""The fewest different words that must speak for an encoding."""
RATIO = 5
"""How many times more words must speak for an encoding than against it."""


def encoding_of(texts: Iterable[str]) -> Convert | None:
    """Return the conversion for a column's texts; None if they are clean or it can't be decided."""
    words = {
        word
        for text in texts
        if not text.isascii() and _WESTERN.fullmatch(text)
        for word in _WORD.findall(text)
    }
    foreign = [word for word in words if not word.isascii()]
    if len(foreign) < LEAST:
        return None
    scored = sorted(
        ((_score(foreign, convert), at) for at, convert in enumerate(ENCODINGS)), reverse=True
    )
    # the best must beat the second: else nothing is converted
    return (
        ENCODINGS[scored[0][1]] if scored[0][0] >= LEAST and scored[0][0] > scored[1][0] else None
    )


def _score(words: Iterable[str], convert: Convert) -> int:
    """Count the words that speak for an encoding; 0 if too many speak against it."""
    speaking = [_speaks(word, convert(word)) for word in words]
    return speaking.count(1) if speaking.count(1) >= RATIO * speaking.count(-1) else 0


def _speaks(word: str, converted: str) -> int:
    """Return 1 if the word speaks for the encoding, -1 against it, 0 if it doesn't tell.

    It doesn't tell if it is a syllable both ways or is signs alone ("·").
    Before conversion, a word with a capital after a small letter ("tÕ") is no syllable.
    """
    as_is, after = (
        _is_syllable(word) and (word[1:].islower() or word.isupper() or len(word) == 1),
        _is_syllable(converted),
    )
    if not after:
        return -1
    return 0 if as_is or not re.search("[A-Za-z]", word) else 1


_WORDS = """
không có các công dân nhân tên dòng khác ký thì còn gì nên quá giá dùng pháp cùng trên thêm nhóm phó
xét thông tháng cán án nói bên lên phân tác phòng xã hòa hóa vì thân quân áp xác trì nông phê thôn
ông sát vùng ít tâm ngân cái phí sáng tìm thôi phép tòa môi tín trí chí kém môn khó toàn hoàn ngoài
soát
"""
_USUAL = frozenset(_WORDS.split())
"""Everyday words that Western letters can write too.

If one would change in an encoding, the text was typed as it is seen.
"""


def all_converted(texts: Iterable[str], convert: Convert) -> dict[str, str]:
    """Map each text of a column that changes to its converted form.

    A text that may as well be clean ("cã": có) is converted only if no text of the column is surely
    clean.
    """
    texts = list(texts)
    alone = all(_may_be(text, convert) for text in texts)
    meant = {
        text: convert(text) if alone else converted(text, convert)
        for text in texts
        if _WESTERN.fullmatch(text)
    }
    return {text: new for text, new in meant.items() if new != text}


def _may_be(text: str, convert: Convert) -> bool:
    """Whether a text may be in an encoding: it has only its letters, no word speaks against it."""
    if text.isascii():
        return True
    has_letters = convert is not from_tcvn3 or _is_in_tcvn3(text)
    words = (word for word in _WORD.findall(text) if not word.isascii())
    return (
        has_letters
        and _WESTERN.fullmatch(text) is not None
        and all(_may_be_word(word, convert(word)) for word in words)
    )


def _may_be_word(word: str, converted: str) -> bool:
    return word == converted or (word.lower() not in _USUAL and _speaks(word, converted) >= 0)


def converted(text: str, convert: Convert) -> str:
    """Convert a text if enough of its words speak for the encoding; else return it unchanged."""
    if text.isascii() or not _WESTERN.fullmatch(text):
        return text
    speaking = [_speaks(word, convert(word)) for word in _WORD.findall(text) if not word.isascii()]
    return convert(text) if speaking.count(1) > RATIO * speaking.count(-1) else text
