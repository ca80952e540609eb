"""Tell whether incoming files were taken in, and whether summaries are up to date."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.collect.intake.disk import Status, reason_of_name, status
from pipeline.model import REGISTER, Choice
from pipeline.store import Ledger, decisions
from pipeline.store.marks import COLLECTED, SUMMARISED


def note_collected(ledger: Ledger, incoming: str) -> None:
    """Note that the incoming folder was taken in, in the state of this ``listing``."""
    with ledger.transaction():
        ledger.marks.note(COLLECTED, incoming)


def is_collected(ledger: Ledger, incoming: str) -> bool:
    """Whether the incoming folder was taken in in this state."""
    return ledger.marks.holds(COLLECTED, incoming)


def note_known(ledger: Ledger, incoming: Path) -> None:
    """Note the incoming folder as taken in if each return in it lies where the ledger knows it.

    So for a ledger that was made anew from the journal, which tells what lay where.
    """
    state, places = listing(incoming), ledger.places()
    is_known = all(
        (found.size, found.changed) == places.get(str(incoming / name), ())[:2]
        for name, found in _files(incoming)
        if not found.reason and not reason_of_name(Path(name).name)
    )
    if is_known:
        note_collected(ledger, state)


def note_summarised(ledger: Ledger) -> None:
    """Note that summaries were written from the ledger's present state."""
    with ledger.transaction():
        ledger.marks.note(SUMMARISED, _state_of(ledger))


def is_summarised(ledger: Ledger) -> bool:
    """Whether summaries were written from the ledger's present state."""
    return ledger.marks.holds(SUMMARISED, _state_of(ledger))


def _state_of(ledger: Ledger) -> str:
    """Return a digest of all that summaries are made from: submissions, judgements, decisions."""
    columns = ("sha256", "name", "agency", "received", "verdict", "judged_by")
    submissions = [tuple(row) for row in ledger.submissions(columns).itertuples(index=False)]
    decided = [each for each in ledger.decisions() if each.choice is not Choice.NAMES]
    return _digest(
        (submissions, decided, ledger.judged_by, decisions.waivers(decided, ledger.round_))
    )


def listing(folder: Path) -> str:
    """Return a digest of the files in a folder, by name, size and time.

    Blank if none of them can be a return.
    """
    files = [(name, found.size, found.changed) for name, found in _files(folder)]
    return (
        _digest(sorted(files))
        if any(not reason_of_name(Path(name).name) for name, _, _ in files)
        else ""
    )


def _files(folder: Path) -> Iterator[tuple[str, Status]]:
    """Yield the name and status of each file in a folder that can be a return or a register."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            is_wanted = name.casefold() == REGISTER or not reason_of_name(name)
            # also reported for a file deleted meanwhile
            if is_wanted and (found := status(str(path))).reason != "no_access":
                yield path.relative_to(folder).as_posix(), found


def _digest(said: object) -> str:
    return hashlib.sha256(repr(said).encode(errors="surrogatepass")).hexdigest()
