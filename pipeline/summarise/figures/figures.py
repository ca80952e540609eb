"""The numbers: sums by one dimension or by two. Frames in, frames out.

Everything that shows a figure, on screen or in a workbook, takes it from here, so that they can't
disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.summarise.figures.consolidation import Consolidation, once
from pipeline.summarise.figures.dimensions import Dimension, dimension
from pipeline.summarise.figures.measures import collectives, measures
from pipeline.summarise.figures.nils import (
    chosen,
    groups_by,
    known_nils,
    nil_returns,
)
from pipeline.summarise.figures.rounding import MOST_WHOLE
from pipeline.summarise.figures.sums import Array
from pipeline.summarise.figures.tables import table_spec
from pipeline.summarise.figures.totals import (
    AGENCIES,
    NILS,
    ROWS,
    Addends,
    GroupFigures,
    RowParts,
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
    asked = Question.of(consolidation.round_, spec, by, where)
    return figures_of(
        asked,
        [consolidation.tables[spec.key]],
        consolidation.agencies,
        provisional=consolidation.provisional,
    )


@dataclass(frozen=True)
class Question:
    """A question for figures: a table, what to count it by, and conditions on its rows."""

    round: Round
    spec: TableSpec
    by: Dimension
    where: Sequence[tuple[Dimension, str]]

    @classmethod
    def of(cls, round_: Round, spec: TableSpec, by: str, where: Where) -> Question:
        """The same by their names. Raises UsageError for a dimension or code that doesn't exist."""
        counted, conditions = dimension(round_, spec, by), conditions_of(round_, spec, where)
        return cls(round_, spec, counted, conditions)

    @property
    def columns(self) -> list[str]:
        """The columns of the table that they are made of."""
        apart = collectives(self.round, self.spec)
        named = {
            *(measure.key for measure in self.spec.measures),
            apart.column if apart else "",
            self.by.column,
        }
        return [
            key for key in self.spec.keys if key in named | {each.column for each, _ in self.where}
        ]


def figures_of(
    asked: Question, parts: Iterable[pd.DataFrame], agencies: pd.DataFrame, *, provisional: bool
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
    sums = [measure.key for measure in measures(asked.round, asked.spec)]
    shown = {
        asked.by.key: found["code"],
        "name": found["name"],
        **{key: _output(found[key]) for key in _ordered(asked.spec, sums)},
    }
    mark = {"provisional": asked.round.say("summary.provisional")} if provisional else {}
    return pd.DataFrame(shown).assign(**mark)


def _added(asked: Question, rows: pd.DataFrame) -> GroupFigures:
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
    (added,) = in_parts(consolidation, spec, counted).added(
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
    zeros = together(nil_returns(consolidation, spec) if nils is None else nils)
    (added,) = in_parts(consolidation, spec, counted).added(lambda part: [(together(part), 1)])
    return {key: one[0].item() for key, one in added.told(zeros).items()}


def in_parts(consolidation: Consolidation, spec: TableSpec, rows: pd.DataFrame) -> RowParts:
    """Some rows of a table as they are added up; all are made ready once."""
    return (
        _of_table(consolidation, spec)
        if rows is consolidation.tables[spec.key]
        else RowParts.of(rows, spec, consolidation.round_)
    )


@once
def _of_table(consolidation: Consolidation, spec: TableSpec) -> RowParts:
    return RowParts.of(consolidation.tables[spec.key], spec, consolidation.round_)


def together(rows: pd.DataFrame) -> Array:
    """The groups of rows that are all in one group."""
    return np.zeros(len(rows), dtype="int64")


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
