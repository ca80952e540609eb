"""Turn broken rules into findings: group by submission, column and value, then make objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.model import Finding, Severity, TableReading
from pipeline.text.near import suggest_each
from schemas.columns import STATE, Column, Kind, State, TableSpec
from schemas.round.round import Round
from schemas.rules.base import CrossRule, RowRule
from schemas.rules.catalogue import NOT_COMPARED
from schemas.rules.cells import ListedCell
from schemas.rules.states import StateRule
from schemas.rules.unique_key import UniqueKey
from schemas.words import dmy

if TYPE_CHECKING:  # summaries import this module without pandera, which takes a quarter of a second
    from pipeline.check.frames import Readings
    from pipeline.check.rules import Broken, CrossBroken

MOST_REPEATED = 12
"""How many repeated rows one finding names; its cells have all."""

Found = Iterator[tuple[int, Finding]]
"""Findings, each with the number of its submission."""


def of_rows(broken: Broken, frame: pd.DataFrame, readings: Readings, round_: Round) -> Found:
    """Yield the findings of one row rule: one per submission and value.

    Rows are grouped as plain values: where many rows are at fault, a frame per group would take
    longer than the check.
    """
    rule, spec = broken.rule, broken.rule.spec(round_)
    rows = frame.loc[broken.index]
    values = shown(rows, spec.by_key[rule.at], readings, spec, round_)
    grouped = _positions(rows, values, rule.beside)
    numbers, words = rows["row"].to_numpy(), rule.words(round_)
    earlier = (
        rule.earlier_rows(frame, broken.index, round_) if isinstance(rule, UniqueKey) else None
    )
    near = (
        suggest_each((key[1] for key in grouped), rule.codes(round_))
        if isinstance(rule, ListedCell)
        else {}
    )
    firsts = _records(rows, [positions[0] for positions in grouped.values()])
    for (key, positions), first in zip(grouped.items(), firsts, strict=True):
        reading = readings[key[0]].tables[spec.key]
        finding = _finding(
            rule, {**words, "value": key[1]}, first, numbers[positions], reading, near, round_
        )
        yield (
            key[0],
            finding
            if earlier is None
            else _repeating(finding, numbers[positions].tolist(), earlier[positions].tolist()),
        )


def _positions(
    rows: pd.DataFrame, values: Iterable[str], beside: Iterable[str]
) -> dict[tuple[Any, ...], list[int]]:
    """Return the positions of rows by submission, value, and what they have in columns beside."""
    positions: dict[tuple[Any, ...], list[int]] = {}
    others = (rows[name].tolist() for name in beside)
    for position, key in enumerate(zip(rows["submission"].tolist(), values, *others, strict=True)):
        positions.setdefault(key, []).append(position)
    return positions


def _records(rows: pd.DataFrame, positions: list[int]) -> list[dict[str, Any]]:
    """Return the rows at these positions, each as a dictionary by column."""
    return [
        {str(name): value for name, value in record.items()}
        for record in rows.iloc[positions].to_dict("records")
    ]


def _finding(
    rule: RowRule,
    words: Mapping[str, str],
    first: Mapping[str, Any],
    numbers: np.ndarray[Any, Any],
    reading: TableReading,
    near: Mapping[str, list[str]],
    round_: Round,
) -> Finding:
    """Return one finding for the rows ``numbers`` (sheet rows).

    ``first``: the first of them by column. ``words``: those of the rule, with the value. ``near``:
    similar entries of the code list, by value.
    """
    state, value, column = State(int(first[rule.at + STATE])), words["value"], rule.column(round_)
    message, words = rule.variant(state), {**words, **rule.row_words(first, round_)}
    if variant := rule.row_variant(first, round_):
        message = f"{message}.{variant}"
    if len(numbers) > 1:
        words = {**words, "detail": ""} if "detail" in words else words
    if isinstance(rule, StateRule):
        message, words = _explained((message, words), state, column, first[rule.at], near, round_)
    return Finding(
        rule=rule.id,
        severity=Severity(rule.severity),
        message=message,
        words=words,
        sheet=reading.sheet,
        cells=tuple(reading.address(rule.at, row) for row in numbers),
        column=column.title,
        value=value,
    )


def _repeating(finding: Finding, rows: list[int], earlier: list[int]) -> Finding:
    """Add to the finding which row each of its rows repeats.

    One row: "9". Several: "12, 13 = 9; 20 = 11".
    """
    if len(rows) == 1:
        return replace(finding, words={**finding.words, "repeated": str(earlier[0])})
    later: dict[int, list[int]] = {}
    for row, first in zip(rows, earlier, strict=True):
        later.setdefault(first, []).append(row)
    pairs = [f"{', '.join(map(str, repeating))} = {first}" for first, repeating in later.items()]
    repeated = "; ".join(pairs[:MOST_REPEATED]) + ("; …" if len(pairs) > MOST_REPEATED else "")
    return replace(
        finding, message=f"{finding.message}.several", words={**finding.words, "repeated": repeated}
    )


def _explained(
    finding: tuple[str, Mapping[str, str]],
    state: State,
    column: Column,
    value: Any,
    near: Mapping[str, list[str]],
    round_: Round,
) -> tuple[str, dict[str, str]]:
    """Return a cell's message and words, with what it was taken for or what was likely meant."""
    message, words = finding
    if state in (State.REPAIRED, State.AMBIGUOUS, State.MOMENT, State.SHOWN_IN_PART, State.OWN):
        taken = plain(value, column, round_)
        return message, {**words, "taken": taken.replace(".", ",") if column.is_number else taken}
    nearest = near.get(words["value"])
    if nearest:
        return f"{message}.near", {**words, "nearest": ", ".join(f"“{name}”" for name in nearest)}
    return message, dict(words)


