"""Tell which number formats show a day, and which parts of it (ECMA-376-1, 18.8.30, 18.8.31)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_BUILT_IN = frozenset({14, 15, 16, 17, 22, *range(27, 32), 34, 35, 36, *range(50, 59)})
"""Numbers of built-in formats of days."""
_FIRST_OWN = 164
"""Formats from this number on are a workbook's own."""
_BUILT_IN_PARTS = {"16": "dM", "17": "My"}
"""Built-in formats that show a part of a day: "15-Jun" and "Jun-22"."""
_TIME = re.compile(r"am/pm|a/p|h{1,2}[^a-z]{0,9}m{0,2}|m{1,2}[^a-z]{0,9}s|[hs]")
"""The time of day in a code: "m" beside "h" or "s" means minutes, else months."""
_PART = re.compile(r"(?P<weekday>d{3,4})|(?P<d>d{1,2})|(?P<M>m{3,5})|(?P<m>m{1,2})|(?P<y>y+|[eb]+)")
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hHmMsS]+\])[^\[\]]*\]')
"""What is no letter of a day in a code: quoted and escaped text, fill, colours, locales."""


def shows_day(number: str, formats: Mapping[str, str]) -> bool:
    """True if the format of this number shows a day. ``formats``: the workbook's own, by number."""
    if number not in formats:
        return number.isdecimal() and int(number) in _BUILT_IN
    plain = _shown_letters(formats[number])
    if plain.strip() in ("general", "standard") or "[" in plain:  # elapsed time, "[h]:mm"
        return False
    return "y" in plain or "d" in plain or ("m" in plain and not set("hs") & set(plain))


def parts_of_day(number: str, formats: Mapping[str, str]) -> str:
    """Return the parts of a day that a format shows, in order (see ``SeenDay``).

    Built-in formats follow the settings of the reader's computer.
    """
    if not number.isdecimal() or int(number) < _FIRST_OWN:
        return _BUILT_IN_PARTS.get(number, "dmy")
    code = _TIME.sub(" ", _shown_letters(formats.get(number, "")))
    parts = (match.lastgroup or "" for match in _PART.finditer(code))
    return "".join(dict.fromkeys(part for part in parts if part != "weekday"))


def _shown_letters(code: str) -> str:
    return _NOT_SHOWN.sub("", code.partition(";")[0]).lower()
