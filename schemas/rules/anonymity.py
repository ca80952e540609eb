"""V09: what in a free text looks like a person's name or a telephone number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.rules import formula as x
from schemas.rules.base import Mask, RowRule, Words
from schemas.rules.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


_WORD = r"[^\W\d_a-zàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ][^\W\d_A-Z]*"
"""A word with a capital at its beginning alone, in Vietnamese letters; one capital may stand for a name ("Nguyễn Văn A")."""
_SURNAME = r"(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Lương|Trịnh|Trương|Mai|Tô|Tạ|Cao|Hà|Đào|Lâm|Thái|Châu)"
_ADDRESSED = re.compile(
    rf"\b(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Đđ]ồng chí|[Đđ]/c)\s+(?!Rịa\b)(?:{_SURNAME}(?:\s+{_WORD}){{1,3}}|{_WORD}(?:\s+{_WORD}){{2,3}})"
)
"""A person spoken of: "ông Nguyễn Văn A", "đ/c Trần Bình"; never an office ("đồng chí Bí thư Tỉnh ủy") or a place ("Bà Rịa")."""
_NAMED = re.compile(rf"(?<![\w\-–]){_SURNAME}\s+(?:Văn|Thị|Hữu|Đức|Xuân|Quang|Ngọc|Đình|Thanh|Minh)\s+{_WORD}(?:\s+{_WORD})?")
"""A full name without a word of address, told by the middle names that only persons have."""
_PLACE = re.compile(
    r"(?:tỉnh|thành phố|TP\.?|quận|huyện|thị xã|thị trấn|phường|xã|đường|phố|cầu|trường|bệnh viện|công viên|quảng trường|sông|khu|"
    r"giải thưởng|học viện|học tập|tư tưởng|Chủ tịch|Bác|và làm theo)(?:\s+(?:THPT|THCS|tiểu học|đại học))?\s*$",
    re.IGNORECASE,
)
"""What stands before a name that is a place's, a street's or an institution's."""
_PLACES = ("Hồ Chí Minh", "Lê Thanh Nghị", "Trần Văn Thời", "Dương Minh Châu", "Hồ Thị Kỷ")
_PHONE = re.compile(r"(?<![\w/.,\-])(?:\+84|84|0)(?:[ .\-]?\d){9,10}(?![\d/])")
"""Nine or ten digits after 0 or +84, grouped by spaces, points or dashes."""


def personal(text: str) -> list[str]:
    """Names of persons and telephone numbers in a text, in its order."""
    return [found for _, found in sorted(_found(text))]


def _found(text: str) -> Iterator[tuple[int, str]]:
    taken: list[tuple[int, int]] = []
    for pattern in (_ADDRESSED, _NAMED):
        for match in pattern.finditer(text):
            if any(start <= match.start() < end for start, end in taken):
                continue
            if not (match[0].startswith(_PLACES) or _PLACE.search(text[: match.start()])):
                taken.append(match.span())
                yield match.start(), match[0]
    for match in _PHONE.finditer(text):
        yield match.start(), match[0]


@dataclass(frozen=True, kw_only=True)
class Anonymous(RowRule):
    """V09, a warning: a free text meant to be anonymous names no person and holds no telephone number."""

    id: str = "V09"
    severity: str = "W"
    message: str = "anonymous"

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        texts = frame[self.at]
        named = {text for text in texts.dropna().unique() if personal(text)}
        return ~texts.isin(named).to_numpy() if named else np.ones(len(frame), dtype=bool)

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        return None

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        return {"named": ", ".join(f"“{each}”" for each in dict.fromkeys(personal(row[self.at])))}
