"""The sheet of findings that goes back to an agency: its columns, and which finding a clerk's answer belongs to."""

from __future__ import annotations

import hashlib
import json

from pipeline.model import Finding
from schemas.rules.catalogue import COMPARING
from schemas.words import DECIDED, REMARK, ui

COLUMNS = ("number", "severity", "rule", "sheet", "cells", "column", "value", "message", "fix", "answer", "key")
"""Columns of the sheet, in order; the last one is for the program and hidden."""
EARLIER_TITLES = {"sheet": ("Sheet",)}
"""Titles that columns had in lists of earlier versions, which agencies may still send back."""
_NO_PART = (*DECIDED, REMARK, "detail", "nearest", "repeated")
"""Words of a finding that may change while it stays the same finding."""


def titles(lang: str) -> dict[str, str]:
    """The columns' titles by key."""
    return {key: ui(f"feedback.columns.{key}", lang) for key in COLUMNS}


def key_of(finding: Finding) -> str:
    """What a finding is known by from one return of an agency to the next, wherever its cells have moved to."""
    kept = {} if finding.rule in COMPARING else {name: text for name, text in finding.words.items() if name not in _NO_PART}
    return _digest(finding.rule, finding.sheet, finding.column, finding.value, kept)


def family_of(finding: Finding) -> str:
    """What findings have in common that differ in nothing but their cells and values: the key of an entry for all of them."""
    return _digest(finding.severity, finding.rule, finding.message.partition(".")[0], finding.sheet, finding.column)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True, sort_keys=True).encode()).hexdigest()[:16]
