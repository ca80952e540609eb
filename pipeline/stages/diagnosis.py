"""The result for one thing that the doctor looks at."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Health(StrEnum):
    """How well one thing is."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True)
class Diagnosis:
    """One thing that was looked at.

    ``key`` names its sentences (``found``, ``fix``) in ``messages/*/screen.toml``.
    """

    health: Health
    key: str
    words: dict[str, object] = field(default_factory=dict)
