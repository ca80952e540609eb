"""Which number formats show a day."""

from __future__ import annotations

import re
from collections.abc import Mapping

_BUILT_IN_DATES = frozenset({14, 15, 16, 17, 22, *range(27, 32), 34, 35, 36, *range(50, 59)})
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hHmMsS]+\])[^\[\]]*\]')


def shows_day(number: str, formats: Mapping[str, str]) -> bool:
    """Whether a number format, by its number, shows a day; ``formats`` are the workbook's own, by number."""
    if number not in formats:
        return number.isdecimal() and int(number) in _BUILT_IN_DATES
    plain = _NOT_SHOWN.sub("", formats[number].partition(";")[0]).lower()
    if plain.strip() in ("general", "standard") or "[" in plain:  # time that went by, "[h]:mm"
        return False
    return "y" in plain or "d" in plain or ("m" in plain and not set("hs") & set(plain))
