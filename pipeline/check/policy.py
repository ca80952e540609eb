"""Apply a round's settings and decisions to rules: which are in use, and with which severity."""

from __future__ import annotations

from dataclasses import replace

from pipeline.model import Decision, Finding, Severity
from schemas.round.round import Round
from schemas.round.settings import RuleState
from schemas.rules.catalogue import BETWEEN_AGENCIES
from schemas.words import REMARK, WAIVED, dmy


def severity(rule: str, declared: str, round_: Round) -> str:
    """Return the severity of a rule's findings in this round; blank if it is not in use.

    A note stays a note.
    """
    if not round_.uses(rule):
        return ""
    if declared == Severity.NOTE or round_.state_of(rule) is RuleState.BETA:
        return Severity.NOTE
    return _possible(rule, round_.severity_of(rule) or declared)


def for_agency(usual: str, waiver: Decision | None) -> str:
    """Return the severity for an agency with this waiver: a note, or what the waiver says.

    A note stays a note.
    """
    if waiver is None or usual in ("", Severity.NOTE):
        return usual
    return _possible(waiver.target, waiver.value or Severity.NOTE)


def _possible(rule: str, wanted: str) -> str:
    """Return the severity, limited to a warning for rules that compare agencies."""
    return Severity.WARNING if rule in BETWEEN_AGENCIES and wanted == Severity.ERROR else wanted


def relieved(finding: Finding, waiver: Decision | None) -> Finding:
    """Return the finding with its severity for its agency; if that differs, with the reason."""
    effective = for_agency(finding.severity, waiver)
    if waiver is None or effective == finding.severity:
        return finding
    until = dmy(waiver.until) if waiver.until else "–"
    why = (
        {REMARK: "for_agency", "graded_reason": waiver.reason}
        if waiver.value
        else {WAIVED: waiver.reason}
    )
    words = {
        **finding.words,
        **why,
        "waived_approver": waiver.approver or waiver.by,
        "waived_until": until,
    }
    return replace(finding, severity=Severity(effective), words=words)


def governed(finding: Finding, round_: Round) -> Finding | None:
    """Return the finding with its severity in this round, or None if its rule is not in use.

    If the severity differs from the declared one, a remark says so.
    """
    effective = severity(finding.rule, finding.severity, round_)
    if not effective:
        return None
    if effective == finding.severity:
        return finding
    remark = "beta" if round_.state_of(finding.rule) is RuleState.BETA else "graded"
    return replace(finding, severity=Severity(effective), words={**finding.words, REMARK: remark})
