"""The catalogue of rules: every rule with its severity and the module that decides it.

A round declares the rules of rows and between tables; its schemas decide them. The program's own
rules hold in every round and are decided elsewhere: about workbooks as such (S), an agency's own
totals (T02), deadline and sender (D), and returns compared with one another (N).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from schemas.rules.base import CrossRule, RowRule, Rule


@dataclass(frozen=True)
class CatalogueRule:
    """A rule as listed: id, severity, key of its sentences, module (or package) that decides it."""

    id: str
    severity: str
    message: str
    decided_in: str


OWN_TOTAL = "T02"
NOT_WORKBOOK = "S01"
SHEET_MISSING = "S05"
LATE = "D01"
NOT_COMPARED = "not_compared"
"""The message of a rule between tables that was skipped: other errors would explain its finding."""

PROGRAM_RULES = (
    CatalogueRule(NOT_WORKBOOK, "E", "not_workbook", "pipeline.collect"),
    CatalogueRule("S02", "E", "unknown_agency", "pipeline.collect.sender.identify"),
    CatalogueRule("S03", "E", "stamp_disagrees", "pipeline.collect.sender.identify"),
    CatalogueRule("S03", "W", "file_name_disagrees", "pipeline.collect.sender.identify"),
    CatalogueRule("S03", "W", "name_disagrees", "pipeline.collect.sender.identify"),
    CatalogueRule("S03", "W", "assignment_disagrees", "pipeline.collect.sender.identify"),
    CatalogueRule("S04", "E", "other_round", "pipeline.collect.read"),
    CatalogueRule("S04", "W", "other_version", "pipeline.collect.sender.stamp"),
    CatalogueRule("S04", "W", "other_window", "pipeline.collect.read"),
    CatalogueRule("S04", "N", "older_version", "pipeline.collect.sender.stamp"),
    CatalogueRule(SHEET_MISSING, "E", "sheet_missing", "pipeline.collect.tables.locate"),
    CatalogueRule(SHEET_MISSING, "W", "sheet_missing", "pipeline.collect.tables.locate"),
    CatalogueRule(SHEET_MISSING, "E", "sheet_matched", "pipeline.collect.tables.locate"),
    CatalogueRule(SHEET_MISSING, "N", "sheet_matched", "pipeline.collect.tables.locate"),
    CatalogueRule("S06", "E", "column_missing", "pipeline.collect.tables"),
    CatalogueRule("S06", "N", "column_matched", "pipeline.collect.tables.columns"),
    CatalogueRule("S07", "W", "column_unknown", "pipeline.collect.tables.stray"),
    CatalogueRule("S09", "W", "not_calculated", "pipeline.collect.formulas.doubts"),
    CatalogueRule("S10", "E", "merged_required", "pipeline.collect.tables.merged"),
    CatalogueRule("S10", "W", "merged", "pipeline.collect.tables.merged"),
    CatalogueRule("S11", "W", "stray", "pipeline.collect"),
    CatalogueRule("S11", "N", "stray", "pipeline.collect"),
    CatalogueRule("S12", "W", "active_content", "pipeline.collect.read"),
    CatalogueRule(OWN_TOTAL, "E", "own_total", "pipeline.check.totals"),
    CatalogueRule("N01", "W", "same_decision", "pipeline.check.agencies"),
    CatalogueRule("N01", "N", "same_decision", "pipeline.check.agencies"),
    CatalogueRule("N02", "W", "far_from_peers", "pipeline.check.outliers"),
    CatalogueRule("N02", "W", "out_of_scale", "pipeline.check.outliers"),
    CatalogueRule("N03", "W", "alike", "pipeline.check.copies"),
    CatalogueRule("N03", "N", "alike", "pipeline.check.copies"),
    CatalogueRule("N04", "N", "changed", "pipeline.check.changes"),
    CatalogueRule("N04", "W", "changed", "pipeline.check.changes"),
    CatalogueRule("N04", "W", "jumped", "pipeline.check.changes"),
    CatalogueRule("N04", "N", "unchanged", "pipeline.check.changes"),
    CatalogueRule(LATE, "N", "late", "pipeline.stages.lateness"),
    CatalogueRule("D02", "N", "sender_unknown", "pipeline.stages.senders"),
)
COMPARING = ("D02", "N01", "N02", "N03", "N04")
"""Rules about other returns or the address book. Judged last: they change without the agency."""
SAME, FAR, ALIKE = BETWEEN_AGENCIES = ("N01", "N02", "N03")
"""Rules that compare the returns that count. They are never errors: an error would stop a return
from counting, and so change what they compare."""
OUT_OF_PROPORTION = (FAR, "V10")
"""Rules that warn of figures far too large or small. The figures count all the same."""
BINDING = ("S01", "S02", "S03", "S04")
"""Rules that can't be waived: without them it isn't known whose return a file is."""


class RoundRules(Protocol):
    """A round, as far as its rules are listed."""

    @property
    def rules(self) -> Mapping[str, tuple[RowRule, ...]]:
        """The rules of rows, by table."""

    @property
    def cross_rules(self) -> tuple[CrossRule, ...]:
        """The rules between tables."""


def catalogue(round_: RoundRules) -> tuple[CatalogueRule, ...]:
    """List every rule of a round once, sorted by id."""
    declared = (_listed(rule) for rule in _declared(round_))
    return tuple(
        sorted({*PROGRAM_RULES, *declared}, key=lambda rule: (rule.id, rule.severity, rule.message))
    )


def _declared(round_: RoundRules) -> Iterator[Rule]:
    for rules in round_.rules.values():
        yield from rules
    yield from round_.cross_rules


def _listed(rule: Rule) -> CatalogueRule:
    return CatalogueRule(rule.id, rule.severity, rule.message, type(rule).__module__)
