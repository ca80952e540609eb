"""Read numbers as people write them in Vietnam."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from pipeline.text.dates import parse_date
from pipeline.text.names import normalise, plain_figure, strip_accents
from pipeline.text.spelled import begins_as_number, value_of
from pipeline.text.units import known_words, words_of
from schemas.columns import MOST_DIGITS, State


class ParsedNumber(NamedTuple):
    """The number read from a text (None if there is none) and the state of the cell."""

    value: float | None
    state: State


class Style(NamedTuple):
    """Which thousands signs the column's other texts prove: the Vietnamese (.), the English (,)."""

    vietnamese: bool = False
    english: bool = False


PERCENT = "%"
_NOT_NUMBER = ParsedNumber(None, State.NOT_NUMBER)
_SEVERAL = ParsedNumber(None, State.SEVERAL)
_OTHER_UNIT = ParsedNumber(None, State.OTHER_UNIT)
_DASH = re.compile(r"-+")
_ZERO_WORDS = frozenset(
    {"khong", "ko", "k0", "khong co", "0 co", "khong phat sinh", "kps", "chua co", "chua phat sinh"}
)  # ways to write "none", without accents
_COMPOSITE = re.compile(r"trong đó|bao gồm|gồm|trong do|bao gom|\bgom\b")
_LEADING_NUMBER = re.compile(r"([+-]?[0-9](?:[0-9.,]| (?=[0-9]{3}(?![0-9])))*)(.*)", re.DOTALL)
_IN_WORDS = re.compile(r"\(([^()0-9]+)\)")
_GROUPS = re.compile(r"(?<![^\W_])[0-9]+")
_APART = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]|[ \u00a0\u2000-\u200a\u202f\u205f\u3000]{2}")
"""Separates two numbers: a line break, a tab, or more than one space."""
_PLAIN = re.compile(r"[0-9]+")
_SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:,[0-9]+)?")
_DOTS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_COMMAS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_DOTS_COMMA = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_COMMAS_DOT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_DECIMAL = re.compile(r"[0-9]+[.,][0-9]+")


def parse_count(text: str, unit: str = "", style: Style | None = None) -> ParsedNumber:
    """Read a whole number from a text in a count column, with the uniform repairs of rule V08.

    ``unit`` is the column's: a number in another unit isn't read. ``style``: what the column's
    other cells prove. Several numbers in one text are never added up.
    """
    parsed = parse_decimal(text, unit, style)
    if parsed.value is not None and not parsed.value.is_integer():
        return ParsedNumber(None, State.NOT_WHOLE)
    return parsed


def parse_decimal(text: str, unit: str = "", style: Style | None = None) -> ParsedNumber:
    """Read a number like :func:`parse_count`, but allow fractions."""
    return _SEVERAL if _holds_several(text) else _parsed(plain_figure(text), unit, style)


def _parsed(plain: str, unit: str, style: Style | None) -> ParsedNumber:
    if _DASH.fullmatch(plain):
        return ParsedNumber(0.0, State.DASH)
    if strip_accents(plain) in _ZERO_WORDS:
        return ParsedNumber(0.0, State.REPAIRED)
    # a date is neither one number nor several
    if parse_date(plain).state is State.REPAIRED:
        return _NOT_NUMBER
    found = _LEADING_NUMBER.fullmatch(plain)
    if found:
        number = _number(found[1], style or Style())
        said = _units_behind(found[2], unit, number.value)
        if said is not None and said <= words_of(unit):
            return number
        if said is not None and unit:
            return _OTHER_UNIT
    numbers = 1 + len(_GROUPS.findall(found[2])) if found else len(_GROUPS.findall(plain))
    several = (
        numbers > 1
        or (numbers and _COMPOSITE.search(plain))
        or (found and _spells_another(found[2]))
    )
    return _SEVERAL if several else _NOT_NUMBER


def _holds_several(text: str) -> bool:
    """Whether digits are on several lines or far apart. A single space may separate thousands."""
    return sum(any(map(str.isdecimal, piece)) for piece in _APART.split(text.strip())) > 1


