"""What agencies wrote, in their own words: extracts, who wrote them and where.

The rule, which the report states: within a group, what most agencies share comes first, then the
longer text; what is nearly the same stands with it as a variant, by the words that differ; a text
that is too long for an extract ends at the end of a sentence, with […]. Beside a text stands only
what all who wrote it say in their rows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.summarise.texts.passages import Count, Passages, Row
from pipeline.text.wording import Change, negates

LONGEST = 600
"""Characters of an extract."""
MOST = 3
"""Extracts of one group."""
MOST_SHORT = 10
"""Phrases that are listed of a source of phrases."""
MOST_NAMED = 5
"""Agencies that an extract names."""
MOST_VARIANTS = 5
"""Variants of an extract that are told."""
_SENTENCE = re.compile(r".*[.!?;…](?=\s|$)", re.DOTALL)
_SPACES = re.compile(r"\s+")
CUT = " […]"


@dataclass(frozen=True)
class TextPlace:
    """Where an agency wrote a text."""

    agency: str
    file: str
    sheet: str
    row: int


@dataclass(frozen=True)
class Variation:
    """Nearly the same text in other words: who wrote it, and where it differs."""

    agencies: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Extract:
    """Words of one text, the agencies that share it, and each one's own places.

    ``variants``: what others wrote nearly the same, what says the contrary and then what most
    agencies wrote first.
    """

    text: str
    agencies: tuple[str, ...]
    places: tuple[TextPlace, ...]
    more: tuple[tuple[str, Any], ...] = ()
    variants: tuple[Variation, ...] = ()
    near: int = 0
    """How many variants there are, told or not."""

    @property
    def file(self) -> str:
        """The file of the agency named first."""
        return self.places[0].file

    @property
    def sheet(self) -> str:
        """The sheet of the agency named first."""
        return self.places[0].sheet

    @property
    def row(self) -> int:
        """The row of the agency named first."""
        return self.places[0].row


@dataclass(frozen=True)
class Digest:
    """One group of texts: how much was written, some extracts, how many texts are left."""

    group: str
    count: Count
    extracts: tuple[Extract, ...]

    @property
    def left(self) -> int:
        """Different texts that are neither among the extracts nor told as their variants."""
        return self.count.different - sum(1 + len(each.variants) for each in self.extracts)


def digests(passages: Passages) -> dict[str, list[Digest]]:
    """Return the digests of every outline item, groups in order.

    Phrases are in one digest, whatever their group.
    """
    written, found = _PassageLists.of(passages), defaultdict[str, dict[str, list[Row]]](dict)
    for (item, group), rows in passages.by_group.items():
        found[item].setdefault("" if passages.source.short else group, []).extend(rows)
    return {
        item: [_digest(written, group, rows) for group, rows in groups.items()]
        for item, groups in found.items()
    }


@dataclass(frozen=True)
class _PassageLists:
    """What extracts are taken from, as plain lists.

    Asking a frame hundreds of times takes far longer.
    """

    passages: Passages
    places: list[TextPlace]
    """Of each text in the order of the frame."""
    near: Mapping[int, list[tuple[int, tuple[str, ...]]]]
    """By index of a text, its variants: the index and the agencies of each."""

    @classmethod
    def of(cls, passages: Passages) -> _PassageLists:
        frame, folded = passages.frame, passages.folded
        places = [
            TextPlace(*each)
            for each in zip(
                *(frame[key].tolist() for key in ("agency", "file", "sheet", "row")), strict=True
            )
        ]
        near: defaultdict[int, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
        for head, same, agencies in zip(
            *(folded[key].tolist() for key in ("head", "same", "agencies")), strict=True
        ):
            if head != same:
                near[head].append((same, agencies))
        return cls(passages, places, near)


def _digest(written: _PassageLists, group: str, rows: Sequence[Row]) -> Digest:
    heads, short = (
        [row for row in rows if row["head"] == row["same"]],
        written.passages.source.short,
    )
    if short:
        heads.sort(key=lambda row: (-len(row["agencies"]), -row["size"]))
    return Digest(
        group,
        Count.of(rows),
        tuple(_extract(written, row) for row in heads[: MOST_SHORT if short else MOST]),
    )


def _extract(written: _PassageLists, row: Row) -> Extract:
    passages, index = written.passages, row["same"]
    source, columns = passages.source, passages.spec.by_key
    beside = [(columns[source.group].title, row["group"])] if source.short and source.group else []
    agreed = ((key, passages.attributes[key].agreed[index]) for key in source.more)
    beside += [(columns[key].title, value) for key, value in agreed if value is not None]
    places = tuple(written.places[at] for at in passages.members[index])
    others = [
        Variation(agencies, passages.variants[same].changes)
        for same, agencies in written.near.get(index, [])
    ]
    told = sorted(others, key=lambda each: not negates(each.changes))[:MOST_VARIANTS]
    return Extract(
        extract(row["text"]), row["agencies"], places, tuple(beside), tuple(told), len(others)
    )


def extract(text: str) -> str:
    """Return the text on one line, cut at the end of a sentence if it is too long.

    If no sentence ends early enough, it is cut at the end of a word.
    """
    plain = _SPACES.sub(" ", text).strip()
    if len(plain) <= LONGEST:
        return plain
    room = plain[:LONGEST]
    sentence = _SENTENCE.match(room)
    return (
        sentence[0] if sentence and len(sentence[0]) > LONGEST / 3 else room.rsplit(" ", 1)[0]
    ) + CUT
