"""The numbers: sums by one dimension or by two. Frames in, frames out.

Everything that shows a figure, on screen or in a workbook, takes it from here, so that they can't
disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import UsageError
from pipeline.summarise.figures.consolidation import Consolidation, once
from pipeline.summarise.figures.dimensions import Dimension, dimension, dimensions
from pipeline.summarise.figures.measures import Average, Measure, collectives, measures
from pipeline.summarise.figures.nils import (
    chosen,
    groups_across,
    groups_by,
    known_nils,
    nil_returns,
)
from pipeline.summarise.figures.periods import MONTH, days, is_time
from pipeline.summarise.figures.rounding import MOST_WHOLE, rounded
from pipeline.summarise.figures.totals import (
    AGENCIES,
    NILS,
    ROWS,
    Addends,
    Array,
    GroupFigures,
    InParts,
    agencies_of,
)
from schemas.columns import TableSpec
from schemas.round.round import Round

Where = Sequence[tuple[str, str]]


def figures(consolidation: Consolidation, by: str, table: str, where: Where = ()) -> pd.DataFrame:
    """The measures of ``table`` by dimension ``by``: a row per entry with rows or a nil, no total.

    Columns: the dimension (code; empty for rows without an entry), ``name``, each measure,
    ``collectives`` where the table tells them apart, ``agencies`` (distinct agencies that gave any
    measure), the other measures of collectives, ``agencies_`` and each measure's key (those that
    gave it); of provisional figures ``provisional``, which says so. Missing is NA. ``where`` keeps
    the rows with these codes of any dimensions. Raises UsageError for a table, dimension or code
    that doesn't exist.
    """
    spec = table_spec(consolidation.round_, table)
    asked = Asked.of(consolidation.round_, spec, by, where)
    return figures_of(
        asked,
        [consolidation.tables[spec.key]],
        consolidation.agencies,
        provisional=consolidation.provisional,
    )


@dataclass(frozen=True)
class Asked:
    """A question for figures: a table, what to count it by, and conditions on its rows."""

    round: Round
    spec: TableSpec
    by: Dimension
    where: Sequence[tuple[Dimension, str]]

    @classmethod
    def of(cls, round_: Round, spec: TableSpec, by: str, where: Where) -> Asked:
        """The same by their names. Raises UsageError for a dimension or code that doesn't exist."""
        counted, conditions = dimension(round_, spec, by), conditions_of(round_, spec, where)
        return cls(round_, spec, counted, conditions)

    @property
    def columns(self) -> list[str]:
        """The columns of the table that they are made of."""
        apart = collectives(self.round, self.spec)
        named = {
            *(each.key for each in self.spec.measures),
            apart.column if apart else "",
            self.by.column,
        }
        return [
            key for key in self.spec.keys if key in named | {each.column for each, _ in self.where}
        ]


def figures_of(
    asked: Asked, parts: Iterable[pd.DataFrame], agencies: pd.DataFrame, *, provisional: bool
) -> pd.DataFrame:
    """The figures of rows that come in parts of different agencies; one part is held at a time."""
    telling: set[str] = set()
    added = _added(asked, pd.DataFrame({key: [] for key in ("agency", *asked.columns)}))
    for rows in parts:
        telling.update(rows["agency"].unique())
        added += _added(asked, rows[holding(rows, asked.where)])
    nils = chosen(known_nils(agencies, lambda: telling, asked.spec, asked.round), asked.where)
    every = pd.DataFrame(added.told(groups_by(nils, asked.by))).assign(
        code=asked.by.codes, name=asked.by.names
    )
    found = every[(every[ROWS] > 0) | (every[NILS] > 0)].reset_index(drop=True)
    sums = [each.key for each in measures(asked.round, asked.spec)]
    shown = {
        asked.by.key: found["code"],
        "name": found["name"],
        **{key: _output(found[key]) for key in _ordered(asked.spec, sums)},
    }
    mark = {"provisional": asked.round.say("summary.provisional")} if provisional else {}
    return pd.DataFrame(shown).assign(**mark)


def _added(asked: Asked, rows: pd.DataFrame) -> GroupFigures:
    return Addends.of(rows, asked.spec, asked.round).added(asked.by.positions(rows), asked.by.size)


def _ordered(spec: TableSpec, sums: Sequence[str]) -> list[str]:
    """The columns of figures, in the order of earlier versions: programs read them by place."""
    apart = [key for key in sums if not spec.has(key)]
    return [
        *(key for key in sums if spec.has(key)),
        *apart[:1],
        AGENCIES,
        *apart[1:],
        *map(agencies_of, sums),
    ]


def _output(sums: pd.Series[Any]) -> pd.Series[Any]:
    """Whole numbers as such, as long as they fit."""
    is_whole = bool((sums.dropna() % 1 == 0).all()) and bool(
        (sums.abs().fillna(0) < MOST_WHOLE).all()
    )
    return sums.astype("Int64" if sums.isna().any() else "int64") if is_whole else sums


