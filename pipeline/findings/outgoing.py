"""Remove from findings what only the operator may read, before they go to an agency.

That is who decided about them and why, and findings that ask the operator something.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.model import Finding
from schemas.words import DECIDED, REMARK, WAIVED

OPERATORS_OWN = ("D02",)
"""Rules whose findings are for the operator alone: they concern the address book."""


def outgoing(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings as an agency reads them.

    They say that a rule was waived or is graver, but not by whom, until when or why.
    """
    return [_plain(each) for each in findings if each.rule not in OPERATORS_OWN]


def _plain(finding: Finding) -> Finding:
    inner = {*DECIDED, REMARK} if DECIDED.intersection(finding.words) else set()
    words = {name: text for name, text in finding.words.items() if name not in inner}
    return replace(finding, words={**words, WAIVED: ""} if WAIVED in finding.words else words)