def names_other_unit(words: str, unit: str) -> bool:
    """Whether words beside a number name a known unit other than the column's own."""
    said = normalise(words)
    return bool(unit) and said not in words_of(unit) and said in known_words(unit)


def style_of(texts: Iterable[str]) -> Style:
    """Find which thousands signs a column's texts prove. "1.234" alone proves nothing."""
    plain = [plain_figure(text).lstrip("+-") for text in texts]
    vietnamese = any(_DOTS_COMMA.fullmatch(text) or _proves(text, ",", ".") for text in plain)
    english = any(_COMMAS_DOT.fullmatch(text) or _proves(text, ".", ",") for text in plain)
    return Style(vietnamese, english)


def _proves(text: str, point: str, thousands: str) -> bool:
    """Whether a text proves ``point`` the decimal sign and ``thousands`` the thousands sign."""
    if thousands in text:
        pattern = _DOTS if thousands == "." else _COMMAS
        return text.count(thousands) > 1 and pattern.fullmatch(text) is not None
    whole, sign, fraction = text.partition(point)
    if not (sign and whole.isdecimal() and fraction.isdecimal()):
        return False
    return len(fraction) != 3  # noqa: PLR2004 thousands come in threes


def _units_behind(rest: str, unit: str, number: float | None) -> set[str] | None:
    """Return the normalised units named behind a number.

    None if the text says more than a unit and, in brackets, the same number in words.
    """
    words, said = _IN_WORDS.search(rest), set[str]()
    if words:
        repeated = _unit_behind_words(words[1], unit, number)
        if repeated is None:
            return None
        said.add(repeated)
        rest = rest[: words.start()] + rest[words.end() :]
    said.add(normalise(rest))
    return said - {""} if said <= {"", *known_words(unit)} else None


def _unit_behind_words(words: str, unit: str, number: float | None) -> str | None:
    """Return the unit behind a number in words ("five houses"), blank if there is none.

    None if the words say another number.
    """
    plain = normalise(words)
    if value_of(plain) == number:
        return ""
    named = (name for name in known_words(unit) if plain.endswith(f" {name}"))
    return next(
        (name for name in named if value_of(plain.removesuffix(f" {name}")) == number), None
    )


def _spells_another(rest: str) -> bool:
    """Whether the text in brackets behind a number begins with a number in words."""
    words = _IN_WORDS.search(rest)
    return words is not None and begins_as_number(words[1])


def _number(text: str, style: Style) -> ParsedNumber:
    plain = _decimal_point(text.lstrip("+-").strip(), style)
    if plain is None:
        return (
            ParsedNumber(None, State.UNCLEAR)
            if _COMMAS.fullmatch(text.lstrip("+-"))
            else _NOT_NUMBER
        )
    if len(plain.replace(".", "").lstrip("0")) > MOST_DIGITS:
        return ParsedNumber(None, State.TOO_LONG)
    return ParsedNumber(-float(plain) if text.startswith("-") else float(plain), State.REPAIRED)


def _decimal_point(digits: str, style: Style) -> str | None:
    """Return the digits as Python writes them; None if they are ambiguous or no number."""
    if _PLAIN.fullmatch(digits):
        return digits
    if _SPACED.fullmatch(digits) or _DOTS_COMMA.fullmatch(digits):
        return digits.replace(" ", "").replace(".", "").replace(",", ".")
    if _COMMAS_DOT.fullmatch(digits):
        return digits.replace(",", "")
    if _DOTS.fullmatch(digits):
        return (
            digits
            if digits.count(".") == 1 and style == Style(english=True)
            else digits.replace(".", "")
        )
    if _COMMAS.fullmatch(digits):
        return _with_commas(digits, style)
    return digits.replace(",", ".") if _DECIMAL.fullmatch(digits) else None


def _with_commas(digits: str, style: Style) -> str | None:
    """Read commas before three digits by the style of the column's other cells.

    Some people write thousands so, others fractions; None if the other cells don't tell which.
    """
    if digits.count(",") > 1 or style == Style(english=True):
        return digits.replace(",", "")
    return digits.replace(",", ".") if style == Style(vietnamese=True) else None
