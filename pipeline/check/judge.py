"""Judge a batch of submissions, in one direction: frames, broken rules, findings, verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import pandas as pd

from pipeline.check import findings, policy
from pipeline.check.frames import Readings, build
from pipeline.check.rules import Broken, CrossBroken, Faults, check_across, check_table, errors_in
from pipeline.check.totals import of_totals
from pipeline.check.verdicts import ORDER, effective, verdict
from pipeline.model import Decision, Finding, Reading, Severity, Verdict
from schemas.columns import State
from schemas.round.round import Round
from schemas.round.settings import RuleState
from schemas.rules.base import ColumnKey, CrossRule, Rule
from schemas.rules.catalogue import SHEET_MISSING

_KINDS = "SVRTXND"
"""First letters of rules, in the order in which a clerk corrects: a wrong cell explains a wrong
row, a wrong row explains a wrong sum. (S file, V cell, R row, T table, X between tables, N between
returns, D receipt.)"""

_NOT_ASKED = int(State.NOT_ASKED)
"""As a plain int: it is compared for each column of each file, and comparing NumPy values with
an enum member is slow."""


@dataclass(frozen=True)
class Judgement:
    """The result for a batch: frames with ``has_error``; findings and verdicts by submission."""

    frames: Mapping[str, pd.DataFrame]
    findings: Mapping[int, tuple[Finding, ...]]
    verdicts: Mapping[int, Verdict]


Waived = Mapping[int, Mapping[str, Decision]]
"""By submission: decisions that waive a rule or change its severity, by rule id."""


def judge(
    readings: Readings, names: Mapping[int, str], round_: Round, waived: Waived | None = None
) -> Judgement:
    """Judge all submissions of a batch at once. ``names``: file names by submission."""
    freed = waived or {}
    usable = {number: reading for number, reading in readings.items() if reading.tables}
    frames = build(usable, round_)
    broken = _broken_rows(frames, round_)
    # a beta rule gives notes only, so it explains no error of another rule
    errors = errors_in(
        [each for each in broken if round_.state_of(each.rule.id) is not RuleState.BETA],
        frames,
        round_,
    )
    compared = list(_compared(frames, usable, errors, round_))
    found = chain(
        _of_rows(broken, frames, usable, round_),
        _of_comparisons(compared, frames, usable, round_),
        of_totals(usable, _with_comparisons(errors, compared), round_),
    )
    listed = {number: list(reading.findings) for number, reading in readings.items()}
    for number, finding in found:
        listed[number].append(finding)
    complete = {
        number: _complete(
            effective(each, freed.get(number, {}), round_), readings[number], names[number]
        )
        for number, each in listed.items()
    }
    marked = _marked(frames, broken, compared, freed, round_)
    return Judgement(marked, complete, {number: verdict(each) for number, each in complete.items()})


# --- rules of rows --------------------------------------------------------------------------------


def _broken_rows(frames: Mapping[str, pd.DataFrame], round_: Round) -> list[Broken]:
    """Return the rules within tables that are in use and that some row breaks."""
    every = chain.from_iterable(
        check_table(frames[spec.key], spec.key, round_) for spec in round_.tables
    )
    return [each for each in every if policy.severity(each.rule.id, each.rule.severity, round_)]


def _of_rows(
    broken: Sequence[Broken], frames: Mapping[str, pd.DataFrame], readings: Readings, round_: Round
) -> findings.Found:
    for each in broken:
        if not each.rule.together:
            yield from findings.of_rows(each, frames[each.rule.table], readings, round_)
    yield from findings.together(
        [each for each in broken if each.rule.together], frames, readings, round_
    )


# --- rules between tables -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Comparison:
    """The result of one rule between tables.

    ``broken``: the rows that break it. ``explained``: submissions that were not compared, because
    errors in them would explain what the rule finds.
    """

    rule: CrossRule
    broken: CrossBroken | None
    explained: frozenset[int]


def _compared(
    frames: Mapping[str, pd.DataFrame], readings: Readings, errors: Faults, round_: Round
) -> Iterator[_Comparison]:
    """Judge each rule between tables.

    Left out are submissions that lack a column or sheet it needs, and those with errors that would
    explain what it finds.
    """
    columns = {number: _columns_of(reading) for number, reading in readings.items()}
    lost = {number: _lost_tables(reading, round_) for number, reading in readings.items()}
    for rule in round_.cross_rules:
        needs, tables = rule.needs(round_), {*rule.tables(round_)}
        lacking = {
            number for number in readings if not needs <= columns[number] or tables & lost[number]
        }
        explained = (
            frozenset().union(*(errors.get(place, set()) for place in rule.explained_by(round_)))
            - lacking
        )
        broken = check_across(rule, frames, lacking | explained, round_)
        in_use = policy.severity(rule.id, rule.severity, round_)
        yield _Comparison(rule, broken if in_use else None, explained)


def _columns_of(reading: Reading) -> set[ColumnKey]:
    """Return the columns that a file has, as pairs of table and column."""
    return {
        (key, column)
        for key, table in reading.tables.items()
        for column, states in table.states.items()
        if not (len(states) and states[0] == _NOT_ASKED)
    }


def _lost_tables(reading: Reading, round_: Round) -> set[str]:
    """Return the tables whose required sheet a file lacks (S05 as an error).

    That error explains what a comparison with such a table finds.
    """
    sheets = {
        each.sheet
        for each in reading.findings
        if each.rule == SHEET_MISSING and each.severity is Severity.ERROR
    }
    return {
        spec.key
        for spec in round_.tables
        if spec.sheet in sheets and spec.key not in reading.tables
    }


def _of_comparisons(
    compared: Iterable[_Comparison],
    frames: Mapping[str, pd.DataFrame],
    readings: Readings,
    round_: Round,
) -> findings.Found:
    """Yield the findings of rules between tables.

    If a rule was skipped for a submission, one note says so, even where several rules share the id.
    """
    told: set[tuple[str, int]] = set()
    for each in compared:
        skipped = sorted(
            number
            for number in each.explained
            if each.rule.announced and (each.rule.id, number) not in told
        )
        told |= {(each.rule.id, number) for number in skipped}
        yield from (
            findings.not_compared(each.rule, number, readings, round_) for number in skipped
        )
        if each.broken is not None:
            yield from findings.of_groups(each.broken, frames, readings, round_)


def _with_comparisons(errors: Faults, compared: Iterable[_Comparison]) -> Faults:
    """Add errors between tables to those of rows.

    Any error in a column explains why an agency's own total differs.
    """
    every = {place: {*numbers} for place, numbers in errors.items()}
    for each in compared:
        if each.broken is not None and each.rule.severity == Severity.ERROR:
            every.setdefault((each.rule.table, each.rule.at), set()).update(
                each.broken.rows["submission"].tolist()
            )
    return every


# --- rows with an error ---------------------------------------------------------------------------


def _marked(
    frames: Mapping[str, pd.DataFrame],
    broken: Iterable[Broken],
    compared: Iterable[_Comparison],
    waived: Waived,
    round_: Round,
) -> dict[str, pd.DataFrame]:
    """Return the frames with ``has_error``: True where a broken rule is an error there."""
    marks = {key: np.zeros(len(frame), dtype=bool) for key, frame in frames.items()}
    faults: list[tuple[Rule, np.ndarray]] = [(each.rule, each.index.to_numpy()) for each in broken]
    faults += [
        (each.rule, each.broken.rows["row_index"].to_numpy())
        for each in compared
        if each.broken is not None
    ]
    for rule, index in faults:
        submissions = frames[rule.table]["submission"].to_numpy()[index]
        marks[rule.table][index[_grave(rule, submissions, waived, round_)]] = True
    return {key: frame.assign(has_error=marks[key]) for key, frame in frames.items()}


def _grave(rule: Rule, submissions: np.ndarray, waived: Waived, round_: Round) -> np.ndarray:
    """Whether a broken rule is an error for each of these submissions."""
    usual = policy.severity(rule.id, rule.severity, round_)
    own = {
        number: policy.for_agency(usual, held[rule.id])
        for number, held in waived.items()
        if rule.id in held
    }
    others = [
        number
        for number, severity in own.items()
        if (severity == Severity.ERROR) != (usual == Severity.ERROR)
    ]
    grave: np.ndarray = np.isin(submissions, others) != (usual == Severity.ERROR)
    return grave


# --- findings in order ----------------------------------------------------------------------------


def _complete(listed: Iterable[Finding], reading: Reading, name: str) -> tuple[Finding, ...]:
    """Give findings their agency and file, and sort them.

    Errors first, then sheet by sheet, causes before effects (``_KINDS``), from top to bottom.
    """
    sheets = {table.sheet: order for order, table in enumerate(reading.tables.values())}
    named = [replace(finding, agency=reading.agency, file=name) for finding in listed]
    return tuple(
        sorted(
            named,
            key=lambda f: (
                ORDER[f.severity],
                sheets.get(f.sheet, -1),
                _KINDS.find(f.rule[0]),
                f.rule,
                _row(f),
            ),
        )
    )


def _row(finding: Finding) -> int:
    digits = "".join(filter(str.isdigit, finding.cells[0])) if finding.cells else ""
    return int(digits or 0)
