"""Freshness: whether the folder of incoming files was taken in as it lies now, and whether summaries say what the ledger says."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pipeline.collect.intake.disk import reason_of_name, status
from pipeline.model import REGISTER, Choice
from pipeline.store import Ledger, decisions
from pipeline.store.marks import COLLECTED, SUMMARISED


def note_collected(ledger: Ledger, incoming: str) -> None:
    """Note that the folder of incoming files was taken in as it lay when its ``listing`` was made."""
    with ledger.transaction():
        ledger.marks.note(COLLECTED, incoming)


def is_collected(ledger: Ledger, incoming: str) -> bool:
    """Whether the folder of incoming files was taken in as this listing tells it."""
    return ledger.marks.holds(COLLECTED, incoming)


def note_summarised(ledger: Ledger) -> None:
    """Note that summaries were written of what the ledger says now."""
    with ledger.transaction():
        ledger.marks.note(SUMMARISED, _state_of(ledger))


def is_summarised(ledger: Ledger) -> bool:
    """Whether summaries were written of what the ledger says now."""
    return ledger.marks.holds(SUMMARISED, _state_of(ledger))


def _state_of(ledger: Ledger) -> str:
    """A digest of all that summaries are made of: what was judged, by what, and what was decided."""
    columns = ("sha256", "name", "agency", "received", "verdict", "judged_by")
    submissions = [tuple(row) for row in ledger.submissions(columns).itertuples(index=False)]
    decided = [each for each in ledger.decisions() if each.choice is not Choice.NAMES]
    return _digest((submissions, decided, ledger.judged_by, decisions.waivers(decided, ledger.round_)))


def listing(folder: Path) -> str:
    """A digest of the files that lie in a folder, by name, size and time; blank where there are none that may be returns."""
    files = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            is_wanted = name.casefold() == REGISTER or not reason_of_name(name)
            if is_wanted and (found := status(str(path))).reason != "no_access":  # which is said of what was taken away meanwhile
                files.append((path.relative_to(folder).as_posix(), found.size, found.changed))
    return _digest(sorted(files)) if any(not reason_of_name(Path(name).name) for name, _, _ in files) else ""


def _digest(said: object) -> str:
    return hashlib.sha256(repr(said).encode(errors="surrogatepass")).hexdigest()
