"""What agencies wrote, in their own words: extracts with who wrote them and where they stand; nothing is made up.

The rule, which the report states: within a group, what most agencies share comes first, then the longer text; a text that
is too long for an extract ends at the end of a sentence, with […].
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.summarise.texts.passages import Count, Passages

LONGEST = 600
"""Characters of an extract."""
MOST = 3
"""Extracts of one group."""
MOST_SHORT = 10
"""Phrases that are listed of a source of phrases."""
MOST_NAMED = 5
"""Agencies that an extract names."""
_SENTENCE = re.compile(r".*[.!?;…](?=\s|$)", re.DOTALL)
_SPACES = re.compile(r"\s+")
CUT = " […]"


@dataclass(frozen=True)
class Extract:
    """Words of one text, the agencies that share it, where its first writer's text stands, and what its row says beside it."""

    text: str
    agencies: tuple[str, ...]
    file: str
    sheet: str
    row: int
    more: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Digest:
    """One group of texts: how much was written, some of it, and how many different texts are left."""

    group: str
    count: Count
    extracts: tuple[Extract, ...]

    @property
    def left(self) -> int:
        """Different texts that are not among the extracts."""
        return self.count.different - len(self.extracts)


def digests(passages: Passages) -> dict[str, list[Digest]]:
    """The digests of every outline item, its groups in order; phrases in one digest, whatever their group."""
    folded = passages.folded
    found: defaultdict[str, list[Digest]] = defaultdict(list)
    for item, rows in folded.groupby("item", sort=False):
        groups = [("", rows)] if passages.source.short else rows.groupby("group", sort=False)
        found[str(item)] += [_digest(passages, str(group), listed) for group, listed in groups]
    return dict(found)


def _digest(passages: Passages, group: str, rows: pd.DataFrame) -> Digest:
    count = Count(int(rows["size"].sum()), len(rows), len(set().union(*rows["agencies"])))
    if passages.source.short:
        rows = rows.iloc[np.lexsort([-rows["size"], -rows["agencies"].map(len)])]
    most = MOST_SHORT if passages.source.short else MOST
    return Digest(group, count, tuple(_extract(passages, row) for row in rows.head(most).to_dict("records")))


def _extract(passages: Passages, row: Mapping[Any, Any]) -> Extract:
    source, columns = passages.source, passages.spec.by_key
    beside = [(columns[source.group].title, row["group"])] if source.short and source.group else []
    beside += [(columns[key].title, row[key]) for key in source.more]
    return Extract(extract(row["text"]), row["agencies"], row["file"], row["sheet"], int(row["row"]), tuple(beside))


def extract(text: str) -> str:
    """The text on one line, cut at the end of a sentence (of a word, where no sentence ends early enough) if it is too long."""
    plain = _SPACES.sub(" ", text).strip()
    if len(plain) <= LONGEST:
        return plain
    room = plain[:LONGEST]
    sentence = _SENTENCE.match(room)
    return (sentence[0] if sentence and len(sentence[0]) > LONGEST / 3 else room.rsplit(" ", 1)[0]) + CUT
