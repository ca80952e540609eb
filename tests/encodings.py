"""Write Vietnamese text in encodings older than Unicode."""

from __future__ import annotations

import unicodedata

from pipeline.text.legacy import _TCVN3, _VNI_LETTERS, _VNI_MARKS

TO_TCVN3 = {
    chr(new): chr(old)
    for old, new in (
        (old, ord(str(new))) if isinstance(new, str) else (old, new) for old, new in _TCVN3.items()
    )
}
TO_VNI = {new: old for old, new in _VNI_LETTERS.items()}


def tcvn3(text: str) -> str:
    """Convert a text to TCVN3 (ABC), one byte per letter."""
    return "".join(TO_TCVN3.get(letter, letter) for letter in text)


def vni(text: str) -> str:
    """Convert a text to VNI, marks behind their letters."""
    return "".join(_vni(letter) for letter in text)


def _vni(letter: str) -> str:
    small = letter.lower()
    if small in TO_VNI:
        found = TO_VNI[small]
    else:
        apart = unicodedata.normalize("NFD", small)
        horned = unicodedata.normalize("NFC", apart[:2]) if "\u031b" in apart else apart[0]
        marks = "".join(
            sorted(apart[1:].replace("\u031b", ""), key=lambda mark: mark not in "\u0302\u0306")
        )
        if not marks or small in "íì":
            found = TO_VNI.get(horned, small if small in "íì" else horned)
        else:
            found = TO_VNI.get(horned, horned) + next(
                code for code, meant in _VNI_MARKS.items() if meant == marks
            )
    return found.upper() if letter.isupper() else found


def windows(text: str) -> str:
    """Convert a text to Windows-1258, decoded as Windows-1252."""
    apart = "".join(_windows(letter) for letter in text)
    return apart.encode("cp1258").decode("cp1252")


def _windows(letter: str) -> str:
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        apart = unicodedata.normalize("NFD", letter)
        tone = next(mark for mark in apart if mark in "\u0300\u0301\u0303\u0309\u0323")
        return unicodedata.normalize("NFC", apart.replace(tone, "")) + tone
    return letter
