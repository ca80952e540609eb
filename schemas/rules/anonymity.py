"""V09: what in a free text looks like a person's name or a telephone number."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.rules import formula as x
from schemas.rules.base import Mask, RowRule, Words
from schemas.rules.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


_WORDS: Mapping[str, Sequence[str]] = tomllib.loads((Path(__file__).parents[1] / "anonymity.toml").read_text(encoding="utf-8"))
"""What tells names of persons, and of places that are called after them."""
_WORD = r"[^\W\d_a-zàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ][^\W\d_A-Z]*"
"""A word with a capital at its beginning alone, in Vietnamese letters; one capital may stand for a name ("Nguyễn Văn A")."""


def _any_of(kind: str) -> str:
    """A pattern of any word of a kind."""
    return f"(?:{'|'.join(map(re.escape, _WORDS[kind]))})"


def _begun_either_way() -> str:
    """A pattern of any word of address, with a capital at its beginning or not."""
    return f"(?:{'|'.join(f'[{word[0].upper()}{word[0]}]{re.escape(word[1:])}' for word in _WORDS['addresses'])})"


_SURNAME = _any_of("surnames")
_ADDRESSED = re.compile(
    rf"\b{_begun_either_way()}\s+(?!{_any_of('not_addressed')}\b)(?:{_SURNAME}(?:\s+{_WORD}){{1,3}}|{_WORD}(?:\s+{_WORD}){{2,3}})"
)
"""A person spoken of: "ông Nguyễn Văn A", "đ/c Trần Bình"; never an office ("đồng chí Bí thư Tỉnh ủy") or a place ("Bà Rịa")."""
_NAMED = re.compile(rf"(?<![\w\-–]){_SURNAME}\s+{_any_of('middle_names')}\s+{_WORD}(?:\s+{_WORD})?")
"""A full name without a word of address, told by the middle names that only persons have."""
_PLACE = re.compile(rf"{_any_of('before_places')}(?:\s+{_any_of('between')})?\s*$", re.IGNORECASE)
"""What stands before a name that is a place's, a street's or an institution's."""
_PLACES = tuple(_WORDS["places"])
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
