"""Read an OpenDocument cell's value from its attributes and the text that it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from pipeline.collect.formats.cells import (
    NUMBER,
    PICTURE_FUNCTION,
    ErrorValue,
    NoValue,
    Picture,
    UnreadableError,
    Value,
    iso_day,
)
from pipeline.collect.formats.numberformats import says_something
from pipeline.collect.formats.seen import SeenNumber
from pipeline.office.hiding import LOWEST, NARROWEST

CELLS = ("table-cell", "covered-table-cell")
"""The elements of cells."""
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
"""LibreOffice's own namespace, in which it writes error types."""
_SPACES = ("urn:oasis:names:tc:opendocument:xmlns:", _CALC)
"""Namespaces of the attributes that mean something."""
_LEAST = {
    "table-row-properties": ("row-height", LOWEST),
    "table-column-properties": ("column-width", 5 * NARROWEST),
}
"""Attribute of a size, and the points below which nothing can be read: a letter is about 5 points
wide."""
_LENGTH = re.compile("([0-9]{1,9}(?:[.][0-9]{1,9})?)(in|cm|mm|pt|pc|px)")
_POINTS = {"in": 72.0, "cm": 28.35, "mm": 2.835, "pt": 1.0, "pc": 12.0, "px": 0.75}
"""Points per unit of length."""
_ERROR = re.compile(r"#[A-ZÀ-Ỹ/0?!]+[!?]?|#N/A|Err:[0-9]{3}")
"""An error as LibreOffice shows it."""


def plain_attributes(raw: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that mean something, by local name.

    LibreOffice's own type of value, which tells errors, becomes ``calc-type``.
    """
    return {name: value for key, value in raw.items() if (name := _plain_key(key))}


@lru_cache(maxsize=1024)
def _plain_key(key: str) -> str:
    space, _, name = key.rpartition(" ")
    if not space.startswith(_SPACES):
        return ""
    return "calc-type" if name == "value-type" and space == _CALC else name


def repeated(attributes: Mapping[str, str], name: str) -> int:
    """Return how often an element repeats or how far it spans; 1 if it doesn't say."""
    text = attributes.get(name, "1")
    if not text.isdecimal() or len(text) > 8:  # noqa: PLR2004 more than any sheet has
        raise UnreadableError("irregular")
    return int(text)


def hides(tag: str, attributes: Mapping[str, str]) -> bool:
    """True if properties hide a sheet, rows or columns, or make them too small to be seen."""
    if tag == "table-properties":
        return attributes.get("display") == "false"
    name, least = _LEAST.get(tag, ("", 0.0))
    size = _LENGTH.fullmatch(attributes.get(name, ""))
    return size is not None and float(size[1]) * _POINTS[size[2]] < least


def value_of(attributes: Mapping[str, str], paragraphs: Sequence[str]) -> Value:
    """Return a cell's value.

    Raises ``UnreadableError`` if a number is none.
    """
    text = "\n".join(paragraphs)
    kind, formula = attributes.get("value-type", ""), "formula" in attributes
    is_picture = PICTURE_FUNCTION in attributes.get("formula", "").upper()
    if is_picture or attributes.get("calc-type") == "error" or (formula and _ERROR.fullmatch(text)):
        return Picture(text or attributes["formula"]) if is_picture else ErrorValue(text)
    if kind in ("float", "percentage", "currency"):
        return _as_seen(_number(attributes.get("value", "")), paragraphs)
    if kind == "date":
        return iso_day(attributes.get("date-value", ""))
    if kind == "boolean":
        return attributes.get("boolean-value", "").upper()
    if kind in ("string", "time"):
        return attributes.get("string-value", text)
    return text or (NoValue() if formula else None)


def _number(text: str) -> float:
    if not NUMBER.fullmatch(text):
        raise UnreadableError("damaged")
    return float(text)


_SHOWN = re.compile(r"([^0-9]*)([0-9](?:[0-9., \u00a0\u202f']*[0-9])?)([^0-9]*)")
"""A number shown in the usual way: text before, digits with their separators, text behind."""
_FULL = frozenset("#*")
"""What programs show if a number is wider than its cell."""


def _as_seen(number: float, paragraphs: Sequence[str]) -> float:
    """Return the number; as ``SeenNumber`` if its cell shows another number or words.

    A cell without a paragraph says nothing of what it shows.
    """
    text = "\n".join(paragraphs).strip()
    match = _SHOWN.fullmatch(text)
    if match is None:
        return _in_words(number, text) if paragraphs else number
    words = " ".join(f"{match[1]} {match[3]}".split())
    differs = number != 0 and not any(
        _is_shown(abs(number), whole, fraction) for whole, fraction in _readings(match[2])
    )
    is_padded = re.match("0[0-9]", match[2]) is not None
    if differs or is_padded or says_something(words):
        return SeenNumber(number, text, words, differs=differs)
    return number


def _in_words(number: float, text: str) -> float:
    """Read a number shown without digits, or with signs between: "", "không", "0912-345-678"."""
    digits = re.sub("[^0-9]", "", text)
    # shown as a power or a fraction: not compared
    if digits and digits.lstrip("0") != f"{abs(number):.0f}":
        return number
    if (not digits and not number and not says_something(text)) or (
        text and _FULL.issuperset(text)
    ):
        return number
    return SeenNumber(number, text, "" if digits else text, differs=number != 0)


def _readings(digits: str) -> Iterator[tuple[str, str]]:
    """Yield digits before and behind the point, in each possible reading.

    Which sign is the decimal point differs by language.
    """
    yield re.sub("[^0-9]", "", digits), ""
    whole, _, fraction = digits.replace(",", ".").rpartition(".")
    if whole and fraction.isdecimal():
        yield re.sub("[^0-9]", "", whole), fraction


def _is_shown(number: float, whole: str, fraction: str) -> bool:
    """True if the digits are the number, rounded."""
    return abs(number - float(f"{whole}.{fraction or 0}")) <= 0.5000001 * 10.0 ** -len(fraction)
