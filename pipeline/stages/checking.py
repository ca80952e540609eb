"""Judge files as ``collect`` would, but without the ledger: nothing is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.collect.intake import files as intake
from pipeline.errors import OperatorError, UsageError
from pipeline.machine import clock
from pipeline.machine.storage import Address, Place, Store
from pipeline.model import OPTION, Finding, Match, Received, Verdict
from pipeline.store import decisions
from schemas.round.round import Round


@dataclass(frozen=True)
class CheckReport:
    """The judgement of one file that was not taken in."""

    name: str
    agency: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    matches: tuple[Match, ...]
    """How its sheets and columns were matched, where they differ from the declared ones."""


def judge_files(
    files: Sequence[Place],
    round_: Round,
    definitions: Path,
    tell: Callable[[intake.IgnoredFile], None],
) -> list[CheckReport]:
    """Read and judge files as one batch, as if received now.

    Archives and mails are opened as ``collect`` opens them. ``tell`` is called with each file
    ignored.
    """
    with tempfile.TemporaryDirectory() as beside:
        sources = []
        for one in (one for path in files for one in _opened(path, Path(beside), round_)):
            if isinstance(one, Received):
                sources.append(one)
            elif isinstance(one, intake.IgnoredFile):
                tell(one)
        return _judged(sources, round_, definitions)


def refuse_all_but_a_file(place: Place) -> None:
    """Raise ``UsageError`` for a folder, ``OperatorError`` if nothing is there."""
    if isinstance(place, Address):
        is_file = Store(place).is_file()
    elif place.exists():
        is_file = place.is_file()
    else:
        raise OperatorError("no_such_file", path=place)
    if not is_file:
        raise UsageError("no_file", path=place)


def _opened(path: Place, beside: Path, round_: Round) -> Iterator[intake.IntakeResult]:
    """Yield a file, or what an archive or mail holds, unpacked into ``beside``.

    A file of a store is fetched into it too.
    """
    now = clock.now(round_.timezone)
    if isinstance(path, Address) or intake.is_container(path):
        yield from intake.take_in([path], beside, received=now, timezone=round_.timezone)
    else:
        yield Received(path, path.name, "", 0, now, OPTION)


def _judged(sources: Sequence[Received], round_: Round, definitions: Path) -> list[CheckReport]:
    """Read and judge all files as one batch, by the round's own waivers."""
    from pipeline.check.judge import judge  # loads pandas, without which most commands start
    from pipeline.collect import workers

    readings = dict(
        enumerate(reading for _, reading in workers.read_all(sources, round_, definitions))
    )
    names = {number: source.name for number, source in enumerate(sources)}
    waivers, today = decisions.waivers((), round_), clock.now(round_.timezone).date()
    waived = {
        number: decisions.waived(waivers, reading.agency, today)
        for number, reading in readings.items()
    }
    judgement = judge(readings, names, round_, waived)
    return [
        CheckReport(
            names[number],
            reading.agency,
            judgement.verdicts[number],
            judgement.findings[number],
            reading.matches,
        )
        for number, reading in readings.items()
    ]
