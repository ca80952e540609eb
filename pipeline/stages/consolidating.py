"""Make a ``Consolidation``, from which summaries are written, out of the ledger."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipeline.model import Choice, Decision, Finding, Verdict
from pipeline.stages import unassigned
from pipeline.stages.lateness import findings_of
from pipeline.stages.renewing import judge_again
from pipeline.store import Ledger, decisions, standing
from pipeline.store.coverage import coverage_of
from pipeline.store.earlier import Comparison, earlier_ledger, refuse_unreadable, surroundings
from pipeline.store.versions import Role
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.lines import provisional_agencies
from pipeline.summarise.masking import masked
from schemas.round.round import Round


def consolidation(ledger: Ledger, *, provisional: bool) -> Consolidation:
    """Return everything that summaries are made from.

    ``provisional`` adds the sound rows of returns to correct.
    """
    round_, standings = ledger.round_, standing.standings_of(ledger)
    submissions = in_order(standings.submissions, round_, "received", "name", "sha256")
    agencies = standing.agencies(standings, round_, ledger.decisions())
    current = submissions.loc[
        submissions["current"] & (submissions["verdict"] != Verdict.UNREADABLE), "submission"
    ].tolist()
    counting, correcting = counting_of(submissions, provisional=provisional)
    sources = submissions.set_index("submission")[["agency", "name"]]
    sources = sources.rename(columns={"name": "file"})

    def sourced(rows: pd.DataFrame) -> pd.DataFrame:
        return in_order(rows.join(sources, on="submission"), round_)

    made = Consolidation(
        round_=round_,
        provisional=provisional,
        invented=ledger.invented,
        tables={
            spec.key: sourced(ledger.rows(spec, counting, clean_only=correcting))
            for spec in round_.row_tables
        },
        agencies=agencies,
        submissions=submissions.rename(columns={"name": "file"}),
        findings=_findings(ledger, agencies, submissions),
        coverage=coverage_of(agencies),
        decisions=_in_force(ledger),
        info=sourced(ledger.rows(round_.info, current)),
        beside=unassigned.of_submissions(submissions, ledger),
        aside=sourced(ledger.aside(current)),
    )
    count = len(provisional_agencies(made))
    return replace(made, coverage=replace(made.coverage, provisional=count))


def _findings(ledger: Ledger, agencies: pd.DataFrame, submissions: pd.DataFrame) -> list[Finding]:
    """Return the findings that are shown, in the order of agencies."""
    places = _places(ledger.round_)
    numbers = submissions.loc[standing.shown(submissions), "submission"].tolist()
    return sorted(
        findings_of(ledger, agencies, numbers),
        key=lambda finding: places.get(finding.agency, len(places)),
    )


def counting_of(submissions: pd.DataFrame, *, provisional: bool) -> tuple[list[int], list[int]]:
    """Return the submissions whose rows count, then those of them of which only sound rows do.

    The latter are returns to correct; there are none unless figures are ``provisional``.
    """
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
    """Sort by the agencies' order in their list, then by ``keys``.

    So nothing made from it shows in which order files came.
    """
    ordered = frame.assign(place=frame["agency"].map(_places(round_))).sort_values(
        ["place", *keys], kind="stable", ignore_index=True
    )
    return ordered.drop(columns="place")


def _places(round_: Round) -> dict[str, int]:
    return {agency.code: place for place, agency in enumerate(round_.agencies)}


def _in_force(ledger: Ledger) -> list[Decision]:
    """Return the decisions in force that apply; the waivers, the round's too, come last."""
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
    """Return what others may read, with an earlier state beside it if one is given.

    Persons are masked. With ``names`` they are not, and these grounds are recorded.
    """
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
    """Return what summaries are compared with, out of a copy of an earlier ledger.

    Rows of another form are judged again from the archive beside that ledger.
    """
    with earlier_ledger(compare.ledger, round_, compare.round) as ledger:
        if not ledger.fits:
            judge_again(ledger, surroundings(compare.ledger))
        refuse_unreadable(ledger, compare.ledger)
        return consolidation(ledger, provisional=provisional)
