"""Collecting: files are taken in, read and judged into the ledger, and each is accounted for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.collect.intake import files as intake
from pipeline.collect.intake.arrivals import Arrivals
from pipeline.home import Home
from pipeline.model import COUNTING, Verdict
from pipeline.stages.judging import Outdated, judge_all
from pipeline.store import Ledger


@dataclass(frozen=True)
class Collected:
    """What became of every file seen; the counts add up to ``seen``."""

    seen: int
    accepted: int
    to_correct: int
    unreadable: int
    duplicate: int
    ignored: Sequence[intake.Ignored]
    unmatched: Sequence[str]
    """Files that a register names and that aren't there."""
    lost: Sequence[str]
    """Submissions that had to be judged again and whose bytes the archive no longer holds."""


def take_in(ledger: Ledger, home: Home, where: Sequence[Path], received: dt.datetime | None, tell: Callable[[int], None]) -> Collected:
    """Archive, read and judge all files in these places, and what must be judged again; ``tell`` is told how many have been read."""
    earlier = intake.Earlier(ledger.places(), ledger.judged_hashes(), ledger.dated_hashes(), ledger.hashes() if received else ())
    round_ = ledger.round_
    issued = round_.settings.issued_on
    each = intake.take_in(where, home.archive, received=received, timezone=round_.timezone, earlier=earlier, since=issued)
    arrivals, old = Arrivals(each, earlier, ledger.dates), Outdated(ledger, home)
    verdicts = judge_all(ledger, home, arrivals, old, tell)
    fresh = [verdicts[number] for number in ledger.numbers(arrivals.new)]
    return _balanced(
        Collected(
            seen=arrivals.received + len(arrivals.ignored),
            accepted=sum(verdict in COUNTING for verdict in fresh),
            to_correct=fresh.count(Verdict.TO_CORRECT),
            unreadable=fresh.count(Verdict.UNREADABLE),
            duplicate=arrivals.received - len(arrivals.new),
            ignored=arrivals.ignored,
            unmatched=[each.name for each in arrivals.unmatched],
            lost=old.lost,
        )
    )


def _balanced(collected: Collected) -> Collected:
    """The same, once it is certain that no file was lost from the count."""
    told = (collected.accepted, collected.to_correct, collected.unreadable, collected.duplicate, len(collected.ignored))
    if sum(told) != collected.seen:
        raise AssertionError(f"{collected.seen} files seen, but {told} accounted for")
    return collected
