"""The agencies behind the coverage: nothing happened, not counted yet, not heard from."""

from __future__ import annotations

from pipeline.model import Standing
from pipeline.office.paper import Paper
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.lines import is_provisional

_WHO = {
    Standing.NIL: "nil",
    Standing.CORRECTING: "correcting",
    Standing.UNREADABLE: "unreadable",
    Standing.MISSING: "missing",
    Standing.EXCUSED: "excused",
}


def who(paper: Paper, consolidation: Consolidation) -> None:
    """Add their names."""
    agencies = consolidation.agencies
    for standing, said_of in _WHO.items():
        key = f"{said_of}_provisional" if is_provisional(consolidation, standing) else said_of
        names = consolidation.standing_of(standing)["name"].tolist()
        if names or standing not in (Standing.EXCUSED, Standing.UNREADABLE):
            _named(paper, key, names, consolidation)
    waiting = agencies.loc[agencies["pending"] != "", "name"].tolist()
    if waiting:
        _named(paper, "pending", waiting, consolidation)
    late = agencies[agencies["late_days"] > 0]
    said = [
        consolidation.say("report.who.late_one", name=name, days=days)
        for name, days in zip(late["name"], late["late_days"], strict=True)
    ]
    _named(paper, "late", said, consolidation)


def _named(paper: Paper, key: str, names: list[str], consolidation: Consolidation) -> None:
    said = "; ".join(names) + "." if names else consolidation.say("report.who.nobody")
    paper.text((consolidation.say(f"report.who.{key}", count=len(names)) + " ", "b"), (said, ""))
