"""The findings: as ``tonghop findings`` gives them, and what the broken rule asks for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pyarrow as pa

from pipeline.model import Finding
from pipeline.summarise.data.fields import CODE, Field, Resource, Voices
from pipeline.summarise.data.lists import AGENCIES, SEVERITIES
from pipeline.summarise.figures.consolidation import Consolidation
from schemas.words import PARTS, say

PATH = "phat-hien"
AT_ONCE = 20_000
"""Findings that are put into words at a time."""
_TYPES: dict[str, Any] = {
    "rule": CODE,
    "severity": CODE,
    "agency": CODE,
    "file": CODE,
    "sheet": CODE,
    "cells": pa.list_(pa.string()),
    "column": CODE,
    "value": pa.string(),
    "message": pa.string(),
    "fix": pa.string(),
    "must_hold": pa.string(),
}
_CODES = {"agency": AGENCIES, "severity": SEVERITIES}


def findings(consolidation: Consolidation, voices: Voices) -> Resource:
    """One row per finding, in the words of the round's language."""
    fields = tuple(_field(name, voices) for name in _TYPES)
    title, description = (voices.ui(f"data.findings.{part}") for part in ("title", "description"))
    return Resource(PATH, title, description, fields, partial(_parts, consolidation))


def _field(name: str, voices: Voices) -> Field:
    title, description = (
        voices.ui(f"data.findings.{name}.{part}") for part in ("title", "description")
    )
    required = {"required": True} if name in ("rule", "severity", "message") else {}
    return Field(
        name, _TYPES[name], title, description, codes=_CODES.get(name, ""), constraints=required
    )


def _parts(consolidation: Consolidation) -> Iterator[pa.Table]:
    listed = consolidation.findings
    for start in range(0, max(len(listed), 1), AT_ONCE):
        rows = [_row(finding, consolidation.lang) for finding in listed[start : start + AT_ONCE]]
        yield pa.table(
            {name: _array([row[name] for row in rows], kind) for name, kind in _TYPES.items()}
        )


def _row(finding: Finding, lang: str) -> dict[str, Any]:
    must_hold, message, fix = (say(finding.message, part, lang, finding.words) for part in PARTS)
    same = {
        name: str(getattr(finding, name)) or None
        for name in ("rule", "severity", "agency", "file", "sheet", "column", "value")
    }
    return {
        **same,
        "cells": list(finding.cells),
        "message": message,
        "fix": fix,
        "must_hold": must_hold,
    }


def _array(values: list[Any], kind: Any) -> pa.Array:
    return pa.array(values, pa.string()).cast(kind) if kind == CODE else pa.array(values, kind)
