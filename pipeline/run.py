"""The story: one function per command, each a short list of calls. A step that brings large libraries is imported by the commands that take it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.collect.intake import files as intake
from pipeline.errors import OperatorError, UsageError
from pipeline.home import Home
from pipeline.machine.storage import Place
from pipeline.model import Choice, Finding
from pipeline.stages.checking import Checked, judge_files
from pipeline.stages.choosing import chosen_of
from pipeline.stages.collecting import Collected, collect_into, refuse_missing
from pipeline.stages.finishing import write_all
from pipeline.stages.issuing import deadlines_of, issue_to, write_template
from pipeline.stages.ledgers import current_ledger, is_invented, open_ledger, sole_writer, taking_in, writing_outputs
from pipeline.stages.parts import WHOLE, Part
from pipeline.stages.progress import Progress, silent
from pipeline.stages.withdrawing import withdraw
from pipeline.store import decisions
from pipeline.store.coverage import Coverage
from schemas.round.round import Round

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.stages.deciding import Decided
    from pipeline.stages.replies import Replied
    from pipeline.store.earlier import Comparison
    from pipeline.summarise.figures.consolidation import Consolidation


# --- distribute ------------------------------------------------------------------------------------


def template(home: Home, round_: Round) -> Path:
    """Build the standard template."""
    with sole_writer(home, round_):
        return write_template(home, round_)


def distribute(home: Home, round_: Round, codes: Sequence[str] = ()) -> list[Path]:
    """Issue a stamped workbook and its letter to each agency (all in scope unless named)."""
    chosen = chosen_of(round_, codes)
    with sole_writer(home, round_):
        home.incoming.mkdir(parents=True, exist_ok=True)  # where the next step looks for what comes back
        return issue_to(home, round_, chosen, deadlines_of(home, round_), everybody=not codes, invented=is_invented(home, round_))


# --- collect ---------------------------------------------------------------------------------------


def collect(
    home: Home,
    round_: Round,
    paths: Sequence[Place] = (),
    *,
    received: dt.datetime | None = None,
    cluster: str = "",
    progress: Progress = silent,
) -> Collected:
    """Take files in: archive, identify, read, tidy, check, write to the ledger; with the help of the ``cluster`` at an address."""
    refuse_missing(paths)
    with taking_in(home, round_) as ledger:
        collected = collect_into(ledger, home, paths, received, progress, cluster)
        return replace(collected, withdrawn=withdraw(ledger, home))


def check(home: Home, round_: Round, files: Sequence[Path], tell: Callable[[intake.Ignored], None] = lambda _: None) -> list[Checked]:
    """Judge files without recording them: nothing is archived, nothing written, nothing can be late. ``tell`` is told what is left."""
    if wrong := next((path for path in files if not path.is_file()), None):
        raise UsageError("no_file", path=wrong) if wrong.exists() else OperatorError("no_such_file", path=wrong)
    return judge_files(files, round_, home.definitions, tell)


# --- the operator's decisions ----------------------------------------------------------------------


def decide_on_submission(home: Home, round_: Round, choice: Choice, named: str, grounds: decisions.Grounds) -> Decided:
    """Pin or exclude the submission that a path, a name or a hash names."""
    from pipeline.stages import deciding

    return deciding.on_submission(home, round_, choice, named, grounds)


def assign(home: Home, round_: Round, named: str, code: str, grounds: decisions.Grounds) -> Decided:
    """Say whose a file is that a path, a name or a hash names; without a ``code``, take that back."""
    from pipeline.stages import deciding

    return deciding.assign(home, round_, named, code, grounds)


def dismiss(home: Home, round_: Round, named: str, grounds: decisions.Grounds) -> Decided:
    """Say that a file that a path, a name or a hash names is of no concern."""
    from pipeline.stages import deciding

    return deciding.dismiss(home, round_, named, grounds)


def extend(home: Home, round_: Round, codes: Sequence[str], last_day: dt.date | None, grounds: decisions.Grounds) -> Decided:
    """Grant a later deadline to agencies, to all where none is named; ``last_day`` is the last in time."""
    from pipeline.stages import deciding

    return deciding.extend(home, round_, codes, last_day, grounds)


def waive(home: Home, round_: Round, code: str, rule: str, grounds: decisions.Grounds, severity: str = "") -> Decided:
    """Free one agency from one rule, or make the rule of a ``severity`` (E or W) for it; judge its submissions again."""
    from pipeline.stages import deciding

    return deciding.waive(home, round_, code, rule, grounds, severity)


def map_column(home: Home, round_: Round, code: str, title: str, place: str, grounds: decisions.Grounds) -> Decided:
    """Take a title in one agency's workbooks for the column that ``place`` names by its heading or key, and read its submissions again."""
    from pipeline.stages import deciding

    return deciding.map_column(home, round_, code, title, place, grounds)


