"""Turn findings into verdicts: the severity for the agency, the order, the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.check import policy
from pipeline.model import Decision, Finding, Severity, Verdict
from schemas.round.round import Round
from schemas.rules.catalogue import BINDING, COMPARING

ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
"""The order in which a clerk reads findings."""


def effective(
    findings: Iterable[Finding], waived: Mapping[str, Decision], round_: Round
) -> list[Finding]:
    """Return findings with the severity that the round and its waivers give them."""
    return [
        policy.relieved(each, waived.get(each.rule))
        for finding in findings
        if (each := policy.governed(finding, round_)) is not None
    ]


def amended(findings: Iterable[Finding], rule: str, more: Iterable[Finding]) -> list[Finding]:
    """Replace the findings of ``rule`` by ``more``, in order.

    For rules that look beyond one submission (N…), whose findings come later.
    """
    kept = [finding for finding in findings if finding.rule != rule]
    return sorted(
        [*kept, *more], key=lambda f: (ORDER[f.severity], f.rule if f.rule in COMPARING else "")
    )


def verdict(findings: Iterable[Finding]) -> Verdict:
    """Return the verdict on a submission with these findings.

    With an error of a binding rule it is unreadable: it never counts and never supersedes.
    """
    listed = list(findings)
    if any(finding.rule in BINDING and finding.severity is Severity.ERROR for finding in listed):
        return Verdict.UNREADABLE
    if any(finding.severity is Severity.ERROR for finding in listed):
        return Verdict.TO_CORRECT
    return (
        Verdict.WITH_WARNINGS
        if any(finding.severity is Severity.WARNING for finding in listed)
        else Verdict.ACCEPTED
    )
