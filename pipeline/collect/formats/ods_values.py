"""The value of a cell of an OpenDocument workbook, from its attributes and the text that it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipeline.collect.formats.cells import NUMBER, PICTURE_FUNCTION, ErrorValue, NoValue, Picture, UnreadableError, Value, iso_day
from pipeline.collect.formats.numberformats import says_something
from pipeline.collect.formats.seen import SeenNumber

_ERROR = re.compile(r"#[A-ZÀ-Ỹ/0?!]+[!?]?|#N/A|Err:[0-9]{3}")


def value_of(attributes: Mapping[str, str], text: str) -> Value:
    """The value of a cell from its attributes and the text that it shows."""
    kind, formula = attributes.get("value-type", ""), "formula" in attributes
    is_picture = PICTURE_FUNCTION in attributes.get("formula", "").upper()
    if is_picture or attributes.get("calc-type") == "error" or (formula and _ERROR.fullmatch(text)):
        return Picture(text or attributes["formula"]) if is_picture else ErrorValue(text)
    if kind in ("float", "percentage", "currency"):
        return _as_seen(_number(attributes.get("value", "")), text.strip())
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
"""What stands around the digits of a number that is shown in the usual way, and the digits with their signs."""


def _as_seen(number: float, text: str) -> float:
    """The number, with what its cell shows where that is another number or has words beside it; a cell may show nothing, or "###"."""
    found = _SHOWN.fullmatch(text)
    if found is None:
        return number
    words = " ".join(f"{found[1]} {found[3]}".split())
    differs = number != 0 and not any(_is_shown(abs(number), whole, fraction) for whole, fraction in _readings(found[2]))
    return SeenNumber(number, text, words, differs=differs) if differs or says_something(words) else number


def _readings(digits: str) -> Iterator[tuple[str, str]]:
    """The digits before and behind the point, in each way that they may be read: which sign is the point differs by language."""
    yield re.sub("[^0-9]", "", digits), ""
    whole, _, fraction = digits.replace(",", ".").rpartition(".")
    if whole and fraction.isdecimal():
        yield re.sub("[^0-9]", "", whole), fraction


def _is_shown(number: float, whole: str, fraction: str) -> bool:
    """Whether a number is shown so, but for places that are rounded off."""
    return abs(number - float(f"{whole}.{fraction or 0}")) <= 0.5000001 * 10.0 ** -len(fraction)
