"""Words that stand in a list's columns for those who keep it, and that nobody else must ever read."""

from __future__ import annotations

import csv
import re
from pathlib import Path

_SOURCES = Path(__file__).parents[1] / "schemas" / "cv4874" / "codelists" / "sources.csv"


def _keys() -> list[str]:
    with _SOURCES.open(encoding="utf-8", newline="") as file:
        return [row["key"] for row in csv.DictReader(file)]


PRIVATE = re.compile(
    "|".join(
        (
            r"(?<![\w/-])(?:" + "|".join(map(re.escape, _keys())) + r")(?![\w/-])",
            r"\bmemory\b",
            r"evidence",
            r"Đ\d+ k\d",
            r"\bk\d+ Đ\d",
            r"\bNĐ ?\d",
            r"\bQĐ ?\d",
            r"\bĐ\d{1,3}\b",
            r"\bLuật (?:CBCC|VC)\b",
            r"\b(?:BLHS|BLLĐ)\b",
        )
    )
)
"""Keys of the sources, what only we remember, short citations such as “NĐ 112 Đ7 k3”."""


def private_words(text: str) -> list[str]:
    """What of a text nobody should read."""
    return PRIVATE.findall(text)
