"""What hides a row or a column of a worksheet of Excel: an attribute that says so, or too little height or width."""

from __future__ import annotations

from collections.abc import Mapping

LOWEST, NARROWEST = 1.0, 0.3
"""Points of height and characters of width under which nothing can be read."""


def is_hidden_row(about: Mapping[str, str]) -> bool:
    """Whether nobody sees a row, by the attributes of its tag."""
    return _is_said_hidden(about) or is_less(about.get("ht", ""), LOWEST)


def is_hidden_column(about: Mapping[str, str]) -> bool:
    """Whether nobody sees columns, by the attributes of their tag."""
    return _is_said_hidden(about) or is_less(about.get("width", ""), NARROWEST)


def _is_said_hidden(about: Mapping[str, str]) -> bool:
    return about.get("hidden", "").strip().lower() in ("1", "true", "on")


def is_less(size: str, least: float) -> bool:
    """Whether a height or a width is given and less than ``least``."""
    try:
        return float(size) < least
    except ValueError:
        return False
