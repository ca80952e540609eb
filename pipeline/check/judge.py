"""The judgement of a batch of submissions: frames, findings, verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.check import findings as found
from pipeline.check import policy, rules
from pipeline.check.frames import Readings, build
from pipeline.check.totals import of_totals
from pipeline.check.verdicts import ORDER, effective, verdict
from pipeline.model import Decision, Finding, Reading, Severity, Verdict
from schemas.round.round import Round, RuleState
from schemas.rules.base import CrossRule, Rule

_KINDS = "SVRTXND"
"""First letters of rules in the order in which a clerk corrects: a wrong cell explains a wrong row, that a wrong sum."""


@dataclass(frozen=True)
class Judgement:
    """What became of a batch: typed frames with a column ``has_error``, findings and verdicts by submission."""

    frames: Mapping[str, pd.DataFrame]
    findings: Mapping[int, tuple[Finding, ...]]
    verdicts: Mapping[int, Verdict]


Waived = Mapping[int, Mapping[str, Decision]]
"""The rules that don't bind a submission, or otherwise than others, with the decisions that say so."""


def judge(readings: Readings, names: Mapping[int, str], round_: Round, waived: Waived | None = None) -> Judgement:
    """Check all submissions of a batch at once; ``names`` are the files' names for the findings."""
    freed = waived or {}
    batch = _Batch(readings, round_, freed)
    errors = batch.check_rows()
    for rule in round_.cross_rules:
        batch.check_across(rule, errors)
    batch.check_totals(errors)
    complete = {
        number: _complete(effective(listed, freed.get(number, {}), round_), readings[number], names[number])
        for number, listed in batch.findings.items()
    }
    return Judgement(batch.frames, complete, {number: verdict(listed) for number, listed in complete.items()})


class _Batch:
    """A batch while it is judged: its frames (with ``has_error``) and the findings so far."""

    def __init__(self, readings: Readings, round_: Round, waived: Waived) -> None:
        self.round_, self.waived = round_, waived
        self.usable = {number: reading for number, reading in readings.items() if reading.tables}
        self.frames = {key: frame.assign(has_error=False) for key, frame in build(self.usable, round_).items()}
        self.present = {number: _present(reading) for number, reading in self.usable.items()}
        self.findings = {number: list(reading.findings) for number, reading in readings.items()}
        self.across: rules.Faults = {}

    def check_rows(self) -> rules.Faults:
        """All rules of rows and tables; returns where there are errors."""
        every = [each for spec in self.round_.tables for each in rules.check_table(self.frames[spec.key], spec, self.round_)]
        broken = [each for each in every if policy.severity(each.rule.id, each.rule.severity, self.round_)]
        for each in broken:
            self._mark(each.spec.key, each.rule, each.index.to_numpy())
            if not each.rule.together:
                self._add(found.of_rows(each, self.frames[each.spec.key], self.usable, self.round_))
        self._add(found.together([each for each in broken if each.rule.together], self.frames, self.usable))
        return rules.errors_in([each for each in broken if self.round_.state_of(each.rule.id) is not RuleState.BETA], self.frames)

    def check_across(self, rule: CrossRule, errors: rules.Faults) -> None:
        """One rule between tables, but for submissions in which it would only echo other errors."""
        needed, rests = {*rule.needs(self.round_)}, rule.rests_on(self.round_)
        places = {*rests, (rule.table, rule.at)}  # where it rests, and where its findings stand
        lacking = {number for number, (tables, columns) in self.present.items() if not (needed <= tables and places <= columns)}
        echoing = set().union(*(errors.get(place, set()) for place in rests)) - lacking
        if rule.announced:
            self._tell(rule, echoing)
        broken = rules.check_across(rule, self.frames, lacking | echoing, self.round_)
        if broken is not None:
            self._mark(rule.table, rule, broken.rows["row_index"].to_numpy())
            if rule.severity == Severity.ERROR:
                self.across.setdefault((rule.table, rule.at), set()).update(broken.rows["submission"].tolist())
            self._add(found.of_groups(broken, self.frames, self.usable, self.round_))

    def _tell(self, rule: CrossRule, skipped: Iterable[int]) -> None:
        """One note a submission and rule id, however many comparisons the rule makes."""
        for number in sorted(skipped):
            if not any(told.rule == rule.id and told.message == found.NOT_COMPARED for told in self.findings[number]):
                self._add([found.not_compared(rule, number, self.usable, self.round_)])

    def check_totals(self, errors: rules.Faults) -> None:
        """The agencies' own total rows, last: any other error in a column explains why its sum differs."""
        every = {place: errors.get(place, set()) | self.across.get(place, set()) for place in {*errors, *self.across}}
        self._add(of_totals(self.usable, every, self.round_))

    def _mark(self, table: str, rule: Rule | CrossRule, index: np.ndarray[Any, Any]) -> None:
        """Rows with an error, as grave as the rule is for their agency."""
        usual = policy.severity(rule.id, rule.severity, self.round_)
        own = {number: policy.for_agency(usual, held[rule.id]) for number, held in self.waived.items() if rule.id in held}
        others = [number for number, severity in own.items() if (severity == Severity.ERROR) != (usual == Severity.ERROR)]
        grave = self.frames[table].loc[index, "submission"].isin(others) != (usual == Severity.ERROR)
        self.frames[table].loc[index[grave.to_numpy()], "has_error"] = True

    def _add(self, more: Iterable[tuple[int, Finding]]) -> None:
        for submission, finding in more:
            self.findings[submission].append(finding)


def _present(reading: Reading) -> tuple[set[str], set[tuple[str, str]]]:
    """The tables and the columns that a file has."""
    return {*reading.tables}, {(key, column) for key, table in reading.tables.items() for column in table.states}


def _complete(listed: Iterable[Finding], reading: Reading, name: str) -> tuple[Finding, ...]:
    """Findings with their agency and file: errors first, then sheet by sheet what explains others first, from top to bottom."""
    sheets = {table.sheet: order for order, table in enumerate(reading.tables.values())}
    named = [replace(finding, agency=reading.agency, file=name) for finding in listed]
    return tuple(sorted(named, key=lambda f: (ORDER[f.severity], sheets.get(f.sheet, -1), _KINDS.find(f.rule[0]), f.rule, _row(f))))


def _row(finding: Finding) -> int:
    digits = "".join(filter(str.isdigit, finding.cells[0])) if finding.cells else ""
    return int(digits or 0)
