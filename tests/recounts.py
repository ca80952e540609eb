"""Count figures again in plain loops that share nothing with the engine."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

import pandas as pd

from schemas.round.round import Round

APART = {
    "persons": "collectives",
    "handled": "collectives_handled",
    "pending": "collectives_pending",
    "unhandled": "collectives_unhandled",
}
"""Measures by which rows of the subject TT count; repeated here to test the declaration."""


def recount(
    frame: pd.DataFrame, key: Any, measures: list[str], *, with_subjects: bool
) -> dict[str, dict[str, Any]]:
    """Return sums by ``key`` of a row, in plain loops and exact fractions.

    None if no row gives a measure; missing codes are "". ``agencies``: those that gave anything;
    ``agencies_<measure>``: those that gave it.
    """
    apart = {measure: APART[measure] for measure in measures if with_subjects and measure in APART}
    names = [*measures, *apart.values()]
    found: dict[str, dict[str, Any]] = defaultdict(
        lambda: {
            **dict.fromkeys(names),
            "agencies": set(),
            **{f"agencies_{name}": set() for name in names},
        }
    )
    for row in frame.to_dict("records"):
        group = found[key(row)]
        for measure in measures:
            value = row[measure]
            if value != value:  # noqa: PLR0124
                continue
            into = (
                apart.get(measure, measure) if with_subjects and row["subject"] == "TT" else measure
            )
            group[into] = (group[into] or Fraction(0)) + Fraction(repr(value))
            group["agencies"].add(row["agency"])
            group[f"agencies_{into}"].add(row["agency"])
    return found


def with_nils(
    found: dict[str, dict[str, Any]], nils: dict[str, list[str]]
) -> dict[str, dict[str, Any]]:
    """Add the zeros of agencies that confirmed nil; ``nils``: per group, those in its own line."""
    for name, agencies in nils.items():
        group = found[name]
        for key, value in group.items():
            if isinstance(value, set):
                value.update(agencies)
            elif value is None:
                group[key] = Fraction(0)
    return found


def rate(frame: pd.DataFrame, part: str, whole: str) -> tuple[Fraction, Fraction] | None:
    """Return numerator and denominator of a rate of persons; None if no row gives both."""
    pairs = [
        (Fraction(repr(row[part])), Fraction(repr(row[whole])))
        for row in frame.to_dict("records")
        if row["subject"] != "TT" and row[part] == row[part] and row[whole] == row[whole]
    ]
    return (
        (
            sum((one for one, _ in pairs), Fraction(0)),
            sum((other for _, other in pairs), Fraction(0)),
        )
        if pairs
        else None
    )


def code(value: Any) -> str:
    """Return a code; blank if the frame has none."""
    return value if isinstance(value, str) else ""


def keys_of(round_: Round, table: str) -> dict[str, Any]:
    """Return each dimension of a table as a function of a row, from code lists alone."""
    spec = round_.by_key[table]
    keys: dict[str, Any] = {
        c.key: (lambda row, k=c.key: code(row[k])) for c in spec.columns if c.kind == "code"
    }
    keys["agency"] = lambda row: row["agency"]
    groups = {a.code: a.group for a in round_.agencies}
    keys["agency_group"] = lambda row: groups[row["agency"]]
    if "locality" in keys:
        places = {a.code: a.locality for a in round_.agencies if a.group == "TINH"}
        keys["origin"] = lambda row: (
            "own" if places.get(row["agency"]) == code(row["locality"]) else "others"
        )
        regions = {e.code: e.extra["region"] for e in round_.codelists["localities"].entries}
        keys["region"] = lambda row: regions.get(code(row["locality"]), "")
    if "handling" in keys:
        forms = {e.code: e.extra["group"] for e in round_.codelists["handlings"].entries}
        keys["handling_group"] = lambda row: forms.get(code(row["handling"]), "")
    return keys


def vi(count: float) -> str:
    """Format a whole number in the Vietnamese way."""
    return f"{count:,.0f}".replace(",", ".")


def percent(part: float, whole: float) -> str:
    """Format a share as a percentage with one decimal, in the Vietnamese way."""
    return f"{100 * part / whole:.1f}%".replace(".", ",")
