"""Find long texts that another agency's return has too, in the same or nearly the same words (N03).

Of nearly equal texts, the finding names the words that differ.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.check.current import ComparedColumn, Current, Found
from pipeline.model import Severity
from pipeline.text.similar import LONG, families
from pipeline.text.wording import Change, Token, differences, meaning, tokens, told
from schemas.columns import Column, Kind, TableSpec
from schemas.round.round import Round
from schemas.rules.catalogue import ALIKE
from schemas.rules.persons import spans

NAMED = 3
"""How many other agencies one sentence names."""
MOST_LETTERS = 500_000
"""The most letters of a return's long texts that are compared: fifteen cells as full as can be,
0.5 s. All other agencies wait meanwhile. Texts beyond are told in a note."""
_FEWEST_LETTERS = 500
"""A text counts for at least so many: it is looked up, and perhaps told, however short."""
_COMPARED = 8
"""A text is compared word by word with so many near texts of others, to find the nearest."""
_COMPARED_LETTERS = 100_000
"""The most letters of such texts, but for the first."""
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
    spent: Counter[int] = Counter()
    for spec in round_.row_tables:
        for column in long_texts(spec):
            yield from _in_column(ComparedColumn(column, spec, current, round_), spent)


def names(agencies: Iterable[str], round_: Round) -> str:
    """Return agencies by short name, each once; of many the first, and how many more."""
    return names_but(dict.fromkeys(agencies), (), round_)


def names_but(agencies: Mapping[str, object], without: Collection[str], round_: Round) -> str:
    """Return the same for ``agencies`` except ``without``, all of which are among them.

    Only the first few are looked up, because in a large round there may be thousands.
    """
    first = islice((code for code in agencies if code not in without), NAMED)
    named, more = (
        ", ".join(round_.by_agency[code].short_name for code in first),
        len(agencies) - len(without) - NAMED,
    )
    return named + (f", … (+{more})" if more > 0 else "")


def _in_column(place: ComparedColumn, spent: Counter[int]) -> Found:
    """Yield the findings on the texts of one column."""
    key = place.column.key
    frame = place.rows(least=LONG)
    frame = frame[np.array([len(text) >= LONG for text in frame[key]], dtype=bool)]
    if frame["agency"].nunique() < 2:  # noqa: PLR2004 one agency has no other to compare with
        return
    is_compared = np.array(_within_bounds(frame, key, spent), dtype=bool)
    for _, own in frame[~is_compared].groupby("submission", sort=True):
        number, finding = place.warning(
            ALIKE, "alike.not_compared", {"most": f"{MOST_LETTERS:,}".replace(",", ".")}, own
        )
        yield number, replace(finding, severity=Severity.NOTE)
    yield from _alike(place, frame[is_compared])


def _within_bounds(frame: pd.DataFrame, key: str, spent: Counter[int]) -> list[bool]:
    """Say for each row whether its text is compared; add the new texts' letters to ``spent``."""
    compared: dict[tuple[int, str], bool] = {}
    for number, text in zip(frame["submission"], frame[key], strict=True):
        if (number, text) not in compared:
            letters = spent[number] + max(len(text), _FEWEST_LETTERS)
            compared[number, text] = letters <= MOST_LETTERS
            spent[number] = letters if letters <= MOST_LETTERS else spent[number]
    return [compared[row] for row in zip(frame["submission"], frame[key], strict=True)]


def _alike(place: ComparedColumn, frame: pd.DataFrame) -> Found:
    """Yield the findings on texts that are compared, family by family."""
    key = place.column.key
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

    In a large round thousands of agencies write the same, and one return may hold a thousand such
    texts: no text is searched among all others, and none is split into words twice.
    """

    texts: Mapping[str, Mapping[str, str]]
    """Each agency's texts as written, by normalised text; agencies in the order of submissions."""
    saying: Mapping[str, Mapping[str, None]]
    """Agencies by normalised text."""
    nears: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """What :meth:`near` returned."""
    words: dict[str, list[Token]] = field(default_factory=dict)
    """What :meth:`tokens` returned."""

    @classmethod
    def of(cls, group: pd.DataFrame, key: str) -> _Family:
        """Return the family of some rows."""
        texts: defaultdict[str, dict[str, str]] = defaultdict(dict)
        saying: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for agency, says, text in zip(group["agency"], group["says"], group[key], strict=True):
            texts[agency].setdefault(says, text)
            saying[says][agency] = None
        return cls(texts, saying)

    def near(self, says: str) -> list[tuple[str, str]]:
        """Return (agency, text) of agencies without this text, each normalised text once.

        They are at most ``_COMPARED``, and fewer if they are very long.
        """
        if says not in self.nears:
            self.nears[says] = self._near(says)
        return self.nears[says]

    def _near(self, says: str) -> list[tuple[str, str]]:
        chosen: dict[str, tuple[str, str]] = {}
        letters = 0
        for agency, texts in self.texts.items():
            if agency in self.saying[says]:
                continue
            for other, text in texts.items():
                if other in chosen:
                    continue
                letters += len(text)
                if chosen and (len(chosen) == _COMPARED or letters > _COMPARED_LETTERS):
                    return list(chosen.values())
                chosen[other] = agency, text
        return list(chosen.values())

    def tokens(self, text: str) -> list[Token]:
        """Return the words of one of the texts."""
        if text not in self.words:
            self.words[text] = tokens(text)
        return self.words[text]


def _told(place: ComparedColumn, own: pd.DataFrame, family: _Family, says: str) -> Found:
    """Yield the warnings for one text of a return: who has the same, who has nearly the same."""
    agency, same = str(own["agency"].iloc[0]), family.saying[says]
    if len(same) > 1:
        yield place.warning(ALIKE, "alike", {"others": names_but(same, {agency}, place.round)}, own)
    if len(family.texts) > len(same):
        nearest = _nearest(str(own[place.column.key].iloc[0]), family, says)
        words = {
            "others": names_but(family.texts, same, place.round),
            "nearest": names([nearest.agency], place.round),
        }
        yield place.warning(
            ALIKE, "alike.near", {**words, "differences": told(nearest.changes)}, own
        )


class _Near(NamedTuple):
    """A near text of another agency: whose it is, and what differs."""

    agency: str
    text: str
    changes: Sequence[Change]

    @property
    def size(self) -> int:
        """The number of letters that differ."""
        return sum(
            end - start for change in self.changes for start, end in (change.one, change.other)
        )


def _nearest(text: str, family: _Family, says: str) -> _Near:
    """Find the text of another agency that differs least.

    Names of persons in it are not told.
    """
    own = family.tokens(text)
    compared = (
        _Near(agency, other, differences(other, text, family.tokens(other), own))
        for agency, other in family.near(says)
    )
    nearest = min(compared, key=lambda near: near.size)
    persons = spans(nearest.text)
    return nearest._replace(
        changes=[
            change._replace(was=_ELLIPSIS) if _overlaps(change.one, persons) else change
            for change in nearest.changes
        ]
    )


def _overlaps(letters: tuple[int, int], persons: Sequence[tuple[int, int]]) -> bool:
    """Whether letters are among those of persons, who are in order and apart."""
    first = bisect_right(persons, letters[0], key=itemgetter(1))
    return first < len(persons) and persons[first][0] < letters[1]
