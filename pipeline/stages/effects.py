"""Find what a decision or new returns changed: standings, deadlines, totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline.model import Standing
from pipeline.store import Ledger, standing
from pipeline.store.coverage import COUNTED
from schemas.columns import Column
from schemas.round.round import Round


@dataclass(frozen=True)
class AgencyState:
    """The state of one agency, as far as people are told of changes."""

    standing: str
    pending: str
    """Role and name of the newest pending file; blank if there is none."""
    late_days: int
    counting: int
    """The number of the submission that counts; 0 if none does."""
    amount: float | None = None
    """What that one adds to the round's first figure; None if nothing."""
    has_come: bool = field(default=True, compare=False)
    """Whether there is a readable return: only then can the agency be late or in time."""


@dataclass(frozen=True)
class Effect:
    """What changed for one agency."""

    agency: str
    before: AgencyState
    after: AgencyState


def figure(round_: Round) -> Column | None:
    """Return the figure in which changes are told: the first measure of the default table."""
    return next(iter(round_.by_key[round_.settings.figures.default_table].measures), None)


def states(ledger: Ledger) -> dict[str, AgencyState]:
    """Return the state of each agency in scope, by code."""
    round_ = ledger.round_
    frame = standing.agencies(standing.standings_of(ledger), round_, ledger.decisions())
    counts = frame["standing"].isin(COUNTED)
    counting = frame["submission"].where(counts).fillna(0).astype(int)
    column = figure(round_)
    amounts = (
        ledger.sums(round_.settings.figures.default_table, column.key, [n for n in counting if n])
        if column and ledger.fits
        else {}
    )
    return {
        str(row.agency): _state(row, number, amounts)
        for row, number in zip(frame.itertuples(), counting.tolist(), strict=True)
    }


def _state(row: Any, number: int, amounts: Mapping[int, float]) -> AgencyState:
    has_come = row.first_received is not pd.NaT
    return AgencyState(
        row.standing,
        f"{row.waits} {row.pending}".strip(),
        row.late_days,
        number,
        amounts.get(number),
        has_come,
    )


def changed(
    before: Mapping[str, AgencyState], after: Mapping[str, AgencyState]
) -> Iterator[Effect]:
    """Yield the agencies for which something changed, in the list's order."""
    for agency, now in after.items():
        if agency in before and before[agency] != now:
            yield Effect(agency, before[agency], now)


def of_arrivals(
    before: Mapping[str, AgencyState], after: Mapping[str, AgencyState]
) -> Iterator[Effect]:
    """Yield the changes of new returns for agencies that had sent something before.

    First returns are counted elsewhere.
    """
    for effect in changed(before, after):
        if (
            effect.before.standing not in (Standing.MISSING, Standing.EXCUSED)
            or effect.before.pending
        ):
            yield effect
