"""What an agency reads of the findings on its return: not what the operator decided about it and why, nor what is the operator's to look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.model import Finding
from schemas.words import DECIDED, REMARK, WAIVED

OPERATORS_OWN = ("D02",)
"""Rules whose findings ask the operator alone: of the address book, which the agency doesn't know."""


def outgoing(findings: Iterable[Finding]) -> list[Finding]:
    """The findings as an agency reads them: that a rule was waived, or is graver, stands there without who decided so, until when, and why."""
    return [_plain(each) for each in findings if each.rule not in OPERATORS_OWN]


def _plain(finding: Finding) -> Finding:
    inner = {*DECIDED, REMARK} if DECIDED.intersection(finding.words) else set()
    words = {name: text for name, text in finding.words.items() if name not in inner}
    return replace(finding, words={**words, WAIVED: ""} if WAIVED in finding.words else words)
