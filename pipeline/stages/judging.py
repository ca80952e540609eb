"""Judging: files to readings, findings and verdicts in the ledger, batch by batch.

The libraries that judging takes are loaded while the first files are read.
"""

from __future__ import annotations

import datetime as dt
import importlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.collect import workers
from pipeline.collect.intake import files as intake
from pipeline.collect.intake.archive import is_whole
from pipeline.collect.intake.arrivals import Arrivals
from pipeline.home import Home
from pipeline.model import Finding, Reading, Received, Severity, Verdict
from pipeline.store import Judged, Ledger, decisions, local
from schemas.round.round import Round
from schemas.words import dmy

if TYPE_CHECKING:
    from pipeline.check.judge import Judgement

BATCH_FILES = 800
"""Submissions judged at once and written in one transaction: enough of them that a batch's fixed cost (a fifth of a second) weighs little,
few enough that the parent's memory stays flat."""
BATCH_ROWS = 200_000


@dataclass
class Outdated:
    """Iterating gives the archived submissions that another form or program judged, or nobody yet: they are read again."""

    ledger: Ledger
    home: Home
    lost: list[str] = field(default_factory=list)
    """Names of those whose bytes the archive no longer holds: what is known of them stays as it was."""

    def __iter__(self) -> Iterator[Received]:
        for row in self.ledger.outdated():
            path = intake.archived(self.home.archive, row["sha256"])
            if not is_whole(path, row["sha256"]):
                self.lost.append(row["name"])
                continue
            yield Received(
                path=path,
                name=row["name"],
                sha256=row["sha256"],
                size=row["size"],
                received=local(row["received"], self.ledger.round_),
                received_by=row["received_by"],
            )


def judge_all(ledger: Ledger, home: Home, arrivals: Arrivals, old: Outdated, tell: Callable[[int], None]) -> dict[int, Verdict]:
    """Read, judge and write down what has arrived, then what must be judged again; verdicts by number of the submissions touched.

    ``tell`` is told how many files have been read.
    """
    ledger.lay_rows_anew()
    read = itertools.count(1)
    round_, verdicts, waivers = ledger.round_, dict[int, Verdict](), decisions.waivers(ledger.decisions(), ledger.round_)
    as_confirmed = replace(round_, mappings=decisions.mappings(ledger.decisions()))

    def judge_and_write(batch: Sequence[tuple[Received, Reading]]) -> Mapping[int, Verdict]:
        with ledger.transaction():
            ledger.register(arrivals.to_register())
        by_number = _by_number(batch, ledger)
        judgement = _judge_batch(by_number, round_, waivers)
        with ledger.transaction():
            ledger.write([_judged(number, *by_number[number], judgement, round_) for number in by_number], judgement.frames)
        return judgement.verdicts

    for coming in (arrivals, old):
        readings = _read(coming, as_confirmed, home, lambda: tell(next(read)))
        for found in map(judge_and_write, _batches(readings)):  # by map, for nothing may hold a batch while the next is read
            verdicts.update(found)
        with ledger.transaction():
            ledger.register(arrivals.to_register())
    from pipeline.stages.comparing import compare_readable

    return verdicts | compare_readable(ledger)


def _read(files: Iterable[Received], round_: Round, home: Home, tell: Callable[[], None]) -> Iterator[tuple[Received, Reading]]:
    """The files with their readings. Once processes are at work, what judging takes is loaded: it takes as long as reading many files."""
    for position, each in enumerate(workers.read_all(files, round_, home.definitions)):
        if position == 0:
            importlib.import_module("pipeline.check.judge")
            importlib.import_module("pipeline.stages.comparing")
        tell()
        yield each


def _by_number(batch: Sequence[tuple[Received, Reading]], ledger: Ledger) -> dict[int, tuple[Received, Reading]]:
    """A batch by the numbers of its submissions, each as received on the day that counts for it: it may have come more than once.

    Those that were read under another name than the one that counts are left out: they are read again.
    """
    numbers = ledger.numbers([each.sha256 for each, _ in batch])
    came = [ledger.came(number) for number in numbers]
    return {
        number: (replace(each, received=local(day, ledger.round_)), reading)
        for number, (day, name), (each, reading) in zip(numbers, came, batch, strict=True)
        if name == each.name
    }


def _batches(readings: Iterator[tuple[Received, Reading]]) -> Iterator[list[tuple[Received, Reading]]]:
    """Cut the stream of readings where a batch has enough files or rows."""
    batch: list[tuple[Received, Reading]] = []
    rows = 0
    for each in readings:
        batch.append(each)
        rows += sum(len(table.rows) for table in each[1].tables.values())
        if len(batch) >= BATCH_FILES or rows >= BATCH_ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _judge_batch(batch: dict[int, tuple[Received, Reading]], round_: Round, waivers: Sequence[decisions.Waiver]) -> Judgement:
    from pipeline.check.judge import Judgement, judge

    names = {number: each.name for number, (each, _) in batch.items()}
    days = {number: each.received.astimezone(round_.timezone).date() for number, (each, _) in batch.items()}
    waived = {number: decisions.waived(waivers, reading.agency, days[number]) for number, (_, reading) in batch.items()} if waivers else {}
    judgement = judge({number: reading for number, (_, reading) in batch.items()}, names, round_, waived)
    late = {number: late_days(each.received, round_) for number, (each, _) in batch.items()}
    findings = {number: (*listed, *_late_finding(late[number], *batch[number], round_)) for number, listed in judgement.findings.items()}
    return Judgement(judgement.frames, findings, judgement.verdicts)


def late_days(received: dt.datetime, round_: Round) -> int:
    """Days after the last day in time, on the round's clock; 0 in time."""
    day = received.astimezone(round_.timezone).date()
    return max(0, (day - round_.deadline).days + 1)


def _late_finding(days: int, received: Received, reading: Reading, round_: Round) -> list[Finding]:
    if not days or not reading.agency:
        return []
    words = {
        "days": str(days),
        "received": dmy(received.received.astimezone(round_.timezone)),
        "deadline": dmy(round_.deadline),
    }
    return [Finding("D01", Severity.NOTE, "late", words, agency=reading.agency, file=received.name)]


def _judged(number: int, received: Received, reading: Reading, judgement: Judgement, round_: Round) -> Judged:
    info = reading.tables.get(round_.info.key)
    return Judged(
        id=number,
        reading=reading,
        verdict=judgement.verdicts[number],
        findings=judgement.findings[number],
        signed_on=_signed_on(info.values.get("signed_on")) if info else "",
        nil=not any(len(reading.tables[spec.key].rows) for spec in round_.row_tables if spec.evidence and spec.key in reading.tables),
        late_days=late_days(received.received, round_),
    )


def _signed_on(values: np.ndarray | None) -> str:
    return "" if values is None or len(values) == 0 or np.isnat(values[0]) else str(values[0])
