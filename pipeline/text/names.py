"""Vietnamese text: pure functions, the same for every column that is read."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_MARKS = "\u0302\u0306\u031b"
_OPEN = re.compile(f"(o|u(?=[{_TONES}]y))([{_TONES}])([aey])")
_LONG_I = re.compile(f"(?<![^\\W])([hklmst]|qu)i([{_TONES}]?)(?![^\\W]|[{_TONES}])")
_AFTER_Q = re.compile(f"(qu)([{_TONES}])([aeioy][{_MARKS}]*)")
_SPACES = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
_DASHES = re.compile("[\u2010-\u2015\u2212\u2500_]+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "`": "'", "´": "'"})
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋（）", "0123456789.,-+()")
_AROUND_SIGNS = re.compile(r" ?([,;:/()&+\-]) ?")


@lru_cache(maxsize=50_000)
def normalise(text: str) -> str:
    """The text as names are compared: one form of letters, case, tone placement, dashes, quotes and spaces.

    Two texts that a Vietnamese reader takes for the same name give the same key; accents always count.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES)
    plain = _SPACES.sub(" ", _DASHES.sub("-", _one_spelling(plain)))
    return _AROUND_SIGNS.sub(r"\1", plain).strip(" .,;:")


def _one_spelling(text: str) -> str:
    """The mark on the second vowel of oa, oe and uy (hòa, hoà → hoà); after q it never stands on the u; y where i is written as well (lí → lý)."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text)
    moved = _AFTER_Q.sub(r"\1\3\2", _OPEN.sub(r"\1\3\2", apart))
    return unicodedata.normalize("NFC", _LONG_I.sub(r"\1y\2", moved))


@lru_cache(maxsize=50_000)
def strip_accents(text: str) -> str:
    """The text without tones and marks, đ as d."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe_name(name: str) -> str:
    """A file name that can be shown anywhere: NFC; control characters, bidirectional marks and stray bytes escaped."""
    plain = unicodedata.normalize("NFC", name)
    if plain.isprintable():
        return plain
    return "".join(_escaped(letter) if unicodedata.category(letter) in _UNSAFE else letter for letter in plain)


def _escaped(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 a byte that was no UTF-8, as Python hands it over
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x1_0000 else f"\\U{code:08x}"  # noqa: PLR2004


def plain_figure(text: str) -> str:
    """The text of a number or a date with one kind of digits, dashes and spaces, in lower case, without what stands around it."""
    plain = _DASHES.sub("-", _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_FULL_WIDTH).casefold()))
    return plain.strip(" '").rstrip(".;, ")
