"""Detect hidden rows and columns of an Excel sheet: by the attribute, or by height or width."""

from __future__ import annotations

from collections.abc import Mapping

LOWEST, NARROWEST = 1.0, 0.3
"""The least height in points and width in characters at which a cell can be read."""


def is_hidden_row(about: Mapping[str, str]) -> bool:
    """Whether a row is hidden, by the attributes of its tag."""
    return _is_said_hidden(about) or is_less(about.get("ht", ""), LOWEST)


def is_hidden_column(about: Mapping[str, str]) -> bool:
    """Whether columns are hidden, by the attributes of their tag."""
    return _is_said_hidden(about) or is_less(about.get("width", ""), NARROWEST)


def _is_said_hidden(about: Mapping[str, str]) -> bool:
    return about.get("hidden", "").strip().lower() in ("1", "true", "on")


def is_less(size: str, least: float) -> bool:
    """Whether a height or width is given and less than ``least``."""
    try:
        return float(size) < least
    except ValueError:
        return False
