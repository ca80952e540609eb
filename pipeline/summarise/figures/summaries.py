"""What a round wants to be summarised: one workbook a dimension, with its crossings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.round.round import Round


@dataclass(frozen=True)
class Summary:
    """One summary workbook as the round declares it (``[[summaries]]`` of ``round.toml``)."""

    file: str
    title: str
    dimension: str
    crossings: tuple[str, ...] = ()
    parent: str = ""
    """A coarser dimension that the entries are grouped under."""
    indicators: tuple[str, ...] = ()
    """What the map of the entries can show: keys of measures, rates and averages over agencies."""
    ranked: tuple[str, ...] = ()
    """The indicators whose ranks stand beside the figures."""


def summaries(round_: Round) -> list[Summary]:
    """The summary workbooks of a round, in order."""
    declared = round_.settings.get("summaries", [])
    return [_summary(each) for each in declared]


def _summary(declared: Mapping[str, Any]) -> Summary:
    settings: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in declared.items()}
    return Summary(**settings)
