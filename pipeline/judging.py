"""Judging: readings to findings and verdicts in the ledger, batch by batch; then what returns say of earlier ones and of one another."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from pipeline import decisions, standing
from pipeline.check import agencies as across
from pipeline.check import changes
from pipeline.check.judge import Judgement, amended, effective, judge, verdict
from pipeline.collect import intake, workers
from pipeline.collect.archive import is_whole
from pipeline.collect.arrivals import Arrivals
from pipeline.home import Home
from pipeline.model import Finding, Reading, Received, Severity, Verdict
from pipeline.store import Judged, Ledger, local
from schemas.round import Round
from schemas.words import dmy

BATCH_FILES = 800
"""Submissions judged at once and written in one transaction: enough of them that a batch's fixed cost (a third of a second) weighs little,
few enough that the parent's memory stays flat."""
BATCH_ROWS = 200_000


def submissions_of(ledger: Ledger) -> pd.DataFrame:
    """All submissions, with which of them speaks for its agency."""
    return standing.with_current(ledger.submissions(), ledger.decisions())


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
    """Read, judge and write down what has arrived, then what must be judged again; verdicts by number of the submissions touched."""
    round_, verdicts, waivers = ledger.round_, dict[int, Verdict](), decisions.waivers(ledger.decisions(), ledger.round_)
    as_confirmed = replace(round_, mappings=decisions.mappings(ledger.decisions()))
    for coming in (arrivals, old):
        for batch in _batches(workers.read_all(coming, as_confirmed, home.definitions)):
            with ledger.transaction():
                ledger.register(arrivals.to_register())
            by_number = _by_number(batch, ledger)
            judgement = _judge_batch(by_number, round_, waivers)
            with ledger.transaction():
                ledger.write([_judged(number, *by_number[number], judgement, round_) for number in by_number], judgement.frames)
            verdicts.update(judgement.verdicts)
            tell(len(verdicts))
        with ledger.transaction():
            ledger.register(arrivals.to_register())
    return verdicts | compare(ledger)


def _by_number(batch: Sequence[tuple[Received, Reading]], ledger: Ledger) -> dict[int, tuple[Received, Reading]]:
    """A batch by the numbers of its submissions, each as received on the day that counts for it: it may have come more than once."""
    numbers = ledger.numbers([each.sha256 for each, _ in batch])
    days = [local(ledger.received(number), ledger.round_) for number in numbers]
    return {number: (replace(each, received=day), reading) for number, day, (each, reading) in zip(numbers, days, batch, strict=True)}


def compare(ledger: Ledger) -> dict[int, Verdict]:
    """Write down what current returns say of the agencies' earlier ones and of one another; verdicts of the submissions touched."""
    submissions = submissions_of(ledger)
    return _compare_resubmissions(ledger, submissions) | _compare_agencies(ledger, submissions)


def _compare_agencies(ledger: Ledger, submissions: pd.DataFrame) -> dict[int, Verdict]:
    """Write down what the current returns of different agencies say of one another (N01–N03), where that isn't written yet.

    Returns the verdicts of the submissions that were touched.
    """
    round_ = ledger.round_
    current = submissions[submissions["current"]]
    numbers = current["submission"].tolist()
    waivers = decisions.waivers(ledger.decisions(), round_)
    state = hashlib.sha256(repr((numbers, ledger.judged_by, waivers)).encode()).hexdigest()
    if ledger.agencies_compared(state):
        return {}
    agency = current.set_index("submission")[["agency"]]
    tables = {spec.key: ledger.rows(spec, numbers).join(agency, on="submission") for spec in round_.row_tables}
    wanted = across.across(across.Current(tables, ledger.letters(numbers)), round_)
    known = ledger.findings_of(across.RULES)
    verdicts: dict[int, Verdict] = {}
    with ledger.transaction():
        ledger.note_agencies_compared(state)
        touched = submissions[submissions["submission"].isin({*wanted, *known})]
        for number, name, code, received in zip(*(touched[each] for each in ("submission", "name", "agency", "received")), strict=True):
            named = [replace(each, agency=code, file=name) for each in wanted.get(number, ())]
            held = decisions.waived(waivers, code, local(received, round_).date())
            found = amended((), "", effective(named, held, round_))
            if found != known.get(number, []):
                kept = [each for each in ledger.findings([number]) if each.rule not in across.RULES]
                findings = amended(kept, "", found)
                verdicts[number] = verdict(findings)
                ledger.amend(number, findings, verdicts[number])
    return verdicts


def _compare_resubmissions(ledger: Ledger, submissions: pd.DataFrame) -> dict[int, Verdict]:
    """Write down what each agency's current submission changed against the one before it, where that isn't written yet.

    Returns the verdicts of the submissions that were touched.
    """
    known, before = ledger.comparisons(), standing.predecessors(submissions)
    current = submissions.loc[submissions["current"], "submission"].tolist()
    stale = {number: before[number] for number in current if known.get(number, 0) != before[number]}
    sent = _sent(ledger, submissions, [number for pair in stale.items() for number in pair if number])
    verdicts: dict[int, Verdict] = {}
    with ledger.transaction():
        for number, earlier in stale.items():
            found = changes.changes(sent[earlier], sent[number], ledger.round_) if earlier else []
            findings = amended(ledger.findings([number]), changes.RULE, found)
            verdicts[number] = verdict(findings)
            ledger.amend(number, findings, verdicts[number])
            ledger.compared(number, earlier)
    return verdicts


def _sent(ledger: Ledger, submissions: pd.DataFrame, numbers: Sequence[int]) -> dict[int, changes.Sent]:
    """These submissions as far as comparing goes, by number."""
    if not numbers:
        return {}
    rows = {spec.key: ledger.stored_rows(spec, numbers) for spec in ledger.round_.tables}
    letters = ledger.letters(numbers)
    chosen = submissions[submissions["submission"].isin(numbers)]
    return {
        number: changes.Sent(
            name, agency, local(received, ledger.round_), {key: found.get(number, []) for key, found in rows.items()}, letters[number]
        )
        for number, name, agency, received in zip(*(chosen[each] for each in ("submission", "name", "agency", "received")), strict=True)
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
