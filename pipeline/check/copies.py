"""Find long texts that another agency's return has too, in the same or nearly the same words (N03).

Of nearly equal texts, the finding names the words that differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.check.current import ComparedColumn, Current, Found
from pipeline.text.similar import LONG, families
from pipeline.text.wording import Change, differences, meaning, tokens, told
from schemas.columns import Column, Kind, TableSpec
from schemas.round.round import Round
from schemas.rules.catalogue import ALIKE
from schemas.rules.persons import spans

NAMED = 3
"""How many other agencies one sentence names."""
_COMPARED = 8
"""A text is compared word by word with so many near texts of others, to find the nearest."""
_ELLIPSIS = "…"


def long_texts(spec: TableSpec) -> list[Column]:
    """Return the columns of texts that may be long."""
    return [
        column
        for column in spec.columns
        if column.kind is Kind.TEXT and column.anonymous and column.max_length >= LONG
    ]


def copies(current: Current, round_: Round) -> Found:
    """Warn of each text that others have too, and of each that is nearly one of others."""
    for spec in round_.row_tables:
        for column in long_texts(spec):
            yield from _in_column(ComparedColumn(column, spec, current, round_))


def names(agencies: Iterable[str], round_: Round) -> str:
    """Return agencies by short name, each once; of many the first, and how many more."""
    return names_but(dict.fromkeys(agencies), (), round_)


def names_but(agencies: Mapping[str, None], without: Collection[str], round_: Round) -> str:
    """Return the same for ``agencies`` except ``without``, all of which are among them.

    Only the first few are looked up, because in a large round there may be thousands.
    """
    first = islice((code for code in agencies if code not in without), NAMED)
    named, more = (
        ", ".join(round_.by_agency[code].short_name for code in first),
        len(agencies) - len(without) - NAMED,
    )
    return named + (f", … (+{more})" if more > 0 else "")


def _in_column(place: ComparedColumn) -> Found:
    """Yield the findings on the texts of one column."""
    key = place.column.key
    frame = place.rows(least=LONG)
    frame = frame[np.array([len(text) >= LONG for text in frame[key]], dtype=bool)]
    if frame["agency"].nunique() < 2:  # noqa: PLR2004 one agency has no other to compare with
        return
    texts = [str(text) for text in frame[key]]
    frame = frame.assign(
        agency=frame["agency"].astype(str),
        family=families(texts),
        says=[meaning(text) for text in texts],
    )
    shared = frame.groupby("family")["agency"].transform("nunique") > 1
    for _, group in frame[shared].groupby("family", sort=True):
        family = _Family.of(group, key)
        for (_, says), own in group.groupby(["submission", "says"], sort=False):
            yield from _told(place, own, family, str(says))


@dataclass(frozen=True)
class _Family:
    """Texts that are equal or nearly so, grouped for lookup.

    In a large round thousands of agencies write the same: no text is searched among all others.
    """

    rows: Sequence[tuple[str, str, str]]
    """Agency, normalised text and text as written, in the order of submissions."""
    agencies: Mapping[str, None]
    saying: Mapping[str, Mapping[str, None]]
    """Agencies by normalised text."""

    @classmethod
    def of(cls, group: pd.DataFrame, key: str) -> _Family:
        """Return the family of some rows."""
        rows = list(zip(group["agency"], group["says"], group[key], strict=True))
        saying: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for agency, says, _ in rows:
            saying[says][agency] = None
        return cls(rows, dict.fromkeys(group["agency"]), saying)

    def near(self, without: Collection[str]) -> list[tuple[str, str]]:
        """Return (agency, text) of other texts in the family, each normalised text once.

        Agencies in ``without`` are skipped. At most ``_COMPARED`` are returned.
        """
        found: dict[str, tuple[str, str]] = {}
        for agency, says, text in self.rows:
            if says not in found and agency not in without:
                found[says] = agency, text
                if len(found) == min(_COMPARED, len(self.saying) - 1):
                    break
        return list(found.values())


def _told(place: ComparedColumn, own: pd.DataFrame, family: _Family, says: str) -> Found:
    """Yield the warnings for one text of a return: who has the same, who has nearly the same."""
    agency, same = str(own["agency"].iloc[0]), family.saying[says]
    if len(same) > 1:
        yield place.warning(ALIKE, "alike", {"others": names_but(same, {agency}, place.round)}, own)
    if len(family.agencies) > len(same):
        nearest = _nearest(str(own[place.column.key].iloc[0]), family.near(same))
        words = {
            "others": names_but(family.agencies, same, place.round),
            "nearest": names([nearest.agency], place.round),
        }
        yield place.warning(
            ALIKE, "alike.near", {**words, "differences": told(nearest.changes)}, own
        )


class _Near(NamedTuple):
    """A near text of another agency: how many characters differ, whose it is, what differs."""

    size: int
    agency: str
    changes: Sequence[Change]


def _nearest(text: str, others: Iterable[tuple[str, str]]) -> _Near:
    compared = (_compared(other, text, agency) for agency, other in others)
    return min(compared, key=lambda near: near.size)


def _compared(other: str, own: str, agency: str) -> _Near:
    """Compare another agency's text with this one; names of persons in the other's are not told."""
    persons = spans(other)
    changes = differences(other, own, tokens(other), tokens(own))
    size = sum(end - start for change in changes for start, end in (change.one, change.other))
    return _Near(
        size,
        agency,
        [
            change._replace(was=_ELLIPSIS) if _overlaps(change.one, persons) else change
            for change in changes
        ],
    )


def _overlaps(letters: tuple[int, int], persons: Sequence[tuple[int, int]]) -> bool:
    return any(start < letters[1] and letters[0] < end for start, end in persons)
