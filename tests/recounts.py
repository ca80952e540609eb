"""Figures counted again in plain loops that know nothing of the engine."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

import pandas as pd

from schemas.round.round import Round


def recount(frame: pd.DataFrame, key: Any, measures: list[str], *, with_subjects: bool) -> dict[str, dict[str, Any]]:
    """Sums by what ``key`` says of a row, in plain loops and exact fractions; missing codes are ""."""
    found: dict[str, dict[str, Any]] = defaultdict(lambda: {**dict.fromkeys([*measures, "collectives"], Fraction(0)), "agencies": set()})
    for row in frame.to_dict("records"):
        group = found[key(row)]
        group["agencies"].add(row["agency"])
        for measure in measures:
            value = row[measure]
            if value != value:  # noqa: PLR0124
                continue
            into = "collectives" if measure == "persons" and with_subjects and row["subject"] == "TT" else measure
            group[into] += Fraction(repr(value))
    return found


def code(value: Any) -> str:
    """A code, blank where a frame has none."""
    return value if isinstance(value, str) else ""


def keys_of(round_: Round, table: str) -> dict[str, Any]:
    """Every dimension of a table as a function of a row, from the code lists alone."""
    spec = round_.by_key[table]
    keys: dict[str, Any] = {c.key: (lambda row, k=c.key: code(row[k])) for c in spec.columns if c.kind == "code"}
    keys["agency"] = lambda row: row["agency"]
    groups = {a.code: a.group for a in round_.agencies}
    keys["agency_group"] = lambda row: groups[row["agency"]]
    if "locality" in keys:
        places = {a.code: a.locality for a in round_.agencies if a.group == "TINH"}
        keys["origin"] = lambda row: "own" if places.get(row["agency"]) == code(row["locality"]) else "others"
        regions = {e.code: e.extra["region"] for e in round_.codelists["localities"].entries}
        keys["region"] = lambda row: regions.get(code(row["locality"]), "")
    if "handling" in keys:
        forms = {e.code: e.extra["group"] for e in round_.codelists["handlings"].entries}
        keys["handling_group"] = lambda row: forms.get(code(row["handling"]), "")
    return keys
