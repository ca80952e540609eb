"""Read whole numbers in Vietnamese words, as people write them behind figures: "15 (mười lăm)"."""

from __future__ import annotations

import re

from pipeline.text.names import normalise

_DIGITS = {
    normalise(word): value
    for value, words in enumerate(
        (
            ("không",),
            ("một", "mốt"),
            ("hai",),
            ("ba",),
            ("bốn", "tư"),
            ("năm", "lăm", "nhăm"),
            ("sáu",),
            ("bảy", "bẩy"),
            ("tám",),
            ("chín",),
        )
    )
    for word in words
}
_TEN = normalise("mười")
_SCALES = (
    (10**9, (normalise("tỷ"),)),
    (10**6, (normalise("triệu"),)),
    (10**3, (normalise("nghìn"), normalise("ngàn"))),
)
_DIGIT = f"({'|'.join(_DIGITS)})"
_BELOW_THOUSAND = re.compile(
    rf"(?:{_DIGIT} {normalise('trăm')}(?: |$))?"
    rf"(?:(?:linh|{normalise('lẻ')}) {_DIGIT}"
    rf"|(?:{_TEN}|{_DIGIT} {normalise('mươi')})(?: {_DIGIT})?|{_DIGIT})?"
)


def value_of(words: str) -> int | None:
    """Return the whole number that words say; None if they say none, or more than a number."""
    return _value(normalise(words))


def begins_as_number(words: str) -> bool:
    """Whether the first word is one with which a number begins."""
    return normalise(words).split(" ")[0] in {*_DIGITS, _TEN}


def _value(plain: str) -> int | None:
    total, rest, place = 0, plain, 1
    # billions, millions, thousands: a number below 1,000 precedes the name of each
    for scale, names in _SCALES:
        most, found, after = next(
            (parts for name in names if (parts := rest.partition(f" {name}"))[1]), ("", "", "")
        )
        if found:
            number = _below_thousand(most)
            if number is None:
                return None
            total, rest, place = total + number * scale, after.strip(), scale // 10
    if not rest:
        return total or None
    # "hai nghìn tư" is 2400: a lone digit counts the next place. 2004 is "hai nghìn linh tư"
    if rest in _DIGITS:
        return total + _DIGITS[rest] * place
    number = _below_thousand(rest)
    return None if number is None else total + number


def _below_thousand(plain: str) -> int | None:
    found = _BELOW_THOUSAND.fullmatch(plain) if plain else None
    return None if found is None else _small(plain, found)


def _small(plain: str, found: re.Match[str]) -> int | None:
    hundreds, after_zero, tens, after_tens, alone = (
        _DIGITS.get(digit or "", 0) for digit in found.groups()
    )
    if found[5] and found[1]:
        # "ba trăm hai" is 320; "không trăm hai" is unclear
        return 100 * hundreds + 10 * alone if hundreds else None
    ten = 1 if f" {_TEN}" in f" {plain}" else tens
    return 100 * hundreds + 10 * ten + after_zero + after_tens + alone
