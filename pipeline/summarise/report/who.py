"""The agencies behind the coverage: nothing happened, not counted yet, not heard from."""

from __future__ import annotations

from pipeline.model import Standing
from pipeline.office.paper import Paper
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.lines import named_by_standing

_WHO = {
    Standing.NIL: "nil",
    Standing.CORRECTING: "correcting",
    Standing.UNREADABLE: "unreadable",
    Standing.MISSING: "missing",
    Standing.EXCUSED: "excused",
}
_SELDOM = ("unreadable", "excused")
"""What isn't mentioned where there is none."""


def who(paper: Paper, consolidation: Consolidation) -> None:
    """Add their names."""
    agencies = consolidation.agencies
    for key, listed in named_by_standing(consolidation, _WHO):
        if len(listed) or key not in _SELDOM:
            _named(paper, key, listed["name"].tolist(), consolidation)
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
