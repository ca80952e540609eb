"""Figures that count although a warning calls them far too large or small."""

from __future__ import annotations

from pipeline.model import Severity
from pipeline.summarise.figures.consolidation import Consolidation, once
from schemas.round.settings import PROGRESS_FILE
from schemas.rules.catalogue import OUT_OF_PROPORTION

MOST_NAMED = 12


@once
def doubtful(consolidation: Consolidation, sheet: str = "") -> list[str]:
    """The short names of agencies with such figures (of a ``sheet``, or any), in list order."""
    counted = {
        pair
        for rows in consolidation.tables.values()
        for pair in rows[["agency", "file"]].drop_duplicates().itertuples(index=False)
    }
    warned = {
        finding.agency
        for finding in consolidation.findings
        if (not sheet or finding.sheet == sheet)
        and finding.rule in OUT_OF_PROPORTION
        and finding.severity is Severity.WARNING
        and (finding.agency, finding.file) in counted
    }
    known = consolidation.agencies
    names = zip(known["agency"], known["short_name"], known["name"], strict=True)
    return [short or name for agency, short, name in names if agency in warned]


def doubts(consolidation: Consolidation) -> str:
    """That there are such figures, whose, and where they are listed; blank where there are none."""
    names = doubtful(consolidation)
    if not names:
        return ""
    more = len(names) - MOST_NAMED
    listed = "; ".join(names[:MOST_NAMED]) + (
        consolidation.say("summary.doubts_more", count=more) if more > 0 else ""
    )
    return consolidation.say(
        "summary.doubts",
        count=len(names),
        names=listed,
        file=PROGRESS_FILE,
        rules=", ".join(OUT_OF_PROPORTION),
    )