def together(
    broken: Iterable[Broken], frames: Mapping[str, pd.DataFrame], readings: Readings, round_: Round
) -> Found:
    """Yield findings of rules that speak once per sheet: all their cells in one per submission."""
    cells: dict[tuple[int, str, str], list[tuple[Broken, int]]] = {}
    for each in broken:
        rows = frames[each.rule.table].loc[each.index, ["submission", "row"]]
        for submission, row in rows.itertuples(index=False):
            cells.setdefault((submission, each.rule.table, each.rule.message), []).append(
                (each, row)
            )
    for (submission, table, message), found in cells.items():
        reading = readings[submission].tables[table]
        titles = ", ".join(dict.fromkeys(each.rule.column(round_).title for each, _ in found))
        yield (
            submission,
            Finding(
                rule=found[0][0].rule.id,
                severity=Severity(found[0][0].rule.severity),
                message=message,
                words={"titles": titles},
                sheet=reading.sheet,
                cells=tuple(reading.address(each.rule.at, row) for each, row in found),
                column=titles,
            ),
        )


def of_groups(
    broken: CrossBroken, frames: Mapping[str, pd.DataFrame], readings: Readings, round_: Round
) -> Found:
    """Yield the findings of one rule between tables: one per submission and group that fails."""
    rule, spec = broken.rule, round_.by_key[broken.rule.table]
    frame = frames[spec.key]
    rows = broken.rows.assign(row=frame.loc[broken.rows["row_index"], "row"].to_numpy())
    names = [name for name in broken.rows.columns if name not in ("row_index", "submission")]
    for (submission, *_), group in rows.groupby(
        ["submission", *names], sort=False, dropna=False, observed=True
    ):
        first = _first(group)
        number = int(str(submission))
        reading = readings[number].tables[spec.key]
        at = frame.loc[group["row_index"]]
        values = dict.fromkeys(shown(at, spec.by_key[rule.at], readings, spec, round_))
        yield (
            number,
            Finding(
                rule=rule.id,
                severity=Severity(rule.severity),
                message=rule.message_of(first),
                words={**rule.words(round_), **rule.row_words(first, round_)},
                sheet=reading.sheet,
                cells=tuple(reading.address(rule.at, row) for row in group["row"]),
                column=spec.by_key[rule.at].title,
                value=" + ".join(value for value in values if value),
            ),
        )


def _first(group: pd.DataFrame) -> dict[str, Any]:
    """Return the first row of a group, by column."""
    return {str(name): value for name, value in group.iloc[0].to_dict().items()}


def not_compared(
    rule: CrossRule, submission: int, readings: Readings, round_: Round
) -> tuple[int, Finding]:
    """Return the note that a rule was skipped because of errors in cells that it rests on."""
    reading = readings[submission].tables[rule.table]
    words = rule.words(round_)
    return submission, Finding(rule.id, Severity.NOTE, NOT_COMPARED, words, sheet=reading.sheet)


def shown(
    rows: pd.DataFrame, column: Column, readings: Readings, spec: TableSpec, round_: Round
) -> list[str]:
    """Return each row's cell of ``column`` as its file shows it: its text, or its value."""
    by_state = rows[column.key + STATE].isin([State.OK, State.BLANK, State.ABSENT, State.NOT_ASKED])
    # a default for a blank cell isn't in the file
    typed = rows[column.key].mask(rows[column.key + STATE] == State.OWN)
    texts = (
        [plain(value, column, round_) for value in typed] if by_state.any() else [""] * len(rows)
    )
    if by_state.all():
        return texts
    found = {
        number: reading.tables[spec.key].found
        for number, reading in readings.items()
        if spec.key in reading.tables
    }
    keys = zip(rows["submission"], rows["reading_row"], texts, strict=True)
    return [
        found[submission].get((position, column.key), text) for submission, position, text in keys
    ]


def plain(value: Any, column: Column, round_: Round) -> str:
    """Return a typed value as a clerk writes it; blank for a missing one."""
    if pd.isna(value):
        return ""
    if column.kind is Kind.CODE:
        return round_.codes_of(column).name(value)
    if column.kind is Kind.DATE:
        return dmy(pd.Timestamp(value))
    return f"{value:.15g}" if column.is_number and np.isfinite(value) else str(value)


def grouped(number: float) -> str:
    """Return a number with spaces between its thousands, as both languages allow."""
    return f"{number:,.15g}".replace(",", "\N{NO-BREAK SPACE}")
