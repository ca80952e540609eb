"""Confirmed nils: the one zero that is known without a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from pipeline.model import Standing
from pipeline.summarise.figures.consolidation import Consolidation, once
from pipeline.summarise.figures.dimensions import AGENCY, Dimension
from pipeline.summarise.figures.origins import Origin, own_column, own_entries
from pipeline.summarise.figures.totals import NOWHERE
from schemas.columns import TableSpec
from schemas.round.round import Round

Array = np.ndarray[Any, Any]


@once
def nil_returns(consolidation: Consolidation, spec: TableSpec) -> pd.DataFrame:
    """One row per agency whose nil is a known zero in a table: what :func:`known_nils` gives."""
    return known_nils(
        consolidation.agencies,
        lambda: set(consolidation.tables[spec.key]["agency"]),
        spec,
        consolidation.round_,
    )


def known_nils(
    agencies: pd.DataFrame, with_rows: Callable[[], set[str]], spec: TableSpec, round_: Round
) -> pd.DataFrame:
    """One row per agency whose nil is a known zero in a table.

    Columns: ``agency``, and that agency's own place in the column for it, if the table has one.

    A nil with a newer version that waits is none, nor does one say anything of a table that it may
    fill; ``with_rows``: the agencies that have rows in it. A place is missing (None) where the
    agency has none of its own.
    """
    is_known = (agencies["standing"] == Standing.NIL) & (agencies["pending"] == "")
    if not (spec.evidence and spec.measures):
        is_known &= False
    telling = with_rows() if is_known.any() else set()
    codes = [code for code in agencies.loc[is_known, AGENCY] if code not in telling]
    found, column = pd.DataFrame({AGENCY: pd.Series(codes, dtype=object)}), own_column(round_, spec)
    return (
        found.assign(**{column: found[AGENCY].map(own_entries(round_)).astype(object)})
        if column
        else found
    )


def nils_from(
    consolidation: Consolidation, spec: TableSpec, by: Dimension, origin: Origin
) -> pd.DataFrame:
    """The nil returns of this origin: of agencies with an own entry, of others, or all."""
    nils = nil_returns(consolidation, spec)
    if origin is Origin.BOTH or own_column(consolidation.round_, spec) != by.column:
        return nils
    has_own = nils[by.column].notna()
    return nils[has_own if origin is Origin.OWN else ~has_own].reset_index(drop=True)


def own_lines(nils: pd.DataFrame, by: Dimension) -> Array | None:
    """Each nil return's position in a dimension, -1 without one.

    None if the dimension isn't about who reports.
    """
    if by.column not in nils:
        return None
    return np.where(nils[by.column].isna(), -1, by.positions(nils))


def groups_by(nils: pd.DataFrame, by: Dimension) -> Array:
    """The positions of a dimension at which nil returns are zeros: their own."""
    own = own_lines(nils, by)
    return NOWHERE if own is None else own[own >= 0]


def groups_across(nils: pd.DataFrame, down: Dimension, across: Dimension) -> Array:
    """The cells of a crossing, row by row, that hold zeros of nil returns.

    That is all of an agency's own line, but no other agency's place in it.
    """
    first, second = own_lines(nils, down), own_lines(nils, across)
    if first is None and second is None:
        return NOWHERE
    return np.concatenate(
        [NOWHERE, *(_cells(first, second, at, down.size, across.size) for at in range(len(nils)))]
    )


def _cells(first: Array | None, second: Array | None, at: int, down: int, across: int) -> Array:
    rows = _own(first, at, down)
    columns = _own(second, at, across)
    return (rows[:, None] * across + columns[None, :]).ravel()


def _own(own: Array | None, at: int, size: int) -> Array:
    if own is None:
        return np.arange(size)
    return own[at : at + 1] if own[at] >= 0 else NOWHERE


def chosen(nils: pd.DataFrame, where: Iterable[tuple[Dimension, str]]) -> pd.DataFrame:
    """The nil returns that these conditions leave.

    A nil says 0 of everything but other agencies and places.
    """
    for by, code in where:
        own = own_lines(nils, by)
        if own is not None:
            nils = nils[own == by.position(code)]
    return nils.reset_index(drop=True)
