"""From the ledger to what summaries are made of."""

from __future__ import annotations

from pipeline.model import Choice, Decision, Verdict
from pipeline.store import Ledger, decisions, standing
from pipeline.summarise.figures.consolidation import Consolidation


def consolidation(ledger: Ledger, *, provisional: bool) -> Consolidation:
    """Everything that summaries are made from; with ``provisional`` the sound rows of returns to correct too."""
    round_, submissions = ledger.round_, standing.submissions_of(ledger)
    agencies = standing.agencies(submissions, round_, ledger.decisions())
    current = submissions.loc[submissions["current"], "submission"].tolist()
    correcting = submissions.loc[submissions["current"] & ~submissions["counted"], "submission"].tolist() if provisional else []
    counting = [*submissions.loc[submissions["counted"], "submission"].tolist(), *correcting]
    sources = submissions.set_index("submission")[["agency", "name"]].rename(columns={"name": "file"})
    tables = {spec.key: ledger.rows(spec, counting, clean_only=correcting).join(sources, on="submission") for spec in round_.row_tables}
    shown = submissions.loc[submissions["current"] | (submissions["verdict"] == Verdict.UNREADABLE), "submission"]
    return Consolidation(
        round_=round_,
        provisional=provisional,
        invented=ledger.invented,
        tables=tables,
        agencies=agencies,
        submissions=submissions.rename(columns={"name": "file"}),
        findings=ledger.findings(shown.tolist()),
        coverage=standing.coverage(agencies),
        decisions=_in_force(ledger),
        info=ledger.rows(round_.info, current).join(sources, on="submission"),
        aside=ledger.aside(current).join(sources, on="submission"),
    )


def _in_force(ledger: Ledger) -> list[Decision]:
    """The decisions that stand; the waivers come last, those of the round among them."""
    record, others = ledger.decisions(), [choice for choice in Choice if choice is not Choice.WAIVE]
    return [*decisions.standing(record, *others), *decisions.waivers(record, ledger.round_)]
