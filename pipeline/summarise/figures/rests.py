"""What declared parts leave of their whole: persons of whom nobody says what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.summarise.figures.consolidation import Consolidation
from pipeline.summarise.figures.measures import Sum, apart_keys, lowered, measures
from pipeline.summarise.figures.nils import nil_returns
from pipeline.summarise.figures.wording import number
from schemas.columns import Kind, TableSpec
from schemas.round.outline import Outcomes
from schemas.round.round import Round

REST = "rest"
"""The key of what is left."""


def parted(round_: Round, spec: TableSpec) -> Outcomes | None:
    """The whole of a table and its parts, as declared; None if this table has none."""
    done = round_.outline.brief.done
    return done if done is not None and done.table == spec.key else None


def rest(
    done: Outcomes, figures: Mapping[str, Any] | pd.DataFrame, keys: Mapping[str, str] | None = None
) -> Any:
    """What the parts leave of the whole; NaN where nobody gave the whole.

    ``figures``: one line, or many. ``keys``: other keys that hold whole and parts.
    """
    known = {key: figures[keys[key] if keys else key] for key in (done.whole, *done.parts)}
    return known[done.whole] - sum(np.nan_to_num(known[part]) for part in done.parts)


def rest_measure(round_: Round, spec: TableSpec, done: Outcomes) -> Sum:
    """What is left as a measure."""
    title = round_.say("brief.unknown")
    return Sum(REST, title[:1].upper() + title[1:], spec.by_key[done.whole].unit, Kind.COUNT)


def nils_explained(consolidation: Consolidation, spec: TableSpec) -> Iterator[str]:
    """Say that agencies with a confirmed nil are counted in the total alone, if there are any."""
    if nils := len(nil_returns(consolidation, spec)):
        yield consolidation.say(
            "summary.legend_nils", count=nils, agencies=consolidation.say("summary.agencies")
        )


def explained(
    consolidation: Consolidation, spec: TableSpec, total: Mapping[str, Any]
) -> Iterator[str]:
    """Say what a reader needs who adds up: about nil returns, and what parts leave."""
    yield from nils_explained(consolidation, spec)
    done = parted(consolidation.round_, spec)
    if done is None:
        return
    known = {measure.key: measure for measure in measures(consolidation.round_, spec)}
    apart = apart_keys(consolidation.round_, spec)
    for keys in (None, apart) if {done.whole, *done.parts} <= set(apart) else (None,):
        left, whole = rest(done, total, keys), known[keys[done.whole] if keys else done.whole]
        if left > 0:
            parts = "; ".join(
                lowered(known[keys[part] if keys else part].title) for part in done.parts
            )
            count = f"{number(left, consolidation.lang)} {whole.unit}".strip()
            yield consolidation.say("summary.legend_rest", count=count, parts=parts)
