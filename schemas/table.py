"""Tables and columns: the one declaration that template, reader, checks and words are made from.

A table is a pandera ``DataFrameModel``. Each field is declared with one of the kinds below
(``code``, ``count``, ``decimal``, ``date``, ``text``), which puts a :class:`Column` into the
field's metadata; the ``@table`` decorator adds the sheet and the rules. Everything else in the
project reads :class:`TableSpec` and :class:`Column`, never the model class itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas.columns import Column, Kind, TableSpec

Code = Series[pd.CategoricalDtype]
"""A code of a code list; missing where blank or not recognised."""
Number = Series[float]
"""A count or an amount; NaN where blank or not a number."""
Date = Series[pd.Timestamp]
"""A calendar date; NaT where blank or not a date."""
Text = Series[str]
"""Free text in NFC; missing where blank."""


class Table(pa.DataFrameModel):
    """Base of all declared tables; a frame of one has a typed column per field."""


def table(sheet: str, title: str, **options: Any) -> Callable[[type[Table]], type[Table]]:
    """Declare a ``Table`` model's sheet, title and rules; its key is the class name in snake case.

    ``options`` are fields of :class:`TableSpec`. Rules that follow from the columns alone (V01–V06)
    are added by :func:`schemas.rules.column_rules`.
    """

    def declare(model: type[Table]) -> type[Table]:
        from schemas.rules import column_rules

        columns = tuple(replace(spec.metadata["column"], key=key) for key, spec in model.to_schema().columns.items() if spec.metadata)
        spec = TableSpec(
            key=re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower(),
            sheet=sheet,
            title=title,
            note=(model.__doc__ or "").strip(),
            columns=columns,
            model=model,
            **{**options, "rules": ()},
        )
        rules = (*column_rules(spec), *options.get("rules", ()))
        SPECS[model] = replace(spec, rules=rules)
        return model

    return declare


SPECS: dict[type[Table], TableSpec] = {}
"""What ``@table`` declared, by model."""


def code(codes: str, title: str, **options: Any) -> Any:
    """Declare a column whose cells hold an entry of the code list ``codes``."""
    return _field(Column(title, Kind.CODE, codes=codes, **options))


def count(title: str, **options: Any) -> Any:
    """Declare a column of whole numbers, at least 0 unless ``minimum`` says otherwise."""
    return _field(Column(title, Kind.COUNT, **{"minimum": 0, "width": 9, **options}))


def decimal(title: str, **options: Any) -> Any:
    """Declare a column of amounts, at least 0 unless ``minimum`` says otherwise."""
    return _field(Column(title, Kind.DECIMAL, **{"minimum": 0, "width": 14, **options}))


def date(title: str, **options: Any) -> Any:
    """Declare a column of calendar dates."""
    return _field(Column(title, Kind.DATE, **{"width": 12, **options}))


def text(title: str, **options: Any) -> Any:
    """Declare a column of free text."""
    return _field(Column(title, Kind.TEXT, **{"width": 30, **options}))


def _field(column: Column) -> Any:
    return pa.Field(nullable=True, title=column.title, description=column.help, metadata={"column": column})
