"""Judging: files to readings, findings and verdicts in the ledger, batch by batch.

The libraries that judging takes are loaded while the first files are read.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from pipeline.collect import workers
from pipeline.collect.intake import files as intake
from pipeline.collect.intake.archive import is_whole
from pipeline.collect.intake.arrivals import Arrivals
from pipeline.collect.sender.book import Book
from pipeline.home import Home
from pipeline.model import ASSIGNED, MAIL, Reading, Received, TableReading, Verdict
from pipeline.stages.progress import Tell
from pipeline.stages.senders import agencies_by_address
from pipeline.store import Judged, Ledger, decisions, local
from schemas.round.nil import nil_cell
from schemas.round.round import Round
from schemas.rules.catalogue import NOT_WORKBOOK

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
    count: int = 0
    """How many there were when they were asked for."""

    def __iter__(self) -> Iterator[Received]:
        mails, outdated = self.ledger.mails(), self.ledger.outdated()
        self.count = len(outdated)
        for row in outdated:
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
                mail=mails.get(row["id"]),
            )


def judge_all(
    ledger: Ledger,
    home: Home,
    arrivals: Arrivals,
    old: Outdated,
    tell: Tell = lambda _: None,
    tell_again: Tell = lambda _: None,
    before: Callable[[], None] = lambda: None,
) -> dict[int, Verdict]:
    """Read, judge and write down what has arrived, then what must be judged again; verdicts by number of the submissions touched.

    ``tell`` is told how many of the arrivals have been read, ``tell_again`` how many of the others, 0 once the arrivals are through; ``before`` is called before anything is written, for the first time while files are read.
    """
    ledger.lay_rows_anew()
    round_, verdicts, waivers = ledger.round_, dict[int, Verdict](), decisions.waivers(ledger.decisions(), ledger.round_)
    as_confirmed, assigned = replace(round_, mappings=decisions.mappings(ledger.decisions())), decisions.assigned(ledger.decisions())
    book, senders = Book(round_), agencies_by_address(home, round_)

    def judge_and_write(batch: Sequence[tuple[Received, Reading]]) -> Mapping[int, Verdict]:
        before()
        _register(ledger, arrivals)
        by_number = _by_number(batch, ledger)
        judgement = _judge_batch(by_number, round_, waivers)
        with ledger.transaction():
            ledger.write([_judged(number, reading, judgement, round_) for number, (_, reading) in by_number.items()], judgement.frames)
        return judgement.verdicts

    for coming, tell_read in ((arrivals, tell), (old, tell_again)):
        named = (replace(each, assigned=assigned.get(each.sha256, "")) for each in coming)
        readings = ((each, _with_sender(each, reading, book, senders)) for each, reading in _read(named, as_confirmed, home, tell_read))
        for found in map(judge_and_write, _batches(readings)):  # by map, for nothing may hold a batch while the next is read
            verdicts.update(found)
        before()
        _register(ledger, arrivals)
        if coming is arrivals:
            tell_again(0)
    from pipeline.stages.comparing import compare_readable

    return verdicts | compare_readable(ledger, home)


def _register(ledger: Ledger, arrivals: Arrivals) -> None:
    with ledger.transaction():
        ledger.register(arrivals.to_register())


def _read(files: Iterable[Received], round_: Round, home: Home, tell: Tell) -> Iterator[tuple[Received, Reading]]:
    """The files with their readings. Once processes are at work, what judging takes is loaded: it takes as long as reading many files."""
    for position, each in enumerate(workers.read_all(files, round_, home.definitions)):
        if position == 0:
            importlib.import_module("pipeline.check.judge")
            importlib.import_module("pipeline.stages.comparing")
        tell(position + 1)
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
    from pipeline.check.judge import judge

    names = {number: each.name for number, (each, _) in batch.items()}
    days = {number: each.received.astimezone(round_.timezone).date() for number, (each, _) in batch.items()}
    waived = {number: decisions.waived(waivers, reading.agency, days[number]) for number, (_, reading) in batch.items()} if waivers else {}
    return judge({number: reading for number, (_, reading) in batch.items()}, names, round_, waived)


def _with_sender(received: Received, reading: Reading, book: Book, senders: Mapping[str, str]) -> Reading:
    """The reading of a file that can't be opened with its sender: whom the operator says, else whom its name says, else who sent the mail."""
    if not kind_of(reading) or (reading.agency and not received.assigned):
        return reading
    by_mail = senders.get(received.mail.sender, "") if received.mail else ""
    signs = {ASSIGNED: received.assigned, "file_name": book.only_sender(PurePosixPath(received.name).name), MAIL: by_mail}
    by, code = next(((by, code) for by, code in signs.items() if code), ("", ""))
    if code not in book.round.by_agency or not book.round.by_agency[code].in_scope:
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
