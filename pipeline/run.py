"""The story: one function per command, each a short list of calls. A step that brings large libraries is imported by the commands that take it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.collect.intake import files as intake
from pipeline.errors import OperatorError, UsageError
from pipeline.home import Home
from pipeline.model import Choice, Coverage, Decision, Finding, Verdict
from pipeline.stages.checking import Checked, judge_files
from pipeline.stages.collecting import Collected, take_in
from pipeline.stages.issuing import issue_to, keep_definition, write_template
from pipeline.stages.ledgers import current_ledger, is_invented, make_ready, open_ledger, sole_writer, taking_in, writing, writing_outputs
from pipeline.stages.losses import refuse_without_ledger
from pipeline.stages.renewing import judge_again
from pipeline.store import Ledger, decisions
from schemas.round.round import Agency, Round
from schemas.rules.catalogue import BINDING

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.stages.replies import Replied
    from pipeline.store.earlier import Comparison
    from pipeline.summarise.figures.consolidation import Consolidation

Progress = Callable[[str, int, int], None]
"""Told the name of a step, how much is done and how much there is."""


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


# --- distribute ------------------------------------------------------------------------------------


def template(home: Home, round_: Round) -> Path:
    """Build the standard template."""
    with sole_writer(home, round_):
        return write_template(home, round_)


def distribute(home: Home, round_: Round, codes: Sequence[str] = ()) -> list[Path]:
    """Issue a stamped workbook and its letter to each agency (all in scope unless named)."""
    chosen = _chosen(round_, codes)
    with sole_writer(home, round_):
        return issue_to(home, round_, chosen, everybody=not codes, invented=is_invented(home, round_))


def _chosen(round_: Round, codes: Sequence[str]) -> list[Agency]:
    known = {agency.code: agency for agency in round_.in_scope}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise OperatorError("no_such_agency", codes=", ".join(unknown), round=round_.key)
    return [known[code] for code in codes] if codes else list(round_.in_scope)


# --- collect ---------------------------------------------------------------------------------------


def collect(
    home: Home, round_: Round, paths: Sequence[Path] = (), *, received: dt.datetime | None = None, progress: Progress = silent
) -> Collected:
    """Take files in: archive, identify, read, tidy, check, write to the ledger."""
    _refuse_missing(paths)
    with taking_in(home, round_) as ledger:
        return _take_in(ledger, home, paths, received, progress)


def _refuse_missing(paths: Sequence[Path]) -> None:
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        raise OperatorError("no_such_file", path=missing)


def _take_in(ledger: Ledger, home: Home, paths: Sequence[Path], received: dt.datetime | None, progress: Progress) -> Collected:
    """Take in what is in these places, or in the folder of incoming files."""
    keep_definition(home, ledger.round_)
    where = list(paths) or [home.incoming]
    total = intake.count(where)
    return take_in(ledger, home, where, received, lambda done: progress("collect", done, max(done, total)))


def check(home: Home, round_: Round, files: Sequence[Path], tell: Callable[[intake.Ignored], None] = lambda _: None) -> list[Checked]:
    """Judge files without recording them: nothing is archived, nothing written, nothing can be late. ``tell`` is told what is left."""
    if wrong := next((path for path in files if not path.is_file()), None):
        raise UsageError("no_file", path=wrong) if wrong.exists() else OperatorError("no_such_file", path=wrong)
    return judge_files(files, round_, home.definitions, tell)


# --- the operator's decisions ----------------------------------------------------------------------


def decide_on_submission(home: Home, round_: Round, choice: Choice, named: str, grounds: decisions.Grounds) -> Decision:
    """Pin or exclude the submission that a path, a name or a hash names."""
    from pipeline.stages.comparing import compare_readable

    refuse_without_ledger(home, named)
    with writing(home, round_) as ledger:
        known = ledger.submissions()
        sha256, agency = decisions.submission(known[known["verdict"] != Verdict.UNREADABLE] if choice is Choice.PIN else known, named)
        decision = decisions.put_on_record(ledger, choice, agency, sha256, grounds)
        if ledger.is_current:
            compare_readable(ledger)
        else:
            judge_again(ledger, home)
    return decision


def waive(home: Home, round_: Round, code: str, rule: str, grounds: decisions.Grounds, severity: str = "") -> Decision:
    """Free one agency from one rule, or make the rule of a ``severity`` (E or W) for it; judge its submissions again."""
    _chosen(round_, [code])
    known = [each for each in round_.rule_ids if each not in BINDING]
    if rule not in known:
        raise OperatorError("no_such_rule", rule=rule, known=", ".join(known))
    with writing(home, round_) as ledger:
        decision = decisions.put_on_record(ledger, Choice.WAIVE, code, rule, grounds, severity)
        _judge_again(ledger, home)
    return decision


def map_column(home: Home, round_: Round, code: str, title: str, place: str, grounds: decisions.Grounds) -> Decision:
    """Take a title in one agency's workbooks for the column ``place`` (``table.column``), and read its submissions again."""
    _chosen(round_, [code])
    known = [f"{spec.key}.{column.key}" for spec in round_.row_tables for column in spec.columns]
    if place not in known:
        raise OperatorError("no_such_column", place=place, known=", ".join(known))
    with writing(home, round_) as ledger:
        decision = decisions.put_on_record(ledger, Choice.MAPPING, code, title.strip(), grounds, place)
        _judge_again(ledger, home)
    return decision


