"""Checking: the same judgement without the ledger, for one's own eyes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.collect import workers
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


def judge_files(files: Sequence[Path], round_: Round, definitions: Path) -> list[Checked]:
    """Read and judge files as one batch, received now."""
    from pipeline.check.judge import judge  # here, for it loads pandas, which most commands start without

    now = dt.datetime.now(round_.timezone)
    sources = [Received(path, path.name, str(position), 0, now, OPTION) for position, path in enumerate(files)]
    readings = dict(enumerate(reading for _, reading in workers.read_all(sources, round_, definitions)))
    waivers = decisions.waivers((), round_)
    waived = {number: decisions.waived(waivers, reading.agency, now.date()) for number, reading in readings.items()}
    judgement = judge(readings, {number: files[number].name for number in readings}, round_, waived)
    return [
        Checked(files[number].name, reading.agency, judgement.verdicts[number], judgement.findings[number], reading.matches)
        for number, reading in readings.items()
    ]
