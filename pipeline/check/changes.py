"""What a resubmission changed (N04): row by row and cell by cell, with its effect on the totals. Frames in, findings out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.check.findings import plain
from pipeline.model import Finding, Severity, address
from schemas.columns import Column, TableSpec
from schemas.round import Round

RULE = "N04"
SHOWN = 20
"""Changed cells that one sentence names; the finding's ``cells`` have them all."""


@dataclass(frozen=True)
class Sent:
    """One submission as far as comparing goes: typed rows (``row`` and the declared columns) by table, column letters by table."""

    name: str
    agency: str
    received: dt.datetime
    rows: Mapping[str, pd.DataFrame]
    letters: Mapping[str, Mapping[str, str]]


def changes(earlier: Sent, later: Sent, round_: Round) -> list[Finding]:
    """The findings N04 of ``later``: what it changed against ``earlier``; one that says so where it changed nothing.

    A warning beside them where both differ and came on the same day, for then their order is a matter of evidence.
    """
    listed = [finding for spec in round_.tables for finding in _of_table(spec, earlier, later, round_)]
    day = earlier.received.astimezone(round_.timezone).date()
    words = {"earlier": earlier.name, "received": f"{day:%d/%m/%Y}"}
    if not listed:
        listed = [Finding(RULE, Severity.NOTE, "unchanged", words)]
    elif later.received.astimezone(round_.timezone).date() == day:
        listed.insert(0, Finding(RULE, Severity.WARNING, "changed.same_day", words))
    return [_named(finding, later, words) for finding in listed]


def _named(finding: Finding, later: Sent, words: Mapping[str, str]) -> Finding:
    return Finding(
        **{**finding.__dict__, "words": {**words, **finding.words}, "agency": later.agency, "file": later.name},
    )


def _of_table(spec: TableSpec, earlier: Sent, later: Sent, round_: Round) -> Iterator[Finding]:
    old, new = (_texts(sent.rows[spec.key], spec, round_) for sent in (earlier, later))
    pairs, gone, added = _matched(old, new, spec)
    letters = later.letters.get(spec.key, {})
    for column in spec.columns:
        changed = pairs[pairs[f"{column.key}_old"] != pairs[f"{column.key}_new"]]
        if len(changed) and column.key in letters:
            yield _cells(spec, column, changed, letters[column.key])
    first = letters.get(spec.columns[0].key, "")
    if len(added) and not spec.is_form:
        cells = tuple(address(first, row) for row in added.tolist()) if first else ()
        yield Finding(RULE, Severity.NOTE, "changed.added", {"rows": _some(map(str, added))}, sheet=spec.sheet, cells=cells)
    if len(gone) and not spec.is_form:
        yield Finding(RULE, Severity.NOTE, "changed.gone", {"rows": _some(map(str, gone))}, sheet=spec.sheet)
    yield from _totals(spec, earlier, later, round_)


def _texts(rows: pd.DataFrame, spec: TableSpec, round_: Round) -> pd.DataFrame:
    """Each value as a clerk writes it, blank where there is none, with ``row``."""
    texts = {column.key: [plain(value, column, round_) for value in rows[column.key]] for column in spec.columns}
    return pd.DataFrame({"row": rows["row"].to_numpy(), **texts})


def _matched(old: pd.DataFrame, new: pd.DataFrame, spec: TableSpec) -> tuple[pd.DataFrame, pd.Series[int], pd.Series[int]]:
    """Rows of both that belong together (columns ``x_old`` and ``x_new``), and the row numbers of those only old, only new.

    Rows belong together by all their cells, else by their key, else by their place.
    """
    keys = [column.key for column in spec.key_columns]
    pairs, rest = [], (old, new)
    for by in ([list(spec.keys)] if not keys else [list(spec.keys), keys]) + [["row"]]:
        found, rest = _paired(*rest, by)
        pairs.append(found)
    return pd.concat(pairs, ignore_index=True), rest[0]["row"], rest[1]["row"]


def _paired(old: pd.DataFrame, new: pd.DataFrame, by: list[str]) -> tuple[pd.DataFrame, tuple[pd.DataFrame, pd.DataFrame]]:
    """Rows alike in ``by``, the first with the first of its like; and what is left of both."""
    sides = [frame.set_axis([f"{name}_{side}" for name in frame.columns], axis=1) for frame, side in ((old, "old"), (new, "new"))]
    for frame, side in zip(sides, ("old", "new"), strict=True):
        names = [f"{name}_{side}" for name in by]
        frame["nth"] = frame.groupby(names, sort=False).cumcount()
    joined = sides[0].merge(sides[1], left_on=[*(f"{name}_old" for name in by), "nth"], right_on=[*(f"{name}_new" for name in by), "nth"])
    left = old[~old["row"].isin(joined["row_old"])], new[~new["row"].isin(joined["row_new"])]
    return joined.drop(columns="nth"), left


def _cells(spec: TableSpec, column: Column, changed: pd.DataFrame, letters: str) -> Finding:
    cells = [address(letters, row) for row in changed["row_new"].tolist()]
    values = zip(cells, changed[f"{column.key}_old"], changed[f"{column.key}_new"], strict=True)
    shown = _some(f"{cell}: {_quoted(before)} → {_quoted(after)}" for cell, before, after in values)
    value = str(changed.iloc[0][f"{column.key}_new"]) if len(changed) == 1 else ""
    words = {"changes": shown, "column": column.title}
    return Finding(RULE, Severity.NOTE, "changed", words, sheet=spec.sheet, cells=tuple(cells), column=column.title, value=value)


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "∅"


def _some(texts: Iterator[str]) -> str:
    listed = list(texts)
    return "; ".join(listed[:SHOWN]) + (f"; … (+{len(listed) - SHOWN})" if len(listed) > SHOWN else "")


def _totals(spec: TableSpec, earlier: Sent, later: Sent, round_: Round) -> Iterator[Finding]:
    """One finding on all totals of the table that became others."""
    parts = []
    for column in spec.measures:
        before, after = (float(sent.rows[spec.key][column.key].sum()) for sent in (earlier, later))
        if before != after:
            old, new, difference = (plain(value, column, round_) for value in (before, after, after - before))
            parts.append(f"{column.title} {old} → {new} ({'+' if after > before else ''}{difference})")
    if parts:
        yield Finding(RULE, Severity.NOTE, "changed.totals", {"totals": "; ".join(parts)}, sheet=spec.sheet)
