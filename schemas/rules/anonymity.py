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
"""The word of a finding that lists what was found, each in quotation marks."""
MOST_NAMED = 12
"""Finds that one finding lists."""
_MASKED = re.compile(r"\[tên riêng ([0-9]+)\]")


def mask_of(number: int) -> str:
    """What stands in outputs for a person: the same in every language, for the texts are Vietnamese."""
    return f"[tên riêng {number}]"


def is_masked(text: str) -> bool:
    """Whether persons were masked in a text: it is another than the one that was sent."""
    return "[tên riêng " in text and _MASKED.search(text) is not None


def renumbered(text: str, numbers: Sequence[int]) -> str:
    """The text with ``numbers[n - 1]`` for each mask of number n; one that isn't among them, which its agency wrote, stays."""
    return _MASKED.sub(lambda match: mask_of(numbers[int(match[1]) - 1]) if 0 < int(match[1]) <= len(numbers) else match[0], text)


def masked_cells(texts: pd.Series[Any]) -> Mask:
    """Which texts of a column are masked ones."""
    marked: Mask = texts.str.contains("[tên riêng ", regex=False, na=False).to_numpy(dtype=bool, copy=True)
    if marked.any():
        marked[marked] = [is_masked(text) for text in texts[marked]]
    return marked


def listed_names(text: str) -> str:
    """The persons that a text names, each once and in quotation marks; blank where it names none."""
    # imported where it is needed: its patterns take a hundredth of a second, which commands that judge nothing needn't wait for
    from schemas.rules.persons import personal

    found = [f"“{each}”" for each in dict.fromkeys(personal(text))]
    return ", ".join([*found[:MOST_NAMED], *(["…"] if len(found) > MOST_NAMED else [])])


@dataclass(frozen=True, kw_only=True)
class Anonymous(RowRule):
    """V09, a warning: a free text meant to be anonymous names no person and holds no telephone number, mail address or identity number."""

    id: str = "V09"
    severity: str = "W"
    message: str = "anonymous"

    def holds(self, frame: pd.DataFrame, facts: Facts) -> Mask:
        from schemas.rules.persons import personal

        texts = frame[self.at]
        named = {text for text in texts.dropna().unique() if not is_masked(text) and personal(text)}
        return ~texts.isin(named).to_numpy() if named else np.ones(len(frame), dtype=bool)

    def broken(self, cells: x.Cells, facts: Facts) -> str | None:
        return None

    def row_words(self, row: Mapping[str, Any], facts: Facts) -> Words:
        return {NAMED: listed_names(row[self.at])}
