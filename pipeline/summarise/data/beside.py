"""Columns beside the declared ones.

They tell persons from collectives, whose row it is, and whether it counts provisionally.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.summarise.data.fields import CODE, Field, Said, Voices
from pipeline.summarise.data.lists import ORIGINS
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import ORIGIN
from pipeline.summarise.figures.measures import apart_keys, collectives, lowered
from pipeline.summarise.figures.origins import Origin, is_own, own_column, own_entries
from pipeline.summarise.figures.rounding import MOST_WHOLE
from schemas.columns import Column, TableSpec
from schemas.round.counting import Apart
from schemas.round.round import Round
from schemas.round.settings import title_in

PEOPLE = "people"
"""The prefix of columns of persons alone.

Those of collectives have keys that the round declares.
"""
PROVISIONAL = "provisional"


def count_type(values: pd.Series[Any]) -> pa.DataType:
    """Return the type of counts: whole numbers, unless one is too large to be known as whole.

    Such a column keeps the floating-point numbers that the spreadsheet held.
    """
    is_too_large = values.max() >= MOST_WHOLE or values.min() <= -MOST_WHOLE
    return pa.float64() if is_too_large else pa.int64()


def fields(consolidation: Consolidation, spec: TableSpec, voices: Voices) -> list[Field]:
    """The fields beside the declared ones of a table."""
    rows = consolidation.tables[spec.key]
    found: list[Field] = []
    found += _apart(spec, rows, voices)
    if own_column(voices.own, spec):
        found.append(
            Field(
                ORIGIN,
                CODE,
                voices.ui("summary.origin"),
                voices.ui("data.origin"),
                codes=ORIGINS,
                constraints={"required": True},
            )
        )
    if consolidation.provisional:
        title, description = (
            voices.ui(f"data.fields.{PROVISIONAL}.{part}") for part in ("title", "description")
        )
        found.append(
            Field(PROVISIONAL, pa.bool_(), title, description, constraints={"required": True})
        )
    return found


def values(
    part: pd.DataFrame, consolidation: Consolidation, spec: TableSpec
) -> dict[str, pd.Series[Any]]:
    """What stands in these fields in some of a table's rows; and the hash of each row's file."""
    round_, submissions = consolidation.round_, consolidation.submissions.set_index("submission")
    found = {
        "sha256": part["submission"].map(submissions["sha256"]),
        PROVISIONAL: consolidation.count_provisionally(part),
    }
    if (apart := collectives(round_, spec)) is not None:
        found |= _values_apart(part, apart, apart_keys(round_, spec))
    if column := own_column(round_, spec):
        own = is_own(part, column, own_entries(round_))
        found[ORIGIN] = pd.Series(
            np.where(own, Origin.OWN, Origin.OTHERS), index=part.index, dtype=object
        )
    return found


# --- persons and collectives ----------------------------------------------------------------------


def _people(measure: str, keys: Mapping[str, str]) -> str:
    """The key of the column of persons alone, by the measure that holds both."""
    return PEOPLE if measure == next(iter(keys)) else f"{PEOPLE}_{measure}"


def _apart(spec: TableSpec, rows: pd.DataFrame, voices: Voices) -> Iterator[Field]:
    """Two fields beside each such measure's own: persons alone, collectives alone."""
    keys = apart_keys(voices.own, spec)
    for measure in keys:
        title = voices.each(partial(_title, measure, spec))
        yield Field(
            _people(measure, keys),
            count_type(rows[measure]),
            title,
            voices.each(partial(_said, "data.people_only", measure, spec)),
        )
    for measure, key in keys.items():
        title = voices.each(partial(_title_apart, key, spec))
        yield Field(
            key,
            count_type(rows[measure]),
            title,
            voices.each(partial(_said, "data.collectives_only", measure, spec)),
        )


def _title(measure: str, spec: TableSpec, round_: Round) -> str:
    return round_.say(
        "data.people",
        title=round_.by_key[spec.key].by_key[measure].title,
        entry=lowered(_entry(spec, round_)),
    )


def _said(key: str, measure: str, spec: TableSpec, round_: Round) -> str:
    return round_.say(key, column=measure, entry=_entry(spec, round_))


def _entry(spec: TableSpec, round_: Round) -> str:
    """What the entry is called that is counted apart."""
    apart = collectives(round_, spec)
    return round_.codes_of(spec.by_key[apart.column]).name(apart.code) if apart else ""


def _title_apart(key: str, spec: TableSpec, round_: Round) -> str:
    apart = collectives(round_, spec)
    return next(
        (
            title_in(each, round_.lang)
            for each in (apart.measures if apart else ())
            if each.key == key
        ),
        key,
    )


def _values_apart(
    rows: pd.DataFrame, apart: Apart, keys: Mapping[str, str]
) -> Mapping[str, pd.Series[Any]]:
    """The values of the fields :func:`_apart`: blank in rows of the other kind."""
    is_collective = rows[apart.column] == apart.code
    people = {_people(measure, keys): rows[measure].where(~is_collective) for measure in keys}
    return people | {key: rows[measure].where(is_collective) for measure, key in keys.items()}


def remark(column: Column, spec: TableSpec, voices: Voices) -> Said:
    """Say which columns hold persons alone, and collectives alone.

    Blank for a measure that counts no collectives.
    """
    apart, keys = collectives(voices.own, spec), apart_keys(voices.own, spec)
    if apart is None or column.key not in keys:
        return {}
    people, others = _people(column.key, keys), keys[column.key]
    return voices.each(
        lambda round_: round_.say(
            "data.mixed",
            column=round_.by_key[spec.key].by_key[apart.column].title,
            entry=_entry(spec, round_),
            people=people,
            collectives=others,
        )
    )
