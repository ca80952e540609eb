"""Say what a resubmission changed (N04): rows, cells, and the effect on totals.

Rows in, findings out.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from pipeline.check.findings import grouped, plain
from pipeline.findings.entries import shortened
from pipeline.model import Finding, Severity
from pipeline.office.addresses import address
from schemas.columns import Column, TableSpec
from schemas.round.round import Round
from schemas.round.settings import Jump
from schemas.words import dmy

RULE = "N04"
SHOWN = 20
"""How many changed cells one sentence names; the finding's ``cells`` have all."""

Row = tuple[object, ...]
"""A row as in the ledger: sheet row, then the declared columns: codes, numbers, ISO dates, texts
or None."""
Pair = tuple[Row, Row]


@dataclass(frozen=True)
class Sent:
    """What is compared of one submission: its rows and its column letters, both by table."""

    name: str
    agency: str
    received: dt.datetime
    rows: Mapping[str, Sequence[Row]]
    letters: Mapping[str, Mapping[str, str]]
    written: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By sheet and address: the text of cells that couldn't be read as values."""

    def rows_of(self, spec: TableSpec) -> list[Row]:
        """Return the rows of a table, with the text found where a value couldn't be read."""
        rows = self.rows.get(spec.key, ())
        letters = self.letters.get(spec.key, {})
        if not self.written:
            return list(rows)
        columns = [letters.get(key, "") for key in spec.keys]
        return [
            (row[0], *map(partial(self._cell, spec.sheet, row[0]), columns, row[1:]))
            for row in rows
        ]

    def _cell(self, sheet: str, row: object, letter: str, value: object) -> object:
        text = self.written.get((sheet, f"{letter}{row}"), "") if value is None else ""
        return Written(text) if text else value


class Written(str):
    """The text found in a cell that has no value of its column's kind."""

    __slots__ = ()


def written(findings: Iterable[Finding]) -> dict[tuple[str, str], str]:
    """Return the text found in cells, by sheet and address, as far as findings tell it.

    A finding on cells of several columns is skipped: it has one value for all of them.
    """
    single = (
        each
        for each in findings
        if each.value
        and each.rule != RULE
        and len({cell.rstrip("0123456789") for cell in each.cells}) == 1
    )
    return {(each.sheet, cell): each.value for each in single for cell in each.cells}


def changes(earlier: Sent, later: Sent, round_: Round) -> list[Finding]:
    """Return the N04 findings of ``later``: what changed since ``earlier``, or that nothing did.

    If they differ and came on the same day, a warning comes first: their order is then uncertain.
    """
    listed = [
        finding for spec in round_.tables for finding in _of_table(spec, earlier, later, round_)
    ]
    day = earlier.received.astimezone(round_.timezone).date()
    words = {"earlier": earlier.name, "received": dmy(day)}
    if not listed:
        listed = [Finding(RULE, Severity.NOTE, "unchanged")]
    elif later.received.astimezone(round_.timezone).date() == day:
        listed.insert(0, Finding(RULE, Severity.WARNING, "changed.same_day"))
    listed += [
        finding
        for table, key in round_.settings.across.measures
        for finding in _jump(round_.by_key[table], key, earlier, later, round_)
    ]
    return [
        replace(finding, words={**words, **finding.words}, agency=later.agency, file=later.name)
        for finding in listed
    ]


def _of_table(spec: TableSpec, earlier: Sent, later: Sent, round_: Round) -> Iterator[Finding]:
    """Yield the findings on one table: changed cells, added and deleted rows, totals."""
    old, new = earlier.rows_of(spec), later.rows_of(spec)
    pairs, gone, added = _matched(old, new, spec)
    letters = later.letters.get(spec.key, {})
    yield from _cells(spec, pairs, letters, round_)
    first = letters.get(spec.columns[0].key, "")
    if added and not spec.is_form:
        cells = tuple(address(first, _number(row)) for row in added) if first else ()
        yield Finding(
            RULE,
            Severity.NOTE,
            "changed.added",
            {"rows": _some(str(row[0]) for row in added)},
            sheet=spec.sheet,
            cells=cells,
        )
    if gone and not spec.is_form:
        yield Finding(
            RULE,
            Severity.NOTE,
            "changed.gone",
            {"rows": _some(str(row[0]) for row in gone)},
            sheet=spec.sheet,
        )
    yield from _totals(spec, old, new, round_)


def _matched(
    old: Sequence[Row], new: Sequence[Row], spec: TableSpec
) -> tuple[list[Pair], list[Row], list[Row]]:
    """Return the pairs of rows that belong together but differ, rows only in old, rows only in new.

    Rows belong together if all their cells are equal; else if their keys are; else by their place.
    """
    keys = [position for position, column in enumerate(spec.columns, 1) if column.is_key]
    _, gone, added = _paired(old, new, lambda row: row[1:])
    by_key, gone, added = (
        _paired(gone, added, lambda row: tuple(row[at] for at in keys))
        if keys
        else ([], gone, added)
    )
    by_place, gone, added = _paired(gone, added, lambda row: row[0])
    return (
        sorted([*by_key, *by_place], key=lambda pair: _number(pair[1])),
        sorted(gone, key=_number),
        added,
    )


