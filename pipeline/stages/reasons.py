"""Explain why a decision changed nothing in standings and totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from pipeline.model import ABOUT_FILES, Choice, Decision, Finding, Severity, Verdict
from pipeline.store import Ledger, local, standing
from pipeline.store.versions import Position, Role
from schemas.words import dmy


@dataclass(frozen=True)
class Reason:
    """The sentence ``screen.effects.because.<key>`` with its words."""

    key: str
    words: Mapping[str, object] = field(default_factory=dict)


def why_nothing(ledger: Ledger, decision: Decision) -> Reason:
    """Return why a decision, the last on record, changed nothing."""
    if decision.choice in (Choice.WAIVE, Choice.MAPPING):
        return _of_rereading(ledger, decision)
    if decision.choice in ABOUT_FILES:
        return _of_file(ledger, decision)
    key = {
        Choice.EXCUSE: "excuse_undone" if decision.revoked else "excuse",
        Choice.EXTEND: "extend",
    }[decision.choice]
    return Reason(key)


def _of_file(ledger: Ledger, decision: Decision) -> Reason:
    """Return why one about a file changed nothing, by the file's agency and role now."""
    found = standing.standings_of(ledger, standing.DECIDING)
    owner, role = found.submissions.set_index("sha256").loc[decision.target, ["agency", "role"]]
    if decision.choice is Choice.DISMISS:
        return Reason("not_counted")
    if decision.choice is Choice.ASSIGN:
        if owner != decision.agency or role in (Role.EXCLUDED, Role.ACCOMPANYING):
            return Reason("not_counted")
        return Reason("older_version" if role == Role.SUPERSEDED else "already_theirs")
    if owner != decision.agency:
        return Reason("no_longer_theirs")
    return (
        _of_pin(found.of(owner), decision)
        if decision.choice is Choice.PIN
        else Reason("not_counted")
    )


def _of_pin(position: Position, decision: Decision) -> Reason:
    """Return why a pin, or its undoing, changed nothing.

    The version counts either way, or can't count, or another one is pinned.
    """
    speaking = position.speaking
    if speaking is not None and speaking.sha256 != decision.target:
        return Reason("other_pin", {"file": speaking.name})
    if position.counting is None:
        return Reason("to_correct")
    return Reason("pin_undone" if decision.revoked else "pin")


def _of_rereading(ledger: Ledger, decision: Decision) -> Reason:
    """Return why nothing changed though an agency's returns, if any, were judged again."""
    own = standing.submissions_of(ledger)
    own = own[(own["agency"] == decision.agency) & (own["verdict"] != Verdict.UNREADABLE)]
    if own.empty:
        return Reason("no_returns")
    findings = ledger.findings_by_submission(own["submission"].tolist())
    if decision.choice is Choice.MAPPING:
        return _of_title(decision, [each for listed in findings.values() for each in listed])
    first = min(local(moment, ledger.round_).date() for moment in own["received"])
    if decision.until is not None and first > decision.until and not decision.revoked:
        return Reason("over_before", {"until": dmy(decision.until), "first": dmy(first)})
    return _of_rule(decision, own, findings)


def _of_title(decision: Decision, findings: list[Finding]) -> Reason:
    """Return why a mapped title changed nothing: no file has it, or it changes no verdict."""
    is_read = any(
        each.message == "column_matched.confirmed"
        and each.words.get("found_name") == decision.target
        for each in findings
    )
    return Reason(
        "title_read" if is_read or decision.revoked else "no_such_title", {"title": decision.target}
    )


def _of_rule(
    decision: Decision, own: pd.DataFrame, findings: Mapping[int, list[Finding]]
) -> Reason:
    """Return why a waiver changed nothing.

    The rule found nothing, or other errors remain, or the rule decides nothing.
    """
    listed = [each for found in findings.values() for each in found if each.rule == decision.target]
    if not listed:
        return Reason("no_finding", {"rule": decision.target})
    concerned = own.loc[own["current"] | own["pending"], "submission"].tolist()
    left = sum(
        each.severity is Severity.ERROR and each.rule != decision.target
        for number in concerned
        for each in findings[number]
    )
    return Reason(
        "errors_left" if left else "no_weight",
        {"rule": decision.target, "count": len(listed), "left": left},
    )
