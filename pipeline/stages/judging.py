"""Turn files into readings, findings and verdicts in the ledger, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.collect.intake import files as intake
from pipeline.collect.intake.archive import is_whole
from pipeline.collect.intake.arrivals import Arrivals
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.model import Received, Verdict
from pipeline.stages.engines import LOCAL, Engine
from pipeline.stages.progress import Tell
from pipeline.stages.senders import agencies_by_address
from pipeline.stages.units import Answer, Job, day_of
from pipeline.store import Ledger, decisions, local

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class Outdated:
    """The archived submissions to be read again, when iterated over.

    Another form or program judged them, or nobody has yet.
    """

    ledger: Ledger
    home: Home
    lost: list[str] = field(default_factory=list)
    """Names of those whose bytes the archive no longer holds: what is known of them stays."""
    count: int = 0
    """How many there were at the start of the iteration."""

    def __iter__(self) -> Iterator[Received]:
        mails, outdated = self.ledger.mails(), self.ledger.outdated()
        self.count = len(outdated)
        archive = self.home.archive
        for row in outdated:
            path = intake.archived(archive, row["sha256"])
            # one in a store is checked when it is fetched
            if isinstance(path, Path) and not is_whole(path, row["sha256"]):
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
    engine: Engine = LOCAL,
) -> dict[int, Verdict]:
    """Judge and write what has arrived, then what must be judged again; verdicts by number.

    ``tell`` and ``tell_again`` get how many of each have been read (``tell_again`` first 0).
    ``before`` is called before each writing, for the first time while files are being read.
    """
    ledger.lay_rows_anew()
    job, assigned = _job(ledger, home), decisions.assigned(ledger.decisions())
    verdicts, lost = dict[int, Verdict](), dict[str, str]()

    def write(answer: Answer) -> Mapping[int, Verdict]:
        before()
        _register(ledger, arrivals)  # gives files their numbers, which writing needs
        lost.update((file.sha256, file.name) for file in answer.lost)
        return _write(ledger, answer)

    for coming, tell_read in ((arrivals, tell), (old, tell_again)):
        files = (replace(file, assigned=assigned.get(file.sha256, "")) for file in coming)
        # map: a generator's variable would hold an answer while the next one is awaited
        for written in map(write, engine.judge(job, files, tell_read)):
            verdicts.update(written)
        before()
        _register(ledger, arrivals)
        if coming is arrivals:
            _refuse_lost(lost, home)
            tell_again(0)
    old.lost += lost.values()
    from pipeline.stages.comparing import compare_readable

    return verdicts | compare_readable(ledger, home)


def _refuse_lost(lost: Mapping[str, str], home: Home) -> None:
    """Raise ``OperatorError`` if the archive lacks what was just stored in it.

    The files are on record: the next run reads them.
    """
    if lost:
        raise OperatorError("storage_lost", names=", ".join(lost.values()), address=home.archive)


def _job(ledger: Ledger, home: Home) -> Job:
    record = ledger.decisions()
    return Job(
        round=ledger.round_,
        definitions=home.definitions,
        mappings=decisions.mappings(record),
        waivers=decisions.waivers(record, ledger.round_),
        senders=agencies_by_address(home, ledger.round_),
    )


def _register(ledger: Ledger, arrivals: Arrivals) -> None:
    with ledger.transaction():
        ledger.register(arrivals.to_register())


def _write(ledger: Ledger, answer: Answer) -> dict[int, Verdict]:
    """Write an answer in one transaction; files for which it no longer holds are read again."""
    numbers = _numbers(ledger, answer)
    judged = [replace(each, id=numbers[each.id]) for each in answer.judged if each.id in numbers]
    with ledger.transaction():
        ledger.write(
            judged,
            {
                key: _numbered(frame, numbers, len(answer.files))
                for key, frame in answer.frames.items()
            },
        )
    return {each.id: each.verdict for each in judged}


def _numbers(ledger: Ledger, answer: Answer) -> dict[int, int]:
    """Return submission numbers by position in an answer, for files that still count as judged.

    The same content may come again, and then count under another name or receipt date.
    """
    found = {}
    for position, (number, file) in enumerate(
        zip(ledger.numbers(each.sha256 for each in answer.files), answer.files, strict=True)
    ):
        moment, name = ledger.came(number)
        as_it_counts = replace(file, name=name, received=local(moment, ledger.round_))
        if (as_it_counts.name, day_of(as_it_counts, ledger.round_)) == (
            file.name,
            day_of(file, ledger.round_),
        ):
            found[position] = number
    return found


def _numbered(frame: pd.DataFrame, numbers: Mapping[int, int], count: int) -> pd.DataFrame:
    """Replace positions by submission numbers in a frame; drop rows without a number."""
    by_position = np.full(count, -1)
    by_position[list(numbers.keys())] = list(numbers.values())
    submissions = by_position[frame["submission"].to_numpy()]
    numbered = frame.assign(submission=submissions)
    return numbered if len(numbers) == count else numbered.loc[submissions >= 0]