def _judge_again(ledger: Ledger, home: Home) -> None:
    """Judge again what a decision touches. Raises ``OperatorError``, the decision made, where the archive no longer holds it."""
    lost = judge_again(ledger, home)
    if lost:
        raise OperatorError("archive_lost", names=", ".join(lost), path=home.archive)


def excuse(home: Home, round_: Round, code: str, grounds: decisions.Grounds) -> Decision:
    """Let an agency be without a report in this round."""
    _chosen(round_, [code])
    with writing(home, round_) as ledger:
        return decisions.put_on_record(ledger, Choice.EXCUSE, code, code, grounds)


# --- feedback --------------------------------------------------------------------------------------


def feedback(
    home: Home, round_: Round, codes: Sequence[str] = (), *, everything: bool = False, deadline: dt.date | None = None, lang: str = "vi"
) -> Replied:
    """Write a marked copy and a letter for each submission to correct; with ``everything`` for those with warnings too."""
    from pipeline.stages.replies import write_replies

    chosen = {agency.code for agency in _chosen(round_, codes)}
    with writing_outputs(home, round_) as ledger:
        return write_replies(ledger, home, chosen, every_agency=not codes, with_warnings=everything, deadline=deadline, lang=lang)


def remind(
    home: Home, round_: Round, codes: Sequence[str] = (), *, as_of: dt.date | None = None, deadline: dt.date | None = None, lang: str = "vi"
) -> int:
    """Write a letter to each agency (all unless named) from which nothing has come up to ``as_of``, today by default; how many."""
    from pipeline.stages.replies import write_reminders

    chosen = {agency.code for agency in _chosen(round_, codes)}
    day = as_of or dt.datetime.now(round_.timezone).date()
    with writing_outputs(home, round_) as ledger:
        return write_reminders(ledger, home, chosen, every_agency=not codes, as_of=day, deadline=deadline, lang=lang)


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
    from pipeline.summarise.figures import figures as figure_step

    chosen = table or round_.settings.figures.default_table
    return figure_step.figures(consolidated(home, round_, provisional=provisional), by, chosen, where, lang)


def trace(home: Home, round_: Round, where: Sequence[tuple[str, str]], *, table: str = "", provisional: bool = False) -> pd.DataFrame:
    """The rows behind a figure, with file, sheet, row and cells."""
    from pipeline.stages.consolidating import consolidation
    from pipeline.summarise.figures import trace as trace_step

    chosen = table or round_.settings.figures.default_table
    with current_ledger(home, round_) as ledger:
        made = consolidation(ledger, provisional=provisional)
        return trace_step.trace(made, chosen, where, ledger.letters)


def findings(home: Home, round_: Round, *, everything: bool = False) -> list[Finding]:
    """Findings of current submissions and of unidentified files; of superseded ones too with ``everything``."""
    from pipeline.stages.comparing import changes_of_superseded
    from pipeline.store.standing import submissions_of

    with current_ledger(home, round_) as ledger:
        submissions = submissions_of(ledger)
        shown = submissions["current"] | (submissions["verdict"] == Verdict.UNREADABLE) | everything
        listed = ledger.findings(submissions.loc[shown, "submission"].tolist())
        return [*listed, *changes_of_superseded(ledger, submissions)] if everything else listed


def status(home: Home, round_: Round) -> tuple[Coverage, pd.DataFrame]:
    """Coverage, and the standing of every agency."""
    from pipeline.store import standing

    with current_ledger(home, round_) as ledger:
        agencies = standing.agencies(standing.submissions_of(ledger), round_, ledger.decisions())
    return standing.coverage(agencies), agencies


def consolidate(
    home: Home,
    round_: Round,
    paths: Sequence[Path] = (),
    *,
    received: dt.datetime | None = None,
    provisional: bool = False,
    lang: str = "vi",
    progress: Progress = silent,
) -> tuple[Collected, Replied, list[Path]]:
    """The main job: collect, write back, summarise."""
    _refuse_missing(paths)
    with taking_in(home, round_) as ledger:
        return _consolidate(ledger, home, paths, received=received, provisional=provisional, lang=lang, progress=progress)


def _consolidate(
    ledger: Ledger, home: Home, paths: Sequence[Path], *, received: dt.datetime | None, provisional: bool, lang: str, progress: Progress
) -> tuple[Collected, Replied, list[Path]]:
    from pipeline.stages.replies import write_replies
    from pipeline.stages.summarising import write_summaries

    collected = _take_in(ledger, home, paths, received, progress)
    make_ready(home, ledger)
    every = {agency.code for agency in ledger.round_.in_scope}
    replied = write_replies(ledger, home, every, every_agency=True, with_warnings=False, deadline=None, lang=lang)
    return collected, replied, write_summaries(ledger, home, None, None, provisional=provisional, lang=lang)


def demo(home: Home, round_: Round, *, lang: str = "vi", progress: Progress = silent) -> Collected:
    """A whole invented round: issued, returned, consolidated."""
    from pipeline.stages import inventing

    inventing.refuse_real_data(home)
    with sole_writer(home, round_):
        inventing.invent(home, round_)
        with open_ledger(home, round_) as ledger:
            ledger.mark_invented()
            issue_to(home, round_, round_.in_scope, everybody=True, invented=True)
            return _consolidate(ledger, home, (), received=None, provisional=False, lang=lang, progress=progress)[0]
