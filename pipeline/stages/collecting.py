"""Collecting: files are taken in, read and judged into the ledger, and each is accounted for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.collect.intake import files as intake
from pipeline.collect.intake.arrivals import Arrivals
from pipeline.collect.intake.believed import Believable
from pipeline.collect.intake.stored import archive_at
from pipeline.errors import OperatorError
from pipeline.home import Home
from pipeline.machine.clock import now
from pipeline.machine.storage import Address, Place, Store
from pipeline.model import COUNTING, Verdict
from pipeline.stages import freshness
from pipeline.stages.cluster.connecting import engine_at
from pipeline.stages.engines import Engine
from pipeline.stages.issuing import keep_definition
from pipeline.stages.judging import Outdated, judge_all
from pipeline.stages.progress import Progress, Unfolding
from pipeline.store import Ledger
from pipeline.store.versions import Role
from schemas.words import dmy

if TYPE_CHECKING:
    from pipeline.stages.effects import Effect, State


@dataclass(frozen=True)
class Collected:
    """What became of every file seen; the counts add up to ``seen``."""

    seen: int
    accepted: int
    to_correct: int
    unreadable: int
    duplicate: int
    """Files whose content was there already: of an earlier run, or twice in this one."""
    ignored: Sequence[intake.Ignored]
    unmatched: Sequence[str]
    """Files that a register names and that aren't there."""
    lost: Sequence[str]
    """Submissions that had to be judged again and whose bytes the archive no longer holds."""
    unbelieved: Sequence[str] = ()
    """Files that came now and whose own time can't be believed: the day of collection counts."""
    uploaded: Sequence[str] = ()
    """Files that came now and of which only the time is known at which they were uploaded."""
    effects: Sequence[Effect] = ()
    """What changed for agencies that had sent something before."""
    known: int = 0
    """Those of ``duplicate`` that an earlier run took in."""
    news: Sequence[intake.Ignored] = ()
    """Those of ``ignored`` that no earlier run told."""
    unassigned: Sequence[tuple[str, str]] = ()
    """Files of nobody that no earlier run told, each with the agency whose it may be; blank where there is none."""
    still_unassigned: int = 0
    """Files of nobody that an earlier run told."""
    of_nobody: int = 0
    """Files that are nobody's return yet, readable or not, which aren't among the unreadable."""
    beside: int = 0
    """Files that only accompany returns, which aren't among the unreadable either."""
    withdrawn: Sequence[str] = ()
    """Letters that what came made untrue."""


def take_in(
    ledger: Ledger, home: Home, where: Sequence[Place], received: dt.datetime | None, progress: Progress, engine: Engine
) -> Collected:
    """Archive, read and judge all files in these places, and what must be judged again."""
    earlier = intake.Earlier(ledger.places(), ledger.judged_hashes(), ledger.dated_hashes(), ledger.hashes() if received else ())
    round_ = ledger.round_
    believable = Believable(now(round_.timezone), round_.settings.issued_on)
    if received is not None and not believable.holds(received):
        _refuse(received, believable)
    archive_at(home.archive).begin()
    engine.begin(home.archive, where)
    looked_for = [each if isinstance(each, Path) else intake.Listed(each) for each in where]
    changes, far = _Changes(ledger), Unfolding("collect", intake.count(looked_for), progress)
    each = intake.take_in(
        looked_for,
        home.archive,
        received=received,
        timezone=round_.timezone,
        earlier=earlier,
        believable=believable,
        top=home.incoming,
        met=far.met,
        calls=engine.calls,
    )
    arrivals, old = Arrivals(each, earlier, ledger.dates), Outdated(ledger, home)
    verdicts = judge_all(
        ledger,
        home,
        arrivals,
        old,
        tell=lambda read: far.tell(arrivals.seen - len(arrivals.new) + read, arrivals.seen),
        tell_again=lambda read: progress("again", read + len(old.lost), old.count) if read else far.end(arrivals.seen),
        before=changes.begin,
        engine=engine,
    )
    return _balanced(_collected(ledger, arrivals, old, verdicts, changes.since()))


