"""The rows behind a figure, each with its file, sheet, row and cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from pipeline.office.addresses import address
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.figures import Where, select
from pipeline.summarise.figures.tables import table_spec
from schemas.columns import Kind, TableSpec
from schemas.round.round import Round

PLACE = ("agency", "file", "sheet", "row", "cells")
"""The first columns of a trace: who wrote a row, and where it stands."""
Letters = Callable[[Sequence[int]], Mapping[int, Mapping[str, Mapping[str, str]]]]
"""The column letters of submissions by number, table and column key."""


def trace(consolidation: Consolidation, table: str, where: Where, letters: Letters) -> pd.DataFrame:
    """The rows of ``table`` with these codes of any dimensions, in the order of the ledger.

    Columns: ``agency``, ``file``, ``sheet``, ``row`` (physical), ``cells`` (A1 addresses of the
    cells that hold its measures, blank ones too; of all its cells where the table measures
    nothing), then the declared columns: codes, numbers, ISO dates, texts; of provisional figures
    ``provisional``, which says so of rows that count only for the time being and is blank for the
    others. Raises UsageError for a table, dimension or code that doesn't exist.
    """
    spec = table_spec(consolidation.round_, table)
    rows = select(consolidation, spec, where)
    provisional = consolidation.count_provisionally(rows) if consolidation.provisional else None
    return traced(rows, consolidation.round_, spec, letters, provisional)


def traced(
    rows: pd.DataFrame,
    round_: Round,
    spec: TableSpec,
    letters: Letters,
    provisional: pd.Series[bool] | None,
) -> pd.DataFrame:
    """What :func:`trace` gives, of rows chosen already.

    ``provisional``: which rows count only for the time being; None if figures aren't provisional.
    """
    known = letters(rows["submission"].unique().tolist())
    cells = [
        _cells(spec, known[number].get(spec.key, {}), int(row))
        for number, row in zip(rows["submission"], rows["row"], strict=True)
    ]
    found = rows.assign(
        cells=pd.Series(cells, index=rows.index, dtype=object), **_dates(spec, rows)
    )[[*PLACE, *spec.keys]]
    if provisional is None:
        return found
    mark = round_.say("summary.provisional")
    return found.assign(provisional=[mark if each else "" for each in provisional])


def _cells(spec: TableSpec, letters: Mapping[str, str], row: int) -> list[str]:
    columns = spec.measures or spec.columns
    return [address(letters[column.key], row) for column in columns if column.key in letters]


def _dates(spec: TableSpec, rows: pd.DataFrame) -> dict[str, pd.Series[str]]:
    return {
        column.key: rows[column.key].dt.strftime("%Y-%m-%d")
        for column in spec.columns
        if column.kind is Kind.DATE
    }
