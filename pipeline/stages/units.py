"""The unit of work: judge some files together, here or wherever they were read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from pipeline.collect.sender.book import NameBook, book_of
from pipeline.collect.tables.named import looked_through
from pipeline.model import ASSIGNED, MAIL, Reading, Received, TableReading
from pipeline.store import JudgedSubmission, decisions
from schemas.round.nil import nil_cell
from schemas.round.round import Round
from schemas.rules.catalogue import NOT_WORKBOOK

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.check.judge import Judgement

BATCH_FILES = 800
"""Submissions judged at once and written in one transaction. Many, because a batch costs a fifth
of a second; few, because the parent's memory must stay flat."""
BATCH_ROWS = 200_000


@dataclass(frozen=True)
class Job:
    """What reading and judging must know besides the files."""

    round: Round
    definitions: Path
    """The folder with definitions of older forms, by digest."""
    mappings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Columns that operators confirmed, by agency."""
    waivers: Sequence[decisions.Waiver] = ()
    senders: Mapping[str, str] = field(default_factory=dict)
    """Agencies by the addresses that they write from."""

    @cached_property
    def as_confirmed(self) -> Round:
        """The round for reading, with the confirmed columns."""
        return replace(self.round, mappings=self.mappings)

    @cached_property
    def book(self) -> NameBook:
        """The names of the round's agencies."""
        return book_of(self.round)


Readings = Sequence[tuple[Received, Reading | None]]
"""Files with their readings; None if the archive no longer holds the bytes."""


@dataclass(frozen=True)
class Answer:
    """The result for some files: judgements and typed rows, with files known by position.

    It holds for a file under this name, received on this day.
    """

    files: Sequence[Received]
    judged: Sequence[JudgedSubmission]
    frames: Mapping[str, pd.DataFrame]
    lost: Sequence[Received] = ()
    """Files whose bytes the archive no longer holds: nothing can be said of them."""


def judge_together(job: Job, readings: Readings) -> Answer:
    """Judge some files at once."""
    from pipeline.check.judge import judge  # loads pandas: best while files are read
    from schemas.rules.persons import known

    lost = [each for each, reading in readings if reading is None]
    read = [(each, reading) for each, reading in readings if reading is not None]
    round_, files = job.round, [each for each, _ in read]
    by_position = {
        position: _with_sender(each, reading, job) for position, (each, reading) in enumerate(read)
    }
    names = {position: each.name for position, each in enumerate(files)}
    waived = {
        position: decisions.waived(job.waivers, reading.agency, day_of(files[position], round_))
        for position, reading in by_position.items()
    }
    with known(looked_through(by_position.values(), round_.by_key)):
        judgement = judge(by_position, names, round_, waived if job.waivers else {})
    judged = [
        _judged(position, reading, judgement, round_) for position, reading in by_position.items()
    ]
    return Answer(files, judged, judgement.frames, lost)


def lightened(answer: Answer) -> Answer:
    """Return the answer without the rows as read: the typed ones suffice, and it travels faster."""
    return replace(
        answer,
        judged=[replace(each, reading=_without_rows(each.reading)) for each in answer.judged],
    )


def _without_rows(reading: Reading) -> Reading:
    tables = {
        key: replace(table, rows=table.rows[:0], values={}, states={}, found={}, totals=())
        for key, table in reading.tables.items()
    }
    return replace(reading, tables=tables, matches=(), findings=(), persons=None)


def day_of(file: Received, round_: Round) -> dt.date:
    """Return the day on which a file was received: all of its receipt that judging needs."""
    return file.received.astimezone(round_.timezone).date()


def batches(
    readings: Iterator[tuple[Received, Reading | None]],
) -> Iterator[list[tuple[Received, Reading | None]]]:
    """Cut a stream of readings into batches of enough files or rows."""
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
    """Fill in the agency of a file that can't be opened.

    By the operator's word, else the file name, else the sender of its mail.
    """
    if not kind_of(reading) or (reading.agency and not received.assigned):
        return reading
    by_mail = job.senders.get(received.mail.sender, "") if received.mail else ""
    signs = {
        ASSIGNED: received.assigned,
        "file_name": job.book.only_sender(PurePosixPath(received.name).name),
        MAIL: by_mail,
    }
    by, code = next(((by, code) for by, code in signs.items() if code), ("", ""))
    if code not in job.round.by_agency or not job.round.by_agency[code].in_scope:
        return reading
    return replace(reading, agency=code, identified_by=by)


def kind_of(reading: Reading) -> str:
    """Return what a file is that is no workbook; blank for a workbook."""
    return next(
        (each.message.partition(".")[2] for each in reading.findings if each.rule == NOT_WORKBOOK),
        "",
    )


def _judged(number: int, reading: Reading, judgement: Judgement, round_: Round) -> JudgedSubmission:
    """Return what the ledger keeps of one file."""
    info = reading.tables.get(round_.info.key)
    has_rows = any(
        len(reading.tables[spec.key].rows)
        for spec in round_.row_tables
        if spec.key in reading.tables
    )
    return JudgedSubmission(
        id=number,
        reading=reading,
        verdict=judgement.verdicts[number],
        findings=judgement.findings[number],
        signed_on=_signed_on(info.values.get("signed_on")) if info else "",
        nil=not any(
            len(reading.tables[spec.key].rows)
            for spec in round_.row_tables
            if spec.evidence and spec.key in reading.tables
        ),
        is_blank=bool(reading.tables) and not has_rows and not _declares_nil(info, round_),
        kind=kind_of(reading),
    )


def _declares_nil(info: TableReading | None, round_: Round) -> bool:
    """Whether a return declares nil. True if its form has no cell for that."""
    said = nil_cell(round_)
    if said is None:
        return True
    column, code = said
    values = info.values.get(column.key) if info else None
    return (
        values is not None
        and len(values) > 0
        and int(values[0]) == round_.codes_of(column).codes.index(code)
    )


def _signed_on(values: np.ndarray | None) -> str:
    return "" if values is None or len(values) == 0 or np.isnat(values[0]) else str(values[0])
