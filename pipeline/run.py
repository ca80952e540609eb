"""Define one function per command: the story, each a short list of calls.

The operator's decisions are in ``stages/deciding.py``, one function each.
A step that loads large libraries is imported inside the commands that need it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.collect.intake import files as intake
from pipeline.home import Home
from pipeline.machine.storage import Place
from pipeline.model import Finding
from pipeline.stages.checking import CheckReport, judge_files, refuse_all_but_a_file
from pipeline.stages.choosing import chosen_of
from pipeline.stages.collecting import CollectionReport, collect_into, refuse_missing
from pipeline.stages.finishing import write_all
from pipeline.stages.issuing import deadlines_of, issue_to, write_template
from pipeline.stages.ledgers import (
    current_ledger,
    is_invented,
    open_ledger,
    sole_writer,
    taking_in,
    writing_outputs,
)
from pipeline.stages.parts import WHOLE, StatusPart
from pipeline.stages.progress import Progress, silent
from pipeline.stages.withdrawing import withdraw
from pipeline.store import decisions
from pipeline.store.coverage import Coverage, coverage_of
from schemas.round.round import Round

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.stages.replies import ReplyReport
    from pipeline.store.earlier import Comparison
    from pipeline.summarise.figures.consolidation import Consolidation


# --- distribute -----------------------------------------------------------------------------------


def template(home: Home, round_: Round) -> Path:
    """Build the standard template."""
    with sole_writer(home, round_):
        return write_template(home, round_)


def distribute(home: Home, round_: Round, codes: Sequence[str] = ()) -> list[Path]:
    """Issue a stamped workbook and a letter per agency: for ``codes``, or for all in scope."""
    chosen = chosen_of(round_, codes)
    with sole_writer(home, round_):
        home.incoming.mkdir(parents=True, exist_ok=True)  # where returns will be dropped
        return issue_to(
            home,
            round_,
            chosen,
            deadlines_of(home, round_),
            everybody=not codes,
            invented=is_invented(home, round_),
        )


# --- collect --------------------------------------------------------------------------------------


def collect(
    home: Home,
    round_: Round,
    paths: Sequence[Place] = (),
    *,
    received: dt.datetime | None = None,
    cluster: str = "",
    progress: Progress = silent,
) -> CollectionReport:
    """Archive, read and judge files into the ledger. ``cluster``: address of a Dask scheduler."""
    refuse_missing(paths)
    with taking_in(home, round_) as ledger:
        collected = collect_into(ledger, home, paths, received, progress, cluster)
        return replace(collected, withdrawn=withdraw(ledger, home))


def check(
    home: Home,
    round_: Round,
    files: Sequence[Place],
    tell: Callable[[intake.IgnoredFile], None] = lambda _: None,
) -> list[CheckReport]:
    """Judge files without archive, ledger or lateness. ``tell`` is called with ignored files."""
    for place in files:
        refuse_all_but_a_file(place)
    return judge_files(files, round_, home.definitions, tell)


# --- feedback -------------------------------------------------------------------------------------


def feedback(
    home: Home,
    round_: Round,
    codes: Sequence[str] = (),
    *,
    everything: bool = False,
    deadline: dt.date | None = None,
    lang: str = "vi",
    progress: Progress = silent,
) -> ReplyReport:
    """Write marked copies and letters for returns to correct (``everything``: or with warnings)."""
    from pipeline.stages.replies import write_replies

    chosen = {agency.code for agency in chosen_of(round_, codes)}
    with writing_outputs(home, round_) as ledger:
        return write_replies(
            ledger,
            home,
            chosen,
            every_agency=not codes,
            with_warnings=everything,
            asked=deadline,
            lang=lang,
            progress=progress,
        )


def receipts(home: Home, round_: Round, codes: Sequence[str] = (), *, lang: str = "vi") -> int:
    """Write receipts to agencies (of ``codes``, or all) whose return counts; return how many."""
    from pipeline.stages.receipting import write_receipts

    chosen = {agency.code for agency in chosen_of(round_, codes)}
    with writing_outputs(home, round_) as ledger:
        return write_receipts(ledger, home, chosen, every_agency=not codes, lang=lang)


def remind(
    home: Home,
    round_: Round,
    codes: Sequence[str] = (),
    *,
    as_of: dt.date | None = None,
    deadline: dt.date | None = None,
    lang: str = "vi",
) -> int:
    """Write reminders to agencies that sent nothing up to ``as_of`` (today); return how many."""
    from pipeline.stages.reminders import write_reminders

    chosen = {agency.code for agency in chosen_of(round_, codes)}
    with writing_outputs(home, round_) as ledger:
        return write_reminders(
            ledger, home, chosen, every_agency=not codes, as_of=as_of, asked=deadline, lang=lang
        )


# --- summarise ------------------------------------------------------------------------------------


def consolidated(home: Home, round_: Round, *, provisional: bool = False) -> Consolidation:
    """Return everything that summaries are made from, read from the ledger."""
    from pipeline.stages.consolidating import consolidation

    with current_ledger(home, round_) as ledger:
        return consolidation(ledger, provisional=provisional)


def summarise(
    home: Home,
    round_: Round,
    *,
    provisional: bool = False,
    lang: str = "vi",
    compare: Comparison | None = None,
    names: decisions.Grounds | None = None,
) -> list[Path]:
    """Write all summaries, compared with ``compare`` if given. ``names``: why persons are named."""
    from pipeline.stages.consolidating import earlier_consolidation
    from pipeline.stages.summarising import write_summaries

    before = (
        earlier_consolidation(compare, round_, provisional=provisional)
        if compare is not None
        else None
    )
    with writing_outputs(home, round_) as ledger:
        return write_summaries(ledger, home, before, names, provisional=provisional, lang=lang)


def figures(
    home: Home,
    round_: Round,
    by: str,
    *,
    table: str = "",
    where: Sequence[tuple[str, str]] = (),
    provisional: bool = False,
    lang: str = "vi",
) -> pd.DataFrame:
    """Return the figures of one table by one dimension."""
    from pipeline.stages import figuring

    chosen = table or round_.settings.figures.default_table
    with current_ledger(home, round_) as ledger:
        return figuring.figures(ledger, by, chosen, where, lang, provisional=provisional)


def trace(
    home: Home,
    round_: Round,
    where: Sequence[tuple[str, str]],
    *,
    table: str = "",
    provisional: bool = False,
    lang: str = "vi",
) -> pd.DataFrame:
    """Return the rows behind a figure, with their file, sheet, row and cells."""
    from pipeline.stages import figuring

    chosen = table or round_.settings.figures.default_table
    with current_ledger(home, round_) as ledger:
        return figuring.trace(ledger, chosen, where, lang, provisional=provisional)


def findings(
    home: Home, round_: Round, codes: Sequence[str] = (), *, everything: bool = False
) -> list[Finding]:
    """Return findings of current and unassigned files; ``everything``: of superseded ones too."""
    from pipeline.stages.lateness import findings_shown

    chosen = {agency.code for agency in chosen_of(round_, codes)}
    with current_ledger(home, round_) as ledger:
        listed = findings_shown(ledger, everything=everything)
    return [each for each in listed if not codes or each.agency in chosen]


def status(home: Home, round_: Round, part: StatusPart = WHOLE) -> tuple[Coverage, pd.DataFrame]:
    """Return the coverage of the whole round, and the standing of each agency of ``part``."""
    from pipeline.store import standing

    with current_ledger(home, round_) as ledger:
        found = standing.standings_of(ledger)
        agencies = standing.agencies(found, round_, ledger.decisions())
    return coverage_of(agencies), part.agencies(agencies, found.submissions, round_)


def files(home: Home, round_: Round, part: StatusPart = WHOLE) -> pd.DataFrame:
    """Return unassigned and accompanying files; for the columns see ``stages.unassigned``."""
    from pipeline.stages.unassigned import waiting

    with current_ledger(home, round_) as ledger:
        return part.files(waiting(ledger), round_)


def consolidate(
    home: Home,
    round_: Round,
    paths: Sequence[Place] = (),
    *,
    received: dt.datetime | None = None,
    provisional: bool = False,
    lang: str = "vi",
    cluster: str = "",
    progress: Progress = silent,
) -> tuple[CollectionReport, ReplyReport, list[Path]]:
    """Run the main job: collect, reply to agencies, summarise."""
    refuse_missing(paths)
    with taking_in(home, round_) as ledger:
        collected = collect_into(ledger, home, paths, received, progress, cluster)
        return write_all(
            ledger, home, collected, provisional=provisional, lang=lang, progress=progress
        )


def demo(
    home: Home, round_: Round, *, lang: str = "vi", progress: Progress = silent
) -> CollectionReport:
    """Run a whole invented round: issue, return and consolidate."""
    from pipeline.stages import inventing
    from pipeline.stages.correspondence import note_letters
    from pipeline.store.addresses import address_book

    inventing.refuse_real_data(home)
    with sole_writer(home, round_):
        inventing.invent(home, round_)
        with open_ledger(home, round_) as ledger:
            ledger.mark_invented()
            issue_to(home, round_, round_.in_scope, everybody=True, invented=True)
            collected = collect_into(ledger, home, (), None, progress)
            collected, *_ = write_all(
                ledger, home, collected, provisional=False, lang=lang, progress=progress
            )
    note_letters(home, round_, address_book(home, round_), lang)
    return collected
