"""Progress: how a long command tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Told the name of a step, how much is done and how much there is; None where that isn't known."""


def silent(step: str, done: int, total: int | None) -> None:
    """Progress that nobody watches."""
