"""The agencies of the round: standing, the file that counts or waits, receipt dates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline.summarise.data.fields import CODE, Field, Resource, Voices
from pipeline.summarise.data.lists import AGENCIES, STANDINGS, VERDICTS, WAITS
from pipeline.summarise.figures.consolidation import Consolidation

PATH = "co-quan"
MOMENT = pa.timestamp("s")
_TYPES: dict[str, Any] = {
    "agency": pa.string(),
    "name": pa.string(),
    "group": CODE,
    "locality": CODE,
    "standing": CODE,
    "counts": pa.bool_(),
    "verdict": CODE,
    "received": MOMENT,
    "first_received": MOMENT,
    "deadline": pa.date32(),
    "late_days": pa.int64(),
    "file": pa.string(),
    "sha256": pa.string(),
    "pending": pa.string(),
    "waits": CODE,
    "errors": pa.int64(),
    "warnings": pa.int64(),
    "notes": pa.int64(),
    "headcount": pa.int64(),
    "headcount_as_of": pa.date32(),
    "headcount_source": pa.string(),
}
_CODES = {
    "agency": AGENCIES,
    "group": "agency_groups",
    "locality": "localities",
    "standing": STANDINGS,
    "verdict": VERDICTS,
    "waits": WAITS,
}
_REQUIRED = ("agency", "name", "standing", "counts", "deadline", "late_days")


def agencies(consolidation: Consolidation, voices: Voices) -> Resource:
    """One row per agency that must report, in the list's order."""
    fields = tuple(_field(name, voices) for name in _TYPES)
    title, description = (voices.ui(f"data.agencies.{part}") for part in ("title", "description"))
    return Resource(
        PATH, title, description, fields, partial(_parts, consolidation), key=("agency",)
    )


def _field(name: str, voices: Voices) -> Field:
    title, description = (
        voices.ui(f"data.agencies.{name}.{part}") for part in ("title", "description")
    )
    codes = _CODES.get(name, "")
    known = codes if codes in voices.own.codelists or name not in ("group", "locality") else ""
    return Field(
        name,
        _TYPES[name],
        title,
        description,
        codes=known,
        constraints={"required": True} if name in _REQUIRED else {},
    )


def _parts(consolidation: Consolidation) -> Iterator[pa.Table]:
    frame, counted = consolidation.agencies, consolidation.submissions
    numbers = set(counted.loc[counted["counted"].astype(bool), "submission"])
    people = [consolidation.headcounts.get(code) for code in frame["agency"]]
    frame = frame.assign(
        counts=[number in numbers for number in frame["submission"]],
        headcount=pd.Series(
            [each and each.number for each in people], index=frame.index, dtype=object
        ),
        headcount_as_of=pd.Series(
            [each and each.as_of for each in people], index=frame.index, dtype=object
        ),
        headcount_source=pd.Series(
            [each and each.source for each in people], index=frame.index, dtype=object
        ),
    )
    yield pa.table({name: _array(frame[name], kind) for name, kind in _TYPES.items()})


def _array(values: pd.Series[Any], kind: Any) -> pa.Array:
    if kind == MOMENT:
        return pa.array(
            pd.to_datetime(values).dt.tz_localize(None).astype("datetime64[s]"), from_pandas=True
        ).cast(MOMENT)
    listed = [None if pd.isna(value) or value == "" else value for value in values.tolist()]
    if kind == CODE or kind == pa.string():
        return pa.array(
            [None if value is None else str(value) for value in listed], pa.string()
        ).cast(kind)
    return pa.array(listed, kind)
