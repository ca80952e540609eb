"""The rows themselves as columns of a list, with who reported them and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.sheets.lists import ListColumn
from pipeline.summarise.sheets.repeated import DistinctValues
from pipeline.summarise.sheets.sheet import SummaryBook
from schemas.columns import Column, Kind, TableSpec
from schemas.round.round import Round

MOST_ROWS = 200_000
"""Rows that a sheet shows; more are left to the Parquet file."""
_LONG_TEXT = 200
"""Characters from which a text gets a wider column than its form had."""
_KINDS = {Kind.COUNT: "whole", Kind.DECIMAL: "decimal", Kind.DATE: "date"}


def row_fields(book: SummaryBook, spec: TableSpec, rows: pd.DataFrame) -> list[ListColumn]:
    """Agency, the declared columns, and where each row stands."""
    say, known = (
        book.say,
        {code: agency.name for code, agency in book.consolidation.round_.by_agency.items()},
    )
    agency, file, sheet, row = (
        DistinctValues.of_frame(rows[key]) for key in ("agency", "file", "sheet", "row")
    )
    return [
        ListColumn(say("code"), agency),
        ListColumn(say("agency"), agency.map(lambda code: known.get(code, ""))),
        *(_field(column, rows[column.key], book.consolidation.round_) for column in spec.columns),
        ListColumn(say("file"), file, widest=34),
        ListColumn(say("sheet"), sheet),
        ListColumn(say("row"), row, "number"),
    ]


def _field(column: Column, values: pd.Series[Any], round_: Round) -> ListColumn:
    found = DistinctValues.of_frame(values)
    if column.kind is Kind.CODE:
        named = found.map(lambda code: None if code is None else round_.codes_of(column).name(code))
        return ListColumn(column.title, named, widest=max(column.width, 26))
    if column.kind is Kind.TEXT:
        longest = max((len(text) for text in found.distinct if text), default=0)
        return ListColumn(
            column.title, found, widest=60 if longest > _LONG_TEXT else max(column.width, 24)
        )
    if column.kind is Kind.DATE:
        return ListColumn(
            column.title, found.map(lambda moment: moment and moment.to_pydatetime()), "date"
        )
    return ListColumn(column.title, found, _KINDS[column.kind])


def code_names(values: pd.Series[Any], entries: Any) -> list[str | None]:
    """The names of codes; nothing for a missing one."""
    codes = pd.Categorical(values)
    names = np.array([*(entries[code].name for code in codes.categories), None], dtype=object)
    return list(names[codes.codes])


def agency_names(round_: Round, agencies: pd.Series[Any]) -> list[str]:
    """The names of agencies by code; nothing for an unknown one."""
    known = {code: agency.name for code, agency in round_.by_agency.items()}
    return [known.get(code, "") for code in agencies.tolist()]


def texts(values: pd.Series[Any]) -> list[str | None]:
    """Texts, ``None`` where missing."""
    return values.astype(object).where(values.notna(), None).tolist()


def days(values: pd.Series[Any]) -> list[Any]:
    """Moments as Python has them, ``None`` where missing."""
    return [None if pd.isna(value) else value.to_pydatetime() for value in values]


def numbers(values: pd.Series[Any]) -> list[float | None]:
    """Numbers, ``None`` where missing."""
    return values.astype(object).where(values.notna(), None).tolist()


def used_tables(consolidation: Consolidation, specs: Sequence[TableSpec]) -> list[TableSpec]:
    """The tables in sheet order, each once."""
    keys = {spec.key for spec in specs}
    return [spec for spec in consolidation.round_.row_tables if spec.key in keys]
