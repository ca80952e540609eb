"""Write the summaries of a ledger, as far as others may read it, into the folder of outputs."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

from pipeline.home import Home
from pipeline.machine.files import Content, Write
from pipeline.stages.consolidating import for_others
from pipeline.stages.freshness import note_summarised
from pipeline.stages.progress import Progress, silent
from pipeline.store import Ledger, decisions
from pipeline.store.addresses import address_book
from pipeline.store.headcounts import headcounts
from pipeline.store.outputs import outputs
from pipeline.summarise import books
from pipeline.summarise.figures.consolidation import Consolidation


def write_summaries(
    ledger: Ledger,
    home: Home,
    before: Consolidation | None,
    names: decisions.Grounds | None,
    *,
    provisional: bool,
    lang: str,
    progress: Progress = silent,
) -> list[Path]:
    """Write all summaries of what a ledger holds; return their paths.

    Persons are masked unless there are grounds to name them (:func:`for_others`).
    """
    # first, so that a list that can't be read is told before anything is written
    contacts, people = address_book(home, ledger.round_), headcounts(home, ledger.round_)
    made = replace(
        for_others(ledger, before, names, provisional=provisional),
        contacts=contacts,
        headcounts=people,
    )
    with outputs(home, "summarise") as written:
        paths = books.write_all(made, home.output, lang, _counted(written.write, progress))
    progress("summarise", len(paths), len(paths))
    note_summarised(ledger)
    return paths


def _counted(write: Write, progress: Progress) -> Write:
    """Return a ``write`` that also tells how many files have been written.

    How many there will be isn't known before.
    """
    numbers = count(1)

    def counted(path: Path, content: Content) -> Path:
        progress("summarise", next(numbers), None)
        return write(path, content)

    return counted
