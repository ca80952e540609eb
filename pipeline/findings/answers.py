"""Name the columns of the sheet of findings for an agency, and the keys of clerks' answers."""

from __future__ import annotations

import hashlib
import json

from pipeline.model import Finding
from schemas.rules.catalogue import COMPARING
from schemas.words import DECIDED, REMARK, ui

COLUMNS = (
    "number",
    "severity",
    "rule",
    "sheet",
    "cells",
    "column",
    "value",
    "message",
    "fix",
    "answer",
    "key",
)
"""Columns of the sheet, in order. The last one is hidden: it is for the program."""
EARLIER_TITLES = {"sheet": ("Sheet",)}
"""Column titles of earlier versions, on sheets that agencies may still send back."""
_NO_PART = (*DECIDED, REMARK, "detail", "nearest", "repeated")
"""Words of a finding that may change while it stays the same finding."""


def titles(lang: str) -> dict[str, str]:
    """Return the columns' titles by key."""
    return {key: ui(f"feedback.columns.{key}", lang) for key in COLUMNS}


def key_of(finding: Finding) -> str:
    """Return the key that a finding keeps from one return of an agency to the next.

    It doesn't depend on the cells, which may move.
    """
    kept = (
        {}
        if finding.rule in COMPARING
        else {name: text for name, text in finding.words.items() if name not in _NO_PART}
    )
    return _digest(finding.rule, finding.sheet, finding.column, finding.value, kept)


def family_of(finding: Finding) -> str:
    """Return the key that findings share that differ only in cells and values.

    It is the key of their group.
    """
    return _digest(
        finding.severity,
        finding.rule,
        finding.message.partition(".")[0],
        finding.sheet,
        finding.column,
    )


def _digest(*parts: object) -> str:
    return hashlib.sha256(
        json.dumps(parts, ensure_ascii=True, sort_keys=True).encode()
    ).hexdigest()[:16]