def _paired(
    old: Iterable[Row], new: Iterable[Row], by: Callable[[Row], Hashable]
) -> tuple[list[Pair], list[Row], list[Row]]:
    """Pair rows alike in ``by``, first with first; return the pairs and the rest of both."""
    waiting: defaultdict[Hashable, list[Row]] = defaultdict(list)
    for row in old:
        waiting[by(row)].append(row)
    pairs, left = [], []
    for row in new:
        like = waiting[by(row)]
        pairs.append((like.pop(0), row)) if like else left.append(row)
    return pairs, [row for rows in waiting.values() for row in rows], left


def _number(row: Row) -> int:
    return int(str(row[0]))


def _cells(
    spec: TableSpec, pairs: Sequence[Pair], letters: Mapping[str, str], round_: Round
) -> Iterator[Finding]:
    """One finding per column, with each cell that changed."""
    for position, column in enumerate(spec.columns, 1):
        changed = [pair for pair in pairs if pair[0][position] != pair[1][position]]
        if not changed or column.key not in letters:
            continue
        cells = tuple(address(letters[column.key], _number(new)) for _, new in changed)
        texts = [tuple(_text(row[position], column, round_) for row in pair) for pair in changed]
        words = {
            "changes": _some(
                f"{cell}: {_quoted(old)} → {_quoted(new)}"
                for cell, (old, new) in zip(cells, texts, strict=True)
            ),
            "column": column.title,
        }
        value = texts[0][1] if len(texts) == 1 else ""
        yield Finding(
            RULE,
            Severity.NOTE,
            "changed",
            words,
            sheet=spec.sheet,
            cells=cells,
            column=column.title,
            value=value,
        )


def _text(value: object, column: Column, round_: Round) -> str:
    return shortened(value) if isinstance(value, Written) else plain(value, column, round_)


def _quoted(text: str) -> str:
    return f"“{text}”"


def _some(texts: Iterable[str]) -> str:
    listed = list(texts)
    return "; ".join(listed[:SHOWN]) + (
        f"; … (+{len(listed) - SHOWN})" if len(listed) > SHOWN else ""
    )


def _totals(
    spec: TableSpec, old: Sequence[Row], new: Sequence[Row], round_: Round
) -> Iterator[Finding]:
    """One finding for all totals of the table that changed."""
    parts = []
    for column in spec.measures:
        before, after = (sum(_given(column.key, rows, spec).values()) for rows in (old, new))
        if before != after:
            texts = [plain(value, column, round_) for value in (before, after, after - before)]
            sign = "+" if after > before else ""
            parts.append(f"{column.title} {texts[0]} → {texts[1]} ({sign}{texts[2]})")
    if parts:
        yield Finding(
            RULE, Severity.NOTE, "changed.totals", {"totals": "; ".join(parts)}, sheet=spec.sheet
        )


def _given(key: str, rows: Iterable[Row], spec: TableSpec) -> dict[int, float]:
    """Return the numbers of a column by sheet row."""
    position = spec.keys.index(key) + 1
    return {_number(row): value for row in rows if isinstance(value := row[position], float)}


def _jump(
    spec: TableSpec, key: str, earlier: Sent, later: Sent, round_: Round
) -> Iterator[Finding]:
    """Warn if a total that is compared between agencies jumped.

    Says nothing if the earlier version gave no number.
    """
    given, now = (_given(key, sent.rows_of(spec), spec) for sent in (earlier, later))
    before, after, column = sum(given.values()), sum(now.values()), spec.by_key[key]
    if not given or not has_jumped(before, after, round_.settings.across.jump):
        return
    told = grouped(after) if now else "–"
    words = {
        "column": column.title,
        "before": grouped(before),
        "after": told,
        "change": _change(before, after),
    }
    letter = later.letters.get(spec.key, {}).get(key, "")
    largest = sorted(now, key=lambda row: (-abs(now[row]), row))[:1] if letter else []
    cells = tuple(address(letter, row) for row in largest)
    yield Finding(
        RULE,
        Severity.WARNING,
        "jumped",
        words,
        sheet=spec.sheet,
        cells=cells,
        column=column.title,
        value=plain(after, column, round_),
    )


def has_jumped(before: float, after: float, jump: Jump) -> bool:
    """Whether a total changed by ``jump.least`` or more, and ``jump.times``-fold or in sign."""
    small, large = sorted((abs(before), abs(after)))
    return abs(after - before) >= jump.least and (large >= jump.times * small or before * after < 0)


def _change(before: float, after: float) -> str:
    """Return by which factor a total rose or fell; the difference if a factor makes no sense.

    That is so if either is 0 or the signs differ.
    """
    if before * after <= 0:
        return f"{after - before:+.15g}"
    times = after / before
    return f"×{_rounded(times)}" if times >= 1 else f"÷{_rounded(1 / times)}"


def _rounded(times: float) -> str:
    return grouped(float(f"{times:.3g}"))
