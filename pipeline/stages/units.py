"""The unit of work: some files with their readings are judged together, by the command itself or wherever else they were read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from pipeline.collect.sender.book import Book
from pipeline.collect.tables.named import looked_through
from pipeline.model import ASSIGNED, MAIL, Reading, Received, TableReading
from pipeline.store import Judged, decisions
from schemas.round.nil import nil_cell
from schemas.round.round import Round
from schemas.rules.catalogue import NOT_WORKBOOK

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.check.judge import Judgement

BATCH_FILES = 800
"""Submissions judged at once and written in one transaction: enough of them that a batch's fixed cost (a fifth of a second) weighs little,
few enough that the parent's memory stays flat."""
BATCH_ROWS = 200_000


@dataclass(frozen=True)
class Job:
    """All that reading and judging needs to know but the files."""

    round: Round
    definitions: Path
    """The folder of older forms' definitions, by digest."""
    mappings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The columns that operators confirmed, by agency."""
    waivers: Sequence[decisions.Waiver] = ()
    senders: Mapping[str, str] = field(default_factory=dict)
    """The agencies by the addresses from which they write."""

    @cached_property
    def as_confirmed(self) -> Round:
        """The round as files are read by it."""
        return replace(self.round, mappings=self.mappings)

    @cached_property
    def book(self) -> Book:
        """The names of the round's agencies."""
        return Book(self.round)


Readings = Sequence[tuple[Received, Reading | None]]
"""Files with what was read; nothing of one whose bytes the archive no longer holds."""


@dataclass(frozen=True)
class Answer:
    """What became of some files: judgements and typed rows, in which a file is known by its position among these.

    An answer holds for a file as it was judged: under its name, received on its day.
    """

    files: Sequence[Received]
    judged: Sequence[Judged]
    frames: Mapping[str, pd.DataFrame]
    lost: Sequence[Received] = ()
    """Files whose bytes the archive no longer holds, of which there is nothing to say."""


def judge_together(job: Job, readings: Readings) -> Answer:
    """Judge some files at once."""
    from pipeline.check.judge import judge  # here, for it loads pandas, which may wait until files are read
    from schemas.rules.persons import known

    lost = [each for each, reading in readings if reading is None]
    read = [(each, reading) for each, reading in readings if reading is not None]
    round_, files = job.round, [each for each, _ in read]
    by_position = {position: _with_sender(each, reading, job) for position, (each, reading) in enumerate(read)}
    names = {position: each.name for position, each in enumerate(files)}
    waived = {
        position: decisions.waived(job.waivers, reading.agency, day_of(files[position], round_))
        for position, reading in by_position.items()
    }
    with known(looked_through(by_position.values(), round_.by_key)):
        judgement = judge(by_position, names, round_, waived if job.waivers else {})
    judged = [_judged(position, reading, judgement, round_) for position, reading in by_position.items()]
    return Answer(files, judged, judgement.frames, lost)


def lightened(answer: Answer) -> Answer:
    """The same without the rows as they were read, which nobody needs who has the typed ones: it travels quicker."""
    return replace(answer, judged=[replace(each, reading=_without_rows(each.reading)) for each in answer.judged])


def _without_rows(reading: Reading) -> Reading:
    tables = {key: replace(table, rows=table.rows[:0], values={}, states={}, found={}, totals=()) for key, table in reading.tables.items()}
    return replace(reading, tables=tables, matches=(), findings=(), persons=None)


def day_of(file: Received, round_: Round) -> dt.date:
    """The day on which a file was received, which is all that judging asks of when it came."""
    return file.received.astimezone(round_.timezone).date()


def batches(readings: Iterator[tuple[Received, Reading | None]]) -> Iterator[list[tuple[Received, Reading | None]]]:
    """Cut a stream of readings where there are enough files or rows to be judged together."""
    batch: list[tuple[Received, Reading | None]] = []
    rows = 0
    for each in readings:
        batch.append(each)
        rows += sum(len(table.rows) for table in each[1].tables.values()) if each[1] else 0
        if len(batch) >= BATCH_FILES or rows >= BATCH_ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _with_sender(received: Received, reading: Reading, job: Job) -> Reading:
    """The reading of a file that can't be opened with its sender: whom the operator says, else whom its name says, else who sent the mail."""
    if not kind_of(reading) or (reading.agency and not received.assigned):
        return reading
    by_mail = job.senders.get(received.mail.sender, "") if received.mail else ""
    signs = {ASSIGNED: received.assigned, "file_name": job.book.only_sender(PurePosixPath(received.name).name), MAIL: by_mail}
    by, code = next(((by, code) for by, code in signs.items() if code), ("", ""))
    if code not in job.round.by_agency or not job.round.by_agency[code].in_scope:
        return reading
    return replace(reading, agency=code, identified_by=by)


def kind_of(reading: Reading) -> str:
    """What a file is that can't be opened; blank for a workbook."""
    return next((each.message.partition(".")[2] for each in reading.findings if each.rule == NOT_WORKBOOK), "")


def _judged(number: int, reading: Reading, judgement: Judgement, round_: Round) -> Judged:
    info = reading.tables.get(round_.info.key)
    has_rows = any(len(reading.tables[spec.key].rows) for spec in round_.row_tables if spec.key in reading.tables)
    return Judged(
        id=number,
        reading=reading,
        verdict=judgement.verdicts[number],
        findings=judgement.findings[number],
        signed_on=_signed_on(info.values.get("signed_on")) if info else "",
        nil=not any(len(reading.tables[spec.key].rows) for spec in round_.row_tables if spec.evidence and spec.key in reading.tables),
        is_blank=bool(reading.tables) and not has_rows and not _declares_nil(info, round_),
        kind=kind_of(reading),
    )


def _declares_nil(info: TableReading | None, round_: Round) -> bool:
    """Whether a return says that there is nothing to report, or its form can't say so."""
    said = nil_cell(round_)
    if said is None:
        return True
    column, code = said
    values = info.values.get(column.key) if info else None
    return values is not None and len(values) > 0 and int(values[0]) == round_.codes_of(column).codes.index(code)


def _signed_on(values: np.ndarray | None) -> str:
    return "" if values is None or len(values) == 0 or np.isnat(values[0]) else str(values[0])
