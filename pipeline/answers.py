"""The sheet of findings that goes back to an agency: its columns, and the clerk's answers on it."""

from __future__ import annotations

from schemas.words import ui

COLUMNS = ("number", "severity", "rule", "sheet", "cells", "column", "value", "message", "fix", "answer")
"""Columns of the sheet, in order."""


def titles(lang: str) -> dict[str, str]:
    """The columns' titles by key."""
    return {key: ui(f"feedback.columns.{key}", lang) for key in COLUMNS}


def same(text: str) -> str:
    """A text as it is compared after it went through other programs."""
    return " ".join(text.split())
