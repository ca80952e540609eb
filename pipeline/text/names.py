"""Vietnamese text made comparable: spelling, accents, look-alike letters, unseen marks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_MARKS = "\u0302\u0306\u031b"
_LONG_I = re.compile(f"(?<![^\\W])([hklmst]|qu)i([{_TONES}]?)(?![^\\W]|[{_TONES}])")
_VOWEL = f"[aeiouy][{_MARKS}{_TONES}]*"
_RIME = re.compile(
    f"(?:(?:gi|qu)[{_TONES}]?(?=[aeiouy])(?:{_VOWEL})++|(?:{_VOWEL}){{2,6}}+)[b-df-hk-np-tvx]?"
)
"""The vowels of a syllable that may bear its tone, with an onset that ends in a vowel ("gi", "qu")
and the consonant behind.
"""
_AT_THE_END = ("oa", "oe", "uy")
"""Pairs of vowels with the tone on the second even if no consonant follows."""
_SPACES = re.compile(r"[\s\u200b]+")
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""Invisible marks (soft hyphens, joiners, directions of writing), as a regex character set.
The zero-width space isn't among them: it separates words.
"""
_UNSEEN = re.compile(f"[{UNSEEN}]")
_DASHES = re.compile("[\u2010-\u2015\u2212\u2500_]+")
_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "`": "'", "´": "'"}
)
_CYRILLIC = "аеорсухіјѕԁһԛԝ", "aeopcyxijsdhqw"
_GREEK = "ονα", "ova"
_NU = "\N{GREEK CAPITAL LETTER NU}"
"""Looks like N, but its small letter looks like v."""
_CAPITALS = "АВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJSABEZHIKMNOPTYX"
_LATIN = "ÐðƉɖǍǎ", "ĐđĐđĂă"
_SCRIPTS = str.maketrans(
    "".join(each[0] for each in (_CYRILLIC, _GREEK, _CAPITALS)),
    "".join(each[1] for each in (_CYRILLIC, _GREEK, _CAPITALS)),
)
_ALIKE = {
    **{
        ord(one.casefold()): other.casefold()
        for letters, others in (_CAPITALS, _CYRILLIC, _GREEK, _LATIN)
        for one, other in zip(letters, others, strict=True)
    },
    **_QUOTES,
    ord("ı"): "i",
}
"""Lower-case letters of other alphabets, and Latin ones, that look like Vietnamese letters."""
FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋（）", "0123456789.,-+()")
"""Full-width digits and signs, as a table for ``str.translate``."""
_AROUND_SIGNS = re.compile(r" ?([,;:/()&+\-]) ?")


@lru_cache(maxsize=10_000)
def normalise(text: str) -> str:
    """Return the key by which names are compared.

    Unicode form, case, place of the tone, dashes, quotes and spaces are made uniform: texts that a
    Vietnamese reader takes for the same name give the same key. Accents always count.
    """
    plain = unicodedata.normalize("NFKC", text).replace(_NU, "N").casefold()
    plain = (
        plain.translate(_QUOTES) if plain.isascii() else _UNSEEN.sub("", plain).translate(_ALIKE)
    )
    plain = _SPACES.sub(" ", _DASHES.sub("-", _one_spelling(plain)))
    return _AROUND_SIGNS.sub(r"\1", plain).strip(" .,;:")


def _one_spelling(text: str) -> str:
    """Spell each word uniformly. Works by word, for the cache: words recur, whole texts seldom."""
    return text if text.isascii() else " ".join(map(spelled, text.split(" ")))


@lru_cache(maxsize=10_000)
def spelled(word: str) -> str:
    """Spell a word uniformly.

    The tone goes on its proper vowel (hoà → hòa); y replaces i where both are usual (lí → lý).
    """
    apart = unicodedata.normalize("NFD", word)
    moved = _RIME.sub(lambda rime: _toned(rime[0]), apart)
    return unicodedata.normalize("NFC", _LONG_I.sub(r"\1y\2", moved))


