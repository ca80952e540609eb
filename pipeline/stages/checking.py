"""Checking: files judged as ``collect`` would judge them, without the ledger, for one's own eyes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.collect.intake import files as intake
from pipeline.machine import clock
from pipeline.model import OPTION, Finding, Match, Received, Verdict
from pipeline.store import decisions
from schemas.round.round import Round


@dataclass(frozen=True)
class Checked:
    """The judgement of one file that was not taken in."""

    name: str
    agency: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    matches: tuple[Match, ...]
    """How its sheets and columns were matched where they don't stand as declared."""


def judge_files(files: Sequence[Path], round_: Round, definitions: Path, tell: Callable[[intake.Ignored], None]) -> list[Checked]:
    """Read and judge files as one batch, received now; what lies in archives and mails as ``collect`` takes it in. ``tell`` is told what is left."""
    with tempfile.TemporaryDirectory() as beside:
        sources = []
        for one in (one for path in files for one in _opened(path, Path(beside), round_)):
            if isinstance(one, Received):
                sources.append(one)
            elif isinstance(one, intake.Ignored):
                tell(one)
        return _judged(sources, round_, definitions)


def _opened(path: Path, beside: Path, round_: Round) -> Iterator[intake.One]:
    """A file; of an archive or a mail what it holds, unpacked into a folder that is taken away again."""
    now = clock.now(round_.timezone)
    if intake.is_container(path):
        yield from intake.take_in([path], beside, received=now, timezone=round_.timezone)
    else:
        yield Received(path, path.name, "", 0, now, OPTION)


def _judged(sources: Sequence[Received], round_: Round, definitions: Path) -> list[Checked]:
    from pipeline.check.judge import judge  # here, for it loads pandas, which most commands start without
    from pipeline.collect import workers

    readings = dict(enumerate(reading for _, reading in workers.read_all(sources, round_, definitions)))
    names = {number: source.name for number, source in enumerate(sources)}
    waivers, today = decisions.waivers((), round_), clock.now(round_.timezone).date()
    waived = {number: decisions.waived(waivers, reading.agency, today) for number, reading in readings.items()}
    judgement = judge(readings, names, round_, waived)
    return [
        Checked(names[number], reading.agency, judgement.verdicts[number], judgement.findings[number], reading.matches)
        for number, reading in readings.items()
    ]
