"""What a round's data makes of a rule: whether it is in use, and how grave it is."""

from __future__ import annotations

from dataclasses import replace

from pipeline.model import Finding, Severity
from schemas.round import Round, RuleState
from schemas.words import REMARK


def severity(rule: str, declared: str, round_: Round) -> str:
    """How grave a rule's findings are in this round; blank where it is not in use. A note stays a note."""
    state = round_.state_of(rule)
    if state in (RuleState.DRAFT, RuleState.RETIRED):
        return ""
    if declared == Severity.NOTE or state is RuleState.BETA:
        return Severity.NOTE
    return round_.severity_of(rule) or declared


def governed(finding: Finding, round_: Round) -> Finding | None:
    """The finding as the round's data wants it, with a remark that says so where it is another; none of a rule not in use."""
    effective = severity(finding.rule, finding.severity, round_)
    if not effective:
        return None
    if effective == finding.severity:
        return finding
    remark = "beta" if round_.state_of(finding.rule) is RuleState.BETA else "graded"
    return replace(finding, severity=Severity(effective), words={**finding.words, REMARK: remark})
