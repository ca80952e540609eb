"""Take figures and the rows behind them out of the ledger.

A table's rows are read in parts; only those that are shown stay in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from pipeline.stages.consolidating import counting_of, in_order
from pipeline.store import Ledger, standing
from pipeline.summarise.figures import trace as trace_step
from pipeline.summarise.figures.figures import Question, Where, conditions_of, figures_of, holding
from pipeline.summarise.figures.tables import table_spec
from pipeline.summarise.figures.totals import AT_ONCE
from schemas.columns import TableSpec


def figures(
    ledger: Ledger, by: str, table: str, where: Where, lang: str, *, provisional: bool
) -> pd.DataFrame:
    """Return the measures of a table by a dimension, like ``summarise.figures.figures.figures``."""
    round_ = ledger.round_.worded_in(lang)
    spec = table_spec(round_, table)
    asked, found = Question.of(round_, spec, by, where), standing.standings_of(ledger)
    parts = whole(_parts(ledger, spec, found.submissions, asked.columns, provisional=provisional))
    return figures_of(
        asked, parts, standing.agencies(found, round_, ledger.decisions()), provisional=provisional
    )


def trace(
    ledger: Ledger, table: str, where: Where, lang: str, *, provisional: bool
) -> pd.DataFrame:
    """Return the rows behind a figure, like ``summarise.figures.trace.trace``."""
    spec = table_spec(ledger.round_, table)
    conditions, submissions = (
        conditions_of(ledger.round_, spec, where),
        standing.submissions_of(ledger),
    )
    parts = _parts(ledger, spec, submissions, spec.keys, provisional=provisional)
    held = pd.concat([part[holding(part, conditions)] for part in parts], ignore_index=True)
    rows = in_order(
        held.assign(file=held["submission"].map(submissions.set_index("submission")["name"])),
        ledger.round_,
    )
    _, correcting = counting_of(submissions, provisional=provisional)
    return trace_step.traced(
        rows,
        ledger.round_.worded_in(lang),
        spec,
        ledger.letters,
        rows["submission"].isin(correcting) if provisional else None,
    )


def _parts(
    ledger: Ledger,
    spec: TableSpec,
    submissions: pd.DataFrame,
    columns: Sequence[str],
    *,
    provisional: bool,
) -> Iterator[pd.DataFrame]:
    """Yield the rows of a table that count, with their agencies."""
    counting, correcting = counting_of(submissions, provisional=provisional)
    agencies = submissions.set_index("submission")["agency"]
    for part in ledger.row_parts(spec, counting, clean_only=correcting, columns=columns):
        yield part.assign(agency=part["submission"].map(agencies))


def whole(parts: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Join parts into larger ones that each hold whole submissions."""
    waiting: list[pd.DataFrame] = []
    for part in parts:
        waiting.append(part)
        if sum(map(len, waiting)) >= AT_ONCE:
            rows = pd.concat(waiting, ignore_index=True)
            is_last = rows["submission"] == rows["submission"].iloc[-1]
            yield rows[~is_last]
            waiting = [rows[is_last]]
    if waiting:
        yield pd.concat(waiting, ignore_index=True)
