"""Rules put to frames through pandera: which rows of which table break which rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa

from schemas.columns import TableSpec
from schemas.frame import schema_of
from schemas.round.round import Round
from schemas.rules.base import CrossRule, Mask, Rule

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Broken:
    """A rule of one table and the index of the rows that break it."""

    spec: TableSpec
    rule: Rule
    index: pd.Index


@dataclass(frozen=True)
class CrossBroken:
    """A rule between tables; ``rows`` has ``row_index`` into its table's frame and the group's numbers."""

    rule: CrossRule
    rows: pd.DataFrame


def failing(verdicts: Mapping[str, Mask], index: pd.Index) -> dict[str, pd.Index]:
    """The index of the False ones of each verdict that has some, by label.

    pandera is given a boolean column a verdict, because a check of a whole frame reports each failing row once per column.
    """
    doubtful = {label: verdict for label, verdict in verdicts.items() if not verdict.all()}  # pandera costs by the column, rows or none
    if not doubtful:
        return {}
    schema = pa.DataFrameSchema({label: pa.Column(bool, pa.Check(_holds, error=label)) for label in doubtful})
    try:
        schema.validate(pd.DataFrame(doubtful, index=index), lazy=True, inplace=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        return {str(label): pd.Index(rows["index"].astype("int64")) for label, rows in cases.groupby("check", sort=False)}
    return {}


def _holds(verdict: pd.Series[bool]) -> pd.Series[bool]:
    return verdict


def check_table(frame: pd.DataFrame, spec: TableSpec, round_: Round) -> list[Broken]:
    """All rules of one table over the frame of a batch.

    Raises:
        pandera.errors.SchemaError: a declared column has a wrong type: a fault of the program, not of a return.

    """
    if frame.empty:
        return []
    schema_of(spec).validate(frame, inplace=True)
    verdicts = {rule.label: rule.holds(frame, spec, round_) for rule in spec.rules}
    broken = failing(verdicts, frame.index)
    return [Broken(spec, rule, broken[rule.label]) for rule in spec.rules if rule.label in broken]


Faults = dict[tuple[str, str], set[int]]
"""Submissions with a fault, by table and column."""


def errors_in(broken: Iterable[Broken], frames: Frames) -> Faults:
    """Submissions with an error of a row rule, by the table and columns in which the mistake may be."""
    found: Faults = {}
    for each in broken:
        if each.rule.severity == "E":
            rows = frames[each.spec.key]["submission"].to_numpy()[each.index.to_numpy()]
            for column in each.rule.involves(each.spec):
                found.setdefault((each.spec.key, column), set()).update(np.unique(rows).tolist())
    return found


def check_across(rule: CrossRule, frames: Frames, unjudged: Iterable[int], round_: Round) -> CrossBroken | None:
    """One rule between tables over the frames of a batch, but for the submissions ``unjudged``."""
    skipped = list(unjudged)
    needed = {key: _without(frames[key], skipped) if skipped else frames[key] for key in rule.needs(round_)}
    groups = rule.judge(needed, round_).reset_index(drop=True)
    if groups.empty:
        return None
    broken = failing({rule.label: groups["holds"].to_numpy(bool)}, groups.index)
    if not broken:
        return None
    failed = groups.loc[broken[rule.label]]
    return CrossBroken(rule, rule.rows(failed, needed, round_))


def _without(frame: pd.DataFrame, submissions: list[int]) -> pd.DataFrame:
    return frame[~frame["submission"].isin(submissions)]
