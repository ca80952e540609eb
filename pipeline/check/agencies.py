"""Judge the returns of different agencies by one another (N01–N03). Frames in, findings out.

None of these findings is an error: a correct return may well look like another.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from pipeline.check.copies import copies, names_but
from pipeline.check.current import ComparedColumn, Current, Found
from pipeline.check.outliers import outliers
from pipeline.model import Finding, Severity
from pipeline.text.names import normalise, strip_accents
from schemas.round.round import Round
from schemas.rules.catalogue import BETWEEN_AGENCIES, SAME

RULES = BETWEEN_AGENCIES
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"^0+(?=\d)")


def across(current: Current, round_: Round) -> dict[int, list[Finding]]:
    """Return the findings of N01–N03 by submission number."""
    listed: defaultdict[int, list[Finding]] = defaultdict(list)
    for rule in (_same_decisions, outliers, copies):
        for number, finding in rule(current, round_):
            listed[number].append(finding)
    return dict(listed)


def _decisions(round_: Round) -> Sequence[Sequence[str]]:
    """Return tables, each with the keys of its columns for a decision's number and day."""
    return round_.settings.across.decisions


# --- N01: one decision, two agencies --------------------------------------------------------------


def decision(number: str) -> str:
    """Return a decision's number for comparing: 012 / QĐ-ABC and 12/QD-ABC → 12/qd-abc."""
    return _NUMBER.sub("", strip_accents(normalise(number)).replace(" ", ""))


def _same_decisions(current: Current, round_: Round) -> Found:
    """Warn of decisions whose number another agency has too, table by table."""
    for table, number, date in _decisions(round_):
        spec = round_.by_key[table]
        place = ComparedColumn(spec.by_key[number], spec, current, round_)
        sharing = _sharing(place)
        if not sharing:
            continue
        frame = place.rows(date, of=sharing)
        keyed = frame.assign(key=[_key(text) for text in frame[number]])
        keyed = keyed[
            (keyed["key"] != "") & (keyed.groupby("key")["agency"].transform("nunique") > 1)
        ]
        for _, group in keyed.groupby("key", sort=True):
            yield from _shared_decision(group, place, date)


def _sharing(place: ComparedColumn) -> list[int]:
    """Return the submissions with a decision number that another submission has too.

    Twelve bytes per number are kept, and some thirty while they are sorted (a frame takes ten times
    that): a hash and the submission. A collision does no harm: numbers are compared later.
    """
    kept_hashes, kept_submissions = array("q"), array("i")
    for part in place.parts():
        keys = map(_key, part[place.column.key])
        for submission, key in zip(part["submission"].tolist(), keys, strict=True):
            if key:
                kept_hashes.append(hash(key))
                kept_submissions.append(submission)
    hashes = np.frombuffer(kept_hashes, dtype="int64")
    submissions = np.frombuffer(kept_submissions, dtype="int32")
    order = np.argsort(hashes, kind="stable")
    hashes, submissions = hashes[order], submissions[order]
    # equal hashes are still in the order of submissions
    is_shared = (hashes[1:] == hashes[:-1]) & (submissions[1:] != submissions[:-1])
    shared = np.unique(hashes[1:][is_shared])
    return np.unique(submissions[np.isin(hashes, shared)]).tolist()  # type: ignore[no-any-return]


def _key(number: object) -> str:
    """Return a decision's number in the form for comparing; blank if it has no digit."""
    key = decision(str(number))
    return key if _DIGIT.search(key) else ""


def _shared_decision(group: pd.DataFrame, place: ComparedColumn, date: str) -> Found:
    """Report a shared decision number to each agency that has it.

    With different days it is a note only: two issuers often have the same number.
    """
    deciders = _Deciders.of(group, date)
    for _, own in group.groupby("submission", sort=True):
        same = deciders.on(_day(day) for day in own[date])
        is_doubtful = len(same) > 1
        others = names_but(
            same if is_doubtful else deciders.agencies, {own["agency"].iloc[0]}, place.round
        )
        message = "same_decision" if is_doubtful else "same_decision.other_days"
        found, finding = place.warning(
            SAME, message, {"others": others, "value": str(own[place.column.key].iloc[0])}, own
        )
        yield found, finding if is_doubtful else replace(finding, severity=Severity.NOTE)


@dataclass
class _Deciders:
    """The agencies with decisions of one number, in order, and by day.

    Many agencies have a "12/QĐ-…". So answers are kept: no agency is searched among all others
    twice.
    """

    agencies: dict[str, None]
    by_day: Mapping[object, dict[str, None]]
    known: dict[frozenset[object], dict[str, None]] = field(default_factory=dict)

    @classmethod
    def of(cls, group: pd.DataFrame, date: str) -> _Deciders:
        """Return those of the rows of one number."""
        by_day: defaultdict[object, dict[str, None]] = defaultdict(dict)
        for agency, day in zip(group["agency"], group[date], strict=True):
            by_day[_day(day)][agency] = None
        return cls(dict.fromkeys(group["agency"]), by_day)

    def on(self, days: Iterable[object]) -> dict[str, None]:
        """Return the agencies that may have decided on one of these days.

        They include agencies that give no day. If one of ``days`` is unknown, return all agencies.
        """
        asked = frozenset(days)
        if None in asked:
            return self.agencies
        if asked not in self.known:
            found = {agency for day in (*asked, None) for agency in self.by_day.get(day, ())}
            self.known[asked] = (
                {agency: None for agency in self.agencies if agency in found}
                if len(found) > 1
                else dict.fromkeys(found)
            )
        return self.known[asked]


def _day(date: object) -> object:
    return None if pd.isna(date) else date  # type: ignore[call-overload]