def _collected(ledger: Ledger, arrivals: Arrivals, old: Outdated, verdicts: Mapping[int, Verdict], effects: Sequence[Effect]) -> Collected:
    numbers = ledger.numbers(arrivals.new)
    fresh = [verdicts[number] for number in numbers]
    roles = _roles(ledger, [number for number in numbers if verdicts[number] is Verdict.UNREADABLE])
    return Collected(
        seen=arrivals.seen,
        accepted=sum(verdict in COUNTING for verdict in fresh),
        to_correct=fresh.count(Verdict.TO_CORRECT),
        unreadable=fresh.count(Verdict.UNREADABLE) - roles[Role.UNASSIGNED] - roles[Role.ACCOMPANYING],
        of_nobody=roles[Role.UNASSIGNED],
        beside=roles[Role.ACCOMPANYING],
        duplicate=arrivals.received - len(arrivals.new),
        ignored=arrivals.ignored,
        unmatched=[each.name for each in arrivals.unmatched],
        lost=old.lost,
        unbelieved=arrivals.unbelieved,
        uploaded=arrivals.uploaded,
        effects=effects,
        known=arrivals.known,
    )


def refuse_missing(paths: Sequence[Place]) -> None:
    """Raise ``OperatorError`` for a place that isn't there."""
    for address in (each for each in paths if isinstance(each, Address)):
        Store(address).is_file()
    missing = next((path for path in paths if isinstance(path, Path) and not path.exists()), None)
    if missing is not None:
        raise OperatorError("no_such_file", path=missing)


def collect_into(
    ledger: Ledger, home: Home, paths: Sequence[Place], received: dt.datetime | None, progress: Progress, cluster: str = ""
) -> Collected:
    """Take in what is in these places, or in the folder of incoming files, with the help of the ``cluster`` at an address."""
    keep_definition(home, ledger.round_)
    where = list(paths) or [home.incoming]
    incoming = freshness.listing(home.incoming)
    with engine_at(cluster) as engine:
        collected = take_in(ledger, home, where, received, progress, engine)
    if home.incoming in [path.resolve() for path in where if isinstance(path, Path)]:
        freshness.note_collected(ledger, incoming)
    return _with_news(collected, ledger)


def _with_news(collected: Collected, ledger: Ledger) -> Collected:
    """The same with what was left and what is nobody's, as far as no earlier run told it."""
    from pipeline.stages.unassigned import unassigned  # here, for it loads pandas, which may wait until workers read

    nobody = unassigned(ledger)
    with ledger.transaction():
        fresh = ledger.marks.unheard([*(f"{each.reason} {each.name}" for each in collected.ignored), *nobody])
    return replace(
        collected,
        news=[each for each in collected.ignored if f"{each.reason} {each.name}" in fresh],
        unassigned=[said for sha256, said in nobody.items() if sha256 in fresh],
        still_unassigned=sum(sha256 not in fresh for sha256 in nobody),
    )


def _roles(ledger: Ledger, numbers: Sequence[int]) -> Counter[str]:
    """What files are for their agencies that are no returns: how many of each role."""
    if not numbers:
        return Counter()
    from pipeline.store import standing

    found = standing.submissions_of(ledger, standing.DECIDING)
    return Counter(found.loc[found["submission"].isin(numbers), "role"])


class _Changes:
    """What collecting changes for agencies that had sent something; nothing is looked at where all is new or judged anew."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger, self._is_wanted = ledger, ledger.is_current and bool(ledger.judged_hashes())
        self._before: dict[str, State] = {}

    def begin(self) -> None:
        """Look where agencies stand now, the first time that this is asked for: by then other processes read files."""
        if self._is_wanted:
            from pipeline.stages.effects import states

            self._before, self._is_wanted = states(self._ledger), False

    def since(self) -> list[Effect]:
        """The changes up to now."""
        if not self._before:
            return []
        from pipeline.stages.effects import of_arrivals, states

        return list(of_arrivals(self._before, states(self._ledger)))


def _refuse(received: dt.datetime, believable: Believable) -> None:
    """Raise ``OperatorError`` for a day of receipt that can't be right."""
    first = dmy(believable.issued) if believable.issued else "–"
    raise OperatorError("received_unbelievable", day=dmy(received), first=first, last=dmy(believable.now))


def _balanced(collected: Collected) -> Collected:
    """The same, once it is certain that no file was lost from the count."""
    told = (
        collected.accepted,
        collected.to_correct,
        collected.unreadable,
        collected.of_nobody,
        collected.beside,
        collected.duplicate,
        len(collected.ignored),
    )
    if sum(told) != collected.seen:
        raise AssertionError(f"{collected.seen} files seen, but {told} accounted for")
    return collected
