"""Whose row it is: of the own return of an entry's agency, or of another agency's.

Both may tell of the same case, so that their sum may count it twice, and only own returns can be
compared from entry to entry: one province is reported by thirty ministries, another by none. Which
entries have agencies of their own is declared by the rule that lets such an agency report on its
own entry alone (:class:`schemas.rules.rows.OwnLocality`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
import pandas as pd

from pipeline.summarise.figures.consolidation import Consolidation
from schemas.columns import TableSpec
from schemas.round.round import Round
from schemas.rules.rows import OwnLocality

Mask = np.ndarray[Any, Any]


class Origin(StrEnum):
    """Who reports on an entry: its own agency, others, or both (every row)."""

    OWN = "own"
    """The entry's own agency, in its return."""
    OTHERS = "others"
    """Other agencies: those that may report on any entry."""
    BOTH = "both"
    """Both together: a case that both report is counted twice."""


class ByColumn(Protocol):
    """What origins need of a dimension."""

    @property
    def column(self) -> str:
        """The key of the column."""


def own_column(round_: Round, spec: TableSpec) -> str:
    """The column of a table whose entries have agencies of their own; blank where it has none."""
    return next((rule.at for rule in round_.rules[spec.key] if isinstance(rule, OwnLocality)), "")


def may_rank(round_: Round, spec: TableSpec, by: ByColumn) -> bool:
    """True if entries may be ranked: those with agencies only if the round ranks them."""
    return round_.settings.figures.rankings or by.column != own_column(round_, spec)


def own_entries(round_: Round) -> Mapping[str, str]:
    """By agency code, the entry that is its own; agencies that may report on any are left out."""
    return {code: own for code, own in round_.own_localities.items() if own}


def is_own(rows: pd.DataFrame, column: str, own: Mapping[str, str]) -> Mask:
    """Tell for each row if its agency reports in ``column`` on its ``own`` entry (bool)."""
    entries = rows["agency"].map(own)
    found: Mask = (
        entries.to_numpy(object) == rows[column].to_numpy(object)
    ) & entries.notna().to_numpy()
    return found


def own_rows(consolidation: Consolidation, spec: TableSpec, by: ByColumn) -> Mask | None:
    """Tell for each row that counts if it is of an own return (bool), in the table's order.

    ``by`` is a dimension: the entries that have agencies of their own, or one that they belong to
    (provinces, regions). None where its entries have no agencies of their own, so that the question
    has no sense.
    """
    column = own_column(consolidation.round_, spec)
    if not column or by.column != column:
        return None
    return is_own(consolidation.tables[spec.key], column, own_entries(consolidation.round_))


def rows_from(
    consolidation: Consolidation, spec: TableSpec, by: ByColumn, origin: Origin
) -> pd.DataFrame:
    """The rows of this origin; all if the entries of ``by`` have no agencies of their own."""
    rows, own = consolidation.tables[spec.key], own_rows(consolidation, spec, by)
    if own is None or origin is Origin.BOTH:
        return rows
    return rows[own if origin is Origin.OWN else ~own]