def _toned(rime: str) -> str:
    """Move a rime's tone to its proper vowel; without a tone or with two it stays as it is."""
    tone: list[str] = _TONE.findall(rime)
    if len(tone) != 1:
        return rime
    plain = _TONE.sub("", rime)
    onset = plain[:2] if plain[:2] in ("gi", "qu") else ""
    vowels: list[str] = re.findall(f"[aeiouy][{_MARKS}]*", plain[len(onset) :])
    behind = plain[len(onset) + len("".join(vowels)) :]
    place = _place_of_tone(vowels, is_open=not behind)
    return onset + "".join(vowels[: place + 1]) + tone[0] + "".join(vowels[place + 1 :]) + behind


def _place_of_tone(vowels: list[str], *, is_open: bool) -> int:
    """Return the index of the vowel that bears the tone.

    It is the last with a mark of its own; else the middle one of three, the second of two before a
    consonant, or the first.
    """
    marked = [at for at, vowel in enumerate(vowels) if len(vowel) > 1]
    if marked:
        return marked[-1]
    if is_open and len(vowels) == 2:  # noqa: PLR2004
        return int("".join(vowels) in _AT_THE_END)
    return min(1, len(vowels) - 1)


_TONE = re.compile(f"[{_TONES}]")


@lru_cache(maxsize=10_000)
def strip_accents(text: str) -> str:
    """Remove tones and marks; đ becomes d."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe_name(name: str) -> str:
    """Make a file name safe to show: NFC, with unsafe characters escaped.

    Those are control characters, bidirectional marks and bytes that are no UTF-8.
    """
    plain = unicodedata.normalize("NFC", name)
    if plain.isprintable():
        return plain
    return "".join(
        _escaped(letter) if unicodedata.category(letter) in _UNSAFE else letter for letter in plain
    )


def _escaped(letter: str) -> str:
    code = ord(letter)
    # a byte that is no UTF-8, as Python's surrogateescape gives it
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x1_0000 else f"\\U{code:08x}"  # noqa: PLR2004


def plain_figure(text: str) -> str:
    """Return the text of a number or date in lower case, with uniform digits, dashes and spaces.

    Surrounding spaces and apostrophes and trailing ".;," are removed.
    """
    text = text if text.isascii() else _UNSEEN.sub("", text).replace("\u200b", "")
    plain = _DASHES.sub(
        "-", _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(FULL_WIDTH).casefold())
    )
    return plain.strip(" '").rstrip(".;, ")


_MAY_LOOK_ALIKE = re.compile(f"[{_LATIN[0]}\u0370-\u03ff\u0400-\u052f{UNSEEN}]")
_WORD = re.compile(r"[^\W\d_]+")
_HAS_LATIN = re.compile("[A-Za-zÀ-ỹ]")
_BEFORE_UNICODE = re.compile("[\x00-\xff\u2010-\u2026]*")


def may_look_alike(text: str) -> bool:
    """Whether a text may hold invisible marks or look-alike letters; a quick test."""
    return _MAY_LOOK_ALIKE.search(text) is not None


def as_it_looks(text: str) -> str:
    """Remove invisible marks and replace look-alike letters by the Vietnamese ones.

    Letters of other alphabets are replaced only within words that have Latin letters. A text that
    may be in an encoding older than Unicode keeps its soft hyphens: there they are letters.
    """
    is_old = not text.replace("\xad", "").isascii() and _BEFORE_UNICODE.fullmatch(text)
    plain = text if is_old else _UNSEEN.sub("", text)
    return _WORD.sub(_in_one_script, plain.translate(_LATIN_ALIKE))


_LATIN_ALIKE = str.maketrans(*_LATIN)


def _in_one_script(word: re.Match[str]) -> str:
    return word[0].translate(_SCRIPTS) if _HAS_LATIN.search(word[0]) else word[0]
