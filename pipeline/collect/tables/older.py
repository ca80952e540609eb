"""Read a table of an older form as the round declares it today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pipeline.model import TableReading
from schemas.columns import Column, State, TableSpec


def with_kinds_of(today: TableSpec, as_filled: TableSpec) -> TableSpec:
    """Return the form's table with today's kinds and bounds: a count may be an amount now."""
    if as_filled is today:
        return today
    columns = (_column_today(column, today) for column in as_filled.columns)
    return replace(as_filled, columns=tuple(columns))


def _column_today(column: Column, today: TableSpec) -> Column:
    now = today.by_key.get(column.key)
    if now is None:
        return column
    return replace(column, kind=now.kind, codes=now.codes, minimum=now.minimum, maximum=now.maximum)


def with_confirmed(spec: TableSpec, places: Mapping[str, str]) -> TableSpec:
    """Return a table with the titles that an official confirmed for one agency's workbooks.

    ``places``: "table.column" by title.
    """
    columns = {
        title: place.removeprefix(f"{spec.key}.")
        for title, place in places.items()
        if place.startswith(f"{spec.key}.")
    }
    confirmed = {title: key for title, key in columns.items() if key in spec.by_key}
    return replace(spec, confirmed=confirmed) if confirmed else spec


def with_columns_of(today: TableSpec, as_filled: TableSpec, table: TableReading) -> TableReading:
    """Return a table read by an older form with today's columns; later ones are NOT_ASKED."""
    if as_filled is today:
        return table
    later = [key for key in today.keys if key not in as_filled.by_key]
    not_asked = {key: np.full(len(table.rows), State.NOT_ASKED, dtype="uint8") for key in later}
    same = [key for key in table.letters if key in today.by_key]
    return replace(
        table,
        letters={key: table.letters[key] for key in same},
        values={key: table.values[key] for key in same},
        states={**{key: table.states[key] for key in same}, **not_asked},
        found={place: text for place, text in table.found.items() if place[1] in same},
        totals=tuple(
            replace(total, numbers={key: n for key, n in total.numbers.items() if key in same})
            for total in table.totals
        ),
    )