def by_entry(
    consolidation: Consolidation,
    spec: TableSpec,
    by: Dimension,
    rows: pd.DataFrame | None = None,
    nils: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Sums by one dimension: what :meth:`Addends.by` gives, a row per position.

    ``rows`` and ``nils``: some of the rows that count and of the nil returns (:func:`nil_returns`);
    all unless given.
    """
    counted = consolidation.tables[spec.key] if rows is None else rows
    zeros = groups_by(nil_returns(consolidation, spec) if nils is None else nils, by)
    (added,) = _in_parts(consolidation, spec, counted).added(
        lambda part: [(by.positions(part), by.size)]
    )
    return pd.DataFrame(added.told(zeros))


def whole(
    consolidation: Consolidation,
    spec: TableSpec,
    rows: pd.DataFrame | None = None,
    nils: pd.DataFrame | None = None,
) -> Mapping[str, int | float]:
    """The same of all rows together, and of all nil returns."""
    counted = consolidation.tables[spec.key] if rows is None else rows
    zeros = _together(nil_returns(consolidation, spec) if nils is None else nils)
    (added,) = _in_parts(consolidation, spec, counted).added(lambda part: [(_together(part), 1)])
    return {key: one[0].item() for key, one in added.told(zeros).items()}


def _in_parts(consolidation: Consolidation, spec: TableSpec, rows: pd.DataFrame) -> InParts:
    """Some rows of a table as they are added up; all are made ready once."""
    return (
        _of_table(consolidation, spec)
        if rows is consolidation.tables[spec.key]
        else InParts.of(rows, spec, consolidation.round_)
    )


@once
def _of_table(consolidation: Consolidation, spec: TableSpec) -> InParts:
    return InParts.of(consolidation.tables[spec.key], spec, consolidation.round_)


def _together(rows: pd.DataFrame) -> Array:
    return np.zeros(len(rows), dtype="int64")


def table_spec(round_: Round, table: str) -> TableSpec:
    """A table of rows by key.

    Raises UsageError where the round has none of that key.
    """
    known = {spec.key: spec for spec in round_.row_tables}
    if table not in known:
        raise UsageError("no_such_table", table=table, known=", ".join(known))
    return known[table]


def select(consolidation: Consolidation, spec: TableSpec, where: Where = ()) -> pd.DataFrame:
    """The rows of a table that have all these codes of dimensions."""
    rows = consolidation.tables[spec.key]
    held = holding(rows, conditions_of(consolidation.round_, spec, where))
    return rows if held.all() else rows[held]


def conditions_of(round_: Round, spec: TableSpec, where: Where) -> list[tuple[Dimension, str]]:
    """Codes with their dimensions. Raises UsageError for one that doesn't exist."""
    found = [(dimension(round_, spec, key), code) for key, code in where]
    for by, code in found:
        by.position(code)
    return found


def holding(rows: pd.DataFrame, where: Iterable[tuple[Dimension, str]]) -> Array:
    """Which rows have all these codes (bool)."""
    held = np.ones(len(rows), dtype=bool)
    for by, code in where:
        held &= by.positions(rows) == by.position(code)
    return held


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
            (_together(part), 1),
        ]

    zeros = (
        groups_across(nils, down, across),
        groups_by(nils, down),
        groups_by(nils, across),
        _together(nils),
    )
    shapes = (down.size, across.size), (down.size, 1), (1, across.size), (1, 1)
    added = zip(_in_parts(consolidation, spec, rows).added(groupings), zeros, shapes, strict=True)
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
            **{each.key: rounded(crossing.values[each.of] / months) for each in averages},
        },
    )


def month_days(crossing: Crossing) -> tuple[Array | None, int]:
    """Days of each period (the total last), and its axis: 0 down, 1 across; None if neither."""
    for axis, by in enumerate((crossing.down, crossing.across)):
        if is_time(crossing.spec, by):
            lengths = days(by)
            return np.array([*lengths, 0, sum(lengths)]), axis
    return None, 0


def table_with(round_: Round, *keys: str) -> TableSpec | None:
    """The table that counts by all these dimensions: the default one, else the first that can."""
    default = round_.by_key[round_.settings.figures.default_table]
    able = [
        spec
        for spec in (default, *round_.row_tables)
        if spec.measures and set(keys) <= set(dimensions(round_, spec))
    ]
    return able[0] if able else None


def main_table(round_: Round, *keys: str) -> TableSpec:
    """The table whose measures summaries show by these dimensions.

    Raises LookupError where the round declares a summary that no table can give.
    """
    spec = table_with(round_, *keys)
    if spec is None:
        raise LookupError(f"{round_.key}: no table counts by {' and '.join(keys)}")
    return spec


def borrowed(round_: Round, spec: TableSpec) -> list[tuple[TableSpec, str]]:
    """Measures of other tables that stand beside those of ``spec``: each table and key."""
    keys = [key for key in round_.settings.figures.borrowed if not spec.has(key)]
    owners = {key: table for key in keys for table in reversed(round_.row_tables) if table.has(key)}
    return [(owners[key], key) for key in keys]
