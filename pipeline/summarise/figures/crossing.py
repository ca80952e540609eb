"""Sums by two dimensions, with their totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import Dimension
from pipeline.summarise.figures.figures import in_parts, together
from pipeline.summarise.figures.measures import Average, Measure
from pipeline.summarise.figures.nils import (
    groups_across,
    groups_by,
    nil_returns,
)
from pipeline.summarise.figures.periods import MONTH, days, is_time
from pipeline.summarise.figures.rounding import rounded
from pipeline.summarise.figures.sums import Array
from pipeline.summarise.figures.totals import ROWS
from schemas.columns import TableSpec


@dataclass(frozen=True)
class Crossing:
    """Sums by two dimensions with their totals.

    ``values``: by column of :meth:`pipeline.summarise.figures.totals.Addends.by`, an array of
    ``down.size`` + 1 by ``across.size`` + 1: positions of the two dimensions, the total last.
    """

    spec: TableSpec
    down: Dimension
    across: Dimension
    values: Mapping[str, Array]

    def figure(self, measure: Measure, cell: tuple[int, int], nothing: str | int) -> Any:
        """A figure as a cell shows it; ``nothing`` where nobody gave it."""
        return measure.cell({key: self.values[key][cell].item() for key in measure.needed}, nothing)

    @property
    def across_used(self) -> list[int]:
        """Positions across that are shown."""
        return used(self.across, self.values[ROWS][-1, :-1])

    @property
    def down_used(self) -> list[int]:
        """Positions down that are shown, as ``across_used``."""
        return used(self.down, self.values[ROWS][:-1, -1])


def used(by: Dimension, rows: Array) -> list[int]:
    """Positions that are shown: all entries; the place for no entry only if it has rows."""
    return [at for at in range(by.size) if at < by.size - 1 or rows[at]]


def cross(
    consolidation: Consolidation, spec: TableSpec, down: Dimension, across: Dimension
) -> Crossing:
    """Sums by two dimensions; each total is added up from the rows themselves."""
    nils, rows = nil_returns(consolidation, spec), consolidation.tables[spec.key]

    def groupings(part: pd.DataFrame) -> list[tuple[Array, int]]:
        first, second = down.positions(part), across.positions(part)
        return [
            (first * across.size + second, down.size * across.size),
            (first, down.size),
            (second, across.size),
            (together(part), 1),
        ]

    zeros = (
        groups_across(nils, down, across),
        groups_by(nils, down),
        groups_by(nils, across),
        together(nils),
    )
    shapes = (down.size, across.size), (down.size, 1), (1, across.size), (1, 1)
    added = zip(in_parts(consolidation, spec, rows).added(groupings), zeros, shapes, strict=True)
    cells, right, below, corner = (
        {key: each.reshape(shape) for key, each in one.told(zero).items()}
        for one, zero, shape in added
    )
    values = {key: np.block([[cells[key], right[key]], [below[key], corner[key]]]) for key in cells}
    return Crossing(spec, down, across, values)


def monthly(crossing: Crossing, averages: Sequence[Average]) -> Crossing:
    """Add averages per month to a crossing of which one dimension is the periods.

    A total is divided by the months of all periods; NaN where rows have no period.
    """
    lengths, along = month_days(crossing)
    if lengths is None:
        return crossing
    months = np.where(lengths > 0, lengths / MONTH, np.nan)
    months = months[:, None] if along == 0 else months[None, :]
    return replace(
        crossing,
        values={
            **crossing.values,
            **{average.key: rounded(crossing.values[average.of] / months) for average in averages},
        },
    )


def month_days(crossing: Crossing) -> tuple[Array | None, int]:
    """Days of each period (the total last), and its axis: 0 down, 1 across; None if neither."""
    for axis, by in enumerate((crossing.down, crossing.across)):
        if is_time(crossing.spec, by):
            lengths = days(by)
            return np.array([*lengths, 0, sum(lengths)]), axis
    return None, 0
