"""V09: a free text names no person and holds no telephone or identity number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.rules import formula as x
from schemas.rules.base import Mask, RowRule, Words
from schemas.rules.facts import Facts

if TYPE_CHECKING:
    import pandas as pd

NAMED = "named"
"""Key in a finding's words: the list of what was found, each item in quotation marks."""
MOST_NAMED = 12
"""The most items that one finding lists."""
MAY_NAME_SOMEBODY = r"[^\p{L}\p{M}\p{N}/_-]|[0-9](?:-{0,2}[0-9]){6}"
"""A regular expression of RE2. One word without seven digits in a row (``12/QĐ-UBND``), which it
doesn't match, names nobody: ``persons`` finds names in several words, with points or behind a
sign."""
_MASKED = re.compile(r"\[tên riêng ([0-9]+)\]")


def mask_of(number: int) -> str:
    """The mask for a person in outputs. The same in every language: the texts are Vietnamese."""
    return f"[tên riêng {number}]"


def is_masked(text: str) -> bool:
    """Whether persons were masked in a text, so that it differs from what was sent."""
    return "[tên riêng " in text and _MASKED.search(text) is not None


def renumbered(text: str, numbers: Sequence[int]) -> str:
    """Give mask n of a text the number ``numbers[n - 1]``.

    Masks beyond these, which the agency itself wrote, stay as they are.
    """
    return _MASKED.sub(
        lambda match: (
            mask_of(numbers[int(match[1]) - 1]) if 0 < int(match[1]) <= len(numbers) else match[0]
        ),
        text,
    )


def masked_cells(texts: pd.Series[Any]) -> Mask:
    """True for each text of a column in which persons were masked."""
    marked: Mask = texts.str.contains("[tên riêng ", regex=False, na=False).to_numpy(
        dtype=bool, copy=True
    )
    if marked.any():
        marked[marked] = [is_masked(text) for text in texts[marked]]
    return marked


def _to_search(texts: pd.Series[Any]) -> list[str]:
    """Return the distinct texts of a column without those that surely name nobody.

    Of a million numbers of decisions that takes 0.1 s; to search each of them takes 3 s.
    """
    # imported here: processes that only read files need neither
    import pyarrow as pa
    import pyarrow.compute as pc

    distinct = pa.array(texts.dropna().unique(), pa.large_string())
    found: list[str] = distinct.filter(
        pc.match_substring_regex(distinct, MAY_NAME_SOMEBODY)
    ).to_pylist()
    return found


def listed_names(text: str) -> str:
    """The persons that a text names, each once, in quotation marks; blank if it names none."""
    # imported here: its patterns take 0.01 s to compile, and commands that judge nothing need none
    from schemas.rules.persons import personal

    found = [f"“{each}”" for each in dict.fromkeys(personal(text))]
    return ", ".join([*found[:MOST_NAMED], *(["…"] if len(found) > MOST_NAMED else [])])


@dataclass(frozen=True, kw_only=True)
class Anonymous(RowRule):
    """V09, a warning: an anonymous text names no person.

    Nor does it hold a telephone number, mail address or identity number.
    """

    id: str = "V09"
    severity: str = "W"
    message: str = "anonymous"

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        from schemas.rules.persons import personal

        texts = frame[self.at]
        named = {text for text in _to_search(texts) if not is_masked(text) and personal(text)}
        return ~texts.isin(named).to_numpy() if named else np.ones(len(frame), dtype=bool)

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        return None

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        return {NAMED: listed_names(row[self.at])}
