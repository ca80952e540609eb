"""Fill in who reports on the label-value sheet of a file that the operator assigned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.collect.sender.identify import Identification
from pipeline.collect.tables.columns import SheetReading
from pipeline.model import ASSIGNED
from schemas.columns import State
from schemas.round.round import Round

AGENCY, NAME, PERIOD = "agency_code", "agency_name", ("period_from", "period_to")
"""Keys of the label-value sheet for who reports and for which period, in every round."""


def as_assigned(
    info: SheetReading | None, sender: Identification, round_: Round
) -> SheetReading | None:
    """Return the label-value sheet; in an assigned file with the agency filled in where blank."""
    if info is None or sender.by != ASSIGNED:
        return info
    table, agency = info.table, round_.by_agency[sender.agency]
    blank = [
        key for key in (AGENCY, NAME) if key in table.states and table.states[key][0] == State.BLANK
    ]
    said = {AGENCY: agency.code, NAME: agency.name}
    values = {key: np.array([said[key]], dtype=object) for key in blank}
    states = {key: np.array([State.OK], dtype="uint8") for key in blank}
    return replace(
        info,
        table=replace(table, values={**table.values, **values}, states={**table.states, **states}),
    )