def excuse(home: Home, round_: Round, code: str, grounds: decisions.Grounds) -> Decided:
    """Let an agency be without a report in this round."""
    from pipeline.stages import deciding

    return deciding.on_agency(home, round_, Choice.EXCUSE, code, "", grounds)


# --- feedback --------------------------------------------------------------------------------------


def feedback(
    home: Home,
    round_: Round,
    codes: Sequence[str] = (),
    *,
    everything: bool = False,
    deadline: dt.date | None = None,
    lang: str = "vi",
    progress: Progress = silent,
) -> Replied:
    """Write a marked copy and a letter for each submission to correct; with ``everything`` for those with warnings too."""
    from pipeline.stages.replies import write_replies

    chosen = {agency.code for agency in chosen_of(round_, codes)}
    with writing_outputs(home, round_) as ledger:
        return write_replies(
            ledger, home, chosen, every_agency=not codes, with_warnings=everything, asked=deadline, lang=lang, progress=progress
        )


def receipts(home: Home, round_: Round, codes: Sequence[str] = (), *, lang: str = "vi") -> int:
    """Write to each agency (all unless named) whose return counts that it came, and how it was found; how many."""
    from pipeline.stages.receipting import write_receipts

    chosen = {agency.code for agency in chosen_of(round_, codes)}
    with writing_outputs(home, round_) as ledger:
        return write_receipts(ledger, home, chosen, every_agency=not codes, lang=lang)


def remind(
    home: Home, round_: Round, codes: Sequence[str] = (), *, as_of: dt.date | None = None, deadline: dt.date | None = None, lang: str = "vi"
) -> int:
    """Write a letter to each agency (all unless named) from which nothing has come up to ``as_of``, today by default; how many."""
    from pipeline.stages.reminders import write_reminders

    chosen = {agency.code for agency in chosen_of(round_, codes)}
    with writing_outputs(home, round_) as ledger:
        return write_reminders(ledger, home, chosen, every_agency=not codes, as_of=as_of, asked=deadline, lang=lang)


# --- summarise -------------------------------------------------------------------------------------


def consolidated(home: Home, round_: Round, *, provisional: bool = False) -> Consolidation:
    """Everything that summaries are made from, out of the ledger."""
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
    """Write all summaries of what the ledger holds, beside an earlier state or round where one is given; persons in clear on ``names`` alone."""
    from pipeline.stages.consolidating import earlier_consolidation
    from pipeline.stages.summarising import write_summaries

    before = earlier_consolidation(compare, round_, provisional=provisional) if compare is not None else None
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
    """The numbers of one table by one dimension."""
    from pipeline.stages import figuring

    chosen = table or round_.settings.figures.default_table
    with current_ledger(home, round_) as ledger:
        return figuring.figures(ledger, by, chosen, where, lang, provisional=provisional)


def trace(
    home: Home, round_: Round, where: Sequence[tuple[str, str]], *, table: str = "", provisional: bool = False, lang: str = "vi"
) -> pd.DataFrame:
    """The rows behind a figure, with file, sheet, row and cells."""
    from pipeline.stages import figuring

    chosen = table or round_.settings.figures.default_table
    with current_ledger(home, round_) as ledger:
        return figuring.trace(ledger, chosen, where, lang, provisional=provisional)


def findings(home: Home, round_: Round, codes: Sequence[str] = (), *, everything: bool = False) -> list[Finding]:
    """Findings of current submissions, and of files of nobody unless agencies are named; of superseded ones too with ``everything``."""
    from pipeline.stages.lateness import findings_shown

    chosen = {agency.code for agency in chosen_of(round_, codes)}
    with current_ledger(home, round_) as ledger:
        listed = findings_shown(ledger, everything=everything)
    return [each for each in listed if not codes or each.agency in chosen]


def status(home: Home, round_: Round, part: Part = WHOLE) -> tuple[Coverage, pd.DataFrame]:
    """Coverage of the whole round, and the standing of every agency of a part of it."""
    from pipeline.store import standing

    with current_ledger(home, round_) as ledger:
        found = standing.standings_of(ledger)
        agencies = standing.agencies(found, round_, ledger.decisions())
    return standing.coverage(agencies), part.agencies(agencies, found.submissions, round_)


def files(home: Home, round_: Round, part: Part = WHOLE) -> pd.DataFrame:
    """The files that are nobody's return and those that accompany returns: ``stages.unassigned`` says with which columns."""
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
) -> tuple[Collected, Replied, list[Path]]:
    """The main job: collect, write back, summarise."""
    refuse_missing(paths)
    with taking_in(home, round_) as ledger:
        collected = collect_into(ledger, home, paths, received, progress, cluster)
        return write_all(ledger, home, collected, provisional=provisional, lang=lang, progress=progress)


def demo(home: Home, round_: Round, *, lang: str = "vi", progress: Progress = silent) -> Collected:
    """A whole invented round: issued, returned, consolidated."""
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
            collected, *_ = write_all(ledger, home, collected, provisional=False, lang=lang, progress=progress)
    note_letters(home, round_, address_book(home, round_), lang)
    return collected
