"""Validate frames by the schemas of a round: which rows of which table break which rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa

from schemas.frame import schema_of, schema_of_groups
from schemas.round.round import Round
from schemas.rules.base import ColumnKey, CrossRule, Mask, RowRule

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Broken:
    """A rule of one table, and the index of the rows that break it."""

    rule: RowRule
    index: pd.Index


@dataclass(frozen=True)
class CrossBroken:
    """A rule between tables, and the rows that break it.

    ``rows``: ``row_index`` (into the frame of the rule's table) and the numbers of the row's group.
    """

    rule: CrossRule
    rows: pd.DataFrame


def masks(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> dict[str, Mask]:
    """Return for each check that fails somewhere which rows meet it, by the check's label.

    Raises ``SchemaError`` of pandera if a declared column is missing or of a wrong type, or if a
    rule raised an exception: bugs of the program, not faults of a return.
    """
    try:
        schema.validate(frame, lazy=True, inplace=True)
    except pa.errors.SchemaErrors as failed:
        return dict(_mask(error) for error in failed.schema_errors)
    return {}


def _mask(error: pa.errors.SchemaError) -> tuple[str, Mask]:
    if not isinstance(error.check, pa.Check) or error.check_output is None:
        raise error
    return str(error.check.name), error.check_output.to_numpy()


def check_table(frame: pd.DataFrame, table: str, round_: Round) -> list[Broken]:
    """Return the broken rules of one table over the frame of a batch; raises as :func:`masks`."""
    if frame.empty:
        return []
    found = masks(schema_of(round_, table), frame)
    return [
        Broken(rule, frame.index[~found[rule.label]])
        for rule in round_.rules[table]
        if rule.label in found
    ]


Faults = dict[ColumnKey, set[int]]
"""Submissions with an error, by table and column."""


def errors_in(broken: Iterable[Broken], frames: Frames, round_: Round) -> Faults:
    """Return submissions with an error of a row rule, by table and column of the mistake."""
    found: Faults = {}
    for each in broken:
        if each.rule.severity == "E":
            rows = frames[each.rule.table]["submission"].to_numpy()[each.index.to_numpy()]
            for column in each.rule.involves(round_):
                found.setdefault((each.rule.table, column), set()).update(np.unique(rows).tolist())
    return found


def check_across(
    rule: CrossRule, frames: Frames, unjudged: Iterable[int], round_: Round
) -> CrossBroken | None:
    """Check one rule between tables over the frames of a batch; None if no row breaks it.

    Submissions in ``unjudged`` are left out.
    """
    skipped = list(unjudged)
    needed = {
        key: _without(frames[key], skipped) if skipped else frames[key]
        for key in rule.tables(round_)
    }
    if needed[rule.table].empty:  # no row that could break it
        return None
    groups = rule.judge(needed, round_).reset_index(drop=True)
    if groups.empty:
        return None
    found = masks(schema_of_groups(rule, round_), groups)
    if not found:
        return None
    return CrossBroken(rule, rule.rows(groups[~found[rule.label]], needed, round_))


def _without(frame: pd.DataFrame, submissions: list[int]) -> pd.DataFrame:
    return frame[~frame["submission"].isin(submissions)]
