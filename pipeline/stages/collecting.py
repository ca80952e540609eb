"""Take files in: read and judge them into the ledger, and account for each."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.collect.intake import files as intake
from pipeline.collect.intake.arrivals import Arrivals
from pipeline.collect.intake.believed import ReceiptSpan
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
from schemas.round.round import Round
from schemas.words import dmy

if TYPE_CHECKING:
    from pipeline.stages.effects import AgencyState, Effect


@dataclass(frozen=True)
class CollectionReport:
    """What became of every file seen; the counts add up to ``seen``."""

    seen: int
    accepted: int
    to_correct: int
    unreadable: int
    duplicate: int
    """Files with known content: of an earlier run, or twice in this one."""
    ignored: Sequence[intake.IgnoredFile]
    unmatched: Sequence[str]
    """Files that a register names but that aren't there."""
    lost: Sequence[str]
    """Submissions due to be judged again whose bytes the archive no longer holds."""
    unbelieved: Sequence[str] = ()
    """Files new in this run whose own time can't be right: the day of collection counts."""
    uploaded: Sequence[str] = ()
    """Files new in this run known only by the time of their upload."""
    effects: Sequence[Effect] = ()
    """What changed for agencies that had sent something before."""
    known: int = 0
    """The part of ``duplicate`` that an earlier run took in."""
    news: Sequence[intake.IgnoredFile] = ()
    """The part of ``ignored`` that no earlier run told."""
    unassigned: Sequence[tuple[str, str]] = ()
    """Unassigned files that no earlier run told: name and likely agency (or blank)."""
    still_unassigned: int = 0
    """How many unassigned files an earlier run told."""
    of_nobody: int = 0
    """How many files are unassigned, readable or not. Not counted among the unreadable."""
    beside: int = 0
    """How many files only accompany returns. Not counted among the unreadable either."""
    withdrawn: Sequence[str] = ()
    """Letters that are no longer true and were deleted."""


def take_in(
    ledger: Ledger,
    home: Home,
    where: Sequence[Place],
    received: dt.datetime | None,
    progress: Progress,
    engine: Engine,
) -> CollectionReport:
    """Archive, read and judge all files in these places, and what must be judged again."""
    believable = _believable(ledger.round_, received)
    archive_at(home.archive).begin()
    engine.begin(home.archive, where)
    listed = [place if isinstance(place, Path) else intake.StoreListing(place) for place in where]
    changes, far = _Changes(ledger), Unfolding("collect", intake.count(listed), progress)
    earlier = _earlier(ledger, received)
    files = intake.take_in(
        listed,
        home.archive,
        received=received,
        timezone=ledger.round_.timezone,
        earlier=earlier,
        believable=believable,
        top=home.incoming,
        met=far.met,
        calls=engine.calls,
    )
    arrivals, old = Arrivals(files, earlier, ledger.dates), Outdated(ledger, home)
    verdicts = judge_all(
        ledger,
        home,
        arrivals,
        old,
        tell=lambda read: far.tell(arrivals.seen - len(arrivals.new) + read, arrivals.seen),
        tell_again=lambda read: (
            progress("again", read + len(old.lost), old.count) if read else far.end(arrivals.seen)
        ),
        before=changes.begin,
        engine=engine,
    )
    return _balanced(_collected(ledger, arrivals, old, verdicts, changes.since()))


def _earlier(ledger: Ledger, received: dt.datetime | None) -> intake.EarlierFiles:
    """Return what earlier runs took in."""
    return intake.EarlierFiles(
        ledger.places(),
        ledger.judged_hashes(),
        ledger.dated_hashes(),
        ledger.hashes() if received else (),
    )


def _believable(round_: Round, received: dt.datetime | None) -> ReceiptSpan:
    """Return which receipt dates can be right; ``OperatorError`` if ``received`` can't be."""
    believable = ReceiptSpan(now(round_.timezone), round_.settings.issued_on)
    if received is None or believable.holds(received):
        return believable
    first = dmy(believable.issued) if believable.issued else "–"
    raise OperatorError(
        "received_unbelievable", day=dmy(received), first=first, last=dmy(believable.now)
    )


