"""What a round wants to be summarised: one workbook a dimension, with its crossings."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.round import Round


@dataclass(frozen=True)
class Summary:
    """One summary workbook as the round declares it (``[[summaries]]`` of ``round.toml``)."""

    file: str
    title: str
    dimension: str
    crossings: tuple[str, ...] = ()
    parent: str = ""
    """A coarser dimension that the entries are grouped under."""


def summaries(round_: Round) -> list[Summary]:
    """The summary workbooks of a round, in order."""
    declared = round_.settings.get("summaries", [])
    return [Summary(**{**each, "crossings": tuple(each.get("crossings", ()))}) for each in declared]
