"""Columns that stand beside the declared ones: what of a measure is persons and what collectives, whose row it is, whether it counts provisionally."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.store.versions import Role
from pipeline.summarise.data.fields import CODE, Field, Said, Voices
from pipeline.summarise.data.lists import ORIGINS
from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.dimensions import ORIGIN
from pipeline.summarise.figures.measures import COLLECTIVES, adds_collectives, collectives
from pipeline.summarise.figures.origins import Origin, is_own, own_column, own_entries
from schemas.columns import Column, TableSpec
from schemas.round.round import Round
from schemas.round.settings import Apart
from schemas.words import ui

PEOPLE = "people"
"""How the columns begin that hold what of a measure is persons; those of collectives begin with their measure's key."""
PROVISIONAL = "provisional"
MOST_WHOLE = 2**53
"""From here on a count stays the floating-point number that the spreadsheet held."""


def count_type(values: pd.Series[Any]) -> pa.DataType:
    """Whole numbers, as long as they fit."""
    return pa.float64() if bool((values.abs() >= MOST_WHOLE).any()) else pa.int64()


def fields(consolidation: Consolidation, spec: TableSpec, voices: Voices) -> list[Field]:
    """The fields beside the declared ones of a table."""
    rows = consolidation.tables[spec.key]
    found: list[Field] = []
    if (apart := collectives(voices.own, spec)) is not None:
        found += _apart(spec, rows, apart, voices)
    if own_column(voices.own, spec):
        found.append(Field(ORIGIN, CODE, voices.ui("summary.origin"), voices.ui("data.origin"), codes=ORIGINS, constraints={"required": True}))
    if consolidation.provisional:
        title, description = (voices.ui(f"data.fields.{PROVISIONAL}.{part}") for part in ("title", "description"))
        found.append(Field(PROVISIONAL, pa.bool_(), title, description, constraints={"required": True}))
    return found


def values(part: pd.DataFrame, consolidation: Consolidation, spec: TableSpec) -> dict[str, pd.Series[Any]]:
    """What stands in these fields in some of a table's rows; and the hash of each row's file."""
    round_, submissions = consolidation.round_, consolidation.submissions.set_index("submission")
    provisional = submissions.index[submissions["role"] == Role.TO_CORRECT]
    found = {"sha256": part["submission"].map(submissions["sha256"]), PROVISIONAL: part["submission"].isin(provisional)}
    if (apart := collectives(round_, spec)) is not None:
        found |= _values_apart(part, spec, apart)
    if column := own_column(round_, spec):
        own = is_own(part, column, own_entries(round_))
        found[ORIGIN] = pd.Series(np.where(own, Origin.OWN, Origin.OTHERS), index=part.index, dtype=object)
    return found


# --- persons and collectives ------------------------------------------------------------------------


def _counted(spec: TableSpec, apart: Apart) -> list[str]:
    """The measures that count persons in most rows and collectives in some."""
    return [apart.measure, *(each.key for each in spec.measures if adds_collectives(spec, apart, each.key))]


def _key(prefix: str, measure: str, apart: Apart) -> str:
    return prefix if measure == apart.measure else f"{prefix}_{measure}"


def _apart(spec: TableSpec, rows: pd.DataFrame, apart: Apart, voices: Voices) -> Iterator[Field]:
    """Two fields beside each such measure's own: persons alone, collectives alone."""
    for prefix in (PEOPLE, COLLECTIVES):
        for measure in _counted(spec, apart):
            title = voices.each(partial(_title, prefix, measure, spec, apart))
            yield Field(_key(prefix, measure, apart), count_type(rows[measure]), title, voices.ui(f"data.{prefix}_only", column=measure))


def _title(prefix: str, measure: str, spec: TableSpec, apart: Apart, round_: Round, lang: str) -> str:
    own = round_.by_key[spec.key]
    entry = round_.codes_of(own.by_key[apart.column]).name(apart.code)
    name = entry[:1].lower() + entry[1:]
    if prefix == COLLECTIVES and measure == apart.measure:
        return ui("summary.collectives", lang, name=name)
    return ui(f"data.{prefix}", lang, title=own.by_key[measure].title, entry=name)


def _values_apart(rows: pd.DataFrame, spec: TableSpec, apart: Apart) -> Mapping[str, pd.Series[Any]]:
    """The values of the fields :func:`_apart`: blank in rows of the other kind."""
    is_collective = rows[apart.column] == apart.code
    shown = {PEOPLE: ~is_collective, COLLECTIVES: is_collective}
    return {
        _key(prefix, measure, apart): rows[measure].where(those) for prefix, those in shown.items() for measure in _counted(spec, apart)
    }


def remark(column: Column, spec: TableSpec, voices: Voices) -> Said:
    """A remark on a measure that counts collectives in some rows: which columns hold persons alone, and collectives alone."""
    apart = collectives(voices.own, spec)
    if apart is None or column.key not in _counted(spec, apart):
        return {}
    people, others = (_key(prefix, column.key, apart) for prefix in (PEOPLE, COLLECTIVES))
    return voices.each(
        lambda round_, lang: ui(
            "data.mixed",
            lang,
            column=round_.by_key[spec.key].by_key[apart.column].title,
            entry=round_.codes_of(spec.by_key[apart.column]).name(apart.code),
            people=people,
            collectives=others,
        )
    )