def _collected(
    ledger: Ledger,
    arrivals: Arrivals,
    old: Outdated,
    verdicts: Mapping[int, Verdict],
    effects: Sequence[Effect],
) -> CollectionReport:
    numbers = ledger.numbers(arrivals.new)
    fresh = [verdicts[number] for number in numbers]
    roles = _roles(ledger, [number for number in numbers if verdicts[number] is Verdict.UNREADABLE])
    return CollectionReport(
        seen=arrivals.seen,
        accepted=sum(verdict in COUNTING for verdict in fresh),
        to_correct=fresh.count(Verdict.TO_CORRECT),
        unreadable=fresh.count(Verdict.UNREADABLE)
        - roles[Role.UNASSIGNED]
        - roles[Role.ACCOMPANYING],
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
    """Raise ``OperatorError`` for a place that doesn't exist."""
    for address in (place for place in paths if isinstance(place, Address)):
        Store(address).is_file()
    missing = next((path for path in paths if isinstance(path, Path) and not path.exists()), None)
    if missing is not None:
        raise OperatorError("no_such_file", path=missing)


def collect_into(
    ledger: Ledger,
    home: Home,
    paths: Sequence[Place],
    received: dt.datetime | None,
    progress: Progress,
    cluster: str = "",
) -> CollectionReport:
    """Take in what is in these places, or in the folder of incoming files.

    ``cluster`` is the address of a Dask scheduler that helps; blank for none.
    """
    keep_definition(home, ledger.round_)
    where = list(paths) or [home.incoming]
    incoming = freshness.listing(home.incoming)
    with engine_at(cluster) as engine:
        collected = take_in(ledger, home, where, received, progress, engine)
    if home.incoming in [path.resolve() for path in where if isinstance(path, Path)]:
        freshness.note_collected(ledger, incoming)
    return _with_news(collected, ledger)


def _with_news(collected: CollectionReport, ledger: Ledger) -> CollectionReport:
    """Fill in which ignored and unassigned files no earlier run told."""
    from pipeline.stages.unassigned import unassigned  # loads pandas: best while workers read

    nobody = unassigned(ledger)
    with ledger.transaction():
        fresh = ledger.marks.unheard(
            [*(f"{each.reason} {each.name}" for each in collected.ignored), *nobody]
        )
    return replace(
        collected,
        news=[each for each in collected.ignored if f"{each.reason} {each.name}" in fresh],
        unassigned=[said for sha256, said in nobody.items() if sha256 in fresh],
        still_unassigned=sum(sha256 not in fresh for sha256 in nobody),
    )


def _roles(ledger: Ledger, numbers: Sequence[int]) -> Counter[str]:
    """Count new unreadable files by their role for the agency."""
    if not numbers:
        return Counter()
    from pipeline.store import standing

    found = standing.submissions_of(ledger, standing.DECIDING)
    return Counter(found.loc[found["submission"].isin(numbers), "role"])


class _Changes:
    """What collecting changes for agencies that had sent something.

    Nothing is looked at if all is new, or is to be judged again: then there is nothing to compare.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger, self._is_wanted = ledger, ledger.is_current and bool(ledger.judged_hashes())
        self._before: dict[str, AgencyState] = {}

    def begin(self) -> None:
        """Note the present standings, the first time this is called.

        By then other processes read files, so the time costs nothing.
        """
        if self._is_wanted:
            from pipeline.stages.effects import states

            self._before, self._is_wanted = states(self._ledger), False

    def since(self) -> list[Effect]:
        """Return the changes up to now."""
        if not self._before:
            return []
        from pipeline.stages.effects import of_arrivals, states

        return list(of_arrivals(self._before, states(self._ledger)))


def _balanced(collected: CollectionReport) -> CollectionReport:
    """Return ``collected``; raises ``AssertionError`` if its counts don't add up."""
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
