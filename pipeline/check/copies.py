"""N03: long texts that another agency's return has too, word for word or nearly so; nearly means that the words that differ are named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.check.current import ComparedColumn, Current, Found
from pipeline.text.similar import families
from pipeline.text.wording import Change, differences, meaning, tokens, told
from schemas.columns import Column, Kind, TableSpec
from schemas.round.round import Round
from schemas.rules.catalogue import ALIKE
from schemas.rules.persons import spans

LONG = 200
"""Characters from which a text is long enough to be compared."""
NAMED = 3
"""Other agencies that one sentence names."""
_COMPARED = 8
"""Near texts of others that a text is compared with word by word, to tell the nearest."""
_ELLIPSIS = "…"


def long_texts(spec: TableSpec) -> list[Column]:
    """Columns of texts that may be long."""
    return [column for column in spec.columns if column.kind is Kind.TEXT and column.anonymous and column.max_length >= LONG]


def copies(current: Current, round_: Round) -> Found:
    """Warn of each text that others have, and of each that is nearly that of others."""
    for spec in round_.row_tables:
        for column in long_texts(spec):
            yield from _in_column(ComparedColumn(column, spec, current, round_))


def names(agencies: Iterable[str], round_: Round) -> str:
    """The agencies by short name, each once; of many how many more."""
    codes = list(dict.fromkeys(agencies))
    named = ", ".join(round_.by_agency[code].short_name for code in codes[:NAMED])
    return named + (f", … (+{len(codes) - NAMED})" if len(codes) > NAMED else "")


def _in_column(place: ComparedColumn) -> Found:
    key = place.column.key
    frame = place.rows(least=LONG)
    frame = frame[np.array([len(text) >= LONG for text in frame[key]], dtype=bool)]
    if frame["agency"].nunique() < 2:  # noqa: PLR2004 alone there is nobody to be like
        return
    texts = [str(text) for text in frame[key]]
    frame = frame.assign(agency=frame["agency"].astype(str), family=families(texts), says=[meaning(text) for text in texts])
    shared = frame.groupby("family")["agency"].transform("nunique") > 1
    for _, group in frame[shared].groupby("family", sort=True):
        for (submission, says), own in group.groupby(["submission", "says"], sort=False):
            yield from _told(place, own, group[group["submission"] != submission], str(says))


def _told(place: ComparedColumn, own: pd.DataFrame, others: pd.DataFrame, says: str) -> Found:
    """The warnings of one text of a return: who has the same, and who else nearly the same."""
    same = others["says"] == says
    if same.any():
        yield place.warning(ALIKE, "alike", {"others": names(others.loc[same, "agency"], place.round)}, own)
    near = others[~same & ~others["agency"].isin(others.loc[same, "agency"])]
    if len(near):
        key = place.column.key
        nearest = _nearest(str(own[key].iloc[0]), near.drop_duplicates("says").head(_COMPARED), key)
        words = {"others": names(near["agency"], place.round), "nearest": names([nearest.agency], place.round)}
        yield place.warning(ALIKE, "alike.near", {**words, "differences": told(nearest.changes)}, own)


class _Near(NamedTuple):
    """Another agency's near text: how many letters differ, whose it is, and where."""

    size: int
    agency: str
    changes: Sequence[Change]


def _nearest(text: str, others: pd.DataFrame, key: str) -> _Near:
    compared = (_compared(str(other), text, agency) for other, agency in zip(others[key], others["agency"], strict=True))
    return min(compared, key=lambda near: near.size)


def _compared(other: str, own: str, agency: str) -> _Near:
    """Another agency's text compared with an own one; persons of another agency's text are not told."""
    persons = spans(other)
    changes = differences(other, own, tokens(other), tokens(own))
    size = sum(end - start for change in changes for start, end in (change.one, change.other))
    return _Near(size, agency, [change._replace(was=_ELLIPSIS) if _overlaps(change.one, persons) else change for change in changes])


def _overlaps(letters: tuple[int, int], persons: Sequence[tuple[int, int]]) -> bool:
    return any(start < letters[1] and letters[0] < end for start, end in persons)
