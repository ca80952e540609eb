"""From the ledger to what summaries are made of."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipeline.model import Choice, Decision, Verdict
from pipeline.stages import unassigned
from pipeline.stages.lateness import findings_of
from pipeline.stages.renewing import judge_again
from pipeline.store import Ledger, decisions, standing
from pipeline.store.earlier import Comparison, earlier_ledger, refuse_unreadable, surroundings
from pipeline.store.versions import Role
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.lines import provisional_agencies
from pipeline.summarise.masking import masked
from schemas.round.round import Round


def consolidation(ledger: Ledger, *, provisional: bool) -> Consolidation:
    """Everything that summaries are made from; with ``provisional`` the sound rows of returns to correct too."""
    round_, standings = ledger.round_, standing.standings_of(ledger)
    places = _places(round_)
    submissions, agencies = (
        in_order(standings.submissions, round_, "received", "name", "sha256"),
        standing.agencies(standings, round_, ledger.decisions()),
    )
    current = submissions.loc[
        submissions["current"] & (submissions["verdict"] != Verdict.UNREADABLE), "submission"
    ].tolist()
    counting, correcting = counting_of(submissions, provisional=provisional)
    sources = submissions.set_index("submission")[["agency", "name"]].rename(
        columns={"name": "file"}
    )
    tables = {
        spec.key: in_order(
            ledger.rows(spec, counting, clean_only=correcting).join(sources, on="submission"),
            round_,
        )
        for spec in round_.row_tables
    }
    shown = submissions.loc[standing.shown(submissions), "submission"]
    made = Consolidation(
        round_=round_,
        provisional=provisional,
        invented=ledger.invented,
        tables=tables,
        agencies=agencies,
        submissions=submissions.rename(columns={"name": "file"}),
        findings=sorted(
            findings_of(ledger, agencies, shown.tolist()),
            key=lambda finding: places.get(finding.agency, len(places)),
        ),
        coverage=standing.coverage(agencies),
        decisions=_in_force(ledger),
        info=in_order(ledger.rows(round_.info, current).join(sources, on="submission"), round_),
        beside=unassigned.of_submissions(submissions, ledger),
        aside=in_order(ledger.aside(current).join(sources, on="submission"), round_),
    )
    count = len(provisional_agencies(made))
    return replace(made, coverage=replace(made.coverage, provisional=count))


def counting_of(submissions: pd.DataFrame, *, provisional: bool) -> tuple[list[int], list[int]]:
    """The submissions whose rows count, and those of them of which only sound rows do: returns to correct, where figures are provisional."""
    correcting = (
        submissions.loc[submissions["role"] == Role.TO_CORRECT, "submission"].tolist()
        if provisional
        else []
    )
    return [
        *submissions.loc[submissions["counted"], "submission"].tolist(),
        *correcting,
    ], correcting


def in_order(frame: pd.DataFrame, round_: Round, *keys: str) -> pd.DataFrame:
    """By the agencies' places in their list, then by ``keys``: in which order files came shows in nothing that is made from them."""
    ordered = frame.assign(place=frame["agency"].map(_places(round_))).sort_values(
        ["place", *keys], kind="stable", ignore_index=True
    )
    return ordered.drop(columns="place")


def _places(round_: Round) -> dict[str, int]:
    return {agency.code: at for at, agency in enumerate(round_.agencies)}


def _in_force(ledger: Ledger) -> list[Decision]:
    """The decisions that stand and apply; the waivers come last, those of the round among them."""
    record, others = (
        ledger.decisions(),
        [choice for choice in Choice if choice not in (Choice.WAIVE, Choice.NAMES)],
    )
    whose = decisions.owners(ledger)
    applying = [
        each for each in decisions.in_force(record, *others) if decisions.applies(each, whose)
    ]
    return [*applying, *decisions.waivers(record, ledger.round_)]


def for_others(
    ledger: Ledger,
    before: Consolidation | None,
    names: decisions.Grounds | None,
    *,
    provisional: bool,
) -> Consolidation:
    """What others may read, beside an earlier state where one is given: persons masked; in clear on these grounds alone, which are recorded."""
    made = consolidation(ledger, provisional=provisional)
    if before is not None:
        made = replace(made, earlier=before, invented=made.invented or before.invented)
    if names is None:
        return masked(made)
    decision = decisions.put_on_record(ledger, Choice.NAMES, "", "", names)
    return replace(made, names=decision, decisions=[*made.decisions, decision])


def earlier_consolidation(
    compare: Comparison, round_: Round, *, provisional: bool
) -> Consolidation:
    """What summaries are compared with, out of a copy of the ledger; rows of another form are judged again from the archive beside it."""
    with earlier_ledger(compare.ledger, round_, compare.round) as ledger:
        if not ledger.fits:
            judge_again(ledger, surroundings(compare.ledger))
        refuse_unreadable(ledger, compare.ledger)
        return consolidation(ledger, provisional=provisional)
