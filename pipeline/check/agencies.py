"""Rules across agencies (N01–N03): what the current returns of different agencies say of one another. Frames in, findings out.

None of them is an error: a right return may well be told that it looks like another.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.check.copies import copies, long_texts, names
from pipeline.check.current import ComparedColumn, Current, Found
from pipeline.check.outliers import outliers
from pipeline.model import Finding, Severity
from pipeline.text.names import normalise, strip_accents
from schemas.columns import TableSpec
from schemas.round.round import Round
from schemas.rules.catalogue import BETWEEN_AGENCIES, SAME

RULES = BETWEEN_AGENCIES
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"^0+(?=\d)")


def across(current: Current, round_: Round) -> dict[int, list[Finding]]:
    """The findings of N01–N03 by submission."""
    listed: defaultdict[int, list[Finding]] = defaultdict(list)
    for rule in (_same_decisions, outliers, copies):
        for number, finding in rule(current, round_):
            listed[number].append(finding)
    return dict(listed)


def looked_at(round_: Round) -> dict[str, list[str]]:
    """The columns that the rules across agencies look at, by table."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for table, *columns in (*_decisions(round_), *_measures(round_)):
        found[table] += columns
    for spec in round_.row_tables:
        if texts := [column.key for column in long_texts(spec)]:
            found[spec.key] += texts
    return {table: list(dict.fromkeys(columns)) for table, columns in found.items()}


def _decisions(round_: Round) -> Sequence[Sequence[str]]:
    """Tables with the columns of a decision's number and its day."""
    return round_.settings.across.decisions


def _measures(round_: Round) -> Sequence[Sequence[str]]:
    """Tables with a column of counts or amounts."""
    return round_.settings.across.measures


# --- N01: one decision, two agencies -----------------------------------------------------------------


def decision(number: str) -> str:
    """A decision's number as numbers are compared: 012 / QĐ-ABC, 12/QD-ABC → 12/qd-abc."""
    return _NUMBER.sub("", strip_accents(normalise(number)).replace(" ", ""))


def _same_decisions(current: Current, round_: Round) -> Found:
    for table, number, date in _decisions(round_):
        frame = current.tables[table].dropna(subset=[number])
        keyed = frame.assign(key=[decision(str(text)) for text in frame[number]])
        keyed = keyed[np.array([bool(_DIGIT.search(key)) for key in keyed["key"]], dtype=bool)]
        shared = keyed.groupby("key")["agency"].transform("nunique") > 1
        for _, group in keyed[shared].groupby("key", sort=True):
            yield from _shared_decision(group, round_.by_key[table], number, date, current, round_)


def _shared_decision(group: pd.DataFrame, spec: TableSpec, number: str, date: str, current: Current, round_: Round) -> Found:
    """The rows of one number, told to each agency; of different days, as the numbers of two issuers often are, it is a note only."""
    for submission, own in group.groupby("submission", sort=True):
        theirs = group[group["submission"] != submission]
        doubtful = theirs[date].isna() | theirs[date].isin(own[date]) | bool(own[date].isna().any())
        others = theirs[doubtful] if doubtful.any() else theirs
        words = {"others": names(others["agency"].astype(str), round_), "value": str(own[number].iloc[0])}
        message = "same_decision" if doubtful.any() else "same_decision.other_days"
        found, finding = ComparedColumn(spec.by_key[number], spec, current, round_).warning(SAME, message, words, own)
        yield found, finding if doubtful.any() else replace(finding, severity=Severity.NOTE)
