"""Choose the agencies, and the files beside them, that ``status`` shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.model import Standing
from pipeline.store import local
from pipeline.store.versions import Role
from pipeline.text.names import normalise
from schemas.round.round import Round

if TYPE_CHECKING:
    import pandas as pd

MISSING, CORRECTING, UNREADABLE, PENDING, LATE = (
    "missing",
    "correcting",
    "unreadable",
    "pending",
    "late",
)
_OF_STANDING = {
    MISSING: Standing.MISSING,
    CORRECTING: Standing.CORRECTING,
    UNREADABLE: Standing.UNREADABLE,
}


@dataclass(frozen=True)
class StatusPart:
    """The agencies to show: with one of ``states``, of one group, with news since a moment.

    Each condition is dropped if blank.
    """

    states: Collection[str] = ()
    group: str = ""
    since: dt.datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether no condition is set."""
        return not self.states and not self.group and self.since is None

    def agencies(
        self, agencies: pd.DataFrame, submissions: pd.DataFrame, round_: Round
    ) -> pd.DataFrame:
        """Return the rows of these agencies; ``submissions`` tell what came when."""
        chosen = agencies["agency"].notna()
        if self.states:
            standings = [
                standing for state, standing in _OF_STANDING.items() if state in self.states
            ]
            chosen &= (
                agencies["standing"].isin(standings)
                | ((agencies["pending"] != "") & (PENDING in self.states))
                | ((agencies["late_days"] > 0) & (LATE in self.states))
            )
        if self.group:
            chosen &= agencies["group"] == group_of(round_, self.group)
        if self.since is not None:
            chosen &= agencies["agency"].isin(
                submissions.loc[self._is_since(submissions, round_), "agency"]
            )
        return agencies[chosen]

    def files(self, beside: pd.DataFrame, round_: Round) -> pd.DataFrame:
        """Return the rows of the unassigned and accompanying files to show.

        None if agencies alone are asked for; with the state "unreadable", unassigned ones that
        can't be opened.
        """
        if self.group or (self.states and UNREADABLE not in self.states):
            return beside[:0]
        chosen = (
            ((beside["state"] == Role.UNASSIGNED) & (beside["kind"] != ""))
            if self.states
            else beside["state"].notna()
        )
        return beside[chosen & self._is_since(beside, round_)]

    def _is_since(self, received: pd.DataFrame, round_: Round) -> pd.Series[bool]:
        since = self.since
        return (
            received["received"]
            .map(lambda moment: since is None or local(moment, round_) >= since)
            .astype(bool)
        )


WHOLE = StatusPart()
"""All of the status."""


def group_of(round_: Round, named: str) -> str:
    """Return the code of a group by its code or name; raises ``UsageError`` if there is none."""
    groups = round_.codelists["agency_groups"].entries
    found = next(
        (
            each.code
            for each in groups
            if normalise(named) in (normalise(each.code), normalise(each.name))
        ),
        None,
    )
    if found is None:
        raise UsageError(
            "no_such_group",
            name=named,
            known="; ".join(f"{each.code} ({each.name})" for each in groups),
        )
    return found
